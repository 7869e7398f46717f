#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof gate: verdicts on made-up profiles whose truth is known, what explains a change, reports for CI
# systems, rules, and what is refused.

load common

# make PREFIX SEED STACK=WEIGHT...: ten profiles of 2,000 samples.
make()
{
	python3 "$top_srcdir/tests/lib/gate-profiles.py" "$1" 10 2000 "${@:2}"
}

usual=('main;serve;parse=20' 'main;serve;render;copy=30' 'main;serve;render=10' 'main;log;write=25' 'main;idle=15')

setup()
{
	common_setup
	make old 1 "${usual[@]}"
	make same 2 "${usual[@]}"
	make slow 3 'main;serve;parse=30' "${usual[@]:1}"
}

gate()
{
	run --separate-stderr "$PYROPROF" gate "$@"
	echo "$output" "$stderr"
}

check_junit()
{
	need_program xmllint
	xmllint --noout --nonet --schema "$top_srcdir/tests/lib/junit.xsd" "$1"
}

# What GitLab's documentation says of Code Quality reports: these fields, no other ones, and no finding twice.
check_gitlab()
{
	need_program jq
	jq -e 'type == "array" and
		all(.[]; keys == ["check_name", "description", "fingerprint", "location", "severity"] and
			(.description | type == "string" and length > 0) and
			(.check_name | type == "string" and length > 0) and
			(.fingerprint | test("^[0-9a-f]{64}$")) and
			(.severity | IN("info", "minor", "major", "critical", "blocker")) and
			(.location | keys == ["lines", "path"]) and
			(.location.path | type == "string" and length > 0 and (startswith("./") | not)) and
			(.location.lines | keys == ["begin"]) and
			(.location.lines.begin | type == "number" and . >= 1 and . == floor)) and
		(map(.fingerprint) | unique | length) == length' "$1"
}

@test "nothing has changed" {
	gate --base old*.folded --head same*.folded
	assert_status 0
	[[ $output == *'0 regressed'* ]]
	[[ $output == *'10 profiles before, 10 after; samples per total; by ranks of profiles'* ]]
}

@test "half as dear again" {
	gate --base old*.folded --head slow*.folded
	assert_status 1
	[[ $output == *$'\nregressed    parse: '* ]]
	[[ $output == *'1 regressed'* ]]
	# within bounds
	gate --base old*.folded --head slow*.folded --max-increase 80%
	assert_status 0
	# the other way round is no regression of it
	gate --base slow*.folded --head old*.folded
	[[ $output != *'regressed    parse'* ]]
}

@test "guards" {
	gate --base old*.folded --head slow*.folded --max-increase 500% --guard '^parse$:10%'
	assert_status 1
	[[ $output == *'parse (guarded)'* ]]
	gate --base old*.folded --head same*.folded --guard nobody
	[[ $stderr == *"'nobody' matches no function"* ]]
}

@test "too little to tell" {
	gate --base old0.folded --head same0.folded --guard '^parse$'
	assert_status 0
	[[ $output == *'inconclusive parse (guarded)'*'could have seen'*'samples a side would decide it'* ]]
	[[ $output == *'dispersion 2 is assumed; 6 or more profiles in all tell it'* ]]
	[[ $stderr == *'the profiles cannot tell; record more of them'* ]]
	gate --base old0.folded --head same0.folded --guard '^parse$' --on-inconclusive fail
	assert_status 4
	gate --base old0.folded --head same0.folded --guard '^parse$' --on-inconclusive pass
	assert_status 0
	[ -z "$stderr" ]
}

@test "renamed, and moved within its caller" {
	make renamed 4 'main;serve;parse_fast=20' "${usual[@]:1}"
	gate --base old*.folded --head renamed*.folded
	assert_status 0
	[[ $output == *'parse_fast: '*'most likely renamed from parse'* ]]
	# what render did itself, copy does now
	make moved 5 'main;serve;parse=20' 'main;serve;render;copy=39' 'main;serve;render=1' "${usual[@]:3}"
	gate --base old*.folded --head moved*.folded
	assert_status 0
	[[ $output == *'copy: '*'cost moved within render'* ]]
	# but not if somebody looks after it
	gate --base old*.folded --head moved*.folded --guard '^copy$'
	assert_status 1
}

