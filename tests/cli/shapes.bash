# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Recording tests/programs/shapes and comparing each stack with what it must be. Load after common.

shapes=$top_builddir/tests/programs/shapes
shapes_lib=$top_builddir/tests/programs/shapes-lib.so

# in_library FILE NAME...: a frame of a library whose names are known (its debug symbols are
# installed, or it exports them), or not.
in_library()
{
	local file=$1 names

	shift
	names=$(
		IFS='|'
		echo "$*"
	)
	echo "(\[?${file}[^;]*|$names)"
}

in_libc()
{
	in_library 'libc\.so' "$@"
}

# What every stack of a first thread begins with, and that of another one. Static programs have it
# all in themselves.
# shellcheck disable=SC2034 # for those who load this
root="(_start;$(in_library '(libc\.so|shapes)' '__libc_start_main[^;]*');)"
root+="($(in_library '(libc\.so|shapes)' '__libc_start_call_main');)?main;"
# shellcheck disable=SC2034
thread_root="$(in_libc '(__)?clone3?');$(in_libc start_thread);"
# shellcheck disable=SC2034
signal_frame=$(in_library '(libc\.so|shapes)' '(__)?restore_rt')

# Which collectors can walk stacks by unwind tables: those that shall be held to it.
table_collectors()
{
	local collector

	for collector in bpf perf; do
		"$PYROPROF" record --collector=$collector -q -o probe.pb.gz -- "$shapes" deep 100 &&
			"$PYROPROF" folded --trim=false probe.pb.gz 2>/dev/null | grep -q ';deep_1;.*;leaf ' &&
			echo $collector
	done
	rm -f probe.pb.gz
}

# need_tables: skip without any; sets $collectors.
need_tables()
{
	need_collector bpf
	mapfile -t collectors <<<"$COLLECTORS"
	[ ${#collectors[@]} -gt 0 ]
}

# All of the stacks in p.pb.gz, one a line, the number of samples behind it: root first, as
# flamegraph.pl has them, without inlined functions and without the kernel's.
stacks()
{
	"$PYROPROF" folded --trim=false --noinlines --all-frames --sample-index=samples \
		--hide='^\[kernel|^\[guest|^vmlinux' p.pb.gz >stacks
}

# The number of samples that the summary in $output speaks of.
samples()
{
	sed -nE 's/^pyroprof: ([0-9]+) samples,.*/\1/p' <<<"$output"
}

# record_pid COLLECTOR PID: for 0.6 s, and longer if others leave so little of the machine that this
# gives less than 60 samples; messages in $output.
record_pid()
{
	local duration

	for duration in 600ms 3s 12s; do
		run "$PYROPROF" record --collector="$1" -F 999 -d $duration -o p.pb.gz -p "$2"
		echo "$output"
		assert_status 0
		[ "$(samples)" -lt 60 ] || break
	done
	stacks
}

# Until the process $1 has used a twentieth of a second: by then it is in the middle of its work.
wait_for_work()
{
	local stat

	works() { read -r -a stat <"/proc/$1/stat" && [ $((stat[13] + stat[14])) -ge 5 ]; }
	wait_until 20 works "$1"
}

# record_shape COLLECTOR SHAPE [ARG]: of a process that is in the middle of it. $program is another
# build.
record_shape()
{
	local collector=$1 pid

	shift
	in_background "${program:-$shapes}" "$1" 0 "${@:2}"
	pid=$!
	wait_for_work "$pid"
	record_pid "$collector" "$pid"
	kill -KILL "$pid"
}

# record_run COLLECTOR COMMAND...: from its first instruction to its end.
record_run()
{
	run "$PYROPROF" record --collector="$1" -F 999 -o p.pb.gz -- "${@:2}"
	echo "$output"
	assert_status 0
	stacks
}

# exactly PERCENT REGEX [LEAST]: of at least LEAST samples so many have a stack that is this, from
# the first frame to the last one. A sample that is not in the profile at all is not right, either.
exactly()
{
	REGEX="^($2)\$" awk -v percent="$1" -v least="${3:-50}" -v total="$(samples)" '
		BEGIN { regex = ENVIRON["REGEX"] }
		{
			n = $NF
			sub(/ [0-9]+$/, "")
			if ($0 ~ regex)
				right += n
			else
				wrong = wrong n " " substr($0, 1, 2000) "\n"
		}
		END {
			printf "%d of %d samples are right\n", right, total
			if (total >= least && right >= total * percent / 100)
				exit 0
			printf "of /%.2000s/\n%s", regex, wrong
			exit 1
		}' stacks
}

# complete PERCENT: the recording in $output says that so many of its stacks, or more, are complete.
complete()
{
	local percent

	percent=$(sed -nE 's/.*[^0-9.]([0-9.]+) ?% of (the )?stacks complete.*/\1/p' <<<"$output")
	echo "complete: $percent %"
	awk -v a="$percent" -v b="$1" 'BEGIN { exit !(a != "" && a >= b) }'
}
