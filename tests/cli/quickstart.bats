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
	run perf record -q -e cpu-clock -F 997 -o perf.data -p "$demo_pid" sleep 3
	[ "$status" = 0 ] || skip "perf cannot record here: $(head -1 <<<"$output")"
	perf script -i perf.data -F ip,sym 2>/dev/null >samples
	# three standard deviations of so many samples, and a point for what the host does to us
	awk '{
		count[$2]++
		if ($2 ~ /^(compress_block|checksum_block|parse_record)$/)
			n++
	}
	function near(name, p, off)
	{
		off = count[name] - p * n
		print name, count[name], "of", n
		return (off < 0 ? -off : off) < 3 * sqrt(n * p * (1 - p)) + 0.04 * n
	}
	END {
		compress = near("compress_block", 0.5)
		checksum = near("checksum_block", 0.3)
		parse = near("parse_record", 0.2)
		exit !(n > 100 && compress && checksum && parse)
	}' samples
}

@test "the demo spends its time in the kernel with --syscalls" {
	start_demo --syscalls
	# so many that chance, and others on this machine, do not matter
	many_ticks() {
		read -r -a stat <"/proc/$demo_pid/stat"
		user=${stat[13]} system=${stat[14]}
		[ "$((user + system))" -ge 400 ]
	}
	wait_until 60 many_ticks
	echo "user $user, system $system ticks"
	[ "$system" -gt "$user" ]
}
