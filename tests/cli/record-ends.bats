#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How recordings end, and what is left behind: whatever ends them, the profile is written.

load common

target=$top_builddir/tests/programs/target

# The file is a profile, and the last message of the recording says so: N samples of at least $1.
recorded()
{
	local line pattern

	line=$(tail -1 <<<"$output")
	pattern="^pyroprof: ([0-9]+) samples, 0 lost, ([0-9.]+ % of stacks complete, )?[0-9.]+m?s, by (bpf|perf): ([^ ]+) \([0-9.]+k?B\)\$"
	[[ $line =~ $pattern ]] || { echo "no summary: $line"; return 1; }
	[ "${BASH_REMATCH[1]}" -ge "$1" ] || { echo "too few: $line"; return 1; }
	# what it says is what is in the file
	[ "$("$PYROPROF" top --sample-index=samples --nodefraction=0 --format=json \
		"${BASH_REMATCH[4]}" | jq .total)" = "${BASH_REMATCH[1]}" ]
	nothing_else "${BASH_REMATCH[4]}"*
}

# No file is left but the named ones, and what the scenarios keep here.
nothing_else()
{
	local file

	rm -f separate-stderr-* # of `run`
	while read -r file; do
		[[ " $* background.$BATS_TEST_NUMBER.log messages " == *" $file "* ]] ||
			{ echo "left behind: $file"; return 1; }
	done < <(find . -mindepth 1 -maxdepth 1 -printf '%f\n')
}

setup()
{
	common_setup
	need_program jq
	need_collector perf
}

# interrupted SIGNAL COLLECTOR: record, and send the signal while that runs.
interrupted()
{
	start_recorder --collector="$2" -p "$demo_pid"
	wait_for_recorder
	sleep 1
	stop_recorder "$1"
	assert_status 0
}

@test "a duration ends it" {
	start_demo
	for collector in bpf perf; do
		need_collector $collector
		run "$PYROPROF" record --collector=$collector -p "$demo_pid" -d 1s -o $collector.gz
		assert_status 0
		recorded 5
		[[ $output == *"by $collector: $collector.gz"* ]]
		rm $collector.gz
	done
	kill -0 "$demo_pid"
}

@test "SIGINT, SIGTERM and SIGHUP end it" {
	start_demo
	for signal in INT TERM HUP; do
		interrupted $signal perf
		recorded 5
		rm pyroprof.pb.gz
	done
	need_collector bpf
	interrupted TERM bpf
	recorded 5
	kill -0 "$demo_pid"
}

@test "under nohup, SIGHUP does not end it" {
	start_demo
	nohup "$PYROPROF" record --collector=perf -p "$demo_pid" >messages 2>&1 3>&- &
	recorder=$!
	background+=("$recorder")
	wait_for_recorder
	kill -HUP "$recorder"
	sleep 1
	kill -0 "$recorder"
	kill -TERM "$recorder"
	wait "$recorder"
	output=$(<messages)
	recorded 5
}

@test "the end of the target ends it" {
	for collector in bpf perf; do
		need_collector $collector
		in_background "$target" spin 1500
		run "$PYROPROF" record --collector=$collector -p $!
		assert_status 0
		recorded 5
		rm pyroprof.pb.gz
	done
	start_demo
	start_recorder --collector=perf -p "$demo_pid"
	wait_for_recorder
	sleep 1
	kill -KILL "$demo_pid"
	join_recorder
	assert_status 0
	recorded 5
}

@test "the end of a command ends it" {
	for collector in bpf perf; do
		need_collector $collector
		run "$PYROPROF" record --collector=$collector -- "$target" spin 500
		assert_status 0
		recorded 10
		[ "$(wc -l <<<"$output")" = 1 ]
		rm pyroprof.pb.gz
	done
}

@test "a command that never runs on a CPU for long" {
	run "$PYROPROF" record --collector=perf -F 1 -- true
	assert_status 0
	[ -s pyroprof.pb.gz ]
	if [[ $output == *" 0 samples, "* ]]; then
		[ "$(tail -1 <<<"$output")" = "pyroprof: no samples: nothing of it ran on a CPU" ]
	fi
	"$PYROPROF" top >/dev/null
}

@test "a command that still runs at the end gets SIGTERM" {
	cat >polite <<-'END'
		trap 'echo ended politely >farewell; exit 0' TERM
		while :; do :; done
	END
	run "$PYROPROF" record --collector=perf -d 1s -- bash ./polite
	assert_status 0
	rm polite
	[ "$(<farewell)" = "ended politely" ]
	rm farewell
	recorded 5

	run "$PYROPROF" record --collector=perf -d 500ms -- sh -c 'echo $$ >pid; exec sleep 60'
	assert_status 0
	assert_output_has "pyroprof: the command was ended by SIGTERM"
	run kill -0 "$(<pid)"
	[ "$status" != 0 ]
}

