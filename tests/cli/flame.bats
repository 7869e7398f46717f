#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof flame: options and what is refused, where the output goes, formats for other viewers, and
# comparisons.

load common

# An `xdg-open` of our own, first on the PATH, whose body is $1.
fake_viewer()
{
	mkdir -p bin
	printf '#!/bin/sh\n%s\n' "$1" >bin/xdg-open
	chmod +x bin/xdg-open
	PATH=$PWD/bin:$PATH
}

# flame ARG...: without notes.
flame()
{
	"$PYROPROF" flame -q "$@"
}

# A command that must be refused with status 2 and a message that has $1.
refused()
{
	local says=$1

	shift
	run --separate-stderr "$PYROPROF" flame "$@"
	assert_status 2
	[[ $stderr == *"$says"* ]] || {
		echo "no '$says' in: $stderr"
		return 1
	}
	[ -z "$output" ]
	[ ! -e flame.html ]
}

@test "the name of the file says the format, an option overrides it" {
	for name in x.svg X.SVG dir.html/x.svg; do
		mkdir -p dir.html
		flame -o "$name" "$DATA/cpu.pb.gz"
		head -c 200 "$name" | grep -q '<svg'
	done
	for name in x.html x.htm; do
		flame -o "$name" "$DATA/cpu.pb.gz"
		head -1 "$name" | grep -qi '<!doctype html>'
	done
	flame -o x.folded "$DATA/cpu.pb.gz"
	"$PYROPROF" folded "$DATA/cpu.pb.gz" | cmp - x.folded
	flame -o x.speedscope.json "$DATA/cpu.pb.gz"
	grep -q speedscope.app x.speedscope.json
	flame -o x.json "$DATA/cpu.pb.gz"
	grep -q '"children"' x.json
	flame -o y.svg --format=folded "$DATA/cpu.pb.gz"
	cmp y.svg x.folded
}

@test "without -o, pictures go to a file, which is said, and the rest to the output" {
	run --separate-stderr "$PYROPROF" flame "$DATA/cpu.pb.gz"
	assert_status 0
	[ -z "$output" ]
	[[ $stderr == "pyroprof: flame.html ("*")" ]]
	head -1 flame.html | grep -qi '<!doctype html>'
	run --separate-stderr "$PYROPROF" flame --format=svg "$DATA/cpu.pb.gz"
	[[ $stderr == "pyroprof: flame.svg ("*")" ]]
	grep -q '<svg' flame.svg
	rm flame.*
	for format in folded json speedscope boxes; do
		run --separate-stderr "$PYROPROF" flame -q --format=$format "$DATA/cpu.pb.gz"
		assert_status 0
		[ -n "$output" ]
		[ -z "$stderr" ]
	done
	[ ! -e flame.html ] && [ ! -e flame.svg ]
	run --separate-stderr "$PYROPROF" flame -q "$DATA/cpu.pb.gz"
	[ -z "$stderr" ]
	[ -e flame.html ]
	run --separate-stderr "$PYROPROF" flame -o here.html "$DATA/cpu.pb.gz"
	[ -z "$stderr" ]
}

@test "-o - is the standard output" {
	flame -o here.html "$DATA/cpu.pb.gz"
	flame -o here.svg "$DATA/cpu.pb.gz"
	flame -o - "$DATA/cpu.pb.gz" | cmp - here.html
	flame -o - --format=html "$DATA/cpu.pb.gz" | cmp - here.html
	flame -o - --format=svg "$DATA/cpu.pb.gz" | cmp - here.svg
	flame -o here.html - <"$DATA/cpu.pb.gz"
	[ ! -e flame.html ]
	[ ! -e ./- ]
}

@test "a name that says nothing is refused before anything is read" {
	for name in x.jpg x html; do
		refused "cannot tell the format of '$name' from its name" -o "$name" nosuch.pb.gz
		[[ $stderr == *"--format"* ]]
		[ ! -e "$name" ]
	done
}

