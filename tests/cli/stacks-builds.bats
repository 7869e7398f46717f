#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The same program built, stripped, moved and shut away in other ways: its stacks are the same.

load common
load shapes

sources=$BATS_TEST_DIRNAME/../programs

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	COLLECTORS=$(table_collectors)
	export COLLECTORS
}

deep="${root}shape_deep;deep_1;deep_2;deep_3;deep_4;deep_5;deep_6;deep_7;deep_8;leaf_forever;leaf"
interrupted="sig_outer(;sig_tiny(;sig_end)?)?"

# build COMPILER FLAG...: the program of tests/programs as ./shapes; skips where that cannot be.
build()
{
	local compiler=$1 includes

	shift
	need_program "$compiler"
	includes=(-I"$top_builddir" -I"$sources" -D_GNU_SOURCE -std=gnu17 -O2 -g -w)
	"$compiler" "${includes[@]}" "$@" -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer \
		-fno-asynchronous-unwind-tables -fno-unwind-tables -c -o fp.o "$sources/shapes_fp.c" &&
		"$compiler" "${includes[@]}" "$@" -pthread -o shapes "$sources/shapes.c" \
			"$sources/shapes_os.c" fp.o -ldl 2>why ||
		skip "cannot build with $compiler $*: $(tail -1 why)"
	program=./shapes
}

# The shapes that differ most between ways to build.
shapes_hold()
{
	local sort

	sort=$(in_library '(libc\.so|shapes)' '(__GI_)?_*qsort(_r)?' 'msort_with_tmp[^;]*')
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" deep
		exactly 99 "$deep"
		complete 99
		record_shape "$collector" qsort
		exactly 99 "${root}shape_qsort(;$sort)*(;qsort_compare(;leaf)?)?"
		complete 99
		record_shape "$collector" signal
		exactly 99 "${root}shape_signal;$interrupted(;$signal_frame(;on_signal(;leaf)?)?)?"
		complete 99
	done
}

# ---- ways to build ----

@test "built at a fixed address" {
	build cc -no-pie -fno-pie
	shapes_hold
}

@test "built static" {
	build cc -static -fno-pie -no-pie
	shapes_hold
}

@test "built static and position-independent" {
	build cc -static-pie -fPIE
	shapes_hold
}

@test "built by clang" {
	build clang
	shapes_hold
}

@test "linked by lld, whose segments share pages of the file" {
	need_program ld.lld
	build cc -fuse-ld=lld
	# the code does not begin at the beginning of a page
	readelf -lW shapes | awk '/LOAD.* R E / && $2 !~ /000$/ { found = 1 } END { exit !found }'
	need_tables
	for collector in "${collectors[@]}"; do
		record_shape "$collector" deep
		exactly 99 "$deep"
		complete 99
	done
}

@test "built with frame pointers" {
	build cc -fno-omit-frame-pointer
	shapes_hold
}

@test "built with less optimization, and for size" {
	need_tables
	for level in -O0 -O1 -Os; do
		build cc $level
		record_shape bpf deep
		exactly 99 "$deep"
		complete 99
	done
}

# There is nothing but frame pointers: in the middle of a prologue they miss a caller.
@test "built without unwind tables, with frame pointers" {
	build cc -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-omit-frame-pointer
	need_collector bpf
	need_collector perf
	for collector in bpf perf; do
		record_shape "$collector" deep
		exactly 99 ".*main;shape_deep;deep_1;deep_2;deep_3;deep_4;deep_5;deep_6;deep_7;deep_8;leaf_forever;leaf"
	done
	record_shape bpf deep
	exactly 99 "$deep"
	complete 99
}

