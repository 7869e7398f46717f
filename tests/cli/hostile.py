#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A profile all of whose texts are hostile, through everything that shows profiles; what programs that are run
are given; and whether SECURITY.md names tests that are there. Prints TAP."""
import ast
import csv
import glob
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.dom.minidom

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mkprofile import CPU, Profile, message, number, packed  # noqa: E402  (needs the path)

PROGRAM = os.path.realpath(os.environ["PYROPROF"])
SOURCE = os.path.realpath(os.environ["top_srcdir"])
# no text of ours has this, so that whatever has it came from the profile
MARK = b"Hostile"
EVIL = [MARK + rest for rest in (
    b"\x1b[2J\x1b]0;title\x07", b"\x9b31m", b"\xc2\x9b31m", "\u202e\u2066\u200f\u2028\u2029".encode(), b"</script><script>alert(1)</script>",
    b"]]><!--<svg onload=alert(1)>", b"'\"`$(touch ran)`touch ran`", b"a\nb\r\nc", b"nul\0nul", b"\xff\xfe\xc3\x28\xed\xa0\x80", b"l" * 60000,
    b"%s%n%999999d", b"\\\" -> \\N \\l", b"=cmd|' /C calc'!A0,\"x\",", b"|`*[x](javascript:alert(1))", b"\tfn=(1)\t\b\x7f", b"&lt;&amp;&#x202e;")]
REPORTS = {
    "top": ("text", "json", "csv"), "tree": ("text", "json", "csv"), "peek": ("text", "json", "csv"), "traces": ("text", "json", "csv"),
    "tags": ("text", "json", "csv"), "info": ("text", "json", "csv"), "comments": ("text", "json", "csv"),
    "list": ("text", "json", "csv"), "diff": ("text", "json", "csv", "markdown", "html", "svg"), "raw": (None,), "folded": (None,),
    "callgrind": (None,), "graph": ("dot",), "flame": ("svg", "html", "json", "speedscope", "boxes", "folded"),
    "gate": ("text", "json", "markdown", "github", "gitlab", "junit"), "disasm": ("text",),
}


def run(*words, **more):
    return subprocess.run([PROGRAM, *words], capture_output=True, check=False, timeout=120, **more)


def unsafe(text, allowed="\n\t"):
    """The first character that is no plain text; None for well-formed, harmless text."""
    try:
        chars = text.decode()
    except UnicodeDecodeError as e:
        return f"not UTF-8 at {e.start}: {text[max(0, e.start - 20):e.start + 20]!r}"
    for i, c in enumerate(chars):
        if c not in allowed and (unicodedata.category(c) in ("Cc", "Zl", "Zp") or c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"):
            return f"{c!r} in {chars[max(0, i - 30):i + 30]!r}"
    return None


def profile(path, ticks):
    p = Profile(*CPU, time=1700000000_000000000, duration=10**9, period=("cpu", "nanoseconds", 10_000_000),
                comments=EVIL, doc=EVIL[4])
    for i, evil in enumerate(EVIL):
        p.mapping(b"/" + evil, 0x1000 * (i + 1), 0x1000 * (i + 2), evil)
    for i, evil in enumerate(EVIL):
        p.sample([p.loc(evil, i + 1, 0x1000 * (i + 1)), p.loc([EVIL[i - 1], b"inlined " + evil], i + 1, 0x1000 * (i + 1) + 8)],
                 ticks, ticks * 10_000_000, labels=[(evil, evil), (b"size " + evil, (i + 1, evil))])
    with open(path, "wb") as f:
        f.write(p.encode())


def check_form(form, out):
    if form == "json":
        json.loads(out)
    elif form == "csv":
        csv.field_size_limit(1 << 24)
        rows = list(csv.reader(io.StringIO(out.decode())))
        if len({len(r) for r in rows if r}) != 1:
            return f"rows of several lengths: {[len(r) for r in rows][:20]}"
    elif form in ("svg", "junit"):
        xml.dom.minidom.parseString(out)
    elif form in ("speedscope", "gitlab"):
        json.loads(out)
    if form == "html":
        # scripts are ours: as many as in a page of a profile that is not hostile
        scripts = len(re.findall(rb"<script", out))
        if scripts != len(re.findall(rb"</script>", out)) or b"alert(1)</script" in out or b"<svg onload" in out:
            return "a name has become markup"
    return None


def renderers():
    bad = []
    profile("hostile.pb", 100)
    profile("more.pb", 1000)
    checked = {"tui", "merge", "convert"}  # on the terminal; and no text
    for command, forms in REPORTS.items():
        for form in forms:
            checked.add(command)
            words = [command] + ([f"--format={form}"] if form else [])
            if command in ("peek", "list", "disasm"):
                words.append(".")
            if command == "gate":
                words += ["--exact", "--per=unit=1", "--base", "hostile.pb", "--head", "more.pb"]
            elif command == "diff":
                words += ["--per=none", "hostile.pb", "more.pb"]
            else:
                words.append("hostile.pb")
            if command == "flame":
                words += ["-o", "-"]
            r = run(*words)
            what = " ".join(words)
            if r.returncode not in (0, 1) and not (command == "disasm" and r.returncode == 3):
                bad.append(f"{what}: exit {r.returncode}: {r.stderr[:300]!r}")
                continue
            if MARK not in r.stdout and command not in ("info", "disasm", "list") and form not in ("html", "svg", "boxes"):
                bad.append(f"{what}: no name at all")
            for stream in (r.stdout, r.stderr):
                if unsafe(stream):
                    bad.append(f"{what}: {unsafe(stream)}"[:400])
            try:
                fault = check_form(form, r.stdout) if r.returncode in (0, 1) and command != "disasm" else None
            except Exception as e:  # whatever a reader does not like
                fault = repr(e)
            if fault:
                bad.append(f"{what}: {fault}"[:400])
    for line in run("__options").stdout.decode().splitlines():
        command = line.split("\t")[0]
        if command not in checked and b"\tfocus\t" in run("__options", *command.split()).stdout:
            bad.append(f"{command} is a report, and not tried")
    return bad


def terminal():
    """What the terminal gets of the tui, all of its views drawn once."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8", LINES="40", COLUMNS="120")
        os.execv(PROGRAM, [PROGRAM, "tui", "hostile.pb"])
    seen, keys, end = b"", list("\t\t1234567jjj\r/Hos\rq") + ["q", "q", ":quit\r"], time.monotonic() + 60
    while time.monotonic() < end:
        ready = select.select([fd], [], [], 0.3)[0]
        if ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
        elif keys:
            os.write(fd, keys.pop(0).encode())
    os.waitpid(pid, 0)
    bad = []
    if MARK not in seen:
        bad.append(f"no name on the screen: {seen[-300:]!r}")
    for evil in (b"\x1b]0;title", b"\x9b31m", b"\xc2\x9b", "\u202e".encode(), "\u2066".encode(), b"\x07"):
        if evil in seen:
            bad.append(f"{evil!r} has reached the terminal")
    return bad


