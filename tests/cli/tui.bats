#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof tui in a real terminal, which is tmux: signals, sizes, and that it is put back as it was.
# What is on the screen is held by tests/golden/tui-*.

load common
load tmux

setup()
{
	common_setup
	need_tui
	start_terminal 100 30
}

teardown()
{
	stop_terminal
	common_teardown
}

@test "keys do what they say, and q leaves the terminal as it was" {
	type_line "\"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for 'worker .*90\.80%'
	keys j j Enter
	wait_for 'zoom 99\.50%'
	keys / h a s h Enter
	wait_for 'matched 8\.71% of all, 8\.75% of zoom'
	keys q
	expect_restored 0
}

@test "a profile from a pipe: keys come from the terminal" {
	type_line "cat $DATA/cpu.pb.gz | \"$PYROPROF\" tui -; echo ended \$?"
	wait_for 'worker .*90\.80%'
	keys Q
	expect_restored 0
}

@test "another size, and far too small ones" {
	type_line "\"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for 'worker .*90\.80%'
	tmux -L "$server" resize-window -x 60 -y 20
	wait_for '^└─{58}┘$'
	tmux -L "$server" resize-window -x 10 -y 3
	wait_for 'terminal t'
	tmux -L "$server" resize-window -x 100 -y 30
	wait_for '^└─+┴─+┘$'
	keys q
	expect_restored 0
}

@test "signals put the terminal back first" {
	local sig

	for sig in TERM HUP SEGV ABRT; do
		type_line "clear; \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
		wait_for 'worker .*90\.80%'
		kill -"$sig" "$(program_pid)"
		expect_restored $((128 + $(kill -l "$sig")))
	done
}

@test "C-z stops it and fg goes on" {
	type_line "set -m; \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for 'worker .*90\.80%'
	keys j j Enter C-z
	wait_for 'ended 148'
	type_line "clear; fg; echo ended again \$?"
	wait_for 'zoom 99\.50%'
	keys q
	expect_restored 'again 0'
}

@test "an editor has the terminal for a while" {
	cat >editor <<-'EOF'
		#!/bin/sh
		# words, and no shell's
		[ "$1 $2 $3" = '; touch ran' ] || exit 1
		echo "editing $4 of ${5##*/}"
		read -r answer
	EOF
	chmod +x editor
	type_line "EDITOR='$PWD/editor ; touch ran' \"$PYROPROF\" tui --source-path=$DATA/lines $DATA/lines.pb.gz; echo ended \$?"
	wait_for 'main .*100%'
	keys / f i b Enter n e
	wait_for '^editing \+9 of work.src'
	keys y e s Enter
	wait_for 'self +total +line'
	keys Q
	expect_restored 0
	[ ! -e ran ]
}

@test "other terminals: without colours, in ASCII" {
	type_line "TERM=vt100 LC_ALL=C \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for '^\|\|worker .*90\.80%\|'
	keys q
	expect_restored 0
	type_line "clear; TERM=dumb \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for 'cannot place text'
	expect_restored 2
}

@test "true colours where the terminal says so" {
	type_line "COLORTERM=truecolor \"$PYROPROF\" tui --colors=hot $DATA/cpu.pb.gz; echo ended \$?"
	wait_for 'worker .*90\.80%'
	tmux -L "$server" capture-pane -pe >colours
	grep -q $'\033\[48;2;' colours
	keys q
	expect_restored 0
}

@test "few colours tell what many do" {
	local term
	# for a console's mouse ncurses asks gpm, which loses a few bytes
	local without="env -u COLORTERM NCURSES_GPM_TERMS=none"

	for term in linux screen xterm-16color; do
		type_line "clear; $without TERM=$term \"$PYROPROF\" tui --colors=hot $DATA/cpu.pb.gz; echo ended \$?"
		wait_for 'worker .*90\.80%'
		tmux -L "$server" capture-pane -pe >colours
		# hot ones on red or yellow, and not on black or grey as nearest to what they are
		grep -E $'\033\\[4[13]m(worker|copy_rows)' colours
		keys q
		expect_restored 0
	done
	type_line "clear; NO_COLOR=1 \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for '│worker .*90\.80%'
	tmux -L "$server" capture-pane -pe >colours
	! grep -E $'\033\\[(3|4)[0-7]m|\033\\[[34]8;' colours || false
	keys q
	expect_restored 0
}

# mouse BUTTON X Y END: as terminals tell it; places count from 1, END is M or m.
mouse()
{
	keys -l $'\033'"[<$1;$2;$3$4"
}

@test "the mouse: a click, a double click, the wheel, a border that is dragged" {
	# as old terminals tell it, and multiplexers
	type_line "TERM=screen \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for '^│worker .*90\.80%'
	keys -l $'\033[M %\''
	wait_for '^ worker  total 3\.65s'
	keys q
	expect_restored 0
	type_line "clear; TERM=xterm-256color \"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for '^│worker .*90\.80%'
	mouse 0 5 7 M
	mouse 0 5 7 m
	wait_for '^ worker  total 3\.65s'
	mouse 0 5 6 M
	mouse 0 5 6 m
	mouse 0 5 6 M
	mouse 0 5 6 m
	wait_for '▸ main +zoom 99\.50%'
	mouse 0 60 10 M
	mouse 32 50 10 M
	mouse 32 40 10 M
	mouse 0 40 10 m
	wait_for '^┌─1 flame ─{29}┬─2 table'
	# the wheel goes through the rows of the table, once there are more than fit
	tmux -L "$server" resize-window -x 100 -y 15
	wait_for '^worker .* 350ms +8\.71% hash_step'
	mouse 65 80 6 M
	wait_for ' 3\.65s +90\.80% worker$'
	keys q
	expect_restored 0
}

@test "what is copied gets to the clipboard of the terminal" {
	tmux -L "$server" set -g set-clipboard on
	type_line "\"$PYROPROF\" tui $DATA/cpu.pb.gz; echo ended \$?"
	wait_for '^│worker .*90\.80%'
	keys j j j y
	wait_for '^ copied the name'
	[ "$(tmux -L "$server" show-buffer)" = worker ]
	keys Y
	wait_for '^ copied the stack: 3 frames'
	[ "$(tmux -L "$server" show-buffer)" = $'_start\nmain\nworker' ]
	keys q
	expect_restored 0
}

@test "a terminal that goes away ends it" {
	local pid

	type_line "\"$PYROPROF\" tui $DATA/cpu.pb.gz"
	wait_for '^│worker .*90\.80%'
	pid=$(program_pid)
	tmux -L "$server" kill-server
	wait_until 5 is_gone "$pid"
}

is_gone()
{
	[ ! -e "/proc/$1" ] || grep -q '^State:	Z' "/proc/$1/status"
}

@test "the manual has the keys that there are" {
	sed -n '/^\.\\" KEYS:/,/^\.\\" END/p' "$top_srcdir/man/pyroprof-tui.1" | sed '1d;$d' >manual
	"$PYROPROF" tui --list-keys >program
	diff manual program
	[ "$(grep -c '^\.It Ic' program)" -gt 30 ]
}

@test "--bench-keys tells how long keys take" {
	printf ':size 120x40\nj j Enter\n"/hash\nEnter n\n' >keys
	run "$PYROPROF" tui --bench-keys=keys "$DATA/cpu.pb.gz"
	assert_status 0
	[[ $output =~ "10 keys, cpu: p50 "[0-9.]+" ms, p90 ".*"max "[0-9.]+" ms" ]]
}
