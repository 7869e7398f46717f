#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Long text on a terminal goes through a pager.

load common

setup()
{
	common_setup
	unset PYROPROF_PAGER PAGER LESS
	need_program script
	mkdir bin
	# notes its name, arguments and $LESS down, and what it is given
	cat >bin/page <<-'END'
		#!/bin/sh
		printf '%s\n' "${0##*/}" "$@" "LESS=$LESS" >called
		cat >paged
	END
	chmod +x bin/page
	ln -s page bin/less
	cp "$DATA/cpu.pb.gz" cpu.pb.gz
	want=$("$PYROPROF" traces cpu.pb.gz)
	[ "$(wc -l <<<"$want")" -gt 12 ]
	PATH=$PWD/bin:$PATH
}

# on_terminal COMMAND: with 12 lines.
on_terminal()
{
	rm -f called paged
	TERM=dumb run script -qec "stty cols 80 rows 12; $1" /dev/null
	output=${output//$'\r'/}
}

@test "what is longer than the terminal, through less" {
	on_terminal "pyroprof traces cpu.pb.gz"
	assert_status 0
	[ "$output" = "" ]
	[ "$(<paged)" = "$want" ]
	[ "$(<called)" = $'less\nLESS=FRX' ]
	LESS=i on_terminal "pyroprof traces cpu.pb.gz"
	[ "$(<called)" = $'less\nLESS=i' ]
}

@test "what fits, and what goes elsewhere, is not paged" {
	on_terminal "pyroprof comments cpu.pb.gz"
	[ ! -e called ]
	[ "$output" = "$(pyroprof comments cpu.pb.gz)" ]
	on_terminal "pyroprof traces cpu.pb.gz >file"
	[ ! -e called ]
	[ "$(<file)" = "$want" ]
	on_terminal "pyroprof traces cpu.pb.gz | cat"
	[ ! -e called ]
	[ "$output" = "$want" ]
}

@test "another pager, with arguments, and none" {
	PAGER='page a  "b c"' on_terminal "pyroprof traces cpu.pb.gz"
	[ "$(<called)" = $'page\na\nb c\nLESS=FRX' ]
	PYROPROF_PAGER="page" PAGER=nosuch on_terminal "pyroprof traces cpu.pb.gz"
	[ "$(<called)" = $'page\nLESS=FRX' ]
	unpaged() {
		[ ! -e paged ]
		[ "$output" = "$want" ]
	}
	for none in '' cat nosuch /dev/null '"'; do
		PYROPROF_PAGER=$none on_terminal "pyroprof traces cpu.pb.gz"
		unpaged
	done
	on_terminal "pyroprof --no-pager traces cpu.pb.gz"
	unpaged
	PAGER='touch ran; cat' on_terminal "pyroprof traces cpu.pb.gz"
	[ ! -e ran ]
}

@test "more than is kept in memory, and a pager that reads none of it" {
	for i in {1..2000}; do echo "main;function_number_$i;leaf_with_a_rather_long_name 1"; done >many.folded
	want=$(pyroprof traces many.folded)
	[ "${#want}" -gt 200000 ]
	on_terminal "pyroprof traces many.folded"
	assert_status 0
	[ "$(<paged)" = "$want" ]
	PAGER=true on_terminal "pyroprof traces many.folded; echo \$?"
	[[ $output == 141* || $output == 0* ]]
}

@test "the exit status stays" {
	on_terminal "pyroprof diff --fail-on 'flat(main.*)>-1000%' cpu.pb.gz '$DATA/cpu-more.pb.gz'; echo \$? >code"
	direct=0
	pyroprof diff --fail-on 'flat(main.*)>-1000%' cpu.pb.gz "$DATA/cpu-more.pb.gz" || direct=$?
	[ "$(<code)" = "$direct" ]
}

@test "a key that interrupts is the pager's" {
	cat >bin/page <<-'END'
		#!/bin/sh
		trap 'echo interrupted >>paged' INT
		kill -INT 0
		cat >>paged
	END
	# the shell is gone by then: it would be interrupted, too
	PAGER=page on_terminal "exec pyroprof traces cpu.pb.gz"
	[ "$(<paged)" = "interrupted"$'\n'"$want" ]
}
