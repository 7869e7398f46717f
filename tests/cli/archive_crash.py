#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Killed before every system call that touches the archive, and with every such call failing: what
was acknowledged is there, all bytes are well, nothing is half done, and the command can be run
again. Then many who add, read, tag and collect at the same time. Of commands other than `add` every
fifth run is made, all with CRASH_ALL=1. Prints TAP."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

PROGRAM = os.environ["PYROPROF"]
DATA = os.environ["DATA"]
# What opens, changes or syncs files; the rest of a program's calls is none of the archive's.
CALLS = ("openat write pwrite64 read pread64 close fsync fchmod flock renameat renameat2 linkat unlinkat "
         "mkdir mkdirat getdents64 getrandom newfstatat dup").split()
ERRORS = {"write": ("ENOSPC", "EIO"), "pwrite64": ("ENOSPC", "EIO"), "openat": ("ENOSPC", "EIO", "EMFILE"),
          "fsync": ("EIO", "ENOSPC"), "renameat": ("ENOSPC", "EIO"), "linkat": ("ENOSPC", "EIO"),
          "mkdirat": ("ENOSPC",), "mkdir": ("ENOSPC",), "fchmod": ("EIO",), "flock": ("EINTR", "ENOLCK"),
          "read": ("EIO",), "pread64": ("EIO",), "getdents64": ("EIO",), "getrandom": ("ENOSYS",),
          "newfstatat": ("EIO",), "unlinkat": ("EIO",)}


def run(*words, env=None, strace=(), stdin=None):
    argv = [*(["strace", "-f", "-o", "/dev/null", *strace] if strace else []), PROGRAM, *words]
    return subprocess.run(argv, capture_output=True, check=False, timeout=120, stdin=stdin,
                          env=dict(os.environ, **(env or {})))


class Case:
    """A command, the archive before it, and what may be true after it."""

    def __init__(self, name, words, prepare, valid=lambda archive: None, makes=False,
                 repairs=False, removes=False):
        self.name, self.words, self.prepare = name, words, prepare
        self.valid, self.makes, self.repairs, self.removes = valid, makes, repairs, removes

    def start(self, folder):
        archive = os.path.join(folder, "A")
        if not self.makes:
            shutil.copytree(self.prepare, archive)
        return archive

    def run(self, archive, strace=()):
        return run(*[w.replace("$A", archive) for w in self.words],
                   env={"PYROPROF_ARCHIVE": archive}, strace=strace)


def entries(archive):
    r = run("log", "--format=json", f"--archive={archive}")
    if r.returncode != 0:
        raise AssertionError(f"log: {r.stderr!r}")
    if r.stderr:
        raise AssertionError(f"log complains: {r.stderr!r}")
    return {e["id"]: e for e in json.loads(r.stdout)}


def after_repair(case, archive):
    """Done again, to the end: all is well, and what was whole is there."""
    again = case.run(archive)
    if again.returncode not in (0, 1):
        return f"cannot be repaired: {again.stderr!r}"
    r = run("archive", "verify", f"--archive={archive}")
    if r.returncode != 0:
        return f"not repaired: {r.stderr!r}"
    return None if len(entries(archive)) == 1 else "the whole one is gone"


def complaint(case, archive, before, result, died):
    """What is wrong with the archive after a run that was disturbed; None if nothing is."""
    told = set(re.findall(r"^[0-9a-f]{64}$", result.stdout.decode(), re.M))
    # 1: there is damage, which is what was to be repaired
    if not died and result.returncode not in ((0, 1, 3) if case.repairs else (0, 3)):
        return f"exit status {result.returncode}: {result.stderr!r}"
    if not died and result.returncode == 3 and not result.stderr.startswith(b"pyroprof: "):
        return f"no message: {result.stderr!r}"
    if case.makes and not os.path.exists(os.path.join(archive, "ARCHIVE")):
        again = case.run(archive)
        return None if again.returncode == 0 else f"cannot be made again: {again.stderr!r}"
    r = run("archive", "verify", f"--archive={archive}")
    if case.repairs:
        return after_repair(case, archive)
    if r.returncode != 0:
        return f"verify: {r.stdout!r} {r.stderr!r}"
    now = set(entries(archive))
    if not case.removes and not told | set(before) <= now:
        return f"lost: {(told | set(before)) - now}"
    left = os.listdir(os.path.join(archive, "tmp"))
    if not died and left and "unlinkat" not in str(case.injected):
        return f"left in tmp/: {left}"
    why = case.valid(archive)
    if why:
        return why
    again = case.run(archive)
    if again.returncode != 0 and "unpin" not in case.words:
        return f"cannot be run again: {again.stderr!r}"
    return None


