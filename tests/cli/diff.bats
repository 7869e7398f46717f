#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof diff: the table of two sides, what is compared, what is marked, refused and bounded.

load common

# profile FILE: folded stacks from standard input.
profile()
{
	"$PYROPROF" convert -o "$1" -
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	profile before.pb.gz <<-END
		main;parse;lex 40
		main;parse 10
		main;old_name;helper 30
		main;idle 20
	END
	profile after.pb.gz <<-END
		main;parse;lex 90
		main;parse 10
		main;new_name;helper 60
		main;idle 40
	END
}

# row NAME FIELD FILE: a number of the JSON.
value()
{
	"$PYROPROF" diff --format=json "${@:3}" | jq ".rows[] | select(.name == \"$1\") | $2"
}

@test "shares before and after, and their change" {
	"$PYROPROF" diff before.pb.gz after.pb.gz >table
	cat table
	grep -qF 'Compared: shares of each side' table
	# lex: 40 of 100 before, 90 of 200 after
	grep -qE '^ *40\.00% +45\.00% +\+5\.00pp +\+12\.5% +40\.00% +45\.00% +\+5\.00pp +\+12\.5%  lex$' table
	grep -qE '^ *10\.00% +5\.00% +-5\.00pp +-50\.0% +50\.00% +50\.00% +0 +0%  parse$' table
	# what has changed most comes first
	[ "$(grep -nE ' lex$' table | cut -d: -f1)" -lt "$(grep -nE ' idle$' table | cut -d: -f1)" ]
	[ "$(value lex .flat.change before.pb.gz after.pb.gz)" = 0.05 ] ||
		value lex '(.flat.change * 1000 | round) == 50' before.pb.gz after.pb.gz | grep -qx true
	[ "$(value lex .flat.after before.pb.gz after.pb.gz)" = 90 ]
}

@test "per second, per unit, and as they are" {
	[ "$(value lex .flat.change --per=none before.pb.gz after.pb.gz)" = 50 ]
	[ "$(value lex .flat.compared_after --per=unit=10:30 before.pb.gz after.pb.gz)" = 3 ]
	[ "$(value lex .flat.compared_before --per=unit=10:30 before.pb.gz after.pb.gz)" = 4 ]
	[ "$(value lex .flat.compared_after --per=unit=10 before.pb.gz after.pb.gz)" = 9 ]
	run --separate-stderr "$PYROPROF" diff --per=second before.pb.gz after.pb.gz
	assert_status 3
	[[ $stderr == *'the profile before does not say how long it is'* ]]
	# cpu.pb.gz says how long it is
	seconds=$("$PYROPROF" info --format=json "$DATA/cpu.pb.gz" | jq '.duration_nanos / 1e9')
	"$PYROPROF" diff --per=second --format=json "$DATA/cpu.pb.gz" "$DATA/cpu.pb.gz" |
		jq -e --argjson s "$seconds" '.total.after / .total.compared_after / $s | . > 0.999 and . < 1.001'
	for bad in unit unit= unit=0 unit=3:0 unit=x hour unit=1:2:3; do
		run --separate-stderr "$PYROPROF" diff --per="$bad" before.pb.gz after.pb.gz
		assert_status 2
		[[ $stderr == *--per* ]]
	done
}

@test "several profiles on a side are added up" {
	[ "$(value lex .flat.before --before before.pb.gz before.pb.gz --after after.pb.gz)" = 80 ]
	[ "$(value lex .flat.after --before before.pb.gz --after after.pb.gz after.pb.gz)" = 180 ]
	[ "$(value lex .flat.after --before before.pb.gz before.pb.gz -- after.pb.gz)" = 90 ]
	[ "$(value lex .flat.after before.pb.gz --after after.pb.gz after.pb.gz --cum)" = 180 ]
	run --separate-stderr "$PYROPROF" diff before.pb.gz
	assert_status 2
	[[ $stderr == *'AFTER is missing'* ]]
	run --separate-stderr "$PYROPROF" diff
	assert_status 2
	[[ $stderr == *'BEFORE is missing'* ]]
	run --separate-stderr "$PYROPROF" diff --before before.pb.gz --after after.pb.gz -- more.pb.gz
	assert_status 2
	[[ $stderr == *"unexpected argument 'more.pb.gz'"* ]]
}

