#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof tui of what runs: shown at once, and kept up until it ends; in tmux, or by a script.

load common
load tmux

target=$top_builddir/tests/programs/target

setup()
{
	common_setup
	need_tui
	need_collector perf
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
}

teardown()
{
	stop_terminal
	common_teardown
}

# A process that spends 70 % of its time in seven_tenths and the rest in three_tenths.
start_shares()
{
	in_background "$target" shares 0
	shares_pid=$!
	wait_until 5 grep -q '^target$' "/proc/$shares_pid/comm"
}

# by_script ARG...: the program, with keys from standard input.
by_script()
{
	cat >keys
	PYROPROF_TUI_SCRIPT=keys run timeout 60 "$PYROPROF" tui "$@"
}

# The share of a function in the screen saved as $1 is $2 %, give or take 5.
expect_share()
{
	local share

	share=$(grep -oE "$3 +[0-9.]+%" "$1" | grep -oE '[0-9.]+%' | tr -d %)
	echo "$3: $share, not $2"
	awk -v is="$share" -v be="$2" 'BEGIN { exit !(is >= be - 5 && is <= be + 5) }'
}

@test "the shares of a process after five seconds, and what it says when that is killed" {
	start_shares
	start_terminal 120 30
	type_line "\"$PYROPROF\" tui -F 997 -p $shares_pid; echo ended \$?"
	wait_for '^ pyroprof  [a-z]+  live [0-9]+s '
	# on a machine with other work some may be lost, and the target may have little time
	wait_for '^ pyroprof  target  live ([5-9]|[1-9][0-9])s  [0-9,]+ samples, [0-9,]+ lost, [0-9]+/s  cpu  [0-9.]+m?s '
	expect_share screen 70 seven_tenths
	expect_share screen 30 three_tenths
	keys / t h r e e Enter n Enter
	wait_for 'three_tenths .*zoom [23][0-9.]+%'
	kill -KILL "$shares_pid"
	wait_for '^ pyroprof  target  the target ended after [0-9]+s  [0-9,]+ samples, [0-9,]+ lost  cpu'
	# where one was, and all that one can do
	grep -q 'three_tenths .*zoom [23]' screen
	keys 0 z
	wait_for 'the recording is over'
	expect_share screen 70 seven_tenths
	keys q
	expect_restored 0
}

@test "of the whole machine" {
	local why

	why=$("$PYROPROF" record -a -d 100ms -o /dev/null 2>&1) || skip_if_refused "$why"
	start_shares
	by_script -a <<-'END'
		:size 100x24
		:wait-data
		:wait-data
		:search seven_tenths
		n
		:save-screen screen
	END
	assert_status 0
	grep -qE '^ pyroprof  all that runs  live [1-9][0-9]*s  [0-9,]+ samples, [0-9,]+ lost, ' screen
	grep -qE '^ /seven_tenths  matched [1-9]' screen
}

@test "the selection, the zoom and the search survive; frozen, all does" {
	start_shares
	by_script -F 997 -p "$shares_pid" <<-'END'
		:size 100x24
		:wait-data
		:search seven_tenths
		n Enter
		:save-screen first
		:wait-data
		:save-screen second
		z
		:save-screen frozen
		F
		:wait-data
		:save-screen third
	END
	assert_status 0
	for screen in first second frozen third; do
		grep -q 'shares ▸ seven_tenths .*zoom ' $screen
		grep -qE '^ seven_tenths  total [0-9.]+m?s' $screen
	done
	[ "$(sed -n 1p first)" != "$(sed -n 1p second)" ]
	[ "$(sed -n 1p second)" != "$(sed -n 1p third)" ]
	grep -q '^ pyroprof  target  frozen ' frozen
	[ "$(sed '1d;/frozen;/d' frozen)" = "$(sed '1d;/matched/d' second)" ]
	grep -q 'following the recording' third || grep -q 'matched' third
	# frozen, there is nothing to wait for
	by_script -p "$shares_pid" <<-'END'
		:wait-data
		z
		:wait-data
	END
	assert_status 3
	assert_output_has "no data came for 'wait-data'"
}

