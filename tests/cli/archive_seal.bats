#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Sealing as people use it: nothing looks different afterwards but what the archive takes.

load common

setup()
{
	common_setup
	export PYROPROF_ARCHIVE=$PWD/A
	"$PYROPROF" archive init -q
	for service in a b; do
		for file in cpu cpu-more; do
			"$PYROPROF" archive add -q -l host=h -l service=$service -l pid=$RANDOM "$DATA/$file.pb.gz"
			"$PYROPROF" archive add -q -l host=h -l service=$service -l pid=7 "$DATA/$file.pb.gz"
		done
	done >ids
}

loose()
{
	find A/new -type f | wc -l
}

segments()
{
	find A/seg -type f | wc -l
}

# What everything but the archive's size looks like.
look()
{
	local id

	"$PYROPROF" log --format=json
	"$PYROPROF" top '{service="a"}'
	"$PYROPROF" top --cum --diff-base='{service="a"}' '{service="b"}' 2>&1
	"$PYROPROF" series --format=csv
	"$PYROPROF" trend --cum --by=pid --format=csv . '{service="a"}'
	"$PYROPROF" archive stats --format=json | jq -c '.[] | select(.what != "files" and .what != "bytes")'
	while read -r id; do
		"$PYROPROF" raw "@$id"
		"$PYROPROF" archive cat --uncompressed "$id" | sha256sum
	done <ids
	"$PYROPROF" archive export out >/dev/null && (cd out && sha256sum -- *)
	rm -r out
}

@test "nothing looks different when it is sealed" {
	id=$(head -1 ids)
	"$PYROPROF" archive pin -q kept "$id"
	"$PYROPROF" archive tag -q "$id" env=prod
	look >before
	run --separate-stderr "$PYROPROF" archive seal
	assert_status 0
	[[ $stderr == "pyroprof: sealed 8 profiles in 4 segments" ]]
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[0]} =~ ^2020-09-13/12\ \ 2\ profiles\ \ .*\ -\>\ .*service=\"a\" ]]
	[[ $output != *pid=* ]]
	[ "$(loose)" = 0 ]
	[ "$(segments)" = 4 ]
	look >after
	diff before after
	[ "$("$PYROPROF" log --format=json '{env="prod"}' | jq -r '.[0].id')" = "$id" ]
	[ "$("$PYROPROF" log --format=json @kept | jq -r '.[0].id')" = "$id" ]
	"$PYROPROF" archive verify
	# there is nothing left to do
	run --separate-stderr "$PYROPROF" archive seal
	[[ $output == "" && $stderr == *"sealed 0 profiles in 0 segments" ]]
	find A/seg -type f | sort >files
	"$PYROPROF" archive seal -q --all
	find A/seg -type f | sort | diff files -
}

@test "a dry run says the same, and changes nothing" {
	find A -type f -exec sha256sum {} + | sort >before
	run --separate-stderr "$PYROPROF" archive seal --dry-run
	assert_status 0
	[[ $stderr == "pyroprof: would seal 8 profiles in 4 segments" ]]
	[[ ${lines[0]} == "2020-09-13/12  2 profiles  "* ]]
	find A -type f -exec sha256sum {} + | sort | diff before -
}

@test "late comers join the segment that is there" {
	"$PYROPROF" archive seal -q >/dev/null
	find A/seg -type f | sort >old
	# what was added before is added again, and goes away again
	"$PYROPROF" archive add -l host=h -l service=a -l pid=7 "$DATA/cpu.pb.gz" | grep -qxFf ids
	[ "$(loose)" = 1 ]
	"$PYROPROF" log --format=csv | tail -n +2 | wc -l | grep -qx 8
	"$PYROPROF" archive add -l host=h -l service=a -l pid=8 "$DATA/cpu.pb.gz" >>ids
	look >before
	run --separate-stderr "$PYROPROF" archive seal
	[[ $stderr == *"sealed 3 profiles in 1 segment" ]]
	[ "$(loose)" = 0 ]
	[ "$(segments)" = 4 ]
	[ "$(find A/seg -type f | sort | comm -12 - old | wc -l)" = 3 ]
	look >after
	diff before after
}