def candidates():
    bad = []
    r = run("__complete", "--behind=1", "list", "", "hostile.pb")
    for line in r.stdout.splitlines():
        if unsafe(line) or line.count(b"\t") != 1:
            bad.append(f"{line!r}")
    if r.returncode or b"\\$\\(touch ran\\)" not in r.stdout:
        bad.append(f"no candidates: {r.stdout[:200]!r}")
    return bad


def descriptors():
    """Programs that are run have three descriptors, and no shell has a part in it."""
    os.mkdir("bin")
    names = ("dot", "xdg-open", "page", "child")
    for name in names:
        with open(f"bin/{name}", "w", encoding="ascii") as f:
            # what is listed last is the directory that is being read
            f.write(f"#!{sys.executable}\nimport os, sys\nwhat = {{n: os.readlink('/proc/self/fd/' + n) for n in os.listdir('/proc/self/fd')"
                    f" if os.path.exists('/proc/self/fd/' + n)}}\nopen({os.getcwd() + '/' + name + '.fds'!r}, 'w').write(repr(what))\n"
                    "sys.stdout.buffer.write(sys.stdin.buffer.read())\n")
        os.chmod(f"bin/{name}", 0o755)
    env = {**os.environ, "PATH": f"{os.getcwd()}/bin:{os.environ['PATH']}", "PAGER": "page", "TERM": "dumb"}
    env.pop("PYROPROF_PAGER", None)
    data = os.environ["DATA"]
    run("graph", "-o", "x.svg", f"{data}/cpu.pb.gz", env=env)
    run("record", "-q", "--collector=perf", "-o", "child.pb.gz", "--", "child", env=env, stdin=subprocess.DEVNULL)
    run("flame", "--open", "-o", "x.html", f"{data}/cpu.pb.gz", env=env)
    subprocess.run(["script", "-qec", f"stty rows 5; exec {PROGRAM} traces {data}/cpu.pb.gz", "/dev/null"], env=env, capture_output=True,
                   check=False, timeout=60, stdin=subprocess.DEVNULL)
    bad = []
    for name in names:
        try:
            with open(f"{name}.fds", encoding="utf-8") as f:
                lines = ast.literal_eval(f.read())
        except FileNotFoundError:
            # recording may be refused here
            if name != "child" or os.path.exists("child.pb.gz"):
                bad.append(f"{name} was not run")
            continue
        extra = {k: v for k, v in lines.items() if int(k) > 2}
        if extra:
            bad.append(f"{name} has got {extra}")
    return bad


