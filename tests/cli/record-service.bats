#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The systemd units in contrib/: systemd understands them, and what it leaves of a process's rights is
# enough.

load common

unit=$top_srcdir/contrib/pyroprof-record.service

# The values of a setting, those of all its lines.
setting()
{
	sed -n "s/^$1=//p" "$unit" | tr '\n' ' '
}

# The command that the unit starts, in an archive of ours and for a while, in $command.
make_command()
{
	read -ra command <<<"$(setting ExecStart)"
	[ "${command[0]}" = pyroprof ]
	[[ " ${command[*]} " == *" --archive=/var/lib/pyroprof "* ]]
	command=("$PYROPROF" "${command[@]:1}" --archive=A --every=1s -d 2500ms)
	export XDG_CACHE_HOME=$PWD/cache
}

# The names of the calls that SystemCallFilter permits.
permitted()
{
	local word

	for word in "$@"; do
		if [[ $word == @* ]]; then
			# shellcheck disable=SC2046
			permitted $(systemd-analyze syscall-filter --no-pager "$word" |
				sed -E 's/\x1b\[[0-9;]*m//g; 1d; s/^ +//; /^#/d; /^$/d')
		else
			echo "$word"
		fi
	done
}

@test "no user's configuration changes what the units do" {
	for unit in "$top_srcdir"/contrib/*.service; do
		[[ " $(setting Environment) " == *" PYROPROF_CONFIG= "* ]]
	done
}

@test "systemd understands the units" {
	need_program systemd-analyze
	cp "$top_srcdir/contrib/pyroprof-archive.timer" .
	for name in pyroprof-record pyroprof-targets pyroprof-archive; do
		sed "s|^ExecStart=pyroprof|ExecStart=$PYROPROF|" "$top_srcdir/contrib/$name.service" >"$name.service"
		run systemd-analyze verify --man=no "./$name.service"
		echo "$output"
		assert_status 0
		[ "$output" = "" ]
	done
	run systemd-analyze verify --man=no ./pyroprof-archive.timer
	echo "$output"
	assert_status 0
	[ "$output" = "" ]
}

@test "what the timer runs every hour is understood, and does something" {
	export PYROPROF_ARCHIVE=$PWD/A
	"$PYROPROF" archive init -q
	for pid in 1 2; do
		"$PYROPROF" archive add -q -l host=h -l pid=$pid "$DATA/cpu.pb.gz"
	done
	while read -ra command; do
		[ "${command[0]}" = pyroprof ]
		[ "${command[-1]}" = --archive=/var/lib/pyroprof ]
		"$PYROPROF" "${command[@]:1:${#command[@]}-2}"
		[ "${command[2]}" != seal ] || [ -n "$(find A/seg -name '*.seg')" ]
	done < <(sed -n 's/^ExecStart=//p' "$top_srcdir/contrib/pyroprof-archive.service")
	# it is years old
	[ "$("$PYROPROF" log --format=json | jq length)" = 0 ]
}

@test "its capabilities are enough for the whole machine" {
	need_root
	need_collector bpf
	need_program setpriv
	need_program jq
	make_command
	caps=-all
	for cap in $(setting CapabilityBoundingSet); do
		cap=${cap,,}
		caps+=,+${cap#cap_}
	done
	in_background "$top_builddir/contrib/demo/demo" --syscalls 120
	demo=$!
	run setpriv --bounding-set "$caps" --inh-caps=-all --no-new-privs "${command[@]}"
	echo "$output"
	assert_status 0
	[ "$output" = "pyroprof: made archive 'A'" ] || [ "$output" = "" ]
	"$PYROPROF" top --archive=A --nodefraction=0 "{pid=\"$demo\"}" >top
	cat top
	grep -q handle_request top
	[ "$("$PYROPROF" log --archive=A --format=json | jq '[.[].start_nanos] | unique | length')" -ge 2 ]
	# the kernel's names, where they are not hidden
	[ "$(awk '$3 == "_stext" && $1 !~ /^0+$/' /proc/kallsyms | wc -l)" = 0 ] ||
		grep -qE 'do_syscall_64|el0_svc' top
}

@test "its filter of system calls permits all that are made" {
	need_root
	need_collector bpf
	need_program strace
	need_program systemd-analyze
	! ldd "$PYROPROF" | grep -q asan || skip "leaks cannot be looked for under strace"
	make_command
	# shellcheck disable=SC2046
	permitted $(setting SystemCallFilter) | sort -u >permitted
	[ "$(wc -l <permitted)" -gt 100 ]
	grep -qx bpf permitted
	run strace -f -qqq -o calls "${command[@]}"
	echo "$output"
	assert_status 0
	# "PID call(...": not signals, exits, or calls that go on
	sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' calls | sort -u >made
	grep -qx perf_event_open made
	[ -z "$(comm -23 made permitted | tee /dev/stderr)" ]
}
