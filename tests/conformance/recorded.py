# SPDX-License-Identifier: Apache-2.0
"""Reports against outputs that were recorded: no pprof is needed."""
import json
import os

import oracle

FLAGS = ["--compact-labels", "--nodecount=20", "--nodefraction=0.05", "--edgefraction=0.01"]


def run(program, command, flags, arguments):
    extra = ["--demangle=none"] if "demangle" in program.options[command] else []
    return oracle.run([program.program, command, *extra, *flags, *arguments])


def goldens(program, table, corpus, tally):
    """What pprof's own tests expect."""
    folder = f"{corpus}/pprof/driver-goldens"
    with open(table, encoding="utf-8") as f:
        rows = [[x.strip() for x in line.split("|")] for line in f if not line.startswith("#")]
    for golden, profile, words in rows:
        command, *words = words.split()
        if command not in program.commands:
            tally.skip(f"golden {golden}", f"no command {command}")
            continue
        # what a command has no use for was of no use to pprof, either
        flags = [f for f in FLAGS if f[2:].split("=")[0] in program.options[command]]
        flags += [w for w in words if w.startswith("-")]
        arguments = [w for w in words if not w.startswith("-")]
        path = f"{corpus}/pprof/driver-fixtures/{profile}.pb.gz"
        got = run(program, command, flags, [*arguments, path])
        with open(f"{folder}/pprof.{golden}", "rb") as f:
            want = oracle.some_calls(f.read())
        if got[1] != want:
            tally.differ(f"golden {golden}", got, (0, want, b""))
        tally.result(got[1] == want, f"golden {golden}")


def verdicts(program, folder, tally):
    """Odd files: whether they are read at all, and the report if they are."""
    with open(f"{folder}/expected.json", encoding="utf-8") as f:
        expected = json.load(f)
    for name, want in sorted(expected.items()):
        got = run(program, "top", [], [f"{folder}/{name}.pb.gz"])
        if want["accepted"]:
            ok = got[0] == 0 and want["top"].encode() in (got[1], oracle.unescape(got[1]))
        else:
            ok = (got[:2] == (3, b"") and got[2].count(b"\n") == 1
                  and got[2].startswith(b"pyroprof: cannot read '"))
        if not ok:
            tally.differ(f"odd {name}", got, (0, want.get("top", "").encode(), b""))
        tally.result(ok, f"odd {name}: {'read' if want['accepted'] else 'refused'}")


def compare_all(program, here, corpus, tally):
    if os.path.isdir(f"{corpus}/pprof/driver-goldens"):
        goldens(program, f"{here}/goldens.txt", corpus, tally)
    else:
        tally.skip("goldens of pprof", "none in a corpus beside the source tree")
    if os.path.exists(f"{corpus}/odd/expected.json"):
        verdicts(program, f"{corpus}/odd", tally)
    else:
        tally.skip("odd profiles", "none in a corpus beside the source tree")