@test "reports" {
	need_program jq
	gate --base old*.folded --head slow*.folded --format=text --format=json:r.json --format=markdown:r.md \
		--format=github:r.github --format=gitlab:r.gitlab --format=junit:r.xml
	assert_status 1
	[[ $output == *regressed* ]]
	jq -e '.schema == 1 and .verdict == "regressed" and (.base | length) == 10 and
		([.functions[] | select(.verdict == "regressed") | .name] == ["parse"])' r.json
	grep -qF '| 🔴 | `parse` |' r.md
	grep -q '^::error title=Performance regression::parse: ' r.github
	check_gitlab r.gitlab
	jq -e 'length > 0' r.gitlab
	check_junit r.xml
	python3 - <<-END
		import xml.etree.ElementTree as tree
		suite = tree.parse("r.xml").getroot().find("testsuite")
		failed = [c.get("name") for c in suite if c.find("failure") is not None]
		assert failed == ["parse"], failed
		assert int(suite.get("failures")) == 1 and int(suite.get("tests")) == len(list(suite))
	END
	gate --base old*.folded --head slow*.folded --format=text --format=json
	assert_status 2
	[[ $stderr == *'only one report can go to standard output'* ]]
	gate --base old*.folded --head slow*.folded --format=text:r.same --format=json:r.same
	assert_status 2
	[[ $stderr == *"two reports cannot go to 'r.same'"* ]]
	gate --base old*.folded --head slow*.folded -o r.text --format=text --format=json:r.json
	assert_status 1
	[ -z "$output" ]
	grep -q '^regressed    parse: ' r.text
}

@test "reports of nothing and of what is undecided" {
	gate --base old*.folded --head old*.folded --format=gitlab:r.gitlab --format=junit:r.xml
	check_junit r.xml
	check_gitlab r.gitlab
	for fails in warn fail; do
		gate --base old0.folded --head same0.folded --on-inconclusive=$fails --format=gitlab:r.gitlab \
			--format=junit:r.xml
		check_junit r.xml
		check_gitlab r.gitlab
		if [ $fails = fail ]; then grep -q '<failure type="inconclusive"' r.xml; else grep -q '<skipped ' r.xml; fi
	done
}

