#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds for a big-endian machine (s390x), and runs unit tests and golden cases there, by qemu. Not
# part of the tests: it takes some ten minutes. Needs Debian, gcc-s390x-linux-gnu and qemu-user; the
# libraries are unpacked into a folder, nothing is installed, and no root is needed.
#
#	tests/other-machines.sh [FOLDER]	default: ./other-machines; what is there is used again
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
work=$(mkdir -p "${1:-other-machines}" && cd "${1:-other-machines}" && pwd)
triplet=s390x-linux-gnu
root=$work/root
libraries="libc6-dev zlib1g-dev libdeflate-dev libprotobuf-c-dev libpcre2-dev libelf-dev libdw-dev liblzma-dev
	libzstd-dev libmd-dev libyaml-dev libiberty-dev libcmocka-dev"

# What is left out: what qemu-user cannot do, or would take too long for, and what is to be mended.
#   collect*, cmd_record  look at /proc and perf events of this machine, as one of another kind
#   io_run                posix_spawn() reports no error there, since vfork() is a fork()
#   symbol, symbol_dwarf, _elffile, _objdump  the ELF files of these tests are in the host's order
#   symbol_jit            test_own_files gets another error than on x86_64; why is not known
#   symbol_workers        there is no list of calls for seccomp but those of x86_64 and aarch64
#   *_random, archive_seal  take more than two minutes
left_out='test_(collect.*|symbol|symbol_(dwarf|elffile|jit|objdump|workers)|cmd_record|io_run|.*_random|archive_seal)$'
# the error of posix_spawn() again
golden_left_out='disasm-no-objdump$'

for tool in $triplet-gcc qemu-s390x; do
	command -v "$tool" >/dev/null || {
		echo "other-machines.sh: no $tool: apt-get install gcc-s390x-linux-gnu qemu-user" >&2
		exit 99
	}
done

# apt with folders of its own: the machine's packages stay as they are.
apt()
{
	apt-get -q -o APT::Architecture=s390x -o APT::Architectures=s390x -o Dir::State="$work/apt" \
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
	[ -e config.status ] || "$src/configure" --host=$triplet --enable-werror --without-curl \
		CC="$triplet-gcc --sysroot=$root"
	mapfile -t units < <(make -s print-test-logs | sed -n 's|\.log$||; \|^tests/unit/test_|p')
	make -j"$(nproc)" all "${units[@]}"
}

# One TAP line for each program, and what it printed if it failed.
run_units()
{
	local unit

	for unit in "${units[@]}"; do
		[[ ! $unit =~ $left_out ]] || continue
		if timeout 300 qemu-s390x -L "$root" "$unit" >"$work/out" 2>&1; then
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
	printf '#!/bin/sh\nexec qemu-s390x -L %q %q "$@"\n' "$root" "$work/build/pyroprof" >"$work/bin/pyroprof"
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
