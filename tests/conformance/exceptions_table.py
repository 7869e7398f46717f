# SPDX-License-Identifier: Apache-2.0
"""exceptions.txt: where reports may differ from pprof's, how, and why."""
import fnmatch

import cases
import oracle


def as_lines(text):
    return sorted(text.splitlines())


def any_difference(_ours, _theirs):
    return True


# How two answers, (exit status, output), may differ.
WAYS = {
    "any": any_difference,
    # \xNN stands for what pprof prints as it is
    "escaped": lambda ours, theirs: ours[0] == theirs[0] == 0
    and oracle.unescape(ours[1]) == theirs[1],
    # calls are said to be made, of a number that is not known
    "calls": lambda ours, theirs: ours[0] == theirs[0] == 0
    and ours[1] == oracle.some_calls(theirs[1]),
    # the same lines in another order
    "lines": lambda ours, theirs: ours[0] == theirs[0] == 0
    and as_lines(ours[1]) == as_lines(theirs[1]),
    # we refuse what pprof takes, or the other way round
    "refused": lambda ours, theirs: ours[0] in (2, 3) and ours[1] == b"" and theirs[0] == 0,
    "accepted": lambda ours, theirs: ours[0] == 0 and theirs[0] != 0,
    # one of many possible orders is pprof's: not compared at all
    "skip": None,
}


class Exception_:
    def __init__(self, line):
        fields = [f.strip() for f in line.split("|")]
        if len(fields) != 6 or fields[4] not in WAYS or not fields[5]:
            raise ValueError(f"exceptions.txt: not 'oracle | profile | report | flags | how | why': {line}")
        self.line, self.hits, self.tried = line, 0, 0
        self.patterns, self.way = fields[:4], fields[4]

    def matches(self, key):
        return all(any(fnmatch.fnmatchcase(value, p) for p in pattern.split())
                   if i < 3 else fnmatch.fnmatchcase(value, pattern)
                   for i, (value, pattern) in enumerate(zip(key, self.patterns)))


class Table:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.rows = [Exception_(line.strip()) for line in f
                         if line.strip() and not line.startswith("#")]

    def find(self, key, way):
        for row in self.rows:
            if row.way == way and row.matches(key):
                row.hits += 1
                return row
        return None

    def wants(self, key):
        """Whether the case shows an exception, of which each is to be seen a few times."""
        for row in self.rows:
            if row.tried < 5 and row.way != "skip" and row.matches(key):
                row.tried += 1
                return True
        return False

    def excuse(self, key, ours, theirs):
        for row in self.rows:
            if row.way != "skip" and row.matches(key) and WAYS[row.way](ours, theirs):
                row.hits += 1
                return True
        return False

    def unused(self, oracles, profiles, commands):
        """Exceptions that could have been met, and were not."""
        reports = [r.name for r in cases.REPORTS if r.command in commands]

        def possible(row):
            return all(any(fnmatch.fnmatchcase(n, p) for n in names for p in pattern.split())
                       for names, pattern in zip((oracles, profiles, reports), row.patterns))

        return [row.line for row in self.rows if not row.hits and possible(row)]
