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
