#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How long and how branched the functions of src/ are, by pmccabe: how many there are of each size, and
# the worst. A report: what is a limit is in check-style.sh.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C

# Lines "PATHS LINES WHERE NAME" for each function.
functions()
{
	# a switch counts once: a table of cases is no harder to read for being long
	find src -name '*.c' | sort | xargs pmccabe | awk -F'\t' '{ split($6, at, /[(): ]+/); print $1, $5, at[1] ":" at[2], at[3] }'
}

# How many of the numbers in column $1 of the rest are within each bound, and the median.
distribution()
{
	local column=$1 name=$2

	shift 2
	awk -v column="$column" '{ print $column }' "$all" | sort -n | awk -v name="$name" -v bounds="$*" '
		{ value[NR] = $1; sum += $1 }
		END {
			n = split(bounds, bound, " ")
			printf "%s: median %d, mean %.1f, largest %d;", name, value[int((NR + 1) / 2)], sum / NR, value[NR]
			for (i = 1; i <= n; i++) {
				above = 0
				for (j = NR; j && value[j] > bound[i]; j--)
					above++
				printf " %d (%.1f %%) above %d%s", above, 100 * above / NR, bound[i], i < n ? "," : "\n"
			}
		}'
}

worst()
{
	printf '%s\n' "$2"
	sort -k"$1,$1nr" "$all" | head -n 10 | awk '{ printf "  %3d paths, %3d lines  %s  %s()\n", $1, $2, $3, $4 }'
}

all=$(mktemp)
trap 'rm -f "$all"' EXIT
functions >"$all"
echo "$(wc -l <"$all") functions in $(find src -name '*.c' | wc -l) files"
distribution 2 "lines" 20 40 60 80
distribution 1 "paths (McCabe)" 5 10 15 20
worst 1 "Most paths:"
worst 2 "Longest:"
