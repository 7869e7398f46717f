# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scenarios share. Load with `load common` at the top of a .bats file. Set by the runner:
# $PYROPROF (also first on the PATH), $DATA = tests/data, $top_srcdir, $top_builddir.
bats_require_minimum_version 1.5.0

# An empty directory per test to work in; what a test leaves running is ended after it. A file with
# setup() and teardown() of its own calls these two from there.
common_setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	background=()
}

common_teardown()
{
	local pid

	for pid in "${background[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
}

setup()
{
	common_setup
}

teardown()
{
	common_teardown
}

# Run a command in the background, its pid in $!, ended after the test. Closes what bats would wait
# for.
in_background()
{
	"$@" >"$BATS_TEST_TMPDIR/background.$BATS_TEST_NUMBER.log" 2>&1 3>&- &
	background+=("$!")
}

# The recorder in the background, its pid in $recorder, messages in the file `messages`.
start_recorder()
{
	# the redirection below empties it only when the background gets its turn
	: >messages
	# a shell lets its background jobs ignore SIGINT
	env --default-signal=INT "$PYROPROF" record "$@" 2>messages 3>&- &
	recorder=$!
	background+=("$recorder")
}

# Whether a recorder takes samples by now: what it needed to begin with has been given up, and all its
# threads sleep until there is something to fetch.
is_recording()
{
	grep -qx $'NoNewPrivs:\t1' "/proc/$1/status" &&
		! grep -h '^State:' "/proc/$1"/task/*/status | grep -qv 'S (sleeping)'
}

# Until the recorder with the pid $1, or that of start_recorder, takes samples.
wait_for_recorder()
{
	wait_until 30 is_recording "${1:-$recorder}"
}

# End it as people do: $status and $output are those of its whole run.
stop_recorder()
{
	kill -"${1:-TERM}" "$recorder"
	join_recorder
}

# It ends by itself.
join_recorder()
{
	status=0
	wait "$recorder" || status=$?
	output=$(<messages)
	echo "$output"
}

# The demo workload (contrib/demo) in the background, at work; its pid in $demo_pid.
start_demo()
{
	in_background "$top_builddir/contrib/demo/demo" "$@" 120
	demo_pid=$!
	wait_until 20 demo_works
}

# It names its threads one after the other.
demo_works()
{
	grep -qsx worker-1 "/proc/$demo_pid/task/"*/comm
}

# Poll until the command succeeds, at most $1 seconds.
wait_until()
{
	local tries=$(($1 * 20))

	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# Skip the test if the message says that the kernel refuses to record; any other failure is one.
skip_if_refused()
{
	case $1 in
	*"needs CAP_"* | *perf_event_paranoid* | *"needs a kernel with BTF"* | *"locked down"* | \
		*"missing or blocked"* | *"Operation not permitted"* | *"Permission denied"*)
		skip "no recording here: $(head -1 <<<"$1")"
		;;
	esac
	echo "$1"
	return 1
}

# Skip the test where the kernel refuses what recording with $1 (bpf or perf) needs: the reason is
# the program's own.
need_collector()
{
	local why

	why=$("$PYROPROF" record --collector="$1" -d 100ms -o /dev/null -- sleep 1 2>&1) && return
	skip_if_refused "$why"
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# Another user, without capabilities.
as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
}

# need_nobody DIR: where other users may not run programs of a directory, there is nothing to test. Ours is not asked:
# it has to run.
need_nobody()
{
	need_root
	need_program setpriv
	cp "$(type -P true)" "$1/anything"
	as_nobody "$1/anything" || skip "another user cannot run programs in $1"
	rm "$1/anything"
}

need_tui()
{
	"$PYROPROF" tui -h >help
	grep -q list-keys help || skip "built with --disable-tui"
}

need_program()
{
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Checks with a message; $status and $output as `run` leaves them.
assert_status()
{
	[ "$status" = "$1" ] && return
	echo "exit status $status, not $1; output: $output"
	return 1
}

assert_output_has()
{
	[[ $output == *"$1"* ]] && return
	echo "no '$1' in: $output"
	return 1
}
