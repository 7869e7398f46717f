# SPDX-License-Identifier: Apache-2.0
"""The same work by `go tool pprof`: its CPU time and memory beside ours."""

import os
import shutil

from measure import Skip, floor, interleaved
from reports import PATTERN
from table import megabytes, seconds

PPROF = ["go", "tool", "pprof", "-symbolize=none"]


def both(cost):
    least = floor()
    memory = megabytes(cost.rss) if cost.rss > least else f"<= {megabytes(least)}"
    return f"{seconds(cost.cpu)}, {memory}"


def compare(table, pyroprof, profile, base, many, rounds):
    """A row for each kind of work; many are the profiles that are merged."""
    if not shutil.which("go"):
        raise Skip("go is not installed")
    path, base_path = profile.paths[0], base.paths[0]
    out = os.path.join(os.path.dirname(path), "compared.pb.gz")
    size = megabytes(profile.inflated)
    work = (
        (f"top, {size}", ["top", path], ["-top", path]),
        (f"tags, {size}", ["tags", path], ["-tags", path]),
        (f"top --focus, {size}", ["top", f"--focus={PATTERN}", path],
         ["-top", f"-focus={PATTERN}", path]),
        (f"tree, {size}", ["tree", path], ["-tree", path]),
        (f"peek of some, {size}", ["peek", PATTERN, path], [f"-peek={PATTERN}", path]),
        (f"graph, {size}", ["graph", path], ["-dot", path]),
        (f"traces, {size}", ["traces", path], ["-traces", path]),
        (f"top --diff-base, {megabytes(profile.inflated + base.inflated)}",
         ["top", f"--diff-base={base_path}", path], ["-top", f"-diff_base={base_path}", path]),
        (f"merge, {len(many.paths)} files, {megabytes(many.inflated)}",
         ["merge", "-q", "-o", out, *many.paths], ["-proto", f"-output={out}", *many.paths]))
    try:
        for what, ours, its in work:
            cost = interleaved(rounds, {"ours": [pyroprof, *ours], "its": PPROF + its})
            table.note(f"{what}: CPU, memory", both(cost["ours"]),
                       f"go tool pprof: {both(cost['its'])}",
                       f"{cost['ours'].cpu / cost['its'].cpu:.3f}")
    finally:
        if os.path.exists(out):
            os.remove(out)
