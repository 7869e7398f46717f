#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# record --targets: many servers, each in its own time, whatever becomes of the others; and what
# `pyroprof status` says of them.

load common

setup()
{
	common_setup
	need_program jq
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	export PYROPROF_ARCHIVE=$PWD/A
	serve one
}

# A server whose requests go to the file $1 and whose address to $at; on the port $2, if it is given.
serve()
{
	"$BATS_TEST_DIRNAME/../lib/pprofs.py" "$1" ${2:+"$2"} >"$1.port" 2>"$1.err" 3>&- &
	server=$!
	background+=("$server")
	wait_until 10 test -s "$1.port"
	at=127.0.0.1:$(<"$1.port")
}

# Record in the background, as $recorder, until stop.
start()
{
	"$PYROPROF" record --targets "${1:-targets}" --every 1s --archive "${@:2}" >messages 2>&1 3>&- &
	recorder=$!
	background+=("$recorder")
}

stop()
{
	kill -TERM "$recorder"
	status=0
	wait "$recorder" || status=$?
	output=$(<messages)
	echo "$output"
}

# An attribute of the target whose URL has $1.
state()
{
	"$PYROPROF" status --format=json 2>/dev/null |
		jq -r --arg t "$1" ".[] | select(.target | contains(\$t)) | $2"
}

is()
{
	[ "$(state "$1" "$2")" = "$3" ]
}

# Entries of the target with the label name=$1.
entries()
{
	"$PYROPROF" log --format=json | jq --arg n "$1" '[.[] | select(.labels.name == $n)] | length'
}

has_entries()
{
	[ "$(entries "$1")" -ge "$2" ]
}

