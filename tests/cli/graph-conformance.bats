#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `graph` and `callgrind` against `go tool pprof`, byte for byte but for the Time: line and what the
# manual pages say; and, where the corpus lies beside the source tree, against pprof's own goldens.

load common

corpus=${PYROPROF_SHARED:-$top_srcdir/../shared}/corpus

need_go_pprof()
{
	need_program go
	go_pprof=$(go tool -n pprof) || skip "go has no pprof"
}

need_corpus()
{
	[ -e "$corpus/$1" ] || skip "no $1 in a corpus beside the source tree"
}

# The time zone is pprof's own, Go 1.19 knows no Doc:, and how often a call was made nobody knows.
essence()
{
	sed -e 's/\\lTime: [^\\]*//; s/\\lDoc: [^\\]*//; s/^calls=0/calls=1/'
}

# Compare format $1 (dot, callgrind) of the files given with each of the flags in `variants`.
compare_files()
{
	local format=$1 command=$1 file flag equal=0 total=0

	shift
	[ "$format" = callgrind ] || command=graph
	for file; do
		for flag in "${variants[@]}"; do
			total=$((total + 1))
			PPROF_BINARY_PATH=/nonexistent HOME=$PWD TZ=UTC "$go_pprof" -symbolize=none \
				${flag:+"$flag"} "-$format" "$file" 2>go.err | essence >want
			"$PYROPROF" "$command" --demangle=none ${flag:+"-${flag//_/-}"} "$file" | essence >got
			if [ -s want ] && cmp -s want got; then
				equal=$((equal + 1))
			else
				echo "$command $flag $file: $(cat go.err)"
				diff want got || true
			fi
		done
	done
	echo "# ${BATS_TEST_DESCRIPTION}: $equal of $total equal" >&3
	[ "$equal" = "$total" ] && [ "$total" -ge "${#variants[@]}" ]
}

own_files=()
for name in cpu cpu-more pruned negative seconds; do
	own_files+=("$DATA/$name.pb.gz")
done
own_files+=("$DATA/heap.pb")
dot_variants=("" -nodecount=4 -lines -addresses -edgefraction=0.1 -trim=false -unit=ms -focus=main)
callgrind_variants=("" -unit=ns -focus=main -cum)

@test "graphs of our own profiles" {
	need_go_pprof
	variants=("${dot_variants[@]}")
	compare_files dot "${own_files[@]}"
}

@test "callgrind's format of our own profiles" {
	need_go_pprof
	variants=("${callgrind_variants[@]}")
	compare_files callgrind "${own_files[@]}"
}

@test "graphs of a Go program's profiles" {
	need_go_pprof
	need_corpus go119
	variants=("" -nodecount=10 -lines)
	compare_files dot "$corpus"/go119/*.pb.gz
}

@test "callgrind's format of a Go program's profiles" {
	need_go_pprof
	need_corpus go119
	variants=("" -cum)
	compare_files callgrind "$corpus"/go119/*.pb.gz
}

@test "pprof's goldens" {
	need_corpus pprof/driver-goldens
	equal=0 total=0
	while read -r golden fixture command options; do
		read -r -a options <<<"$options"
		"$PYROPROF" "$command" --demangle=none -n 20 --nodefraction=0.05 --edgefraction=0.01 \
			"${options[@]}" "$corpus/pprof/driver-fixtures/$fixture.pb.gz" | essence >got
		total=$((total + 1))
		if essence <"$corpus/pprof/driver-goldens/pprof.$golden" | diff - got; then
			equal=$((equal + 1))
		else
			echo "^ $golden"
		fi
	done <<-END
		cpu.flat.functions.dot cpu graph
		cpu.flat.functions.call_tree.dot cpu graph --call-tree
		contention.cum.files.dot contention graph --cum --files
		long_name_funcs.dot long_name_funcs graph
		heap_sizetags.dot heap_sizetags graph
		heap.flat.lines.dot.focus heap graph --lines --focus=[12]00
		heap.flat.inuse_space.dot.focus heap graph --tagfocus=1mb:2gb
		heap_alloc.flat.alloc_space.dot heap_alloc graph --sample-index=alloc_space --tagshow=[2]00
		heap_alloc.flat.alloc_space.dot.focus heap_alloc graph --sample-index=alloc_space --focus=[234]00
		cpu.callgrind cpu callgrind
		cpu.call_tree.callgrind cpu callgrind --call-tree
		heap.callgrind heap callgrind
	END
	echo "# goldens: $equal of $total equal" >&3
	[ "$equal" = "$total" ]
}
