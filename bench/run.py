#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks as a table of ratios: each against something everybody has, side by side in one run.

Runs of what is compared alternate, and the least counts, so that a busy machine does little harm;
a target that is missed is said to be so, and nothing fails. usage: run.py SOURCE_DIR BUILD_DIR

BENCH_SLOW=1 adds what takes minutes: a profile of 500 MB, `go tool pprof` with one of 50 MB, and
flame graphs of 20 million nodes, 30 days of an archive and 100,000 profiles that are added to one. BENCH_KEEP=1
keeps what the flame graphs' gate measures as what
it compares with. FLAMEGRAPH_PL=FILE measures flamegraph.pl beside them.
BENCH_UNWIND=1 adds what recorded stacks are worth and cost: a quarter of an hour, as root.
BENCH_ONLY=NAME,... takes those parts only whose names begin so. BENCH_ROUNDS=N runs everything N
times. SHARED names the folder with tools/genprofile and corpus (default: ../shared beside the
sources).
"""

import os
import subprocess
import sys

import archive
import completeness
import flame
import gate
import overhead
import peer
import record
import reports
import start
import symbols
import unwind
from inputs import Inputs
from measure import Skip, cpus, say, slow
from table import Table


def skip_slow_peer():
    raise Skip("slow: BENCH_SLOW=1 runs it")


def pprof_parts(table, pyroprof, inputs):
    def small():
        profile, base = inputs.small(), inputs.small_base()
        both = inputs.input(*profile.paths, *base.paths)
        peer.compare(table, pyroprof, profile, base, both, 2)

    def medium():
        peer.compare(table, pyroprof, inputs.medium(), inputs.base(), inputs.many(), 1)

    return [("go tool pprof, 1 MB", small),
            ("go tool pprof, 50 MB", medium if slow() else skip_slow_peer)]


def measure_all(table, parts):
    for name, part in parts:
        say(name)
        try:
            part()
        except Skip as why:
            table.note(name, "skipped", str(why))
        except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as why:
            table.note(name, "failed", str(why))


def wanted(parts):
    names = tuple(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    return [(name, part) for name, part in parts if not names or name.startswith(names)]


def circumstances(load, inputs):
    busy = " (others were at work: mind CPU time, not wall)" if load > cpus() / 2 else ""
    return f"{cpus()} CPUs; load average before {load:.1f}{busy}; profiles by {inputs.name()}"


def main():
    os.environ["PYROPROF_CONFIG"] = ""  # what a user has set would change what is measured
    source, build = map(os.path.abspath, sys.argv[1:3])
    shared = os.path.abspath(os.environ.get("SHARED", os.path.join(source, "..", "shared")))
    data = os.path.join(build, "bench-data")
    pyroprof = os.path.join(build, "pyroprof")
    os.makedirs(data, exist_ok=True)
    table, inputs = Table(), Inputs(shared, data)
    load = os.getloadavg()[0]
    parts = reports.parts(table, pyroprof, inputs) + pprof_parts(table, pyroprof, inputs)
    parts.append(("start-up", lambda: start.start(table, pyroprof, shared, inputs)))
    parts.append(("symbols", lambda: symbols.symbols(table, pyroprof, build, data)))
    parts.append(("record", lambda: record.record(table, pyroprof, build, data)))
    parts.append(("unwind tables", lambda: unwind.unwind(table, build)))
    parts.append(("archive", lambda: archive.archive(table, pyroprof, build, data)))
    parts.append(("gate", lambda: gate.speed(table, pyroprof, source, data)))
    parts += flame.parts(table, pyroprof, build, shared, data)
    if os.environ.get("BENCH_UNWIND"):
        parts += completeness.parts(table, pyroprof, build) + overhead.parts(table, pyroprof, build)
    measure_all(table, wanted(parts))
    text = table.text() + "\n" + circumstances(load, inputs) + "\n"
    sys.stdout.write(text)
    with open(os.path.join(build, "bench.txt"), "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    main()
