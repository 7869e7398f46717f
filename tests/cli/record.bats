#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Real recordings: what is in the profile. Times are never judged; shares and counts are, with room
# for chance.

load common

target=$top_builddir/tests/programs/target

# record COLLECTOR ARG...: record into p.pb.gz, with messages in $output; a failure fails the test.
record()
{
	run "$PYROPROF" record --collector="$1" -o p.pb.gz "${@:2}"
	echo "$output"
	assert_status 0
}

# share NAME [FILE] [flat|cum]: percent of the total, of a function with what is inlined into it.
share()
{
	"$PYROPROF" top --noinlines --nodefraction=0 --format=json "${2:-p.pb.gz}" |
		jq --arg name "$1" --arg of "${3:-flat}" \
			'([.rows[] | select(.name == $name) | .[$of]] | add // 0) * 100 / .total'
}

# near A B TOLERANCE, of any numbers.
near()
{
	awk -v a="$1" -v b="$2" -v by="$3" 'BEGIN {
		d = a - b
		if ((d < 0 ? -d : d) <= by)
			exit 0
		print a " is not within " by " of " b
		exit 1
	}'
}

at_least()
{
	awk -v a="$1" -v b="$2" 'BEGIN { if (a >= b) exit 0; print a " < " b; exit 1 }'
}

raw()
{
	go tool pprof -raw p.pb.gz
}

# The number of samples that the summary in $output speaks of.
samples()
{
	sed -nE 's/^pyroprof: ([0-9]+) samples, .*/\1/p' <<<"$output"
}

# ---- shares ----

# Three functions in 50:30:20, the interrupts that hit them included: there are many of those on a busy machine.
shares_of_demo()
{
	local name

	for name in compress_block:50 checksum_block:30 parse_record:20; do
		near "$(share "${name%:*}" "$1" cum)" "${name#*:}" 8
	done
	near "$(share handle_request "$1" cum)" 100 2
	near "$(share worker "$1" cum)" 100 2
}

@test "the demo's shares are right, by eBPF and by perf events" {
	need_collector bpf
	need_collector perf
	need_program jq
	start_demo
	record bpf -p "$demo_pid" -F 499 -d 4s
	assert_output_has "by bpf: p.pb.gz"
	mv p.pb.gz bpf.pb.gz
	record perf -p "$demo_pid" -F 499 -d 4s
	assert_output_has "by perf: p.pb.gz"
	shares_of_demo bpf.pb.gz
	shares_of_demo p.pb.gz
	for name in compress_block checksum_block parse_record; do
		near "$(share $name p.pb.gz cum)" "$(share $name bpf.pb.gz cum)" 8
	done
}

# ---- counts ----

# Whether a target has got as far as to wait for SIGUSR1.
waits_for_usr1()
{
	grep -q '^target$' "/proc/$1/comm" && grep -q '^State:.S ' "/proc/$1/status"
}

# record_from_usr1 COLLECTOR PID: all that a target does once it has been told to begin.
record_from_usr1()
{
	wait_until 10 waits_for_usr1 "$2"
	start_recorder --collector="$1" -o p.pb.gz -p "$2"
	wait_for_recorder
	kill -USR1 "$2"
	join_recorder
	assert_status 0
}

# Every 99th of a second of CPU time is one sample, by the target's own account. By eBPF the ticks
# are those of the processors: of a target that must share them, each finds it there by chance, so
# that the count is binomial; four standard deviations of that are allowed, none of two threads
# that run all the time.
counts_are_right()
{
	local cpu_ms wall_ms count

	read -r cpu_ms wall_ms <cpu
	count=$(samples)
	echo "$count samples in $cpu_ms ms of CPU time, $wall_ms ms"
	at_least "$cpu_ms" 2000
	near "$count" "$((cpu_ms * 99 / 1000))" \
		"$(awk -v cpu="$cpu_ms" -v wall="$wall_ms" 'BEGIN {
			share = cpu / (wall * 2)
			away = share < 1 ? 1 - share : 0
			print cpu * 0.099 * 0.05 + 4 * sqrt(cpu * 0.099 * away)
		}')"
	assert_output_has " 0 lost, "
}

@test "samples count the CPU time of a command" {
	for collector in bpf perf; do
		need_collector $collector
		run "$PYROPROF" record --collector=$collector -- \
			bash -c "exec '$target' meter 0 >cpu"
		assert_status 0
		counts_are_right
	done
}

