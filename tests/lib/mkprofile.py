#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small pprof profiles for the tests, and the same profile in other encodings.

mkprofile.py data DIR            write the profiles that are kept in tests/data
mkprofile.py seeds DIR           write the seeds of fuzz_pprof
mkprofile.py pairs DIR           write the seeds of fuzz_merge
mkprofile.py vary HOW IN OUT     rewrite a profile so that it means the same:
    shuffle    tables and samples in another order, other (sparse) ids
    unpacked   repeated numbers one by one
    packed     repeated numbers packed
    members    the gzip stream in two members
    reverse    top-level fields in reverse order of their numbers
mkprofile.py collide N OUT       N functions whose ids and names have one hash, if it has no seed
mkprofile.py hours DIR           a day's profiles of a service: DIR/VERSION/HOUR.pb
mkprofile.py at TIME FILE OUT    the same profile, started TIME seconds after 1970
mkprofile.py names LIST OUT      a function and a sample for each line: NAME, or NAME<tab>SYSTEM NAME
"""
import gzip
import os
import random
import sys


def varint(v):
    v &= (1 << 64) - 1
    out = bytearray()
    while v >= 0x80:
        out.append(v & 0x7F | 0x80)
        v >>= 7
    out.append(v)
    return bytes(out)


def number(field, v):
    return varint(field << 3) + varint(v) if v else b""


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


def packed(field, values):
    return message(field, b"".join(map(varint, values))) if values else b""


class Profile:
    """Builds a message: ids and strings by first use."""

    def __init__(self, *types, **head):
        self.strings = {b"": 0}
        self.functions, self.locations = {}, {}
        self.mappings, self.samples = [], []
        self.types = [(self.s(t), self.s(u)) for t, u in types]
        self.head = head

    def s(self, text):
        raw = text if isinstance(text, bytes) else text.encode()
        return self.strings.setdefault(raw, len(self.strings))

    def mapping(self, file, start=0, limit=0, build_id=""):
        self.mappings.append((start, limit, self.s(file), self.s(build_id)))
        return len(self.mappings)

    def function(self, name, start=0):
        key = (self.s(name), start)
        return self.functions.setdefault(key, len(self.functions) + 1)

    def loc(self, names, mapping=1, address=0):
        """One name, or a list of inlined names, innermost first, or none: no symbols."""
        names = names if isinstance(names, (list, tuple)) else [names]
        lines = tuple(self.function(n) for n in names)
        key = (lines, mapping, address)
        return self.locations.setdefault(key, len(self.locations) + 1)

    def sample(self, stack, *values, labels=()):
        """A stack leaf first, its parts as for loc()."""
        ids = [x if isinstance(x, int) else self.loc(x) for x in stack]
        labels = [(self.s(k), self.s(v), 0, 0) if isinstance(v, (str, bytes))
                  else (self.s(k), 0, v[0], self.s(v[1])) for k, v in labels]
        self.samples.append((ids, values, labels))

    def encode(self):
        h = self.head
        late = b"".join([
            number(7, self.s(h.get("drop", ""))), number(8, self.s(h.get("keep", ""))),
            number(9, h.get("time", 0)), number(10, h.get("duration", 0)),
            message(11, number(1, self.s(h["period"][0])) + number(2, self.s(h["period"][1])))
            if "period" in h else b"",
            number(12, h["period"][2]) if "period" in h else b"",
            packed(13, [self.s(c) for c in h.get("comments", ())]),
            number(14, self.s(h.get("default", ""))), number(15, self.s(h.get("doc", "")))])
        out = [message(1, number(1, t) + number(2, u)) for t, u in self.types]
        for ids, values, labels in self.samples:
            out.append(message(2, packed(1, ids) + packed(2, values) + b"".join(
                message(3, number(1, k) + number(2, s) + number(3, n) + number(4, u))
                for k, s, n, u in labels)))
        for i, (start, limit, file, build_id) in enumerate(self.mappings):
            out.append(message(3, number(1, i + 1) + number(2, start) + number(3, limit) +
                               number(5, file) + number(6, build_id)))
        for (lines, mapping, address), i in self.locations.items():
            out.append(message(4, number(1, i) + number(2, mapping) + number(3, address) +
                               b"".join(message(4, number(1, f) + number(2, 10 * f))
                                        for f in lines)))
        for (name, start), i in self.functions.items():
            out.append(message(5, number(1, i) + number(2, name) +
                               number(4, self.s(h.get("source", ""))) + number(5, start)))
        out += [message(6, s) for s in self.strings]
        return b"".join(out) + late


CPU = (("samples", "count"), ("cpu", "nanoseconds"))
TICK = 10_000_000


def cpu(scale=1, time=1700000000_000000000):
    """Inlining of all three kinds, recursion, a small node, samples without a stack."""
    p = Profile(*CPU, time=time, duration=2_000_000_000, period=("cpu", "nanoseconds", TICK),
                comments=["built with -O2", "#hidden"], doc="https://example.org/cpu")
    p.mapping("/opt/app/bin/server", 0x400000, 0x500000, "8a31c0ffee")
    p.mapping("/lib/libc.so.6", 0x7f0000000000, 0x7f0000100000)

    def add(n, *stack):
        p.sample(stack, n * scale, n * scale * TICK)
    main = ("main", "_start")
    add(40, "compress_block", "worker", *main)
    add(25, ["hash_step", "hash_block"], "worker", *main)
    add(10, "hash_step", "verify", *main)
    add(20, "walk_tree", "walk_tree", "walk_tree", *main)
    add(3, p.loc([], 2, 0x7f0000001000), "verify", *main)
    add(1, p.loc([], 0, 0xdeadbeef), *main)
    add(300, ["copy_bytes", "copy_rows"], "worker", *main)
    add(1, "rarely", *main)
    add(2)
    return p


def heap():
    kinds = (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"),
             ("inuse_space", "bytes"))
    p = Profile(*kinds, default="inuse_space", period=("space", "bytes", 524288))
    p.mapping("/opt/app/bin/server")
    p.sample(["make_buffer", "read_request", "main"], 100, 409600, 10, 40960,
             labels=[("bytes", (4096, "bytes"))])
    p.sample(["make_table", "load_index", "main"], 3, 3 << 20, 1, 1 << 20,
             labels=[("bytes", (1 << 20, "bytes")), ("tenant", "blue"), ("tenant", "green")])
    p.sample(["grow", "make_table", "load_index", "main"], 7, 7000, 0, 0)
    p.sample(["log_line", "main"], 5, 500, 5, 500)
    return p


def pruned():
    p = Profile(*CPU, drop="malloc|do_alloc.*", keep="do_alloc_keep")
    p.mapping("/opt/app/bin/server")
    p.sample(["pages", "do_alloc_slow(int)", "malloc", "build", "main"], 5, 5 * TICK)
    p.sample([["do_alloc_fast", "make"], "main"], 3, 3 * TICK)
    p.sample(["do_alloc_keep", "main"], 2, 2 * TICK)
    p.sample(["malloc"], 1, TICK)
    return p


HOSTILE = [b"\x1b[31mred\x1b[0m", "right\u202eleft".encode(), b"nul\0here", b"bad\xff\xfeutf8",
           b'two"quotes",comma', b"new\nline", b"car\rriage", b"</script><script>alert(1)</script>",
           "c1\u0085control\u009b2J".encode(), b"x" * 60000, "na\u00efve \u65e5\u672c".encode(),
           b"%s%n%s", b" leading", b"=cmd()", b"\x07bell\x7f", "line\u2028sep".encode()]


def hostile():
    p = Profile(("cpu\x1b]0;owned\x07", "widgets\x1b[2J"), time=1, duration=1)
    p.mapping(b"/tmp/\x1b[1mfile\nname", build_id="\x1b[5m")
    p.head["comments"] = [b"comment \x1b[31m\nnext", b""]
    p.head["doc"] = b"https://\xff\x1b"
    for i, name in enumerate(HOSTILE):
        p.sample([name, "main"], 1000 - i)
    return p


def negative():
    p = Profile(("delta", "milliseconds"))
    p.mapping("app")
    p.sample(["gone", "main"], -1500)
    p.sample(["came", "main"], 500)
    p.sample(["zero", "main"], 0)
    return p


def labels():
    """Keys with several values, of both kinds, with units that differ, and hostile ones."""
    p = Profile(*CPU)
    p.mapping("app")
    p.sample(["leaf", ["inlined", "caller"], "main"], 2, 2 * TICK, labels=[
        ("tenant", "blue"), ("size", (2048, "bytes")), ("endpoint-of-it", "/index"),
        ("tenant", "green"), ("size", (1, "kb")), ("tenant", (7, "")), ("plain", (3, ""))])
    p.sample(["leaf", "main"], 1, TICK, labels=[("tenant", "green"), ("request", (512, ""))])
    p.sample(["main"], 1, -TICK, labels=[
        (b"\x1b[31m\tkey\n", b"\x1b[2J\xff"), ("tenant", "red;a=\"b\",c")])
    p.sample(["main"], 1, TICK)
    p.sample([], 1, TICK, labels=[("tenant", "nobody")])
    return p


def small(*types, **head):
    p = Profile(*types, **head)
    p.mapping("app")
    p.sample(["leaf", "main"], *range(1, len(types) + 1))
    return p


DATA = {
    "cpu.pb.gz": cpu, "cpu-more.pb.gz": lambda: cpu(2, 1600000000_000000000), "heap.pb": heap,
    "pruned.pb.gz": pruned, "hostile.pb.gz": hostile, "negative.pb.gz": negative,
    "labels.pb.gz": labels,
    "seconds.pb.gz": lambda: small(("cpu", "seconds")),
    "empty.pb.gz": lambda: Profile(("cpu", "nanoseconds")),
}


def squeeze(raw):
    return gzip.compress(raw, 9, mtime=0)


def write(path, raw):
    with open(path, "wb") as f:
        f.write(raw)


def make_data(folder):
    for name, make in DATA.items():
        raw = make().encode()
        write(f"{folder}/{name}", squeeze(raw) if name.endswith(".gz") else raw)
    whole = squeeze(cpu().encode())
    write(f"{folder}/truncated.pb.gz", whole[:len(whole) // 2])
    write(f"{folder}/bad-reference.pb", small(*CPU).encode() + message(2, packed(1, [99])))
    write(f"{folder}/no-profile.txt", b"PID USER\n1 root\n")
    write(f"{folder}/empty", b"")


def make_seeds(folder):
    for name, make in DATA.items():
        if make is not hostile:
            write(f"{folder}/{name.split('.')[0]}", make().encode())
    raw = small(*CPU, labels=()).encode()
    write(f"{folder}/gzipped.gz", squeeze(raw))
    write(f"{folder}/trailing-zeros", raw + b"\0\0")
    write(f"{folder}/unknown-fields", raw + number(200, 7) + message(201, b"abc") +
          varint(202 << 3 | 1) + b"8bytes__" + varint(203 << 3 | 5) + b"4byt")
    write(f"{folder}/group", raw + varint(20 << 3 | 3) + varint(20 << 3 | 4))
    write(f"{folder}/overlong", raw + b"\x60\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00")
    write(f"{folder}/eleven-bytes", raw + b"\x60" + b"\x81" + b"\x80" * 9 + b"\x00")
    write(f"{folder}/claims-4g", raw + b"\x32\xff\xff\xff\xff\x0f")
    write(f"{folder}/extremes", extremes().encode())
    write(f"{folder}/unpacked", unparse(recode(parse(raw), False)))


def pair(first, second):
    """Two profiles as fuzz_merge takes them."""
    a, b = first.encode(), second.encode()
    return len(a).to_bytes(2, "big") + a + b


def make_pairs(folder):
    for name, a, b in (("same", cpu(), cpu()), ("more", cpu(), cpu(2, 1600000000_000000000)),
                       ("units", small(("cpu", "seconds")), small(("cpu", "milliseconds"))),
                       ("types", small(("a", "count"), ("b", "bytes")),
                        small(("b", "kB"), ("c", "count"))),
                       ("nothing-common", small(("a", "count")), small(("b", "count"))),
                       ("negative", negative(), negative()), ("pruned", pruned(), cpu()),
                       ("extremes", extremes(), extremes()), ("heap", heap(), heap())):
        write(f"{folder}/{name}", pair(a, b))


def extremes():
    p = Profile(("a", "hours"), ("b", "PB"), time=-1, duration=-(1 << 63), drop="((a+)+)+$")
    p.sample(["a" * 40], 1 << 63, (1 << 63) - 1)
    p.sample([], 1 << 63, (1 << 63) - 1)
    return p


def read_varint(b, at):
    v = shift = 0
    while True:
        v |= (b[at] & 0x7F) << shift
        shift += 7
        at += 1
        if b[at - 1] < 0x80:
            return v, at


def parse(b):
    """The fields of a message: [(number, int or bytes)]."""
    out, at = [], 0
    while at < len(b):
        tag, at = read_varint(b, at)
        if tag & 7 == 0:
            v, at = read_varint(b, at)
        elif tag & 7 == 2:
            n, at = read_varint(b, at)
            v, at = b[at:at + n], at + n
        else:
            raise ValueError("fixed-size field")
        out.append((tag >> 3, v))
    return out


def unparse(fields):
    return b"".join(message(n, v) if isinstance(v, bytes) else varint(n << 3) + varint(v)
                    for n, v in fields)


def numbers(v):
    """The numbers of a repeated field, packed or not."""
    if isinstance(v, int):
        return [v]
    out, at = [], 0
    while at < len(v):
        x, at = read_varint(v, at)
        out.append(x)
    return out


def recode(fields, pack):
    out = []
    for n, v in fields:
        if n == 2:
            body = parse(v)
            lists = {k: [x for m, y in body if m == k for x in numbers(y)] for k in (1, 2)}
            v = b"".join(packed(k, xs) if pack else
                         b"".join(varint(k << 3) + varint(x) for x in xs)
                         for k, xs in lists.items())
            v += unparse([(m, y) for m, y in body if m == 3])
        out.append((n, v))
    return out


def shuffle(fields):
    """Permute everything whose order means nothing; the first mapping and string stay first."""
    rng = random.Random(1)
    ids = {3: {}, 4: {}, 5: {}}
    for n, v in fields:
        if n in ids:
            old = next(x for k, x in parse(v) if k == 1)
            ids[n][old] = rng.getrandbits(63) + 1
    strings = [v for n, v in fields if n == 6]
    order = [0] + rng.sample(range(1, len(strings)), len(strings) - 1)
    where = {old: new for new, old in enumerate(order)}

    def swap(v, refs):
        return unparse([(k, refs[k].get(x, x) if k in refs else x) for k, x in parse(v)])

    groups = {n: [] for n in range(1, 16)}
    for n, v in fields:
        if n in (1, 11):
            v = swap(v, {1: where, 2: where})
        elif n == 2:
            body = parse(v)
            stack = [ids[4][x] for k, y in body if k == 1 for x in numbers(y)]
            rest = [(k, swap(y, {1: where, 2: where, 4: where}) if k == 3 else y)
                    for k, y in body if k != 1]
            v = packed(1, stack) + unparse(rest)
        elif n == 3:
            v = swap(v, {1: ids[3], 5: where, 6: where})
        elif n == 4:
            v = unparse([(k, swap(y, {1: ids[5]}) if k == 4 else y)
                         for k, y in parse(swap(v, {1: ids[4], 2: ids[3]}))])
        elif n == 5:
            v = swap(v, {1: ids[5], 2: where, 3: where, 4: where})
        elif n in (7, 8, 14, 15):
            v = where[v]
        elif n == 13:
            v = b"".join(varint(where[x]) for x in numbers(v))
        groups[n].append(v)
    groups[6] = [strings[i] for i in order]
    for n in (2, 4, 5):
        rng.shuffle(groups[n])
    rest = groups[3][1:]
    rng.shuffle(rest)
    groups[3][1:] = rest
    return [(n, v) for n in groups for v in groups[n]]


def vary(how, source, target):
    with open(source, "rb") as f:
        raw = f.read()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if how == "members":
        half = len(raw) // 2
        return write(target, squeeze(raw[:half]) + squeeze(raw[half:]))
    fields = parse(raw)
    if how == "shuffle":
        fields = shuffle(fields)
    elif how == "reverse":
        fields.sort(key=lambda f: -f[0])
    elif how in ("packed", "unpacked"):
        fields = recode(fields, how == "packed")
    else:
        sys.exit(__doc__)
    return write(target, unparse(fields))


def hours(folder):
    """parse() costs more and more in version 1.9, and little in 1.10, which comes at noon; nothing
    was recorded at 10, and nothing but idleness at 15."""
    for version, begin in (("1.9", 8), ("1.10", 12)):
        os.makedirs(f"{folder}/{version}")
        for hour in range(begin, 17):
            if hour == 10:
                continue
            p = Profile(*CPU, time=(1700438400 + 3600 * hour) * 10**9, duration=10 * 10**9,
                        period=("cpu", "nanoseconds", TICK))
            p.mapping("/opt/app/bin/server")
            n = {"1.9": 5 * (hour - 7), "1.10": 8}[version] if hour != 15 else 0
            p.sample(["parse", "parse", "serve", "main"], n, n * TICK)
            p.sample(["next_token", "parse", "serve", "main"], 2 * n, 2 * n * TICK)
            p.sample(["wait", "main"], 150 - 3 * n, (150 - 3 * n) * TICK)
            write(f"{folder}/{version}/{hour:02}.pb", p.encode())


def at(seconds, source, target):
    with open(source, "rb") as f:
        raw = f.read()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    write(target, unparse([f for f in parse(raw) if f[0] != 9]) + number(9, int(seconds) * 10**9))


WORD = (1 << 64) - 1


def mix(x, factors=(0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53)):
    """pp_hash_u64 of src/base/hash.h, or with the inverse factors its inverse."""
    for factor in factors:
        x = (x ^ x >> 33) * factor & WORD
    return x ^ x >> 33


def unmix(x):
    return mix(x, (pow(0xc4ceb9fe1a85ec53, -1, WORD + 1), pow(0xff51afd7ed558ccd, -1, WORD + 1)))


def collide(count, target):
    """Ids that differ above bit 36 after hashing, and names of two words of which the second makes
    up for the first. A node's key is the name and one byte."""
    factor = 0x9fb21c651e98df25
    out = [message(1, number(1, 1)), message(6, b""), message(6, b"cpu")]
    for i in range(count):
        first = 0x4141414141414141 + i
        state = (0x9e3779b97f4a7c15 ^ 17 ^ mix(first)) * factor & WORD
        name = first.to_bytes(8, "little") + unmix(state ^ 0x1234).to_bytes(8, "little")
        fid = unmix((i + 1) << 36)
        out += [message(6, name), message(5, number(1, fid) + number(2, i + 2)),
                message(4, number(1, i + 1) + message(4, number(1, fid)))]
    write(target, b"".join(out))


def names(source, target):
    with open(source, "rb") as f:
        lines = f.read().splitlines()
    p = Profile(("samples", "count"))
    p.mapping("")
    functions = []
    for i, line in enumerate(lines, 1):
        name, tab, system = line.partition(b"\t")
        functions.append(message(5, number(1, i) + number(2, p.s(name)) +
                                 number(3, p.s(system if tab else name))))
        p.locations[((i,), 1, 0)] = i
        p.sample([i], 1)
    write(target, p.encode() + b"".join(functions))


def main(argv):
    if len(argv) == 3 and argv[1] == "data":
        make_data(argv[2])
    elif len(argv) == 3 and argv[1] == "seeds":
        make_seeds(argv[2])
    elif len(argv) == 3 and argv[1] == "pairs":
        make_pairs(argv[2])
    elif len(argv) == 5 and argv[1] == "vary":
        vary(*argv[2:])
    elif len(argv) == 3 and argv[1] == "hours":
        hours(argv[2])
    elif len(argv) == 5 and argv[1] == "at":
        at(*argv[2:])
    elif len(argv) == 4 and argv[1] == "names":
        names(*argv[2:])
    elif len(argv) == 4 and argv[1] == "collide":
        collide(int(argv[2]), argv[3])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv)
