#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof top of what runs: -p, a command, a server; tables that come again and again.

load common

target=$top_builddir/tests/programs/target

setup()
{
	common_setup
	need_program python3
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
}

# A process that spends 70 % of its time in seven_tenths and the rest in three_tenths.
start_shares()
{
	in_background "$target" shares "${1:-0}"
	shares_pid=$!
	wait_until 5 grep -q '^target$' "/proc/$shares_pid/comm"
}

# check_json CODE: run Python on `d`, the list of objects in the file `json`, one a line.
check_json()
{
	python3 - "$1" <<-'END'
		import json, sys, textwrap
		d = [json.loads(line) for line in open("json")]
		def share(o, name):
		    return sum(100 * r["flat"] / o["total"] for r in o["rows"] if r["name"] == name)
		exec(textwrap.dedent(sys.argv[1]))
	END
}

# start_server SCRIPT ARG...: one of tests/lib that prints its port, which is in $port.
start_server()
{
	rm -f port
	"$top_srcdir/tests/lib/$1" "${@:2}" >port 2>server.err 3>&- &
	background+=("$!")
	wait_until 10 test -s port
	port=$(<port)
}

@test "the shares of a process after five seconds" {
	for collector in bpf perf; do
		need_collector $collector
		start_shares
		"$PYROPROF" top --collector=$collector -F 997 -p "$shares_pid" --format=json \
			--iterations=5 >json
		kill -KILL "$shares_pid"
		check_json '
		assert len(d) == 5, len(d)
		last = d[-1]
		a, b = share(last, "seven_tenths"), share(last, "three_tenths")
		print(a, b, last["live"])
		assert abs(a - 70) <= 5 and abs(b - 30) <= 5, (a, b)
		assert last["file"] == "target" and last["type"] == "cpu"
		'
	done
}

@test "without a window all since the start, with one the last of it" {
	need_collector perf
	start_shares
	"$PYROPROF" top -p "$shares_pid" --format=json --interval=300ms --iterations=5 >json
	check_json '
	totals = [o["total"] for o in d]
	assert totals == sorted(totals) and totals[0] < totals[-1], totals
	assert len({o["time_nanos"] for o in d}) == 1
	for before, after in zip(d, d[1:]):
	    assert before["live"]["samples"] <= after["live"]["samples"]
	    assert before["live"]["time_nanos"] <= after["live"]["time_nanos"]
	    assert after["live"]["lost"] == 0 and after["live"]["rate"] >= 0
	'
	"$PYROPROF" top -p "$shares_pid" --format=json --interval=500ms --window=1s --iterations=6 >json
	check_json '
	# a window begins where samples were fetched, five to ten times a second
	assert all(o["duration_nanos"] < 3e9 for o in d), [o["duration_nanos"] for o in d]
	assert d[-1]["time_nanos"] > d[0]["time_nanos"]
	assert d[-1]["total"] < sum(o["total"] for o in d)
	assert d[-1]["live"]["samples"] > d[0]["live"]["samples"]
	'
}

@test "tables as text, one after the other, with a line about the recording" {
	need_collector perf
	start_shares
	run "$PYROPROF" top -p "$shares_pid" --interval=300ms --iterations=2 -n 1 --compact-labels
	assert_status 0
	[ "$(grep -cE '^20[0-9-]+ [0-9:]+ UTC  [0-9]+ samples, 0 lost, [0-9]+/s$' <<<"$output")" = 2 ]
	[ "$(grep -c ' flat%   sum% ' <<<"$output")" = 2 ]
	! grep -q $'\033' <<<"$output" || false
}

@test "filters and granularities hold" {
	need_collector perf
	start_shares
	"$PYROPROF" top -p "$shares_pid" --focus=three_tenths --files --iterations=1 --format=json >json
	check_json '
	# what the kernel did meanwhile is in files of its own
	row = max(d[0]["rows"], key=lambda r: r["flat"])
	assert row["name"].endswith("target.c"), row
	'
}

@test "it ends when the target ends, or is killed, with a last table" {
	need_collector perf
	start_shares 3000
	run timeout 100 "$PYROPROF" top -p "$shares_pid" --interval=60s
	assert_status 0
	assert_output_has seven_tenths
	start_shares
	"$PYROPROF" top -p "$shares_pid" --interval=20s >out 2>messages 3>&- &
	top=$!
	background+=("$top")
	wait_for_recorder "$top"
	sleep 1
	kill -KILL "$shares_pid"
	wait "$top"
	grep -q seven_tenths out
}

@test "a command, from its start to its end" {
	need_collector perf
	run timeout 60 "$PYROPROF" top --interval=20s -- "$target" shares 300
	assert_status 0
	assert_output_has seven_tenths
	run timeout 60 "$PYROPROF" top --interval=20s -- sh -c 'exit 3'
	assert_status 0
	assert_output_has "the command ended with status 3"
	run "$PYROPROF" top -- ./no-such-program
	assert_status 3
	assert_output_has "'./no-such-program': cannot run the command"
	# what is no longer looked at does not go on; a number of ours, which no other test's has
	run timeout 60 "$PYROPROF" top --interval=200ms --iterations=1 -- "$target" shares 1$$
	assert_status 0
	! pgrep -f "$target shares 1$$" || false
}

