#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Run one test program in the environment all tests share and print its TAP for automake's driver.
#
# What this adds to the program's own TAP, so that no test can pass by accident:
#   - a hang ends after TEST_TIMEOUT seconds (300; 900 for .js, .py and .sh) and is an error;
#   - any exit status but 0, or a failure already reported as "not ok", is an error;
#   - a program that runs no test, or skips one without a reason, is a failure;
#   - a sanitizer finding anywhere below the program, even in a background process or on the left
#     of a pipe, is an error: the sanitizers write to a file of ours that is looked at afterwards;
#   - "# TODO" excuses nothing.
set -u
export LC_ALL=C TZ=UTC0 TERM=dumb
unset NO_COLOR PAGER CLICOLOR CLICOLOR_FORCE COLUMNS LINES GREP_OPTIONS
export CMOCKA_MESSAGE_OUTPUT=TAP
export PYROPROF_CONFIG='' PYROPROF_PAGER='' # none
: "${top_srcdir:?}" "${top_builddir:?}"
export PYROPROF=$top_builddir/pyroprof DATA=$top_srcdir/tests/data
export PATH=$top_builddir:$PATH

program=$1
name=$(basename "$program")
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
chmod 711 "$scratch"
mkdir -m 1777 "$scratch/findings"

export ASAN_OPTIONS=exitcode=99:detect_leaks=1:allocator_may_return_null=1
export ASAN_OPTIONS=$ASAN_OPTIONS:log_path=$scratch/findings/asan
export LSAN_OPTIONS=exitcode=99:log_path=$scratch/findings/lsan
export UBSAN_OPTIONS=exitcode=99:print_stacktrace=1:log_path=$scratch/findings/ubsan

case $name in
*.bats)
	if ! command -v bats >/dev/null; then
		echo "1..0 # SKIP bats is not installed"
		exit 0
	fi
	command=(bats --formatter tap "$program")
	;;
*.sh)
	command=(bash "$program")
	: "${TEST_TIMEOUT:=900}" # clang-tidy reads all sources
	;;
*.py)
	if ! command -v python3 >/dev/null; then
		echo "1..0 # SKIP python3 is not installed"
		exit 0
	fi
	# no __pycache__ in the source tree
	command=(env PYTHONDONTWRITEBYTECODE=1 python3 "$program")
	: "${TEST_TIMEOUT:=900}" # some run the program a thousand times
	;;
*.js)
	if ! command -v node >/dev/null; then
		echo "1..0 # SKIP node is not installed"
		exit 0
	fi
	# a browser leaves folders behind
	mkdir "$scratch/tmp"
	command=(env TMPDIR="$scratch/tmp" node "$program")
	: "${TEST_TIMEOUT:=900}" # a browser takes its time beside other tests
	;;
fuzz_*) command=("$program" "$top_srcdir/tests/fuzz/seeds/${name#fuzz_}"/*) ;;
*) command=("$program") ;;
esac

# To a file, not a pipe: something left behind in the background must not keep us waiting.
timeout --kill-after=10 "${TEST_TIMEOUT:-300}" "${command[@]}" \
	>"$scratch/out" 2>&1 </dev/null 3>&- 4>&- &
job=$!
# timeout passes a signal on to all that it started
trap 'kill "$job" 2>/dev/null' HUP INT TERM
# for ./check, which tells what takes longest
TIMEFORMAT='# took %1R s, %1U + %1S s of processor'
{ time wait "$job"; } 2>&1
status=$?
trap - HUP INT TERM

awk -v status="$status" '
	/^skip: / { reason = substr($0, 7); print "# " $0; next }
	/^(not )?ok / {
		ran++
		gsub(/# *[Tt][Oo][Dd][Oo]/, "- TODO")
	}
	# cmocka 1.1.5 prints "not ok 2 # SKIP name" for a skipped test
	/^not ok [0-9]+ # SKIP / {
		skipped = $0
		sub(/^not ok [0-9]+ # SKIP /, "", skipped)
		if (reason == "")
			failed = 1
		print (reason == "" ? "not ok " : "ok ") $3 " - " skipped \
			(reason == "" ? ": skipped without a reason" : " # SKIP " reason)
		reason = ""
		next
	}
	/^not ok / { failed = 1 }
	/^ok .*# *[Ss][Kk][Ii][Pp] *(\(\))?$/ {
		sub(/^ok/, "not ok")
		sub(/ *# *[Ss][Kk][Ii][Pp].*/, ": skipped without a reason")
		failed = 1
	}
	/^1\.\.0 *# *[Ss][Kk][Ii][Pp]. *[^ ]/ { ran++ }
	/^1\.\.0 *$/ { next }
	{ print }
	END {
		if (!ran)
			print "1..1\nnot ok 1 - no test was run, exit status " status
		exit ran && !failed
	}' "$scratch/out"
clean=$?

# UBSan in one runtime with ASan writes to stderr only: what tests see, or the output here.
grep -aE '^[^#]*: runtime error: ' "$scratch/out" >"$scratch/findings/ubsan-stderr"
for finding in "$scratch"/findings/*; do
	# LeakSanitizer's remark on a process that was killed while it looked says nothing of leaks
	grep -qvE '^==[0-9]+==Unable to get registers from thread [0-9]+\.$' "$finding" || continue
	sed 's/^/# /' "$finding"
	finding_seen=1
done
if [ -n "${finding_seen:-}" ]; then
	echo "# a sanitizer reported the above"
	exit 99
fi
# Programs with failed tests exit non-zero as well; that is one failure, not two. What a signal,
# a timeout or a sanitizer ended is an error of its own.
if [ "$clean" = 0 ] && [ "$status" -lt 99 ]; then
	exit 0
fi
exit "$status"
