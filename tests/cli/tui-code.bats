#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof tui: instructions beside the source, of a program that is built here.

load common
load binary

setup()
{
	common_setup
	export LC_ALL=C.UTF-8
	need_tui
	for tool in gcc objdump readelf nm python3; do
		need_program "$tool"
	done
	cat >code.c <<-'EOF'
		#include <stdlib.h>
		__attribute__((noinline)) int inner(int x) { return x * rand() + 7; }
		__attribute__((noinline)) int outer(int x) { return inner(x) + inner(x + 1); }
		int main(void) { return outer(3); }
	EOF
	gcc -O1 -g -no-pie -o code code.c
	profile_of code.pb "$PWD/code" 0 inner+4 outer+9
}

teardown()
{
	common_teardown
}

@test "instructions of the selected function, with what they cost" {
	local address

	cat >keys <<-'EOF'
		:size 120x40
		:search ^inner$
		n a A
		:save-screen wide
		:size 60x20
		:save-screen narrow
		A
		:save-screen without
	EOF
	PYROPROF_TUI_SCRIPT=keys "$PYROPROF" tui code.pb
	# the one that disasm says, which is not the first
	"$PYROPROF" disasm '^inner$' code.pb >report
	address=$(awk '$1 == "10ms" && $3 ~ /:$/ { print substr($3, 1, length($3) - 1) }' report)
	grep -qE " 50\.00%   $address  call" wide
	[ "$(grep -cE ' 50\.00%   4[0-9a-f]{5}  ' wide)" = 1 ]
	grep -q ' ret' wide
	grep -qE "^. +50\.00%   $address  call" narrow
	! grep -q ' ret' without
}

@test "in a comparison, what instructions cost before and after" {
	local address

	profile_of before.pb "$PWD/code" 0 inner+4 inner+4 inner+4 outer+9
	cat >keys <<-'EOF'
		:size 120x40
		:search ^inner$
		n a A
		:save-screen both
	EOF
	PYROPROF_TUI_SCRIPT=keys "$PYROPROF" tui --diff-base=before.pb code.pb
	address=$("$PYROPROF" disasm '^inner$' code.pb | awk '$1 == "10ms" && $3 ~ /:$/ { print substr($3, 1, length($3) - 1) }')
	grep -qE " 75\.00% +50\.00%   $address  call" both
	# another program of that name, whose addresses are not those
	gcc -O0 -g -no-pie -o other code.c
	profile_of before.pb "$PWD/other" 0 inner+4
	PYROPROF_TUI_SCRIPT=keys "$PYROPROF" tui --diff-base=before.pb code.pb
	grep -qE "[^%]{9} +50\.00%   $address  call" both
}

@test "what cannot be disassembled is said, and nothing else gets onto the screen" {
	rm code
	cat >keys <<-'EOF'
		:size 120x40
		:search ^inner$
		n a A
		:save-screen gone
	EOF
	PYROPROF_TUI_SCRIPT=keys "$PYROPROF" tui code.pb 2>errors
	[ ! -s errors ]
	grep -q 'its program is not here (--binary-path)' gone
}
