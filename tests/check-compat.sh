#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every test that doc/PPROF-COMPAT.md names exists, and every difference names one.
. "$(dirname "$0")/lint.bash"

document=doc/PPROF-COMPAT.md

# The last column of each row of the tables.
pins()
{
	awk -F' \\| ' '/^\| / && !/^\| pprof \|/ { sub(/ *\|$/, "", $NF); print FNR ": " $NF }' $document
}

check_named()
{
	pins | grep -v '`' | sed "s|.*|$document:&: no test is named|"
}

check_exist()
{
	local pin name

	while read -r pin; do
		name=${pin#*/}
		case $pin in
		golden/*) [ -f "tests/golden/$name/cmd" ] ;;
		unit/*) grep -rqE "^\s+[A-Za-z_]+\(${name}[,)]" tests/unit ;;
		cli/* | conformance/*) [ -f "tests/$pin" ] ;;
		*) false ;;
		esac || echo "$document: there is no $pin"
	done < <(pins | grep -o '`[^`]*`' | tr -d '`' | sort -u)
}

lint "every difference from pprof names a test" check_named
lint "these tests exist" check_exist
lint_done
