# SPDX-License-Identifier: Apache-2.0
"""The very samples that `perf record --call-graph dwarf` took, walked by perf and by us: perf.data
holds the registers and a copy of the stack of each. What it looks like: the kernel's
tools/perf/Documentation/perf.data-file-format.txt and include/uapi/linux/perf_event.h."""

import collections
import re
import struct
import subprocess

MMAP, COMM, FORK, SAMPLE, MMAP2 = 1, 3, 7, 9, 10
MISC_EXEC = 1 << 13
PROT_EXEC = 4
KERNEL = 1 << 63
ROOTS = (1, 2, 3)  # enum pp_unwind_end: ROOT, ZERO, FP_ZERO

# Words of a sample before its registers, in order, and of what other records end with.
IP, TID, TIME, ADDR, READ, CALLCHAIN, ID, CPU, PERIOD, STREAM_ID, RAW, BRANCHES, REGS, STACK = (
    1 << i for i in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13))
IDENTIFIER = 1 << 16
WORDS = (IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM_ID, CPU, PERIOD)
TRAILER = (TID, TIME, ID, STREAM_ID, CPU, IDENTIFIER)

# of x86-64's registers in perf_event: bp, sp, ip, r10
BP, SP, PC, R10 = 6, 7, 8, 18

Sample = collections.namedtuple("Sample", "time pid tid pc sp fp scratch stack")


class Data:
    """What a perf.data of one kind of sample has, by time."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.image = f.read()
        magic, _, attr_size, attrs, _, begin, size = struct.unpack_from("<8s6Q", self.image)
        if magic != b"PERFILE2":
            raise ValueError(f"'{path}' is not perf's")
        self.type, = struct.unpack_from("<Q", self.image, attrs + 24)
        self.mask, = struct.unpack_from("<Q", self.image, attrs + 80)
        if self.type & (READ | RAW | BRANCHES) or not self.type & REGS or attr_size < 96:
            raise ValueError(f"'{path}' has other samples")
        self.records = sorted(self.read(begin, begin + size), key=lambda record: record[0])

    def read(self, at, end):
        """(time, kind, what it says) of each record."""
        while at + 8 <= end:
            kind, misc, size = struct.unpack_from("<IHH", self.image, at)
            body = memoryview(self.image)[at + 8:at + size]
            at += max(size, 8)
            if kind == SAMPLE:
                sample = self.sample(body)
                if sample:
                    yield sample.time, kind, sample
            elif kind in (MMAP2, FORK) or kind == COMM and misc & MISC_EXEC:
                yield self.time(body), kind, body

    def time(self, body):
        """Of a record that is no sample."""
        words = [bit for bit in TRAILER if self.type & bit]
        return struct.unpack_from("<Q", body, len(body) - 8 * (len(words) - words.index(TIME)))[0]

    def register(self, registers, number):
        return registers[bin(self.mask & ((1 << number) - 1)).count("1")]

    def sample(self, body):
        words = [bit for bit in WORDS if self.type & bit]
        at = 8 * len(words)
        word = dict(zip(words, struct.unpack_from(f"<{len(words)}Q", body)))
        if self.type & CALLCHAIN:
            at += 8 + 8 * struct.unpack_from("<Q", body, at)[0]
        abi, = struct.unpack_from("<Q", body, at)
        at += 8
        if abi != 2:  # PERF_SAMPLE_REGS_ABI_64
            return None
        count = bin(self.mask).count("1")
        registers = struct.unpack_from(f"<{count}Q", body, at)
        at += 8 * count
        size, = struct.unpack_from("<Q", body, at)
        copied = struct.unpack_from("<Q", body, at + 8 + size)[0] if size else 0
        pc, sp, fp, scratch = (self.register(registers, n) for n in (PC, SP, BP, R10))
        return Sample(word[TIME], word[TID] & 0xFFFFFFFF, word[TID] >> 32, pc, sp, fp, scratch,
                      body[at + 8:at + 8 + copied])


def mapping(body):
    pid, _, start, size, offset = struct.unpack_from("<IIQQQ", body)
    protection, = struct.unpack_from("<I", body, 56)
    path = bytes(body[64:]).split(b"\0")[0]
    return pid, start, start + size, offset, protection, path


def commands(data):
    """What the replaying program is told, and the samples in the order in which it is."""
    out, samples = [], []
    for _, kind, what in data.records:
        if kind == SAMPLE:
            out.append(b"walk %x %x %x %x %x %x\n" % (
                what.pid, what.pc, what.sp, what.fp, what.scratch, len(what.stack)))
            out.append(what.stack)
            samples.append(what)
        elif kind == MMAP2:
            pid, start, end, offset, protection, path = mapping(what)
            if protection & PROT_EXEC:
                out.append(b"map %x %x %x %x %s\n" % (pid, start, end, offset, path))
        elif kind == FORK:
            pid, parent = struct.unpack_from("<II", what)
            if pid != parent:
                out.append(b"copy %x %x\n" % (pid, parent))
        elif kind == COMM:
            out.append(b"clear %x\n" % struct.unpack_from("<I", what))
    return out, samples


def ours(program, data):
    """{(thread, time): (how the walk ended, frames)}"""
    lines, samples = commands(data)
    out = subprocess.run([program], input=b"".join(lines), capture_output=True, check=True).stdout
    answers = [line.split() for line in out.decode().splitlines()]
    if len(answers) != len(samples):
        raise RuntimeError(f"{program}: {len(answers)} answers for {len(samples)} samples")
    return {(s.tid, s.time): (int(a[0]), a[1:]) for s, a in zip(samples, answers)}


HEAD = re.compile(r"^\s*(\d+)\s+(\d+)\.(\d{9}):")


def perfs(path):
    """{(thread, time): frames} as perf script has them, without the kernel's, and without the
    address -1 that it has where a return address is not in the copy."""
    script = subprocess.run(
        ["perf", "script", "-i", path, "--no-inline", "--ns", "--max-stack", "1024", "-F",
         "tid,time,ip"], capture_output=True, check=True, text=True, errors="replace").stdout
    stacks, frames = {}, None
    for line in script.splitlines():
        head = HEAD.match(line)
        if head:
            frames = stacks[int(head[1]), int(head[2]) * 10**9 + int(head[3])] = []
        elif line.strip() and frames is not None and int(line.split()[0], 16) < KERNEL:
            frames.append(line.split()[0])
    return stacks


Verdict = collections.namedtuple("Verdict", "same comparable total differ")

BEFORE_MAIN = 2  # frames that perf loses in children of children: __libc_start_main and _start


def compare(program, path):
    """Of the samples that perf walked to the beginning of a thread, or further than we, how many
    have the same frames. Where it gave up or went astray there is nothing to compare; where we did,
    it counts as a difference."""
    mine, its = ours(program, Data(path)), perfs(path)
    beginnings = {frame for end, frames in mine.values() if end in ROOTS
                  for frame in frames[-1 - BEFORE_MAIN:]}
    same = comparable = 0
    differ = []
    for key, (end, frames) in mine.items():
        other = its.get(key)
        if not other or other[-1] not in beginnings and (
                end in ROOTS or len(other) <= len(frames)):
            continue
        comparable += 1
        if frames[:len(other)] == other and len(frames) - len(other) <= BEFORE_MAIN:
            same += 1
        else:
            differ.append((end, frames, other))
    return Verdict(same, comparable, len(mine), differ)