def list_calls(case):
    """The calls that a run makes that is left alone, from the first one on that names the archive,
    each with its number among those of its name."""
    with tempfile.TemporaryDirectory() as folder:
        archive, log = case.start(folder), os.path.join(folder, "log")
        r = subprocess.run(["strace", "-f", "-o", log, PROGRAM,
                            *[w.replace("$A", archive) for w in case.words]], check=False,
                           env=dict(os.environ, PYROPROF_ARCHIVE=archive), capture_output=True)
        assert r.returncode in (0, 1), r.stderr
        with open(log, encoding="utf-8", errors="replace") as f:
            lines = f.readlines()
    calls, numbers, touched = [], collections.Counter(), False
    for line in lines:
        m = re.match(r"\d+ +(\w+)\(", line)
        if not m or m.group(1) not in CALLS:
            continue
        numbers[m.group(1)] += 1
        touched |= archive in line and "execve" not in line
        if touched:
            calls.append((m.group(1), numbers[m.group(1)]))
    return calls, numbers


def disturb(case, call, at, how, before):
    with tempfile.TemporaryDirectory() as folder:
        archive = case.start(folder)
        one = Case(case.name, case.words, case.prepare, case.valid, case.makes, case.repairs,
                   case.removes)
        one.injected = call
        result = one.run(archive, [f"-einject={call}:{how}:when={at}"])
        try:
            why = complaint(one, archive, before, result, how == "signal=KILL")
        except AssertionError as e:
            why = str(e)
        return f"{call} {at} {how}: {why}" if why else None


def check(case, pool):
    before = {} if case.makes or case.repairs else entries(case.prepare)
    jobs = []
    calls, numbers = list_calls(case)
    for call, at in calls:
        if numbers[call] > 100 and 5 < at < numbers[call] - 5 and at % 32:
            continue  # one of 256 directories is like another
        jobs += [(call, at, "signal=KILL")]
        jobs += [(call, at, f"error={e}") for e in ERRORS.get(call, ())]
    if case.name != "add" and not os.environ.get("CRASH_ALL"):
        jobs = jobs[::5]
    bad = [x for x in pool.map(lambda j: disturb(case, *j, before), jobs) if x]
    return len(jobs), bad


def prepare(folder):
    """An archive with two entries, a pin and a tag."""
    archive = os.path.join(folder, "base")
    for words in (["init"], ["add", f"{DATA}/cpu.pb.gz", "-l", "service=a"], ["add", f"{DATA}/heap.pb"],
                  ["pin", "kept", "{service=\"a\"}"], ["tag", "@kept", "env=one"]):
        r = run("archive", *words, f"--archive={archive}")
        assert r.returncode == 0, r.stderr
    return archive


def other(folder):
    """Another archive, with an entry, a pin and a tag of its own."""
    archive = os.path.join(folder, "other")
    for words in (["init"], ["add", f"{DATA}/labels.pb.gz"], ["pin", "theirs", "{}"],
                  ["tag", "@theirs", "env=three"]):
        r = run("archive", *words, f"--archive={archive}")
        assert r.returncode == 0, r.stderr
    return archive


def sealed(folder):
    """An archive with a segment, a late comer, and a group that is not sealed yet."""
    archive = os.path.join(folder, "sealed")
    words = ["archive", "add", f"--archive={archive}", "-l", "host=h", "-l"]
    for args in (["archive", "init", f"--archive={archive}"], [*words, "pid=1", f"{DATA}/cpu.pb.gz"],
                 [*words, "pid=2", f"{DATA}/cpu.pb.gz"], ["archive", "seal", f"--archive={archive}"],
                 [*words, "pid=3", f"{DATA}/cpu.pb.gz", f"{DATA}/cpu-more.pb.gz"],
                 [*words, "pid=4", f"{DATA}/cpu-more.pb.gz"]):
        r = run(*args)
        assert r.returncode == 0, r.stderr
    return archive


