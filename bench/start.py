# SPDX-License-Identifier: Apache-2.0
"""What a small profile costs: starting the program, for the most part."""

import os
import statistics

from measure import Run

RUNS = 50


def start(table, pyroprof, shared, inputs):
    small = os.path.join(shared, "corpus", "go119", "cpu.pb.gz")
    if not os.path.exists(small):
        small = inputs.path(100, 300)
    ours, nothing = [], []
    for _ in range(RUNS):
        ours.append(Run([pyroprof, "top", small]).cpu * 1000)
        nothing.append(Run(["/bin/true"]).cpu * 1000)
    mean, base = statistics.mean(ours), statistics.mean(nothing)
    table.note(f"top, {os.path.getsize(small) / 1000:.0f} kB file: CPU, mean of {RUNS}",
               f"{mean:.2f} ms", f"/bin/true: {base:.2f} ms", f"{mean / base:.2f}")
