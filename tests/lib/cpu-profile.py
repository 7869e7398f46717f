#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One profile of CPU time: usage: cpu-profile.py OUT PERIOD_MS TIME DURATION STACK=SAMPLES...

Of DURATION seconds from TIME on, in seconds since 1970; 0: it does not say. `a;b` is a calling b."""
import sys

from mkprofile import Profile


def main():
    out, period, time, duration = sys.argv[1], *map(int, sys.argv[2:5])
    period *= 1_000_000
    p = Profile(("samples", "count"), ("cpu", "nanoseconds"), period=("cpu", "nanoseconds", period),
                time=time * 10**9, duration=duration * 10**9)
    p.mapping("/opt/app", 0x400000, 0x500000)
    for stack, _, samples in (a.rpartition("=") for a in sys.argv[5:]):
        p.sample(stack.split(";")[::-1], int(samples), int(samples) * period)
    with open(out, "wb") as f:
        f.write(p.encode())


main()
