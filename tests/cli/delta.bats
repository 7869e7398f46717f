#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What is new between pulls of what counts since the start of a program.

load common

setup()
{
	common_setup
	need_program jq
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	export PYROPROF_ARCHIVE=$PWD/A
}

# A server of growing profiles at $at; on the port $1, if it is given. $server ends it.
serve()
{
	rm -f port
	"$BATS_TEST_DIRNAME/../lib/pprofs.py" requests "$@" >port 2>>server.err 3>&- &
	server=$!
	background+=("$server")
	wait_until 10 test -s port
	at=127.0.0.1:$(<port)
}

# One pull of a type into the archive.
pull()
{
	"$PYROPROF" record --url "$at" -t "$1" --archive -q
}

# An attribute of all entries, oldest first.
entries()
{
	"$PYROPROF" log --format=json | jq -r "sort_by(.start_nanos)[] | $1"
}

# When they started. jq would make them floating-point numbers.
starts()
{
	"$PYROPROF" log --format=csv | tail -n +2 | cut -d, -f2 | sort -n
}

# What top says of serve, of the selector $1.
serves()
{
	run --separate-stderr "$PYROPROF" top --format=json "$@"
	[ "$status" = 0 ] || echo "$stderr"
	assert_status 0
	jq '[.rows[] | select(.name == "serve").flat] | add // 0' <<<"$output"
	echo "$stderr" >messages
}

is()
{
	[ "$1" = "$2" ] || {
		echo "$1, not $2"
		cat messages
		return 1
	}
}

@test "between two pulls, and over a restart" {
	serve
	for _ in 1 2 3 4; do
		pull allocs
	done
	[ "$(entries '.types[1].total' | xargs)" = "10 20 30 40" ]
	is "$(serves '{}' --delta)" 30
	grep -q "before the first entry there is none, so it shows what is new since that one, of 20" messages
	is "$(serves '{}' --delta --sample-index=inuse_objects)" 4
	second=$(starts | sed -n 2p)
	at_time=@${second%?????????}.${second: -9}
	is "$(serves "{instance=\"$at\"}@$at_time.." --delta)" 30
	is "$(cat messages)" ""
	is "$(serves "@latest" --delta)" 10
	is "$(serves '{}' --last=2 --delta)" 20

	port=${at##*:}
	kill "$server"
	wait "$server" || true
	serve "$port"
	pull allocs
	pull allocs
	[ "$(entries '.types[1].total' | xargs)" = "10 20 30 40 10 20" ]
	is "$(serves "{}@$at_time.." --delta)" 50
	grep -q "1 restarts of programs in between" messages
	is "$(serves '{}' --last=3 --delta)" 30
	is "$(serves '{}' --last=2 --delta)" 20
	is "$(serves '{}' --last=1 --delta)" 10
	is "$(serves '{}' --last=1 --delta --sample-index=inuse_objects)" 2

	# from segments as well
	"$PYROPROF" archive seal -q --all
	is "$(serves "{}@$at_time.." --delta)" 50
	# as a base, and as a profile
	is "$(serves '{}' --last=1 --delta --base='@latest')" 0
	"$PYROPROF" merge "{}@$at_time.." --delta -o new.pb.gz 2>/dev/null
	first=$(starts | head -1) last=$(starts | tail -1)
	[ "$("$PYROPROF" info new.pb.gz --format=json | jq .duration_nanos)" = $((last - first)) ]
	"$PYROPROF" info --delta '{}' --format=json 2>/dev/null | jq -e ".duration_nanos == $((last - first))"
	"$PYROPROF" symbolize --delta '{}' -o named.pb.gz 2>/dev/null
	is "$(serves named.pb.gz)" 50
}

@test "two servers, recorded again and again" {
	serve
	one=$at
	serve
	cat >targets <<-END
		- targets: ['$one', '$at']
		  labels: {__profile_path__: /debug/pprof/block, name: locks}
	END
	"$PYROPROF" record --targets targets --every 1s -d 5s --archive >recorded 2>&1
	n1=$(entries "select(.labels.instance == \"$one\").types[0].total" | xargs)
	n2=$(entries "select(.labels.instance == \"$at\").types[0].total" | xargs)
	[ "$(wc -w <<<"$n1")" -ge 2 ] && [ "$(wc -w <<<"$n2")" -ge 2 ]
	new=$((${n1##* } - ${n1%% *} + ${n2##* } - ${n2%% *}))
	is "$(serves '{name="locks"}' --delta --contentions)" "$new"
	is "$(serves '{name="locks"}' --delta)" "$((1000 * new))"
	# together they mean nothing, and that is said
	serves '{name="locks"}'
	grep -q "several states of the same programs, which are added up: --delta" messages
	# trend and metrics take differences by themselves
	"$PYROPROF" trend serve '{name="locks"}' --sample-index=contentions --format=json >trend
	is "$(jq '.groups[0].all.value' trend)" "$new"
	jq -e '.groups[0].all.per_second > 0' trend
	"$PYROPROF" metrics serve '{name="locks"}' --sample-index=contentions >metrics
	grep -q "^pyroprof_total_cost{.*} $new\$" metrics
	"$PYROPROF" trend serve '{name="locks"}' --sample-index=contentions --by instance --format=json |
		jq -e '.groups | length == 2'
}

@test "what cannot be a difference is refused" {
	serve
	pull heap
	run "$PYROPROF" top '{}' --delta
	assert_status 0 # a state: the newest is what there is
	pull allocs
	run "$PYROPROF" top '{profile_type=~"alloc.*|memory:alloc.*"}' --delta
	echo "$output"
	assert_status 3
	assert_output_has "there is only one entry, and none before: nothing to compare it with"
	run "$PYROPROF" trend serve '{profile_type=~".*alloc.*"}'
	echo "$output"
	assert_status 3
	assert_output_has "there is only one entry"
	run --separate-stderr "$PYROPROF" metrics serve '{profile_type=~".*alloc.*"}'
	assert_status 0
	grep -qx "pyroprof_profiles 0" <<<"$output"
	"$PYROPROF" record --url "$at" -d 1s --archive -q
	run "$PYROPROF" top '{profile_type=~"process_cpu.*"}' --delta
	echo "$output"
	assert_status 2
	assert_output_has "entries of type process_cpu:cpu:nanoseconds:: tell what happened while they were recorded"
	run "$PYROPROF" trend serve '{profile_type=~"process_cpu.*"}' --delta
	assert_status 2
	assert_output_has "tell what happened while they were recorded"
	run "$PYROPROF" top "$DATA/labels.pb.gz" --delta
	assert_status 2
	assert_output_has "--delta is about what a selector finds"
	run "$PYROPROF" info "$DATA/labels.pb.gz" --delta
	assert_status 2
	run "$PYROPROF" top '{}' --delta
	assert_status 2
	assert_output_has "profiles of several types"
}
