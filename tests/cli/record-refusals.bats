#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What may not or cannot be recorded, and what is recorded with less privilege.

load common

target=$top_builddir/tests/programs/target

# A place that any user can read, with the program in it: nobody can.
setup_file()
{
	open=$(mktemp -d /tmp/pyroprof-test.XXXXXX)
	chmod 755 "$open"
	cp "$PYROPROF" "$target" "$open"
	mkdir -m 1777 "$open/work"
	export open
}

teardown_file()
{
	rm -rf "$open"
}

need_open()
{
	need_nobody "$open"
	cd "$open/work" || return
}

# Exactly these lines.
refused()
{
	assert_status "$1"
	shift
	[ "$output" = "$(printf '%s\n' "$@")" ] && return
	diff <(printf '%s\n' "$@") <(echo "$output")
	return 1
}

with_sudo='hint: run it with sudo, or once: sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_syslog,cap_dac_read_search+ep $(command -v pyroprof)'

@test "processes that are not there, or are threads" {
	true &
	gone=$!
	wait $gone
	run "$PYROPROF" record -p $gone -d 1s
	refused 3 "pyroprof: cannot record process $gone: no such process"
	run "$PYROPROF" record -p 2147483647 -d 1s
	refused 3 "pyroprof: cannot record process 2147483647: no such process"

	start_demo
	a_thread() {
		for tid in "/proc/$demo_pid/task"/*; do
			tid=${tid##*/}
			[ "$tid" = "$demo_pid" ] || return 0
		done
		return 1
	}
	wait_until 10 a_thread
	run "$PYROPROF" record -p "$tid" -d 1s
	refused 3 "pyroprof: cannot record process $tid: that is a thread of process $demo_pid" \
		"hint: pyroprof record -p $demo_pid"
	[ ! -e pyroprof.pb.gz ]
}

@test "options that make no sense" {
	wrong() {
		local message=$1

		shift
		run "$PYROPROF" record "$@"
		assert_status 2
		[[ ${lines[0]} == "pyroprof: "$message ]] || { echo "$output"; return 1; }
		[ "${lines[-1]}" = "see 'pyroprof record -h'" ]
		[ -z "$(ls -A)" ]
	}
	wrong "nothing to record"
	[[ ${lines[1]} == "hint: "*"-p PID"*"-- COMMAND"*"-a"*"--url URL"* ]]
	wrong "-p, -a, --url, --targets and a command exclude each other" -p 1 -a
	wrong "-p, -a, --url, --targets and a command exclude each other" -a -- true
	wrong "-p, -a, --url, --targets and a command exclude each other" --url http://localhost -p 1
	wrong "-p and -t, -a, --url, --targets and a command exclude each other" -a -t 1
	wrong "option '-t': 'heap' is no thread id, and a TYPE needs --url or --targets" -a -t heap
	wrong "option '-t': 'heaq' is not one of cpu, heap, *" --url http://localhost -t heaq
	wrong "--type, TLS and HTTP options need --url or --targets" -a --type heap
	wrong "--type, TLS and HTTP options need --url or --targets" -a --insecure
	for option in --tid=1:--tid --cgroup=x:--cgroup --comm=x:--comm --uid=0:--uid -C0:-C \
		"--every=1s:--every without --archive" -ecycles:-e -F9:-F -c5:-c --user:--user --kernel:--kernel \
		--labels=pid:--labels --label=a=b:--label --timestamps:--timestamps \
		--stats:--stats --strict=1:--strict; do
		[ "$option" = --tid=1:--tid ] ||
			wrong "${option##*:} does not go with --url" --url http://localhost "${option%:*}"
	done
	wrong "-F and -c exclude each other" -F 99 -c 1000000 -- true
	wrong "option '-c': a period of 99999 is too short: cpu-clock *" -c 99999 -- true
	wrong "option '-e': 'cyclez' is not one of cpu-clock, *" -e cyclez -- true
	[ "${lines[1]}" = "hint: did you mean 'cycles'?" ]
	wrong "--user and --kernel exclude each other" --user --kernel -- true
	wrong "--every: a second is the least" --every 999ms -a
	wrong "--stats does not go with --every" --every 1s -a --stats
	wrong "--strict does not go with --every" --every 1s -a --strict 50
	wrong "-o - does not go with --every" --every 1s -a -o -
	wrong "'x-%Q': '%Q' is no part of a date" --every 1s -a -o x-%Q
	wrong "--strict: a percentage is 0 to 100" --strict 100.1 -- true
	wrong "--strict: a percentage is 0 to 100" --strict -1 -- true
	wrong "option '--comm': bad regular expression '('*" --comm "(" -a
	wrong "option '--labels': 'pidd' is no label: *" --labels tid,pidd -- true
	wrong "option '--label': 'a' is not of the form KEY=VALUE" --label a -- true
	wrong "option '--label': '1a' is no key: *" --label 1a=b -- true
	wrong "option '--label': 'pid' is a label of the recorder's own" --label pid=b -- true
	wrong "option '--label': 'a' is given twice" --label a=1 --label a=2 -- true
	wrong "option '--label': the value of 'a' is empty, *" --label a= -- true
	wrong "option '-C': CPU 60000 is not online" -C 60000 -- true
	wrong "option '-C': '1-0' is no list of CPUs such as 0-3,5" -C 1-0 -- true
	wrong "*-F*0*" -F 0 -- true
	wrong "*-F*-1*" -F -1 -- true
	wrong "*-F*10001*" -F 10001 -- true
	wrong "*-F*99x*" -F 99x -- true
	wrong "*-d*x*" -d x -- true
	wrong "option '-d': '0' is too short" -d 0 -- true
	wrong "option '--every': '0s' is too short" --every 0s -a
	wrong "*-d*-1s*" -d -1s -- true
	wrong "*-p*0*" -p 0
	wrong "*-p*init*" -p init
	wrong "*-p*99999999999999999999*" -p 99999999999999999999
	wrong "*--collector*magic*auto, bpf, perf*" --collector=magic -- true
	wrong "*--no-such-option*" --no-such-option
}

