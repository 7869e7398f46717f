# SPDX-License-Identifier: Apache-2.0
"""What a recording gets of the samples that are due, and what it costs."""

import gzip
import os
import re
import signal
import subprocess
import time

from measure import Run, cpus
from table import seconds

RECORD_SECONDS = 10
RECORD_HZ = 99
WORKERS = 2  # of contrib/demo


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


def record(table, pyroprof, build, data):
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
    busy = min(WORKERS, cpus())
    due = RECORD_SECONDS * RECORD_HZ * busy
    got = count_samples(out)
    name = f"record, {RECORD_SECONDS} s at {RECORD_HZ} Hz, {busy} busy CPUs"
    table.note(f"{name}: samples", str(got), f"due: {due}", f"{got / due:.3f}")
    # What it got of the CPUs is all that can be sampled: other work takes its part.
    table.note(f"{name}: per CPU second", f"{got / used:.1f}", f"{RECORD_HZ} Hz",
               f"{got / used / RECORD_HZ:.3f}")
    lost = re.search(r"(\d+)[^\n,;]{0,20}\blost\b|\blost\b[^\n\d]{0,10}(\d+)", run.stderr)
    table.note(f"{name}: lost", (lost.group(1) or lost.group(2)) if lost else "none reported")
    table.note(f"{name}: own CPU", seconds(run.cpu), f"one CPU for {seconds(run.wall)}",
               f"{run.cpu / run.wall:.4f}")


