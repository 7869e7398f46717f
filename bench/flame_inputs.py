# SPDX-License-Identifier: Apache-2.0
"""Stacks for flame graphs, as folded text and as profiles: made once, and kept in the build tree."""

import gzip
import os
import random
import subprocess
import sys
from collections import Counter

from measure import Skip, say

SEED = 7


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


class Writer:
    """A profile of samples/count, gzipped, written as its samples come."""

    def __init__(self, path):
        self.path = path
        self.out = gzip.open(path + ".part", "wb", compresslevel=6)
        self.ids = {}  # name -> id of its function and its location, as a varint
        self.size = 0
        self.put(message(1, b"\x08\x01\x10\x02"))

    def put(self, data):
        self.out.write(data)
        self.size += len(data)

    def id(self, name):
        known = self.ids.get(name)
        if known is None:
            known = self.ids[name] = varint(len(self.ids) + 1)
        return known

    def sample(self, ids, value):
        """ids: from the leaf on."""
        number = varint(value)
        self.put(message(2, message(1, b"".join(ids)) + message(2, number)))

    def close(self):
        for i, key in enumerate(self.ids.values()):
            text = varint(i + 3)
            self.put(message(4, b"\x08" + key + message(4, b"\x08" + key)))
            self.put(message(5, b"\x08" + key + b"\x10" + text + b"\x18" + text))
        for text in (b"", b"samples", b"count", *self.ids):
            self.put(message(6, text))
        self.out.close()
        os.rename(self.path + ".part", self.path)


def from_folded(folded, path):
    writer = Writer(path)
    with open(folded, "rb") as f:
        for line in f:
            stack, _, count = line.rpartition(b" ")
            ids = [writer.id(name) for name in stack.split(b";")]
            ids.reverse()
            writer.sample(ids, int(count))
    writer.close()


def walks(stacks):
    """Random walks, as numbers of functions from the leaf on, with a value: some 20 new nodes each."""
    rng = random.Random(SEED)
    for _ in range(stacks):
        depth = 6 + int(rng.expovariate(1 / 23))
        walk = [int(20000 * rng.random() ** 3) for _ in range(min(depth, 120))]
        yield walk, 1 + (rng.random() < 0.2)


def wide(stacks, path):
    writer = Writer(path)
    ids = [writer.id(b"function_%d" % i) for i in range(20000)]
    for walk, value in walks(stacks):
        writer.sample([ids[i] for i in walk], value)
    writer.close()


def totals(stacks, most=20):
    """What all walks come to, and those of the heaviest outermost functions: [(name, total)]."""
    outermost = Counter()
    for walk, value in walks(stacks):
        outermost[f"function_{walk[-1]}"] += value
    return outermost.total(), outermost.most_common(most)


class Stacks:
    """Where the inputs of one size are."""

    def __init__(self, shared, data):
        self.data = data
        self.maker = os.path.join(shared, "tools", "genfolded.py")

    def folded(self, count):
        if not os.path.exists(self.maker):
            raise Skip("no tools/genfolded.py in the shared folder")
        path = os.path.join(self.data, f"stacks-{count}.folded")
        if not os.path.exists(path):
            say(f"making {count} stacks")
            with open(path + ".part", "wb") as out:
                subprocess.run([sys.executable, self.maker, str(count), str(SEED)], stdout=out,
                               check=True)
            os.rename(path + ".part", path)
        return path

    def profile(self, count):
        path = os.path.join(self.data, f"stacks-{count}.pb.gz")
        if not os.path.exists(path):
            folded = self.folded(count)
            say(f"making a profile of {count} stacks")
            from_folded(folded, path)
        return path

    def wide(self, count):
        path = os.path.join(self.data, f"wide-{count}.pb.gz")
        if not os.path.exists(path):
            say(f"making {count} wide stacks")
            wide(count, path)
        return path

    @staticmethod
    def wide_totals(count):
        return totals(count)