def old(folder):
    """An archive with hours that are to be merged and one that is to go: loose, sealed, merged already,
    late, and an entry of each that is pinned."""
    archive, files = os.path.join(folder, "old"), os.path.join(folder, "files")
    add = ["archive", "add", f"--archive={archive}", "-q", "-l", "host=h", "-l"]
    hour = int(time.time()) // 3600 * 3600
    assert run("archive", "init", f"--archive={archive}").returncode == 0

    def profiles(days, count):
        subprocess.run([sys.executable, f"{DATA}/../lib/prune-profiles.py", files,
                        str(hour - days * 86400), str(count), "20"], check=True)

    def check(*args):
        r = run(*args)
        assert r.returncode == 0, r.stderr
        return r.stdout.decode().split()

    profiles(10, 4)
    check(*add, "pid=7", *[f"{files}/cpu-7-{i:03}.pb" for i in range(4)])
    check("archive", "seal", f"--archive={archive}")
    check("archive", "prune", f"--archive={archive}")
    check(*add, "pid=8", f"{files}/cpu-8-000.pb")
    profiles(11, 3)
    ids = check(*add, "pid=7", *[f"{files}/cpu-7-{i:03}.pb" for i in range(3)])
    check("archive", "seal", f"--archive={archive}")
    check("archive", "pin", "sealed", ids[1], f"--archive={archive}")
    check(*add, "pid=8", *[f"{files}/heap-8-{i:03}.pb" for i in range(2)])
    profiles(40, 3)
    ids = check(*add, "pid=7", *[f"{files}/cpu-7-{i:03}.pb" for i in range(3)])
    check("archive", "seal", f"--archive={archive}")
    check("archive", "pin", "older", ids[2], f"--archive={archive}")
    check(*add, "pid=8", f"{files}/heap-8-000.pb")
    return archive


def pruned(archive):
    """After it, what is merged adds up to what it did, what goes is there or gone, what is pinned is
    there as it was, and nothing counts twice: profiles are as many as they were. Done again to the end,
    it is as if it had not been disturbed."""
    young = "{profile_type=~\"process.*\"}@now-20d.."
    oldest = "{}@now-60d..now-20d"
    done = archive + ".done"
    shutil.copytree(archive, done)
    assert run("archive", "prune", f"--archive={done}").returncode == 0

    def state(where, selector):
        return run("top", "--format=csv", selector, f"--archive={where}").stdout

    def count(where, selector):
        found = json.loads(run("log", "--format=json", selector, f"--archive={where}").stdout or "[]")
        return sum(e["profiles"] for e in found)

    def pins(where):
        return [run("raw", pin, f"--archive={where}").stdout for pin in ("@sealed", "@older")]

    want, profiles, kept = state(archive, young), count(archive, "{}@now-20d.."), pins(archive)
    ends = set(entries(done))
    assert want.count(b"\n") > 3 and profiles == 10 and all(kept) and count(archive, oldest) == 4
    assert count(done, oldest) == 1 and count(done, "{}@now-20d..") == 10

    def valid(after):
        if state(after, young) != want:
            return f"top: {state(after, young)!r}"
        if count(after, "{}@now-20d..") != profiles:
            return f"{count(after, '{}@now-20d..')} profiles"
        if pins(after) != kept or not 1 <= count(after, oldest) <= 4:
            return "what is pinned is not there"
        again = run("archive", "prune", f"--archive={after}")
        if again.returncode != 0 or set(entries(after)) != ends:
            return f"done again: {again.stderr!r} {set(entries(after)) ^ ends}"
        return None

    return valid


def adds_up_to(archive):
    """After it, everything adds up to what it did before."""
    want = run("top", "--format=csv", "{}", f"--archive={archive}").stdout
    assert want.count(b"\n") > 3, want

    def valid(after):
        got = run("top", "--format=csv", "{}", f"--archive={after}")
        return None if got.stdout == want and not got.stderr else f"top: {got.stdout!r} {got.stderr!r}"

    return valid


def damage(archive, folder):
    broken = os.path.join(folder, "broken")
    shutil.copytree(archive, broken)
    for top, _, names in os.walk(os.path.join(broken, "new")):
        for name in names:
            path = os.path.join(top, name)
            os.chmod(path, 0o600)
            with open(path, "r+b") as f:
                f.seek(100)
                f.write(b"?")
            return broken
    raise AssertionError("no object")


