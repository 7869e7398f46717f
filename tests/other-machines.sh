#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds for another machine, with -Werror, and runs unit tests and golden cases as one: s390x, which is
# big-endian, by qemu; i386, which has 32 bits (gcc -m32), on this processor. Not part of the tests: each
# takes some ten minutes. Needs Debian on x86_64, and for s390x gcc-s390x-linux-gnu and qemu-user; the
# libraries are unpacked into a folder, nothing is installed, and no root is needed.
#
#	tests/other-machines.sh s390x|i386 [FOLDER]	default: ./other-machines; what is there is used again
set -eu
usage="usage: other-machines.sh s390x|i386 [FOLDER]"
machine=${1:?$usage}
src=$(cd "$(dirname "$0")/.." && pwd)
work=$(mkdir -p "${2:-other-machines}/$machine" && cd "${2:-other-machines}/$machine" && pwd)
root=$work/root
libraries="libc6-dev zlib1g-dev libdeflate-dev libprotobuf-c-dev libpcre2-dev libelf-dev libdw-dev liblzma-dev
	libzstd-dev libmd-dev libyaml-dev libncurses-dev libiberty-dev libcmocka-dev"

case $machine in
s390x)
	triplet=s390x-linux-gnu host=$triplet
	compiler=("$triplet-gcc" "--sysroot=$root")
	run=(qemu-s390x -L "$root")
	tools=("$triplet-gcc" qemu-s390x)
	# What qemu-user cannot do, or would take too long for.
	#   collect*, cmd_record  look at /proc and perf events of this machine, as one of another kind
	#   io_run                posix_spawn() reports no error there, since vfork() is a fork()
	#   symbol, symbol_elffile, _objdump  the ELF files of these tests are in the host's order
	#   symbol_jit            test_own_files: qemu-user knows no openat2()
	#   symbol_workers        there is no seccomp below qemu
	#   *_random, archive_seal  take more than two minutes
	left_out='test_(collect.*|symbol|symbol_(elffile|jit|objdump|workers)|cmd_record|io_run|.*_random|archive_seal)$'
	# the error of posix_spawn() again
	golden_left_out='(disasm-no-objdump|tui-source)$'
	;;
i386)
	triplet=i386-linux-gnu host=i686-linux-gnu
	libraries+=" libgcc-12-dev"
	compiler=(gcc -m32 "--sysroot=$root" "-B$root/usr/lib/gcc/$host/12" "-L$root/usr/lib/gcc/$host/12"
		"-Wl,--dynamic-linker=$root/lib/ld-linux.so.2" "-Wl,-rpath,$root/usr/lib/$triplet" "-Wl,--disable-new-dtags")
	run=()
	tools=(gcc)
	#   collect_long  wants a program of its own machine in the table of modules, which has x86_64's and aarch64's
	left_out='test_collect_long$'
	golden_left_out='nothing'
	;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac

for tool in "${tools[@]}"; do
	command -v "$tool" >/dev/null || {
		echo "other-machines.sh: no $tool: apt-get install gcc-s390x-linux-gnu qemu-user" >&2
		exit 99
	}
done

# apt with folders of its own: the machine's packages stay as they are.
apt()
{
	apt-get -q -o APT::Architecture="$machine" -o APT::Architectures="$machine" -o Dir::State="$work/apt" \
		-o Dir::State::status="$work/apt/status" -o Dir::State::lists="$work/apt/lists" \
		-o Dir::Cache="$work/apt/cache" -o Dir::Etc::sourcelist="$work/apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Debug::NoLocking=1 "$@"
}

unpack_libraries()
{
	local deb dir

	mkdir -p "$work"/apt/{lists/partial,cache/archives/partial} "$root"/usr/{lib,bin,sbin}
	for dir in lib bin sbin; do
		ln -sfn "usr/$dir" "$root/$dir"
	done
	: >"$work/apt/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${DEBIAN_MIRROR:-http://deb.debian.org/debian} bookworm main" >"$work/apt/sources.list"
	apt update
	# shellcheck disable=SC2086 # a list
	apt install -y --no-install-recommends --download-only $libraries
	for deb in "$work"/apt/cache/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink --no-same-owner
	done
	touch "$work/unpacked"
}

build()
{
	export PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
	export PKG_CONFIG_SYSROOT_DIR=$root
	mkdir -p "$work/build"
	cd "$work/build"
	[ -e config.status ] || "$src/configure" --host=$host --enable-werror --without-curl CC="${compiler[*]}"
	mapfile -t units < <(make -s print-test-logs | sed -n 's|\.log$||; \|^tests/unit/test_|p')
	make -j"$(nproc)" all "${units[@]}"
}

# One TAP line for each program, and what it printed if it failed.
run_units()
{
	local unit

	for unit in "${units[@]}"; do
		[[ ! $unit =~ $left_out ]] || continue
		if timeout 300 "${run[@]}" "./$unit" >"$work/out" 2>&1; then
			echo "ok - $unit"
		else
			sed 's/^/# /' "$work/out"
			echo "not ok - $unit"
			failed=1
		fi
	done
}

run_goldens()
{
	mkdir -p "$work/bin"
	{
		printf '#!/bin/sh\nexec'
		printf ' %q' "${run[@]}" "$work/build/pyroprof"
		printf ' "$@"\n'
	} >"$work/bin/pyroprof"
	chmod +x "$work/bin/pyroprof"
	mapfile -t cases < <(printf '%s\n' "$src"/tests/golden/*/cmd | xargs -n1 dirname | xargs -n1 basename |
		grep -vE "$golden_left_out")
	PATH=$work/bin:$PATH bash "$src/tests/run-golden.sh" "${cases[@]}" || failed=1
}

failed=0
[ -e "$work/unpacked" ] || unpack_libraries
build
export top_srcdir=$src top_builddir=$work/bin DATA=$src/tests/data PYROPROF=$work/bin/pyroprof
export LC_ALL=C TZ=UTC0 TERM=dumb CMOCKA_MESSAGE_OUTPUT=TAP
run_units
run_goldens
exit $failed
