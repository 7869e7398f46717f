#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What must not change a report: another encoding of the profile, its order, the locale; and what
# must hold between reports of one profile.

load common

mkprofile=$top_srcdir/tests/lib/mkprofile.py
shared=${PYROPROF_SHARED:-$top_srcdir/../shared}

profiles()
{
	files=("$DATA"/cpu.pb.gz "$DATA"/heap.pb "$DATA"/pruned.pb.gz "$DATA"/negative.pb.gz
		"$DATA"/hostile.pb.gz)
	[ ! -d "$shared/corpus/go119" ] || files+=("$shared"/corpus/go119/*.pb.gz)
}

has_command()
{
	"$PYROPROF" __options | cut -f1 | grep -qx "$1"
}

has_option()
{
	"$PYROPROF" __options "$1" | cut -f2 | grep -qx "$2"
}

# The reports that are the same for equal profiles whatever the order in the file, one per line.
orderless_reports()
{
	local report

	while read -r report; do
		! has_command "${report%% *}" || printf '%s\n' "$report"
	done <<-'END'
		top --nodefraction=0
		top --nodefraction=0 --format=json
		top --lines --cum --focus=.
		top --addresses --hide=[aeiou]n
		top --files --noinlines --show=a
		top --mean --sample-index=0
		top --tagroot=tenant,bytes --tagfocus=:1mb
		top --relative-percentages --ignore=e
		tree --trim=false
		tree --trim=false --format=json
		tree --trim=false --format=csv
		peek main
		tags
		folded
		folded --lines
		graph --nodefraction=0
	END
}

# What a report prints, messages included, and its exit status.
run_report()
{
	local words

	read -r -a words <<<"$1"
	"$PYROPROF" "${words[@]}" "${@:2}" 2>&1 || echo "exit status $?"
}

# The rows of a report in JSON, flat and cum added up.
sum_of()
{
	"$PYROPROF" top --trim=false --format=json "${@:2}" | jq "[.rows[].$1] | add // 0"
}

@test "the same profile in other encodings gives the same report" {
	need_program python3
	profiles
	for file in "${files[@]}"; do
		mapfile -t reports < <(orderless_reports)
		for how in shuffle reverse packed unpacked members; do
			python3 "$mkprofile" vary "$how" "$file" varied
			! cmp -s "$file" varied
			for report in "${reports[@]}"; do
				run_report "$report" "$file" >want
				run_report "$report" varied >got
				diff want got || {
					echo "$report: $how of $file"
					false
				}
			done
		done
	done
}

@test "a locale with other digits and letters changes nothing" {
	locale -a | grep -qix 'de_DE.utf-\?8' || make_locale
	profiles
	mapfile -t reports < <(orderless_reports)
	for file in "${files[@]}"; do
		for report in "${reports[@]}" "top --unit=hours --divide-by=3.5"; do
			run_report "$report" "$file" >want
			LC_ALL=de_DE.UTF-8 run_report "$report" "$file" >got
			diff want got
		done
	done
}

# A locale of our own where the system has none.
make_locale()
{
	need_program localedef
	localedef -i de_DE -f UTF-8 "$PWD/de_DE.UTF-8" >/dev/null 2>&1 ||
		skip "no source of the locale de_DE"
	export LOCPATH=$PWD
}

@test "the number of threads changes nothing" {
	has_option top threads || skip "there is no --threads"
	profiles
	mapfile -t reports < <(orderless_reports)
	for file in "${files[@]}"; do
		for report in "${reports[@]}"; do
			run_report "$report" --threads=1 "$file" >want
			run_report "$report" --threads=3 "$file" >got
			diff want got
		done
	done
}

@test "flat costs add up to the total, and a root function has all of it" {
	need_program jq
	# neither has negative values nor samples without a stack
	for file in "$DATA/heap.pb" "$DATA/seconds.pb.gz"; do
		total=$("$PYROPROF" top --format=json "$file" | jq .total)
		for by in functions filefunctions files lines addresses; do
			[ "$(sum_of flat --granularity=$by "$file")" = "$total" ]
			[ "$(sum_of flat --granularity=$by --noinlines "$file")" = "$total" ]
		done
		[ "$("$PYROPROF" top --cum -n 1 --format=json "$file" | jq '.rows[0].cum')" = "$total" ]
	done
}

@test "filters share a profile out" {
	need_program jq
	for expression in worker hash_step main walk_tree nothing; do
		whole=$(sum_of flat "$DATA/cpu.pb.gz")
		with=$(sum_of flat --focus=$expression "$DATA/cpu.pb.gz")
		without=$(sum_of flat --ignore=$expression "$DATA/cpu.pb.gz")
		[ "$whole" = $((with + without)) ]
	done
	whole=$(sum_of flat "$DATA/heap.pb")
	with=$(sum_of flat --tagfocus=bytes=:4kb "$DATA/heap.pb")
	without=$(sum_of flat --tagignore=bytes=:4kb "$DATA/heap.pb")
	[ "$with" -gt 0 ] && [ "$without" -gt 0 ] && [ "$whole" = $((with + without)) ]
}

@test "show_from of what tagroot added is tagroot without what has no label" {
	"$PYROPROF" top --trim=false --compact-labels --tagroot=tenant --tagfocus=tenant=. \
		"$DATA/heap.pb" | grep -v '^ *tagfocus' >want
	"$PYROPROF" top --trim=false --compact-labels --tagroot=tenant --show-from=blue \
		"$DATA/heap.pb" | grep -v '^ *show_from' >got
	[ -s want ]
	diff want got
}

@test "a profile less itself is empty" {
	has_option top base || skip "there is no --base"
	profiles
	for file in "${files[@]}"; do
		[ "$(sum_of cum --base="$file" "$file")" = 0 ]
		"$PYROPROF" top --trim=false --format=csv --base="$file" "$file" >got
		[ "$(wc -l <got)" = 1 ]
		# and compared with itself has no differences
		"$PYROPROF" top --trim=false --format=csv --diff-base="$file" "$file" >got
		[ "$(wc -l <got)" = 1 ]
	done
}

@test "profiles add up in any order" {
	has_option top base || skip "several profiles are not added up"
	"$PYROPROF" top --trim=false "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >want
	"$PYROPROF" top --trim=false "$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz" >got
	diff want got
	for file in "$DATA/cpu.pb.gz" "$DATA/heap.pb"; do
		twice=$(sum_of flat "$file" "$file")
		[ "$twice" = $((2 * $(sum_of flat "$file"))) ]
	done
}

@test "merged profiles are what several profiles are" {
	has_command merge || skip "there is no merge"
	has_option top base || skip "several profiles are not added up"
	"$PYROPROF" merge -o ab.pb.gz "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz"
	"$PYROPROF" merge -o ba.pb.gz "$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz"
	while read -r report; do
		run_report "$report" "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >want
		run_report "$report" ab.pb.gz >got
		diff want got
		run_report "$report" ba.pb.gz >got
		diff want got
	done < <(orderless_reports)
	"$PYROPROF" merge -o again.pb.gz ab.pb.gz
	cmp <(gzip -dc ab.pb.gz) <(gzip -dc again.pb.gz)
}

@test "the profiles in tests/data are what the script makes" {
	need_program python3
	mkdir made
	python3 "$mkprofile" data made
	for file in made/*; do
		# the bytes of the compressed form depend on the version of zlib
		case $file in
		made/truncated.pb.gz) continue ;;
		*.gz) cmp <(gzip -dc "$file") <(gzip -dc "$DATA/${file#made/}") ;;
		*) cmp "$file" "$DATA/${file#made/}" ;;
		esac
	done
}
