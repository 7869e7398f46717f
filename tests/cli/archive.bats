#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The archive as people use it: where it is, what is printed, selectors in place of files, refusals.

load common

setup()
{
	common_setup
	export PYROPROF_ARCHIVE=$PWD/A
	unset XDG_DATA_HOME
	"$PYROPROF" archive init -q
}

# add FILE [OPTION]...: the id is in $id.
add()
{
	id=$("$PYROPROF" archive add -l host=h "$@")
	[[ $id =~ ^[0-9a-f]{64}$ ]]
}

@test "what is added is found, and is the same profile" {
	add "$DATA/cpu.pb.gz"
	"$PYROPROF" raw "@${id:0:8}" >raw
	[ -s raw ]
	"$PYROPROF" archive cat "$id" >cat.pb.gz
	gzip -t cat.pb.gz
	for report in "top --cum" "tree" "tags" "comments"; do
		# shellcheck disable=SC2086
		"$PYROPROF" $report "$DATA/cpu.pb.gz" >want
		# shellcheck disable=SC2086
		"$PYROPROF" $report "@$id" | diff want -
		# shellcheck disable=SC2086
		"$PYROPROF" $report cat.pb.gz | diff want -
	done
	add cat.pb.gz
	[ "$("$PYROPROF" log --format=csv | wc -l)" = 2 ]
	[ "$("$PYROPROF" archive cat --uncompressed "$id" | { printf 'pyroprof 1\n'
		"$PYROPROF" show --format=json | jq -r '.[0].labels | to_entries | sort_by(.key)[] |
			"\(.key)=\(.value)"'
		echo
		cat
	} | sha256sum)" = "$id  -" ]
}

@test "selectors stand where files do, bases included" {
	add "$DATA/cpu.pb.gz" -l service=a
	add "$DATA/cpu-more.pb.gz" -l service=b
	"$PYROPROF" top "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >want
	"$PYROPROF" top '{service=~"a|b"}' | diff want -
	"$PYROPROF" top "$DATA/cpu.pb.gz" '{service="b"}' | diff want -
	"$PYROPROF" top --diff-base="$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >want
	"$PYROPROF" top --diff-base='{service="a"}' '{service="b"}' | diff want -
	"$PYROPROF" top --archive=A --last=1 '{service=~"a|b"}' >newest
	"$PYROPROF" top @latest | diff newest -
	run --separate-stderr "$PYROPROF" info --format=json '{service="a"}'
	assert_status 0
	[ "$(jq .samples <<<"$output")" = 9 ]
}

@test "labels of samples select samples" {
	add "$DATA/labels.pb.gz"
	"$PYROPROF" tags --format=csv "@$id" | grep '^tenant,' >tenants
	name=$(head -1 tenants | cut -d, -f2)
	"$PYROPROF" top --tagfocus="tenant=^$name\$" "$DATA/labels.pb.gz" | sed 1,/flat%/d >want
	"$PYROPROF" top "{tenant=\"$name\"}" | sed 1,/flat%/d >got
	[ -s got ]
	[ "$(awk '{ print $NF }' got)" = "$(awk '{ print $NF }' want)" ]
}

@test "a selector that finds nothing says what there is" {
	add "$DATA/cpu.pb.gz" -l service=api
	run --separate-stderr "$PYROPROF" top '{service="web"}'
	assert_status 3
	[[ $stderr == *"no profile matches: label service is api; there are 1 from 2023-11-14 "* ]]
	run --separate-stderr "$PYROPROF" top '{colour="web"}'
	[[ $stderr == *"there is no label colour, but build_id, host, profile_type, service"* ]]
	run --separate-stderr "$PYROPROF" top '@nobody'
	[[ $stderr == *"has no pin 'nobody'"* ]]
	add "$DATA/heap.pb"
	run --separate-stderr "$PYROPROF" top '{}'
	assert_status 2
	[[ $stderr == *"several types"*"add profile_type="* ]]
}