@test "a command that ignores SIGTERM does not keep the profile" {
	run timeout 60 "$PYROPROF" record --collector=perf -d 500ms -- \
		bash -c 'trap "" TERM; while :; do :; done'
	assert_status 0
	assert_output_has "pyroprof: the command was ended by SIGKILL"
	recorded 10
}

@test "how a command fails is noted, and its samples are kept" {
	run "$PYROPROF" record --collector=perf -- bash -c "'$target' spin 500; exit 7"
	assert_status 0
	assert_output_has "pyroprof: the command ended with status 7"
	recorded 10
	run "$PYROPROF" record --collector=perf -- bash -c "'$target' spin 300; kill -SEGV \$\$"
	assert_status 0
	assert_output_has "pyroprof: the command was ended by SIGSEGV"
}

@test "a command has its own standard input, output and signals" {
	run --separate-stderr "$PYROPROF" record -q --collector=perf -- cat <<<"passed on"
	assert_status 0
	[ "$output" = "passed on" ]
	[ "$stderr" = "" ]
	# signals that are blocked here are not there
	run --separate-stderr "$PYROPROF" record -q --collector=perf -- \
		grep -E '^SigBlk:' /proc/self/status
	[[ $output =~ ^SigBlk:.0+$ ]]
}

@test "a command that cannot be run" {
	: >no-program
	chmod +x .
	for command in ./no-such-program:"No such file or directory" \
		./no-program:"Permission denied" .:"Permission denied"; do
		run "$PYROPROF" record --collector=perf -- "${command%%:*}"
		assert_status 3
		[ "$output" = "pyroprof: '${command%%:*}': cannot run the command: ${command#*:}" ] ||
			{ echo "$output"; return 1; }
		nothing_else no-program
	done
	run "$PYROPROF" record -- no-such-program-on-the-path
	assert_status 3
	nothing_else no-program
}

@test "nobody is told anything with -q" {
	run "$PYROPROF" record -q --collector=perf -- bash -c 'exit 7'
	assert_status 0
	[ "$output" = "" ]
	[ -s pyroprof.pb.gz ]
}

# ---- where it is written ----

@test "the previous profile becomes .old, and no other" {
	for word in one two; do
		run "$PYROPROF" record --collector=perf -- "$target" spin 100
		assert_status 0
		cp pyroprof.pb.gz copy.$word
	done
	run "$PYROPROF" record --collector=perf -- "$target" spin 100
	cmp pyroprof.pb.gz.old copy.two
	run ! cmp -s pyroprof.pb.gz copy.two
	"$PYROPROF" top pyroprof.pb.gz.old >/dev/null

	for _ in 1 2; do
		run "$PYROPROF" record --collector=perf -o named.gz -- true
		assert_status 0
	done
	[ ! -e named.gz.old ]
}

@test "standard output takes a profile" {
	"$PYROPROF" record --collector=perf -o - -- "$target" spin 300 2>messages |
		"$PYROPROF" top - | grep spin_work
	[[ $(tail -1 messages) == *" by perf: standard output ("* ]]
	"$PYROPROF" record -q --collector=perf -o - -- "$target" spin 500 2>/dev/null |
		"$PYROPROF" top - | grep spin_work
	nothing_else
}

# Run a command whose standard output is a pipe that nobody reads any more.
unread()
{
	python3 -c 'import os, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
sys.exit(subprocess.run(sys.argv[1:], stdout=writer).returncode)' "$@"
}

@test "messages that nobody reads do not cost the profile" {
	"$PYROPROF" record --collector=perf -F 100 -- "$target" spin 300 2>&1 | true
	[ "${PIPESTATUS[0]}" = 0 ]
	"$PYROPROF" top | grep spin_work
	run unread "$PYROPROF" record -q --collector=perf -o - -- true
	assert_status 3
	[ "$output" = "pyroprof: cannot write to standard output: Broken pipe" ]
	nothing_else pyroprof.pb.gz
}

@test "a pipe that nobody reads can be given up" {
	in_background sleep 60
	waits() { [ "$(<"/proc/$1/wchan")" != 0 ]; }
	wait_until 5 waits $! || skip "this kernel does not tell what a process waits for"
	mkfifo pipe
	"$PYROPROF" record -q --collector=perf -o pipe -- true 3>&- &
	recorder=$!
	background+=("$recorder")
	is_waiting() { [[ $(<"/proc/$recorder/wchan") == *fifo* || $(<"/proc/$recorder/wchan") == *wait_for_partner* ]]; }
	wait_until 10 is_waiting
	kill -TERM "$recorder"
	status=0
	wait "$recorder" || status=$?
	[ "$status" = 143 ]
	"$PYROPROF" record -q --collector=perf -o pipe -- "$target" spin 300 3>&- &
	background+=("$!")
	"$PYROPROF" top pipe | grep spin_work
	nothing_else pipe
}

