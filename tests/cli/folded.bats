#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Folded stacks as a PROFILE: every command takes them, and what is written is read as the same.

load common

@test "folded stacks that were written say what the profile says" {
	for name in cpu heap labels hostile lines negative pruned; do
		"$PYROPROF" folded "$DATA/$name".pb* >a.folded 2>/dev/null
		[ -s a.folded ]
		"$PYROPROF" folded a.folded >b.folded
		cmp a.folded b.folded
		"$PYROPROF" flame -q --format=folded b.folded | cmp - b.folded
	done
}

@test "flame graphs of folded stacks are those of a profile with the same samples" {
	"$PYROPROF" convert -q -o stacks.pb.gz "$DATA/stacks.folded"
	for format in html svg json speedscope; do
		"$PYROPROF" flame -q --title=x --format=$format -o a "$DATA/stacks.folded"
		"$PYROPROF" flame -q --title=x --format=$format -o b stacks.pb.gz
		cmp a b
	done
}

@test "all commands that take a PROFILE take folded stacks" {
	local file=$DATA/stacks.folded command

	for command in callgrind comments folded graph info raw tags top traces tree; do
		"$PYROPROF" $command "$file" >out
		[ -s out ] || [ $command = tags ]
	done
	"$PYROPROF" peek parse_json "$file" | grep -q push_back
	"$PYROPROF" merge -q -o sum.pb.gz "$file" "$file"
	"$PYROPROF" top sum.pb.gz | grep -q 'of 814 total'
	"$PYROPROF" top --diff-base="$file" sum.pb.gz | grep -q 'of 407 total'
	"$PYROPROF" flame -q -o diff.html --diff-base="$file" sum.pb.gz
	[ -s diff.html ]
	"$PYROPROF" symbolize -q -o named.pb.gz "$file"
	"$PYROPROF" list parse_json "$file" | grep -q 'Total: 407'
}

@test "folded stacks come through a pipe, compressed, with any line ends" {
	"$PYROPROF" top "$DATA/stacks.folded" >want
	"$PYROPROF" top - <"$DATA/stacks.folded" | cmp - want
	gzip -c "$DATA/stacks.folded" | "$PYROPROF" top - | cmp - want
	sed 's/$/\r/' "$DATA/stacks.folded" | "$PYROPROF" top - | cmp - want
}

@test "a comparison of two columns can be taken apart and drawn" {
	local file=$DATA/two-columns.folded

	"$PYROPROF" folded --sample-index=before "$file" >before.folded
	"$PYROPROF" folded "$file" >after.folded
	printf 'main;parse 100000000\nmain;write 40500000\n' | cmp - before.folded
	"$PYROPROF" flame -q -o diff.svg --diff-base=before.folded after.folded
	grep -q '<svg' diff.svg
}

@test "a flame graph of 100,000 levels is drawn" {
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "f%d;", i % 100; print "leaf 3" }' >deep.folded
	"$PYROPROF" flame -q -o deep.html deep.folded
	"$PYROPROF" top deep.html | grep -q 'leaf'
	"$PYROPROF" flame -q --format=folded deep.folded | cmp - deep.folded
}
