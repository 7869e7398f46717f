#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Recordings that go on: a profile per window, the privileges that are kept, and how complete it is.

load common

target=$top_builddir/tests/programs/target

setup()
{
	common_setup
	need_program jq
}

samples_in()
{
	"$PYROPROF" top --sample-index=samples --nodefraction=0 --format=json "$1" | jq .total
}

@test "a profile per window, without a gap" {
	for collector in bpf perf; do
		need_collector $collector
		in_background "$target" spin 0
		pid=$!
		run "$PYROPROF" record --collector=$collector -p "$pid" --every 1s -d 3500ms
		echo "$output"
		assert_status 0
		[ "$(ls pyroprof-* | wc -l)" = 4 ]
		sum=0 end=
		for file in pyroprof-????????T??????*.pb.gz; do
			read -r start length < <("$PYROPROF" info --format=json "$file" |
				grep -oE '"(time|duration)_nanos": [0-9]+' | grep -oE '[0-9]+$' | paste -s)
			# one begins where the one before ended
			[ -z "$end" ] || [ "$((start > end ? start - end : end - start))" -lt 1000000 ]
			end=$((start + length))
			sum=$((sum + $(samples_in "$file")))
		done
		messages=$(sed -nE 's/^pyroprof: ([0-9]+) samples, 0 lost, .*/\1/p' <<<"$output")
		[ "$(wc -l <<<"$messages")" = 4 ]
		[ "$(awk '{ n += $1 } END { print n }' <<<"$messages")" = "$sum" ]
		[ "$sum" -gt 20 ]
		kill -KILL "$pid"
		rm pyroprof-*
	done
}

