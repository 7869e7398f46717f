#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Profiles whose names try to be something else: usage: hostile-profiles.py PREFIX COUNT FACTOR

COUNT files PREFIX0.pb, PREFIX1.pb, ...; every second function costs FACTOR times as much."""
import random
import sys

from mkprofile import Profile

NAMES = [
    b"esc\x1b[2J\x1b]0;title\x07", "bidi\u202eevil\u2066x".encode(), b"</script><script>alert(1)</script>",
    b"quote\"'`back", b"line\n::error title=x::boom\n| a | b |", b"nul\0after", b"bad\xff\xfe\x80utf",
    b"long" * 15000, b"pipe|a\\|b`c`|", b"::error file=x,line=1::command", b"]]>&<x a=\"b\">",
    b"percent%0A%25", "\ufffe\uffff none of XML".encode(), b"\\", b"`", b"\r\nreturn",
    "\u2028\u2029\u0085".encode(), b"<img src=x onerror=1>|", b"a,b\"c", b" ", b"plain",
]


def main():
    prefix, count, factor = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    chance = random.Random(factor)
    for i in range(count):
        p = Profile(("samples</sub>|`<img src=x>\x1b[2J\n", "count"))
        p.mapping("/opt/app", 0x400000, 0x500000)
        for k, name in enumerate(NAMES):
            p.sample([name, "main"], int(2000 * (1, factor)[k % 2] * chance.gauss(1, 0.02)))
        with open(f"{prefix}{i}.pb", "wb") as f:
            f.write(p.encode())


main()
