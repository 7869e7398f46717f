#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The scripts at the top, as far as they go without installing or building.

load common

@test "quickstart and check explain themselves" {
	for script in quickstart check; do
		run "$top_srcdir/$script" --help
		assert_status 0
		assert_output_has "usage: ./$script"
		run "$top_srcdir/$script" --no-such-option
		assert_status 2
		assert_output_has "--no-such-option"
	done
}

@test "quickstart says why a path with a blank does not do" {
	mkdir "with blank"
	cp -r "$top_srcdir/quickstart" "$top_srcdir/build-aux" "with blank"
	run "with blank/quickstart"
	assert_status 3
	assert_output_has "blank"
	[ ! -e "with blank/build" ]
}

@test "the demo keeps its proportions" {
	need_program perf
	start_demo
	run perf record -q -e cpu-clock -F 499 -o perf.data -p "$demo_pid" sleep 2
	[ "$status" = 0 ] || skip "perf cannot record here: $(head -1 <<<"$output")"
	perf report -i perf.data --stdio --no-children -F overhead,sym 2>/dev/null >report
	for want in compress_block:50 checksum_block:30 parse_record:20; do
		awk -v name="${want%:*}" -v want="${want#*:}" '
			$NF == name { got = $1 + 0 }
			END { print name, got; exit !(got > want - 4 && got < want + 4) }' report
	done
}

@test "the demo spends its time in the kernel with --syscalls" {
	start_demo --syscalls
	sleep 1
	kill -0 "$demo_pid"
	read -r -a stat <"/proc/$demo_pid/stat"
	user=${stat[13]} system=${stat[14]}
	echo "user $user, system $system ticks"
	[ "$system" -gt "$user" ]
}
