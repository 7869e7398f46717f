# SPDX-License-Identifier: Apache-2.0
"""How many stacks of real programs are complete, root to leaf, and whether they are those that perf
finds. The recorders watch the same run at the same time:

    pyroprof record
    perf record -g                          frame pointers
    perf record --call-graph dwarf          copies 8 KB of the stack, perf's own choice
    perf record --call-graph dwarf,32768    the reference, from whose copies less is missing, and
                                            once more, for what two of the same have in common

Different samples of a program that does something else all the time have little in common, whoever
takes them. So the reference's own samples are walked by our tables and steps as well: there each
stack must be perf's.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time

import replay
import stacks
import workloads
from measure import Skip, say

# Different ones, lest two of them sample the same moments.
HZ = {"ours": 499, "reference": 491, "second": 503, "dwarf": 199, "fp": 197}
SECONDS = 10
LEAST = 50  # stacks to compare
PERFS = {"fp": ["-g"], "dwarf": ["--call-graph", "dwarf"],
         "reference": ["--call-graph", "dwarf,32768"],
         "second": ["--call-graph", "dwarf,32768"]}


def is_attached(pid):
    folder = f"/proc/{pid}/fd"
    try:
        return any("perf_event" in os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder))
    except OSError:
        return False


def record(pyroprof, w):
    """Have all recorders attached, and the work begin; {name: path} of what they wrote."""
    paths = {name: os.path.join(w.folder, name + ".data") for name in HZ}
    recorders = {}
    for name, path in paths.items():
        argv = ["perf", "record", "-q", "-e", "cpu-clock", "-m", "2M", *PERFS[name]] \
            if name in PERFS else [pyroprof, "record"]
        argv += ["-F", str(HZ[name]), "-p", str(w.pid), "-o", path]
        recorders[name] = subprocess.Popen(argv, **(workloads.QUIET | {"stderr": subprocess.PIPE}))
    limit = time.monotonic() + 20
    while not all(is_attached(child.pid) for child in recorders.values()):
        if time.monotonic() > limit:
            break
        time.sleep(0.1)
    time.sleep(1)
    w.go()
    time.sleep(SECONDS)
    for child in recorders.values():
        child.send_signal(signal.SIGINT)
    for name, child in recorders.items():
        _, message = child.communicate()
        if child.returncode and name not in PERFS:
            raise RuntimeError(f"pyroprof record: {message.decode().strip()[:200]}")
    return paths


def percent(share):
    return f"{share * 100:.1f} %"


def compare(table, name, known, read):
    """The rows of one program."""
    callers = read["ours"].before_main()
    reached = {key: of.from_main(callers) for key, of in read.items()}
    total = {key: max(of.total(), 1) for key, of in read.items()}
    share = {key: sum(reached[key].values()) / total[key] for key in read}
    # ours must have it all
    ours = sum(read["ours"].complete.values()) / total["ours"]
    against = f"perf fp {percent(share['fp'])}, dwarf 8K {percent(share['dwarf'])}, " \
              f"dwarf 32K {percent(share['reference'])}"
    what = f"{name}: complete stacks of {total['ours']}"
    if known:
        table.at_least(what, percent(ours), against, ours, 0.99)
    else:
        table.note(what, percent(ours), against)
    for end, count in read["ours"].ends().most_common(3):
        say(f"    incomplete: {count} end at {end}")
    comparable = stacks.without_jit(reached["ours"])
    mine = stacks.agreement(comparable, reached["reference"])
    theirs = stacks.agreement(reached["reference"], reached["ours"])
    control = stacks.agreement(reached["second"], reached["reference"])
    if not mine or not theirs or not control or mine[0] < LEAST:
        table.note(f"{name}: same stacks as perf", "-", "perf has too few complete ones to compare")
        return
    for i, of in ((1, "stacks"), (2, "calls")):
        what = f"{name}: {of} that perf has, too"
        against = f"perf's in perf's {percent(control[i])}, perf's in ours {percent(theirs[i])}; " \
                  f"{mine[0]} samples"
        table.at_least(what, percent(mine[i]), against, mine[i] / max(control[i], 1e-9), 0.98)


def walk_again(table, name, known, program, path):
    """The row about perf's own samples."""
    found = replay.compare(program, path)
    what = f"{name}: perf's own samples, walked by us as by perf"
    if found.comparable < LEAST:
        table.note(what, "-", f"perf has walked {found.comparable} of {found.total} to an end")
        return
    share = found.same / found.comparable
    astray = found.total - found.comparable
    against = f"{found.same} of {found.comparable}; perf went astray in {astray}"
    if known:
        table.at_least(what, percent(share), against, share, 0.98)
    else:
        table.note(what, percent(share), against)
    for end, ours, its in found.differ[:3]:
        say(f"    differ: {len(ours)} frames, ended by {end}; {len(its)} of perf's")


def one(table, pyroprof, replayer, name, start, known):
    if not shutil.which("perf"):
        raise Skip("perf is not installed")
    folder = tempfile.mkdtemp(prefix="pyroprof-bench-")
    os.chmod(folder, 0o711)
    w = workloads.Workload(folder)
    try:
        start(w)
        paths = record(pyroprof, w)
        w.end()
        binaries = stacks.Binaries()
        read = {key: (stacks.of_profile if key == "ours" else stacks.of_perf)(path, binaries)
                for key, path in paths.items()}
        compare(table, name, known, read)
        walk_again(table, name, known, replayer, paths["reference"])
    finally:
        w.end()
        shutil.rmtree(folder, ignore_errors=True)


def parts(table, pyroprof, build):
    """(name, function) for each program."""
    replayer = os.path.join(build, "bench", "replay")
    return [(f"unwind {name}", lambda name=name, start=start, known=known:
             one(table, pyroprof, replayer, name, start, known))
            for name, start, known in workloads.ALL]