@test "where the archive is" {
	unset PYROPROF_ARCHIVE
	export HOME=$PWD/home
	run --separate-stderr "$PYROPROF" log
	assert_status 3
	[[ $stderr == *"there is no archive in '$HOME/.local/share/pyroprof'"*"pyroprof archive init"* ]]
	run --separate-stderr "$PYROPROF" archive add "$DATA/cpu.pb.gz"
	assert_status 0
	[ -e "$HOME/.local/share/pyroprof/ARCHIVE" ]
	[ "$(stat -c %a "$HOME/.local/share/pyroprof")" = 700 ]
	XDG_DATA_HOME=$PWD/data "$PYROPROF" archive init -q
	[ -e data/pyroprof/ARCHIVE ]
	# one that was named should be there
	run "$PYROPROF" archive add --archive=elsewhere "$DATA/cpu.pb.gz"
	assert_status 3
	[ ! -e elsewhere ]
	PYROPROF_ARCHIVE=$PWD/elsewhere run "$PYROPROF" archive add "$DATA/cpu.pb.gz"
	assert_status 3
	[ ! -e elsewhere ]
}

@test "pins and tags" {
	add "$DATA/cpu.pb.gz"
	"$PYROPROF" archive pin -q release-1 "$id"
	[ "$("$PYROPROF" log --format=json @release-1 | jq -r '.[0].id')" = "$id" ]
	[[ $("$PYROPROF" archive pin) == *"release-1        1" ]]
	"$PYROPROF" archive tag -q @release-1 env=prod team=core
	[ "$("$PYROPROF" log --format=json '{env="prod"}' | jq -r '.[0].labels.team')" = core ]
	"$PYROPROF" archive tag -q @release-1 env=
	[ "$("$PYROPROF" log --format=json '{env="prod"}')" = "[]" ]
	"$PYROPROF" archive unpin @release-1
	run "$PYROPROF" log @release-1
	assert_status 3
	for name in ../x a/b .x -- 4f2a latest $'a\nb'; do
		run "$PYROPROF" archive pin -- "$name" "$id"
		assert_status 2
	done
	[ -z "$(ls A/pins)" ]
}

@test "names and values from outside stay in their place" {
	run "$PYROPROF" archive add -l 'a b=c' "$DATA/cpu.pb.gz"
	assert_status 2
	run "$PYROPROF" archive add -l $'k=\xff' "$DATA/cpu.pb.gz"
	assert_status 2
	add "$DATA/hostile.pb.gz" -l $'note=one\nfa4e0000  2026-01-01 00:00:00\e[2J' -l 'path=../../etc'
	run --separate-stderr "$PYROPROF" log
	[ "${#lines[@]}" = 2 ]
	[[ $output != *$'\e'* ]]
	run --separate-stderr "$PYROPROF" show
	[[ $output != *$'\e'* && $output == *'note=one\x0afa4e0000'* ]]
	"$PYROPROF" log --format=json | jq -e '.[0].labels.note | contains("\n")'
	# nothing else has been made, here or below the archive
	find . -newer A/ARCHIVE ! -type d ! -name 'separate-stderr-*' ! -name changed >changed
	[ "$(wc -l <changed)" = 1 ]
	grep '^\./A/new/../[0-9a-f]\{62\}\.pp$' changed
	"$PYROPROF" archive export out
	[[ $(ls out) =~ ^[0-9TZ]+-[0-9a-f]{12}\.pb\.gz$ ]]
}

@test "fsck names what is damaged, and moves it away" {
	add "$DATA/cpu.pb.gz"
	add "$DATA/heap.pb"
	run --separate-stderr "$PYROPROF" archive fsck
	assert_status 0
	[[ $output == "3 files with 2 entries: all is well" ]]
	file=$(find A/new -name "${id:2}.pp")
	chmod 600 "$file"
	printf x | dd of="$file" bs=1 seek=90 conv=notrunc status=none
	touch A/new/README
	run --separate-stderr "$PYROPROF" archive fsck
	assert_status 1
	[[ $stderr == *"${file#A/}: "*"is damaged: its checksum is wrong"* ]]
	[[ $stderr == *"new/README: not a file of the archive"* ]]
	run --separate-stderr "$PYROPROF" archive fsck --repair -q
	assert_status 1
	[ -e "A/bad/new-${id:0:2}-${id:2}.pp" ]
	run "$PYROPROF" archive verify
	assert_status 0
	[ "$("$PYROPROF" log --format=json | jq length)" = 1 ]
}

