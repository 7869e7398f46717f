#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `top` against `go tool pprof -top`, byte for byte but for the Time: line, and, where the corpus
# lies beside the source tree, against the recorded outputs of other versions of pprof.

load common

shared=${PYROPROF_SHARED:-$top_srcdir/../shared}
corpus=$shared/corpus
mkprofile=$top_srcdir/tests/lib/mkprofile.py
variants=("" -cum -nodecount=5 -nodefraction=0 -sample_index=0 -unit=ms)

need_go_pprof()
{
	need_program go
	go_pprof=$(go tool -n pprof) || skip "go has no pprof"
}

need_corpus()
{
	[ -e "$corpus/$1" ] || skip "no $1 in a corpus beside the source tree"
}

# What both reports are reduced to: the time zone is pprof's own, and Go 1.19 knows no Doc: line.
essence()
{
	grep -av -e '^Time: ' -e '^Doc: ' || true
}

go_top()
{
	PPROF_BINARY_PATH=/nonexistent HOME=$PWD TZ=UTC "$go_pprof" -symbolize=none \
		${1:+"$1"} -top "$2" 2>go.err | essence
}

# The same flag in our spelling: -sample_index=0 is --sample-index=0.
our_top()
{
	local flag=${1:+-$1}

	"$PYROPROF" top ${flag:+"${flag//_/-}"} "$2" 2>our.err | essence
}

# Compare all flags for each file; report the number of equal cases.
compare_files()
{
	local file flag equal=0 total=0

	for file; do
		for flag in "${variants[@]}"; do
			total=$((total + 1))
			go_top "$flag" "$file" >want
			our_top "$flag" "$file" >got
			[ -s want ] || echo "pprof $flag $file: $(cat go.err)"
			if [ -s want ] && cmp -s want got; then
				equal=$((equal + 1))
			else
				echo "top $flag $file:"
				diff want got || true
			fi
		done
	done
	echo "# ${BATS_TEST_DESCRIPTION}: $equal of $total equal" >&3
	[ "$equal" = "$total" ] && [ "$total" -ge "${#variants[@]}" ]
}

@test "our own profiles as go tool pprof shows them" {
	need_go_pprof
	# hostile.pb.gz is left out: pprof prints names as they are
	cd "$DATA"
	files=()
	for file in cpu cpu-more pruned negative seconds; do
		files+=("$DATA/$file.pb.gz")
	done
	cd "$BATS_TEST_TMPDIR"
	compare_files "${files[@]}" "$DATA/heap.pb"
}

