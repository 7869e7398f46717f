#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What is recorded of what runs, on which events, and the labels it gets.

load common

target=$top_builddir/tests/programs/target

setup()
{
	common_setup
	need_program jq
}

# record COLLECTOR ARG...: record into p.pb.gz, with messages in $output.
record()
{
	run "$PYROPROF" record --collector="$1" -o p.pb.gz "${@:2}"
	echo "$output"
	assert_status 0
}

# The values of a label, one a line.
values()
{
	"$PYROPROF" tags --format=json p.pb.gz |
		jq -r --arg key "$1" '.keys[] | select(.key == $key) | .values[] | .value // .number'
}

has_value()
{
	values "$1" | grep -qxF -- "$2" || {
		echo "no label $1 of $2:"
		"$PYROPROF" tags p.pb.gz
		return 1
	}
}

only_value()
{
	[ "$(values "$1")" = "$2" ] || {
		echo "not only label $1 of $2:"
		"$PYROPROF" tags p.pb.gz
		return 1
	}
}

spin()
{
	in_background "$target" spin 0
	spin_pid=$!
	wait_until 5 grep -q '^target$' "/proc/$spin_pid/comm"
}

@test "several processes at once, and no other" {
	for collector in bpf perf; do
		need_collector $collector
		start_demo
		spin
		in_background "$target" fork 100000
		record $collector -p "$demo_pid,$spin_pid" -p "$spin_pid" -d 1s
		has_value comm demo
		has_value comm target
		[ "$(values pid | sort)" = "$(printf '%s\n' "$demo_pid" "$spin_pid" | sort)" ]
		kill -KILL "$demo_pid" "$spin_pid" $!
	done
}

@test "several processes: it ends with the last of them" {
	need_collector perf
	spin
	first=$spin_pid
	spin
	start_recorder --collector=perf -o p.pb.gz -p "$first,$spin_pid"
	wait_for_recorder
	sleep 0.5
	kill -KILL "$first"
	sleep 0.5
	kill -0 "$recorder"
	kill -KILL "$spin_pid"
	join_recorder
	assert_status 0
	[ "$(values pid | sort)" = "$(printf '%s\n' "$first" "$spin_pid" | sort)" ]
}

@test "single threads" {
	for collector in bpf perf; do
		need_collector $collector
		start_demo
		a_worker() { tid=$(grep -lx worker-1 "/proc/$demo_pid/task/"*/comm); }
		wait_until 10 a_worker
		tid=${tid%/comm}
		tid=${tid##*/}
		for option in -t --tid; do
			record $collector $option "$tid" -d 1s
			only_value thread worker-1
			only_value tid "$tid"
		done
		kill -KILL "$demo_pid"
	done
}

@test "the end of a thread ends it" {
	need_collector perf
	in_background "$target" headless 3000
	pid=$!
	other() {
		tid=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 ! -name "$pid" -printf '%f\n')
		[ -n "$tid" ]
	}
	wait_until 5 other
	record perf -t "$tid"
	only_value tid "$tid"
}

@test "by name: those that run, and those that come" {
	for collector in bpf perf; do
		need_collector $collector
		start_demo
		spin
		record $collector --comm '^dem' -d 1s
		only_value comm demo
		kill -KILL "$demo_pid" "$spin_pid"
		start_recorder --collector=$collector -o p.pb.gz -a --comm '^target$'
		wait_for_recorder
		in_background "$target" spin 500
		wait $!
		stop_recorder
		assert_status 0
		only_value comm target
		has_value pid $!
	done
}

@test "by name within a command" {
	need_collector bpf
	record bpf --comm '^target$' -- bash -c "i=0; while [ \$i -lt 200000 ]; do i=\$((i + 1)); done; '$target' spin 500"
	"$PYROPROF" top --format=json p.pb.gz |
		jq -e '.total > 0 and ([.rows[] | select(.name == "spin_work") | .cum] | add) > .total * 0.8'
}

@test "by user" {
	need_root
	need_program setpriv
	for collector in bpf perf; do
		need_collector $collector
		spin
		in_background setpriv --reuid=65531 --regid=65531 --clear-groups \
			bash -c 'while :; do :; done'
		pid=$!
		wait_until 5 grep -q "^Uid:.65531" "/proc/$pid/status"
		record $collector --uid 65531 -d 1s
		only_value pid "$pid"
		record $collector -a --uid root --comm target -d 1s
		only_value comm target
		kill -KILL "$spin_pid" "$pid"
	done
}

