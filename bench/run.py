#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks as a table of ratios: each against something everybody has, side by side in one run.

The runs of a pair alternate, and the median counts, so that a busy machine slows both. Nothing here
passes or fails. usage: run.py SOURCE_DIR BUILD_DIR; BENCH_SLOW=1 adds `go tool pprof` (a minute),
SHARED names the folder with tools/genprofile and corpus (default: ../shared beside the sources).
"""

import gzip
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

ROUNDS = 5
START_RUNS = 50
RECORD_SECONDS = 10
RECORD_HZ = 99
WORKERS = 2  # of contrib/demo


class Run:
    """What one command cost."""

    def __init__(self, argv, stdin=None):
        source = open(stdin, "rb") if stdin else subprocess.DEVNULL
        began = time.monotonic()
        child = subprocess.Popen(argv, stdin=source, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
        self.stderr = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        # Not below the size of this process, which the child was before exec: a few MB.
        self.rss = usage.ru_maxrss * 1024
        child.stderr.close()
        if stdin:
            source.close()
        if child.returncode != 0:
            first = self.stderr.strip().splitlines()[:1] or ["no message"]
            raise RuntimeError(f"{os.path.basename(argv[0])} {argv[1] if argv[1:] else ''} "
                               f"exited with {child.returncode}: {first[0]}")


class Table:
    """Rows of what, measured, compared with, ratio."""

    def __init__(self):
        self.rows = [("what", "measured", "against", "ratio")]

    def add(self, what, measured, against="", ratio=""):
        self.rows.append((what, measured, against, ratio))

    def text(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(4)]
        lines = []
        for row in self.rows:
            cells = [row[0].ljust(widths[0]), row[1].rjust(widths[1]),
                     row[2].ljust(widths[2]), row[3].rjust(widths[3])]
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "-" * max(map(len, lines)))
        return "\n".join(lines) + "\n"


class Skip(Exception):
    """Why a benchmark cannot be run here."""


def megabytes(n):
    return f"{n / 1e6:.0f} MB"


def seconds(t):
    return f"{t:.2f} s" if t >= 1 else f"{t * 1000:.0f} ms"


def interleaved(*jobs):
    """Run each job ROUNDS times, in turns; a list of runs per job. The first turn warms the caches."""
    runs = [[] for _ in jobs]
    for turn in range(ROUNDS + 1):
        for job, results in zip(jobs, runs):
            result = job()
            if turn:
                results.append(result)
    return runs


def median(runs, field):
    return statistics.median(getattr(r, field) for r in runs)


def generate(shared, out, functions, samples):
    """A synthetic profile, made once per build tree."""
    source = os.path.join(shared, "tools", "genprofile", "main.go")
    if os.path.exists(out):
        return
    if not os.path.exists(source):
        raise Skip(f"no profile generator at {source}")
    if not shutil.which("go"):
        raise Skip("go is not installed, which the profile generator needs")
    env = dict(os.environ, GO111MODULE="off", GOCACHE=os.path.join(os.path.dirname(out), "go-cache"))
    subprocess.run(["go", "run", source, "-o", out + ".part", "-functions", str(functions),
                    "-samples", str(samples)], env=env, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.rename(out + ".part", out)


def inflated_size(path):
    total = 0
    with gzip.open(path) as f:
        while chunk := f.read(1 << 20):
            total += len(chunk)
    return total


def bench_top(table, pyroprof, shared, data):
    large = os.path.join(data, "large.pb.gz")
    generate(shared, large, 20000, 470000)
    size = inflated_size(large)
    top, unzip = interleaved(lambda: Run([pyroprof, "top", large]),
                             lambda: Run(["gzip", "-dc", large]))
    wall, base = median(top, "wall"), median(unzip, "wall")
    name = f"top, {megabytes(size)} inflated"
    table.add(f"{name}: time", seconds(wall), f"gzip -dc: {seconds(base)}", f"{wall / base:.2f}")
    rss = median(top, "rss")
    table.add(f"{name}: peak memory", megabytes(rss), "inflated size", f"{rss / size:.2f}")
    if not os.environ.get("BENCH_SLOW"):
        table.add(f"{name}: go tool pprof", "skipped", "slow: BENCH_SLOW=1 runs it")
        return
    if not shutil.which("go"):
        table.add(f"{name}: go tool pprof", "skipped", "go is not installed")
        return
    peer = Run(["go", "tool", "pprof", "-top", large])
    table.add(f"{name}: time", seconds(wall), f"go tool pprof -top: {seconds(peer.wall)}",
              f"{wall / peer.wall:.3f}")
    table.add(f"{name}: peak memory", megabytes(rss), f"go tool pprof: {megabytes(peer.rss)}",
              f"{rss / peer.rss:.3f}")


def bench_start(table, pyroprof, shared, data):
    small = os.path.join(shared, "corpus", "go119", "cpu.pb.gz")
    if not os.path.exists(small):
        small = os.path.join(data, "small.pb.gz")
        generate(shared, small, 100, 300)
    ours, nothing = [], []
    for _ in range(START_RUNS):
        ours.append(Run([pyroprof, "top", small]).cpu * 1000)
        nothing.append(Run(["/bin/true"]).cpu * 1000)
    mean, base = statistics.mean(ours), statistics.mean(nothing)
    table.add(f"top, {os.path.getsize(small) / 1000:.0f} kB file: CPU, mean of {START_RUNS}",
              f"{mean:.2f} ms", f"/bin/true: {base:.2f} ms", f"{mean / base:.2f}")


def varint(bytes_, at):
    value = shift = 0
    while True:
        byte = bytes_[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(bytes_):
    """(number, value) of a protobuf message; values are ints or bytes."""
    at = 0
    while at < len(bytes_):
        key, at = varint(bytes_, at)
        if key & 7 == 0:
            value, at = varint(bytes_, at)
        elif key & 7 == 2:
            n, at = varint(bytes_, at)
            value, at = bytes_[at:at + n], at + n
        else:
            raise ValueError(f"wire type {key & 7}")
        yield key >> 3, value


def count_samples(path):
    """The sum of every sample's first value: recorders count samples there."""
    with gzip.open(path) as f:
        profile = f.read()
    total = 0
    for number, value in fields(profile):
        if number != 2:  # Profile.sample
            continue
        for inner, packed in fields(value):
            if inner == 2:  # Sample.value
                total += packed if isinstance(packed, int) else varint(packed, 0)[0]
                break
    return total


