#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof graph and callgrind: formats, Graphviz as it is and as it might behave, and what other
# programs make of the output.

load common

# A `dot` of our own, first on the PATH, whose body is $1.
fake_dot()
{
	mkdir -p bin
	printf '#!/bin/sh\n%s\n' "$1" >bin/dot
	chmod +x bin/dot
	PATH=$PWD/bin:$PATH
}

@test "the name of the file says the format, an option overrides it" {
	# shellcheck disable=SC2016
	fake_dot 'cat >graph.dot; echo "$1"'
	"$PYROPROF" graph "$DATA/cpu.pb.gz" >want
	grep -q '^digraph "server" {$' want
	for name in svg png pdf ps gif PNG; do
		"$PYROPROF" graph -o "x.y.$name" "$DATA/cpu.pb.gz"
		[ "$(cat "x.y.$name")" = "-T${name,,}" ]
		cmp want graph.dot
	done
	for name in x.dot x.gv x dir.png/x; do
		mkdir -p dir.png
		"$PYROPROF" graph -o "$name" "$DATA/cpu.pb.gz"
		cmp want "$name"
	done
	"$PYROPROF" graph -o x.dot --format=svg "$DATA/cpu.pb.gz"
	[ "$(cat x.dot)" = -Tsvg ]
	"$PYROPROF" graph -o x.png --format=dot "$DATA/cpu.pb.gz"
	cmp want x.png
	[ "$("$PYROPROF" graph --format=png "$DATA/cpu.pb.gz")" = -Tpng ]
}

@test "a name that says nothing is refused" {
	run --separate-stderr "$PYROPROF" graph -o x.jpg "$DATA/cpu.pb.gz"
	assert_status 2
	[[ $stderr == "pyroprof: cannot tell the format of 'x.jpg' from its name"* ]]
	[[ $stderr == *"--format"* ]]
	[ ! -e x.jpg ]
}

@test "without Graphviz there is a hint, and DOT" {
	mkdir empty
	echo old >x.svg
	program=$(command -v "$PYROPROF")
	run --separate-stderr env PATH="$PWD/empty" "$program" graph -o x.svg "$DATA/cpu.pb.gz"
	assert_status 3
	[[ ${stderr_lines[0]} == "pyroprof: cannot draw the graph: Graphviz's 'dot' is not installed" ]]
	[[ ${stderr_lines[1]} == "hint: sudo apt install graphviz"* ]]
	[ "$(cat x.svg)" = old ]
	run env PATH="$PWD/empty" "$program" graph "$DATA/cpu.pb.gz"
	assert_status 0
}

@test "what Graphviz says is passed on, and the old file stays" {
	echo old >x.svg
	fake_dot 'cat >/dev/null; echo half; echo "Warning: something" >&2
		echo "Error: no font" >&2; echo "in line 4" >&2; exit 5'
	run --separate-stderr "$PYROPROF" graph -o x.svg "$DATA/cpu.pb.gz"
	assert_status 3
	[ "$stderr" = "pyroprof: cannot draw the graph: 'dot' failed with status 5: Error: no font" ]
	[ "$(echo x.svg*)" = x.svg ]
	[ "$(cat x.svg)" = old ]
	fake_dot 'kill -SEGV $$'
	run --separate-stderr "$PYROPROF" graph --format=svg "$DATA/cpu.pb.gz"
	assert_status 3
	[ "$stderr" = "pyroprof: cannot draw the graph: 'dot' was ended by signal 11" ]
	[ -z "$output" ]
	fake_dot 'exit 0'
	run --separate-stderr "$PYROPROF" graph --format=svg "$DATA/cpu.pb.gz"
	assert_status 3
	[ "$stderr" = "pyroprof: cannot draw the graph: 'dot' has written nothing" ]
}

@test "nobody waits for the other, however much there is to say" {
	fake_dot 'head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero'
	timeout 20 "$PYROPROF" graph -o x.svg "$DATA/cpu.pb.gz"
	[ "$(stat -c %s x.svg)" = 3000000 ]
}

@test "Graphviz ends when we do" {
	fake_dot 'echo $$ >pid; exec sleep 100'
	in_background "$PYROPROF" graph -o x.svg "$DATA/cpu.pb.gz"
	ours=$!
	wait_until 10 test -s pid
	kill -KILL "$ours"
	gone()
	{
		! kill -0 "$(cat pid)" 2>/dev/null || grep -q '^State:.Z' "/proc/$(cat pid)/status"
	}
	wait_until 10 gone
}

@test "pictures are not for terminals" {
	need_program script
	fake_dot 'echo picture'
	for format in png pdf gif; do
		run script -qec "$PYROPROF graph --format=$format $DATA/cpu.pb.gz" /dev/null
		assert_status 3
		assert_output_has "a terminal cannot show $format"
		[[ $output != *picture* ]]
	done
	run script -qec "$PYROPROF graph --format=svg $DATA/cpu.pb.gz" /dev/null
	assert_status 0
	assert_output_has picture
}

@test "Graphviz understands every graph" {
	need_program dot
	for file in cpu cpu-more pruned negative seconds hostile empty; do
		for option in --functions --lines --addresses --call-tree --trim=false; do
			"$PYROPROF" graph "$option" "$DATA/$file.pb.gz" >graph.dot
			dot -Tcanon graph.dot >canon 2>messages
			[ ! -s messages ]
			# a node for each that was written, and no other
			[ "$(grep -c '^N[0-9_N]* \[' graph.dot)" = \
				"$(dot -Tplain graph.dot | grep -c '^node N')" ]
		done
	done
	"$PYROPROF" graph -o x.png "$DATA/cpu.pb.gz"
	[ "$(head -c 4 x.png | tail -c 3)" = PNG ]
	"$PYROPROF" graph -o x.svg "$DATA/hostile.pb.gz"
	run ! grep -q '<script' x.svg
}

@test "callgrind_annotate finds what top finds" {
	need_program callgrind_annotate
	need_program jq
	for file in cpu.pb.gz cpu-more.pb.gz pruned.pb.gz heap.pb; do
		"$PYROPROF" callgrind --unit=ns -o out "$DATA/$file"
		"$PYROPROF" top --trim=false --format=json "$DATA/$file" >top.json
		callgrind_annotate --threshold=100 out >annotated
		total=$(sed -n 's/ .*PROGRAM TOTALS.*//p' annotated | tr -d ,)
		echo "$file: $total"
		[ "$total" = "$(jq .shown_flat top.json)" ]
		[ "$total" -gt 0 ]
	done
	"$PYROPROF" callgrind --unit=ms "$DATA/cpu.pb.gz" >out
	callgrind_annotate out >own
	grep -q '^3,000 (75.*:copy_bytes ' own
	run ! grep -q ':main ' own
	callgrind_annotate --inclusive=yes out >inclusive
	grep -q '^4,000 .*:main ' inclusive
	grep -q '^3,650 .*:worker ' inclusive
}

@test "the same graph from any number of encodings" {
	need_program python3
	for file in cpu.pb.gz heap.pb hostile.pb.gz; do
		for option in --functions --call-tree; do
			"$PYROPROF" graph "$option" "$DATA/$file" >want
			for how in packed unpacked members; do
				python3 "$top_srcdir/tests/lib/mkprofile.py" vary "$how" \
					"$DATA/$file" varied
				"$PYROPROF" graph "$option" varied | cmp want -
			done
		done
	done
}
