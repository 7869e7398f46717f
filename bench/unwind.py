# SPDX-License-Identifier: Apache-2.0
"""Unwind tables: what making them takes, and whether libdw agrees with every row of some hundred
installed files."""

import glob
import os
import re
import subprocess

from measure import Skip, interleaved

MOST_FILES = 600
LARGEST = 20_000_000  # bytes, of those that are compared

# What to make a table of: the first of each that is here.
FILES = [
    ("libc", ["/lib/*-linux-gnu/libc.so.6"]),
    ("python3", ["/usr/bin/python3"]),
    ("node", ["/usr/bin/node", "/usr/local/bin/node"]),
    ("libLLVM", ["/usr/lib/*-linux-gnu/libLLVM-14.so.1", "/usr/lib/*-linux-gnu/libLLVM-*.so*"]),
]


def first_of(patterns):
    for pattern in patterns:
        for path in sorted(glob.glob(pattern)):
            return os.path.realpath(path)
    return None


def build(program, path, rounds):
    """How many rows, and the least CPU time in milliseconds."""
    least = None
    for _ in range(rounds):
        out = subprocess.run([program, "build", path], check=True, capture_output=True, text=True)
        found = re.search(r"\t(\d+) rows\t.*\t([0-9.]+) ms", out.stdout)
        if not found:
            raise RuntimeError(f"no table of {path}: {out.stdout.strip()}")
        least = min(float(found[2]), least or float("inf"))
    return int(found[1]), least


def times(table, program):
    for name, patterns in FILES:
        path = first_of(patterns)
        if not path:
            table.note(f"unwind table of {name}", "skipped", "not installed")
            continue
        rows, ms = build(program, path, 5)
        cat = interleaved(3, {"cat": ["cat", path]})["cat"].cpu * 1000
        table.note(f"unwind table of {name}, {os.path.getsize(path) / 1e6:.0f} MB: CPU",
                   f"{ms:.1f} ms, {rows} rows of 8 bytes", f"cat: {cat:.1f} ms",
                   f"{ms / cat:.2f}")


def is_elf(path):
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"\x7fELF" and os.path.getsize(path) < LARGEST
    except OSError:
        return False


def installed():
    """Spread over all there are, the same ones every time."""
    paths = sorted({os.path.realpath(p) for pattern in ("/usr/bin/*", "/usr/lib/*-linux-gnu/*.so*")
                    for p in glob.glob(pattern)})
    paths = [p for p in paths if os.path.isfile(p) and is_elf(p)]
    return paths[::len(paths) // MOST_FILES + 1]


def compared(table, program):
    run = subprocess.run([program, "compare", *installed()], capture_output=True, text=True,
                         check=False)
    found = re.search(r"(\d+) files, (\d+) rows, (\d+) unsupported, (\d+) compared, (\d+) different",
                      run.stdout)
    if not found:
        raise RuntimeError(run.stderr.strip() or "nothing compared")
    files, rows, unsupported, asked, different = map(int, found.groups())
    table.at_most(f"unwind rows of {files} files that libdw sees differently", f"{different}",
                  f"of {asked} compared", different, 0)
    table.at_most("unwind rows that cannot express what the file says, in %", f"{unsupported}",
                  f"of {rows}", 100 * unsupported / rows, 0.08)


def unwind(table, build_dir):
    program = os.path.join(build_dir, "tests", "programs", "unwind")
    if not os.path.exists(program):
        raise Skip("no tests/programs/unwind")
    times(table, program)
    compared(table, program)
