#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pulls that go into the archive, once or again and again.

load common

setup()
{
	common_setup
	need_program jq
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	export PYROPROF_ARCHIVE=$PWD/A
	"$BATS_TEST_DIRNAME/../lib/pprofs.py" requests >port 2>server.err 3>&- &
	background+=("$!")
	wait_until 10 test -s port
	at=127.0.0.1:$(<port)
}

pull()
{
	run "$PYROPROF" record "$@" --archive
	echo "$output"
}

# An attribute of all entries, oldest first.
entries()
{
	"$PYROPROF" log --format=json | jq -r "sort_by(.start_nanos)[] | $1"
}

@test "one pull is one entry, with the bytes' own checksum" {
	pull --url "$at" -t heap -l service=web
	assert_status 0
	[[ ${lines[1]} =~ ^pyroprof:\ heap\ profile\ of\ 1\ stacks\ from\ http://$at/debug/pprof/heap:\ entry\ ([0-9a-f]{64})\  ]]
	[ "$(entries .id)" = "${BASH_REMATCH[1]}" ]
	[ "$(entries '.labels | "\(.instance) \(.service)"')" = "$at web" ]
	"$PYROPROF" top "@${BASH_REMATCH[1]}" | grep -q serve
	pull --url "$at" -t heap -l instance=mine
	[ "$(entries '.labels.instance' | tail -1)" = mine ]
	[ ! -e pyroprof.pb.gz ]
	# another server of the same kind serves the same bytes
	"$BATS_TEST_DIRNAME/../lib/pprofs.py" more >other 3>&- &
	background+=("$!")
	wait_until 10 test -s other
	"$PYROPROF" record --url "127.0.0.1:$(<other)" -t heap -q -o first
	[ "$(entries .received_sha256 | head -1)" = "$(sha256sum first | cut -c1-64)" ]
}

@test "again and again, in step, as it is served" {
	pull --url "$at" -t heap --every 1s -d 3s
	assert_status 0
	# what counts since the start of the program goes on counting
	[ "$(entries '.types[0].total' | paste -sd' ')" = "1 2 3" ]
	[ "$(awk '{ print $2 }' requests | sort -u)" = /debug/pprof/heap ]
	awk 'NR > 1 && ($1 - last < 0.5 || $1 - last > 1.9) { exit 1 } { last = $1 }' requests
}

@test "CPU time is measured all the time" {
	pull --url "$at" --every 1s -d 3s
	assert_status 0
	[ "$(awk '{ print $2 }' requests | sort -u)" = '/debug/pprof/profile?seconds=1' ]
	n=$(entries .id | wc -l)
	[ "$n" -ge 2 ]
	[ "$n" = "$(wc -l <requests)" ]
}

@test "a pull that fails is told, and the next is tried" {
	pull --url "$at" -t mutex --every 1s -d 4s
	assert_status 3
	[ "$(entries '.types[0].total' | paste -sd' ')" = "2 4" ]
	[ "$(grep -c '503 Service Unavailable' <<<"$output")" = 2 ]
	[ "${lines[-1]}" = "pyroprof: 2 of 4 pulls have failed" ]
}

@test "a signal ends it, in the middle of a pull and between two" {
	for url in "$at/debug/pprof/profile" "$at/debug/pprof/heap"; do
		: >messages
		"$PYROPROF" record --url "$url" --every 30s --archive >messages 2>&1 3>&- &
		pid=$!
		background+=("$pid")
		wait_until 10 grep -q "${url##*/}" requests
		[[ $url != */heap ]] || wait_until 10 grep -q ': entry [0-9a-f]' messages
		kill -TERM "$pid"
		status=0
		wait "$pid" || status=$?
		cat messages
		assert_status 0
	done
	[ "$(entries '.types[0].type')" = inuse_objects ]
}

@test "what cannot be asked for ends it at once" {
	pull --url "$at/debug/pprof/profile?seconds=5" --every 1s
	assert_status 2
	assert_output_has "seconds=5"
	[ ! -e requests ]
	pull --url "$at/fail/debug/pprof/heap" --every 1s -d 1s
	assert_status 3
	assert_output_has "1 of 1 pulls have failed"
}

@test "a full disk is told, and the next is stored" {
	need_root
	mkdir small
	mount -t tmpfs -o size=8k none small || skip "no tmpfs can be mounted here"
	"$PYROPROF" record --url "$at" -t heap --every 1s --archive=small >messages 2>&1 3>&- &
	pid=$!
	background+=("$pid")
	wait_until 10 grep -q 'No space left on device' messages || { cat messages; umount small; false; }
	mount -o remount,size=16m small
	wait_until 10 grep -q 'entry [0-9a-f]' messages || { cat messages; umount small; false; }
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	"$PYROPROF" archive verify --archive=small >verified || true
	umount small
	cat messages verified
	assert_status 3
	grep -q 'all is well' verified
}
