# SPDX-License-Identifier: Apache-2.0
"""What recording costs those who are recorded, and the recorder.

A target counts units of work. Of each pair of windows, in one it is recorded and in the other it is
not, in random order; the ratio of its units per second of its own CPU time is what counts, since
that does not change with what else the machine does. The median of all pairs, with the bounds that
95 of 100 resamplings of them keep within (bootstrap); `none` is a pair without any recorder: what
differs from 0 there is noise, and so is that much elsewhere.

BENCH_PAIRS=N is the number of pairs (10)."""

import os
import random
import re
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import time

from measure import Skip, cpus, say
from workloads import QUIET

WINDOW = 2.0
STATS = "/proc/sys/kernel/bpf_stats_enabled"


def cpu_time(pid):
    """Seconds, of all its threads (the clock's number is that of clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


class Target:
    """bench/units at work; units-fp is the same with frame pointers."""

    def __init__(self, build, depth, threads, program="units"):
        self.folder = tempfile.mkdtemp(prefix="pyroprof-bench-")
        self.path = os.path.join(self.folder, "counts")
        self.child = subprocess.Popen([os.path.join(build, "bench", program), str(depth),
                                       str(threads), self.path], **QUIET)
        self.pid = self.child.pid
        time.sleep(0.3)

    def units(self):
        with open(self.path, "rb") as f:
            return sum(struct.unpack("<512Q", f.read(4096)))

    def rate(self):
        """Units per second of CPU time, for the length of a window."""
        units, used = self.units(), cpu_time(self.pid)
        time.sleep(WINDOW)
        return (self.units() - units) / (cpu_time(self.pid) - used)

    def end(self):
        self.child.kill()
        self.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Recorder:
    """One that has begun."""

    def __init__(self, argv, settle=0.7):
        self.child = subprocess.Popen(argv, **QUIET) if argv else None
        time.sleep(settle)

    def used(self):
        return cpu_time(self.child.pid) if self.child else 0.0

    def end(self):
        """CPU seconds in all, symbols and writing included."""
        if not self.child:
            return 0.0
        self.child.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(self.child.pid, 0)
        self.child.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime


def recorders(pyroprof, pid, hz, folder):
    perf = ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(hz), "-o", f"{folder}/perf.data",
            "-p", str(pid)]
    return {
        "none": None,
        "perf record -g": [*perf, "-g"],
        "perf --call-graph dwarf": [*perf, "--call-graph", "dwarf"],
        "pyroprof record": [pyroprof, "record", "-q", "-F", str(hz), "-o", f"{folder}/p.pb.gz",
                            "-p", str(pid)],
    }


class Costs:
    """Of one recorder, pair by pair."""

    def __init__(self):
        self.loss, self.steady, self.whole = [], [], []

    def pair(self, target, argv):
        first = random.random() < 0.5
        off = None if first else target.rate()
        recorder = Recorder(argv)
        used, began = recorder.used(), time.monotonic()
        on = target.rate()
        self.steady.append((recorder.used() - used) / (time.monotonic() - began))
        self.whole.append(recorder.end())
        off = off or target.rate()
        self.loss.append(1 - on / off)

    def bounds(self):
        medians = sorted(statistics.median(random.choices(self.loss, k=len(self.loss)))
                         for _ in range(2000))
        return medians[50], medians[-50]


def slowdown(table, pyroprof, build, hz):
    if not shutil.which("perf"):
        raise Skip("perf is not installed")
    busy = min(2, cpus())
    target = Target(build, 15, busy)
    try:
        argv = recorders(pyroprof, target.pid, hz, target.folder)
        costs = {name: Costs() for name in argv}
        for i in range(int(os.environ.get("BENCH_PAIRS", "10"))):
            say(f"    pair {i + 1}")
            for name in random.sample(list(argv), len(argv)):
                costs[name].pair(target, argv[name])
    finally:
        target.end()
    for name, cost in costs.items():
        low, high = cost.bounds()
        own = f"own CPU {statistics.median(cost.steady) * 100:.3f} % of one; " \
              f"{statistics.median(cost.whole) * 1000:.0f} ms in all" if argv[name] else ""
        table.note(f"{hz} Hz, {busy} busy threads, {name}: loss",
                   f"{statistics.median(cost.loss) * 100:.2f} %",
                   f"95 %: {low * 100:.2f}..{high * 100:.2f} %; {own}".rstrip("; "))


# ---- in the kernel ----

class KernelStats:
    """The kernel's account of eBPF programs, switched on for a while."""

    def __enter__(self):
        try:
            with open(STATS, encoding="ascii") as f:
                self.before = f.read()
            self.write("1\n")
        except OSError as why:
            raise Skip(f"{STATS}: {why.strerror}") from None

    def __exit__(self, *_):
        self.write(self.before)

    @staticmethod
    def write(text):
        with open(STATS, "w", encoding="ascii") as f:
            f.write(text)


def programs(pid):
    """(runs, nanoseconds) of all eBPF programs that a process holds."""
    runs = ns = 0
    folder = f"/proc/{pid}/fdinfo"
    for fd in os.listdir(folder):
        try:
            with open(f"{folder}/{fd}", encoding="ascii") as f:
                info = dict(line.split(":", 1) for line in f if ":" in line)
        except OSError:
            continue
        if "prog_id" in info and "run_cnt" in info:
            runs += int(info["run_cnt"])
            ns += int(info["run_time_ns"])
    return runs, ns


