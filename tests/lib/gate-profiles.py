#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Made-up profiles as folded stacks: usage: gate-profiles.py PREFIX COUNT SAMPLES SEED STACK=WEIGHT...

COUNT files PREFIX0.folded, PREFIX1.folded, ..., each of SAMPLES samples that fall on stacks by their weights,
which vary a little from file to file as those of real programs do. The same seed makes the same files."""
import random
import sys


def main():
    prefix, count, samples, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    stacks = [(s, float(w)) for s, _, w in (a.rpartition("=") for a in sys.argv[5:])]
    chance = random.Random(seed)
    for i in range(count):
        weights = [w * chance.gauss(1, 0.05) for _, w in stacks]
        hits = {}
        for stack, _ in chance.choices(stacks, weights, k=samples):
            hits[stack] = hits.get(stack, 0) + 1
        with open(f"{prefix}{i}.folded", "w", encoding="utf-8") as f:
            f.writelines(f"{stack} {n}\n" for stack, n in hits.items())


main()