@test "--window shows the last of it" {
	start_shares
	by_script -p "$shares_pid" -F 997 --interval=300ms --window=1s <<-'END'
		:size 120x24
		:wait-data
		:wait-data
		:wait-data
		:wait-data
		:wait-data
		:wait-data
		:wait-data
		:wait-data
		:save-screen screen
	END
	assert_status 0
	grep -qE '^ pyroprof  target  live ([2-9]|[1-9][0-9])s, the last 1s  [0-9,]+ samples' screen
}

@test ":write writes what is shown" {
	start_shares
	by_script -F 997 -p "$shares_pid" --focus=three_tenths <<-'END'
		:size 100x24
		:wait-data
		:write saved.pb.gz
		:save-screen screen
		:write no/such/place.pb.gz
		:save-screen refused
	END
	assert_status 0
	grep -q 'wrote saved.pb.gz' screen
	grep -q 'no/such/place.pb.gz' refused
	run "$PYROPROF" top saved.pb.gz
	assert_status 0
	assert_output_has three_tenths
	[[ $output != *seven_tenths* ]]
	by_script "$DATA/cpu.pb.gz" <<-'END'
		:size 100x24
		:write copy.pb.gz
		z
		:save-screen screen
	END
	assert_status 0
	grep -q 'nothing is recorded' screen
	run "$PYROPROF" diff "$DATA/cpu.pb.gz" copy.pb.gz
	assert_status 0
}

@test "a command does not write on the screen, and ends with the program" {
	# a number of ours, which no other test's has
	local shares="shares 1$$"

	start_terminal 100 30
	type_line "\"$PYROPROF\" tui -- sh -c 'echo scribble; echo scrawl >&2; exec \"$target\" $shares'; echo ended \$?"
	wait_for '^ pyroprof  target  live [1-9][0-9]*s '
	! grep -E 'scribble|scrawl' screen || false
	keys q
	wait_for 'ended 0'
	! pgrep -f "$target $shares" || false
	type_line "clear; \"$PYROPROF\" tui -- ./no-such-program; echo ended \$?"
	wait_for 'failed after'
	keys q
	wait_for "'./no-such-program': cannot run the command"
	wait_for 'ended 3'
}

@test "a signal ends it, with the terminal as it was" {
	start_shares
	start_terminal 100 30
	type_line "\"$PYROPROF\" tui -p $shares_pid; echo ended \$?"
	wait_for '^ pyroprof  target  live [1-9][0-9]*s '
	kill -TERM "$(program_pid)"
	expect_restored 0
}

@test "of a server" {
	"$top_srcdir/tests/lib/pprofs.py" pulls >port 2>server.err 3>&- &
	server_pid=$!
	background+=("$server_pid")
	wait_until 10 test -s port
	start_terminal 100 30
	type_line "\"$PYROPROF\" tui --url http://127.0.0.1:$(<port) -t cpu; echo ended \$?"
	wait_for '^ pyroprof  [^ ]+  live [0-9]+s  cpu  '
	kill -KILL "$server_pid"
	wait_for '^ pyroprof  .*(cannot|refused|failed)'
	keys q
	wait_for 'ended'
}

@test "what does not go together" {
	export PYROPROF_TUI_SCRIPT=/dev/null
	run "$PYROPROF" tui -p $$ "$DATA/cpu.pb.gz"
	assert_status 2
	assert_output_has "a PROFILE does not go with what is recorded now"
	run "$PYROPROF" tui -p $$ --diff-base="$DATA/cpu.pb.gz"
	assert_status 2
	run "$PYROPROF" tui --window=10s "$DATA/cpu.pb.gz"
	assert_status 2
	assert_output_has "options about recording need something to record"
}
