#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every byte of every file of a small archive is changed, a bit of it at a time: fsck names the file, no reader shows
anything false, and after fsck --repair the rest can be read. What is of a later version is refused, not guessed. A
sample for --repair, or all with CRASH_ALL=1. Prints TAP."""
import csv
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mkprofile import CPU, Profile  # noqa: E402  (needs the path)

PROGRAM = os.path.realpath(os.environ["PYROPROF"])
ALL = bool(os.environ.get("CRASH_ALL"))
SEED = int(os.environ.get("FLIP_SEED", str(random.SystemRandom().randrange(1 << 32))))
SAMPLE = 10  # places of a file that is repaired
NOT_CHECKED = ("lock", "generation")  # doc/ARCHIVE.md, 1


def run(*words, archive, data=None):
    return subprocess.run([PROGRAM, *words, f"--archive={archive}"], input=data, capture_output=True, check=False,
                          timeout=60)


def must(*words, archive, data=None):
    r = run(*words, archive=archive, data=data)
    assert r.returncode == 0, (words, r.stderr)
    return r.stdout


def profile(n):
    p = Profile(*CPU, time=1_700_000_400_000_000_000 + n, duration=1_000_000_000)
    p.sample([f"f{n}"], n, n * 1000)
    return p.encode()


def make(folder):
    """Two entries in a segment, a late comer, one of another kind, a pin, a tag and a status."""
    archive = os.path.join(folder, "A")
    must("archive", "init", archive=archive)
    words = ["archive", "add", "-q", "-l", "host=h", "-l"]
    must(*words, "pid=1", "-", archive=archive, data=profile(1))
    must(*words, "pid=2", "-", archive=archive, data=profile(2))
    must("archive", "seal", "--all", archive=archive)
    must(*words, "pid=3", "-", archive=archive, data=profile(3))
    must(*words, "service=b", "-", archive=archive, data=profile(4))
    must("archive", "pin", "kept", "{}", archive=archive)
    must("archive", "tag", '{service="b"}', "env=prod", archive=archive)
    status = b"pyroprof status 1\nhost h\nsource /t.yml\npid 1\nstarted 1\nupdated 2\nperiod 10\n"
    status += b"target http://x/\nlabels {}\nerror \nstate up\ngood 1\nnext 2\ntook 3\nentries 4\n"
    status += b"sha256 " + hashlib.sha256(status).hexdigest().encode() + b"\n"
    with open(os.path.join(archive, "status", "0123456789abcdef"), "wb") as f:
        f.write(status)
    for top, _, _ in os.walk(archive, topdown=False):
        if not os.listdir(top) and not top.endswith("bad"):
            os.rmdir(top)  # there is less to look at
    return archive


def files_of(archive):
    """name: bytes"""
    out = {}
    for top, _, names in os.walk(archive):
        for name in names:
            path = os.path.join(top, name)
            os.chmod(path, 0o600)
            with open(path, "rb") as f:
                out[os.path.relpath(path, archive)] = f.read()
    return {k: v for k, v in out.items() if k not in NOT_CHECKED}


def put(archive, name, data):
    with open(os.path.join(archive, name), "wb") as f:
        f.write(data)


def flipped(data, at, rng):
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]


def named(stderr):
    """The files that messages are about."""
    return {line.split(": ")[1] for line in stderr.decode().splitlines()}


def every_byte(archive, files, rng):
    """Of all files but ARCHIVE, without which there is no archive, the same byte at a time."""
    bad, others = [], {k: v for k, v in files.items() if k != "ARCHIVE"}
    for at in range(max(map(len, others.values()))):
        now = {k for k, v in others.items() if at < len(v)}
        for name in now:
            put(archive, name, flipped(files[name], at, rng))
        r = run("archive", "fsck", "-q", archive=archive)
        for name in now:
            put(archive, name, files[name])
        if r.returncode != 1 or named(r.stderr) != now:
            bad.append((at, r.returncode, now ^ named(r.stderr)))
    r = run("archive", "fsck", archive=archive)
    if r.returncode != 0 or r.stderr:
        bad.append(("put back", r.stderr))
    return sum(map(len, others.values())), bad


def identity(archive, files, rng):
    bad = []
    for at in range(len(files["ARCHIVE"])):
        put(archive, "ARCHIVE", flipped(files["ARCHIVE"], at, rng))
        for words in (["archive", "fsck"], ["log"], ["archive", "gc"]):
            r = run(*words, archive=archive)
            if r.returncode != 3 or b"ARCHIVE' is damaged" not in r.stderr:
                bad.append((at, words, r.returncode, r.stderr))
    put(archive, "ARCHIVE", files["ARCHIVE"])
    return len(files["ARCHIVE"]), bad


def sums(archive):
    """{function: value}, or None if that cannot be read."""
    r = run("top", "--format=csv", "--nodefraction=0", "{}", archive=archive)
    if r.returncode != 0:
        return None, r.stderr
    return {row["name"]: int(row["flat"]) for row in csv.DictReader(io.StringIO(r.stdout.decode()))}, r.stderr


RIGHT = {f"f{n}": n * 1000 for n in (1, 2, 3, 4)}


def false_sum(archive, name, lost):
    """What a reader says while a file is damaged."""
    got, err = sums(archive)
    if got is None:
        return None if os.path.basename(name).encode() in err else f"fails without naming the file: {err!r}"
    if any(RIGHT.get(k) != v for k, v in got.items()):
        return f"false: {got}"
    missing = set(RIGHT) - set(got)
    if missing and (missing != lost or os.path.basename(name).encode() not in err):
        return f"missing: {missing}, {err!r}"
    return None


def repair(archive, files, held, name, at, seed):
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "A")
        shutil.copytree(archive, copy)
        put(copy, name, flipped(files[name], at, random.Random(seed)))
        lost = held.get(name, set())
        why = false_sum(copy, name, lost)
        if why:
            return (name, at, why)
        r = run("archive", "fsck", "--repair", archive=copy)
        if r.returncode != 1 or named(r.stderr) != {name}:
            return (name, at, "repair", r.returncode, r.stderr)
        if not os.path.exists(os.path.join(copy, "bad", name.replace("/", "-"))):
            return (name, at, "is not in bad/", os.listdir(os.path.join(copy, "bad")))
        r = run("archive", "verify", archive=copy)
        if r.returncode != 0 or r.stderr:
            return (name, at, "not repaired", r.stderr)
        got, err = sums(copy)
        if got is None or err or any(RIGHT[k] != v for k, v in got.items()) or set(RIGHT) - set(got) - lost:
            return (name, at, "afterwards", got, err)
        n = len(json.loads(must("log", "--format=json", archive=copy)))
        return None if n == len(got) else (name, at, n, "entries, not", len(got))


def repairs(archive, files, rng):
    held = {}
    for name in files:
        if name.startswith("seg/"):
            held[name] = {"f1", "f2"}
    for e in json.loads(must("log", "--format=json", archive=archive)):
        held[f"new/{e['id'][:2]}/{e['id'][2:]}.pp"] = {f"f{e['samples'] and e['types'][0]['total']}"}
    jobs = []
    for name, data in files.items():
        if name == "ARCHIVE":
            continue
        places = range(len(data)) if ALL else sorted(rng.sample(range(len(data)), SAMPLE))
        jobs += [(name, at, rng.random()) for at in places]
    with ThreadPoolExecutor(3) as pool:
        bad = [x for x in pool.map(lambda j: repair(archive, files, held, *j), jobs) if x]
    return len(jobs), bad


def sealed_again(data):
    """With the checksum at the end that belongs to it."""
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


def later(archive, files, _rng):
    """A later version of each, as whole as can be."""
    bad = []

    def refused(name, data, words, status, *says):
        put(archive, name, data)
        r = run(*words, archive=archive)
        if r.returncode != status or any(s.encode() not in r.stderr for s in says):
            bad.append((name, words, r.returncode, r.stderr))
        put(archive, name, files[name])

    text = files["ARCHIVE"].replace(b"version 1", b"version 2")[:-72]
    text += b"sha256 " + hashlib.sha256(text).hexdigest().encode() + b"\n"
    for words in (["log"], ["top", "{}"], ["archive", "fsck"], ["archive", "init"], ["archive", "gc"]):
        refused("ARCHIVE", text, words, 3, "is of version 2", "use a later pyroprof")
    for name, data in files.items():
        if name.startswith("new/"):
            data = sealed_again(data.replace(b"PPOBJ1", b"PPOBJ2"))
        elif name.startswith("seg/"):
            data = sealed_again(data.replace(b"PPSEG1", b"PPSEG2"))
        else:
            continue
        refused(name, data, ["log"], 0, os.path.basename(name), "of version 2")
        # it is not damaged, so it stays where it is
        refused(name, data, ["archive", "fsck", "--repair"], 1, os.path.basename(name), "of version 2")
        if not os.path.exists(os.path.join(archive, name)) or os.listdir(os.path.join(archive, "bad")):
            bad.append((name, "has been moved"))
    for name in [n for n in files if n.startswith(("pins/", "tags/", "status/"))]:
        line, rest = files[name].split(b"\n", 1)
        text = line[:-1] + b"2\n" + rest[:-72]
        text += b"sha256 " + hashlib.sha256(text).hexdigest().encode() + b"\n"
        refused(name, text, ["archive", "fsck"], 1, os.path.basename(name))
    return 1, bad


def main():
    good = True
    tests = (("a change of any byte is found", every_byte), ("without ARCHIVE there is no archive", identity),
             ("what is damaged goes away, the rest is right", repairs), ("a later version is refused", later))
    print(f"1..{len(tests)}\n# seed {SEED}")
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # many small files
    with tempfile.TemporaryDirectory() as folder:
        archive = make(folder)
        files = files_of(archive)
        assert sums(archive) == (RIGHT, b""), sums(archive)
        assert len(files) == 7, list(files)
        for n, (name, test) in enumerate(tests, 1):
            total, bad = test(archive, files, random.Random(SEED + n))
            for line in bad[:8]:
                print(f"# {line}"[:1000])
            good &= not bad
            print(f"{'not ok' if bad else 'ok'} {n} - {name} ({total})", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
