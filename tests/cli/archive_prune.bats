#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pruning: what has happened adds up to the same, states become means, what counts since the start
# of a program is the last, and nothing else changes or goes.

load common

setup()
{
	common_setup
	need_program jq
	export PYROPROF_ARCHIVE=$PWD/A
	"$PYROPROF" archive init -q
	hour=$(($(date +%s) / 3600)) # the next may begin meanwhile
}

# The beginning of an hour so many days ago, in seconds since 1970.
ago()
{
	echo $(((hour - 24 * $1) * 3600))
}

# add DAYS COUNT STEP: profiles of an hour of two processes; their files stay in p-DAYS.
add()
{
	local pid

	python3 "$top_srcdir/tests/lib/prune-profiles.py" "p-$1" "$(ago "$1")" "$2" "$3"
	for pid in 7 8; do
		"$PYROPROF" archive add -q -l host=h -l service=a -l "pid=$pid" p-"$1"/*-"$pid"-*.pb >>ids
	done
}

# Every stack of a selector with its label and values, for what is CPU time.
events()
{
	local type

	for type in samples cpu; do
		"$PYROPROF" folded --tagroot=tenant --sample-index=$type "${1:-{profile_type=~\"process.*\"\}}" | sort
	done
}

# Entries, one a line, without what pruning does not promise to keep.
entries()
{
	"$PYROPROF" log --format=json "$@" | jq -c '.[]'
}

files()
{
	find A -type f -not -name lock -exec sha256sum {} + | sort
}

@test "what has happened adds up to the same" {
	add 10 40 30
	events >before
	"$PYROPROF" top --cum --format=csv '{profile_type=~"process.*"}' >top
	[ -s before ]
	run --separate-stderr "$PYROPROF" archive prune
	assert_status 0
	[ "${#lines[@]}" = 2 ]
	[[ ${lines[0]} == *"/"*"  merge 80 profiles into 4  "*" -> "*"profile_type=\"memory"* ]]
	[[ $output != *pid=* ]]
	[[ $stderr == "pyroprof: merged 160 profiles into 8, removed 0; "*" is left" ]]
	events | diff before -
	"$PYROPROF" top --cum --format=csv '{profile_type=~"process.*"}' | diff top -
	"$PYROPROF" archive verify
	find A/new -type f | wc -l | grep -qx 0
	# what an entry stands for, from when on, for how long; of no single process
	entries '{profile_type=~"process.*"}' >merged
	[ "$(jq -s 'length' merged)" = 4 ]
	[ "$(jq -s '[.[].profiles] | unique == [20]' merged)" = true ]
	[ "$(jq -s '[.[].duration_nanos] | unique == [100000000000]' merged)" = true ]
	[ "$(jq -s "[.[].start_nanos] | map(. - 7 - $(ago 10) * 1000000000) == [0, 300000000000, 600000000000, 900000000000]" merged)" = true ]
	[ "$(jq -s '[.[].labels | has("pid")] | any' merged)" = false ]
	[[ $("$PYROPROF" log | head -1) == *PROFILES* ]]
	[[ $("$PYROPROF" show @latest) == *" of 20 profiles"* ]]
	"$PYROPROF" archive stats --format=csv | grep -x "merged_entries,8"
	"$PYROPROF" archive stats --format=csv | grep -x "profiles,160"
	"$PYROPROF" info @latest
}

@test "states become means, and what counts since the start the last value" {
	add 10 10 30
	"$PYROPROF" archive prune -q >/dev/null
	[ "$("$PYROPROF" log --format=json '{profile_type=~"memory.*"}' | jq length)" = 1 ]
	run --separate-stderr "$PYROPROF" log --format=json '{profile_type=~"memory.*"}'
	# process 7 and 8 have allocated n * pid by now: 70 + 80, and their buffers 70 + 80
	[ "$(jq '.[0].types[0].total' <<<"$output")" = 300 ]
	[ "$(jq '.[0].types[1].total' <<<"$output")" = $((150 * 100 + 150)) ]
	# of "alloc" 7 or 8, and 8 or 9; of "buffer" 4 every other time
	[ "$(jq '.[0].types[2].total' <<<"$output")" = $((8 + 2)) ]
	[ "$(jq '.[0].types[3].total' <<<"$output")" = $((80 + 2000)) ]
	[ "$(jq '.[0].profiles' <<<"$output")" = 20 ]
	"$PYROPROF" top --sample-index=inuse_space --format=csv '{profile_type=~"memory.*"}' | grep -q '^2000,.*,buffer$'
}

@test "windows of windows are what windows are" {
	add 10 60 60
	cp -r A B
	events >before
	"$PYROPROF" archive prune -q --policy=full=1d,5m=20d >/dev/null
	[ "$(entries | wc -l)" = 24 ]
	run --separate-stderr "$PYROPROF" archive prune --policy=full=1d,5m=2d,1h=20d
	[[ ${lines[0]} == *"merge 120 profiles into 1"* ]]
	[ "$(entries | wc -l)" = 2 ]
	events | diff before -
	"$PYROPROF" archive verify
	"$PYROPROF" archive prune -q --archive=B --policy=full=1d,1h=20d >/dev/null
	for archive in A B; do
		"$PYROPROF" log --format=json --archive=$archive |
			jq -c '.[] | [.start_nanos, .duration_nanos, .profiles, .types]' >$archive.log
	done
	diff A.log B.log
	find A/seg -type f | wc -l | grep -qx 2
}

@test "twice is once, and a dry run says the same and changes nothing" {
	add 10 20 30
	add 40 4 30
	files >before
	"$PYROPROF" archive prune --dry-run >said 2>note
	files | diff before -
	grep -q "would have merged 80 profiles into 4, removed 16" note
	"$PYROPROF" archive prune 2>note.done | diff said -
	[ "$(sed 's/would have //' note)" = "$(<note.done)" ]
	[ -s said ]
	files >after
	run --separate-stderr "$PYROPROF" archive prune
	[[ $output == "" && $stderr == *"merged 0 profiles into 0, removed 0"* ]]
	files | diff after -
}

@test "what is pinned stays as it is, sealed or not" {
	add 10 20 30
	add 40 4 30
	sed -n 5p ids >pinned
	sed -n 81p ids >>pinned
	for sealed in no yes; do
		rm -rf C
		cp -r A C
		export PYROPROF_ARCHIVE=$PWD/C
		"$PYROPROF" archive pin -q kept "$(sed -n 1p pinned)"
		"$PYROPROF" archive pin -q other "$(sed -n 2p pinned)"
		[ $sealed = no ] || "$PYROPROF" archive seal -q >/dev/null
		{ entries @kept; entries @other; } >before
		"$PYROPROF" raw @"$(sed -n 2p pinned)" >raw
		events >events.before
		run --separate-stderr "$PYROPROF" archive prune
		assert_status 0
		[[ $stderr == *"merged 79 profiles into 4, removed 15"* ]]
		{ entries @kept; entries @other; } | diff before -
		"$PYROPROF" raw @"$(sed -n 2p pinned)" | diff raw -
		[ "$(entries | wc -l)" = 6 ]
		"$PYROPROF" archive verify
		run --separate-stderr "$PYROPROF" archive prune
		[[ $stderr == *"merged 0 profiles into 0, removed 0"* ]]
		# without the pin it goes as well
		"$PYROPROF" archive unpin kept
		"$PYROPROF" archive unpin other
		"$PYROPROF" archive prune -q >/dev/null
		[ "$(entries | wc -l)" = 4 ]
	done
}

@test "what was merged is not counted again when it comes back" {
	add 10 20 30
	cp -r A/new new
	"$PYROPROF" archive seal -q >/dev/null
	cp -r A/seg seg
	"$PYROPROF" archive prune -q >/dev/null
	events >before
	entries >entries.before
	# added again
	"$PYROPROF" archive add -q -l host=h -l service=a -l pid=7 p-10/*-7-*.pb >/dev/null
	events | diff before -
	entries | diff entries.before -
	run --separate-stderr "$PYROPROF" archive seal --all
	[[ $stderr == *"sealed 0 profiles"* ]]
	find A/new -type f | wc -l | grep -qx 0
	# copied from elsewhere, loose and sealed
	cp -rn new/. A/new/
	cp -rn seg/. A/seg/
	entries | diff entries.before -
	"$PYROPROF" archive prune --dry-run | wc -l | grep -qx 0
	"$PYROPROF" archive gc -q
	entries | diff entries.before -
	find A/new -type f | wc -l | grep -qx 0
	find A/seg -type f | wc -l | grep -qx 2
	"$PYROPROF" archive verify
}

@test "a late comer is merged with what was merged, and a sealed one stays" {
	add 10 20 30
	"$PYROPROF" archive seal -q >/dev/null
	"$PYROPROF" archive prune -q >/dev/null
	python3 "$top_srcdir/tests/lib/prune-profiles.py" late "$(($(ago 10) + 10))" 1 30
	"$PYROPROF" archive add -q -l host=h -l service=a -l pid=8 late/cpu-8-000.pb >>ids
	events >before
	# sealing takes merged ones along, with what they stand for
	cp -r A B
	"$PYROPROF" archive seal -q --archive=B >/dev/null
	"$PYROPROF" archive add -q --archive=B -l host=h -l service=a -l pid=7 p-10/cpu-7-*.pb >/dev/null
	for archive in A B; do
		export PYROPROF_ARCHIVE=$PWD/$archive
		events | diff before -
		run --separate-stderr "$PYROPROF" archive prune
		[[ $output == *"merge 21 profiles into 1"* ]]
		events | diff before -
		entries '{profile_type=~"process.*"}' | jq -r .profiles | paste -sd' ' | grep -qx "21 20"
		"$PYROPROF" archive verify
	done
	diff <(entries) <(PYROPROF_ARCHIVE=$PWD/A entries)
}

@test "labels that were given later are kept, and tell windows apart" {
	add 10 20 30
	"$PYROPROF" archive tag -q '{pid="7"}' release=one
	events '{release="one",profile_type=~"process.*"}' >before
	"$PYROPROF" archive prune -q >/dev/null
	[ "$(entries | wc -l)" = 8 ]
	events '{release="one",profile_type=~"process.*"}' | diff before -
	"$PYROPROF" archive verify
}

@test "the oldest hours go until the rest fits" {
	add 3 4 30
	add 2 4 30
	add 1 4 30
	size=$(du -sb --apparent-size A/new | cut -f1)
	run --separate-stderr "$PYROPROF" archive prune --max-size=100M
	[[ $output == "" && $stderr == *"removed 0"* ]]
	total=$(find A -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 21 }')
	"$PYROPROF" archive prune --dry-run --max-size=$((total - 1)) >said
	"$PYROPROF" archive prune -q --max-size=$((total - 1)) | diff said -
	[ "$(wc -l <said)" = 2 ]
	[ "$(entries | wc -l)" = 32 ]
	[ "$(entries | jq -s 'map(.start_nanos) | min / 1000000000 | floor')" = "$(ago 2)" ]
	"$PYROPROF" archive verify
	# nothing is merged, unless --policy says so
	run --separate-stderr "$PYROPROF" archive prune --max-size=100M
	[ "$(entries | wc -l)" = 32 ]
	run --separate-stderr "$PYROPROF" archive prune --max-size=3k --policy=full=12h,5m=30d
	[[ $output == *"merge 8 profiles into 1"*"remove 8 profiles"* ]]
	[ "$(find A -type f -printf '%s\n' | awk '{ n += $1 } END { print n <= 3072 }')" = 1 ]
	[ "$(entries | wc -l)" = 2 ]
	# what is pinned stays, and that is said
	"$PYROPROF" archive pin -q all '{}'
	run --separate-stderr "$PYROPROF" archive prune --max-size=1
	assert_status 0
	[[ $stderr == *"more than --max-size"* ]]
	"$PYROPROF" archive unpin all
	"$PYROPROF" archive prune -q --max-size=1 >/dev/null
	[ "$(entries | wc -l)" = 0 ]
}

@test "pulling from a pruned archive counts nothing twice" {
	add 10 20 30
	cp -r A B
	events >before
	"$PYROPROF" archive prune -q --archive=B >/dev/null
	run --separate-stderr "$PYROPROF" archive pull B
	assert_status 0
	events | diff before -
	[ "$(entries | wc -l)" = 4 ]
	"$PYROPROF" archive verify
	"$PYROPROF" archive init -q --archive=C
	"$PYROPROF" archive pull -q --archive=C B
	export PYROPROF_ARCHIVE=$PWD/C
	events | diff before -
	"$PYROPROF" archive add -q -l host=h -l service=a -l pid=7 p-10/*-7-*.pb >/dev/null
	events | diff before -
}

@test "trend weighs means by what they stand for" {
	add 10 13 30
	run --separate-stderr "$PYROPROF" metrics --sample-index=inuse_space . '{profile_type=~"memory.*"}@now-20d..'
	before=$output
	"$PYROPROF" trend . '{profile_type=~"memory.*"}' --sample-index=inuse_space --step=1h --format=json >trend
	"$PYROPROF" archive prune -q >/dev/null
	run --separate-stderr "$PYROPROF" metrics --sample-index=inuse_space . '{profile_type=~"memory.*"}@now-20d..'
	for name in profiles total_cost_bytes; do
		old=$(grep "^pyroprof_$name{" <<<"$before" | awk '{ print $NF }')
		new=$(grep "^pyroprof_$name{" <<<"$output" | awk '{ print $NF }')
		awk "BEGIN { exit !($old > 0 && ($old - $new) ^ 2 < 1) }"
	done
	"$PYROPROF" trend . '{profile_type=~"memory.*"}' --sample-index=inuse_space --step=1h --format=json |
		jq '.groups[0].all.profiles' | grep -qx 26
}

@test "what is wrong with a policy is said in a line" {
	wrong()
	{
		run --separate-stderr "$PYROPROF" archive prune --policy="$1"
		assert_status 2
		[[ $stderr == *"$2"* ]]
		[[ ${stderr_lines[0]} == "pyroprof: policy '"* ]]
	}
	wrong "" "not WINDOW=AGE"
	wrong "7d" "not WINDOW=AGE"
	wrong "5m=7d" "'full=AGE' comes first"
	wrong "full=7d,full=8d" "'full=AGE' comes first"
	wrong "full=7x" "no duration"
	wrong "full=7d,week=8d" "neither 'full' nor a duration"
	wrong "full=7d,7m=8d" "an hour is no multiple"
	wrong "full=7d,2h=8d" "an hour is no multiple"
	wrong "full=7d,5m=7d" "not above"
	wrong "full=7d,5m=8d,4m=9d" "multiple of the one before"
	wrong "full=7d,5m=8d,5m=9d" "multiple of the one before"
}

@test "a damaged entry is named, and neither merged nor removed with the rest" {
	add 10 10 30
	"$PYROPROF" archive seal -q >/dev/null
	file=$(find A/seg -type f | sort | head -1)
	chmod 600 "$file"
	printf x | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 200)) conv=notrunc status=none
	run --separate-stderr "$PYROPROF" archive prune
	assert_status 0
	[[ $stderr == *"left as it is:"*"is damaged"* ]]
	[ "$(entries 2>/dev/null | wc -l)" = 21 ]
}
