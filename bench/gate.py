# SPDX-License-Identifier: Apache-2.0
"""The gate: how long it takes with profiles of a real program, and what it finds of a known slowdown.

A program is built with its hot function as it is, and 10, 20 and 50 % dearer. All are recorded in
turn, window by window; then so many windows of two builds are drawn again and again and judged.
usage, for the table by itself: gate.py PYROPROF SOURCE_DIR DATA_DIR WINDOWS SECONDS DRAWS
"""

import json
import os
import random
import statistics
import subprocess
import sys

from measure import Skip, interleaved, say
from table import seconds

DEARER = (0, 10, 20, 50)  # percent
SIZES = (3, 5, 8, 10)  # profiles of each side
HOT = "parse"
ALPHA = 0.05
FREQUENCY = 199


def build_programs(source, data):
    """{percent: program}."""
    programs = {}
    with open(os.path.join(data, "config.h"), "w", encoding="ascii"):
        pass  # it wants one, and nothing of it
    for percent in DEARER:
        programs[percent] = os.path.join(data, f"gated-{percent}")
        subprocess.run(["cc", "-std=gnu17", "-O2", "-g", "-I", data, f"-DHOT={100 + percent}", "-o",
                        programs[percent], os.path.join(source, "tests/programs/gated.c")],
                       check=True)
    return programs


def record_all(pyroprof, programs, data, windows, seconds):
    """{percent: paths}, recorded in turn, two at a time. What is there already is not recorded."""
    paths = {percent: [os.path.join(data, f"gated-{percent}-{seconds}s-{i}.pb.gz")
                       for i in range(windows)] for percent in programs}
    percents = list(programs)
    for i in range(windows):
        for pair in percents[0::2], percents[1::2]:
            running = [subprocess.Popen(
                [pyroprof, "record", "-q", "-F", str(FREQUENCY), "-o", paths[p][i], "--",
                 programs[p], str(1000 * seconds)])
                for p in pair if not os.path.exists(paths[p][i])]
            if any([r.wait() != 0 for r in running]):
                raise RuntimeError("a recording has failed")
        if i % 10 == 9:
            say(f"{i + 1} of {windows} windows recorded")
    return paths


def judge(pyroprof, base, head, *options):
    """What is said of the hot function, how many samples a profile has, and whether other functions are
    said to have regressed."""
    done = subprocess.run([pyroprof, "gate", "--format=json", "--on-inconclusive=pass",
                           "--base", *base, "--head", *head, *options],
                          stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"gate exited with {done.returncode}")
    report = json.loads(done.stdout)
    hot = next(f for f in report["functions"] if f["name"] == HOT)
    others = any(f["verdict"] == "regressed" for f in report["functions"] if f["name"] != HOT)
    return hot, statistics.mean(p["all"] for p in report["base"] + report["head"]), others


def power(hot, allowed, samples, profiles):
    """Of the test, by the normal distribution: so many profiles a side of so many samples each, shares
    and their dispersion as all profiles have them; the interval has to be above what is allowed."""
    before, after = hot["before"], hot["after"]
    normal = statistics.NormalDist()
    variance = before * (1 - before) + after * (1 - after)
    error = (hot["dispersion"] * variance / (samples * profiles)) ** 0.5
    return normal.cdf((after - before * (1 + allowed)) / error - normal.inv_cdf(1 - ALPHA / 2))


def detection(pyroprof, base, head, size, draws, *options):
    """The parts of draws in which the hot function has regressed, and in which any other has."""
    chance = random.Random(size)
    found = others = 0
    for _ in range(draws):
        hot, _, other = judge(pyroprof, chance.sample(base, size), chance.sample(head, size),
                              *options)
        found += hot["verdict"] == "regressed"
        others += other
    return found / draws, others / draws


def power_table(pyroprof, paths, draws, out):
    """For each slowdown and number of profiles what is found of it, against what theory says."""
    out.write("        profiles   more than 0%:               more than 5%:   others\n"
              "hot       a side   theory    found  guarded    theory    found  alarmed\n")
    for percent in list(paths)[1:]:
        base, head = paths[0], paths[percent]
        hot, samples, _ = judge(pyroprof, base, head)
        for size in SIZES:
            none = "--max-increase=0%"
            found, _ = detection(pyroprof, base, head, size, draws, none)
            guarded, _ = detection(pyroprof, base, head, size, draws, none, f"--guard=^{HOT}$")
            usual, others = detection(pyroprof, base, head, size, draws)
            cells = [power(hot, 0, samples, size), found, guarded,
                     power(hot, 0.05, samples, size), usual, others]
            out.write(f"+{percent}%  {size:11}  " + "  ".join(f"{100 * c:6.0f}%" for c in cells) +
                      "\n")
            out.flush()
        out.write(f"      {hot['before']:.1%} -> {hot['after']:.1%} of {samples:.0f} samples a "
                  f"profile, dispersion {hot['dispersion']:.2f}\n")


def speed(table, pyroprof, source, data):
    """Two sides of 30 recordings, each of a tenth of a second at a rate that gives 300 samples."""
    if os.geteuid() != 0:
        raise Skip("recording wants root")
    program = build_programs(source, data)[0]
    paths = [os.path.join(data, f"gate-{i}.pb.gz") for i in range(60)]
    for path in paths:
        if not os.path.exists(path):
            subprocess.run([pyroprof, "record", "-q", "-F", "2999", "-o", path, "--", program, "100"],
                           check=True)
    command = [pyroprof, "gate", "--max-increase=1000%", "--on-inconclusive=pass", "--base",
               *paths[:30], "--head", *paths[30:]]
    cost = interleaved(5, {"gate": command})["gate"]
    table.at_most("gate, 2 x 30 profiles: CPU", seconds(cost.cpu), "0.5 s", cost.cpu / 0.5, 1.0)


def main():
    pyroprof, source, data, windows, length, draws = sys.argv[1:7]
    os.makedirs(data, exist_ok=True)
    programs = build_programs(source, data)
    paths = record_all(pyroprof, programs, data, int(windows), int(length))
    power_table(pyroprof, paths, int(draws), sys.stdout)


if __name__ == "__main__":
    main()
