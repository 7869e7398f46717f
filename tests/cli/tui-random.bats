#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pyroprof tui under any keys and sizes: 10,000 keys and 200 sizes, of profiles of all shapes. What is tested is
# that it ends well, and still draws; the sanitizers have more to say.

load common
load tmux

setup()
{
	common_setup
	need_tui
	python3 - <<-'END'
		def varint(n):
		    out = b""
		    while n > 127:
		        out += bytes([n & 127 | 128])
		        n >>= 7
		    return out + bytes([n])
		def part(field, data):
		    return varint(field << 3 | 2) + varint(len(data)) + data
		def number(field, n):
		    return varint(field << 3) + varint(n)
		def profile(path, stacks, names):
		    strings = ["", "cpu", "nanoseconds"] + names
		    m = part(1, number(1, 1) + number(2, 2))
		    for stack, value in stacks:
		        m += part(2, part(1, b"".join(map(varint, stack))) + part(2, varint(value)))
		    for i in range(len(names)):
		        m += part(4, number(1, i + 1) + part(4, number(1, i + 1) + number(2, 1)))
		        m += part(5, number(1, i + 1) + number(2, i + 3))
		    m += b"".join(part(6, s.encode()) for s in strings)
		    open(path, "wb").write(m)
		profile("empty.pb", [], [])
		profile("one.pb", [([1], 7)], ["main"])
		profile("deep.pb", [([i % 5 + 1 for i in range(10000)], 3)], ["a", "b", "work", "d", "main"])
		long = "x" * 10000
		profile("names.pb", [([1, 2, 3], 5), ([4, 3], 2)], [long, "\u4e2d\u6587\u0301" * 40, "\x1b[2J\u202e", "main"])
	END
}

# keys SEED N RESIZES ARG...
keys()
{
	"$top_srcdir/tests/lib/random-keys.py" "$1" "$2" "$3" >keys
	rm -f last
	PYROPROF_TUI_SCRIPT=keys run timeout 250 "$PYROPROF" tui "${@:4}"
	echo "$output"
	assert_status 0
	[ "$(wc -l <last)" = 24 ]
	! LC_ALL=C grep -q $'[\001-\010\013-\037\177]' last || false
}

@test "of a profile with labels, lines and several types" {
	keys 1 1500 30 "$DATA/labels.pb.gz"
	keys 2 1500 30 "$DATA/lines.pb.gz"
	keys 3 1500 30 "$DATA/heap.pb"
}

@test "of a comparison" {
	keys 4 1500 30 --diff-base="$DATA/cpu.pb.gz" "$DATA/cpu-more.pb.gz"
}

@test "of nothing, of one node, of 10,000 below each other" {
	keys 5 600 20 empty.pb
	keys 6 600 20 one.pb
	keys 7 800 20 deep.pb
}

@test "of hostile names" {
	keys 8 1000 20 names.pb
	keys 9 1000 20 "$DATA/hostile.pb.gz"
}