@test "by cgroup" {
	need_root
	cgroup=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$cgroup" ] || skip "there is no cgroup2 file system"
	name=pyroprof-test-$$
	mkdir "$cgroup/$name" || skip "no cgroup can be made here"
	for collector in bpf perf; do
		need_collector $collector
		spin
		in_background bash -c "echo \$\$ >'$cgroup/$name/cgroup.procs' && exec '$target' spin 0"
		pid=$!
		wait_until 5 grep -qx "$pid" "$cgroup/$name/cgroup.procs"
		for path in "$cgroup/$name" "$name" "/$name/"; do
			record $collector --cgroup "$path" -F 997 -d 1s
			only_value pid "$pid"
		done
		# of processes that are named, those that are in it
		record $collector --cgroup "$name" -p "$pid,$spin_pid" -F 997 -d 1s
		only_value pid "$pid"
		record $collector --labels cgroup -p "$pid" -F 997 -d 1s
		only_value cgroup "/$name"
		kill -KILL "$pid" "$spin_pid"
		wait "$pid" "$spin_pid" 2>/dev/null || true
	done
	rmdir "$cgroup/$name"
}

@test "on one CPU" {
	need_program taskset
	taskset -c 1 true || skip "there is one CPU only"
	for collector in bpf perf; do
		need_collector $collector
		in_background taskset -c 0 bash -c 'while :; do :; done'
		zero=$!
		in_background taskset -c 1 bash -c 'while :; do :; done'
		one=$!
		record $collector -C 1 -d 1s
		has_value pid "$one"
		run ! has_value pid "$zero"
		record $collector -C 0-1 -d 1s
		has_value pid "$one"
		has_value pid "$zero"
		record $collector -C 0 -p "$zero,$one" -d 1s
		only_value pid "$zero"
		kill -KILL "$zero" "$one"
	done
}

@test "labels are those asked for" {
	need_collector perf
	spin
	record perf -p "$spin_pid" -F 997 -d 1s --labels comm,pid --label env=prod --label 'team=a b'
	only_value comm target
	only_value pid "$spin_pid"
	only_value env prod
	only_value team "a b"
	[ -z "$(values tid)$(values thread)" ]
	record perf -p "$spin_pid" -F 997 -d 1s --labels none
	[ "$("$PYROPROF" tags --format=json p.pb.gz | jq '.keys | length')" = 0 ]
}

@test "timestamps keep samples apart, in order" {
	for collector in bpf perf; do
		need_collector $collector
		before=$(date +%s%N)
		record $collector --timestamps --labels none -F 499 -- "$target" spin 500
		after=$(date +%s%N)
		values timestamp >times.txt
		[ "$(wc -l <times.txt)" -ge 200 ]
		[ "$(wc -l <times.txt)" = "$(sort -u times.txt | wc -l)" ]
		sort -n times.txt >sorted
		[ "$(head -1 sorted)" -ge "$before" ]
		[ "$(tail -1 sorted)" -le "$after" ]
	done
}

@test "events are counted: every page fault, or every tenth" {
	total() { "$PYROPROF" top --sample-index="$1" --format=json p.pb.gz | jq .total; }
	for collector in bpf perf; do
		need_collector $collector
		record $collector -e page-faults -c 1 -- "$target" spin 10
		faults=$(total page-faults)
		[ "$faults" -ge 20 ]
		[ "$faults" = "$(total samples)" ]
		"$PYROPROF" raw p.pb.gz | grep -x "PeriodType: page-faults count"
		record $collector -e page-faults -c 10 -- "$target" spin 10
		[ "$(total page-faults)" = "$(($(total samples) * 10))" ]
		[ "$(total page-faults)" -le "$((faults + 10))" ]
		record $collector -e context-switches -c 1 -- bash -c 'sleep 0.01; sleep 0.01; sleep 0.01'
		[ "$(total context-switches)" -ge 3 ]
	done
}

@test "a period of a clock is a frequency" {
	for collector in bpf perf; do
		need_collector $collector
		record $collector -e task-clock -c 2000000 -- "$target" spin 1000
		"$PYROPROF" raw p.pb.gz | grep -x "Period: 2000000"
		"$PYROPROF" top --format=json p.pb.gz | jq -e '.total > 900e6 and .total < 1150e6'
	done
}

@test "only user code, only the kernel" {
	for collector in bpf perf; do
		need_collector $collector
		start_demo --syscalls
		record $collector --user -p "$demo_pid" -d 1s
		run ! grep -q kernel.kallsyms <("$PYROPROF" raw p.pb.gz)
		"$PYROPROF" top p.pb.gz | grep -q handle_request
		record $collector --kernel -p "$demo_pid" -d 1s
		# each sample begins in the kernel, and goes on into its user
		"$PYROPROF" raw p.pb.gz >raw
		grep -q kernel.kallsyms raw
		"$PYROPROF" top --format=json p.pb.gz | jq -e '
			([.rows[] | select(.name == "handle_request") | .flat] | add // 0) == 0
			and ([.rows[] | select(.name == "handle_request") | .cum] | add) > 0'
		kill -KILL "$demo_pid"
	done
}

@test "a frequency in step with the kernel's timer is pointed out" {
	need_collector perf
	record perf -F 1000 -- true
	assert_output_has "pyroprof: 1000 Hz may run in step with the kernel's own timer; 999 Hz does not"
	record perf -F 99 -- true
	[[ $output != *"in step"* ]]
}
