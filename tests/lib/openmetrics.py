#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check the text of OpenMetrics on standard input, and print its samples, one a line, as JSON:
[name, {label: value}, number]. Families come one after the other, what is said of one comes before
its samples, a unit is the end of the name, no sample is there twice, and "# EOF" is the end."""
import json
import re
import sys

ABOUT = re.compile(r"# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^\r\n]+)")
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')


def labels_of(text):
    labels, at = {}, 0
    while at < len(text):
        m = LABEL.match(text, at)
        assert m, f"no label: {text[at:]}"
        assert m[1] not in labels, f"twice: {m[1]}"
        labels[m[1]] = re.sub(r"\\(.)", lambda c: "\n" if c[1] == "n" else c[1], m[2])
        at = m.end()
    return labels


def main():
    lines = sys.stdin.buffer.read().decode().split("\n")
    assert lines[-2:] == ["# EOF", ""] and lines.count("# EOF") == 1, "no end"
    family, about, seen, families = None, {}, set(), set()
    for line in lines[:-2]:
        if line.startswith("#"):
            m = ABOUT.fullmatch(line)
            assert m, f"no such comment: {line}"
            if m[2] != family:
                assert m[2] not in families, f"comes back: {m[2]}"
                family, about = m[2], {}
                families.add(family)
            assert m[1] not in about, f"twice: {line}"
            about[m[1]] = m[3]
            assert m[1] != "UNIT" or family.endswith("_" + m[3]), f"another unit: {line}"
            continue
        m = SAMPLE.fullmatch(line)
        assert m and m[1] == family and about["TYPE"] == "gauge", f"no sample: {line}"
        sample = [m[1], labels_of(m[2] or ""), float(m[3])]
        key = json.dumps(sample[:2], sort_keys=True)
        assert key not in seen, f"twice: {line}"
        seen.add(key)
        print(json.dumps(sample))


main()
