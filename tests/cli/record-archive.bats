#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Recordings that go into the archive: no sample is lost between windows or processes, labels say
# whose they are, and what was told to be there is there, whatever happens.

load common

target=$top_builddir/tests/programs/target

setup()
{
	common_setup
	need_program jq
	export PYROPROF_ARCHIVE=$PWD/A
	export HOME=$PWD/home
	unset XDG_DATA_HOME
}

# Samples in all entries that a selector finds.
samples_of()
{
	"$PYROPROF" top --sample-index=samples --nodefraction=0 --format=json "$@" | jq .total
}

# The samples that the summaries in $output speak of, and how many of these there are.
told()
{
	sed -nE 's/^pyroprof: ([0-9]+) samples, .*/\1/p' <<<"$output" | awk '{ n += $1 } END { print n + 0 }'
}

windows()
{
	grep -cE '^pyroprof: [0-9]+ samples, ' <<<"$output"
}

# The ids in messages, as far as they are told.
ids()
{
	sed -nE 's/^pyroprof: [0-9]+ samples, .*: (entry |[0-9]+ entries \()([0-9a-f ]+)\)?$/\2/p' | tr ' ' '\n'
}

# How many entries they speak of.
entries_told()
{
	sed -nE 's/^pyroprof: [0-9]+ samples, .*: (([0-9]+) entries\b.*|entry .*)$/\2/p' |
		awk '{ n += $1 == "" ? 1 : $1 } END { print n + 0 }'
}

log()
{
	"$PYROPROF" log --format=json "$@" | jq -r "$query"
}

# Also of a test that has failed.
teardown()
{
	common_teardown
	! mountpoint -q small || umount small
	[ -z "${cgroup:-}" ] || wait_until 5 rmdir "$cgroup" 2>/dev/null
}

# A cgroup $cgroup named like that of $container; what runs in it must be in the background.
make_container()
{
	local root

	root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$root" ] || skip "there is no cgroup2 file system"
	container=$(printf '%064x' "$$")
	cgroup=$root/docker-$container.scope
	mkdir "$cgroup" || { cgroup=; skip "no cgroup can be made here"; }
}

@test "a command: the windows' samples are its CPU time, without a gap" {
	for collector in bpf perf; do
		need_collector $collector
		run "$PYROPROF" record --collector=$collector --every 1s --archive -l run=$collector -- \
			bash -c "exec '$target' meter 0 >cpu"
		echo "$output"
		assert_status 0
		[ "$(windows)" -ge 2 ]
		sum=$(samples_of "{run=\"$collector\"}")
		[ "$sum" = "$(told)" ]
		# of a target that shares its processors, each tick finds it there by chance
		read -r cpu_ms wall_ms <cpu
		[ "$cpu_ms" -ge 2000 ]
		awk -v n="$sum" -v cpu="$cpu_ms" -v wall="$wall_ms" 'BEGIN {
			share = cpu / (wall * 2)
			by = cpu * 0.099 * 0.05 + 4 * sqrt(cpu * 0.099 * (share < 1 ? 1 - share : 0))
			d = n - cpu * 0.099
			print n " samples, " cpu * 0.099 " due, give or take " by
			exit (d < 0 ? -d : d) > by
		}'
		# one begins where the one before ended
		query='sort_by(.start_nanos)[] | "\(.start_nanos) \(.start_nanos + .duration_nanos)"'
		end=
		while read -r start next; do
			[ -z "$end" ] || [ "$((start > end ? start - end : end - start))" -lt 1000000 ]
			end=$next
		done < <(log "{run=\"$collector\"}")
	done
}

@test "a process: labels, and nothing in the profiles that differs but samples" {
	need_collector perf
	in_background "$target" spin 0
	run "$PYROPROF" record --collector=perf -p $! --every 1s -d 2500ms --archive=B -l service=api -l exe=mine
	echo "$output"
	assert_status 0
	[ "${lines[0]}" = "pyroprof: made archive 'B'" ]
	[ "$(windows)" = 3 ]
	query='[.[].labels | {pid, comm, exe, service}] | unique | .[]'
	[ "$("$PYROPROF" log --archive=B --format=json | jq -c "$query")" = \
		"{\"pid\":\"$!\",\"comm\":\"target\",\"exe\":\"mine\",\"service\":\"api\"}" ]
	"$PYROPROF" log --archive=B --format=json >log
	[ "$(jq '[.[].labels.build_id] | unique | length' log)" = 1 ]
	[ "$(jq '[.[].period] | unique | length' log)" = 1 ]
	[ "$(jq '[.[].labels.cgroup] | unique[0] | length > 0' log)" = true ]
	[ "$("$PYROPROF" raw --archive=B '{}' | grep -c '^Comment.*recorded by')" = 1 ]
	[ "$("$PYROPROF" raw --archive=B '{}' | grep -c 'pid:')" = 0 ]
	# the ids are told in full
	[ "$(ids <<<"$output" | sort)" = "$(jq -r '.[].id' log | sort)" ]
	for id in $(ids <<<"$output"); do
		"$PYROPROF" top --archive=B "@$id" >/dev/null
	done
	run "$PYROPROF" archive verify --archive=B
	assert_status 0
}