def one_of(*selectors):
    """After it, the first entry is found by one of these."""

    def valid(archive):
        found = [s for s in selectors
                 if len(json.loads(run("log", "--format=json", s, f"--archive={archive}").stdout or "[]"))]
        return None if found else f"none of {selectors} finds anything"

    return valid


def cases(folder):
    base, late, aged = prepare(folder), sealed(folder), old(folder)
    return [
        Case("init", ["archive", "init"], None, makes=True),
        Case("add", ["archive", "add", f"{DATA}/cpu-more.pb.gz", f"{DATA}/labels.pb.gz"], base),
        Case("add what is there", ["archive", "add", f"{DATA}/cpu.pb.gz", "-l", "service=a"], base),
        Case("tag", ["archive", "tag", "@kept", "env=two"], base,
             one_of('{env="one"}', '{env="two"}')),
        Case("pin", ["archive", "pin", "kept", "{}"], base, one_of("@kept")),
        Case("unpin", ["archive", "unpin", "kept"], base),
        Case("gc", ["archive", "gc"], base),
        Case("pull", ["archive", "pull", other(folder)], base, one_of("@kept")),
        Case("seal", ["archive", "seal", "--all"], late, adds_up_to(late)),
        Case("prune", ["archive", "prune"], aged, pruned(aged), removes=True),
        Case("prune --max-size", ["archive", "prune", "--max-size=1"], aged, removes=True),
        Case("fsck --repair", ["archive", "fsck", "--repair"], damage(base, folder), repairs=True),
    ]


def many(folder):
    """Eight who add ten each, two who read, tag, collect and seal."""
    archive = os.path.join(folder, "many")
    assert run("archive", "init", f"--archive={archive}").returncode == 0
    ids, bad = [], []

    def add(worker):
        for i in range(10):
            r = run("archive", "add", f"{DATA}/cpu.pb.gz", f"--archive={archive}", "-l",
                    f"worker={worker}", "-l", f"n={i // 2 if worker % 2 else i}")
            if r.returncode != 0:
                bad.append(r.stderr)
            ids.extend(r.stdout.decode().split())

    def read(_):
        for _ in range(15):
            for words in (["log", "--format=json"], ["top", "{}"], ["archive", "fsck"],
                          ["archive", "gc"], ["archive", "seal", "--all"], ["archive", "tag", "{n=\"1\"}", "seen=yes"]):
                r = run(*words, f"--archive={archive}")
                empty = b"is empty" in r.stderr or b"no profile matches" in r.stderr
                if b"left out" in r.stderr or (r.returncode != 0 and not empty):
                    bad.append((words, r.stdout[-200:], r.stderr))

    with ThreadPoolExecutor(10) as pool:
        jobs = [pool.submit(add, w) for w in range(8)] + [pool.submit(read, w) for w in range(2)]
        for job in jobs:
            job.result()
    there = set(entries(archive))
    if there != set(ids):
        bad.append(f"{len(set(ids))} ids were told, {len(there)} are there")
    if len(there) != 4 * 10 + 4 * 5:
        bad.append(f"{len(there)} entries, not 60")
    r = run("archive", "verify", f"--archive={archive}")
    if r.returncode != 0:
        bad.append(r.stderr)
    return len(ids), bad


def can_trace():
    r = subprocess.run(["strace", "-f", "-o", "/dev/null", "-einject=fsync:error=EIO", "true"],
                       capture_output=True, check=False)
    return r.returncode == 0


def report(n, name, total, bad):
    for line in bad[:8]:
        print(f"# {line}")
    ok = not bad and total > 0
    print(f"{'ok' if ok else 'not ok'} {n} - {name} ({total} runs)", flush=True)
    return ok


def main():
    if not shutil.which("strace") or not can_trace():
        print("1..0 # SKIP strace cannot trace here")
        return 0
    if b"asan" in subprocess.run(["ldd", PROGRAM], capture_output=True, check=False).stdout:
        print("1..0 # SKIP leaks cannot be looked for under strace")
        return 0
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # many small directories
    good = True
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        all_cases = [c for c in cases(folder) if len(sys.argv) < 2 or c.name in sys.argv[1:]]
        print(f"1..{len(all_cases) + 1}")
        for n, case in enumerate(all_cases, 1):
            good &= report(n, case.name, *check(case, pool))
        good &= report(len(all_cases) + 1, "many at the same time", *many(folder))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