@test "a signal ends it, and what there is is shown" {
	need_collector perf
	start_shares
	for signal in INT TERM; do
		# a shell lets its background jobs ignore SIGINT
		env --default-signal=INT "$PYROPROF" top -p "$shares_pid" --interval=60s >out 2>&1 3>&- &
		top=$!
		background+=("$top")
		wait_for_recorder "$top"
		sleep 1
		kill -$signal "$top"
		wait "$top"
		grep -q seven_tenths out
	done
}

@test "a reader that leaves early is no error" {
	need_collector perf
	start_shares
	run bash -c 'set -o pipefail
		timeout 60 "$PYROPROF" top -p "$1" --interval=200ms --compact-labels | head -1' - "$shares_pid"
	assert_status 0
	[[ $output == *" samples, 0 lost, "* ]]
}

@test "on a terminal, a table takes the place of the one before" {
	need_collector perf
	need_program script
	start_shares
	script -qec "stty rows 20 cols 60; '$PYROPROF' top -p $shares_pid --interval=300ms --iterations=3" \
		/dev/null >screen </dev/null
	[ "$(grep -ac $'\033\[H' screen)" = 3 ]
	[ "$(grep -ac $'\033\[2J' screen)" = 1 ]
	grep -aq $'seven_tenths\033\[K' screen
	# lines are not wrapped meanwhile, and are afterwards
	[ "$(grep -aoE $'\033\[\\?7[hl]' screen | tail -1)" = $'\033[?7h' ]
}

@test "what a server measures adds up, what it counts does not" {
	start_server hostile.py requests
	"$PYROPROF" top --url "http://127.0.0.1:$port/ok" --interval=200ms --iterations=3 --format=json \
		--addresses >json
	check_json '
	assert [o["total"] for o in d] == [d[0]["total"]] * 3 and d[0]["total"] > 0
	assert all(list(o["live"]) == ["time_nanos"] for o in d)
	'
	[ "$(grep -c '^GET ' requests)" -ge 3 ]
	start_server pprofs.py pulls
	"$PYROPROF" top --url "http://127.0.0.1:$port" -t cpu --iterations=3 --format=json >json
	check_json '
	# it says 1, 2, 3, ...
	assert [o["total"] for o in d] == [1, 3, 6], d
	'
	"$PYROPROF" top --url "http://127.0.0.1:$port" -t cpu --iterations=4 --window=1s --format=json >json
	check_json '
	totals = [o["total"] for o in d]
	assert totals == list(range(totals[0], totals[0] + 4)), totals
	'
}

@test "a server that has never answered is a failure" {
	start_server hostile.py
	run timeout 60 "$PYROPROF" top --url "http://127.0.0.1:$port/html"
	assert_status 3
	assert_output_has "an HTML page came instead of a profile"
}

# refused MESSAGE ARG...: wrong usage, said so.
refused()
{
	run "$PYROPROF" top "${@:2}"
	assert_status 2
	[ "${lines[0]}" = "pyroprof: $1" ] && return
	echo "not '$1': $output"
	return 1
}

@test "what does not go together" {
	local now="does not go with what is recorded now"

	refused "a PROFILE $now" -p $$ "$DATA/cpu.pb.gz"
	refused "--base $now" -p $$ --base="$DATA/cpu.pb.gz"
	refused "--diff-base $now" -p $$ --diff-base="$DATA/cpu.pb.gz"
	refused "-o $now" -p $$ -o out
	refused "a --format but text and json $now" -a --format=csv
	refused "a --format but text and json $now" -a --format=proto
	refused "option '--interval': 100ms to 24h" -p $$ --interval=1ms
	refused "option '--window': the interval is the least" -p $$ --window=500ms
	refused "-F and -c exclude each other" -p $$ -F 99 -c 1000
	refused "options about recording need something to record" --iterations=2
	refused "options about recording need something to record" --window=2s "$DATA/cpu.pb.gz"
	run "$PYROPROF" top -p 2147483647
	assert_status 3
	assert_output_has "no such process"
	run "$PYROPROF" top -p $$ -a
	assert_status 2
}

@test "somebody else's process is refused to who is not root, one's own is not" {
	need_collector perf
	open=$(mktemp -d /tmp/pyroprof-test.XXXXXX)
	chmod 755 "$open"
	need_nobody "$open"
	cp "$PYROPROF" "$target" "$open"
	start_shares
	run as_nobody "$open/pyroprof" top -p "$shares_pid" --iterations=1
	refusal=$output refused_with=$status
	run as_nobody "$open/pyroprof" top --iterations=1 -- "$open/target" shares 0
	rm -rf "$open"
	[ "$refused_with" = 3 ]
	[[ $refusal == *"cannot record process $shares_pid: it belongs to root"* ]]
	[ "$status" = 0 ] || skip_if_refused "$output"
	assert_output_has seven_tenths
}
