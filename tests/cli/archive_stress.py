#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Eight who add, one who seals, one who collects garbage, one who tags and pins, and those who read, all killed
with SIGKILL at any time and started again, for STRESS_SECONDS (15). Every profile has a function of its own with
a value of its own, so that one that is missing, seen twice or seen in part is told from one that is right. Nothing
that was acknowledged is missing, ever; no reader fails or complains. STRESS_SEED repeats the order in which things
are tried. And readers read while all locks are held. Prints TAP."""
import csv
import fcntl
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mkprofile import CPU, Profile  # noqa: E402  (needs the path)

PROGRAM = os.path.realpath(os.environ["PYROPROF"])
DATA = os.path.realpath(os.environ["DATA"])
SECONDS = float(os.environ.get("STRESS_SECONDS", "15"))
SEED = int(os.environ.get("STRESS_SEED", str(random.SystemRandom().randrange(1 << 32))))
WRITERS = 8
MOST = 120  # profiles of a writer; then it adds old ones again
HOUR = 3600 * 1_000_000_000
START = 1_700_000_400 * 1_000_000_000  # 20 minutes after an hour


def function(writer, i):
    return f"w{writer}_{i}"


def value(writer, i):
    return 1_000_003 * (writer + 1) + i * 17 + 1


class Killed(Exception):
    pass


class World:
    def __init__(self, folder):
        self.folder, self.archive = folder, os.path.join(folder, "A")
        self.end, self.bad, self.lock = time.monotonic() + SECONDS, [], threading.Lock()
        self.begun, self.told = set(), {}  # (writer, i); of those: id
        self.runs, self.kills = 0, 0

    def over(self):
        return time.monotonic() >= self.end or self.bad

    def complain(self, *what):
        with self.lock:
            self.bad.append(" ".join(map(str, what))[:2000])

    def run(self, rng, words, worst, stdin=None):
        """Run a command; one in three is killed within `worst` seconds: what it printed by then is in the
        exception."""
        kill = rng.random() < 0.35
        with subprocess.Popen([PROGRAM, *words, f"--archive={self.archive}"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder) as p:
            timer = threading.Timer(rng.random() * worst, p.kill) if kill else None
            if timer:
                timer.start()
            out, err = p.communicate(stdin)
            if timer:
                timer.cancel()
        self.runs += 1
        if p.returncode == -9:
            self.kills += 1
            raise Killed(out)
        return p.returncode, out, err


def profile(writer, i):
    p = Profile(*CPU, time=START + i % 3 * HOUR + i * 1_000_000, duration=1_000_000_000,
                period=("cpu", "nanoseconds", 10_000_000))
    p.mapping("/bin/server", 0x1000, 0x9000, "abcd")
    p.sample([function(writer, i), "serve", "main"], 1, value(writer, i))
    return p.encode()


def write(world, writer, rng):
    i = 0
    while not world.over():
        again = i >= MOST or (i and rng.random() < 0.1)
        at = rng.randrange(i) if again else i
        world.begun.add((writer, at))
        words = ["archive", "add", "-q", "-l", "host=h", "-l", f"service=s{writer}", "-l", f"pid={at}", "-"]
        try:
            code, out, err = world.run(rng, words, 0.02, profile(writer, at))
            if code or err:
                world.complain("add", code, err)
                return
        except Killed as e:
            out = e.args[0]
        if len(out) == 65:  # all of a line, which is the promise
            name = out.decode().strip()
            if world.told.setdefault((writer, at), name) != name:
                world.complain("another id for", writer, at)
            i += not again


def change(*choices, worst):
    """Runs one of these commands after the other."""

    def work(world, rng):
        while not world.over():
            words = rng.choice(choices)
            try:
                code, _, err = world.run(rng, words, worst)
            except Killed:
                continue
            if code and not (code == 3 and (b"no profile matches" in err or b"is empty" in err)):
                world.complain(words, code, err)
            time.sleep(rng.random() * 0.05)

    return work


def check_rows(world, rows, told, begun):
    """rows: {(writer, i): value}"""
    missing = [k for k in told if k not in rows]
    if missing:
        world.complain("missing:", missing[:5], "of", len(told))
    for k, v in rows.items():
        if k not in begun:
            world.complain("never added:", k)
        if v is not None and v != value(*k):
            world.complain("false:", k, v, "not", value(*k))


def key_of(name):
    writer, i = name[1:].split("_")
    return int(writer), int(i)


def read_top(world, out, told, begun):
    rows = {}
    for row in csv.DictReader(io.StringIO(out.decode())):
        if row["name"].startswith("w"):
            rows[key_of(row["name"])] = int(row["flat"])
        elif int(row["cum"]) < sum(value(*k) for k in told):
            world.complain("too little below", row["name"])
    check_rows(world, rows, told, begun)


def read_log(world, out, told, begun):
    entries = json.loads(out)
    rows = {(int(e["labels"]["service"][1:]), int(e["labels"]["pid"])): e["types"][1]["total"] for e in entries}
    if len({e["id"] for e in entries}) != len(entries) or len(rows) != len(entries):
        world.complain("an entry twice in the log")
    check_rows(world, rows, told, begun)
    for e in entries:
        k = (int(e["labels"]["service"][1:]), int(e["labels"]["pid"]))
        if told.get(k, e["id"]) != e["id"]:
            world.complain("another id in the log for", k)


def read_well(world, out, told, _begun):
    if b"all is well" not in out or int(out.split()[3]) < len(told):
        world.complain("fsck:", out, "of", len(told))


def read(world, rng):
    """One look after the other, in any order."""
    while not world.over():
        told = dict(world.told)
        if not told:
            continue
        one = rng.choice(list(told))
        looks = [(["top", "--format=csv", "--nodefraction=0", "{}"], read_top, 0.2),
                 (["log", "--format=json"], read_log, 0.1),
                 (["archive", rng.choice(("fsck", "verify"))], read_well, 0.3),
                 (["show", "--format=json", told[one]], None, 0.05),
                 (["raw", "@" + told[one]], None, 0.05),
                 (["archive", "cat", "--uncompressed", told[one]], None, 0.05),
                 (["archive", "export", f"out-{rng.random()}", f"{{service=\"s{one[0]}\"}}"], None, 0.1),
                 (["trend", "--format=csv", ".", f"{{service=\"s{one[0]}\"}}"], None, 0.1),
                 (["series", "--format=csv"], None, 0.05)]
        words, look, worst = rng.choice(looks)
        try:
            code, out, err = world.run(rng, words, worst)
        except Killed:
            continue
        begun = set(world.begun)
        if code or err:
            world.complain(words, code, out[-200:], err)
        elif look:
            look(world, out, told, begun)
        elif words[0] in ("raw", "show") or words[1] == "cat":
            wanted = f"w{one[0]}_{one[1]}" if words[0] != "show" else f"\"total\":{value(*one)}"
            if wanted.encode() not in out.replace(b": ", b":"):
                world.complain(words, "has no", wanted)


def start(world):
    seal = change(["archive", "seal", "-q", "--all"], worst=0.4)
    collect = change(["archive", "gc", "-q"], worst=0.2)
    mark = change(["archive", "tag", "-q", '{service="s1"}', "env=a"], ["archive", "tag", "-q", '{service="s1"}', "env="],
                  ["archive", "pin", "-q", "kept", '{service="s2"}'], worst=0.1)
    jobs = [(lambda r, w=w: write(world, w, r)) for w in range(WRITERS)]
    jobs += [lambda r, f=f: f(world, r) for f in (seal, collect, mark, read, read, read)]
    threads = []
    for n, job in enumerate(jobs):
        rng = random.Random(SEED * 100 + n)

        def work(job=job, rng=rng, n=n):
            try:
                job(rng)
            except Exception as e:  # pylint: disable=broad-except
                world.complain("worker", n, repr(e))

        threads.append(threading.Thread(target=work))
        threads[-1].start()
    for t in threads:
        t.join()


def is_free(path):
    with open(path, "rb") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def calm(world):
    """When everybody has gone: no lock is held, what they left goes away, and all that was told is there."""
    tmp, rng = os.path.join(world.archive, "tmp"), random.Random(1)
    rng.random = lambda: 1.0  # nobody is killed
    for top, _, names in os.walk(world.archive):
        for name in names:
            if not is_free(os.path.join(top, name)):
                world.complain("still locked:", name)
    left = os.listdir(tmp)
    for name in left:
        os.utime(os.path.join(tmp, name), (1, 1))
    for words in (["archive", "gc"], ["archive", "seal", "-q", "--all"], ["archive", "gc", "-q"]):
        code, _, err = world.run(rng, words, 0)
        if code:
            world.complain(words, err)
    if os.listdir(tmp):
        world.complain("left in tmp/:", os.listdir(tmp))
    for words, look in ((["top", "--format=csv", "--nodefraction=0", "{}"], read_top), (["log", "--format=json"], read_log),
                        (["archive", "verify"], read_well)):
        code, out, err = world.run(rng, words, 0)
        if code or err:
            world.complain(words, code, err)
        else:
            look(world, out, world.told, world.begun)
    loose = sum(len(n) for _, _, n in os.walk(os.path.join(world.archive, "new")))
    if loose > WRITERS * 3:  # each may have one that is alone in its hour
        world.complain(loose, "are loose")
    return left


def init(folder):
    archive = os.path.join(folder, "A")
    subprocess.run([PROGRAM, "archive", "init", "-q", f"--archive={archive}"], check=True)
    return archive


def stress(folder):
    init(folder)
    world = World(folder)
    start(world)
    left = calm(world) if not world.bad else []
    print(f"# seed {SEED}: {world.runs} commands, {world.kills} of them killed, {len(world.told)} profiles told, "
          f"{len(world.begun)} begun, {len(left)} files left in tmp/")
    if world.kills < 10 or len(world.told) < 10:
        world.complain("too little has happened")
    return world.bad


def locked(folder):
    """All that can be locked is: readers and `add` do not wait."""
    archive = init(folder)
    add = [PROGRAM, "archive", "add", "-q", f"--archive={archive}", "-l"]
    for pid in (1, 2):
        subprocess.run([*add, f"pid={pid}", f"{DATA}/cpu.pb.gz"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PROGRAM, "archive", "seal", "-q", f"--archive={archive}"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([*add, "pid=3", f"{DATA}/cpu.pb.gz"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PROGRAM, "archive", "pin", "-q", "kept", "{}", f"--archive={archive}"], check=True)
    held, bad = [], []
    for top, dirs, names in os.walk(archive):
        for path in [os.path.join(top, n) for n in names + dirs]:
            held.append(os.open(path, os.O_RDONLY))
            fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    for words in (["log"], ["show", "@kept"], ["top", "{}"], ["flame", "--format=folded", "@kept"], ["series"],
                  ["labels"], ["trend", ".", "{}"], ["metrics", ".", "{}"], ["archive", "fsck"],
                  ["archive", "verify"], ["archive", "stats"], ["archive", "pin"], ["archive", "cat", "@latest"],
                  ["archive", "export", os.path.join(folder, "out")], ["raw", "@latest"],
                  ["archive", "add", "-q", f"{DATA}/cpu-more.pb.gz"]):
        try:
            r = subprocess.run([PROGRAM, *words, f"--archive={archive}"], capture_output=True, check=False, timeout=60)
            if r.returncode != 0:
                bad.append((words, r.stderr))
        except subprocess.TimeoutExpired:
            bad.append((words, "waits"))
    # and the test can see one who waits
    try:
        subprocess.run([PROGRAM, "archive", "gc", f"--archive={archive}"], capture_output=True, check=False, timeout=0.5)
        bad.append("gc does not wait")
    except subprocess.TimeoutExpired:
        pass
    for fd in held:
        os.close(fd)
    return bad


def main():
    good = True
    tests = (("readers take no locks", locked), ("killed at any time, nothing is lost or false", stress))
    print(f"1..{len(tests)}")
    for n, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            bad = test(folder)
            for line in bad[:8]:
                print(f"# {line}")
            if bad and os.environ.get("STRESS_KEEP"):
                shutil.copytree(folder, os.environ["STRESS_KEEP"])
        good &= not bad
        print(f"{'not ok' if bad else 'ok'} {n} - {name}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
