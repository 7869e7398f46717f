#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Unwind tables of real files against libdw's answers: for the first, the last and a byte between of
# every row, what both make of the caller's registers (tests/programs/unwind.c).

load common

unwind=$top_builddir/tests/programs/unwind

# Compare files: no difference, at least $1 rows, at most a thousandth of them (and the dynamic
# linker's own) not to be expressed.
compare()
{
	local least=$1 rows unsupported

	shift
	run "$unwind" compare "$@"
	echo "$output"
	assert_status 0
	[[ ${lines[-1]} == *" 0 different" ]]
	read -r rows unsupported < <(sed -n 's/^.* files, \([0-9]*\) rows, \([0-9]*\) .*/\1 \2/p' <<<"$output")
	[ "$rows" -ge "$least" ]
	[ "$unsupported" -le $((rows / 1000 + 20)) ]
}

# The files that `unwind build` prints, without their name and the time.
shape_of()
{
	"$unwind" build "$1" | cut -f2-5
}

@test "tables of installed programs and libraries are as libdw has it" {
	files=()
	for file in /lib64/ld-linux-x86-64.so.2 /lib/*-linux-gnu/libc.so.6 \
		/usr/lib/*-linux-gnu/libstdc++.so.6 /usr/lib/*-linux-gnu/libcrypto.so.3 \
		"$(readlink -f /usr/bin/python3)"; do
		[ ! -e "$file" ] || files+=("$file")
	done
	compare 20000 "${files[@]}"
	[[ ${lines[-1]} == "${#files[@]} files,"* ]]
}

@test "tables of arm64 libraries are as libdw has it" {
	libraries=/usr/aarch64-linux-gnu/lib
	[ -e "$libraries/libc.so.6" ] || skip "no libraries of arm64 (package libc6-arm64-cross)"
	compare 12000 "$libraries/libc.so.6" "$libraries/ld-linux-aarch64.so.1" "$libraries/libm.so.6"
}

@test "the vdso has a table" {
	need_program python3
	python3 - >vdso <<-'EOF'
		import sys
		for line in open("/proc/self/maps"):
		    if line.rstrip().endswith("[vdso]"):
		        start, end = (int(x, 16) for x in line.split()[0].split("-"))
		        with open("/proc/self/mem", "rb") as memory:
		            memory.seek(start)
		            sys.stdout.buffer.write(memory.read(end - start))
	EOF
	[ -s vdso ] || skip "this kernel has no vdso"
	compare 3 vdso
}

cat_program()
{
	cat >program.c <<-'EOF'
		#include <alloca.h>
		#include <stdio.h>
		__attribute__((noinline)) static void use(volatile void *p) { *(volatile char *)p = 1; }
		__attribute__((noinline)) static int aligned(int n)
		{
			char a[64] __attribute__((aligned(64)));

			use(alloca(n));
			use(a);
			return n ? aligned(n - 1) + 1 : 0;
		}
		int main(int argc, char **argv) { return printf("%d %s\n", aligned(argc), argv[0]) < 0; }
	EOF
}

@test "tables of programs that realign their stack, static and not" {
	need_program gcc
	cat_program
	for flags in "-O2" "-O0" "-Os -static" "-O3 -mavx2 -static-pie" "-O2 -fno-omit-frame-pointer"; do
		# shellcheck disable=SC2086 # several words
		gcc $flags -o program program.c
		compare 10 program
	done
}

@test "section headers are not needed" {
	need_program gcc
	need_program llvm-strip
	cat_program
	gcc -O2 -o program program.c
	llvm-strip --strip-sections -o bare program
	[ "$(shape_of program)" = "$(shape_of bare)" ]
	[[ "$(shape_of bare)" == *rows* ]]
}

@test ".debug_frame, compressed or not, does where there is no .eh_frame" {
	need_program gcc
	need_program objcopy
	cat_program
	gcc -O2 -g -fno-asynchronous-unwind-tables -fno-exceptions -fcf-protection=none -o program program.c
	"$unwind" compare program
	for how in zlib-gabi zlib-gnu; do
		objcopy --compress-debug-sections="$how" program packed
		readelf -SW packed | grep -E ' \.z?debug_frame .* C |zdebug_frame' || skip "not compressed"
		[ "$(shape_of program)" = "$(shape_of packed)" ]
	done
	objcopy --remove-section=.debug_frame program without
	rows=$(shape_of program | sed 's/.*fdes\t\([0-9]*\) .*/\1/')
	fewer=$(shape_of without | sed 's/.*fdes\t\([0-9]*\) .*/\1/')
	[ "$rows" -gt "$fewer" ]
}

@test "unstripped Go programs are unwound by .debug_frame" {
	need_program go
	printf 'package main\nfunc main() { println("hi") }\n' >m.go
	for arch in amd64 arm64; do
		env GO111MODULE=off GOARCH=$arch HOME="$PWD" GOCACHE="$PWD/cache" \
			go build -o "go-$arch" m.go || skip "go cannot build"
		run "$unwind" compare "go-$arch"
		echo "$output"
		assert_status 0
		[ "$(shape_of "go-$arch" | sed 's/.*fdes\t\([0-9]*\) .*/\1/')" -gt 1000 ]
	done
}

@test "signal handlers of musl return to what its code tells" {
	need_program musl-gcc
	printf '#include <signal.h>\nint main(void) { return signal(SIGUSR1, SIG_IGN) == SIG_ERR; }\n' >m.c
	musl-gcc -static -O2 -o program m.c
	compare 3 program
	[[ "$(shape_of program)" == *rows* ]]
}

@test "the eBPF program is one for arm64, too" {
	need_program clang
	clang -target bpf -D__TARGET_ARCH_arm64 -O2 -g -Wall -Werror -I"$top_srcdir/src" \
		-I"$top_srcdir/src/collect/bpf" -c "$top_srcdir/src/collect/bpf/sampler.bpf.c" -o arm64.o
	readelf -SW arm64.o | grep -q ' perf_event '
}
