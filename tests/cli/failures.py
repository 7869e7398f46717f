#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every allocation and every system call fails once, the first, the second and so on until a run
gets by without: each run ends with what it should have printed, or with one line that says what
failed. A file that was to be written is the old one or the new one, and nothing is left beside it.
Prints TAP."""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

MOST = 20000  # more calls than any of the runs makes

RUNS = [
    "top $DATA/cpu.pb.gz",
    "top --format=json --lines --cum $DATA/heap.pb",
    "top --focus=m --hide=grow --tagfocus=bytes=4kb: --taghide=t --tagroot=tenant $DATA/heap.pb",
    "top --base=$DATA/cpu.pb.gz $DATA/cpu-more.pb.gz",
    "top --mean --drop-negative $DATA/negative.pb.gz",
    "tree $DATA/cpu.pb.gz",
    "tree --diff-base=$DATA/cpu.pb.gz --format=csv $DATA/cpu-more.pb.gz",
    "peek main $DATA/hostile.pb.gz",
    "top -o $OUT $DATA/cpu.pb.gz",
    "merge -o $OUT $DATA/cpu.pb.gz $DATA/cpu-more.pb.gz",
    "convert -o $OUT $DATA/heap.pb",
    "traces $DATA/heap.pb",
    "tags $DATA/heap.pb",
    "raw $DATA/cpu.pb.gz",
    "comments $DATA/cpu.pb.gz",
    "folded $DATA/cpu.pb.gz",
    "flame --format=html -o $OUT $DATA/heap.pb",
    "flame --format=svg -o $OUT --diff-base=$DATA/cpu.pb.gz $DATA/cpu-more.pb.gz",
    "flame --format=speedscope $DATA/cpu.pb.gz",
    "info $DATA/heap.pb",
    "graph $DATA/cpu.pb.gz",
    "callgrind $DATA/cpu.pb.gz",
    "list main $DATA/cpu.pb.gz",
    "top $DATA/no-profile.txt",
    "help top",
]
# What fails, and of which runs: all, or those that write a file.
CALLS = ("alloc", "open", "read", "write", "mmap", "fstat", "close")
FILE_CALLS = ("fsync", "rename")


def timeless(text):
    """libc has no name for the time zone, and no way to say so, when there is no memory for it."""
    return re.sub(rb"Time: .*?(?:\n|\\l)", b"", text)


class Run:
    def __init__(self, words, folder):
        self.words, self.folder = words, folder
        self.writes = "$OUT" in words

    def once(self, call=None, at=0, only=True):
        """What a run ends with: status, outputs, the file written, what lies beside it, and whether
        the call was reached."""
        with tempfile.TemporaryDirectory(dir=self.folder) as d:
            out = os.path.join(d, "out", "file.pb.gz")
            os.mkdir(os.path.dirname(out))
            with open(out, "wb") as f:
                f.write(b"old")
            env = dict(os.environ)
            if call:
                env.update(LD_PRELOAD=os.environ["FAILING"], FAIL_CALL=call, FAIL_AT=str(at),
                           FAIL_REPORT=os.path.join(d, "failed"))
                if only:
                    env["FAIL_ONCE"] = "1"
            argv = [w.replace("$DATA", os.environ["DATA"]).replace("$OUT", out)
                    for w in self.words.split()]
            r = subprocess.run([os.environ["PYROPROF"], *argv], stdin=subprocess.DEVNULL, env=env,
                               capture_output=True, check=False, timeout=60)
            with open(out, "rb") as f:
                written = f.read()
            return (r.returncode, r.stdout, r.stderr.replace(out.encode(), b"$OUT"), written,
                    os.listdir(os.path.dirname(out)), os.path.exists(os.path.join(d, "failed")))

    def complaint(self, got, want):
        """What is wrong with how a run with a failure ended; None if nothing is."""
        status, out, err, written, beside, _ = got
        if status not in (0, 3, want[0]):
            return f"exit status {status}"
        if beside != ["file.pb.gz"]:
            return f"files left: {beside}"
        if timeless(written) not in (b"old", timeless(want[3])):
            return f"a file of {len(written)} bytes, not {len(want[3])}"
        if status == 0 and [timeless(x) for x in (out, written)] != [timeless(want[1]),
                                                                     timeless(want[3])]:
            return "another result, without a word"
        lines = err.splitlines()
        if status == 3 and (not lines or not lines[-1].startswith(b"pyroprof: ")
                            or len(lines) > 1 + want[2].count(b"\n") or not err.endswith(b"\n")):
            return "not one line more than usual as a message"
        return None


def exhaust(run, want, call, only, pool):
    """All n until a run is not hit; the number of runs that were, and complaints."""
    hit, bad, n = 0, [], 1
    while n < MOST:
        batch = range(n, n + 16)
        results = [*pool.map(lambda at: run.once(call, at, only), batch)]
        for at, got in zip(batch, results):
            hit += got[5]
            why = run.complaint(got, want)
            if why:
                bad.append(f"{call} {at}{'' if only else ' and later'}: {why}: {got[2][:200]}")
        if not all(got[5] for got in results):
            return hit, bad
        n += 16
    return hit, [*bad, f"{call}: no end after {n}"]


def check(run, pool):
    want = run.once()
    total, bad = 0, []
    for call in CALLS + (FILE_CALLS if run.writes else ()):
        for only in (True, False) if call == "alloc" else (True,):
            hit, complaints = exhaust(run, want, call, only, pool)
            total += hit
            bad += complaints
    return total, bad


def commands():
    out = subprocess.run([os.environ["PYROPROF"], "__options"], capture_output=True, check=True)
    return {line.split("\t")[0] for line in out.stdout.decode().splitlines()}


def main():
    os.environ["FAILING"] = os.environ["top_builddir"] + "/tests/programs/failing.so"
    libraries = subprocess.run(["ldd", os.environ["PYROPROF"]], capture_output=True, check=False)
    if b"asan" in libraries.stdout:
        print("1..0 # SKIP the address sanitizer has an allocator of its own")
        return 0
    known, failed = commands(), False
    print(f"1..{len(RUNS)}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        for n, words in enumerate(RUNS, 1):
            if words.split()[0] not in known:
                print(f"ok {n} - {words} # SKIP no such command")
                continue
            total, bad = check(Run(words, folder), pool)
            for line in bad[:8]:
                print(f"# {line}")
            ok = not bad and total > 0
            failed |= not ok
            print(f"{'ok' if ok else 'not ok'} {n} - {words} ({total} failures)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
