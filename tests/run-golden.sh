#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Run the golden cases: tests/golden/<case>/cmd is a line of shell, run in an empty directory with
# `pyroprof` on the PATH and $DATA = tests/data; what it prints and its exit status must equal the
# files stdout, stderr and exit beside it (a missing one means nothing printed, exit 0).
#
#	UPDATE=1 tests/run-golden.sh [CASE...]    rewrite the expectations; read them before committing
set -u
here=$(cd "$(dirname "$0")" && pwd)
export DATA=${DATA:-$here/data} LC_ALL=C TZ=UTC0 PYROPROF_CONFIG=
cases=("$@")
if [ $# = 0 ]; then
	for dir in "$here"/golden/*/; do
		[ -f "$dir/cmd" ] && cases+=("$(basename "$dir")")
	done
fi
if [ ${#cases[@]} = 0 ]; then
	echo "1..0 # SKIP no golden cases in tests/golden"
	exit 0
fi
command -v pyroprof >/dev/null || {
	echo "run-golden.sh: pyroprof is not on the PATH" >&2
	exit 99
}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

# Write the text of file $1, or nothing, to $2, so that a missing expectation is an empty one.
expectation()
{
	if [ -f "$1" ]; then cp "$1" "$2"; else : >"$2"; fi
}

# Run case $1; leaves stdout, stderr, exit in $scratch/got.
run_case()
{
	rm -rf "$scratch/got" "$scratch/want" "$scratch/cwd"
	mkdir "$scratch/got" "$scratch/want" "$scratch/cwd"
	(cd "$scratch/cwd" && exec sh "$here/golden/$1/cmd") \
		>"$scratch/got/stdout" 2>"$scratch/got/stderr" </dev/null
	echo $? >"$scratch/got/exit"
}

update_case()
{
	local dir=$here/golden/$1 part

	for part in stdout stderr exit; do
		if [ -s "$scratch/got/$part" ]; then
			cp "$scratch/got/$part" "$dir/$part"
		else
			rm -f "$dir/$part"
		fi
	done
	[ "$(cat "$dir/exit")" != 0 ] || rm -f "$dir/exit"
}

compare_case()
{
	local dir=$here/golden/$1 part

	for part in stdout stderr; do
		expectation "$dir/$part" "$scratch/want/$part"
	done
	if [ -f "$dir/exit" ]; then cp "$dir/exit" "$scratch/want"; else echo 0 >"$scratch/want/exit"; fi
	diff -u "$scratch/want" "$scratch/got" >"$scratch/diff" && return
	sed "s|$scratch/||; s/^/# /" "$scratch/diff"
	return 1
}

echo "1..${#cases[@]}"
failed=0
n=0
for case in "${cases[@]}"; do
	n=$((n + 1))
	if [ ! -f "$here/golden/$case/cmd" ]; then
		echo "not ok $n - $case: no such case"
		failed=1
		continue
	fi
	run_case "$case"
	[ -z "${UPDATE:-}" ] || update_case "$case"
	if compare_case "$case"; then
		echo "ok $n - $case"
	else
		echo "not ok $n - $case"
		failed=1
	fi
done
exit $failed
