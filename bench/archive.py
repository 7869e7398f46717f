# SPDX-License-Identifier: Apache-2.0
"""The archive: how small a series of real profiles becomes, how fast it is added up and listed, and
that no number of profiles makes one more cost much more.

The series is of a busy Go program (series.go), 360 consecutive CPU profiles, kept in bench-data; it
stands for an hour of one every ten seconds. Needs go. BENCH_SLOW=1 adds one of a C program, git at
work, recorded by ourselves: six minutes, as root."""

import gzip
import os
import shutil
import signal
import subprocess
import tempfile

from measure import Run, Skip, floor, interleaved, slow
from record import varint as read_varint
from table import megabytes, seconds

COUNT = 360
MILLISECONDS, HERTZ = 800, 400  # of CPU time
START, STEP = 1794999600, 10  # the beginning of an hour
LOOSE = 498000 * 3600  # that of the first hour of segments.c


def varint(v):
    out = bytearray()
    while v >= 0x80:
        out.append(v & 0x7f | 0x80)
        v >>= 7
    out.append(v)
    return bytes(out)


def without_times(message):
    """A profile without its start and duration."""
    out, at = bytearray(), 0
    while at < len(message):
        start = at
        tag, at = read_varint(message, at)
        value, at = read_varint(message, at)
        if tag & 7 == 2:
            at += value
        if tag >> 3 not in (9, 10):
            out += message[start:at]
    return bytes(out)


def make_series(data):
    """The profiles, each with a time of its own; those that are there are taken."""
    raw, timed = os.path.join(data, "series"), os.path.join(data, "series-timed")
    if len(files(timed)) == COUNT:
        return files(timed)
    if not shutil.which("go"):
        raise Skip("go is not there")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "series.go")
    program = os.path.join(data, "series-program")
    env = dict(os.environ, GOCACHE=os.path.join(data, "go-cache"), GOFLAGS="-mod=mod")
    subprocess.run(["go", "build", "-o", program, source], check=True, env=env)
    for folder in (raw, timed):
        os.makedirs(folder, exist_ok=True)
    if len(files(raw)) != COUNT:
        subprocess.run([program, raw, str(COUNT), str(MILLISECONDS), str(HERTZ)], check=True,
                       stderr=subprocess.DEVNULL)
    for i, name in enumerate(files(raw)):
        with gzip.open(name) as f:
            message = without_times(f.read())
        message += (b"\x48" + varint((START + i * STEP) * 10**9) +
                    b"\x50" + varint(STEP * 10**9))
        with open(os.path.join(timed, os.path.basename(name)), "wb") as f:
            f.write(gzip.compress(message, 6, mtime=0))
    return files(timed)


def files(folder):
    if not os.path.isdir(folder):
        return []
    return sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.endswith(".pb.gz"))


# What git does of all sorts, again and again, in the repository of the sources.
GIT_AT_WORK = """while :; do
	git log -p --stat -100; git grep -n 'struct [a-z_]*' HEAD; git blame README.md; git fsck --full
	git diff --stat $(git rev-list --max-parents=0 HEAD | head -1) HEAD; git archive HEAD; git shortlog -s
done >/dev/null 2>&1"""


def record_series(pyroprof, data, source):
    """As many samples in each as ten seconds at 99 Hz have, in one second at 997 Hz."""
    folder = os.path.join(data, "series-c")
    if len(files(folder)) >= COUNT:
        return files(folder)[:COUNT]
    if os.geteuid() or not shutil.which("git") or not os.path.isdir(os.path.join(source, ".git")):
        raise Skip("needs root, git and a repository")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with subprocess.Popen(["sh", "-c", GIT_AT_WORK], cwd=source, start_new_session=True) as work:
        subprocess.run([pyroprof, "record", "-q", "--comm", "^git$", "-F", "997", "--every", "1s",
                        "-d", f"{COUNT + 4}s", "-o", os.path.join(folder, "w.pb.gz")], check=False)
        os.killpg(work.pid, signal.SIGKILL)
    if len(files(folder)) < COUNT:
        raise Skip(f"{len(files(folder))} profiles only")
    return files(folder)[:COUNT]


def tree_size(folder):
    return sum(os.path.getsize(os.path.join(top, n)) for top, _, names in os.walk(folder)
               for n in names)