@test "a full disk is reported, and a file is whole or the old one" {
	for format in html svg folded json speedscope boxes; do
		run bash -c "'$PYROPROF' flame -q -o - --format=$format '$DATA/cpu.pb.gz' >/dev/full"
		assert_status 3
		assert_output_has "No space left"
	done
	echo old >x.html
	run "$PYROPROF" flame -o x.html "$DATA/truncated.pb.gz"
	assert_status 3
	[ "$(cat x.html)" = old ]
	mkdir locked
	echo old >locked/x.svg
	run "$PYROPROF" flame -o nosuch/x.svg "$DATA/cpu.pb.gz"
	assert_status 3
	(
		ulimit -f 1
		trap '' XFSZ
		run "$PYROPROF" flame -o locked/x.svg "$DATA/cpu.pb.gz"
		assert_status 3
	)
	[ "$(cat locked/x.svg)" = old ]
	[ "$(ls locked)" = x.svg ]
}

@test "what makes no sense is refused by name" {
	refused "cannot show means" --mean "$DATA/cpu.pb.gz"
	[[ $stderr == *"hint: 'pyroprof tree --mean'"* ]]
	refused "cannot show means" --mean-delay "$DATA/cpu.pb.gz"
	for option in --diff-width=max --diff-delta=self --negate --no-normalize; do
		refused "${option%=*} needs --diff-base" "$option" "$DATA/cpu.pb.gz"
	done
	for scheme in diff diff-classic diff-rg; do
		refused "--colors=$scheme needs --diff-base" --colors=$scheme "$DATA/cpu.pb.gz"
	done
	refused "--no-js and --data=full exclude each other" --no-js --data=full --format=svg \
		"$DATA/cpu.pb.gz"
	refused "--normalize needs --base or --diff-base" --normalize "$DATA/cpu.pb.gz"
	refused "--flamechart and --diff-base exclude each other" --flamechart \
		--diff-base="$DATA/cpu.pb.gz" "$DATA/cpu.pb.gz"
	refused "not by --order=weight" --flamechart --order=weight "$DATA/cpu.pb.gz"
	refused "--boxes needs --format=boxes" --boxes=tree "$DATA/cpu.pb.gz"
	for option in --data=none --no-js; do
		refused "$option is for SVG" "$option" "$DATA/cpu.pb.gz"
		[[ $stderr == *"hint: make an SVG: -o FILE.svg or --format=svg"* ]]
	done
	refused "--open needs a file" --open -o - "$DATA/cpu.pb.gz"
	refused "'wide' is not" --minwidth=wide "$DATA/cpu.pb.gz"
	refused "option '--minwidth': 101 is not between 0 and 100" --minwidth=101% "$DATA/cpu.pb.gz"
	refused "option '--width': 5 is not between" --width=5 "$DATA/cpu.pb.gz"
	refused "option '--fontsize': 0 is not between" --fontsize=0 "$DATA/cpu.pb.gz"
	refused "option '--height': -3 is not between" --height=-3 "$DATA/cpu.pb.gz"
	for colour in '#12345' '#12345g' 'red;}' '"' ''; do
		refused "option '--bgcolors'" --bgcolors="$colour" "$DATA/cpu.pb.gz"
	done
	refused "is not one of pkg, hot" --colors=blues "$DATA/cpu.pb.gz"
	refused "is not tree, inverted, callers:FUNC or callees:FUNC" --format=boxes --boxes=leaf \
		"$DATA/cpu.pb.gz"
}