@test "hours that are not over stay loose" {
	"$PYROPROF" archive seal -q >/dev/null
	"$PYROPROF" archive add -q -l service=c "$DATA/heap.pb"
	"$PYROPROF" archive add -q -l service=c -l pid=1 "$DATA/heap.pb"
	"$PYROPROF" archive seal -q >/dev/null
	[ "$(loose)" = 2 ]
	run --separate-stderr "$PYROPROF" archive seal --all
	[ "$(loose)" = 0 ]
}

@test "samples are selected in segments as in loose objects" {
	for pid in 1 2; do
		"$PYROPROF" archive add -q -l service=labels -l pid=$pid "$DATA/labels.pb.gz"
	done >/dev/null
	name=$("$PYROPROF" tags --format=csv '{service="labels"}' | grep '^tenant,' | head -1 | cut -d, -f2)
	[ -n "$name" ]
	"$PYROPROF" top "{service=\"labels\",tenant=\"$name\"}" >before
	"$PYROPROF" archive seal -q --all
	"$PYROPROF" top "{service=\"labels\",tenant=\"$name\"}" | diff before -
}

@test "damage to a segment is named, and the rest can be read" {
	"$PYROPROF" archive seal -q >/dev/null
	file=$(find A/seg -type f | sort | head -1)
	chmod 600 "$file"
	cp "$file" good
	# in a table, which a list does not look at
	printf x | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 200)) conv=notrunc status=none
	run --separate-stderr "$PYROPROF" archive fsck
	assert_status 1
	[[ $stderr == *"${file#A/}: its checksum is wrong"* ]]
	for words in "top {}" "merge -q -o out.pb.gz {}" "trend ." "metrics . {}@@0.."; do
		run --separate-stderr "$PYROPROF" $words
		assert_status 0
		[[ $stderr == *"left out"*"${file#A/}' is damaged"* ]]
		[ "$(grep -c "is damaged" <<<"$stderr")" = 1 ]
	done
	# what is left is what there is without it
	"$PYROPROF" top '{}' 2>/dev/null >with
	mv "$file" away
	"$PYROPROF" top '{}' | diff with -
	mv away "$file"
	# in the head
	cp good "$file"
	printf x | dd of="$file" bs=1 seek=40 conv=notrunc status=none
	run --separate-stderr "$PYROPROF" log --format=json
	assert_status 0
	[[ $stderr == *"${file#A/}"* ]]
	[ "$(jq length <<<"$output")" = 6 ]
	run --separate-stderr "$PYROPROF" archive fsck --repair -q
	assert_status 1
	find A/bad -type f | grep "bad/seg-2"
	"$PYROPROF" archive verify
	"$PYROPROF" top '{}'
}

@test "gc takes away what is in segments, but not for one that is damaged" {
	cp -r A/new new
	"$PYROPROF" archive seal -q >/dev/null
	rm -r A/new
	cp -r new A/new
	[ "$("$PYROPROF" log --format=json | jq length)" = 8 ]
	run --separate-stderr "$PYROPROF" archive gc --dry-run
	[[ $stderr == *"would remove 8 files that are in segments as well"* ]]
	[ "$(loose)" = 8 ]
	for file in A/seg/*/*; do
		chmod 600 "$file"
		printf x | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 200)) conv=notrunc status=none
		break
	done
	"$PYROPROF" archive gc -q
	[ "$(loose)" = 2 ]
	"$PYROPROF" archive fsck -q --repair || [ $? = 1 ]
	[ "$("$PYROPROF" log --format=json | jq length)" = 8 ]
	"$PYROPROF" archive verify
}

@test "a repair keeps the entries of a damaged segment that are well" {
	"$PYROPROF" archive seal -q >/dev/null
	look >before
	file=$(find A/seg -type f | sort | head -1)
	chmod 600 "$file"
	# in the checksum of the file: all entries are what they were
	printf xx | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 2)) conv=notrunc status=none
	run --separate-stderr "$PYROPROF" archive fsck --repair
	assert_status 1
	[[ $output == *"1 damaged, 1 of them moved to bad/, 2 entries rescued" ]]
	[ "$(loose)" = 2 ]
	[ "$(segments)" = 3 ]
	look >after
	diff before after
	"$PYROPROF" archive verify
}
