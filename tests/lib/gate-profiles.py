#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Made-up profiles whose truth is known: usage: gate-profiles.py [KIND] PREFIX COUNT SAMPLES SEED STACK=WEIGHT...

COUNT files PREFIX0.folded, PREFIX1.folded, ..., each of SAMPLES samples that fall on stacks by their weights,
which vary a little from file to file as those of real programs do. The same seed makes the same files.

A KIND makes PREFIX0.pb, ... instead, where `a;b+c` is c inlined into b:
  --cpu       10 ms of CPU time for each sample
  --heap      bytes, of sizes that vary, as a sampled heap has them
  --counter   allocations that were counted: no chance in them; weights may be negative"""
import random
import sys

from mkprofile import TICK, Profile

VARIES = 0.05


def shares(stacks, samples):
    whole = sum(abs(w) for _, w in stacks)
    return {stack: int(samples * w / whole) for stack, w in stacks}


def draw(chance, stacks, samples):
    weights = [w * chance.gauss(1, VARIES) for _, w in stacks]
    hits = {}
    for stack, _ in chance.choices(stacks, weights, k=samples):
        hits[stack] = hits.get(stack, 0) + 1
    return hits


def pprof(kind, hits, chance):
    if kind == "--cpu":
        p = Profile(("samples", "count"), ("cpu", "nanoseconds"), period=("cpu", "nanoseconds", TICK))
    elif kind == "--heap":
        p = Profile(("inuse_objects", "count"), ("inuse_space", "bytes"), period=("space", "bytes", 524288))
    else:
        p = Profile(("allocations", "count"))
    p.mapping("/opt/app", 0x400000, 0x500000)
    for stack, n in hits.items():
        frames = [f.split("+")[::-1] for f in stack.split(";")][::-1]
        values = {"--cpu": (n, n * TICK), "--heap": (n, int(n * chance.lognormvariate(10, 0.2))),
                  "--counter": (n,)}[kind]
        p.sample(frames, *values)
    return p.encode()


def main():
    kind = sys.argv.pop(1) if sys.argv[1].startswith("--") else None
    prefix, count, samples, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    stacks = [(s, float(w)) for s, _, w in (a.rpartition("=") for a in sys.argv[5:])]
    chance = random.Random(seed)
    for i in range(count):
        hits = shares(stacks, samples) if kind == "--counter" else draw(chance, stacks, samples)
        if kind:
            with open(f"{prefix}{i}.pb", "wb") as f:
                f.write(pprof(kind, hits, chance))
            continue
        with open(f"{prefix}{i}.folded", "w", encoding="utf-8") as f:
            f.writelines(f"{stack} {n}\n" for stack, n in hits.items())


main()
