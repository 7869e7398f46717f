#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the program says about itself, where it says it, and with which exit code.

bats_require_minimum_version 1.5.0

setup() {
	SOURCE="${top_srcdir:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
	PYROPROF="${PYROPROF:-${top_builddir:-$SOURCE/build}/pyroprof}"
	cd "$BATS_TEST_TMPDIR" || return
}

# on_terminal COMMAND: standard output is a terminal 72 columns wide; no pager waits for keys.
on_terminal() {
	MANPAGER=cat PAGER=cat TERM=dumb run -0 script -qec "stty cols 72; $1" /dev/null
	output=${output//$'\r'/}
}

@test "no arguments: the overview on standard output" {
	run -0 --separate-stderr "$PYROPROF"
	[[ $output == "usage: pyroprof COMMAND "* ]]
	[[ $output == *$'\n  help '*"explain a command"* ]]
	# shellcheck disable=SC2154 # bats sets it
	[ "$stderr" = "" ]
}

@test "every way to ask for the overview gives the same" {
	run -0 "$PYROPROF"
	local want=$output
	for way in -h --help -help help; do
		run -0 "$PYROPROF" $way
		[ "$output" = "$want" ]
	done
}

@test "the overview names every command, and no hidden one" {
	run -0 "$PYROPROF"
	local text=$output
	run -0 "$PYROPROF" __options
	[ "${#lines[@]}" -ge 1 ]
	local where
	for line in "${lines[@]}"; do
		name=${line%%$'\t'*} where=$text
		# those of two words are named by the first
		[[ $name != *' '* ]] || where=$("$PYROPROF" "${name%% *}" -h)
		grep -q "^  ${name#* } " <<<"$where"
	done
	run ! grep -q __ <<<"$text"
}

@test "--version" {
	for way in --version -version -V; do
		run -0 "$PYROPROF" $way
		[[ ${lines[0]} =~ ^pyroprof\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "version: as --version, and every part is either with or without" {
	run -0 "$PYROPROF" --version
	local option=$output
	run -0 "$PYROPROF" version
	[ "$output" = "$option" ]
	for part in 'recording of processes' eBPF URLs tui; do
		[ "$(sed -nE 's/^with(out)?: //p' <<<"$output" | tr ',' '\n' | sed 's/^ //' | grep -cx "$part")" = 1 ]
	done
	run -2 "$PYROPROF" version --wihtout
}

@test "an unknown command: exit 2, and the nearest one is suggested" {
	run -2 --separate-stderr "$PYROPROF" hlep
	[ "$output" = "" ]
	# shellcheck disable=SC2154 # bats sets it
	[ "${stderr_lines[0]}" = "pyroprof: unknown command 'hlep'" ]
	[ "${stderr_lines[1]}" = "hint: did you mean 'help'?" ]
	[ "${stderr_lines[2]}" = "see 'pyroprof --help'" ]
}

@test "an unknown option: exit 2, and the nearest one is suggested" {
	run -2 --separate-stderr "$PYROPROF" help --hepl
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "pyroprof: unknown option '--hepl'" ]
	[ "${stderr_lines[1]}" = "hint: did you mean '--help'?" ]
	[ "${stderr_lines[2]}" = "see 'pyroprof help -h'" ]
}

@test "control characters do not reach the terminal" {
	run -2 --separate-stderr "$PYROPROF" $'\e[31mred\xe2\x80\xae\xff'
	[ "${stderr_lines[0]}" = "pyroprof: unknown command '\\x1b[31mred\\u{202e}\\xff'" ]
}

@test "help NAME suggests as well" {
	run -2 --separate-stderr "$PYROPROF" help hlep
	[ "${stderr_lines[1]}" = "hint: did you mean 'help'?" ]
	run -2 --separate-stderr "$PYROPROF" help __complete
	[ "${stderr_lines[0]}" = "pyroprof: unknown command '__complete'" ]
}

@test "every command has -h; off a terminal, help gives the same" {
	run -0 "$PYROPROF" __options
	local commands=("${lines[@]%%$'\t'*}")
	[ "${#commands[@]}" -ge 1 ]
	for command in "${commands[@]}"; do
		run -0 --separate-stderr "$PYROPROF" "$command" -h
		[[ $output == "usage: pyroprof $command"* ]]
		[ "$stderr" = "" ]
		local want=$output
		run -0 "$PYROPROF" "$command" --help
		[ "$output" = "$want" ]
		run -0 "$PYROPROF" help "$command"
		[ "$output" = "$want" ]
		run ! grep -E '.{81}' <<<"$want"
	done
}

@test "every option table is sound" {
	run -0 "$PYROPROF" __options
	for line in "${lines[@]}"; do
		run -0 "$PYROPROF" __options "${line%%$'\t'*}"
		[ "${lines[-1]}" = $'h\thelp' ] || [ "${lines[-1]}" = $'h\thelp\t' ]
	done
}

@test "-h is as wide as the terminal" {
	on_terminal "'$PYROPROF' -h"
	[[ $output == "usage: pyroprof"* ]]
	run ! grep -E '.{73}' <<<"$output"
}

@test "on a terminal, help NAME opens the manual page" {
	command -v man >/dev/null || skip "man is not installed"
	mkdir -p pages/man1
	cp "$SOURCE/man/pyroprof-help.1" pages/man1/
	MANPATH="$PWD/pages" man -w pyroprof-help >/dev/null 2>&1 || skip "man does not find pages"
	export MANPATH="$PWD/pages"
	on_terminal "'$PYROPROF' help help"
	[[ $output == "PYROPROF-HELP(1)"* ]]
}

@test "on a terminal, help NAME without a page says what -h says" {
	# a man that knows nothing, and none at all
	mkdir bin
	printf '#!/bin/sh\nexit 16\n' >bin/man
	chmod +x bin/man
	on_terminal "PATH='$PWD/bin' '$PYROPROF' help help"
	[[ $output == "usage: pyroprof help "* ]]
	on_terminal "PATH=/nonexistent '$PYROPROF' help help"
	[[ $output == "usage: pyroprof help "* ]]
}

@test "a full disk is noticed" {
	run -3 sh -c "'$PYROPROF' --help >/dev/full"
	[ "$output" = "pyroprof: cannot write to standard output: No space left on device" ]
}

@test "closed standard descriptors" {
	run -3 sh -c "'$PYROPROF' --help >&-"
	[ "$output" = "pyroprof: cannot write to standard output: Bad file descriptor" ]
	run -0 sh -c "'$PYROPROF' --help <&- 2>&-"
	[[ $output == "usage: pyroprof"* ]]
	run -2 sh -c "'$PYROPROF' nosuch <&- >&- 2>&-"
	[ "$output" = "" ]
}

@test "a reader that goes away ends it silently" {
	command -v python3 >/dev/null || skip "python3 is not installed"
	run -0 python3 -c 'import os, signal, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
sys.exit(subprocess.run(sys.argv[1:], stdout=writer).returncode != -signal.SIGPIPE)' "$PYROPROF"
	[ "$output" = "" ]
}

@test "no arguments at all, not even a name" {
	command -v python3 >/dev/null || skip "python3 is not installed"
	run -0 python3 - "$PYROPROF" <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None)
		argv = (ctypes.c_char_p * 1)(None)
		env = (ctypes.c_char_p * 1)(None)
		libc.execve(sys.argv[1].encode(), argv, env)
		sys.exit(9)
	END
	[[ $output == "usage: pyroprof"* ]]
}