@test "gc removes what dead processes left, and nothing of the living" {
	touch -d '1 hour ago' A/tmp/w-dead A/tmp/w-alive
	touch A/tmp/w-young
	in_background flock A/tmp/w-alive sleep 60
	wait_until 10 sh -c '! flock -n A/tmp/w-alive true'
	run --separate-stderr "$PYROPROF" archive gc --dry-run
	[[ $stderr == *"would remove 1 file "* ]]
	"$PYROPROF" archive gc -q
	[ "$(ls A/tmp)" = $'w-alive\nw-young' ]
}

@test "what another archive has comes over, once, with tags and pins" {
	add "$DATA/cpu.pb.gz" -l service=a
	both=$id
	"$PYROPROF" archive pin -q mine @latest
	"$PYROPROF" archive tag -q "$both" stage=here
	"$PYROPROF" archive init -q --archive B
	for file in cpu labels; do
		theirs=$("$PYROPROF" archive add --archive=B -l host=h -l service=a "$DATA/$file.pb.gz")
		"$PYROPROF" archive pin -q --archive=B "pin-$file" "$theirs"
		"$PYROPROF" archive tag -q --archive=B "$theirs" stage=there seen=yes
	done
	"$PYROPROF" archive pin -q --archive=B mine "$theirs"
	run --separate-stderr "$PYROPROF" archive pull B
	assert_status 0
	[[ $stderr == *"left out: pin 'mine': there is another of that name here"* ]]
	[[ $stderr == *"1 of 2 entries are new here, 2 tagged, 2 pinned"* ]]
	[ "$("$PYROPROF" log --format=json @pin-labels | jq -r '.[].id')" = "$theirs" ]
	[ "$("$PYROPROF" log --format=json @mine | jq -r '.[].id')" = "$both" ]
	query='.[].labels | "\(.stage) \(.seen)"'
	[ "$("$PYROPROF" log --format=json "@$both" | jq -r "$query")" = "here yes" ]
	[ "$("$PYROPROF" log --format=json "@$theirs" | jq -r "$query")" = "there yes" ]
	cmp <("$PYROPROF" archive cat "$theirs") <("$PYROPROF" archive cat --archive=B "$theirs")
	run --separate-stderr "$PYROPROF" archive pull -q B
	assert_status 0
	run --separate-stderr "$PYROPROF" archive pull B '{service="b"}'
	assert_status 3
	run --separate-stderr "$PYROPROF" archive pull nowhere
	assert_status 3
	run "$PYROPROF" archive verify
	assert_status 0
}

@test "nothing damaged comes over, and the rest does" {
	"$PYROPROF" archive init -q --archive B
	for file in cpu labels; do
		theirs=$("$PYROPROF" archive add --archive=B -l host=h "$DATA/$file.pb.gz")
	done
	file=$(find B/new -name "${theirs:2}.pp")
	chmod 600 "$file"
	printf x | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 40)) conv=notrunc status=none
	run --separate-stderr "$PYROPROF" archive pull B
	assert_status 3
	[[ $stderr == *"left out: @${theirs:0:12}: "*"is damaged: its checksum is wrong"* ]]
	[[ $stderr == *"1 of 2 entries are new here"* ]]
	[[ $stderr == *"archive 'B' is damaged"* ]]
	[ "$("$PYROPROF" log --format=json | jq length)" = 1 ]
	run "$PYROPROF" archive verify
	assert_status 0
}

@test "a copy of files is as good, whole or in part" {
	add "$DATA/cpu.pb.gz"
	"$PYROPROF" archive init -q --archive B
	for file in cpu-more labels; do
		theirs=$("$PYROPROF" archive add --archive=B -l host=h "$DATA/$file.pb.gz")
	done
	cp -r "B/new/${theirs:0:2}" A/new
	[ "$("$PYROPROF" log --format=json | jq length)" = 2 ]
	cp -rn B/new A
	[ "$("$PYROPROF" log --format=json | jq length)" = 3 ]
	run "$PYROPROF" archive verify
	assert_status 0
}