@test "several processes: an entry for each" {
	for collector in bpf perf; do
		need_collector $collector
		in_background "$target" spin 0
		one=$!
		in_background "$top_builddir/contrib/demo/demo" 120
		two=$!
		run "$PYROPROF" record --collector=$collector -p $one,$two -d 1s --archive -l run=$collector
		echo "$output"
		assert_status 0
		assert_output_has ": 2 entries ("
		query='.[].labels | "\(.pid) \(.comm) \(.exe)"'
		[ "$(log "{run=\"$collector\"}" | sort)" = \
			"$(printf '%s\n' "$one target $(realpath "$target")" \
				"$two demo $(realpath "$top_builddir/contrib/demo/demo")" | sort)" ]
		[ "$(samples_of "{run=\"$collector\"}")" = "$(told)" ]
		# each is a profile of its own program only
		"$PYROPROF" top --nodefraction=0 "{pid=\"$one\",run=\"$collector\"}" >top
		grep -q '^File: target$' top
		! grep -q compress_block top
		kill -KILL $one $two
	done
}

@test "the whole machine: every sample is in one entry" {
	need_root
	need_collector bpf
	in_background "$target" fork 100000
	in_background "$target" spin 0
	spin=$!
	run "$PYROPROF" record --collector=bpf -a --every 1s -d 3s --archive
	echo "$output"
	assert_status 0
	[ "$(windows)" -ge 2 ]
	[ "$(samples_of '{}')" = "$(told)" ]
	[ "$(samples_of "{pid=\"$spin\"}")" -gt 0 ]
	# of every process that ran, but not of every fork of it another name
	query='[.[] | select(.labels.pid == null)] | length'
	[ "$(log)" = 0 ]
	query='.[] | "\(.start_nanos) \(.labels.pid)"'
	[ -z "$(log | sort | uniq -d)" ]
	[ "$(entries_told <<<"$output")" = "$(query='length' log)" ]
	run "$PYROPROF" archive verify
	assert_status 0
}

@test "a container is one entry, whatever runs in it" {
	need_root
	need_collector bpf
	make_container
	for _ in 1 2; do
		in_background bash -c "echo \$\$ >'$cgroup/cgroup.procs' && exec '$target' spin 0"
	done
	wait_until 5 eval '[ "$(sed "s|.*|/proc/&/comm|" "$cgroup/cgroup.procs" | xargs grep -lx target | wc -l)" = 2 ]'
	run "$PYROPROF" record --collector=bpf -a -d 1s --archive
	echo "$output"
	assert_status 0
	query='.[].labels | "\(.container_id) \(.cgroup) \(.pid) \(.comm)"'
	[ "$(log "{container_id!=\"\"}")" = "$container /docker-$container.scope null target" ]
	[ "$(samples_of '{}')" = "$(told)" ]
}

@test "kill -9: what was told is there, and all is well" {
	need_root
	need_collector bpf
	in_background "$target" fork 100000
	for round in 1 2 3; do
		start_recorder --collector=bpf -a --every 1s --archive -l round=$round
		wait_until 20 eval '[ "$(grep -c entries messages)" -ge 2 ]'
		sleep 0.$((RANDOM % 10))
		# with the writers, as when the power fails
		kill -KILL "$recorder" $(pgrep -P "$recorder")
		wait "$recorder" || true
	done
	run "$PYROPROF" archive verify
	echo "$output"
	assert_status 0
	[ "$(entries_told <messages)" -gt 2 ]
	[ "$(query='length' log '{round="3"}')" -ge "$(entries_told <messages)" ]
}

@test "a full disk is told, costs what had no room, and the recording goes on" {
	need_root
	need_collector perf
	mkdir small
	mount -t tmpfs -o size=8k none small || skip "no tmpfs can be mounted here"
	start_recorder --collector=perf --every 1s --archive=small -- "$target" spin 100000
	wait_until 10 grep -q 'No space left on device' messages
	n=$(grep -c 'entry [0-9a-f]' messages) || true
	mount -o remount,size=16m small
	wait_until 10 eval '[ "$(grep -c "entry [0-9a-f]" messages)" -gt "$n" ]'
	stop_recorder
	"$PYROPROF" archive verify --archive=small >verified
	"$PYROPROF" log --archive=small --format=json | jq -r '.[].id' | sort >there
	umount small
	assert_status 3
	cat verified
	grep -q 'all is well' verified
	[ "$(ids <<<"$output" | sort)" = "$(<there)" ]
	assert_output_has "1 of 1 entries could not be stored: cannot write 'small/"
	[[ $(tail -1 <<<"$output") == "pyroprof: "*" of "*" windows could not be written" ]]
}

@test "where the archive is, and what does not go with it" {
	need_collector perf
	unset PYROPROF_ARCHIVE
	run "$PYROPROF" record --collector=perf --archive -- "$target" spin 300
	assert_status 0
	[ "${lines[0]}" = "pyroprof: made archive '$HOME/.local/share/pyroprof'" ]
	[ "$("$PYROPROF" log | wc -l)" = 2 ]
	PYROPROF_ARCHIVE=$PWD/C run "$PYROPROF" record -q --collector=perf --archive -- "$target" spin 300
	assert_status 0
	[ "$output" = "" ]
	[ -e C/ARCHIVE ]
	[ ! -e pyroprof.pb.gz ]
	mkdir full
	touch full/file
	run "$PYROPROF" record --archive=full -- touch started
	assert_status 2
	assert_output_has "'full' is neither empty nor an archive"
	[ ! -e started ]
	run "$PYROPROF" record --archive -o x -- touch started
	assert_status 2
	assert_output_has "-o and --archive exclude each other"
	run "$PYROPROF" record -l a=b -- touch started
	assert_status 2
	assert_output_has "-l needs --archive"
	run "$PYROPROF" record --archive -l 1=b -- touch started
	assert_status 2
	assert_output_has "option '-l': "
	[ ! -e started ]
}

@test "nothing ran: there is no entry, and no failure" {
	need_collector perf
	run "$PYROPROF" record --collector=perf --archive -d 300ms -- sleep 5
	assert_status 0
	[ "$("$PYROPROF" log --format=json | jq '[.[].types[0].total] | add // 0')" = "$(told)" ]
}
