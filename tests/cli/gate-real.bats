#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof gate on real recordings: how often it is wrong about one and the same program, and how often it finds
# a known slowdown. 32 profiles, of a Go server for a second by itself and of a C program by our recorder at a rate
# that gives as many samples in half a second as there are in ten at the usual one; GATE_SLOW=1 records ten.

load common

windows=32

# The program as it is and with its hot function half as dear again, both at the same time. Each run takes so
# much CPU time, so that there are as many samples on a busy machine.
record_program()
{
	local i

	mkdir "$D/c$1"
	for ((i = 0; i < windows; i++)); do
		"$PYROPROF" record -q -F "$rate" -o "$D/c$1/$i.pb.gz" -- "$D/gated$1" "$cpu" || return
	done
}

record_programs()
{
	local hot

	: >"$D/config.h"
	for hot in 100 150; do
		gcc -std=gnu17 -O2 -g -I "$D" -DHOT=$hot -o "$D/gated$hot" "$top_srcdir/tests/programs/gated.c"
	done
	for hot in 100 150; do
		record_program $hot >"$D/c$hot.log" 2>&1 3>&- &
	done
}

record_server()
{
	local i

	(cd "$top_srcdir/tests/programs/gateserver" &&
		GO111MODULE=off GOCACHE="$D/gocache" go build -o "$D/gateserver" .)
	"$D/gateserver" -life "$((windows * length * 2 + 60))s" >"$D/port" 3>&- &
	server=$!
	wait_until 10 test -s "$D/port"
	mkdir "$D/go"
	for ((i = 0; i < windows; i++)); do
		"$PYROPROF" record -q --url "127.0.0.1:$(<"$D/port")" -t cpu -d "${length}s" -o "$D/go/$i.pb.gz"
	done
	kill "$server"
}

# All at once, or the test would take as long as all of them together.
setup_file()
{
	export D=$BATS_FILE_TMPDIR
	length=1 cpu=500 rate=1999
	[ -z "${GATE_SLOW:-}" ] || length=10 cpu=10000 rate=99
	if [ "$(id -u)" = 0 ] && command -v gcc >/dev/null; then
		record_programs
	fi
	if command -v go >/dev/null; then
		record_server
	fi
	wait
}

# A recorder that was refused says so.
need_recordings()
{
	need_root
	need_program gcc
	[ -n "$(ls "$D/c100")" ] || skip_if_refused "$(<"$D/c100.log")"
	[ "$(ls "$D/c$1" | wc -l)" -ge "$windows" ]
}

# How often splits of recordings of the same are wrong, beside what a plain comparison has; both are shown.
#
# A split is drawn from the ways to split these recordings, which is what ranks count: so a chance of 5 % is one
# of 5 % for each function and any recordings, and the splits are independent draws from that. What has no bound
# for each set of recordings is how alarms of several functions go together, on which the price for judging many
# depends; the promise is one about sets on average. Hence each set may have 5 % and two standard errors of 2000
# draws, 2 * sqrt(0.05 * 0.95 / 2000) = 1 %; both together may not have more than 5 %.
check_self()
{
	run "$PYROPROF" gate --self-check --splits 2000 --base "$@"
	echo "$output"
	printf '# %s\n' "${lines[@]}" >&3
	assert_status 0
	awk '/^this gate/ { print $3 + 0 }' <<<"$output" >>"$D/rates"
	awk '/^this gate/ { exit !($3 + 0 <= 6) }' <<<"$output"
	# what it is compared with is wrong most of the time, or these profiles would prove nothing
	awk '/^any above/ { exit !($4 + 0 >= 50) }' <<<"$output"
}

@test "a Go server compared with itself" {
	need_program go
	check_self "$D"/go/*.pb.gz
}

@test "a C program compared with itself" {
	need_recordings 100
	check_self "$D"/c100/*.pb.gz
}

@test "both together: wrong in at most 5 % of splits" {
	[ -n "$(ls "$D/go" "$D/c100" 2>/dev/null)" ] || skip "nothing could be recorded"
	echo "# of splits wrong: $(paste -sd, "$D/rates" | sed 's/,/ % and /') %" >&3
	awk '{ sum += $1 } END { exit !(sum / NR <= 5) }' "$D/rates"
}

# draws N FILE...: N lines of ten of them each, the same ones each time.
draws()
{
	python3 -c 'import random, sys
for seed in range(int(sys.argv[1])):
    print(*random.Random(seed).sample(sys.argv[2:], 10))' "$@"
}

@test "a hot function that is half as dear again" {
	local found=0 n=20 before after

	need_recordings 150
	while read -ru 4 -a before && read -ru 5 -a after; do
		run --separate-stderr "$PYROPROF" gate --base "${before[@]}" --head "${after[@]}"
		if [ "$status" = 1 ] && [[ $output == *$'\nregressed    parse: '* ]]; then
			found=$((found + 1))
		fi
	done 4< <(draws $n "$D"/c100/*.pb.gz) 5< <(draws $n "$D"/c150/*.pb.gz)
	echo "# found in $found of $n draws of 10 profiles a side" >&3
	[ $((found * 100)) -ge $((n * 90)) ]
}
