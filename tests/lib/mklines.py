#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Profiles with files and lines, for `list`; their source is in tests/data/lines.

mklines.py data DIR                             write the profiles that are kept in tests/data
mklines.py binary OUT FILE START LIMIT OFFSET BUILD_ID ADDRESS[=NAME]...
                                                one mapping of FILE and a sample of 10 ms at each
                                                address, called by all that follow it
"""
import sys

from mkprofile import CPU, Profile, TICK, message, number, squeeze, write


class Lines(Profile):
    """A Profile whose lines are (function, file, start line, line)."""

    def __init__(self, *types, **head):
        super().__init__(*types, **head)
        self.named = {}

    def named_function(self, name, file, start):
        key = (self.s(name), self.s(file), start)
        return self.named.setdefault(key, len(self.named) + 1)

    def at(self, *lines, mapping=1, address=0):
        """A location; several lines are inlined calls, innermost first."""
        lines = tuple((self.named_function(*place), line) for *place, line in lines)
        key = (lines, mapping, address)
        return self.locations.setdefault(key, len(self.locations) + 1)

    def encode(self):
        raw = []
        for (lines, mapping, address), i in self.locations.items():
            raw.append(message(4, number(1, i) + number(2, mapping) + number(3, address) +
                               b"".join(message(4, number(1, f) + number(2, n))
                                        for f, n in lines)))
        for (name, file, start), i in self.named.items():
            raw.append(message(5, number(1, i) + number(2, name) + number(4, file) +
                               number(5, start)))
        locations, self.locations = self.locations, {}
        out = super().encode() + b"".join(raw)
        self.locations = locations
        return out


def lines():
    p = Lines(*CPU)
    p.mapping("/opt/app/bin/server", 0x400000, 0x500000)
    main = p.at(("main", "work.src", 0, 37))
    fib = "fib", "work.src", 7
    left, right = p.at((*fib, 11)), p.at((*fib, 12))

    def add(n, *stack):
        p.sample([*stack, main], n, n * TICK)
    # main -> fib -> fib -> fib, by one call and the other
    add(5, p.at((*fib, 9)), left, right, left)
    add(2, left, right)
    add(4, p.at(("square", "work.src", 2, 4), ("sum", "work.src", 16, 20)))
    add(3, p.at(("sum", "work.src", 16, 21)))
    # one name, two files; what surrounds the lines ends with the file
    add(1, p.at(("init", "sub/one.src", 0, 2)))
    add(6, p.at(("init", "sub/two.src", 0, 9)))
    add(2, p.at(("beyond", "sub/one.src", 0, 70)), p.at(("beyond", "sub/one.src", 0, 1)))
    # files that are not there, have other names here, or none
    add(1, p.at(("gone", "/nonexistent/gone.src", 3, 5)))
    add(1, p.at(("lost", "lost.src", 0, 5)))
    add(2, p.at(("moved", "/proc/self/cwd/sub/one.src", 0, 3)))
    add(2, p.at(("built", "/build/app/sub/one.src", 0, 3)))
    add(3, p.at(("bare", "", 0, 8)))
    add(1, p.at(mapping=1, address=0x401000))
    add(7, p.at(("odd", "sub/odd.src", 0, 2)))
    p.sample([p.at(("never", "work.src", 0, 1))], 0, 0)
    return p


def late():
    """A function that claims to begin behind its lines, as some writers have it."""
    p = Lines(*CPU)
    p.sample([p.at(("sum", "work.src", 30, 20))], 1, TICK)
    return p


def change():
    p = Lines(("delta", "milliseconds"))
    p.mapping("app")
    main = p.at(("main", "work.src", 0, 37))
    p.sample([p.at(("sum", "work.src", 16, 20)), main], -1500)
    p.sample([p.at(("sum", "work.src", 16, 21)), main], 500)
    return p


def binary(file, start, limit, offset, build_id, *addresses):
    p = Lines(*CPU)
    p.mapping(file, int(start, 0), int(limit, 0), build_id)
    stack = []
    for place in addresses:
        address, _, name = place.partition("=")
        stack.append(p.at(*[(name, "", 0, 0)] if name else [], address=int(address, 0)))
    for i in range(len(stack)):
        p.sample(stack[i:], 1, TICK)
    # Profile knows no offsets
    start, limit, name, build = p.mappings.pop()
    return p.encode() + message(3, number(1, 1) + number(2, start) + number(3, limit) +
                                number(4, int(offset, 0)) + number(5, name) + number(6, build))


def main(argv):
    if len(argv) == 3 and argv[1] == "data":
        for name, make in {"lines": lines, "lines-change": change, "lines-late": late}.items():
            write(f"{argv[2]}/{name}.pb.gz", squeeze(make().encode()))
    elif len(argv) >= 9 and argv[1] == "binary":
        write(argv[2], binary(*argv[3:]))
    else:
        sys.exit(__doc__)


main(sys.argv)