@test "C++: exceptions are on their way" {
	need_program c++
	need_tables
	c++ -O2 -g -o shapes-cxx "$sources/shapes_cxx.cc"
	for collector in "${collectors[@]}"; do
		in_background ./shapes-cxx 0
		pid=$!
		wait_for_work "$pid"
		record_pid "$collector" "$pid"
		kill -KILL "$pid"
		# catcher calls the end of its catch block with a jump, and is gone then
		exactly 99 "${root}shapes::loop(\(\))?(;shapes::catcher(\(\))?(;shapes::middle(\(int\))?)*)?(;[^;]+)*"
		complete 99
		grep -qE ';shapes::thrower[^;]*;[^;]*(__cxa_throw|libstdc)[^;]*;[^;]*(_Unwind_RaiseException|libgcc)' stacks
	done
}

# ---- what there is of symbols ----

@test "a stripped program whose symbols are elsewhere" {
	need_program objcopy
	need_tables
	cp "$shapes" shapes
	objcopy --only-keep-debug shapes shapes.debug
	objcopy --strip-all --add-gnu-debuglink=shapes.debug shapes
	program=./shapes
	record_shape bpf deep
	exactly 99 "$deep"
	complete 99
}

@test "a stripped program without any symbols: the same frames, by other names" {
	need_program objcopy
	need_tables
	cp "$shapes" shapes
	objcopy --strip-all shapes
	program=./shapes
	record_shape bpf deep
	exactly 99 "[^;]+$(printf ';[^;]+%.0s' {1..14})"
	complete 99
}

@test "debugging sections that are compressed" {
	need_program objcopy
	need_tables
	for how in zlib zlib-gnu; do
		objcopy --compress-debug-sections=$how "$shapes" shapes
		program=./shapes
		record_shape bpf deep
		exactly 99 "$deep"
		complete 99
	done
}

# ---- where the program is ----

@test "a program that was deleted, or replaced by another" {
	need_tables
	for collector in "${collectors[@]}"; do
		for after in deleted replaced; do
			cp "$shapes" doomed
			in_background ./doomed deep 0
			pid=$!
			wait_for_work "$pid"
			rm doomed
			[ $after = deleted ] || cp "$(command -v sleep)" doomed
			record_pid "$collector" "$pid"
			kill -KILL "$pid"
			exactly 99 "${deep//shapes/shapes|doomed}"
			complete 99
		done
	done
}

@test "a program in a mount namespace of its own" {
	need_root
	need_program unshare
	need_tables
	mkdir island
	unshare -m true || skip "no new mount namespace here"
	for collector in "${collectors[@]}"; do
		in_background unshare -m bash -c "mount -t tmpfs none island && cp '$shapes' island/shapes &&
			exec island/shapes deep 0"
		pid=$!
		wait_until 10 grep -q '^shapes$' "/proc/$pid/comm"
		[ ! -e island/shapes ]
		record_pid "$collector" "$pid"
		kill -KILL "$pid"
		exactly 99 "$deep"
		complete 99
	done
}

@test "a program in a changed root, where there is nothing else" {
	need_root
	need_program chroot
	build cc -static -fno-pie -no-pie
	need_tables
	mkdir root
	cp shapes root/
	for collector in "${collectors[@]}"; do
		in_background chroot root /shapes deep 0
		pid=$!
		wait_until 10 grep -q '^shapes$' "/proc/$pid/comm"
		record_pid "$collector" "$pid"
		kill -KILL "$pid"
		exactly 99 "$deep"
		complete 99
	done
}

@test "a process that has entered another mount namespace" {
	need_root
	need_program unshare
	need_tables
	mkdir island
	unshare -m true || skip "no new mount namespace here"
	# in there, the folder with the program is an empty one
	in_background unshare -m bash -c "mount -t tmpfs none '$top_builddir' && exec sleep 60"
	other=$!
	wait_until 10 grep -q '^sleep$' "/proc/$other/comm"
	for collector in "${collectors[@]}"; do
		in_background "$shapes" setns 0 "/proc/$other/ns/mnt"
		pid=$!
		wait_for_work "$pid"
		record_pid "$collector" "$pid"
		kill -KILL "$pid"
		exactly 99 "${root}shape_setns;setns_inner;leaf"
		complete 99
	done
}