def each_run(target, argv, settle):
    """Nanoseconds of one run of the programs of a recorder, with nothing else in between."""
    recorder = Recorder(argv, settle)
    # the least of several: whatever interrupts it only adds
    best = None
    try:
        for _ in range(6):
            runs, ns = programs(recorder.child.pid)
            time.sleep(0.5)
            more, longer = programs(recorder.child.pid)
            if more > runs:
                each = (longer - ns) / (more - runs)
                best = min(best or each, each)
    finally:
        recorder.end()
        target.end()
    if not best:
        raise Skip("no program's runs are counted: is it the eBPF collector?")
    return best


def walk_by_tables(pyroprof, build, depth):
    target = Target(build, depth, cpus())
    return each_run(target, [pyroprof, "record", "-q", "-F", "999", "-p", str(target.pid), "-o",
                             f"{target.folder}/p.pb.gz"], 1.0)


def walk_by_pointers(build, depth):
    """The kernel's own walk, which needs frame pointers and no tables, by bpftrace."""
    target = Target(build, depth, cpus(), "units-fp")
    return each_run(target, ["bpftrace", "-q", "-e", f"profile:hz:999 /pid == {target.pid}/ "
                             "{ @[ustack(127)] = count(); }"], 4.0)


def per_sample(table, pyroprof, build):
    """What a sample costs by the number of its frames."""
    depths = (15, 100, 300, 800)
    with KernelStats():
        costs = [(depth + 5, walk_by_tables(pyroprof, build, depth)) for depth in depths]
        peer = {}
        if shutil.which("bpftrace"):
            peer = {depth + 5: walk_by_pointers(build, depth) for depth in depths[:2]}
    for frames, ns in costs:
        table.note(f"in the kernel, a sample of {frames} frames", f"{ns / 1000:.2f} us")
        if frames in peer:
            table.at_most("  against bpftrace, which walks frame pointers",
                          f"{ns / 1000:.2f} us", f"{peer[frames] / 1000:.2f} us",
                          ns / peer[frames], 1)
    (few, low), (many, high) = costs[0], costs[-1]
    each = (high - low) / (many - few)
    table.at_most("in the kernel, a sample of 20 frames: microseconds", f"{low / 1000:.2f}", "", low / 1000, 4)
    table.at_most("in the kernel, a further frame: nanoseconds", f"{each:.0f}", "", each, 100)


# ---- the first sample ----

SPIN = "while True: pass\n"
LIBRARIES = """
import ctypes, glob
n = 0
for path in sorted(glob.glob("/usr/lib/x86_64-linux-gnu/lib*.so.*")):
    if sum(1 for _ in set(l.split()[-1] for l in open("/proc/self/maps") if "/" in l)) >= 100:
        break
    try:
        ctypes.CDLL(path, 1)
    except OSError:
        pass
""" + SPIN
LLVM = """
import ctypes, glob
ctypes.CDLL(sorted(glob.glob("/usr/lib/x86_64-linux-gnu/libLLVM-*.so*"))[-1], 1)
""" + SPIN


def first_sample(pyroprof, pid, folder):
    """From the start of pyroprof to the time of the first sample of the process: seconds."""
    environment = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
    began = time.time()
    subprocess.run([pyroprof, "record", "-q", "-F", "4999", "-d", "300ms", "-p", str(pid),
                    "--timestamps", "--no-inlines", "--no-lines", "-o", f"{folder}/p.pb.gz"],
                   env=environment, check=True, **QUIET)
    raw = subprocess.run([pyroprof, "raw", f"{folder}/p.pb.gz"], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    times = [int(t) for t in re.findall(r"timestamp:\[(\d+)\]", raw)]
    if not times:
        raise Skip("no sample")
    return min(times) / 1e9 - began


def start_of(table, pyroprof, what, argv, target):
    folder = tempfile.mkdtemp(prefix="pyroprof-bench-")
    child = subprocess.Popen(argv, **QUIET)
    times = {"cold": [], "warm": []}
    try:
        time.sleep(3)
        for _ in range(7):
            shutil.rmtree(f"{folder}/cache", ignore_errors=True)
            for kind in times:
                times[kind].append(first_sample(pyroprof, child.pid, folder))
    finally:
        child.kill()
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)
    for kind, took in times.items():
        ms = statistics.median(took) * 1000
        table.at_most(f"to the first sample of {what}, {kind}: ms", f"{ms:.0f}",
                      f"least {min(took) * 1000:.0f}, most {max(took) * 1000:.0f} ms", ms, target)


def starts(table, pyroprof):
    start_of(table, pyroprof, "100 mapped files", ["/usr/bin/python3", "-c", LIBRARIES], 150)
    start_of(table, pyroprof, "libLLVM", ["/usr/bin/python3", "-c", LLVM], 250)
    if shutil.which("node"):
        start_of(table, pyroprof, "node", ["node", "-e", "for (;;);"], 250)


def parts(table, pyroprof, build):
    return [
        ("recording at 99 Hz", lambda: slowdown(table, pyroprof, build, 99)),
        ("recording at 999 Hz", lambda: slowdown(table, pyroprof, build, 999)),
        ("in the kernel", lambda: per_sample(table, pyroprof, build)),
        ("the first sample", lambda: starts(table, pyroprof)),
    ]
