#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What works here: what doctor says is what record does.

load common

setup()
{
	common_setup
	if [ "$(id -u)" = 0 ]; then
		open=$(mktemp -d /tmp/pyroprof-test.XXXXXX)
		chmod 755 "$open"
		cp "$PYROPROF" "$open"
	fi
}

teardown()
{
	common_teardown
	[ -z "${open:-}" ] || rm -rf "$open"
}

# field NAME [KEY]: what the JSON in $output has of the finding.
field()
{
	python3 -c "import json, sys
[print(x.get(sys.argv[2], '')) for x in json.load(sys.stdin)['findings'] if x['name'] == sys.argv[1]]" \
		"$1" "${2:-state}" <<<"$output"
}

# Whether record can do it: ok or bad.
record_says()
{
	if "$@" -d 50ms -o /dev/null >/dev/null 2>&1; then echo ok; else echo bad; fi
}

@test "what is said of the collectors is what record does" {
	need_program python3
	start_demo
	run "$PYROPROF" doctor --format=json
	[ "$(field eBPF)" = "$(record_says "$PYROPROF" record --collector=bpf -p "$demo_pid")" ]
	[ "$(field 'perf events')" = "$(record_says "$PYROPROF" record --collector=perf -p "$demo_pid")" ]
	[ "$(field 'whole machine')" = "$(record_says "$PYROPROF" record -a)" ]
}

@test "without privilege: what is missing, and what mends it" {
	need_nobody "$open"
	need_program python3
	run as_nobody "$open/pyroprof" doctor --format=json
	assert_status 0
	[ "$(field CAP_BPF)" = bad ]
	[[ $(field CAP_BPF mend) == "sudo setcap cap_bpf,"* ]]
	[ "$(field eBPF text)" = "eBPF needs CAP_BPF and CAP_PERFMON" ]
	[[ $(field eBPF mend) == *"sudo setcap cap_bpf,"* ]]
	[ "$(field 'perf events')" = ok ]
	run as_nobody "$open/pyroprof" doctor
	assert_status 0
	assert_output_has "Recording works."
	# the capabilities are mended by one command, said once
	[ "$(sed -n '/^privileges/,/^recording/p' <<<"$output" | grep -c mend:)" = 1 ]
	[ "${#lines[@]}" -le 45 ]
}

@test "a process of somebody else without privilege: exit 1" {
	need_nobody "$open"
	start_demo
	run as_nobody "$open/pyroprof" doctor -p "$demo_pid"
	assert_status 1
	assert_output_has "cannot record process $demo_pid: it belongs to root"
	assert_output_has "Recording is impossible."
}

@test "a process that is not there" {
	run "$PYROPROF" doctor -p 2147483647
	assert_status 3
	[ "$output" = "pyroprof: cannot record process 2147483647: no such process" ]
}

@test "a program with everything" {
	need_program python3
	start_demo
	run "$PYROPROF" doctor -p "$demo_pid" --format=json
	[ "$(field program text)" = "$(readlink "/proc/$demo_pid/exe")" ]
	[ "$(field 'debug information' text)" = "in the program" ]
	[ "$(field symbols text)" = "all functions (.symtab)" ]
	[ "$(field 'unwind table')" = ok ]
	[[ $(field 'frame pointers' text) == "kept: "* ]]
	[ "$(field 'code made by it' text)" = none ]
	[ "$(field namespaces text)" = "the same as here" ]
	[[ $(field 'build id' text) =~ ^[0-9a-f]{40}$ ]]
}

@test "a stripped program, in namespaces of its own, with a hostile name" {
	need_root
	need_program python3
	need_program unshare
	need_program strip
	cp "$top_builddir/contrib/demo/demo" $'evil\e[31m'
	strip --strip-all $'evil\e[31m'
	in_background unshare --mount --cgroup ./$'evil\e[31m' 60
	demo_pid=$!
	is_evil() { [[ $(readlink "/proc/$demo_pid/exe") == *evil* ]]; }
	wait_until 10 is_evil
	run "$PYROPROF" doctor -p "$demo_pid" --format=json
	[ "$(field symbols)" = bad ]
	[[ $(field symbols mend) == *"record --debuginfod -p $demo_pid" ]]
	[ "$(field namespaces text)" = "of its own: mnt cgroup; files are found below its root" ]
	run "$PYROPROF" doctor -p "$demo_pid"
	assert_output_has 'evil\x1b[31m'
	[[ $output != *$'\e'* ]]
}

@test "code that is made, without a map and with one" {
	need_program node
	need_program python3
	in_background node -e 'for (;;) Math.sqrt(2)'
	pid=$!
	makes_code() { grep -qE '^[^ ]+ ..x. [^ ]+ [^ ]+ 0 *$' "/proc/$pid/maps"; }
	wait_until 20 makes_code
	run "$PYROPROF" doctor -p "$pid" --format=json
	[ "$(field 'code made by it')" = bad ]
	[[ $(field 'code made by it' mend) == "node --perf-basic-prof"* ]]
	in_background node --perf-basic-prof -e 'for (;;) Math.sqrt(2)'
	pid=$!
	wait_until 20 makes_code
	wait_until 20 [ -s "/tmp/perf-$pid.map" ]
	run "$PYROPROF" doctor -p "$pid" --format=json
	rm -f "/tmp/perf-$pid.map"
	[ "$(field 'code made by it' text)" = "named by its perf map" ]
}

@test "what the terminal can show, and signs that it can" {
	need_program python3
	LC_ALL=C.UTF-8 DEBUGINFOD_URLS=http://127.0.0.1:1/ run "$PYROPROF" doctor
	assert_output_has "✓ UTF-8"
	assert_output_has "✓ debuginfod          http://127.0.0.1:1/"
	LC_ALL=C run "$PYROPROF" doctor
	assert_output_has "NO UTF-8"
	assert_output_has "mend: export LANG=C.UTF-8"
	[[ $output != *[![:ascii:]]* ]]
	PATH=/nonexistent run "$PYROPROF" doctor --format=json
	[ "$(PATH=/usr/bin field objdump mend)" = "sudo apt install binutils" ]
	[ "$(PATH=/usr/bin field dot mend)" = "sudo apt install graphviz" ]
}