def sources():
    """Files that a profile names as source, and that list must not tell, or wait for."""
    os.mkfifo("pipe")
    with open("private", "w", encoding="ascii") as f:
        f.write("a secret\n" * 5)
    os.chmod("private", 0o600)
    os.mkdir("elsewhere")
    bad, here = [], os.getcwd()
    paths = ["/etc/shadow", "/etc/gshadow", f"{here}/pipe", "/dev/zero", "/dev/stdin", "/proc/self/environ", f"{here}/private", "/dev/tty", here]
    for i, path in enumerate(paths):
        p = Profile(*CPU)
        p.mapping("/bin/x")
        name, file = p.s(f"function_{i}"), p.s(path)
        raw = p.encode() + (message(5, number(1, 9) + number(2, name) + number(4, file)) +
                            message(4, number(1, 9) + message(4, number(1, 9) + number(2, 1))) +
                            message(2, packed(1, [9]) + packed(2, [100, 10**9])))
        with open(f"{here}/source.pb", "wb") as f:
            f.write(raw)
        if path.endswith("private"):
            shutil.copy("source.pb", "kept.pb")
        r = run("list", f"function_{i}", f"{here}/source.pb", cwd="elsewhere", stdin=subprocess.DEVNULL)
        if r.returncode or f"function_{i}".encode() not in r.stdout:
            bad.append(f"{path}: exit {r.returncode}: {r.stderr[:200]!r}")
        if b"root:" in r.stdout or b"secret" in r.stdout or b"PATH=" in r.stdout or len(r.stdout) > 4000:
            bad.append(f"{path} was told: {r.stdout[:300]!r}")
    # where the user looks it is told: so the others could have been
    if b"secret" not in run("list", "function_6", f"{here}/kept.pb").stdout:
        bad.append("what is below the current directory is not told")
    return bad


def claims():
    """Each test that SECURITY.md names is there."""
    bad = []
    with open(f"{SOURCE}/SECURITY.md", encoding="utf-8") as f:
        named = sorted(set(re.findall(r"`((?:unit|golden|cli|fuzz|browser)/[A-Za-z0-9_.-]+)`", f.read())))
    sources = "".join(open(path, encoding="utf-8").read() for path in glob.glob(f"{SOURCE}/tests/unit/*.c"))
    for name in named:
        kind, what = name.split("/")
        there = {"unit": os.path.exists(f"{SOURCE}/tests/unit/{what}.c") or f"({what})" in sources,
                 "golden": os.path.exists(f"{SOURCE}/tests/golden/{what}/cmd"),
                 "fuzz": os.path.exists(f"{SOURCE}/tests/fuzz/fuzz_{what}.c")}.get(kind, os.path.exists(f"{SOURCE}/tests/{name}"))
        if not there:
            bad.append(f"there is no test {name}")
    if len(named) < 30:
        bad.append(f"only {len(named)} tests are named")
    return bad


def main():
    tests = (("every report, in every form", renderers), ("the tui", terminal), ("completion", candidates),
             ("programs that are run get three descriptors", descriptors), ("files that are named as source", sources), ("SECURITY.md names tests that are there", claims))
    good = True
    print(f"1..{len(tests)}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["PYROPROF_CONFIG"] = ""
        for n, (name, test) in enumerate(tests, 1):
            bad = test()
            if os.path.exists("ran"):
                bad.append("something was run")
            for line in bad[:12]:
                print(f"# {line}")
            good &= not bad
            print(f"{'not ok' if bad else 'ok'} {n} - {name}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