@test "samples count the CPU time of a process" {
	for collector in bpf perf; do
		need_collector $collector
		in_background bash -c "exec '$target' meter 1 >cpu"
		pid=$!
		record_from_usr1 $collector "$pid"
		counts_are_right
	done
}

# ---- what go tool pprof sees ----

# The same report from both, but for the clock; nothing to complain about, unless it fits $2.
same_as_pprof()
{
	go tool pprof -top "$1" >theirs 2>said
	sed -E "/${2:-^$}/d" said >complaints
	echo "complaints: $(<complaints)"
	[ ! -s complaints ]
	"$PYROPROF" top "$1" >ours
	diff <(sed /^Time:/d theirs) <(sed /^Time:/d ours)
	[ "$(wc -l <ours)" -gt 7 ]
}

@test "go tool pprof agrees about the demo" {
	need_collector bpf
	need_program go
	start_demo
	began=$(date +%s%N)
	record bpf -p "$demo_pid" -d 1s
	took=$(($(date +%s%N) - began))
	same_as_pprof p.pb.gz
	raw >raw
	grep -x "PeriodType: cpu nanoseconds" raw
	grep -x "Period: 10101010" raw
	grep -xF "samples/count cpu/nanoseconds[dflt]" raw
	# as long as was asked for, and no longer than it was; of which pprof shows two digits
	length=$("$PYROPROF" info --format=json p.pb.gz | grep -oE '"duration_nanos": [0-9]+' | grep -oE '[0-9]+$')
	[ "$length" -ge 1000000000 ] && [ "$length" -le "$took" ]
	grep -xE "Duration: ${length%?????????}\.$(printf %09d $((length % 1000000000)) | cut -c-2)[0-9]*" raw
	# the clock of the start, in the last minute
	near "$(date -d "$(sed -n 's/^Time: \(.*\) +0000 UTC$/\1/p' raw)" +%s)" "$(date +%s)" 60
	grep -E "^Comment: #recorded by pyroprof .*: collector=bpf frequency=99 samples=$(samples) lost=0 " raw
	# values go together, sample by sample
	awk '/^Samples:/ { on = 1 } /^Locations/ { on = 0 }
		on && /^ +[0-9]+ +[0-9]+: / { n++; if ($1 * 10101010 != $2 + 0) exit bad = 1 }
		END { exit bad || !n }' raw
}

@test "the main binary comes first, with its build id" {
	need_collector bpf
	need_program go
	need_program readelf
	start_demo
	record bpf -p "$demo_pid" -d 1s
	id=$(readelf -n "$top_builddir/contrib/demo/demo" | sed -n 's/^ *Build ID: //p')
	[ -n "$id" ]
	raw | grep -E "^1: 0x[0-9a-f]+/0x[0-9a-f]+/0x[0-9a-f]+ .*/contrib/demo/demo $id \[FN\]"
}

@test "C++ names are demangled, and pprof has nothing to add" {
	need_collector bpf
	need_program go
	need_program c++
	c++ -std=c++17 -O2 -g -fno-omit-frame-pointer -o mangled "$BATS_TEST_DIRNAME/../programs/mangled.cc"
	record bpf -d 1s -- ./mangled
	same_as_pprof p.pb.gz
	at_least "$(share 'shapes::Grid::sum')" 20
	at_least "$(share 'shapes::Grid::operator()')" 20
	at_least "$(share '(anonymous namespace)::hidden' p.pb.gz cum)" 80
}

@test "go tool pprof agrees about the whole machine" {
	need_collector bpf
	need_program go
	start_demo
	record bpf -a -d 1s
	# others may run code that no file has, which is none of ours
	same_as_pprof p.pb.gz '^Some binary filenames not available|^Try setting PPROF_BINARY_PATH'
}

# ---- labels ----

@test "samples bear the names and ids of their threads" {
	for collector in bpf perf; do
		need_collector $collector
		need_program go
		start_demo
		record $collector -p "$demo_pid" -d 1s
		go tool pprof -tags p.pb.gz >tags
		cat tags
		grep -qE ' thread: Total' tags
		grep -qE '\): worker-0$' tags
		grep -qE '\): worker-1$' tags
		for tid in /proc/"$demo_pid"/task/*; do
			tid=${tid##*/}
			[ "$tid" = "$demo_pid" ] || grep -qE "\): $tid\$" tags
		done
		run ! grep -qE '^ *(pid|comm):' tags
		kill "$demo_pid"
	done
}

