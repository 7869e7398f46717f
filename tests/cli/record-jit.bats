#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Names of code that programs make while they run.

load common

setup()
{
	common_setup
	need_program node
	cat >spin.js <<-'END'
		function leafWork(n) { let s = 0; for (let i = 0; i < n; i++) s = (s * 31 + i) | 0; return s; }
		function middle(n) { return leafWork(n) + 1; }
		for (;;) middle(20000);
	END
}

teardown()
{
	[ -z "${pid-}" ] || rm -f "/tmp/perf-$pid.map"
	common_teardown
}

start_node()
{
	in_background node "$@" spin.js
	pid=$!
	wait_until 20 grep -q '^node$' "/proc/$pid/comm"
}

# The JavaScript functions of p.pb.gz with their lines, and the completeness of the stacks.
check_names()
{
	"$PYROPROF" top --cum --lines --nodecount=80 p.pb.gz >top
	cat top
	grep -qE '(^| )leafWork .*/spin\.js:' top
	grep -qE '(^| )_start$' top
}

@test "node, by its perf map" {
	for collector in bpf perf; do
		need_collector $collector
		start_node --perf-basic-prof
		# when it has compiled what is hot
		wait_until 30 grep -q leafWork "/tmp/perf-$pid.map"
		run "$PYROPROF" record --collector=$collector --strict=99 -p "$pid" -d 1s -o p.pb.gz
		assert_status 0
		check_names
		kill -KILL "$pid"
		rm "/tmp/perf-$pid.map"
	done
}

@test "node, by its jitdump" {
	need_collector bpf
	# the dump is whole when the program has ended
	sed -i 's/^for (;;)/const end = Date.now() + 2000; while (Date.now() < end)/' spin.js
	run "$PYROPROF" record --collector=bpf -o p.pb.gz -- node --perf-prof spin.js
	assert_status 0
	ls jit-*.dump
	check_names
}

@test "a map of somebody else's is not believed" {
	need_root
	need_collector bpf
	start_node --no-opt
	# an address range that covers everything, from a user who is not the process's
	echo "1000 7fffffffe000 impostor" >"/tmp/perf-$pid.map"
	chown 65534 "/tmp/perf-$pid.map"
	run "$PYROPROF" record --collector=bpf -p "$pid" -d 500ms -o p.pb.gz
	assert_status 0
	run ! grep -q impostor <("$PYROPROF" raw p.pb.gz)
	chown 0 "/tmp/perf-$pid.map"
	run "$PYROPROF" record --collector=bpf -p "$pid" -d 500ms -o p.pb.gz
	assert_status 0
	"$PYROPROF" raw p.pb.gz >raw
	grep -q impostor raw
}

@test "what would name code without names is said" {
	need_root
	need_collector bpf
	start_node
	says() {
		"$PYROPROF" record --collector=bpf -p "$pid" -d 500ms -o p.pb.gz 2>messages &&
			grep -qF "$1" messages
	}
	# once it has compiled what is hot
	wait_until 20 says " % of samples are in code made at run time that has no names: node wants --perf-basic-prof, "
	: >"/tmp/perf-$pid.map"
	chown 65534 "/tmp/perf-$pid.map"
	wait_until 5 says " that has no names: '/tmp/perf-$pid.map' belongs to somebody else than the process"
}
