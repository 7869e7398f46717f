# SPDX-License-Identifier: Apache-2.0
"""Stacks as perf and pyroprof recorded them, made comparable: each frame becomes the binary it is in
and the start of its function there, by the binary's unwind information and not by names, which
differ with demangling, aliases and the debug symbols found. Inlined functions play no part."""

import bisect
import collections
import gzip
import os
import re
import struct
import subprocess

from record import fields, varint

KERNEL = 1 << 63


class Elf:
    """The functions of a binary, from the search table of .eh_frame_hdr (LSB, "Exception Frames"),
    and which of them a thread begins in: their return address is undefined."""

    def __init__(self, path):
        self.loads, self.starts, self.fdes, self.header, self.entry = [], [], [], 0, 0
        self.roots = {}
        try:
            with open(path, "rb") as f:
                self.image = f.read()
            self.read()
        except (OSError, struct.error, IndexError):
            self.starts = []

    def read(self):
        image = self.image
        if image[:6] != b"\x7fELF\x02\x01":
            return
        self.entry, phoff = struct.unpack_from("<QQ", image, 24)
        phsize, phnum = struct.unpack_from("<HH", image, 54)
        at = None
        for i in range(phnum):
            kind, _, offset, vaddr, _, size, _, _ = struct.unpack_from(
                "<IIQQQQQQ", image, phoff + i * phsize)
            if kind == 1:
                self.loads.append((offset, size, vaddr))
            elif kind == 0x6474E550:  # PT_GNU_EH_FRAME
                at, self.header = offset, vaddr
        # version 1, a table of 4-byte offsets from the header's own address, as every linker makes
        if at is None or image[at] != 1 or image[at + 3] != 0x3B:
            return
        count, = struct.unpack_from("<I", image, at + 8)
        table = struct.unpack_from(f"<{2 * count}i", image, at + 12)
        self.starts = [self.header + start for start in table[::2]]
        self.fdes = [self.header + fde for fde in table[1::2]]

    def vaddr(self, offset):
        for begin, size, vaddr in self.loads:
            if begin <= offset < begin + size:
                return vaddr + offset - begin
        # what a page has beside the segment
        for begin, size, vaddr in self.loads:
            if begin & ~4095 <= offset < (begin + size + 4095) & ~4095:
                return vaddr + offset - begin
        return None

    def offset(self, vaddr):
        for begin, size, at in self.loads:
            if at <= vaddr < at + size:
                return begin + vaddr - at
        return None

    def function(self, vaddr):
        """The number of the function's entry in the table, or None: a gap between functions."""
        if vaddr is None:
            return None
        i = bisect.bisect_right(self.starts, vaddr) - 1
        if i < 0:
            return None
        size, = struct.unpack_from("<I", self.image, self.offset(self.fdes[i]) + 12)
        return i if vaddr <= self.starts[i] + size else None

    def is_root(self, i):
        """Whether this function has no caller: `_start`, `clone3` and the like."""
        if i not in self.roots:
            at = self.offset(self.fdes[i])
            # length, CIE, start, range of 4 bytes each, and no augmentation data to speak of; the
            # assembler moves what holds from the first instruction on to the CIE
            back, = struct.unpack_from("<I", self.image, at + 4)
            cie = at + 4 - back
            self.roots[i] = any(b"\x07\x10" in self.image[begin + skip:begin + 4 + min(n, 36)]
                                for begin, skip in ((at, 16), (cie, 12))
                                for n in struct.unpack_from("<I", self.image, begin))
        return self.roots[i]


class Binaries:
    def __init__(self):
        self.known = {}

    def frame(self, path, offset, name):
        """(what to compare, whether it is a root) of an address by its offset in a file."""
        if not path.startswith("/") or path.startswith(("//anon", "/memfd", "/dev/zero", "/tmp/perf-")):
            # code that no file has
            return ("[vdso]" if path == "[vdso]" else "no file"), False
        if path not in self.known:
            self.known[path] = Elf(path)
        elf = self.known[path]
        base = os.path.basename(path)
        if not elf.starts:  # Go: it has names
            return f"{base}:{name}", name in GO_ROOTS
        vaddr = elf.vaddr(offset)
        i = elf.function(vaddr)
        if i is None:
            # that of the loader has no information
            return f"{base}:?", vaddr is not None and elf.entry <= vaddr < elf.entry + 64
        return f"{base}:{elf.starts[i]:x}", elf.is_root(i)


GO_ROOTS = ("runtime.goexit", "runtime.goexit.abi0", "runtime.mstart", "runtime.mstart.abi0",
            "runtime.rt0_go", "runtime.rt0_go.abi0", "_rt0_amd64_linux", "runtime.clone", "runtime.clone.abi0")