def cpu_seconds(pid):
    """What a process has used so far, user and system, of all its threads."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        words = f.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def bench_record(table, pyroprof, build, data):
    demo = subprocess.Popen([os.path.join(build, "contrib", "demo", "demo")],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    out = os.path.join(data, "demo.pb.gz")
    try:
        time.sleep(0.2)
        before = cpu_seconds(demo.pid)
        run = Run([pyroprof, "record", "-p", str(demo.pid), "-F", str(RECORD_HZ),
                   "-d", f"{RECORD_SECONDS}s", "-o", out])
        used = (cpu_seconds(demo.pid) - before) * RECORD_SECONDS / run.wall
    finally:
        demo.send_signal(signal.SIGKILL)
        demo.wait()
    cpus = min(WORKERS, len(os.sched_getaffinity(0)))
    due = RECORD_SECONDS * RECORD_HZ * cpus
    got = count_samples(out)
    name = f"record, {RECORD_SECONDS} s at {RECORD_HZ} Hz, {cpus} busy CPUs"
    table.add(f"{name}: samples", str(got), f"due: {due}", f"{got / due:.3f}")
    # What it got of the CPUs is all that can be sampled: other work takes its part.
    table.add(f"{name}: per CPU second", f"{got / used:.1f}", f"{RECORD_HZ} Hz",
              f"{got / used / RECORD_HZ:.3f}")
    lost = re.search(r"(\d+)[^\n,;]{0,20}\blost\b|\blost\b[^\n\d]{0,10}(\d+)", run.stderr)
    table.add(f"{name}: lost", (lost.group(1) or lost.group(2)) if lost else "none reported")
    table.add(f"{name}: own CPU", seconds(run.cpu), f"one CPU for {seconds(run.wall)}",
              f"{run.cpu / run.wall:.4f}")


def main():
    source, build = map(os.path.abspath, sys.argv[1:3])
    shared = os.path.abspath(os.environ.get("SHARED", os.path.join(source, "..", "shared")))
    data = os.path.join(build, "bench-data")
    pyroprof = os.path.join(build, "pyroprof")
    os.makedirs(data, exist_ok=True)
    table = Table()
    for name, bench in (
            ("top", lambda: bench_top(table, pyroprof, shared, data)),
            ("start-up", lambda: bench_start(table, pyroprof, shared, data)),
            ("record", lambda: bench_record(table, pyroprof, build, data))):
        try:
            bench()
        except (Skip, RuntimeError, OSError, ValueError, subprocess.CalledProcessError) as why:
            table.add(name, "skipped", str(why))
    text = table.text()
    sys.stdout.write(text)
    with open(os.path.join(build, "bench.txt"), "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    main()
