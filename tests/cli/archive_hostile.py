#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What comes from outside - labels, selectors, names of pins and files, and all that profiles say - leads nowhere
else than into its place in the archive, and forges no line of what is printed. Prints TAP."""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mkprofile import Profile  # noqa: E402  (needs the path)

PROGRAM = os.path.realpath(os.environ["PYROPROF"])
DATA = os.path.realpath(os.environ["DATA"])
# an entry and a warning as they look when they are ours
FORGED = b"fa4e00000000"
EVIL = [b"a\n" + FORGED + b" 2026-01-01 00:00:00", b"\x1b[2J\x1b]0;" + FORGED + b"\x07", b"a\rpyroprof: " + FORGED,
        b"../../outside/" + FORGED, b"/outside/" + FORGED, "\u202e\u2066\u2028\u0085\u009b".encode() + FORGED,
        b"\"},{\"id\":\"" + FORGED + b"\"", b"x,\"y\n" + FORGED + b",1,2", b"%s%n%999999d", b"\\n\\", b"`$(touch outside/x)`",
        b"x" * 5000, b"\xff\xfe" + FORGED, b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"..", b".", b"-", b"--help", b"\t|\t"]


def run(*words, data=None):
    return subprocess.run([PROGRAM, *words], input=data, capture_output=True, check=False, timeout=60)


def is_safe(text, json_text=False):
    """No character that a terminal or a reader of lines would take for something else than text."""
    try:
        chars = set(text.decode()) - {"\n"}
    except UnicodeDecodeError:
        return False
    kinds = ("Cc",) if json_text else ("Cc", "Cf", "Zl", "Zp", "Cs")
    return not any(unicodedata.category(c) in kinds for c in chars)


def tree(where, kinds="fd"):
    out = {}
    for top, dirs, names in os.walk(where):
        for name in names:
            path = os.path.join(top, name)
            if os.path.islink(path):
                out[path] = os.readlink(path)
                continue
            with open(path, "rb") as f:
                out[path] = f.read()
        for name in dirs if "d" in kinds else ():
            out[os.path.join(top, name)] = None
    return out


class Check:
    def __init__(self):
        self.bad, self.n = [], 0

    def that(self, holds, *what):
        self.n += 1
        if not holds:
            self.bad.append(" ".join(map(repr, what))[:1500])

    def said(self, r, what, statuses):
        """It has said something that is safe, and failed as it should."""
        self.that(r.returncode in statuses, what, r.returncode, r.stderr)
        self.that(is_safe(r.stdout) and is_safe(r.stderr), what, r.stdout, r.stderr)
        for line in r.stderr.split(b"\n")[:-1]:
            self.that(line.startswith((b"pyroprof: ", b"hint: ", b"see '")), what, r.stderr)


def arguments(c):
    """Hostile words wherever a command takes some."""
    name = run("archive", "add", "-q", f"{DATA}/cpu.pb.gz").stdout.strip()
    run("archive", "pin", "kept", "{}")
    before = tree(".")
    for evil in EVIL:
        for words in ([b"archive", b"add", b"-l", evil + b"=x", os.fsencode(f"{DATA}/cpu.pb.gz")],
                      [b"archive", b"pin", b"--", evil, name], [b"archive", b"unpin", b"--", evil],
                      [b"archive", b"tag", name, b"--", evil + b"=x"], [b"archive", b"pin", b"x", b"--", b"@" + evil],
                      [b"archive", b"cat", b"-o", b"-", b"--", b"@" + evil], [b"log", b"--", b"@" + evil],
                      [b"log", b'{a="' + evil], [b"top", b"{" + evil + b"}"], [b"log", b"{}@" + evil],
                      [b"top", b'{service=~"' + evil + b'(', b"{}"], [b"archive", b"pull", b"--", evil],
                      [b"archive", b"export", b"--", b"out", b"@" + evil], [b"archive", evil]):
            if words in ([b"archive", b"--help"], [b"archive", b"pull", b"--", b"-"]) or words[-1].endswith(b"@.."):
                continue  # as it should be: "@.." is all there is
            c.said(run(*words), words, (2, 3))
        # words that are no file and no archive
        c.said(run(b"log", b"--archive=" + evil), [b"log --archive", evil], (3,))
        c.said(run(b"archive", b"add", b"./" + evil + b"/x"), [b"add", evil], (3,))
        # a value that nothing has
        r = run(b"log", b"{a=`" + evil.replace(b"`", b"") + b"`}")
        c.said(r, [b"log value", evil], (0, 2))
    c.that(tree(".") == before, "something has changed", set(tree(".").items()) ^ set(before.items()))


def look(c, entries, what, key=None):
    """Whatever lists the archive, in all formats."""
    r = run("log", "--format=csv")
    rows = list(csv.reader(io.StringIO(r.stdout.decode())))
    c.that(is_safe(r.stdout) and len(rows) == entries + 1 and r.stdout.count(b"\n") == entries + 1, what, "log", r.stdout)
    r = run("log")
    c.that(is_safe(r.stdout) and r.stdout.count(b"\n") == entries + 1, what, "log", r.stdout)
    c.that(not any(line.startswith(FORGED) for line in r.stdout.split(b"\n")), what, "log", r.stdout)
    for words in (["series"], ["labels"], *([["labels", key]] if key else []), ["archive", "stats"],
                  ["archive", "pin"], ["top", "--nodefraction=0", "@latest"], ["tags", "@latest"], ["trend", ".", "@latest"],
                  ["metrics", ".", "@latest"]):
        for form in ("text", "csv", "json"):
            if words[0] == "metrics" and form != "text":
                continue
            r = run(*words, *([f"--format={form}"] if words[0] != "metrics" else []))
            c.that(r.returncode == 0 and (not r.stderr or what == "strays"), what, words, form, r.stderr)
            c.that(is_safe(r.stderr), what, words, form, r.stderr)
            c.that(is_safe(r.stdout, form == "json"), what, words, form, r.stdout)
            if form == "csv":
                rows = list(csv.reader(io.StringIO(r.stdout.decode())))
                c.that(len(rows) == r.stdout.count(b"\n") and len({len(row) for row in rows}) == 1, what, words, r.stdout)
            if form == "json":
                json.loads(r.stdout)
    for words in (["log"], ["show", "{}"]):
        r = run(*words, "--format=json")
        c.that(is_safe(r.stdout, True) and len(json.loads(r.stdout)) == entries, what, words, r.stdout)
    r = run("show", "{}")
    heads = [line for line in r.stdout.split(b"\n") if line.startswith(b"id ")]
    c.that(is_safe(r.stdout) and len(heads) == entries, what, "show", r.stdout)
    r = run("archive", "seal", "--all", "--dry-run")
    c.said(r, [what, "seal"], (0,))


def labels(c):
    """Values of labels: what is text is kept as it is, and shown so that it is harmless."""
    kept = 0
    for n, evil in enumerate(EVIL):
        r = run(b"archive", b"add", b"-q", b"-l", b"host=h", b"-l", b"note=" + evil, os.fsencode(f"{DATA}/hostile.pb.gz"))
        try:
            good = len(evil) <= 4096 and evil.decode() is not None
        except UnicodeDecodeError:
            good = False
        c.said(r, [b"add", evil], (0,) if good else (2,))
        if not good:
            continue
        kept += 1
        name = r.stdout.decode().strip()
        entry = json.loads(run("log", "--format=json", "@" + name).stdout)[0]
        c.that(entry["labels"]["note"].encode() == evil, "kept as it is", entry)
        # what is printed of it selects it
        r = run("archive", "tag", "-q", "@" + name, b"tag=" + evil)
        c.said(r, [b"tag", evil], (0,))
        c.that(json.loads(run("log", "--format=json", "@" + name).stdout)[0]["labels"]["tag"].encode() == evil, "tag", evil)
        del n
    look(c, kept, "labels", "note")
    c.said(run("archive", "verify"), "verify", (0,))
    run("archive", "seal", "-q", "--all")
    look(c, kept, "sealed", "note")
    c.said(run("archive", "verify"), "verify", (0,))


def profiles(c):
    """Profiles from a hostile process: names, files, sample labels such as a cgroup chooses them."""
    for n, evil in enumerate(EVIL):
        evil = evil[:1000]
        p = Profile((evil, evil), ("cpu", "nanoseconds"), time=1_700_000_000_000_000_000 + n, duration=1,
                    period=(evil, evil, 1), comments=[evil], drop=evil, keep=evil, doc=evil)
        p.mapping(evil, 0x1000, 0x2000, evil)
        p.sample([evil, evil + b"x"], 1, 2, labels=[(k, evil) for k in ("container_id", "cgroup", "pod", "namespace",
                                                                        "comm", "exe", evil)])
        r = run("archive", "add", "-q", "-l", "host=h", "-", data=p.encode())
        c.said(r, ["add", evil], (0,))
    look(c, len(EVIL), "profiles", "container_id")
    c.said(run("archive", "verify"), "verify", (0,))
    r = run("archive", "export", "out")
    c.that(is_safe(r.stdout) and len(os.listdir("out")) == len(EVIL), "export", r.stdout)
    run("archive", "seal", "-q", "--all")
    look(c, len(EVIL), "profiles, sealed", "container_id")
    c.said(run("archive", "verify"), "verify", (0,))


def strays(c):
    """Files that somebody has put into the archive."""
    run("archive", "add", "-q", f"{DATA}/cpu.pb.gz")
    names, places = 0, ("", "new/", "new/00/", "seg/", "pins/", "tags/", "status/", "bad/", "tmp/")
    os.makedirs("A/seg/2026-01-01")
    for evil in EVIL:
        evil = evil.replace(b"/", b"_")[:200]
        for place in (*places, "seg/2026-01-01/"):
            path = b"A/" + place.encode() + evil
            ours = place == "pins/" and re.fullmatch(rb"\w[\w.-]{0,99}", evil)  # a pin, and damaged
            if evil not in (b".", b"..") and not ours:
                with open(path, "wb") as f:
                    f.write(b"?")
                names += place not in ("bad/", "tmp/")
    for words in (["archive", "fsck"], ["archive", "verify"], ["archive", "fsck", "--repair"]):
        r = run(*words)
        c.said(r, words, (0,))
        c.that(r.stderr.count(b"\n") == names, words, r.stderr.count(b"\n"), "lines, not", names, r.stderr)
    look(c, 1, "strays")
    for words in (["archive", "gc"], ["archive", "seal"], ["status"]):
        c.said(run(*words), words, (0, 3))


def links(c):
    """Directories that have been replaced by links to elsewhere, and files by links and pipes."""
    run("archive", "add", "-q", f"{DATA}/cpu.pb.gz")
    run("archive", "pin", "kept", "{}")
    shutil.copytree("A", "good")
    hashed = [os.path.join("new", d) for d in sorted(os.listdir("A/new"))]
    for name in ["tmp", "new", "seg", "pins", "tags", "status", "bad", *hashed[::64], "all"]:
        shutil.rmtree("A")
        shutil.copytree("good", "A")
        for one in hashed if name == "all" else [name]:
            shutil.rmtree(os.path.join("A", one))
            os.symlink(os.path.abspath("outside"), os.path.join("A", one))
        for words in (["archive", "add", "-q", f"{DATA}/heap.pb"], ["archive", "pin", "other", "@latest"],
                      ["archive", "tag", "@latest", "a=b"], ["archive", "unpin", "other"], ["archive", "seal", "--all"],
                      ["archive", "gc"], ["archive", "fsck", "--repair"], ["log"], ["archive", "init"]):
            c.said(run(*words), [name, words], (0, 1, 2, 3))
    shutil.rmtree("A")
    shutil.copytree("good", "A")
    for name in ("ARCHIVE", "lock", "generation", "pins/kept"):
        path = os.path.join("A", name)
        os.unlink(path)
        os.symlink(os.path.abspath("outside/secret"), path)
        for words in (["archive", "pin", "kept", "@latest"], ["archive", "gc"], ["archive", "fsck", "--repair"], ["log"]):
            r = run(*words)
            c.said(r, [name, words], (0, 1, 3))
            c.that(b"secret" not in r.stdout, name, words, r.stdout)
        os.unlink(path)
        os.mkfifo(path)
        for words in (["log"], ["archive", "fsck"]):
            c.said(run(*words), [name, "pipe", words], (0, 1, 3))
        os.unlink(path)
        shutil.copy(os.path.join("good", name), path)


def main():
    if os.path.isdir("/dev/shm"):
        tempfile.tempdir = "/dev/shm"  # many small directories
    good, home = True, os.getcwd()
    tests = (("words on the command line", arguments), ("labels", labels), ("what profiles say", profiles),
             ("files that are none of ours", strays), ("links to elsewhere", links))
    print(f"1..{len(tests)}")
    for n, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            os.environ["PYROPROF_ARCHIVE"] = os.path.join(folder, "A")
            os.mkdir("outside")
            with open("outside/secret", "w", encoding="ascii") as f:
                f.write("pyroprof archive\nversion 1\nsecret\n")
            outside = tree("outside")
            assert run("archive", "init", "-q").returncode == 0
            c = Check()
            test(c)
            c.that(tree("outside") == outside, "something is outside", list(tree("outside")))
            around = set(os.listdir(".")) - {"A", "outside", "good", "out"}
            c.that(not around, "something is beside the archive", around)
            os.chdir(home)
        for line in c.bad[:8]:
            print(f"# {line}")
        good &= not c.bad
        print(f"{'not ok' if c.bad else 'ok'} {n} - {name} ({c.n} checks)", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