class Stacks:
    """Counts of stacks: tuples of frames, root first, the user's side only."""

    def __init__(self):
        self.complete = collections.Counter()
        self.cut = collections.Counter()

    def add(self, frames, count=1):
        """Frames of (frame, is a root), leaf first."""
        stack = tuple(frame for frame, _ in reversed(frames))
        where = self.complete if frames and frames[-1][1] else self.cut
        where[stack] += count

    def before_main(self):
        """What calls main: the third frame behind `_start`, if that and the second are the C
        library's."""
        return {stack[2] for stack in self.complete
                if len(stack) > 3 and stack[1].startswith("libc.") and stack[2].startswith("libc.")}

    def from_main(self, callers):
        """Those that are complete, or at least from main's caller on, and from there on only: perf
        loses what is before in children of children."""
        stacks = collections.Counter()
        for stack, count in (*self.complete.items(), *self.cut.items()):
            at = next((i for i in (0, 2) if i < len(stack) and stack[i] in callers), None)
            if at is not None:
                stacks[stack[at:]] += count
            elif stack in self.complete:
                stacks[stack] += count
        return stacks

    def ends(self):
        ends = collections.Counter()
        for stack, count in self.cut.items():
            ends[stack[0] if stack else "no user frames"] += count
        return ends

    def total(self):
        return sum(self.complete.values()) + sum(self.cut.values())


# ---- pyroprof ----

def packed(value):
    if isinstance(value, int):
        return [value]
    at, out = 0, []
    while at < len(value):
        number, at = varint(value, at)
        out.append(number)
    return out


def of_profile(path, binaries):
    with gzip.open(path) as f:
        profile = f.read()
    strings, mappings, functions, locations, samples = [], {}, {}, {}, []
    for number, value in fields(profile):
        if number == 2:
            samples.append(value)
        elif number == 3:
            m = dict(fields(value))
            mappings[m.get(1, 0)] = (m.get(2, 0), m.get(4, 0), m.get(5, 0))
        elif number == 4:
            lines = [dict(fields(v)) for n, v in fields(value) if n == 4]
            m = {n: v for n, v in fields(value) if n != 4}
            locations[m.get(1, 0)] = (m.get(2, 0), m.get(3, 0), lines[-1].get(1, 0) if lines else 0)
        elif number == 5:
            m = dict(fields(value))
            functions[m.get(1, 0)] = m.get(2, 0)
        elif number == 6:
            strings.append(value.decode(errors="replace"))

    def frame(location):
        mapping, address, function = locations[location]
        start, offset, name = mappings.get(mapping, (0, 0, 0))
        return binaries.frame(strings[name], address - start + offset,
                              strings[functions.get(function, 0)])

    frames = {at: None if locations[at][1] >= KERNEL else frame(at) for at in locations}
    stacks = Stacks()
    for sample in samples:
        ids, values = [], []
        for number, value in fields(sample):
            if number == 1:
                ids += packed(value)
            elif number == 2:
                values += packed(value)
        stacks.add([frames[i] for i in ids if frames[i]], values[0])
    return stacks


# ---- perf ----

# perf prints offsets in files, and addresses in the kernel
FRAME = re.compile(r"^\s+([0-9a-f]+) (.*) \((\S*|\[.*\]|.*)\)$")


def of_perf(path, binaries):
    script = subprocess.Popen(
        ["perf", "script", "-i", path, "--no-inline", "-F", "pid,tid,time,ip,sym,dso"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")
    stacks, known, frames = Stacks(), {}, None
    for line in script.stdout:
        if not line.strip():
            if frames is not None:
                stacks.add(frames)
            frames = None
        elif frames is None or not line[0].isspace():
            frames = []
        elif line not in known:
            known[line] = perf_frame(line, binaries)
            frames += known[line]
        else:
            frames += known[line]
    script.wait()
    return stacks


def perf_frame(line, binaries):
    """Of a line of perf's: no frame, if it is one of the kernel, or one."""
    found = FRAME.match(line)
    if not found or int(found[1], 16) >= KERNEL:
        return []
    return [binaries.frame(found[3].removesuffix(" (deleted)"), int(found[1], 16), found[2])]


# ---- comparing ----

LEAST = 3  # samples of a leaf function, for its stacks to have been seen at all


def without_jit(stacks):
    """perf's copies lead nowhere through code that no file has."""
    return collections.Counter({stack: n for stack, n in stacks.items() if "no file" not in stack})


def agreement(ours, theirs):
    """Of those of our stacks (counts by stack) whose innermost function the others have seen often
    enough, the share that they have seen from root to leaf; and the share whose every call they
    have seen. Stacks that are rare are missing by chance, which calls are not; how much that is,
    two recordings by the same program tell."""
    leaves, calls = collections.Counter(), set()
    for stack, count in theirs.items():
        leaves[stack[-1]] += count
        calls.update(zip(stack, stack[1:]))
    comparable = same = known = 0
    for stack, count in ours.items():
        if leaves[stack[-1]] < LEAST:
            continue
        comparable += count
        if stack in theirs:
            same += count
        if calls.issuperset(zip(stack, stack[1:])):
            known += count
    if not comparable:
        return None
    return comparable, same / comparable, known / comparable
