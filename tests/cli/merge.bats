#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# merge and convert: where the output goes, against `go tool pprof`, and in other encodings.

load common

shared=${PYROPROF_SHARED:-$top_srcdir/../shared}
corpus=$shared/corpus
mkprofile=$top_srcdir/tests/lib/mkprofile.py

need_go_pprof()
{
	need_program go
	go_pprof=$(go tool -n pprof) || skip "go has no pprof"
}

# What pprof says is in a profile: all samples, locations and mappings.
go_raw()
{
	PPROF_BINARY_PATH=/nonexistent HOME=$PWD TZ=UTC "$go_pprof" -symbolize=none -raw "$@" 2>go.err
}

@test "a line says what was written, -q does not" {
	run --separate-stderr "$PYROPROF" merge -o out.pb.gz "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz"
	assert_status 0
	[ -z "$output" ]
	[[ $stderr =~ ^"pyroprof: 2 profiles, 9 samples: out.pb.gz ("[0-9.]+"B)"$ ]]
	run --separate-stderr "$PYROPROF" merge -q "$DATA/cpu.pb.gz" -o out.pb.gz
	assert_status 0
	[ -z "$output$stderr" ]
	run --separate-stderr "$PYROPROF" convert "$DATA/cpu.pb.gz" -o out.pb.gz
	[[ $stderr =~ ^"pyroprof: 1 profile, 9 samples: out.pb.gz ("[0-9.]+"B)"$ ]]
	gzip -t out.pb.gz
}

@test "a terminal gets no profile" {
	need_program script
	for command in "merge" "merge -o -" "convert" "convert --uncompressed -o -"; do
		run script -qec "$PYROPROF $command $DATA/cpu.pb.gz" /dev/null </dev/null
		assert_status 2
		assert_output_has "a profile is not for a terminal: name a file with -o"
	done
}

@test "to a pipe, a full disk, and over an old file" {
	"$PYROPROF" merge -q "$DATA/cpu.pb.gz" | gzip -t
	"$PYROPROF" merge -q - -o - <"$DATA/cpu.pb.gz" | gzip -t
	run "$PYROPROF" merge -q "$DATA/cpu.pb.gz" -o /dev/full
	assert_status 3
	assert_output_has "cannot write '/dev/full': No space left on device"
	echo old >out.pb.gz
	run "$PYROPROF" merge -q "$DATA/cpu.pb.gz" "$DATA/truncated.pb.gz" -o out.pb.gz
	assert_status 3
	echo old | cmp - out.pb.gz
	"$PYROPROF" merge -q "$DATA/cpu.pb.gz" -o out.pb.gz
	gzip -t out.pb.gz
}

@test "an input can be the output" {
	cp "$DATA/cpu.pb.gz" .
	"$PYROPROF" merge -q cpu.pb.gz "$DATA/cpu-more.pb.gz" -o cpu.pb.gz
	"$PYROPROF" top "$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz" >want
	"$PYROPROF" top cpu.pb.gz | cmp - want
}

@test "what was merged merges to itself" {
	"$PYROPROF" merge -q "$DATA"/{cpu,cpu-more}.pb.gz -o once.pb.gz
	"$PYROPROF" merge -q once.pb.gz | cmp - once.pb.gz
	"$PYROPROF" convert -q once.pb.gz | cmp - once.pb.gz
	"$PYROPROF" merge -q "$DATA"/cpu-more.pb.gz "$DATA"/cpu.pb.gz | "$PYROPROF" top - >swapped
	"$PYROPROF" top once.pb.gz | cmp - swapped
}

@test "a difference is the same as the difference of the sums" {
	"$PYROPROF" merge -q --base="$DATA/cpu.pb.gz" "$DATA"/{cpu,cpu,cpu-more}.pb.gz -o a.pb.gz
	"$PYROPROF" merge -q "$DATA"/{cpu,cpu-more}.pb.gz -o b.pb.gz
	# but for the durations, which add up
	diff <("$PYROPROF" top a.pb.gz | sed -n '/^Showing/,$p') \
		<("$PYROPROF" top b.pb.gz | sed -n '/^Showing/,$p')
}

@test "other encodings of a profile convert to the same bytes" {
	need_program python3
	files=("$DATA"/cpu.pb.gz "$DATA"/heap.pb "$DATA"/pruned.pb.gz "$DATA"/negative.pb.gz
		"$DATA"/hostile.pb.gz)
	[ ! -d "$corpus/go119" ] || files+=("$corpus"/go119/*.pb.gz)
	for file in "${files[@]}"; do
		"$PYROPROF" convert -q "$file" >want
		for how in reverse packed unpacked members; do
			python3 "$mkprofile" vary "$how" "$file" varied
			"$PYROPROF" convert -q varied | cmp - want
		done
		# in another order, the same values: nothing is left of the difference
		python3 "$mkprofile" vary shuffle "$file" varied
		[ "$("$PYROPROF" traces "$file" | grep -c '^---')" -lt 9 ] ||
			! "$PYROPROF" merge -q varied | cmp -s - want || return 1
		"$PYROPROF" merge --base=varied "$file" 2>note >none.pb.gz
		grep -q '^pyroprof: 1 profile, 0 samples: ' note
	done
}

# Merge with both; pprof then has to say the same of both results, to the last number.
compare_merges()
{
	rm -f want.pb.gz got.pb.gz
	PPROF_BINARY_PATH=/nonexistent HOME=$PWD "$go_pprof" -symbolize=none -proto \
		-output=want.pb.gz "${@//--/-}" >go.err 2>&1 || true
	"$PYROPROF" merge -q -o got.pb.gz "${@//--diff_base/--diff-base}" || true
	[ -s want.pb.gz ] && [ -s got.pb.gz ] || {
		cat go.err
		return 1
	}
	go_raw want.pb.gz >want
	go_raw got.pb.gz >got
	diff want got || {
		echo "^ $*"
		return 1
	}
}

@test "merges are those of go tool pprof" {
	need_go_pprof
	more=()
	[ ! -d "$corpus/go119" ] || more=("$corpus"/go119/{heap,cpu,block,mutex}.pb.gz)
	for file in "$DATA"/{cpu,negative,heap,seconds}.pb* "${more[@]}"; do
		compare_merges "$file" "$file"
		compare_merges --base="$file" "$file"
		compare_merges --diff_base="$file" "$file"
	done
	compare_merges "$DATA"/{cpu,cpu-more,cpu}.pb.gz
	compare_merges --base="$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz"
	compare_merges --diff_base="$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz"
	compare_merges --normalize --base="$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz"
	compare_merges --normalize --diff_base="$DATA/cpu-more.pb.gz" "$DATA/cpu.pb.gz"
	if [ -d "$corpus/go119" ]; then
		compare_merges "$corpus"/go119/{heap,allocs}.pb.gz
		compare_merges --base="$corpus"/go119/allocs.pb.gz "$corpus"/go119/heap.pb.gz
		compare_merges --diff_base="$corpus"/go119/block.pb.gz "$corpus"/go119/mutex.pb.gz
	fi
}
