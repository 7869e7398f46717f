#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What all commands have: --quiet, --verbose, --color, progress, and a word for who mistypes.

load common

setup()
{
	common_setup
	export PYROPROF_CONFIG=
	cp "$DATA/cpu.pb.gz" cpu.pb.gz
}

# on_terminal COMMAND: both outputs are one.
on_terminal()
{
	need_program script
	TERM=xterm run script -qec "stty cols 100; $1" /dev/null
	output=${output//$'\r'/}
}

@test "every command understands them, unless it has them itself" {
	local name
	while read -r name; do
		# shellcheck disable=SC2086 # a name may be of two words
		run --separate-stderr "$PYROPROF" $name --verbose --color=never -h
		assert_status 0
		[[ $stderr == "pyroprof: "*" ms  in all; "* && ${#stderr_lines[@]} = 1 ]]
		[[ $output == *"--verbose"* && $output == *"--color="* && $output == *"--quiet"* ]]
		# shellcheck disable=SC2086
		run "$PYROPROF" $name --color=red
		assert_status 2
		assert_output_has "'red' is not one of auto, always, never"
	done < <("$PYROPROF" __options | cut -f1)
}

@test "--verbose tells stages, before and behind the command, and changes no output" {
	want=$("$PYROPROF" top cpu.pb.gz)
	for words in '--verbose top' 'top --verbose'; do
		run --separate-stderr "$PYROPROF" $words cpu.pb.gz
		assert_status 0
		[ "$output" = "$want" ]
		[ "$(grep -cE '^pyroprof: +[0-9.]+ ms  ' <<<"$stderr")" = "${#stderr_lines[@]}" ]
		[[ ${stderr_lines[0]} == *" ms  read "*" samples, "*" functions" ]]
		[[ ${stderr_lines[-1]} == *" ms  in all; "*" of processor time, "*" MB of memory" ]]
		[ "${#stderr_lines[@]}" -ge 5 ]
	done
	run --separate-stderr "$PYROPROF" -c top.verbose top cpu.pb.gz
	[[ $stderr == *"in all"* ]]
}

@test "stages add up to the whole" {
	"$PYROPROF" --verbose top cpu.pb.gz 2>said >/dev/null
	awk '/in all/ { all = $2; next } { sum += $2 } END { exit !(sum > 0 && sum <= all + 0.5) }' said
}

@test "--quiet: no notes, but warnings and errors" {
	run --separate-stderr "$PYROPROF" convert -o out.pb.gz cpu.pb.gz
	[ "$stderr" != "" ]
	run --separate-stderr "$PYROPROF" --quiet convert -o out.pb.gz cpu.pb.gz
	[ "$stderr" = "" ]
	run --separate-stderr "$PYROPROF" -q top --focus=nosuch cpu.pb.gz
	[[ $stderr == *"'nosuch' matches nothing"* ]]
	run "$PYROPROF" -q top nosuch.pb.gz
	assert_status 3
	[ "$output" != "" ]
}

@test "colours: on terminals, as they were chosen" {
	escape=$'\e['
	echo 'main;slow 100' >old.folded
	printf 'main;slow 300\nmain;fast 10\n' >new.folded
	diff=(diff --per=none old.folded new.folded)
	run "$PYROPROF" "${diff[@]}"
	[[ $output != *"$escape"* ]]
	run "$PYROPROF" --color=always "${diff[@]}"
	[[ $output == *"${escape}31m"*"${escape}0m"* ]]
	run "$PYROPROF" -c 'color.more=bold magenta' --color=always "${diff[@]}"
	[[ $output == *"${escape}1;35m"* && $output != *"${escape}31m"* ]]
	on_terminal "'$PYROPROF' --no-pager ${diff[*]}"
	[[ $output == *"${escape}31m"* ]]
	on_terminal "NO_COLOR=1 '$PYROPROF' --no-pager ${diff[*]}"
	[[ $output != *"$escape"* ]]
	on_terminal "'$PYROPROF' --no-pager --color=never ${diff[*]}"
	[[ $output != *"$escape"* ]]
	# messages, doctor and gate
	run "$PYROPROF" --color=always tpo
	[[ $output == *"${escape}1;31mpyroprof:${escape}0m unknown"*"${escape}36mhint:${escape}0m"* ]]
	run "$PYROPROF" --color=always doctor
	[[ $output == *"${escape}32m"* ]]
	run "$PYROPROF" --color=always gate --exact --per=unit=1 --base old.folded --head new.folded
	[[ $output == *"${escape}31mregressed "* ]]
	run "$PYROPROF" --color=always gate --exact --per=unit=1 --format=json --base old.folded --head new.folded
	[[ $output != *"$escape"* ]]
}

@test "colours in the configuration: a wrong one is named with its line" {
	printf '[color]\n\tmore = blue\n\tmroe = red\n' >config
	PYROPROF_CONFIG=config run "$PYROPROF" top cpu.pb.gz
	assert_status 3
	[ "${lines[0]}" = "pyroprof: config:3: nothing has the colour 'mroe'" ]
	[ "${lines[1]}" = "hint: did you mean 'more'?" ]
	printf '[color]\n\tmore = bleu\n' >config
	PYROPROF_CONFIG=config run "$PYROPROF" config
	assert_status 3
	assert_output_has "config:2: 'bleu' is no colour"
}

@test "what takes more than a second shows how far it is" {
	# files that come late
	mkfifo a b c
	"$PYROPROF" archive init -q --archive=A
	feed() { for fifo in a b c; do sleep 0.8; cat cpu.pb.gz >"$fifo"; done; }
	in_background feed
	on_terminal "'$PYROPROF' archive add --archive=A a b c"
	assert_status 0
	[[ $output =~ "adding profiles: "[12]" of 3, "[0-9.]+"/s, "[0-9]+"s left" ]]
	in_background feed
	on_terminal "'$PYROPROF' --quiet archive add --archive=A a b c"
	[[ $output != *"adding profiles"* ]]
	in_background feed
	run "$PYROPROF" archive add --archive=A a b c
	[[ $output != *"adding profiles"* ]]
}

@test "mistyped commands, options, values and sample types: what was meant" {
	meant() {
		run "$PYROPROF" "${@:2}"
		[[ $output == *"hint: did you mean '$1'?"* ]] || { echo "$output"; return 1; }
	}
	meant flame falme cpu.pb.gz
	meant --nodecount top --nodecuont=3 cpu.pb.gz
	meant --verbose top --vebrose cpu.pb.gz
	meant --no-config --no-confg top cpu.pb.gz
	meant json top --format=jsno cpu.pb.gz
	meant lines top --granularity=lnies cpu.pb.gz
	"$PYROPROF" convert -q -o heap.pb.gz "$DATA/heap.pb"
	meant inuse_space top --sample-index=inuse_spcae heap.pb.gz
}