@test "a terminal is no place for a profile" {
	need_program script
	run script -qec "$PYROPROF record --collector=perf -o - -- touch ran" /dev/null
	assert_status 2
	[[ $output == *"pyroprof: a profile is not for a terminal: name a file with -o"* ]]
	nothing_else
}

@test "the previous profile is kept where it cannot be linked to" {
	need_root
	need_program setpriv
	[ "$(</proc/sys/fs/protected_hardlinks)" = 1 ] || skip "everybody may link to everything"
	cp "$PYROPROF" .
	mkdir -m 777 work
	chmod 755 .
	nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	"${nobody[@]}" ./pyroprof --version >/dev/null || skip "other users cannot run programs here"
	: >work/pyroprof.pb.gz
	cd work
	run "${nobody[@]}" ../pyroprof record -q --collector=perf -- true
	cd ..
	assert_status 0
	[ -s work/pyroprof.pb.gz ]
	[ "$(stat -c %u:%s work/pyroprof.pb.gz.old)" = 0:0 ]
}

@test "what cannot be written to is refused before the recording" {
	mkdir directory
	run "$PYROPROF" record -o missing/p.gz -- touch ran
	assert_status 3
	assert_output_has "pyroprof: cannot write 'missing/p.gz': No such file or directory"
	run "$PYROPROF" record -o directory -- touch ran
	assert_status 3
	assert_output_has "pyroprof: cannot write 'directory': Is a directory"
	mkdir pyroprof.pb.gz.old
	run "$PYROPROF" record -- touch ran
	assert_status 3
	assert_output_has "pyroprof: cannot write 'pyroprof.pb.gz': 'pyroprof.pb.gz.old' is a directory"
	rmdir pyroprof.pb.gz.old
	need_root
	need_program setpriv
	chmod 755 .
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$PYROPROF" --version
	[ "$status" = 0 ] || skip "other users cannot run $PYROPROF"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$PYROPROF" record -- touch "$PWD/ran"
	assert_status 3
	assert_output_has "pyroprof: cannot write 'pyroprof.pb.gz': Permission denied"
	[ ! -e ran ]
	nothing_else directory
}

@test "a full disk is a failure" {
	run "$PYROPROF" record --collector=perf -o /dev/full -- "$target" spin 100
	assert_status 3
	assert_output_has "pyroprof: cannot write '/dev/full': No space left on device"
	run bash -c '"$PYROPROF" record --collector=perf -o - -- true >/dev/full'
	assert_status 3
	assert_output_has "cannot write to standard output: No space left on device"
	run bash -c '"$PYROPROF" record -q --collector=perf -- true && "$PYROPROF" top >/dev/full'
	assert_status 3
	assert_output_has "No space left on device"
	run bash -c 'ulimit -f 0; "$PYROPROF" record --collector=perf -o p.gz -- true'
	assert_status 3
	assert_output_has "pyroprof: cannot write 'p.gz': File too large"
	nothing_else pyroprof.pb.gz

	need_root
	mkdir small
	mount -t tmpfs -o size=4k none small || skip "no tmpfs can be mounted here"
	head -c 4096 /dev/zero >small/previous
	run "$PYROPROF" record --collector=perf -o small/p.gz -- "$target" spin 100
	cd small
	left=$(ls -A)
	cd ..
	umount small
	assert_status 3
	assert_output_has "pyroprof: cannot write 'small/p.gz': No space left on device"
	[ "$left" = previous ]
}

@test "the umask holds, and sudo's user gets the file" {
	(umask 027 && "$PYROPROF" record -q --collector=perf -o a -- true)
	[ "$(stat -c %a a)" = 640 ]
	(umask 077 && "$PYROPROF" record -q --collector=perf -o b -- true)
	[ "$(stat -c %a b)" = 600 ]
	need_root
	SUDO_UID=65533 SUDO_GID=65532 "$PYROPROF" record -q --collector=perf -o c -- true
	[ "$(stat -c %u:%g c)" = 65533:65532 ]
	SUDO_UID=nonsense SUDO_GID=65532 "$PYROPROF" record -q --collector=perf -o d -- true
	[ "$(stat -c %u:%g d)" = 0:0 ]
}

@test "sampling faster than samples can be handled ends, too" {
	need_collector bpf
	[ "$(</proc/sys/kernel/perf_event_max_sample_rate)" -ge 10000 ] ||
		skip "kernel.perf_event_max_sample_rate is less than 10000"
	# what the recorder does is sampled, which is more to do
	run timeout -s KILL 100 "$PYROPROF" record --collector=bpf -a -F 10000 -d 1s -o fast.gz
	assert_status 0
	[ -s fast.gz ]
}