@test "selections that select nothing" {
	wrong() {
		local message=$1

		shift
		run "$PYROPROF" record "$@"
		refused 3 "pyroprof: $message" "hint: $hint"
		[ -z "$(ls -A)" ]
	}
	hint="add -a to wait for one"
	wrong "nothing to record: no process that runs fits --comm no-such-name" --comm no-such-name
	wrong "nothing to record: no process that runs fits --uid 4000000" --uid 4000000
	wrong "nothing to record: no process that runs fits --comm . and --uid 4000000" \
		--comm . --uid 4000000
	hint="/proc/PID/cgroup has the path for a process"
	wrong "option '--cgroup': there is no cgroup 'no/such'" --cgroup no/such
	run "$PYROPROF" record --uid no-such-user
	refused 3 "pyroprof: option '--uid': there is no user 'no-such-user'"
	run "$PYROPROF" record -t 2147483647
	refused 3 "pyroprof: cannot record thread 2147483647: no such thread"
}

@test "an event that this machine cannot count" {
	need_collector perf
	run "$PYROPROF" record --collector=perf -e cycles -o p.gz -- true
	[ "$status" != 0 ] || skip "there is a PMU here"
	refused 3 "pyroprof: cannot count cycles: this machine's processor has no such counter, or the virtual machine does not pass it on" \
		"hint: use -e cpu-clock"
	run "$PYROPROF" record -e cycles -o p.gz -- touch ran
	refused 3 "pyroprof: cannot count cycles: this machine's processor has no such counter, or the virtual machine does not pass it on" \
		"hint: use -e cpu-clock"
	[ -z "$(ls -A)" ]
}

@test "a frequency beyond what the kernel allows" {
	max=$(cat /proc/sys/kernel/perf_event_max_sample_rate 2>/dev/null) || skip "no such limit here"
	[ "$max" -lt 10000 ] || skip "kernel.perf_event_max_sample_rate is $max, the limit is ours"
	run "$PYROPROF" record --collector=perf -F 10000 -- true
	assert_output_has "kernel.perf_event_max_sample_rate is $max"
	assert_output_has "hint: sudo sysctl kernel.perf_event_max_sample_rate=10000"
	[ "$status" != 0 ]
}

@test "another user's process needs privilege, which is named" {
	need_open
	start_demo
	for collector in perf auto; do
		run as_nobody "$open/pyroprof" record --collector=$collector -p "$demo_pid" -d 1s
		assert_status 3
		[[ ${lines[0]} == "pyroprof: cannot record process $demo_pid: it belongs to root; that needs CAP_PERFMON and CAP_SYS_PTRACE"* ]]
		[ "${lines[1]}" = "$with_sudo" ]
	done
	assert_output_has "; the other way: eBPF needs CAP_BPF and CAP_PERFMON"
	[ -z "$(ls -A)" ]
}