@test "threads that come and go are all there" {
	for collector in bpf perf; do
		need_collector $collector
		need_program go
		record $collector -F 499 -- "$target" brief-threads 800
		go tool pprof -tags p.pb.gz >tags
		cat tags
		for name in brief-0 brief-1 brief-2; do
			grep -qE "\): $name\$" tags
		done
		at_least "$(grep -cE '\): [0-9]+$' tags)" 10
		at_least "$(share thread_work)" 90
	done
}

@test "the whole machine: two processes at once, by name and id" {
	for collector in bpf perf; do
		need_collector $collector
		need_program go
		start_demo
		in_background "$target" spin 0
		spin_pid=$!
		record $collector -a -d 2s
		go tool pprof -tags p.pb.gz >tags
		cat tags
		for label in pid comm thread tid; do
			grep -qE "^ *$label: Total" tags
		done
		for value in demo target "$demo_pid" "$spin_pid"; do
			grep -qE "\): $value\$" tags
		done
		at_least "$(share compress_block)" 1
		at_least "$(share spin_work)" 1
		kill -KILL "$demo_pid" "$spin_pid"
	done
}

@test "the whole machine: a process that came and went is named" {
	for collector in bpf perf; do
		need_collector $collector
		need_program go
		start_recorder --collector=$collector -o p.pb.gz -a
		wait_for_recorder
		"$target" spin 500
		stop_recorder
		assert_status 0
		at_least "$(share spin_work)" 1
		go tool pprof -tags p.pb.gz | grep -qE '\): target$'
	done
}

# ---- the kernel ----

@test "stacks go on from user code into the kernel" {
	for collector in bpf perf; do
		need_collector $collector
		need_program go
		[ "$(awk '$3 == "_stext" && $1 !~ /^0+$/' /proc/kallsyms | wc -l)" = 1 ] ||
			skip "kernel addresses are hidden (kernel.kptr_restrict)"
		start_demo --syscalls
		record $collector -p "$demo_pid" -d 1s
		raw >raw
		grep -E '^[0-9]+: 0x[0-9a-f]+/0xffffffffffffffff/0x0 \[kernel.kallsyms\] [0-9a-f]{40} \[FN\]' raw
		# kernel above user, each above its caller
		go tool pprof -traces p.pb.gz | awk '
			/^-+\+-+$/ { stack = ""; next }
			{ stack = stack " " $NF }
			stack ~ / (do_syscall_64|el0_svc|entry_SYSCALL[^ ]*).* (handle_request) worker/ {
				found = 1
			}
			END { exit !found }'
		at_least "$(share handle_request p.pb.gz cum)" 90
		at_least "$(share read_zero p.pb.gz cum)" 0.5
		kill -KILL "$demo_pid"
	done
}

# ---- processes that change ----

@test "a command that runs another program" {
	for collector in bpf perf; do
		need_collector $collector
		record $collector -- bash -c 'exec "$@"' bash "$target" spin 1000
		at_least "$(share spin_work)" 80
	done
}

@test "children are recorded, too" {
	for collector in bpf perf; do
		need_collector $collector
		record $collector -- "$target" fork 700
		at_least "$(share child_work)" 30
		at_least "$(share parent_work)" 30
		record $collector -- bash -c '"$@"; true' bash "$target" spin 700
		at_least "$(share spin_work)" 60
	done
}

# Copied are only the stacks from before it was known; looking some times a second, it would be known
# after a tenth of one. What else runs here is not to keep the recorder waiting, when it is woken.
@test "a program that starts is known at once" {
	need_root
	need_collector bpf
	chrt --fifo 1 true || skip "no real-time priority is to be had here"
	run chrt --fifo --reset-on-fork 1 "$PYROPROF" record --collector=bpf -F 499 --stats -o p.pb.gz -- \
		bash -c "for i in {1..8}; do '$target' spin 500; done"
	echo "$output"
	assert_status 0
	at_least "$(share spin_work)" 90
	local copied
	copied=$(awk '/copied, and walked/ { print $1 }' <<<"$output")
	# none at all would mean that it is not told any more
	at_least "$copied" 1
	at_least "$(($(samples) * 3 / 100))" "$copied"
}

@test "children of a process that runs already" {
	for collector in bpf perf; do
		need_collector $collector
		mkfifo go.$collector
		in_background bash -c "read -r <go.$collector; '$target' spin 1000; sleep 60"
		pid=$!
		start_recorder --collector=$collector -o p.pb.gz -p "$pid"
		wait_for_recorder
		echo >go.$collector
		wait_until 60 grep -q '^sleep$' "/proc/$pid/comm"
		stop_recorder
		assert_status 0
		at_least "$(share spin_work)" 60
	done
}