@test "hostile names stay what they are" {
	for side in "base 1" "head 2"; do
		# shellcheck disable=SC2086
		python3 "$top_srcdir/tests/lib/hostile-profiles.py" ${side% *} 8 ${side#* }
	done
	# all of them are in each report
	gate --base base?.pb --head head?.pb --guard . --max-increase=1% --on-inconclusive=fail --format=text:r.text \
		--format=json:r.json --format=markdown:r.md --format=github:r.github --format=gitlab:r.gitlab \
		--format=junit:r.xml
	assert_status 1
	for file in r.*; do
		# neither controls nor what changes the direction of writing
		run ! grep -lP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$file"
		iconv -f UTF-8 -t UTF-8 "$file" >/dev/null
	done
	run ! grep -vE '^(regressed|inconclusive|ok) |^[0-9]' r.text
	run ! grep -vE '^::error title=Performance (regression|inconclusive)::' r.github
	jq -e '.functions | length == 21 and any(.name == "nul\u0000after")' r.json
	check_junit r.xml
	check_gitlab r.gitlab
	# three cells in each row, none of them too long for a comment; no markup outside of code
	run ! grep -vP '^\|( ([^|`]|`([^|`]|\\\|)*`)* \|){3}$|^[^|]|^$|^\|---|^\| \| function' r.md
	run ! grep -E '.{1000}' r.md
	sed 's/`[^`]*`//g' r.md >plain
	run ! grep -E '<(img|/?script|x)|</sub>.' plain
	# a table for a comment is no longer than it can be, and says so
	grep -qx '1 more is not shown.' r.md
}

@test "where functions are" {
	need_program gcc
	need_program jq
	need_root
	mkdir -p repository/src elsewhere
	cat >repository/src/bench.c <<-END
		static volatile unsigned sink;

		__attribute__((noinline)) static void parse(void)
		{
		    for (int i = 0; i < 4000; i++)
		        sink = sink * 31 + 7;
		}

		int main(void)
		{
		    for (int i = 0; i < 40000; i++)
		        parse();
		    return 0;
		}
	END
	gcc -O1 -g -o bench "$PWD/repository/src/bench.c"
	run "$PYROPROF" record -q -F 999 -o one.pb.gz -- ./bench
	[ "$status" = 0 ] || skip_if_refused "$output"
	sides=(--base "$PWD/one.pb.gz" --head "$PWD/one.pb.gz" --guard '^parse$' --max-increase=0%)
	here=$PWD
	# relative to where one is, and so in a copy of the repository elsewhere; else its name only
	while read -r folder file; do
		cd "$here/$folder"
		gate "${sides[@]}" --format=github --format="json:$here/r.json" --format="gitlab:$here/r.gitlab"
		grep -q "^::warning file=$file,line=3,title=Performance inconclusive::parse: " <<<"$output"
		jq -e --arg file "$file" '.functions[] | select(.name == "parse") | .file == $file and .line == 3' "$here/r.json"
		jq -e --arg file "$file" '.[] | select(.description | startswith("parse: ")) | .location == {path: $file, lines: {begin: 3}}' "$here/r.gitlab"
		check_gitlab "$here/r.gitlab"
	done <<-'END'
		. repository/src/bench.c
		repository src/bench.c
		elsewhere bench.c
	END
	mkdir "$here/elsewhere/repository"
	cd "$here/elsewhere/repository"
	gate "${sides[@]}" --format=github
	[[ $output == *' file=src/bench.c,line=3,'* ]]
	gate "${sides[@]}" --format=github --trim-path="/nowhere:$here/repository/src"
	[[ $output == *' file=bench.c,line=3,'* ]]
	gate "${sides[@]}" --format=github --granularity=lines
	[[ $output == *'/src/bench.c,line=3,'* || $output == *' file=src/bench.c,line='[56]','* ]]
}

@test "options for rows of a table are none of it" {
	for option in -n5 --nodecount=5 --cum --nodefraction=0.1 --edgefraction=0 --trim=false --drop-negative \
		--compact-labels --mean --mean-delay --divide-by=3 --relative-percentages --unit=ms --delta; do
		gate "$option" --base old0.folded --head same0.folded
		assert_status 2
		[[ $stderr == *"unknown option '${option%%=*}"* ]]
	done
}

@test "a file of rules" {
	cat >rules <<-'END'
		# what a change may cost
		max-increase = "500%"   # all but
		guard = ["^parse$:10%", '^log$']
		alpha = 0.01
	END
	gate --rules rules --base old*.folded --head slow*.folded
	assert_status 1
	[[ $output == *'parse (guarded)'* ]]
	# what is typed wins
	echo 'max-increase = "500%"' >rules
	gate --rules=rules --base old*.folded --head slow*.folded
	assert_status 0
	gate --rules=rules --max-increase=5% --base old*.folded --head slow*.folded
	assert_status 1
	# a file that the configuration names is one, too
	printf '[gate]\n\trules = rules\n' >config
	PYROPROF_CONFIG=config gate --base old*.folded --head slow*.folded
	assert_status 0
	# nor does a word that another option takes name one
	gate --rename --rules --base old*.folded --head slow*.folded
	assert_status 2
	[[ $stderr == *"'--rules' is not OLD=NEW"* ]]
	# what it says is looked at as what is typed, but the mistake is the file's
	echo 'alpha = true' >rules
	gate --rules=rules --base old*.folded --head slow*.folded
	assert_status 3
	[[ $stderr == *"'rules': option '--alpha': 'true' is not a number"* ]]
	while read -r line; do
		echo "$line" >rules
		gate --rules=rules --base old*.folded --head slow*.folded
		assert_status 3
		[[ $stderr == "pyroprof: 'rules': "* ]]
	done <<-'END'
		alpha = 7
		dispersion = 0.5
		max-increase = "much"
		min-share = "1"
		guard = "par(se"
		per = "unit=x"
		rename = "a"
	END
	# what was typed is not the file's
	echo 'alpha = 0.01' >rules
	gate --rules=rules --alpha=7 --base old*.folded --head slow*.folded
	assert_status 2
	[[ $stderr == "pyroprof: option '--alpha': 7 is not between"* ]]
	while IFS='|' read -r line says; do
		printf '\n%s\n' "$line" >rules
		gate --rules rules --base old*.folded --head slow*.folded
		assert_status 3
		[[ $stderr == *"'rules' line 2: $says"* ]]
	done <<-'END'
		colour = "red"|unknown key 'colour'
		alpha|no KEY = VALUE: 'alpha'
		alpha =|no value of 'alpha'
		per = total|a text needs quotes: 'total'
		per = "total|no end of
		guard = ["a", "b"|no ']' before
		per = "total" x|more behind the value: 'x'
		per = "a\n"|only \\ and \" are understood within
	END
}

@test "how often it would be wrong" {
	gate --self-check --base old*.folded same*.folded
	assert_status 0
	[[ $output == '200 splits of 20 profiles, '* ]]
	# of a rate that is bounded, on the same profiles each time
	awk '/^this gate/ { exit !($3 + 0 <= 5) }' <<<"$output"
	awk '/^any above/ { exit !($4 + 0 >= 10) }' <<<"$output"
	gate --self-check --base old*.folded same*.folded --format=json:r.json --format=text:r.text
	assert_status 0
	jq -e '.splits == 200 and .profiles == 20 and .gate.false_alarms <= 0.05 and .naive.false_alarms >= 0.1' r.json
	gate --self-check --base old*.folded same*.folded
	diff r.text - <<<"$output"
	gate --self-check --base old*.folded --format=junit
	assert_status 2
	[[ $stderr == *'--self-check is written as text or json, not as junit'* ]]
	gate --self-check --base old0.folded
	assert_status 3
	[[ $stderr == *'needs 4 profiles or more, there is 1'* ]]
}

@test "per unit of work and per second" {
	gate --per unit=100:150 --base old*.folded --head slow*.folded
	assert_status 0
	gate --per unit=100 --base old*.folded --head slow*.folded
	assert_status 1
	gate --per second --base old*.folded --head slow*.folded
	assert_status 4
	[[ $stderr == *'it does not say how long it is'* ]]
}

@test "what does not fit is refused" {
	gate --base old*.folded --head "$DATA/heap.pb"
	assert_status 4
	[[ $stderr == *'the sample type is inuse_space here and samples in the first profile'* ]]
	echo 'main;idle 0' >nothing.folded
	gate --base old*.folded --head nothing.folded
	assert_status 4
	[[ $stderr == *'cannot judge --head: there are no samples'* ]]
	gate --base nothing.folded --head old*.folded
	assert_status 4
	[[ $stderr == *'cannot judge --base: there are no samples'* ]]
	# what cannot be read is something else
	gate --base old*.folded --head nowhere.folded
	assert_status 3
	for bad in '--head old0.folded' '--base old0.folded' '--base old0.folded --head same0.folded --alpha 0' \
		'--base old0.folded --head same0.folded --alpha 0.7' '--base old0.folded --head same0.folded --min-share 1' \
		'--base old0.folded --head same0.folded --max-increase x%' '--base old0.folded --head same0.folded --format=xml' \
		'--base old0.folded --head same0.folded --dispersion 0.5' '--base old0.folded --head same0.folded --guard (' \
		'--base old0.folded --head same0.folded --per hour' '--base old0.folded --self-check --head same0.folded' \
		'--base old0.folded --head same0.folded --rename parse' \
		'stray --base old0.folded --head same0.folded'; do
		# shellcheck disable=SC2086
		gate $bad
		assert_status 2
	done
}