# As object stores copy: no empty directories, no modes.
copy_files()
{
	(cd "$1" && find . -type f ! -name lock ! -name generation) | while read -r file; do
		mkdir -p "$2/${file%/*}"
		cp --no-preserve=mode "$1/$file" "$2/$file"
	done
}

@test "a copy without empty directories is an archive" {
	add "$DATA/cpu.pb.gz"
	copy_files A B
	[ ! -e B/tmp ] && [ ! -e B/pins ] && [ ! -e B/lock ]
	[ "$("$PYROPROF" log --archive=B --format=json | jq -r '.[].id')" = "$id" ]
	"$PYROPROF" archive fsck --archive=B
	"$PYROPROF" archive add -q --archive=B -l host=h "$DATA/heap.pb" "$DATA/labels.pb.gz"
	"$PYROPROF" archive pin -q --archive=B one "$id"
	"$PYROPROF" archive tag -q --archive=B "$id" a=b
	"$PYROPROF" archive add -q --archive=B -l host=h -l pid=1 "$DATA/labels.pb.gz"
	"$PYROPROF" archive seal -q --archive=B
	"$PYROPROF" archive gc -q --archive=B
	"$PYROPROF" archive unpin --archive=B one
	"$PYROPROF" archive verify --archive=B
	[ "$("$PYROPROF" log --archive=B --format=json | jq length)" = 4 ]
}

@test "reindex brings a copy into shape" {
	for pid in 1 2 3; do
		add -q "$DATA/cpu.pb.gz" -l pid=$pid
		ids+=("$id")
	done
	"$PYROPROF" archive pin -q three '{}'
	"$PYROPROF" archive pin -q last "$id"
	copy_files A B
	rm "B/new/${ids[0]:0:2}/${ids[0]:2}.pp"
	run --separate-stderr "$PYROPROF" archive reindex --archive=B --format=json
	assert_status 1
	[[ $stderr == "pyroprof: pins/three: not all that it stands for is here" ]]
	[ "$(jq -c '[.entries, .loose, .segments, .pins, .dangling_pins, .removed]' <<<"$output")" = "[2,2,0,2,1,0]" ]
	[ "$(jq -r '.until_nanos' <<<"$output")" = "$("$PYROPROF" log --format=json @latest | jq '.[0].start_nanos')" ]
	[ "$(find B -mindepth 1 -type d | sort | cut -c2-)" = "$(find A -mindepth 1 -type d | sort | cut -c2-)" ]
	[ -z "$(find B -type d ! -perm 700)" ]
	[ "$(find B -type f ! -perm 400 | sort | paste -sd' ')" = "B/generation B/lock" ]
	# once more, there is nothing to do
	"$PYROPROF" archive unpin --archive=B three
	run --separate-stderr "$PYROPROF" archive reindex --archive=B --format=json
	assert_status 0
	[ "$(jq -c '[.made, .modes, .removed]' <<<"$output")" = "[0,0,0]" ]
}

@test "reindex takes away what segments have made needless" {
	for pid in 1 2; do
		add -q "$DATA/cpu.pb.gz" -l pid=$pid
	done
	cp -r A/new new
	"$PYROPROF" archive seal -q --all
	cp -rn new/. A/new
	touch -d '1 hour ago' A/tmp/w-dead
	run --separate-stderr "$PYROPROF" archive reindex
	assert_status 0
	[[ $output == *"needless files removed             3"*"entries                            2"* ]]
	[[ $output == *"entries that are loose             0"*"segments                           1"* ]]
	[[ $output == *"first start                        2023-11-14 "* ]]
	[ -z "$(find A/new A/tmp -type f)" ]
}