@test "a target that is gone before anybody looks" {
	for collector in bpf perf; do
		need_collector $collector
		record $collector -F 4999 -- "$target" spin 40
		at_least "$(samples)" 50
		at_least "$(share spin_work)" 50
	done
}

@test "a process whose first thread has ended" {
	for collector in bpf perf; do
		need_collector $collector
		record $collector -F 499 -- "$target" headless 1000
		at_least "$(samples)" 400
		at_least "$(share thread_work)" 80
	done
}

@test "a library loaded during the recording" {
	for collector in bpf perf; do
		need_collector $collector
		in_background "$target" plugin "$top_builddir/tests/programs/plugin.so"
		pid=$!
		record_from_usr1 $collector "$pid"
		at_least "$(share plugin_work)" 80
		at_least "$(samples)" 10
	done
}

@test "a program deleted while it runs" {
	for collector in bpf perf; do
		need_collector $collector
		cp "$target" doomed
		in_background ./doomed spin 0
		pid=$!
		wait_until 10 grep -q '^doomed$' "/proc/$pid/comm"
		rm doomed
		record $collector -p "$pid" -d 1s
		at_least "$(share spin_work)" 80
		kill -KILL "$pid"
	done
}

@test "a program that another has replaced" {
	for collector in bpf perf; do
		need_collector $collector
		cp "$target" updated
		in_background ./updated spin 0
		pid=$!
		wait_until 10 grep -q '^updated$' "/proc/$pid/comm"
		rm updated
		cp "$(command -v sleep)" updated
		record $collector -p "$pid" -d 1s
		at_least "$(share spin_work)" 80
		kill -KILL "$pid"
	done
}

@test "a program that only its own mount namespace has" {
	need_root
	need_program unshare
	mkdir island
	unshare -m true || skip "no new mount namespace here"
	for collector in bpf perf; do
		need_collector $collector
		in_background unshare -m bash -c "mount -t tmpfs none island &&
			cp '$target' island/castaway && exec island/castaway spin 0"
		pid=$!
		wait_until 10 grep -q '^castaway$' "/proc/$pid/comm"
		[ ! -e island/castaway ]
		record $collector -p "$pid" -d 1s
		at_least "$(share spin_work)" 80
		kill -KILL "$pid"
	done
}

@test "a process in another pid namespace" {
	need_root
	need_program unshare
	unshare -pf true || skip "no new pid namespace here"
	for collector in bpf perf; do
		need_collector $collector
		in_background unshare -pf --kill-child "$target" spin 0
		outer=$!
		wait_until 10 pgrep -P "$outer" -x target
		record $collector -p "$(pgrep -P "$outer" -x target)" -d 1s
		at_least "$(share spin_work)" 80
		kill -KILL "$outer"
	done
}

@test "in a pid namespace of the recorder's own" {
	need_root
	need_program unshare
	need_collector bpf
	inside=(unshare -pf --mount-proc --kill-child)
	"${inside[@]}" true || skip "no new pid namespace here"
	record auto -- true # that the next one falls back is not the machine's doing
	run "${inside[@]}" "$PYROPROF" record -o p.pb.gz -- "$target" spin 1000
	assert_status 0
	[[ ${lines[0]} == "pyroprof: using perf events, not eBPF: eBPF programs see the process numbers of the host, "* ]]
	[[ ${lines[1]} == *" the host's pid namespace "*"--pid=host"* ]]
	"$PYROPROF" top p.pb.gz | grep spin_work
	run "${inside[@]}" "$PYROPROF" record --collector=bpf -o q.pb.gz -- touch ran
	assert_status 3
	[[ ${lines[1]} == "hint: "* ]]
	[ ! -e ran ]
}

@test "processes shorter than the time between two samples count for what they are" {
	need_collector bpf
	# some 120 samples: of 20, half as many again would be chance
	run "$PYROPROF" record --collector=bpf -F 499 --stats -o p.pb.gz -- \
		bash -c 'for ((i = 0; i < 300; i++)); do /bin/true; done'
	assert_status 0
	due=$(sed -nE 's/^ *[0-9]+ +([0-9]+)[.][0-9]+ %  of those due for .*/\1/p' <<<"$output")
	at_least "$due" 60
	[ "$due" -le 150 ]
	at_least "$("$PYROPROF" tags p.pb.gz | grep -cE '\): true$')" 1
}