class Bench:
    def __init__(self, table, pyroprof, build, data):
        self.table, self.pyroprof, self.build, self.data = table, pyroprof, build, data

    def archive(self, name):
        path = os.path.join(self.data, f"archive-{name}")
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run([self.pyroprof, "archive", "init", "-q", f"--archive={path}"], check=True)
        return path

    def size(self, series, n, target, what="profiles"):
        """Sealed, beside the files that went in."""
        path, given = self.archive(str(n)), series[:n]
        adding = Run([self.pyroprof, "archive", "add", f"--archive={path}", *given])
        sealing = Run([self.pyroprof, "archive", "seal", "-q", "--all", f"--archive={path}"])
        before = sum(map(os.path.getsize, given))
        after = tree_size(os.path.join(path, "seg"))
        self.table.at_least(f"archive, {n} {what}: sealed", f"{after / 1e3:.0f} kB",
                            f"{before / 1e3:.0f} kB of .pb.gz", before / after, target)
        self.table.note(f"archive, {n} {what}: add", seconds(adding.wall),
                        f"{n / adding.wall:.0f} per second; {seconds(adding.cpu)} CPU")
        self.table.note(f"archive, {n} {what}: seal", seconds(sealing.wall),
                        f"{seconds(sealing.cpu)} CPU")
        return after

    def merge(self, path):
        return [self.pyroprof, "merge", "-q", "-o", os.path.join(self.data, "merged.pb.gz"),
                f"--archive={path}", "{}"]

    def limits(self, what, costs, limits):
        for name, cost in costs.items():
            if name not in limits:
                self.table.note(f"archive, {what}: {name}", seconds(cost.wall),
                                f"{seconds(cost.cpu)} CPU")
                continue
            self.table.at_most(f"archive, {what}: {name}", seconds(cost.wall),
                               f"limit {seconds(limits[name])}; {seconds(cost.cpu)} CPU",
                               cost.wall / limits[name], 1.0)
        rss = max(max(cost.rss for cost in costs.values()), floor())
        self.table.at_most(f"archive, {what}: memory", megabytes(rss), f"limit {megabytes(256e6)}",
                           rss / 256e6, 1.0)

    def sealed(self, path, hours, series):
        subprocess.run([os.path.join(self.build, "bench", "segments"), path, str(hours), *series],
                       check=True)

    def queries(self, hours, series, limits):
        """What many hours of this series cost."""
        path = self.archive(f"{hours}h")
        self.sealed(path, hours, series)
        self.limits(f"{hours * COUNT} sealed", interleaved(3, {
            "merge": self.merge(path),
            "log --last=10": [self.pyroprof, "log", "--last=10", f"--archive={path}"],
            "log, all lines": [self.pyroprof, "log", f"--archive={path}"],
            "series": [self.pyroprof, "series", f"--archive={path}"]}), limits)
        shutil.rmtree(path)

    def late_hour(self, hours, series, limit):
        """The same with one more hour that is not sealed."""
        path = self.archive(f"{hours}h-loose")
        self.sealed(path, hours - 1, series)
        with Many(self.data, series) as many:
            many.add(self.pyroprof, path, COUNT, LOOSE + (hours - 1) * 3600)
        self.limits(f"{(hours - 1) * COUNT} sealed, {COUNT} loose",
                    interleaved(3, {"merge": self.merge(path)}), {"merge": limit})
        shutil.rmtree(path)

    def growth(self, series, counts):
        """What one of many profiles costs, beside one of few."""
        few = {}
        for n in counts:
            path = self.archive(f"grown-{n}")
            with Many(self.data, series) as many:
                adding = many.add(self.pyroprof, path, n, LOOSE)
            costs = {"add": (adding.wall, adding.cpu)}
            for what in ("log", "seal"):
                words = ["archive", what, f"--archive={path}"] + ["--all"] * (what == "seal")
                run = Run([self.pyroprof, *words])
                costs[what] = (run.wall, run.cpu)
            rate = n / costs["add"][0]
            self.table.at_least(f"archive, {n} profiles: add, one after the other",
                                f"{rate:.0f} per second", "150 per second", rate / 150, 1.0)
            for what, (wall, cpu) in costs.items():
                each = cpu / n
                few.setdefault(what, each)
                shown = f"{seconds(wall)}, {each * 1e6:.0f} us CPU each"
                if n == counts[0]:
                    self.table.note(f"archive, {n} profiles: {what}", shown)
                else:
                    self.table.at_most(f"archive, {n} profiles: {what}", shown,
                                       f"{few[what] * 1e6:.0f} us each of {counts[0]}",
                                       each / few[what], 1.5)
            shutil.rmtree(path)


class Many:
    """Any number of different profiles: those of a series again and again, each time later. Its start
    is a further member of the gzip file, so that nothing has to be packed again."""

    PIECE = 1000  # files at a time

    def __init__(self, data, series):
        self.folder = tempfile.mkdtemp(dir=data)
        self.series = []
        for name in series:
            with gzip.open(name) as f:
                self.series.append(gzip.compress(without_times(f.read()), 6, mtime=0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def add(self, pyroprof, archive, n, start):
        """One process after the other, so many in all; what it cost."""
        total = None
        for first in range(0, n, self.PIECE):
            names = []
            for i in range(first, min(first + self.PIECE, n)):
                time = (b"\x48" + varint((start + i * STEP) * 10**9) +
                        b"\x50" + varint(STEP * 10**9))
                names.append(os.path.join(self.folder, f"{i - first}.pb.gz"))
                with open(names[-1], "wb") as f:
                    f.write(self.series[i % len(self.series)] + gzip.compress(time, 1, mtime=0))
            run = Run([pyroprof, "archive", "add", "-q", f"--archive={archive}",
                       "-l", "service=x", "-l", "host=bench", *names])
            if total:
                run.wall += total.wall
                run.cpu += total.cpu
            total = run
        return total


def sizes_in_c(table, bench):
    source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        series = record_series(bench.pyroprof, bench.data, source)
    except Skip as why:
        table.note("archive, profiles of git", "skipped", str(why))
        return
    bench.size(series, COUNT // 10, 10, "of git")
    bench.size(series, COUNT, 20, "of git")


def archive(table, pyroprof, build, data):
    bench, series = Bench(table, pyroprof, build, data), make_series(data)
    few = bench.size(series, COUNT // 10, 10)
    many = bench.size(series, COUNT, 20)
    table.note("archive: each further profile",
               f"{(many - few) / (COUNT - COUNT // 10):.0f} bytes",
               f"{os.path.getsize(series[-1])} bytes of .pb.gz")
    lists = {"log --last=10": 0.3, "series": 0.3}
    bench.queries(24, series, {"merge": 0.5, **lists})
    bench.late_hour(24, series, 1)
    if slow():
        sizes_in_c(table, bench)
        bench.queries(24 * 30, series, {"merge": 5, **lists})
    bench.growth(series, (100, 10000, 100000) if slow() else (100, 10000))
