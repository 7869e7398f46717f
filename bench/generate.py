# SPDX-License-Identifier: Apache-2.0
"""Makes a CPU profile of a program that does not exist, for benchmarks.

generate.py -o FILE [-functions N] [-samples N] [-seed N] [-drift F]

The program is one graph of calls, the same for the same number of functions: some functions are
called from everywhere, a few call themselves, a fifth of the locations have inlined functions. A
stack is a walk of about 33 calls through it, and nearly all stacks differ. -seed gives other
samples of the same program, -drift makes each hundredth function cost more by that part.

Walks are made of pieces that are encoded once: that is what makes it fast enough.
"""

import argparse
import random
import zlib

ROOTS = 8  # where stacks start
PIECES = 4  # of a stack
VARIANTS = 40  # of the pieces that start in one function
PERIOD = 10000000  # ns between samples
FIRST_ADDRESS = 0x400000
CODE = 4096  # bytes of a function
WORDS = ("net http store index cache proto codec query plan exec sched raft log shard merge "
         "compact iter block table page tree hash lock queue stream frame parse token").split()
VERBS = ("Read Write Get Put Next Seek Flush Open Close Decode Encode Apply Lookup Insert Delete "
         "Scan Visit Handle Serve Process Compute Resolve Validate Commit Rollback").split()


def varint(x):
    out = bytearray()
    while x >= 0x80:
        out.append(x & 0x7F | 0x80)
        x >>= 7
    out.append(x)
    return bytes(out)


def number(field, x):
    return varint(field << 3) + varint(x)


def data(field, payload):
    return varint(field << 3 | 2) + varint(len(payload)) + payload


class Strings:
    """The string table, in the order in which strings are first asked for."""

    def __init__(self):
        self.index = {"": 0}

    def __call__(self, text):
        return self.index.setdefault(text, len(self.index))


