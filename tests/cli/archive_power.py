#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The archive after a loss of power: every command is recorded call by call (tests/lib/disk.py), and for every
prefix of its calls the directory is made as a disk could have it then, without what was not synced. What was
acknowledged is there, with what was there before; nothing is damaged. The same for commands that follow one that
was killed before it had synced. A sample of it all, or all with CRASH_ALL=1. Prints TAP."""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from disk import TRACED, Disk, build, calls_of  # noqa: E402  (needs the path)

PROGRAM = os.path.realpath(os.environ["PYROPROF"])
DATA = os.path.realpath(os.environ["DATA"])
ALL = bool(os.environ.get("CRASH_ALL"))
SAMPLE = 24  # states of a case


def run(*words, strace=(), cwd=None):
    argv = [*(["strace", *strace] if strace else []), PROGRAM, *words]
    return subprocess.run(argv, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL, cwd=cwd)


def must(*words):
    r = run(*words)
    assert r.returncode == 0, (words, r.stderr)
    return r.stdout.decode()


def log(archive, selector="{}"):
    r = run("log", "--format=json", selector, f"--archive={archive}")
    if r.returncode == 3 and b"no pin" in r.stderr:
        return {}
    if r.returncode != 0 or r.stderr:
        raise AssertionError(f"log: {r.stderr!r}")
    return {e["id"]: e for e in json.loads(r.stdout)}


class Case:
    """Commands, one after the other, of which the first may be killed; the archive before; what is true of it
    after the loss, valid(archive, done), done: the last one had come to its end."""

    def __init__(self, name, steps, before, valid=None, kill=False, root="A", damage=None, merges=False):
        self.name, self.steps, self.before, self.valid = name, steps, before, valid
        self.kill, self.root = kill, root
        self.damage = damage  # the id of an entry that is damaged, until the end
        self.merges = merges  # entries become others, which add up to the same


class State:
    """A disk after a loss of power, and what had been told until then."""

    def __init__(self, tree, told, done, what):
        self.tree, self.told, self.done, self.what = tree, told, done, what

    def key(self):
        return hash((frozenset((self.tree or {}).items()), self.told, self.done))


def record(case, folder, words, kill):
    """Run a command; its calls. kill: before its fsync of that number."""
    out = os.path.join(folder, "log")
    words = [w.replace("$A", os.path.join(folder, case.root)) for w in words]
    strace = ["-f", "-y", "-s", "100000000", "-e", f"trace={TRACED}", "-o", out]
    if kill:
        strace += ["-e", f"inject=fsync:signal=KILL:when={kill}"]
    r = run(*words, strace=strace, cwd=folder)
    assert kill or r.returncode in (0, 1 if case.damage else 0), (words, r.stderr)
    return list(calls_of(out))


def states(case, kill=0):
    """All that a disk can have become while the last command of a case ran."""
    with tempfile.TemporaryDirectory() as folder:
        if case.before:
            shutil.copytree(case.before, os.path.join(folder, case.root))
        disk, told, out = Disk(folder, case.root), frozenset(), {}
        for i, words in enumerate(case.steps):
            calls = record(case, folder, words, 0 if i else kill)
            last = i + 1 == len(case.steps)
            for n, call in enumerate(calls):
                done, changed = n + 1 == len(calls), disk.do(call)
                if call.name == "write" and call.args[:2] in ("1<", "2<"):
                    ids = re.findall(r"\b[0-9a-f]{64}\b", call.args)
                    changed, told = changed or ids, told | set(ids)
                for how in disk.HOW if last and (changed or done) else ():
                    state = State(disk.after(how), told, done, f"{how} after {n} {call}, kill {kill}")
                    out.setdefault(state.key(), state)
        return list(out.values())


def kills_of(case):
    """Before which fsync the first command is killed."""
    with tempfile.TemporaryDirectory() as folder:
        if case.before:
            shutil.copytree(case.before, os.path.join(folder, case.root))
        syncs = sum(c.name == "fsync" for c in record(case, folder, case.steps[0], 0))
    return list(range(1, syncs + 1)) if ALL or syncs < 14 else [1, 2, 3, syncs // 2, syncs - 2, syncs - 1, syncs]


def sample(found):
    """Those with the most promises, and some of the others."""
    if ALL or len(found) <= SAMPLE:
        return found
    found.sort(key=lambda s: (s.done, len(s.told)))
    return found[-SAMPLE // 2:] + random.Random(1).sample(found[:-SAMPLE // 2], SAMPLE // 2)


def complaint(case, before, state):
    if state.tree is None or "ARCHIVE" not in state.tree:
        if case.before or state.told or state.done:
            return "there is no archive any more"
        return None
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "A")
        build(state.tree, archive)
        r = run("archive", "verify", f"--archive={archive}")
        known = case.damage and not state.done and r.stderr.count(b"\n") == 1 and case.damage[2:].encode() in r.stderr
        if not known and (r.returncode != 0 or r.stderr):
            return f"verify: {r.stdout!r} {r.stderr!r}"
        lost = (before | state.told) - set(log(archive))
        if lost:
            return f"lost: {sorted(lost)}"
        return case.valid(archive, state.done) if case.valid else None


def look(case, before, state):
    try:
        why = complaint(case, before, state)
    except AssertionError as e:
        why = str(e)
    return f"{state.what}: {why}" if why else None


def check(case, pool):
    before = set(log(case.before)) - {case.damage} if case.before and not case.merges else set()
    if case.kill:
        found = [s for some in pool.map(lambda k: states(case, k), kills_of(case)) for s in some]
    else:
        found = states(case)
    jobs = sample(found)
    bad = [x for x in pool.map(lambda s: look(case, before, s), jobs) if x]
    return len(jobs), bad


# ---- the archives before ----

def prepare(folder):
    """Two entries, a pin and a tag."""
    archive = os.path.join(folder, "base")
    for words in (["init"], ["add", f"{DATA}/cpu.pb.gz", "-l", "service=a"], ["add", f"{DATA}/heap.pb"],
                  ["pin", "kept", '{service="a"}'], ["tag", "@kept", "env=one"]):
        must("archive", *words, f"--archive={archive}")
    return archive


def bare(base):
    """The same without empty directories, as it comes from where there are only files; and with fewer calls."""
    archive = base + "-bare"
    shutil.copytree(base, archive)
    for top, _, _ in os.walk(archive, topdown=False):
        if not os.listdir(top):
            os.rmdir(top)
    return archive


def sealed(folder):
    """A segment, a late comer for it, and a group that is not sealed yet."""
    archive = os.path.join(folder, "sealed")
    add = ["archive", "add", f"--archive={archive}", "-l", "host=h", "-l"]
    for words in (["archive", "init", f"--archive={archive}"], [*add, "pid=1", f"{DATA}/cpu.pb.gz"],
                  [*add, "pid=2", f"{DATA}/cpu.pb.gz"], ["archive", "seal", f"--archive={archive}"],
                  [*add, "pid=3", f"{DATA}/cpu.pb.gz", f"{DATA}/cpu-more.pb.gz"],
                  [*add, "pid=4", f"{DATA}/cpu-more.pb.gz"]):
        must(*words)
    return archive


def needless(archive, folder):
    """The same sealed, but with the loose objects, which gc takes away."""
    both = os.path.join(folder, "needless")
    shutil.copytree(archive, both)
    must("archive", "seal", f"--archive={both}")
    shutil.copytree(os.path.join(archive, "new"), os.path.join(both, "new"), dirs_exist_ok=True)
    return both


def damaged(archive, folder):
    broken = os.path.join(folder, "damaged")
    shutil.copytree(archive, broken)
    name = must("archive", "add", f"{DATA}/labels.pb.gz", f"--archive={broken}").strip()
    path = os.path.join(broken, "new", name[:2], name[2:] + ".pp")
    os.chmod(path, 0o600)
    with open(path, "r+b") as f:
        f.seek(-40, os.SEEK_END)
        f.write(b"?")
    return broken, name


def other(folder):
    archive = os.path.join(folder, "other")
    for words in (["init"], ["add", f"{DATA}/labels.pb.gz"], ["pin", "theirs", "{}"], ["tag", "@theirs", "env=three"]):
        must("archive", *words, f"--archive={archive}")
    return archive


def targets(folder, server):
    path = os.path.join(folder, "targets.json")
    with open(path, "w", encoding="ascii") as f:
        json.dump([{"targets": [server.rpartition("/")[2]]}], f)
    return path


# ---- what is true afterwards ----

def pinned(old, new):
    """A pin has so many entries before or after, and after the end: after."""

    def valid(archive, done):
        n = len(log(archive, "@kept"))
        return None if n in ((new,) if done else (old, new)) else f"{n} entries are pinned"

    return valid


def tagged(selector):
    """The first one is tagged as before, or as all are at the end."""

    def valid(archive, done):
        values = {e["labels"].get("env") for e in log(archive, selector).values()}
        return None if values == {"two"} or (not done and values & {"one", "two"}) else f"tagged {values}"

    return valid


def adds_up_to(archive):
    want = must("top", "--format=csv", "{}", f"--archive={archive}")
    assert want.count("\n") > 3, want

    def valid(after, _done):
        got = must("top", "--format=csv", "{}", f"--archive={after}")
        return None if got == want else f"top: {got}"

    return valid


def pulled(archive, done):
    if not done:
        return None
    tags = {e["labels"].get("env") for e in log(archive, "@theirs").values()}
    return None if tags == {"three"} else f"tags of what was pulled: {tags}"


def cases(folder, server):
    base, late = prepare(folder), sealed(folder)
    both = needless(late, folder)
    broken, damage = damaged(base, folder)
    few, late, both, broken = (bare(x) for x in (base, late, both, broken))
    a = "--archive=$A"
    add = ["archive", "add", a, f"{DATA}/cpu-more.pb.gz", f"{DATA}/labels.pb.gz"]
    init, seal, gc = ["archive", "init", a], ["archive", "seal", "--all", a], ["archive", "gc", a]
    prune = ["archive", "prune", a, "--policy=full=1d,5m=9999d"]
    tag, pin = ["archive", "tag", a, "{}", "env=two"], ["archive", "pin", a, "kept", "{}"]
    return [
        Case("init", [init], None),
        Case("init, somewhere deep", [init, add], None, root="x/y/A"),
        Case("add", [add], base),
        Case("add without empty directories", [add], few),
        Case("add what is there", [["archive", "add", a, f"{DATA}/cpu.pb.gz", "-l", "service=a"]], few),
        Case("pin", [pin], few, pinned(1, 2)),
        Case("unpin", [["archive", "unpin", a, "kept"]], few, pinned(1, 0)),
        Case("tag", [tag], few, tagged('{service="a"}')),
        Case("pull", [["archive", "pull", a, bare(other(folder))]], few, pulled),
        Case("seal", [seal], late, adds_up_to(late)),
        Case("gc", [gc], both, adds_up_to(late)),
        Case("prune", [prune], late, adds_up_to(late), merges=True),
        Case("fsck --repair", [["archive", "fsck", "--repair", a]], broken, damage=damage),
        Case("record --url", [["record", "--url", server, "-t", "heap", a]], few),
        Case("record --targets", [["record", "--targets", targets(folder, server), "-t", "heap", "--every", "1s", "-d",
                                   "2s", a]], few),
        Case("init is killed, init, add", [init, init, add], None, kill=True),
        Case("add is killed, add", [add, add], few, kill=True),
        Case("add is killed, seal", [add, seal], late, kill=True),
        Case("seal is killed, gc", [seal, gc], late, adds_up_to(late), kill=True),
        Case("seal is killed, seal", [seal, seal], late, adds_up_to(late), kill=True),
        Case("prune is killed, prune", [prune, prune], late, adds_up_to(late), kill=True, merges=True),
        Case("prune is killed, gc", [prune, gc], late, adds_up_to(late), kill=True, merges=True),
        Case("tag is killed, tag", [tag, tag], few, tagged("{}"), kill=True),
    ]


class Server:
    """Serves profiles to `record --url`."""

    def __init__(self, folder):
        script = os.path.join(os.path.dirname(DATA), "lib", "pprofs.py")
        self.process = subprocess.Popen([sys.executable, script, os.path.join(folder, "requests")],
                                        stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def can_trace():
    r = subprocess.run(["strace", "-f", "-o", "/dev/null", "-einject=fsync:error=EIO", "true"],
                       capture_output=True, check=False)
    return r.returncode == 0


def report(n, name, total, bad):
    for line in bad[:8]:
        print(f"# {line}")
    ok = not bad and total > 0
    print(f"{'ok' if ok else 'not ok'} {n} - {name} ({total} states)", flush=True)
    return ok


def main():
    if not shutil.which("strace") or not can_trace():
        print("1..0 # SKIP strace cannot trace here")
        return 0
    if b"asan" in subprocess.run(["ldd", PROGRAM], capture_output=True, check=False).stdout:
        print("1..0 # SKIP leaks cannot be looked for under strace")
        return 0
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # many small directories
    good = True
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool, Server(folder) as server:
        chosen = [c for c in cases(os.path.realpath(folder), server) if len(sys.argv) < 2 or c.name in sys.argv[1:]]
        print(f"1..{len(chosen)}")
        for n, case in enumerate(chosen, 1):
            good &= report(n, case.name, *check(case, pool))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