@test "reindex makes ARCHIVE anew, but guesses nothing" {
	add "$DATA/cpu.pb.gz"
	rm A/ARCHIVE
	run --separate-stderr "$PYROPROF" log
	assert_status 3
	run --separate-stderr "$PYROPROF" archive reindex
	assert_status 0
	[[ $stderr == *"made '$PWD/A/ARCHIVE' anew" ]]
	[ "$("$PYROPROF" log --format=json | jq -r '.[].id')" = "$id" ]
	chmod 600 A/ARCHIVE
	sed -i 's/^version 1/version 2/' A/ARCHIVE
	run --separate-stderr "$PYROPROF" archive reindex
	assert_status 3
	[[ $stderr == *"ARCHIVE' is damaged"*"move '$PWD/A/ARCHIVE' away"* ]]
	mkdir empty other
	mkdir -p other/new
	touch other/mine
	for where in empty other nowhere; do
		run "$PYROPROF" archive reindex --archive=$where
		[ "$status" = 2 ] || [ "$status" = 3 ]
		[ ! -e $where/ARCHIVE ]
	done
}

@test "--max-input bounds what is read out of the archive" {
	add "$DATA/cpu.pb.gz"
	size=$("$PYROPROF" log --format=json | jq '.[0].size')
	"$PYROPROF" top --max-input="$size" '{}' >/dev/null
	run --separate-stderr "$PYROPROF" top --max-input=$((size - 1)) '{}'
	assert_status 3
	[[ $stderr == *"@${id:0:12}: larger than the limit of "* ]]
	"$PYROPROF" archive add -q -l host=h -l pid=2 "$DATA/cpu.pb.gz"
	"$PYROPROF" archive seal -q --all
	run --separate-stderr "$PYROPROF" top --max-input=$((size - 1)) '{}'
	assert_status 3
}

@test "an entry that is moved while it is read is found where it is then" {
	need_program strace
	strace -o /dev/null true || skip "strace cannot trace here"
	# leaks cannot be looked for under strace
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	for pid in 1 2; do
		add -q "$DATA/cpu.pb.gz" -l pid=$pid
	done
	"$PYROPROF" archive cat --uncompressed "$id" >want
	calls=$(strace -e trace=openat "$PYROPROF" archive cat --uncompressed "$id" 2>&1 >got | grep -c '^openat(')
	cmp want got
	# held up where it opens the object for the last time
	in_background strace -o /dev/null -e inject=openat:delay_enter=2s:when="$calls" \
		"$PYROPROF" archive cat --uncompressed -o moved "$id"
	late=$!
	sleep 1
	"$PYROPROF" archive seal -q --all
	wait "$late"
	cmp want moved
}

@test "series, labels and stats count" {
	add "$DATA/cpu.pb.gz" -l service=a
	add "$DATA/cpu-more.pb.gz" -l service=a
	add "$DATA/labels.pb.gz" -l service=b
	[ "$("$PYROPROF" series --format=json '{service="a"}' | jq '[.[].entries] | add')" = 2 ]
	[ "$("$PYROPROF" labels service --format=csv)" = $'value,entries\na,2\nb,1' ]
	"$PYROPROF" labels --format=csv | grep '^service,2,3,entries$'
	"$PYROPROF" labels --format=csv | grep '^tenant,0,1,samples$'
	[ "$("$PYROPROF" archive stats --format=json | jq '.[] | select(.what == "entries").value')" = 3 ]
}

@test "completion knows the archive" {
	add "$DATA/cpu.pb.gz" -l service=api
	"$PYROPROF" archive pin -q release-1 @latest
	"$PYROPROF" __complete top @rel | grep $'^@release-1\t'
	"$PYROPROF" __complete top "@${id:0:3}" | grep "^@${id:0:12}"
	"$PYROPROF" __complete top '{serv' | grep -F $'{service="\tlabel'
	"$PYROPROF" __complete top '{service="' | grep -F $'{service="api"}\t'
	"$PYROPROF" __complete labels serv | grep $'^service\t'
	"$PYROPROF" __complete archive un | grep $'^unpin\t'
	"$PYROPROF" __complete archive unpin rel | grep $'^release-1\t'
	PYROPROF_ARCHIVE='' "$PYROPROF" __complete top --archive=A @rel | grep $'^@release-1\t'
}