class Program:
    """Functions, and from where they call what. Locations have numbers from 1: those of a function
    are its calls and then two lines where it works itself."""

    def __init__(self, functions):
        rng = random.Random(functions)
        self.functions = functions
        popular = list(range(functions))
        rng.shuffle(popular)
        self.callees, self.first = [], []
        locations = 1
        for f in range(functions):
            callees = [self.callee(rng, f, popular) for _ in range(rng.randint(1, 7))]
            self.callees.append(callees)
            self.first.append(locations)
            locations += len(callees) + 2

    def callee(self, rng, f, popular):
        kind = rng.random()
        if kind < 0.01:
            return f
        if kind < 0.6:  # one nearby, of the same package
            return (f + rng.randint(1, 40)) % self.functions
        return popular[int(self.functions ** rng.random()) - 1]

    def leaf(self, f, which):
        return self.first[f] + len(self.callees[f]) + which

    def mapping(self, s):
        return data(3, number(1, 1) + number(2, FIRST_ADDRESS) +
                    number(3, FIRST_ADDRESS + self.functions * CODE) +
                    number(5, s("/usr/bin/nosuchserver")) + number(6, s("0123456789abcdef")) +
                    b"".join(number(field, 1) for field in (7, 8, 9, 10)))

    def locations(self):
        rng = random.Random(self.functions + 1)
        for f, callees in enumerate(self.callees):
            for i in range(len(callees) + 2):
                kind = rng.random()
                inlined = [f + 13, f + 5] if kind < 0.05 else [f + 5] if kind < 0.2 else []
                lines = [(g % self.functions, 5 + i) for g in inlined]
                lines.append((f, 10 + f % 700 + 3 * i))
                yield data(4, number(1, self.first[f] + i) + number(2, 1) +
                           number(3, FIRST_ADDRESS + f * CODE + i * 16) +
                           b"".join(data(4, number(1, g + 1) + number(2, line))
                                    for g, line in lines))

    def names(self, s):
        for f in range(self.functions):
            package, word = WORDS[f // 40 % len(WORDS)], WORDS[f % len(WORDS)]
            verb = VERBS[f % len(VERBS)]
            if f % 5 == 4:
                name = f"acme::{package}::{word}::{verb}{f}"
            elif f % 5 == 2:
                name = f"example.org/acme/{package}.(*{word}).{verb}{f}.func{f % 3 + 1}"
            else:
                name = f"example.org/acme/{package}.{verb}{word}{f}"
            file = f"/build/acme/{package}/{WORDS[f // 8 % len(WORDS)]}.go"
            yield data(5, number(1, f + 1) + number(2, s(name)) + number(3, s(name)) +
                       number(4, s(file)) + number(5, 5 + f % 700))


class Samples:
    """Samples of a program: made when iterated over."""

    def __init__(self, program, s, count, seed, drift):
        self.program, self.count, self.drift = program, count, drift
        self.random = random.Random(seed).random
        self.pieces = {}
        self.values = {}
        self.threads = [data(3, number(1, s("thread")) + number(2, s(f"worker-{i}")))
                        for i in range(64)]
        self.endpoints = [data(3, number(1, s("endpoint")) + number(2, s(f"/api/{w}")))
                          for w in WORDS]
        self.sizes = [data(3, number(1, s("bytes")) + number(3, 16 << i) + number(4, s("bytes")))
                      for i in range(12)]

    def piece(self, f):
        """Some calls, the innermost first, and the function that they lead to."""
        locations = []
        for _ in range(3 + int(self.random() * 11)):
            callees = self.program.callees[f]
            i = int(self.random() ** 2 * len(callees))
            locations.append(varint(self.program.first[f] + i))
            f = callees[i]
        return b"".join(reversed(locations)), f

    def stack(self):
        f = int(self.random() * ROOTS)
        calls = []
        for _ in range(PIECES):
            key = f, int(self.random() * VARIANTS)
            found = self.pieces.get(key)
            if not found:
                found = self.pieces[key] = self.piece(f)
            calls.append(found[0])
            f = found[1]
        calls.append(varint(self.program.leaf(f, int(self.random() * 2))))
        calls.reverse()
        return b"".join(calls), f

    def value(self, f):
        n = int(10000 ** self.random() ** 2)
        if self.drift and f % 100 == 7:
            n = int(n * (1 + self.drift)) + 1
        if n not in self.values:
            self.values[n] = data(2, varint(n) + varint(n * PERIOD))
        return self.values[n]

    def labels(self):
        """Three in ten have some."""
        kind, out = self.random(), b""
        if kind < 0.3:
            out += self.threads[int(self.random() * len(self.threads))]
        if kind < 0.15:
            out += self.endpoints[int(self.random() ** 3 * len(self.endpoints))]
        if kind < 0.05:
            out += self.sizes[int(self.random() * len(self.sizes))]
        return out

    def __iter__(self):
        for _ in range(self.count):
            stack, leaf = self.stack()
            yield data(2, data(1, stack) + self.value(leaf) + self.labels())


def profile(options):
    """The messages of a profile, one after the other."""
    s = Strings()
    samples_type = number(1, s("samples")) + number(2, s("count"))
    cpu_type = number(1, s("cpu")) + number(2, s("nanoseconds"))
    program = Program(options.functions)
    yield data(1, samples_type) + data(1, cpu_type)
    yield from Samples(program, s, options.samples, options.seed, options.drift)
    yield program.mapping(s)
    yield from program.locations()
    yield from program.names(s)
    tail = (number(9, 1700000000 * 10**9) + number(10, 600 * 10**9) + data(11, cpu_type) +
            number(12, PERIOD) + number(13, s("made for benchmarks")) + number(14, s("cpu")))
    for text in s.index:
        yield data(6, text.encode())
    yield tail


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", required=True)
    parser.add_argument("-functions", type=int, default=2000)
    parser.add_argument("-samples", type=int, default=8000)
    parser.add_argument("-seed", type=int, default=1)
    parser.add_argument("-drift", type=float, default=0)
    options = parser.parse_args()
    gzip = zlib.compressobj(6, wbits=31)
    waiting, size = [], 0
    with open(options.o, "wb") as f:
        for message in profile(options):
            waiting.append(message)
            size += len(message)
            if size >= 1 << 20:
                f.write(gzip.compress(b"".join(waiting)))
                waiting, size = [], 0
        f.write(gzip.compress(b"".join(waiting)) + gzip.flush())


if __name__ == "__main__":
    main()