@test "profiles of a Go program as go tool pprof shows them" {
	need_go_pprof
	need_corpus go119
	compare_files "$corpus"/go119/*.pb.gz
}

@test "the fixtures of pprof as go tool pprof shows them" {
	need_go_pprof
	need_corpus pprof
	compare_files "$corpus"/pprof/driver-fixtures/*.pb.gz \
		"$corpus/pprof/report-testdata/sample.cpu"
}

@test "profiles in older formats as go tool pprof shows them" {
	need_go_pprof
	need_corpus pprof/profile-testdata
	files=()
	for file in "$corpus"/pprof/profile-testdata/* "$corpus"/pprof/driver-testdata/cppbench.*; do
		case $file in *.string) ;; *) files+=("$file") ;; esac
	done
	for kind in allocs block goroutine heap mutex; do
		[ ! -e "$corpus/go119/$kind.debug1.txt" ] || files+=("$corpus/go119/$kind.debug1.txt")
	done
	compare_files "${files[@]}"
}

@test "older formats that pprof cannot read" {
	need_corpus go119/goroutine.debug2.txt
	"$PYROPROF" top --cum "$corpus/go119/goroutine.debug2.txt" >got
	grep -q '^ *20 95.24% .* 20 95.24%  main.main.func2$' got
	grep -q '^ *0 .* 21 *100%  main.main$' got
	"$PYROPROF" top "$corpus/go119/threadcreate.debug1.txt" >got
	grep -q '^Showing nodes accounting for 0, 0% of 5 total$' got
}

@test "a large generated profile as go tool pprof shows it" {
	need_go_pprof
	generator=$shared/tools/genprofile
	[ -d "$generator" ] || skip "no generator beside the source tree"
	(cd "$generator" && GOCACHE=$BATS_TEST_TMPDIR/cache GOFLAGS=-mod=mod \
		go run main.go -o "$BATS_TEST_TMPDIR/large.pb.gz" -functions 2000 -samples 20000)
	compare_files large.pb.gz
}

@test "the goldens of pprof that top can produce" {
	need_corpus pprof/driver-goldens
	equal=0 total=0
	while read -r golden fixture rest; do
		read -r -a options <<<"$rest"
		"$PYROPROF" top -n 20 --nodefraction=0.05 "${options[@]}" \
			"$corpus/pprof/driver-fixtures/$fixture.pb.gz" |
			sed -n '/^Showing nodes/,$p' >got
		total=$((total + 1))
		if diff "$corpus/pprof/driver-goldens/pprof.$golden" got; then
			equal=$((equal + 1))
		else
			echo "^ $golden"
		fi
	done <<-END
		cpu.flat.functions.text cpu
		heap.flat.inuse_objects.text heap --sample-index=inuse_objects
		heap_alloc.flat.alloc_objects.text heap_alloc --sample-index=alloc_objects
		long_name_funcs.text long_name_funcs
	END
	echo "# goldens: $equal of $total equal" >&3
	[ "$equal" = "$total" ]
}

@test "odd profiles: verdict and report as recorded" {
	need_corpus odd
	need_program python3
	run python3 - "$PYROPROF" "$corpus/odd" <<-'END'
		import json, subprocess, sys
		program, folder = sys.argv[1:]
		with open(f"{folder}/expected.json", encoding="utf-8") as f:
		    expected = json.load(f)
		bad = 0
		for name, want in sorted(expected.items()):
		    r = subprocess.run([program, "top", f"{folder}/{name}.pb.gz"],
		                       capture_output=True, check=False)
		    if want["accepted"]:
		        text = want["top"].encode()
		        if name == "ok_newline_in_string":  # control characters are not printed
		            text = text.replace(b"main.\nfoo", b"main.\\x0afoo")
		        ok = (r.returncode, r.stdout) == (0, text)
		    else:
		        ok = ((r.returncode, r.stdout) == (3, b"") and r.stderr.count(b"\n") == 1
		              and r.stderr.startswith(b"pyroprof: cannot read '"))
		    if not ok:
		        bad += 1
		        print(f"{name}: {r}, not {want}")
		print(f"{len(expected) - bad} of {len(expected)} equal")
		sys.exit(bad != 0 or len(expected) < 60)
	END
	echo "# odd profiles: ${lines[-1]}" >&3
	assert_status 0
}

@test "the same profile in other encodings gives the same report" {
	need_program python3
	files=("$DATA"/cpu.pb.gz "$DATA"/heap.pb "$DATA"/pruned.pb.gz "$DATA"/negative.pb.gz
		"$DATA"/hostile.pb.gz)
	[ ! -d "$corpus/go119" ] || files+=("$corpus"/go119/*.pb.gz)
	for file in "${files[@]}"; do
		"$PYROPROF" top --nodefraction=0 "$file" >want
		[ -s want ]
		for how in shuffle reverse packed unpacked members; do
			python3 "$mkprofile" vary "$how" "$file" varied
			! cmp -s "$file" varied
			"$PYROPROF" top --nodefraction=0 varied >got
			diff want got || {
				echo "$how of $file"
				false
			}
		done
	done
}

@test "the profiles in tests/data are what the script makes" {
	need_program python3
	mkdir made
	python3 "$mkprofile" data made
	for file in made/*; do
		# the bytes of the compressed form depend on the version of zlib
		case $file in
		made/truncated.pb.gz) continue ;;
		*.gz) cmp <(gzip -dc "$file") <(gzip -dc "$DATA/${file#made/}") ;;
		*) cmp "$file" "$DATA/${file#made/}" ;;
		esac
	done
}
