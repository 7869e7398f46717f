# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# ./configure with every optional part left out, where what those need is not installed; what such a
# program can do, and what it says about what it cannot.
load common

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	# somebody who has neither libbpf nor libcurl nor ncurses
	cat >pkg-config <<-'STUB'
		#!/bin/sh
		case "$*" in
		*libbpf* | *libcurl* | *ncurses*) exit 1 ;;
		esac
		exec pkg-config "$@"
	STUB
	chmod +x pkg-config
	export PKG_CONFIG=$BATS_FILE_TMPDIR/pkg-config without=$BATS_FILE_TMPDIR/pyroprof
}

# configure says no, and in one line why, and what else would do.
configure_refuses()
{
	run -1 --separate-stderr "$top_srcdir/configure" "${@:2}"
	# shellcheck disable=SC2154 # bats sets it
	grep -q "^configure: error: $1\$" <<<"$stderr"
}

is_native()
{
	[[ $(uname -m) == x86_64 || $(uname -m) == aarch64 ]]
}

@test "configure without libbpf says what to do" {
	is_native || skip "there is no eBPF program for this machine"
	configure_refuses 'libbpf .* not found: install libbpf-dev, or configure with --disable-bpf'
}

@test "configure without libcurl says what to do" {
	configure_refuses 'libcurl not found: install .*, or configure --without-curl' --disable-bpf
}

@test "configure without all three, and make: neither clang nor bpftool has a part in it" {
	cd "$BATS_FILE_TMPDIR"
	run -0 "$top_srcdir/configure" --disable-bpf --without-curl --disable-tui --enable-werror CFLAGS=-O0
	grep -qx '  eBPF         no' <<<"$output"
	grep -qx '  libcurl      no' <<<"$output"
	grep -qx '  tui          no' <<<"$output"
	run ! grep -qE '^BPF_CLANG = .' Makefile
	run -0 make -s -j2 pyroprof
	[ ! -e src/collect/bpf/sampler.bpf.o ]
}

@test "version names what is missing" {
	run -0 "$without" version
	[ "${lines[1]}" = "with: recording of processes" ]
	[ "${lines[2]}" = "without: eBPF, URLs, tui" ]
}

@test "reports and the archive work" {
	run -0 "$without" top "$DATA/cpu.pb.gz"
	[ "$output" = "$(pyroprof top "$DATA/cpu.pb.gz")" ]
	run -0 "$without" archive init --archive=a
	run -0 "$without" archive add --archive=a -l service=x "$DATA/cpu.pb.gz"
	run -0 "$without" top --archive=a '{service="x"}'
}

@test "record uses perf events, and says why" {
	run -0 "$without" record -o out.pb.gz -- sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done'
	grep -q '^pyroprof: using perf events, not eBPF: this pyroprof was built without eBPF$' <<<"$output"
	grep -q 'configured without --disable-bpf' <<<"$output"
	run -0 "$without" top out.pb.gz
}

@test "record --collector=bpf: exit 3, built without" {
	run -3 "$without" record --collector=bpf -o out.pb.gz -- true
	[ "${lines[0]}" = "pyroprof: this pyroprof was built without eBPF" ]
	[ "${lines[1]}" = "hint: install one that was configured without --disable-bpf" ]
	[ ! -e out.pb.gz ]
}

# Of whatever would fetch something.
refuses_to_fetch()
{
	run -3 "$without" "$@"
	grep -q "URLs need libcurl, which this pyroprof was built without$" <<<"$output"
	grep -q '^hint: install one that was configured with it' <<<"$output"
}

@test "record --url, --targets and --debuginfod: exit 3, built without" {
	echo '[{"targets": ["127.0.0.1:1"]}]' >targets.json
	refuses_to_fetch record --url http://127.0.0.1:1 -t heap -o out.pb.gz
	refuses_to_fetch record --targets targets.json --every 10s --archive=a
	DEBUGINFOD_URLS=http://127.0.0.1:1 refuses_to_fetch symbolize --debuginfod -o out.pb.gz "$DATA/cpu.pb.gz"
	[ ! -e out.pb.gz ]
}

@test "tui: exit 3, built without" {
	run -3 "$without" tui "$DATA/cpu.pb.gz"
	[ "${lines[0]}" = "pyroprof: this pyroprof was built without the terminal program" ]
	[ "${lines[1]}" = "hint: install one that was configured without --disable-tui" ]
	[ ${#lines[@]} = 2 ]
}
