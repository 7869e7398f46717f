# SPDX-License-Identifier: Apache-2.0
"""Running programs and what they cost."""

import os
import resource
import subprocess
import sys
import time


class Skip(Exception):
    """Why something cannot be measured here."""


class Run:
    """What one command cost."""

    def __init__(self, argv, stdin=None, counted=False):
        """Standard output is thrown away; if `counted`, its bytes are, which costs time."""
        source = open(stdin, "rb") if stdin else subprocess.DEVNULL
        began = time.monotonic()
        child = subprocess.Popen(argv, stdin=source, stderr=subprocess.PIPE,
                                 stdout=subprocess.PIPE if counted else subprocess.DEVNULL)
        self.output = drain(child.stdout) if counted else None
        self.stderr = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        # Not below floor().
        self.rss = usage.ru_maxrss * 1024
        child.stderr.close()
        if stdin:
            source.close()
        if child.returncode != 0:
            first = self.stderr.strip().splitlines()[:1] or ["no message"]
            raise RuntimeError(f"{os.path.basename(argv[0])} {argv[1] if argv[1:] else ''} "
                               f"exited with {child.returncode}: {first[0]}")


def drain(pipe):
    """The number of bytes until its end."""
    total = 0
    with pipe:
        while chunk := pipe.read(1 << 20):
            total += len(chunk)
    return total


class Cost:
    """The least that several runs of one command took: whatever else a machine does only adds."""

    def __init__(self, runs):
        self.cpu = min(r.cpu for r in runs)
        self.wall = min(r.wall for r in runs)
        self.rss = max(r.rss for r in runs)


def interleaved(rounds, jobs):
    """Run each of {name: argv} so many times, in turns, so that a busy machine slows all of them.
    Returns {name: Cost}. BENCH_ROUNDS in the environment is another number of turns."""
    runs = {name: [] for name in jobs}
    for _ in range(int(os.environ.get("BENCH_ROUNDS", rounds))):
        for name, argv in jobs.items():
            runs[name].append(Run(argv))
    return {name: Cost(of_one) for name, of_one in runs.items()}


def floor():
    """What is not more memory than this cannot be told from it: children start as copies of us."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cpus():
    return len(os.sched_getaffinity(0))


def slow():
    """Whether what takes minutes is wanted."""
    return bool(os.environ.get("BENCH_SLOW"))


def say(what):
    """Progress; the table is printed at the end."""
    print(f"bench: {what}", file=sys.stderr, flush=True)