@test "--open hands the file over, by its full name, and tells when that fails" {
	# shellcheck disable=SC2016
	fake_viewer 'printf "%s\n" "$#" "$1" >opened'
	flame --open "$DATA/cpu.pb.gz"
	[ "$(cat opened)" = "1
$(realpath flame.html)" ]
	flame --open -o '-x; touch y.svg' --format=svg "$DATA/cpu.pb.gz"
	[ "$(tail -1 opened)" = "$(realpath ./-x*)" ]
	[ ! -e y.svg ]
	fake_viewer 'exit 3'
	run --separate-stderr "$PYROPROF" flame -q --open "$DATA/cpu.pb.gz"
	assert_status 3
	[[ $stderr == *"xdg-open' failed with status 3: it finds no program to show it with" ]]
	fake_viewer 'kill -TERM $$'
	run --separate-stderr "$PYROPROF" flame -q --open "$DATA/cpu.pb.gz"
	assert_status 3
	[[ $stderr == *"was ended by signal 15" ]]
}

@test "a viewer that stays is not waited for" {
	fake_viewer 'echo $$ >viewer; exec sleep 100'
	timeout 20 "$PYROPROF" flame -q --open "$DATA/cpu.pb.gz"
	background+=("$(cat viewer)")
	kill -0 "$(cat viewer)"
}

@test "without xdg-open nothing is done" {
	mkdir empty
	program=$(command -v "$PYROPROF")
	run --separate-stderr env PATH="$PWD/empty" "$program" flame --open "$DATA/cpu.pb.gz"
	assert_status 3
	[[ ${stderr_lines[0]} == "pyroprof: cannot open a viewer: 'xdg-open' is not installed" ]]
	[[ ${stderr_lines[1]} == "hint: sudo apt install xdg-utils"* ]]
	[ ! -e flame.html ]
}

@test "filters and granularities are those of the other reports" {
	need_program jq
	for option in --focus=hash --ignore=hash --hide=copy --show-from=worker --prune-from=worker \
		--lines --files --addresses --noinlines --sample-index=0 --all-frames; do
		echo "$option"
		want=$("$PYROPROF" top --relative-percentages --format=json $option "$DATA/cpu.pb.gz" |
			jq .total)
		got=$(flame --format=json $option "$DATA/cpu.pb.gz" | jq .value)
		[ "$got" = "$want" ]
		flame --format=folded $option "$DATA/cpu.pb.gz" >folded
		"$PYROPROF" folded $option "$DATA/cpu.pb.gz" | cmp - folded
	done
	run "$PYROPROF" flame -q --focus=nosuchname "$DATA/cpu.pb.gz"
	assert_status 0
	assert_output_has "option '--focus': 'nosuchname' matches nothing"
}

@test "json: values add up, at any depth" {
	need_program jq
	for file in cpu.pb.gz heap.pb hostile.pb.gz pruned.pb.gz; do
		flame --format=json "$DATA/$file" >x.json
		# what a node has itself cannot be less than nothing
		jq -e 'def ok: .value >= ([.children // [] | .[].value] | add // 0) and
			([.children // [] | .[] | ok] | all); ok' x.json
		[ "$(jq -r .name x.json)" = all ]
		[ "$(jq .value x.json)" = \
			"$("$PYROPROF" raw "$DATA/$file" >/dev/null && "$PYROPROF" top --format=json "$DATA/$file" |
				jq .total)" ]
	done
}

@test "speedscope: a profile for each type, stacks and weights of one length, sums as in top" {
	need_program jq
	for file in cpu.pb.gz heap.pb hostile.pb.gz; do
		flame --format=speedscope "$DATA/$file" >x.json
		jq -e '."$schema" == "https://www.speedscope.app/file-format-schema.json"' x.json
		jq -e '[.profiles[] | (.samples | length) == (.weights | length)] | all' x.json
		jq -e '(.shared.frames | length) as $n |
			[.profiles[].samples[][] | . >= 0 and . < $n] | all' x.json
		types=$(jq '.profiles | length' x.json)
		for ((i = 0; i < types; i++)); do
			[ "$(jq "[.profiles[$i].weights[]] | add // 0" x.json)" = \
				"$("$PYROPROF" top --sample-index=$i --format=json "$DATA/$file" | jq .total)" ]
		done
	done
	jq -e '.activeProfileIndex == (.profiles | length) - 1' x.json
	run --separate-stderr "$PYROPROF" flame --format=speedscope "$DATA/negative.pb.gz"
	assert_status 3
	[[ $stderr == *"speedscope cannot show values below 0"* ]]
}

@test "a comparison has both sides, and swapping them mirrors it" {
	need_program jq
	a=$DATA/cpu.pb.gz b=$DATA/cpu-more.pb.gz
	flame --format=folded --diff-base="$a" "$b" >ab
	flame --format=folded --diff-base="$b" "$a" >ba
	flame --format=folded --diff-base="$b" --negate "$a" >negated
	awk '{ t = $NF; $NF = $(NF - 1); $(NF - 1) = t; print }' ba | cmp - ab
	cmp negated ab
	# each side alone
	for side in "$a 1" "$b 0"; do
		set -- $side
		"$PYROPROF" folded "$1" | sort >want
		awk -v off="$2" '{ v = $(NF - off); NF -= 2; if (v != 0) print $0, v }' ab | sort >got
		cmp want got
	done
	flame --format=json --diff-base="$a" "$b" >x.json
	jq -e '(.delta | fabs) < 1e-6' x.json                # normalized: nothing to see at the root
	[ "$(jq .before x.json)" = "$("$PYROPROF" top --format=json "$a" | jq .total)" ]
	[ "$(jq .value x.json)" = "$("$PYROPROF" top --format=json "$b" | jq .total)" ]
	for option in --no-normalize --normalize=false "--normalize --no-normalize"; do
		# shellcheck disable=SC2086
		flame --format=json $option --diff-base="$a" "$b" >x.json
		jq -e '.delta == .value - .before' x.json
	done
	flame --format=json --no-normalize --normalize --diff-base="$a" "$b" >x.json
	jq -e '(.delta | fabs) < 1e-6' x.json
}

# before.pb and after.pb, with a function that is gone and one that is new.
make_sides()
{
	PYTHONPATH=$top_srcdir/tests/lib python3 - <<-'END'
		from mkprofile import Profile
		for name, stacks in (("before", (("main", 1), ("old", 3), ("same", 6))),
				     ("after", (("main", 2), ("new", 8), ("same", 10)))):
		    p = Profile(("samples", "count"))
		    for leaf, value in stacks:
		        p.sample([leaf] if leaf == "main" else [leaf, "main"], value)
		    with open(name + ".pb", "wb") as f:
		        f.write(p.encode())
	END
}

@test "widths of a comparison" {
	need_program jq
	need_program python3
	make_sides
	boxes()
	{
		flame --format=boxes --minwidth=0 --width=1000 --diff-base=before.pb "$@" after.pb
	}
	boxes >after
	boxes --diff-width=before >before
	boxes --diff-width=union >union
	boxes --diff-width=max >max
	for file in after before union max; do
		[ "$(jq -c '.[1:3]' <$file | head -1)" = '[0,1000]' ]
		jq -se 'all(.[]; length == 11)' $file
	done
	# what is gone has no width after, what is new none before
	jq -se 'all(.[]; (.[8] != 0) or (.[2] == 0))' after
	jq -se 'all(.[]; (.[7] != 0) or (.[2] == 0))' before
	jq -se 'all(.[]; (.[7] == 0 and .[8] == 0) or (.[2] > 0))' union
	for file in before union max; do
		run ! cmp -s after $file
	done
	[ "$(jq -s length union)" = 5 ]
	boxes --no-normalize --diff-width=union >plain
	boxes --no-normalize --diff-width=union --negate | jq -c '[.[0], .[8], .[7], .[10], .[9]]' >negated
	jq -c '[.[0], .[7], .[8], .[9], .[10]]' plain | cmp - negated
}

@test "sides without a common type are refused by name" {
	run --separate-stderr "$PYROPROF" flame --diff-base="$DATA/heap.pb" "$DATA/cpu.pb.gz"
	assert_status 3
	[[ $stderr == *"cannot compare with the base: no sample type is in all profiles"* ]]
	[[ $stderr == *cpu* && $stderr == *inuse_space* ]]
	[ ! -e flame.html ]
	run --separate-stderr "$PYROPROF" flame --base="$DATA/cpu.pb.gz" \
		--diff-base="$DATA/cpu.pb.gz" "$DATA/cpu.pb.gz"
	assert_status 2
}

@test "sides get the unit that is finer, and the types that they share" {
	need_program jq
	flame --format=json --no-normalize --diff-base="$DATA/seconds.pb.gz" "$DATA/cpu.pb.gz" >x.json
	want=$("$PYROPROF" top --format=json --unit=ns "$DATA/seconds.pb.gz" | jq .total)
	unit=$("$PYROPROF" top --format=json "$DATA/seconds.pb.gz" | jq -r .unit)
	[ "$unit" = seconds ]
	[ "$(jq .before x.json)" = $((want * 1000000000)) ]
}

@test "the same input gives the same bytes, with any number of threads" {
	for format in html svg json speedscope boxes; do
		flame -o one --format=$format "$DATA/heap.pb"
		flame -o two --format=$format --threads=1 "$DATA/heap.pb"
		cmp one two
	done
}

# A profile of 20,000 stacks that are hardly alike.
make_big()
{
	PYTHONPATH=$top_srcdir/tests/lib python3 - >big.pb <<-'END'
		import random
		import sys
		from mkprofile import Profile
		random.seed(7)
		p = Profile(("samples", "count"), ("cpu", "nanoseconds"))
		p.mapping("/bin/big")
		for i in range(20000):
		    depth = random.randrange(3, 18)
		    p.sample([f"f{random.randrange(900)}" for _ in range(depth)], 1 + i % 7, 1000 * i + 1)
		sys.stdout.buffer.write(p.encode())
	END
}

@test "of frames that are all alike, as many are left as there is room for" {
	need_program jq
	need_program python3
	PYTHONPATH=$top_srcdir/tests/lib python3 - >alike.pb <<-'END'
		import sys
		from mkprofile import Profile

		p = Profile(("samples", "count"))
		p.mapping("/bin/alike")
		for i in range(40000):
		    p.sample([f"leaf_{i * 7919 % 40000:05}", f"caller{i % 50}"], 1)
		sys.stdout.buffer.write(p.encode())
	END
	flame -o full.html alike.pb
	size=$(($(stat -c %s full.html) * 3 / 4))
	for name in x y; do
		flame -o $name.html --max-size=$size alike.pb
	done
	cmp x.html y.html
	[ "$(stat -c %s x.html)" -le $size ]
	[ "$("$PYROPROF" folded x.html | grep -c leaf_)" -gt 5000 ]
	[ "$("$PYROPROF" top --format=json x.html | jq .total)" = 40000 ]
}

@test "a file that would be too large has small frames merged, says so, and keeps its sums" {
	need_program jq
	need_program python3
	make_big
	for format in html svg; do
		size=400
		[ $format = html ] || size=500
		flame -o full.$format --data=full big.pb
		[ "$(stat -c %s full.$format)" -gt 550000 ]
		run --separate-stderr "$PYROPROF" flame -o x.$format --max-size=${size}k big.pb
		assert_status 0
		[[ $stderr =~ ^pyroprof:\ [0-9]+\ of\ [0-9]+\ frames,\ each\ below\ .*%\ of\ the\ total ]]
		[[ $stderr == *"to keep the file below ${size}kB (--max-size); all sums are exact" ]]
		[ "$(stat -c %s x.$format)" -le $((size << 10)) ]
		[ "$(stat -c %s x.$format)" -gt $((size * 8 / 10 << 10)) ]
		for type in 0 1; do
			[ "$("$PYROPROF" top --sample-index=$type --format=json x.$format | jq .total)" = \
				"$("$PYROPROF" top --sample-index=$type --format=json big.pb | jq .total)" ]
		done
		"$PYROPROF" folded x.$format | grep -q '([0-9]* smaller) [0-9]*$'
		# nothing is merged that need not be
		run --separate-stderr "$PYROPROF" flame -o y.$format big.pb
		[ -z "$stderr" ]
		cmp y.$format full.$format
	done
	run --separate-stderr "$PYROPROF" flame -o z.svg --max-size=100 big.pb
	assert_status 3
	[[ ${stderr_lines[0]} == "pyroprof: cannot get below 100 bytes: option '--max-size'" ]]
	[ ! -e z.svg ]
	flame -o none.svg --data=none big.pb
	run ! grep -q 'id="pyroprof-data"' none.svg
}

# What the block in file $1 holds: a line for each section, its name and its bytes.
sections()
{
	python3 - "$1" <<-'END'
		import base64, gzip, re, struct, sys
		with open(sys.argv[1], encoding="utf-8") as f:
		    text = re.search('id="pyroprof-data"[^>]*>([^<]*)<', f.read()).group(1)
		data, at = gzip.decompress(base64.b64decode(text)), 8
		while at < len(data):
		    end = at + 8 + struct.unpack("<I", data[at + 4:at + 8])[0]
		    print(data[at:at + 4].decode(), data[at + 8:end])
		    at = end
	END
}

@test "source is embedded on request only" {
	need_program python3
	for format in html svg; do
		flame -o x.$format --source-path="$DATA/lines" "$DATA/lines.pb.gz"
		sections x.$format >without
		run ! grep -q -e SRCT -e LINE -e 'int one;' without
		flame -o x.$format --with-source --source-path="$DATA/lines" "$DATA/lines.pb.gz"
		sections x.$format >with
		grep -q '^SRCT .*int one;' with
		grep -q '^LINE ' with
	done
	flame -o x.html --with-source --source-path=nosuch "$DATA/lines.pb.gz"
	sections x.html >with
	run ! grep -q 'int one;' with
}

@test "labels are embedded unless they are to be left out" {
	need_program python3
	flame -o x.html "$DATA/labels.pb.gz"
	sections x.html >with
	grep -q '^LABL ' with
	grep -q '^LROW ' with
	flame -o x.html --no-labels --no-times "$DATA/labels.pb.gz"
	sections x.html >without
	run ! grep -q -e '^LABL' -e '^LROW' -e '^TIME' without
}

# A profile of two threads, whose samples are not in the order of their times.
make_times()
{
	PYTHONPATH=$top_srcdir/tests/lib python3 - >times.pb <<-'END'
		import sys
		from mkprofile import Profile
		p = Profile(("samples", "count"))
		for at, thread, stack in ((30, "b", "y"), (10, "a", "x"), (20, "a", "y"), (40, "a", "x"),
		                          (50, "a", "x")):
		    p.sample([stack, "main"], 1, labels=[("thread", thread),
		                                         ("timestamp", (at, "nanoseconds"))])
		sys.stdout.buffer.write(p.encode())
	END
}

@test "--flamechart keeps the order of time, thread by thread" {
	need_program python3
	make_times
	[ "$(flame --format=folded times.pb)" = "main;x 3
main;y 2" ]
	flame --format=folded --flamechart times.pb >got
	cat got
	[ "$(sed 's/.*\(main;.*\)/\1/' got)" = "main;x 1
main;y 1
main;x 2
main;y 1" ]
	flame -o x.html --flamechart times.pb
	sections x.html >all
	grep -q '^TIME ' all
	flame -o x.html --flamechart --no-times times.pb
	sections x.html >all
	run ! grep -q '^TIME ' all
}

@test "what was written can be read again" {
	for file in cpu.pb.gz heap.pb; do
		for format in html svg; do
			flame -o x.$format "$DATA/$file"
			"$PYROPROF" folded x.$format >got
			"$PYROPROF" folded "$DATA/$file" | cmp - got
		done
	done
}
