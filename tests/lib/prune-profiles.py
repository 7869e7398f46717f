#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Profiles of two processes as they come from servers that are asked again and again.

prune-profiles.py DIR TIME COUNT STEP    COUNT profiles of each kind and process, STEP seconds
                                         apart, the first TIME seconds after 1970:
    DIR/cpu-PID-N.pb     CPU time, 5 s of it
    DIR/heap-PID-N.pb    without a duration, as Go has it: what has been allocated since the start,
                         and what is in use
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mkprofile import CPU, TICK, Profile, write  # noqa: E402

HEAP = (("alloc_objects", "count"), ("alloc_space", "bytes"),
        ("inuse_objects", "count"), ("inuse_space", "bytes"))


def cpu(pid, i, time):
    p = Profile(*CPU, time=time, duration=5 * 10**9, period=("cpu", "nanoseconds", TICK))
    p.mapping("/opt/app/bin/server")
    n = 1 + i % 7
    p.sample(["parse", "parse", "serve", "main"], n, n * TICK)
    p.sample([["copy", "parse"], "serve", "main"], pid, pid * TICK, labels=[("tenant", "blue")])
    if i % 3 == 0:
        p.sample(["rare", "main"], 1, TICK)
    return p


def heap(pid, i, time):
    p = Profile(*HEAP, time=time, period=("space", "bytes", 524288))
    p.mapping("/opt/app/bin/server")
    n = (i + 1) * pid
    p.sample(["alloc", "serve", "main"], n, 100 * n, pid + i % 2, 10 * (pid + i % 2))
    if i % 2:
        p.sample(["buffer", "main"], n, n, 4, 4000)
    return p


def main(folder, start, count, step):
    os.makedirs(folder, exist_ok=True)
    for pid in (7, 8):
        for i in range(int(count)):
            time = (int(start) + i * int(step)) * 10**9 + pid
            write(f"{folder}/cpu-{pid}-{i:03}.pb", cpu(pid, i, time).encode())
            write(f"{folder}/heap-{pid}-{i:03}.pb", heap(pid, i, time).encode())


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
