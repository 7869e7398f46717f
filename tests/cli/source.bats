#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `list` against `go tool pprof`, byte for byte where nothing is recursive; `disasm` of programs of
# all kinds, laid out in memory by hand or by the loader, against their symbols, and against
# google/pprof where that is installed ($PPROF): Go's own has another disassembler.

load common
load binary

shared=${PYROPROF_SHARED:-$top_srcdir/../shared}
corpus=$shared/corpus
export PYTHONDONTWRITEBYTECODE=1

need_go_pprof()
{
	need_program go
	go_pprof=$(go tool -n pprof) || skip "go has no pprof"
}

go_report()
{
	PPROF_BINARY_PATH=/nonexistent HOME=/nonexistent TZ=UTC "$go_pprof" -symbolize=none "$@"
}

# list without what Go's own directories would add
our_list()
{
	HOME=/nonexistent GOROOT='' GOPATH='' GOMODCACHE='' "$PYROPROF" list "$@"
}

# The cum of a routine is right where pprof's is not, if it is recursive; the rest is the same.
without_routine_cum()
{
	awk '/\(flat, cum\)/ { print $1; next } { print }' "$1"
}

need_tools()
{
	local tool

	for tool in objdump readelf nm python3; do
		need_program "$tool"
	done
}

# The instruction at SYMBOL+OFFSET of FILE, or the one that begins before it, is the only one of a
# profile with a flat cost, which is $4; with intel syntax and without.
check_cost()
{
	local file=$1 place=$2 profile=$3 address

	address=$((16#$(nm "$file" | awk -v name="${place%+*}" '$3 == name { print $1 }') + ${place#*+}))
	for option in --intel-syntax=false --intel-syntax; do
		"$PYROPROF" disasm --format=csv "$option" "^${place%+*}$" "$profile" >rows
		[ "$(wc -l <rows)" -gt 3 ]
		tail -n +2 rows | while IFS=, read -r flat _ _ symbol at _; do
			[ "$symbol" = "${place%+*}" ]
			[ $((at)) -gt "$address" ] || printf '%s %d\n' "$flat" "$at"
		done >before
		awk '{ flat = $1; sum += $1 } END { exit flat != 10000000 || sum != flat }' before
		# nothing behind it, and it is near
		[ "$(tail -n +2 rows | awk -F, '{ sum += $1 } END { print sum }')" = 10000000 ]
		[ $((address - $(awk 'END { print $2 }' before))) -lt 16 ]
	done
}

# google/pprof disassembles the same.
compare_disasm()
{
	local pprof=${PPROF:-$(command -v pprof || true)}

	[ -n "$pprof" ] || return 0
	for option in -intel_syntax=false -intel_syntax=true; do
		PPROF_BINARY_PATH=/nonexistent HOME=/nonexistent "$pprof" -symbolize=none "$option" \
			-disasm="$1" "$2" >want
		"$PYROPROF" disasm "-${option//_/-}" "$1" "$2" >got
		diff want got
	done
	echo "# disasm of $1 as pprof does it" >&3
}

@test "list of profiles of a Go program as go tool pprof shows them" {
	need_go_pprof
	[ -d "$corpus/go119" ] && [ -d "$shared/tools/realprog" ] ||
		skip "no go119 in a corpus beside the source tree"
	goroot=$(go env GOROOT)
	equal=0 total=0
	for file in "$corpus"/go119/*.pb.gz; do
		for option in -unit=auto -noinlines=true -sample_index=0 -trim_path=/none:example.com \
			-focus=main -relative_percentages=true; do
			go_report "$option" -source_path="$shared/tools/realprog:$goroot/src" -list=. \
				"$file" >want 2>want.err || [ ! -s want ]
			flag=-${option//_/-}
			our_list "${flag/-trim-path=/-trim-path=}" \
				--source-path="$shared/tools/realprog:$goroot/src" . "$file" >got 2>got.err ||
				[ ! -s got ]
			total=$((total + 1))
			without_routine_cum want >want.rest
			# what pprof does not find, we may
			without_routine_cum got >got.rest
			if [ "${option%%=*}" != -trim_path ]; then
				cmp -s want.rest got.rest && equal=$((equal + 1)) ||
					diff want.rest got.rest || echo "^ $option $file"
			else
				grep -F ROUTINE want >want.names || true
				grep -F ROUTINE got | diff want.names - && equal=$((equal + 1))
			fi
		done
	done
	echo "# list: $equal of $total equal" >&3
	[ "$equal" = "$total" ]
	[ "$total" -ge 36 ]
}

@test "list of our own profile as go tool pprof shows it" {
	need_go_pprof
	cd "$DATA/lines"
	routines=0
	for option in -unit=auto -noinlines=true -trim_path=/build/app -source_path=sub \
		-drop_negative=true; do
		flag=-${option//_/-}
		for regex in 'main|sum|square|init|beyond|moved' 'gone|lost|bare|built|^$' 'i'; do
			for file in ../lines.pb.gz ../lines-change.pb.gz ../cpu.pb.gz; do
				go_report -source_path=. "$option" -list="$regex" "$file" \
					>"$BATS_TEST_TMPDIR/want" || [ ! -s "$BATS_TEST_TMPDIR/want" ]
				our_list --source-path=. "$flag" "$regex" "$file" \
					>"$BATS_TEST_TMPDIR/got" || [ ! -s "$BATS_TEST_TMPDIR/got" ]
				diff <(without_routine_cum "$BATS_TEST_TMPDIR/want") \
					<(without_routine_cum "$BATS_TEST_TMPDIR/got")
				routines=$((routines + $(grep -c ROUTINE "$BATS_TEST_TMPDIR/got" || true)))
			done
		done
	done
	[ "$routines" -gt 50 ]
}

@test "a recursive function costs no more than there is" {
	run "$PYROPROF" list --source-path="$DATA/lines" fib "$DATA/lines.pb.gz"
	assert_status 0
	assert_output_has '70ms       70ms (flat, cum) 17.50% of Total'
	need_go_pprof
	run go_report -source_path="$DATA/lines" -list=fib "$DATA/lines.pb.gz"
	assert_output_has '70ms      190ms (flat, cum) 47.50% of Total'
}

@test "list finds the standard library of a program built with -trimpath" {
	need_program go
	[ -d "$corpus/go119" ] || skip "no go119 in a corpus beside the source tree"
	export GOROOT
	GOROOT=$(go env GOROOT)
	run "$PYROPROF" list '^runtime.mallocgc$' "$corpus/go119/cpu.pb.gz"
	assert_status 0
	assert_output_has 'mp.mallocing = 0'
	assert_output_has ' in runtime/malloc.go'
}

@test "disasm of a position-independent program" {
	need_tools
	demo=$top_builddir/contrib/demo/demo
	profile_of demo.pb "$demo" $((0x555500000000)) compress_block+20 main+40
	check_cost "$demo" compress_block+20 demo.pb
	check_cost "$demo" main+40 demo.pb
	compare_disasm 'compress_block|main' demo.pb
	# pprof needs names in the profile to find them in the file
	"$PYROPROF" disasm main demo.pb >want
	nameless='' profile_of demo.pb "$demo" $((0x555500000000)) compress_block+20 main+40
	"$PYROPROF" disasm main demo.pb >got
	grep -v '^ROUTINE' want | cut -c1-60 >want.start
	grep -v '^ROUTINE' got | cut -c1-60 | diff want.start -
}

@test "disasm of a program that is not position-independent" {
	need_tools
	need_program gcc
	cat >fixed.c <<-'END'
		#include <stdlib.h>
		__attribute__((noinline)) int inner(int x) { return x * rand() + 7; }
		__attribute__((noinline)) int outer(int x) { return inner(x) + inner(x + 1); }
		int main(void) { return outer(3); }
	END
	gcc -O1 -falign-functions=64 -g -no-pie -o fixed fixed.c
	profile_of fixed.pb "$PWD/fixed" 0 inner+4 outer+9 main+5
	check_cost fixed inner+4 fixed.pb
	check_cost fixed outer+9 fixed.pb
	compare_disasm 'inner|outer' fixed.pb
	# where another function follows at once, pprof leaves out the last instruction
	gcc -O1 -falign-functions=1 -g -no-pie -o tight fixed.c
	profile_of tight.pb "$PWD/tight" 0 inner+4
	"$PYROPROF" disasm --format=csv inner tight.pb | tail -1 >got
	grep -qE ',ret' got
}

@test "disasm of a shared library" {
	need_tools
	library=$(readlink -f "$top_builddir/tests/programs/plugin.so")
	symbol=$(nm "$library" | awk '$2 == "T" { print $3; exit }')
	profile_of plugin.pb "$library" $((0x7f1200000000)) "$symbol+8"
	check_cost "$library" "$symbol+8" plugin.pb
	compare_disasm "$symbol" plugin.pb
}

@test "disasm finds C++ by every readable form of a name" {
	need_tools
	need_program g++
	cat >shop.cc <<-'END'
		namespace shop {
		template <class T> struct Cart {
			__attribute__((noinline)) T sum(int k) { return (T)k * (T)3; }
		};
		}
		volatile double sink;
		int main() { shop::Cart<double> c; sink = c.sum(7); return 0; }
	END
	g++ -O1 -g -o shop shop.cc
	nameless='' profile_of shop.pb "$PWD/shop" 65536 _ZN4shop4CartIdE3sumEi+0
	while read -r regex name; do
		"$PYROPROF" disasm "$regex" shop.pb >got
		[ "$(sed -n 2p got)" = "ROUTINE ======================== $name" ]
	done <<-'END'
		sum\(int\)$ shop::Cart<double>::sum(int)
		sum$ shop::Cart<double>::sum
		^shop::Cart::sum$ shop::Cart::sum
		4Cart _ZN4shop4CartIdE3sumEi
	END
}

@test "disasm takes addresses of the process and of the file" {
	need_tools
	demo=$top_builddir/contrib/demo/demo
	profile_of demo.pb "$demo" $((0x555500000000)) compress_block+20
	address=$((16#$(nm "$demo" | awk '$3 == "compress_block" { print $1 }')))
	"$PYROPROF" disasm compress_block demo.pb >want
	"$PYROPROF" disasm "$(printf '0x%x' $((0x555500000000 + address + 20)))" demo.pb >got
	diff want got
	"$PYROPROF" disasm "$(printf '0x%x' "$address")" demo.pb >got
	diff want got
	"$PYROPROF" disasm "$address" demo.pb >got
	diff want got
	# a function that costs nothing
	address=$((0x555500000000 + 16#$(nm "$demo" | awk '$3 == "main" { print $1 }')))
	run "$PYROPROF" disasm "$(printf '0x%x' "$address")" demo.pb
	assert_status 3
	assert_output_has 'do not have samples in the profile'
}

@test "disasm counts a sample once, however often it recurs" {
	need_tools
	demo=$top_builddir/contrib/demo/demo
	# three samples: 20 < 21 < 60, 21 < 60, 60
	profile_of demo.pb "$demo" $((0x555500000000)) compress_block+20 compress_block+60 \
		compress_block+20 main+40
	"$PYROPROF" disasm compress_block demo.pb >got
	grep -q '^ *30ms *30ms (flat, cum) 75.00% of Total' got
	# in Intel's syntax there are no percent signs but that one
	"$PYROPROF" disasm --intel-syntax compress_block demo.pb >got
	[ "$(grep -c % got)" = 1 ]
	"$PYROPROF" disasm --format=csv compress_block demo.pb >got
	[ "$(head -1 got)" = flat,cum,unit,symbol,address,instruction,function,file,line ]
	[ "$(awk -F, '{ flat += $1 } END { print flat }' got)" = 30000000 ]
	"$PYROPROF" disasm --format=json compress_block demo.pb >got.json
	python3 - <<-'END'
		import json
		with open("got.json", encoding="utf-8") as f:
		    routine, = json.load(f)["routines"]
		assert routine["names"] == ["compress_block"] and routine["cum"] == 30000000
		assert sum(i["flat"] for i in routine["instructions"]) == 30000000
		assert any(i.get("file") == "demo.c" for i in routine["instructions"])
	END
}

@test "disasm refuses a binary of another build, and finds the right one" {
	need_tools
	cp "$top_builddir/contrib/demo/demo" demo
	build_id=0123456789abcdef profile_of demo.pb "$PWD/demo" 4096 compress_block+20
	run "$PYROPROF" disasm compress_block demo.pb
	assert_status 3
	assert_output_has "not using '$PWD/demo': its build id is '"
	profile_of demo.pb "$PWD/demo" 4096 compress_block+20
	"$PYROPROF" disasm compress_block demo.pb >want
	id=$(readelf -n demo | sed -n 's/.*Build ID: //p')
	mkdir -p "binaries/$id"
	mv demo "binaries/$id/other-name"
	run "$PYROPROF" disasm compress_block demo.pb
	assert_status 3
	"$PYROPROF" disasm --binary-path=/none:binaries compress_block demo.pb >got
	diff want got
	PPROF_BINARY_PATH=binaries "$PYROPROF" disasm compress_block demo.pb >got
	diff want got
}

@test "disasm and list of a real recording" {
	need_tools
	need_collector auto
	"$PYROPROF" record -q -d 1s -F 499 -o real.pb.gz -- "$top_builddir/contrib/demo/demo" 60 ||
		[ -s real.pb.gz ]
	"$PYROPROF" disasm '^compress_block$' real.pb.gz >got
	grep -q '^ROUTINE ======================== compress_block$' got
	# half of the time is its own, and all of that at instructions of it
	"$PYROPROF" disasm --format=csv '^compress_block$' real.pb.gz |
		awk -F, 'NR > 1 { sum += $1; if ($1 && $7 != "compress_block") exit 1 } END { exit sum <= 0 }'
}

@test "the profiles with lines in tests/data are what the script makes" {
	need_program python3
	mkdir made
	python3 "$mklines" data made
	for file in made/*; do
		cmp <(gzip -dc "$file") <(gzip -dc "$DATA/${file#made/}")
	done
}