@test "names of windows" {
	need_collector perf
	mkdir out
	# they are of one day
	while [ "$(date -u +%H:%M)" = 23:59 ]; do sleep 1; done
	start_recorder --collector=perf -q --every 1s -o 'out/%Y-%j.gz' -- "$target" spin 100000
	wait_until 10 test -e "out/$(date -u +%Y-%j)-1.gz"
	stop_recorder
	assert_status 0
	[ "$output" = "" ]
	[ -e "out/$(date -u +%Y-%j).gz" ]
	[ -e "out/$(date -u +%Y-%j)-2.gz" ]
	for file in out/*; do
		"$PYROPROF" top "$file" >/dev/null
	done
}

@test "a signal ends the last window, and the target's end does" {
	need_collector perf
	in_background "$target" spin 0
	start_recorder --collector=perf -p $! --every 60s
	wait_for_recorder
	sleep 1
	stop_recorder
	assert_status 0
	[ "$(ls pyroprof-* | wc -l)" = 1 ]
	[ "$(samples_in pyroprof-*)" -gt 3 ]
	rm pyroprof-*
	run "$PYROPROF" record --collector=perf --every 60s -- "$target" spin 300
	assert_status 0
	[ "$(samples_in pyroprof-*)" -gt 10 ]
}

@test "windows that cannot be written are reported, and the others are" {
	need_root
	need_collector perf
	mkdir small
	mount -t tmpfs -o size=4k none small || skip "no tmpfs can be mounted here"
	start_recorder --collector=perf --every 1s -o small/%s.gz -- "$target" spin 100000
	wait_until 30 eval '[ "$(grep -c "No space left on device" messages)" -ge 2 ]'
	stop_recorder
	n=$(find small -type f | wc -l)
	umount small
	assert_status 3
	[ "$n" = 1 ]
	assert_output_has "No space left on device"
	[[ $(tail -1 <<<"$output") == "pyroprof: "*" windows could not be written" ]]
}

@test "no writer and no descriptor is left over" {
	need_collector bpf
	has_written() { [ "$(find . -name 'pyroprof-*.pb.gz' | wc -l)" -ge "$1" ]; }
	start_recorder -q --collector=bpf -a --every 1s
	wait_until 30 has_written 2
	few=$(ls "/proc/$recorder/fd" | wc -l)
	for _ in $(seq 300); do /bin/true; done
	wait_until 60 has_written 6
	[ "$(ls "/proc/$recorder/fd" | wc -l)" -le "$((few + 50))" ]
	# each ends before the next but one begins, or soon after
	few_writers() { [ "$(pgrep -P "$recorder" | wc -l)" -le 2 ]; }
	wait_until 10 few_writers
	stop_recorder
	assert_status 0
}

# ---- privileges ----

# The capabilities of the recorder are exactly the named ones, of those that this test has.
capabilities_are()
{
	local bits=0 own cap

	own=$((16#$(awk '/^CapEff/ { print $2 }' /proc/self/status)))
	for cap in "$@"; do
		bits=$((bits | 1 << cap))
	done
	for set in CapPrm CapEff; do
		now=$(awk -v set="$set:" '$1 == set { print $2 }' "/proc/$recorder/status")
		[ "$((16#$now))" = "$((bits & own))" ] || { echo "$set is $now"; return 1; }
	done
	grep -x $'CapAmb:\t0000000000000000' "/proc/$recorder/status"
	grep -x $'CapInh:\t0000000000000000' "/proc/$recorder/status"
	now=$(awk '$1 == "CapBnd:" { print $2 }' "/proc/$recorder/status")
	[ "$((16#$now & ~bits))" = 0 ] || { echo "CapBnd is $now"; return 1; }
	grep -x $'NoNewPrivs:\t1' "/proc/$recorder/status"
}

dropped()
{
	grep -qx $'NoNewPrivs:\t1' "/proc/$recorder/status"
}

chown=0 dac_override=1 dac_read_search=2 fowner=3 kill=5 sys_ptrace=19 syslog=34 bpf=39
checkpoint_restore=40

@test "once attached, only what is needed is kept" {
	need_root
	need_collector bpf
	keep=("$dac_read_search" "$sys_ptrace" "$syslog" "$checkpoint_restore")
	start_recorder --collector=bpf -a
	wait_until 10 dropped
	capabilities_are "${keep[@]}" $bpf
	stop_recorder
	assert_status 0
	"$PYROPROF" top >/dev/null

	start_recorder --collector=perf -a
	wait_until 10 dropped
	capabilities_are "${keep[@]}"
	stop_recorder
	assert_status 0

	start_recorder --collector=perf -- "$target" spin 100000
	wait_until 10 dropped
	capabilities_are "${keep[@]}" $kill
	# what was started has all of its own
	wait_until 10 pgrep -P "$recorder" -x target
	child=$(pgrep -P "$recorder" -x target)
	[ "$(grep CapEff "/proc/$child/status")" = "$(grep CapEff /proc/self/status)" ]
	grep -x $'NoNewPrivs:\t0' "/proc/$child/status"
	stop_recorder
	assert_status 0
}

@test "what is kept still writes for another user, and into his folders" {
	need_root
	need_collector bpf
	mkdir -m 755 his
	chown 65533:65532 his
	export SUDO_UID=65533 SUDO_GID=65532
	start_recorder --collector=bpf -a -o his/p.gz
	wait_until 10 dropped
	capabilities_are $dac_read_search $sys_ptrace $syslog $checkpoint_restore $bpf \
		$chown $dac_override
	stop_recorder
	assert_status 0
	[ "$(stat -c %u:%g his/p.gz)" = 65533:65532 ]
	[ "$(stat -c %a his/p.gz)" = 644 ]
	# and over a file of his, in a folder where only owners may
	chmod 1777 his
	run "$PYROPROF" record --collector=bpf -a -d 300ms -o his/p.gz
	assert_status 0
	(cd his && "$PYROPROF" record -q --collector=bpf -a -d 300ms && cd .. &&
		cd his && "$PYROPROF" record -q --collector=bpf -a -d 300ms)
	[ "$(stat -c %u:%g his/pyroprof.pb.gz.old)" = 65533:65532 ]
}

@test "what is kept ends a command that has become another user" {
	need_root
	need_program setpriv
	need_collector perf
	run timeout 30 "$PYROPROF" record --collector=perf -d 500ms -- \
		setpriv --reuid=65533 --regid=65533 --clear-groups sleep 60
	assert_status 0
	assert_output_has "pyroprof: the command was ended by SIGTERM"
}

@test "what is kept reads the files of deleted programs, and the kernel's names" {
	need_root
	need_collector bpf
	[ "$(awk '$3 == "_stext" && $1 !~ /^0+$/' /proc/kallsyms | wc -l)" = 1 ] ||
		skip "kernel addresses are hidden (kernel.kptr_restrict)"
	cp "$top_builddir/contrib/demo/demo" doomed
	in_background ./doomed --syscalls 120
	pid=$!
	wait_until 5 grep -q '^doomed$' "/proc/$pid/comm"
	rm doomed
	run "$PYROPROF" record --collector=bpf -p "$pid" -d 1s
	assert_status 0
	"$PYROPROF" top --nodefraction=0 >top
	cat top
	grep -q handle_request top
	grep -qE 'do_syscall_64|el0_svc' top
}

# ---- completeness ----

@test "--stats has samples, what was due, and the ends of stacks" {
	for collector in bpf perf; do
		need_collector $collector
		for what in "-- $target spin 1000" "-a -d 1s"; do
			# of a target that shares its processors, each tick of eBPF's finds it there by chance: so many
			# that this does not matter
			# shellcheck disable=SC2086
			run "$PYROPROF" record --collector=$collector -F 997 --stats $what
			echo "$output"
			assert_status 0
			grep -qE '^ +[0-9]+ +samples, [0-9]+ lost$' <<<"$output"
			share=$(sed -nE 's/^ +[0-9]+ +([0-9.]+) %  of those due for .* of CPU time$/\1/p' <<<"$output")
			# a busy machine as a whole is not always sampled in time
			[[ $what = -a* ]] ||
				awk -v share="$share" 'BEGIN { exit !(share > 85 && share < 115) }'
			[ -n "$share" ]
			grep -qE '^ +[0-9.]+ +user frames per stack$' <<<"$output"
			grep -qx 'user stacks by how they end:' <<<"$output"
		done
	done
}

@test "--strict fails below its percentage, and keeps the profile" {
	need_collector bpf
	run "$PYROPROF" record --collector=bpf --strict 0 -- "$target" spin 300
	assert_status 0
	rm pyroprof.pb.gz
	# a thread whose stack pointer is nowhere
	run "$PYROPROF" record --collector=bpf --strict 100 -- "$target" astray 500
	assert_status 3
	[[ $(tail -1 <<<"$output") =~ ^pyroprof:\ only\ [0-9.]+\ %\ of\ stacks\ complete,\ less\ than\ the\ 100\ %\ of\ --strict$ ]]
	"$PYROPROF" top >/dev/null
}
