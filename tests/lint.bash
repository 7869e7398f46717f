# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the lint scripts share: where the sources are, and TAP for a check that prints its findings.
root=${top_srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
cd "$root" || exit 99
if [ ! -f src/main.c ]; then
	echo "Bail out! no sources in $root"
	exit 99
fi
lint_n=0
lint_failed=0

# Source files of ours whose names match the patterns (as for find -name), one per line.
sources()
{
	local pattern match=()

	for pattern in "$@"; do match+=(-o -name "$pattern"); done
	find src tests contrib bench proto man completions build-aux m4 doc .ci -type f \
		\( "${match[@]:1}" \) 2>/dev/null | sort
	find . -maxdepth 1 -type f ! -name aclocal.m4 \( "${match[@]:1}" \) -printf '%f\n' | sort
}

# One test named $1: runs the rest; it passes if that prints nothing.
lint()
{
	local name=$1 findings

	shift
	lint_n=$((lint_n + 1))
	findings=$("$@" 2>&1)
	if [ -z "$findings" ]; then
		echo "ok $lint_n - $name"
		return
	fi
	echo "not ok $lint_n - $name"
	head -50 <<<"$findings" | sed 's/^/# /'
	lint_failed=1
}

# As lint, skipped where program $1 is missing.
lint_with()
{
	local program=$1 name=$2

	shift
	if command -v "$program" >/dev/null; then
		lint "$@"
	else
		lint_n=$((lint_n + 1))
		echo "ok $lint_n - $name # SKIP $program is not installed"
	fi
}

lint_done()
{
	echo "1..$lint_n"
	exit $lint_failed
}
