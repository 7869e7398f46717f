#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Demangled names against recorded ones and against `go tool pprof`. The columns of the files in
# tests/data are name, system name, and what pprof shows with demangle=default, templates and full;
# names-newer.tsv has what versions of pprof before 2025 show otherwise.

load common

names=$top_builddir/tests/programs/names
mkprofile=$top_srcdir/tests/lib/mkprofile.py

# A profile of the names in the given tables.
profile_of()
{
	need_program python3
	cut -f1,2 "$@" >list
	python3 "$mkprofile" names list names.pb.gz
	[ "$(wc -l <list)" -gt 10 ]
}

@test "demangled names are as recorded, in all styles" {
	tables=("$DATA/names.tsv" "$DATA/names-newer.tsv")
	profile_of "${tables[@]}"
	column=0
	for style in none simple simple templates full; do
		column=$((column + 1))
		[ "$column" != 2 ] || continue
		cut -f"$column" "${tables[@]}" >want
		"$names" "$style" names.pb.gz >got
		diff want got
	done
}

@test "demangled names are as go tool pprof shows them" {
	need_program go
	go_pprof=$(go tool -n pprof) || skip "go has no pprof"
	# a function without any name is shown as its object file
	awk -F'\t' '$1 != "" || $2 != ""' "$DATA/names.tsv" >table
	profile_of table
	for style in simple templates full; do
		"$names" "$style" names.pb.gz >got
		PPROF_BINARY_PATH=/nonexistent HOME=$PWD "$go_pprof" -traces \
			-symbolize="local:demangle=${style/simple/default}" names.pb.gz 2>go.err |
			sed -n 's/^         1   //p' >want
		[ -s want ] || cat go.err
		diff want got
	done
}

@test "an unknown style is refused" {
	printf 'main\n' >list
	need_program python3
	python3 "$mkprofile" names list names.pb.gz
	run "$names" default names.pb.gz
	assert_status 0
	run "$names" llvm names.pb.gz
	assert_status 2
}
