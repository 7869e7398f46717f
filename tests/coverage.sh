#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How much of src/ the unit tests and the golden cases run: a table of lines by folder, by gcov, and the
# files of which they leave most out. A report: no figure fails. The scenarios of tests/cli are not run, so what
# only they reach (the live recorders, most of the terminal program) counts as not run.
#
#	tests/coverage.sh [FOLDER]	a build tree, made if need be (default: ./coverage)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mkdir -p "${1:-coverage}" && cd "${1:-coverage}" && pwd)
export LC_ALL=C

build()
{
	# recorders have threads, hence atomic
	[ -e config.status ] ||
		"$top/configure" --disable-dependency-tracking CFLAGS='-O0 --coverage -fprofile-update=atomic'
	mapfile -t units < <(make -s print-test-logs | sed -n 's|\.log$||; \|^tests/unit/test_|p')
	make -j"$(nproc)" all "${units[@]}"
}

run_tests()
{
	find . -name '*.gcda' -delete
	make -j"$(nproc)" check TESTS="$(make -s print-package-tests)" check_PROGRAMS= check_LIBRARIES= check_DATA=
}

# Lines "FILE LINES RUN"; gcov tells the second as a percentage of the first.
count_lines()
{
	find src -name '*.gcno' -print0 | xargs -0 gcov -n 2>/dev/null | awk '
		/^File / {
			file = substr($0, 7, length($0) - 7)
			ours = sub(/^.*\/src\//, "src/", file) && file ~ /\.c$/
		}
		/^Lines executed:/ && ours {
			split($2, percent, /[:%]/)
			print file, $4, int(percent[2] * $4 / 100 + 0.5)
			ours = 0
		}' | sort -u
}

report()
{
	awk '
		function line(name, lines, run)
		{
			printf "%6.1f %%  %6d of %6d lines  %s\n", lines ? 100 * run / lines : 0, run, lines, name
		}
		{
			folder = $1
			sub(/\/[^\/]*$/, "", folder)
			if (!(folder in lines))
				names[++n] = folder
			lines[folder] += $2
			run[folder] += $3
			all_lines += $2
			all_run += $3
		}
		END {
			for (i = 1; i <= n; i++)
				line(names[i], lines[names[i]], run[names[i]])
			line("in all, by unit tests and golden cases", all_lines, all_run)
			exit !all_run
		}' files
	echo
	echo "Files with the most lines that they do not run:"
	awk '$2 > $3 { printf "%6d of %4d lines  %s\n", $2 - $3, $2, $1 }' files | sort -rn >least
	head <least
}

cd "$work"
{
	build
	run_tests
} >log 2>&1 || {
	tail -20 log >&2
	exit 1
}
count_lines >files
report