@test "new, gone, moved and renamed" {
	"$PYROPROF" diff before.pb.gz after.pb.gz >table
	cat table
	# the same callers, and 30 % of the total before and after
	grep -qE 'old_name \(moved to new_name\)$' table
	grep -qE 'new_name \(moved from old_name\)$' table
	"$PYROPROF" diff --rename old_name=new_name before.pb.gz after.pb.gz >table
	cat table
	grep -qE '^ +0 +0 +0 +0% +30\.00% +30\.00% +0 +0%  new_name \(renamed\)$' table
	run ! grep -q old_name table
	run --separate-stderr "$PYROPROF" diff --rename nobody=x before.pb.gz after.pb.gz
	assert_status 0
	[[ $stderr == *"there is no 'nobody' before"* ]]

	# another caller, or another cost: not the same
	printf 'main;parse;new_name;helper 60\nmain;parse;lex 140\n' | profile far.pb.gz
	"$PYROPROF" diff before.pb.gz far.pb.gz >table
	grep -qE 'old_name \(gone\)$' table
	grep -qE 'new_name \(new\)$' table
	printf 'main;new_name;helper 160\nmain;parse;lex 40\n' | profile dear.pb.gz
	"$PYROPROF" diff before.pb.gz dear.pb.gz | grep -qE 'new_name \(new\)$'
}

@test "bounds" {
	yes=('flat(lex)>+4pp' 'flat(lex)>=+12%' 'flat(/^le/)>+4pp' 'total>+99%' 'flat(lex)>44%' 'cum(new_name)>+10%')
	no=('flat(lex)>+5.1pp' 'flat(lex)>+13%' 'flat(parse)>+0pp' 'total>+100%' 'flat(lex)>46%' 'cum(/^parse$/)>+1%')
	for e in "${yes[@]}"; do
		run --separate-stderr "$PYROPROF" diff -q --fail-on "$e" before.pb.gz after.pb.gz
		echo "$e: $stderr"
		assert_status 1
		[ -z "$output$stderr" ]
	done
	for e in "${no[@]}"; do
		echo "$e"
		"$PYROPROF" diff -q --fail-on "$e" before.pb.gz after.pb.gz
	done
	"$PYROPROF" diff -q --per=none --fail-on 'flat(lex)>+51' before.pb.gz after.pb.gz
	run ! "$PYROPROF" diff -q --per=none --fail-on 'flat(lex)>+49' before.pb.gz after.pb.gz
	# any of several; said, with the table, without -q
	run --separate-stderr "$PYROPROF" diff --fail-on 'total>+500%' --fail-on 'cum(/e/)>+0pp' before.pb.gz after.pb.gz
	assert_status 1
	[[ $output == *lex* ]]
	[[ $stderr == *'cum(/e/)>+0pp'*lex* ]]
	# a bound on nothing is not kept quietly
	run --separate-stderr "$PYROPROF" diff -q --fail-on 'flat(nobody)>+5%' before.pb.gz after.pb.gz
	assert_status 0
	[[ $stderr == *"'flat(nobody)>+5%' is about nothing that is there"* ]]
	for bad in '' lex 'flat(lex)' 'flat(lex)<5%' 'flat()>5%' 'flat(lex)>' 'flat(lex)>x' 'flat(/(/)>1%' \
		'flat(lex)>+5ms' 'flat(lex)>+5' 'total'; do
		run --separate-stderr "$PYROPROF" diff -q --fail-on "$bad" before.pb.gz after.pb.gz
		echo "$bad: $status $stderr"
		assert_status 2
		[[ $stderr == *"--fail-on"* ]]
	done
	run --separate-stderr "$PYROPROF" diff -q before.pb.gz after.pb.gz
	assert_status 2
}

@test "formats, and what the file's name says" {
	"$PYROPROF" diff --format=csv before.pb.gz after.pb.gz >table.csv
	python3 - <<-END
		import csv
		rows = {r["name"]: r for r in csv.DictReader(open("table.csv"))}
		assert rows["lex"]["flat before"] == "40" and rows["lex"]["flat after"] == "90", rows
		assert abs(float(rows["lex"]["flat change"]) - 0.05) < 1e-9
		assert rows["new_name"]["mark"] == "moved" and rows["new_name"]["counterpart"] == "old_name"
		assert rows["new_name"]["cum relative"] == ""
	END
	"$PYROPROF" diff -o x.csv before.pb.gz after.pb.gz
	cmp x.csv table.csv
	"$PYROPROF" diff -o x.md before.pb.gz after.pb.gz
	grep -qF '| `lex` | 40.00% | 45.00% | +5.00pp (+12.5%) |' x.md
	"$PYROPROF" diff -o x.svg before.pb.gz after.pb.gz
	head -c 200 x.svg | grep -q '<svg'
	"$PYROPROF" diff -o x.html before.pb.gz after.pb.gz
	"$PYROPROF" flame -q --diff-base=before.pb.gz -o y.html after.pb.gz
	cmp x.html y.html
	run --separate-stderr "$PYROPROF" diff --per=unit=3 -o x.svg before.pb.gz after.pb.gz
	assert_status 2
}

@test "a hostile name stays in its cell" {
	printf 'main;a|b`<img>\x1b[2J 50\nmain;x 50\n' | profile hostile.pb.gz
	"$PYROPROF" diff --format=markdown before.pb.gz hostile.pb.gz >table.md
	cat -v table.md
	run ! grep -q $'\x1b' table.md
	grep -qF "| \`a\\|b'<img>" table.md
	# nor does one make a comment too long
	{
		printf 'main;'
		printf 'x%.0s' {1..60000}
		echo ' 50'
	} | profile long.pb.gz
	"$PYROPROF" diff --format=markdown before.pb.gz long.pb.gz >table.md
	grep -q '^| `x*…` (new) |' table.md
	[ "$(wc -c <table.md)" -lt 3000 ]
}