@test "good, hung, refusing and returning servers do not disturb each other" {
	good=$at
	serve late
	late=$at
	kill "$server"
	wait "$server" || true
	cat >targets <<-END
		# two that are well
		- targets: ['$good']
		  labels: {name: heap, __profile_path__: /debug/pprof/heap}
		- targets: ['$good']
		  labels: {name: cpu, service: web}
		- targets: ['$good/hang/debug/pprof/heap']
		  labels: {name: hung}
		- targets: ['127.0.0.1:1']
		  labels: {name: refusing}
		- targets: ['http://$late/debug/pprof/allocs']
		  labels: {name: late}
	END
	start targets -l zone=a
	wait_until 10 has_entries heap 3
	wait_until 10 has_entries cpu 2
	wait_until 10 is "$late" .state down
	serve late2 "${late##*:}"
	wait_until 20 is "$late" .state up
	wait_until 10 has_entries late 1
	wait_until 10 is hang .state down
	# in step, though others hang: each time for a second, which would be two from one to the next
	awk '$2 == "/debug/pprof/heap" { first = n++ ? first : $1; last = $1 }
		END { print n, last - first; exit last - first > 1.5 * (n - 1) }' one
	awk '$2 ~ /profile/ && $2 != "/debug/pprof/profile?seconds=1" { exit 1 }' one

	run "$PYROPROF" status
	echo "$output"
	assert_status 1
	[[ ${lines[0]} =~ ^TARGET\ +STATE\ +LAST\ SUCCESS\ +ENTRIES\ +NEXT\ +TOOK\ +ERROR$ ]]
	grep -qE "^http://$good/debug/pprof/heap +up +[0-9]s ago +[0-9]+ .* -$" <<<"$output"
	grep -qE "^http://$good/hang/debug/pprof/heap +down +never +0 .*no complete answer within 1 sec" <<<"$output"
	grep -qE "^http://127.0.0.1:1/debug/pprof/profile +down +never +0 .*connection refused" <<<"$output"
	[ "$("$PYROPROF" status --format=csv | wc -l)" = 6 ]
	is "$late" '.error | contains("connection refused")' true

	"$PYROPROF" archive fsck
	stop
	assert_status 0
	# each change once
	[ "$(grep -c "'http://$late/debug/pprof/allocs': connection refused" messages)" = 1 ]
	[ "$(grep -c "'http://$late/debug/pprof/allocs' works again" messages)" = 1 ]
	[ "$(grep -c "127.0.0.1:1/debug/pprof/profile': connection refused" messages)" = 1 ]
	[ "$(grep -c "hang/debug/pprof/heap': no complete answer" messages)" = 1 ]
	"$PYROPROF" log --format=json '{name="cpu"}' >log
	[ "$(jq -r '.[0].labels | "\(.instance) \(.service) \(.zone)"' log)" = "$good web a" ]
	# it has ended as it was asked to
	run "$PYROPROF" status
	assert_status 3
	assert_output_has "nobody pulls from targets"
}

@test "the file is read again when it changes, and others go on" {
	cat >targets <<-END
		[{"targets": ["$at"], "labels": {"name": "heap", "__profile_path__": "/debug/pprof/heap"}},
		 {"targets": ["$at"], "labels": {"name": "old", "__profile_path__": "/debug/pprof/block"}}]
	END
	start
	wait_until 10 has_entries heap 2
	wait_until 10 has_entries old 1
	sed 's/old/new/; s/block/goroutine/' targets >next
	mv next targets
	wait_until 10 has_entries new 1
	is block .state ""
	[ "$(state heap .entries)" -ge 2 ]
	asked=$(grep -c block one)

	# what is wrong is told once, and nothing changes
	printf '[{"targets":\n ["%s"],]' "$at" >targets
	wait_until 10 grep -q "cannot use targets 'targets': line 2" messages
	before=$(entries heap)
	wait_until 10 has_entries heap $((before + 3))
	[ "$(grep -c 'cannot use targets' messages)" = 1 ]
	rm targets
	wait_until 10 grep -q "cannot read 'targets'" messages
	[ "$(state heap .state)" = up ]
	echo "[]" >targets
	wait_until 10 is heap .state ""
	[ "$(grep -c block one)" = "$asked" ]
	stop
	assert_status 0
}

@test "a hung server that is taken out does not keep the process" {
	printf -- '- targets: ["%s/hang/debug/pprof/profile?seconds=200"]\n' "$at" >targets
	start
	wait_until 10 grep -q hang one
	echo "[]" >targets
	wait_until 10 is hang .state ""
	begin=$SECONDS
	stop
	assert_status 0
	[ $((SECONDS - begin)) -lt 30 ] # not 200
	[ "$(grep -c . messages)" -le 3 ]
}

@test "a hundred that measure for long are all asked" {
	{
		echo "- targets:"
		for i in $(seq 100); do
			echo "  - $at/hang/$i/debug/pprof/profile?seconds=100"
		done
	} >targets
	start
	all_asked() { [ -s one ] && [ "$(sort -u -k2 one | wc -l)" = 100 ]; }
	wait_until 20 all_asked
	begin=$SECONDS
	stop
	assert_status 0
	[ $((SECONDS - begin)) -lt 30 ] # not 100
}

@test "a process that has died is told from one that works" {
	printf -- '- targets: ["%s/debug/pprof/heap"]\n' "$at" >targets
	start
	wait_until 10 is heap .state up
	run "$PYROPROF" status
	assert_status 0
	# one is enough for a file
	run "$PYROPROF" record --targets ./targets --every 1s --archive
	assert_status 3
	assert_output_has "another process does that already"
	kill -KILL "$recorder"
	wait "$recorder" || true
	run "$PYROPROF" status
	echo "$output"
	assert_status 1
	assert_output_has "process $recorder has died"
	grep -qE '/debug/pprof/heap +dead ' <<<"$output"
	# the next one takes its place
	start
	wait_until 10 is heap .state up
	stop
	assert_status 0
}

@test "for a time, and what the command line asks for" {
	printf -- '- targets: ["%s"]\n' "$at" >targets
	run "$PYROPROF" record --targets targets -t heap --every 1s -d 3s --archive -q
	echo "$output"
	assert_status 0
	[ "$output" = "pyroprof: made archive 'A'" ] || [ "$output" = "" ]
	[ "$(awk '{ print $2 }' one | sort -u)" = /debug/pprof/heap ]
	[ "$("$PYROPROF" log --format=json | jq length)" -ge 2 ]
}

@test "what cannot be is refused at once" {
	printf -- '- targets:\n  - %s/debug/pprof/heap\n' "$at" >targets
	run timeout 20 "$PYROPROF" record --targets targets --every 1s -t mutex --archive
	assert_status 3
	assert_output_has "cannot use targets 'targets': line 2: the URL names the heap endpoint"
	run timeout 20 "$PYROPROF" record --targets targets --every 1s -l host=
	assert_status 2
	assert_output_has "--targets needs --every and --archive"
	run timeout 20 "$PYROPROF" record --targets targets --archive
	assert_status 2
	run timeout 20 "$PYROPROF" record --targets targets --every 1s --archive --url x
	assert_status 2
	assert_output_has "--targets and a command exclude each other"
	run timeout 20 "$PYROPROF" record --targets targets --every 1s --archive -F 99
	assert_status 2
	assert_output_has "-F does not go with --targets"
	run timeout 20 "$PYROPROF" record --targets targets --every 1s --archive -e page-faults
	assert_status 2
	run timeout 20 "$PYROPROF" record --targets nowhere --every 1s --archive
	assert_status 3
	assert_output_has "nowhere"
	printf -- '- targets: [a]\n  labels: {x-y: z}\n' >targets
	run timeout 20 "$PYROPROF" record --targets targets --every 1s --archive
	assert_status 3
	assert_output_has "cannot use targets 'targets': line 2: 'x-y' is no name for a label"
	[ ! -e one ]
}
