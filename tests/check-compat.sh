#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every test that doc/PPROF-COMPAT.md and SECURITY.md name exists, and every row there names one.
. "$(dirname "$0")/lint.bash"

documents=(doc/PPROF-COMPAT.md SECURITY.md)

# The last column of each row of the tables.
pins()
{
	awk -F' \\| ' '
		/^\| / && !/\| (pinned|tested) by \|$/ { sub(/ *\|$/, "", $NF); print FILENAME ":" FNR ": " $NF }' \
		"${documents[@]}"
}

check_named()
{
	pins | grep -v '`' | sed "s|$|: no test is named|"
}

check_exist()
{
	local pin name

	while read -r pin; do
		name=${pin#*/}
		case $pin in
		golden/*) [ -f "tests/golden/$name/cmd" ] ;;
		unit/test_*) [ -f "tests/$pin.c" ] ;;
		unit/*) grep -rqE "^\s+[A-Za-z_]+\(${name}[,)]" tests/unit ;;
		fuzz/*) [ -f "tests/fuzz/fuzz_$name.c" ] ;;
		cli/* | conformance/* | browser/*) [ -f "tests/$pin" ] ;;
		*) false ;;
		esac || echo "there is no $pin"
	done < <(pins | grep -o '`[^`]*`' | tr -d '`' | sort -u)
}

lint "every difference from pprof, and every promise, names a test" check_named
lint "these tests exist" check_exist
lint_done