# cpu FILE TIME DURATION
cpu()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/lib/cpu-profile.py" "$1" 10 "$2" "$3" "main;lex=100"
}

@test "durations of profiles that were taken at the same time" {
	for i in 0 1 2; do
		cpu together$i.pb $((1700000000 + i)) 10
		cpu after$i.pb $((1700000000 + 10 * i)) 10
		cpu untimed$i.pb 0 10
	done
	"$PYROPROF" diff --before together?.pb --after after?.pb >table
	cat table
	grep -qx 'Before: 2023-11-14 22:13:20 UTC, 30s in 3 profiles at the same time, which cover 12s, 3s in total' table
	grep -qx 'After:  2023-11-14 22:13:20 UTC, 30s in 3 profiles, 3s in total' table
	"$PYROPROF" diff --format=json --before together?.pb --after after?.pb |
		jq -e '.before.duration_nanos == 30e9 and .before.covered_nanos == 12e9 and .before.profiles == 3 and
			.after.covered_nanos == 30e9'
	# each of them counts for itself: three that run at once cost no more per second than one
	"$PYROPROF" diff --per=second --format=json --before together?.pb --after together1.pb |
		jq -e '.total.compared_before == .total.compared_after'
	# as those of the archive do
	"$PYROPROF" archive init --archive=a
	for i in 0 1 2; do
		"$PYROPROF" archive add --archive=a -q --label instance=$i together$i.pb
	done
	"$PYROPROF" diff --archive=a '{instance=~"[012]"}' together0.pb >table
	cat table
	grep -q '^Before: .* 30s in 3 profiles at the same time, which cover 12s, 3s in total$' table
	grep -q '^After:  .* UTC, 10s, 1s in total$' table
	# when it is not known, nothing is said
	"$PYROPROF" diff --before untimed?.pb --after after?.pb >table
	grep -qx 'Before: 30s in 3 profiles, 3s in total' table
}

@test "sides that show different types by default" {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$top_srcdir/tests/lib python3 - <<-'END'
		from mkprofile import Profile
		for default in "objects", "space":
		    p = Profile(("objects", "count"), ("space", "bytes"), default=default)
		    p.mapping("/opt/app")
		    p.sample(["lex", "main"], 3, 400)
		    open(default + ".pb", "wb").write(p.encode())
	END
	run --separate-stderr "$PYROPROF" diff objects.pb space.pb
	assert_status 0
	[[ $output == 'Type: space'* ]]
	[[ $stderr == *'compared is space, as the side after has it by default, and not objects'* ]]
	for quiet in '--sample-index=objects objects.pb space.pb' 'objects.pb objects.pb'; do
		# shellcheck disable=SC2086
		run --separate-stderr "$PYROPROF" diff $quiet
		assert_status 0
		[[ $output == 'Type: objects'* ]]
		[ -z "$stderr" ]
	done
}

@test "what does not fit is refused by name" {
	run --separate-stderr "$PYROPROF" diff "$DATA/cpu.pb.gz" "$DATA/heap.pb"
	assert_status 3
	[[ $stderr == *"cannot compare"*inuse_space*cpu* ]]
	run --separate-stderr "$PYROPROF" diff --mean before.pb.gz after.pb.gz
	assert_status 2
}

@test "two builds, each in a folder of its own" {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$top_srcdir/tests/lib python3 - <<-'END'
		from mkprofile import Profile
		for side, n in ("old", 30), ("new", 60):
		    p = Profile(("samples", "count"), source="/src/main.c")
		    p.mapping(f"/build/{side}/app", 0x400000, 0x500000)
		    p.sample(["lex", "main"], n)
		    p.sample([p.loc([], 1, 0x400100), "main"], 40)
		    open(side + ".pb", "wb").write(p.encode())
	END
	for options in '' --lines --files; do
		# shellcheck disable=SC2086
		"$PYROPROF" diff $options old.pb new.pb >table
		cat table
		run ! grep -qE 'new|gone|moved' table
	done
	[ "$(grep -cF '[app]' table)" = 1 ]
	[ "$(grep -cF '/src/main.c' table)" = 1 ]
}

@test "filters and granularity" {
	[ "$("$PYROPROF" diff --focus=parse --format=json before.pb.gz after.pb.gz | jq '[.rows[].name] | sort | join(" ")')" = '"lex main parse"' ]
	"$PYROPROF" diff -n 1 before.pb.gz after.pb.gz >table
	grep -qE '^Showing the 1 that changed most out of [0-9]+$' table
	"$PYROPROF" diff --files "$DATA/cpu.pb.gz" "$DATA/cpu.pb.gz" >table
	grep -q '\.' table
}