@test "eBPF without privilege" {
	need_open
	run as_nobody "$open/pyroprof" record --collector=bpf -- touch ran
	refused 3 "pyroprof: eBPF needs CAP_BPF and CAP_PERFMON" "$with_sudo"
	[ -z "$(ls -A)" ]
	run setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+perfmon \
		--ambient-caps=-all,+perfmon "$open/pyroprof" record --collector=bpf -- touch ran
	refused 3 "pyroprof: eBPF needs CAP_BPF" "$with_sudo"
	[ -z "$(ls -A)" ]
}

@test "a command is not run after a refusal, whatever it ignores" {
	need_open
	run as_nobody bash -c 'trap "" TERM HUP INT; exec "$open/pyroprof" record --collector=bpf -- touch ran'
	assert_status 3
	[ -z "$(ls -A)" ]
}

@test "the whole machine without privilege" {
	need_open
	paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
	[ "$paranoid" -gt 0 ] || skip "kernel.perf_event_paranoid is $paranoid: anybody may"
	run as_nobody "$open/pyroprof" record --collector=perf -a -d 1s
	refused 3 "pyroprof: recording the whole machine needs CAP_PERFMON or kernel.perf_event_paranoid <= 0 (it is $paranoid)" \
		"$with_sudo"
	run as_nobody "$open/pyroprof" record -a -d 1s
	assert_status 3
	[[ ${lines[0]} == *"; the other way: eBPF needs CAP_BPF and CAP_PERFMON" ]]
	[ -z "$(ls -A)" ]
}

@test "the kernel without privilege" {
	need_open
	paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
	[ "$paranoid" = 2 ] || skip "kernel.perf_event_paranoid is $paranoid, not 2"
	run as_nobody "$open/pyroprof" record --collector=perf --kernel -- touch ran
	refused 3 "pyroprof: recording the kernel needs CAP_PERFMON or kernel.perf_event_paranoid <= 1 (it is 2)" \
		"$with_sudo"
	run as_nobody "$open/pyroprof" record --collector=perf -e context-switches -o p.gz -- sleep 0.1
	assert_status 0
	[ "${lines[-1]}" = "pyroprof: no samples: it had no context-switches in user code" ]
	[ "$(ls -A)" = p.gz ]
	rm -f p.gz
}

@test "too few files may be open" {
	need_collector bpf
	run bash -c 'ulimit -n 12; exec "$PYROPROF" record --collector=bpf -- touch ran'
	refused 3 "pyroprof: cannot load the eBPF program: too many open files" "hint: ulimit -n 65536"
	[ -z "$(ls -A)" ]
}

@test "without privilege one's own are recorded, and what is missing is said" {
	need_open
	need_program jq
	paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
	[ "$paranoid" -le 2 ] || skip "kernel.perf_event_paranoid is $paranoid: perf events are forbidden"
	run as_nobody "$open/pyroprof" record -o p.gz -- "$open/target" spin 1000
	assert_status 0
	[ "${lines[0]}" = "pyroprof: using perf events, not eBPF: eBPF needs CAP_BPF and CAP_PERFMON" ]
	[ "${lines[1]}" = "pyroprof: for eBPF: ${with_sudo#hint: }" ]
	if [ "$paranoid" = 2 ]; then
		[ "${lines[2]}" = "pyroprof: user code only: kernel.perf_event_paranoid is 2, kernel stacks need <= 1 or CAP_PERFMON" ]
	fi
	[[ ${lines[-1]} == *" 0 lost, "*"by perf: p.gz ("* ]]
	"$PYROPROF" top --format=json p.gz | jq -e '
		([.rows[] | select(.name == "spin_work") | .cum] | add) > .total * 0.8'
	[ "$(stat -c %u p.gz)" = 65534 ]

	in_background setpriv --reuid=65534 --regid=65534 --clear-groups "$open/target" spin 0
	pid=$!
	wait_until 5 grep -q '^target$' "/proc/$pid/comm"
	run as_nobody "$open/pyroprof" record --collector=perf -o q.gz -p "$pid" -d 1s
	assert_status 0
	"$PYROPROF" top q.gz | grep spin_work
}

@test "with the capabilities of the hint another user records by eBPF" {
	need_open
	need_collector bpf
	caps=+bpf,+perfmon,+sys_ptrace,+syslog,+dac_read_search
	start_demo --syscalls
	run setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,$caps \
		--ambient-caps=-all,$caps "$open/pyroprof" record --collector=bpf -o p.gz \
		-p "$demo_pid" -d 1s
	assert_status 0
	"$PYROPROF" top p.gz >top
	cat top
	grep -q handle_request top
}
