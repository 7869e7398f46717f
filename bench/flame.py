# SPDX-License-Identifier: Apache-2.0
"""Flame graphs: making them, and what a browser does with them, beside flamegraph.pl's and
speedscope. FLAMEGRAPH_PL names flamegraph.pl; without it its columns stay empty."""

import json
import os
import shutil
import subprocess

from flame_inputs import Stacks
from inputs import inflated_size
from measure import Cost, Run, Skip, floor, slow
from table import megabytes, seconds

# Limits for 100 k and 1 M unique stacks.
SIZES = {
    100000: {"name": "100 k stacks", "profile": 0.3, "folded": 0.4, "memory": 40e6, "html": 1.5e6,
             "svg": 1.5e6, "painted": 600, "zoom": 16, "search": 20, "sandwich": 60,
             "inverted": 150, "renderer": 220e6},
    1000000: {"name": "1 M stacks", "profile": 2.2, "folded": 4.5, "memory": 250e6, "html": 9.5e6,
              "svg": 9e6, "painted": 1000, "zoom": 16, "search": 30, "sandwich": 80,
              "inverted": 400, "renderer": 320e6},
}
WIDE = 1000000
GATE = 20000
KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flame_kept.json")
PATTERN = "^(alloc|cache)_"  # names that demangling leaves as they are
IN_BROWSER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flame_browser.js")


def rounds(few):
    return int(os.environ.get("BENCH_ROUNDS", few))


def fine_megabytes(n):
    return f"{n / 1e6:.2f} MB"


def milliseconds(t):
    return f"{t:.1f} ms" if t < 100 else f"{t:.0f} ms"


class Bench:
    """One size of input: files made, and rows."""

    def __init__(self, table, pyroprof, build, data, limits):
        self.table, self.pyroprof, self.build, self.data = table, pyroprof, build, data
        self.limits = limits
        self.perl = os.environ.get("FLAMEGRAPH_PL")

    def limit(self, what, key, value, show, against=""):
        """A row: the ratio is to the limit."""
        limit = self.limits[key]
        self.table.at_most(f"flame, {self.limits['name']}: {what}", show(value),
                           f"limit {show(limit)}{'; ' + against if against else ''}",
                           value / limit, 1.0)

    def note(self, what, measured, against=""):
        self.table.note(f"flame, {self.limits['name']}: {what}", measured, against)

    def make(self, source, ending, *options):
        """Runs of pyroprof flame; the cost and the file."""
        out = os.path.join(self.data, f"flame.{ending}")
        argv = [self.pyroprof, "flame", "-q", *options, "-o", out, source]
        return Cost([Run(argv) for _ in range(rounds(3))]), out

    def their_svg(self, folded):
        """flamegraph.pl's cost and file, or None."""
        if not self.perl or not shutil.which("perl"):
            return None, None
        out = os.path.join(self.data, "theirs.svg")
        script = 'exec perl "$0" "$1" >"$2"'
        return Cost([Run(["sh", "-c", script, self.perl, folded, out])]), out

    def browse(self, kind, path, *more):
        """What flame_browser.js says of a file."""
        if not shutil.which("node"):
            raise Skip("node is not installed")
        env = dict(os.environ, top_builddir=self.build)
        done = subprocess.run(["node", IN_BROWSER, kind, path, *more], env=env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=600)
        if done.returncode != 0:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])
        answer = json.loads(done.stdout)
        if "skip" in answer:
            raise Skip(answer["skip"])
        return answer


def besides(cost, held):
    """Memory beyond the input."""
    return max(0, cost.rss - held)


def generate(bench, profile, folded):
    """Rows on files; the two of ours, and flamegraph.pl's or None."""
    inflated = inflated_size(profile)
    cost, html = bench.make(profile, "html")
    bench.limit("page from .pb.gz", "profile", cost.wall, seconds)
    if cost.rss > floor():
        bench.limit("memory besides the profile", "memory", besides(cost, inflated), megabytes)
    bench.limit("page", "html", os.path.getsize(html), fine_megabytes)
    cost, svg = bench.make(profile, "svg", "--data=full")
    bench.note("SVG from .pb.gz", seconds(cost.wall))
    bench.limit("SVG", "svg", os.path.getsize(svg), fine_megabytes)
    theirs, their_svg = bench.their_svg(folded)
    peer = f"flamegraph.pl: {seconds(theirs.wall)}, {megabytes(theirs.rss)}, " \
           f"{fine_megabytes(os.path.getsize(their_svg))}" if theirs else ""
    try:
        cost, _ = bench.make(folded, "folded.html")
        bench.limit("page from folded", "folded", cost.wall, seconds, peer)
        bench.limit("memory besides the text", "memory",
                    besides(cost, os.path.getsize(folded)), megabytes)
    except RuntimeError as why:
        bench.note("page from folded", "failed", f"{why}; {peer}")
    return html, svg, their_svg


def browse(bench, what, kind, path):
    """Rows on what a browser does with a file of ours."""
    found = bench.browse(kind, path, PATTERN)
    for key, name in (("painted", "painted and clickable"), ("zoom", "zoom"),
                      ("hover", "hover"), ("search", f"search ({PATTERN})"),
                      ("sandwich", "sandwich"), ("inverted", "bottom-up")):
        if key in found:
            limit = "zoom" if key == "hover" else key
            bench.limit(f"{what}: {name}", limit, found[key], milliseconds)
    if "renderer" in found:
        bench.limit(f"{what}: memory of the renderer", "renderer", found["renderer"], megabytes,
                    f"once painted {megabytes(found['opened'])}")
    if "phases" in found:
        bench.note(f"{what}: phases", ", ".join(f"{k} {v:.0f}" for k, v in found["phases"].items()),
                   "ms")
    bench.note(f"{what}: matched", f"{found['matched']:.2f} %" if "matched" in found else "?")


def peers(bench, their_svg, profile):
    if their_svg:
        found = bench.browse("flamegraph", their_svg, PATTERN)
        bench.note("flamegraph.pl: painted, zoom, search, memory, matched",
                   f"{milliseconds(found['painted'])}, {milliseconds(found['zoom'])}, "
                   f"{milliseconds(found['search'])}, {megabytes(found['renderer'])}, "
                   f"{found['matched']}")
    if not profile:
        return
    try:
        found = bench.browse("speedscope", profile)
    except RuntimeError as why:
        bench.note("speedscope", "failed", str(why))
        return
    bench.note("speedscope: painted, memory",
               f"{milliseconds(found['painted'])}, {megabytes(found['renderer'])}")


def one_size(bench, stacks, count):
    profile, folded = stacks.profile(count), stacks.folded(count)
    html, svg, their_svg = generate(bench, profile, folded)
    browse(bench, "page", "html", html)
    browse(bench, "SVG", "svg", svg)
    if count < 1000000 or slow():  # speedscope needs minutes there, and crashes
        peers(bench, their_svg, profile)
    elif their_svg:
        peers(bench, their_svg, None)


def adversarial(bench, stacks):
    """20 M nodes: the file is cut, says so, and is soon painted."""
    if not slow():
        raise Skip("slow: BENCH_SLOW=1 runs it")
    cost, html = bench.make(stacks.wide(WIDE), "html")
    bench.note("page from .pb.gz", seconds(cost.wall), f"CPU {seconds(cost.cpu)}, {megabytes(cost.rss)}")
    bench.limit("page", "html", os.path.getsize(html), fine_megabytes)
    found = bench.browse("html", html, PATTERN)
    bench.limit("painted and clickable", "painted", found["painted"], milliseconds)
    bench.note("says that it is pruned", "yes" if found.get("pruned") else "no")
    total, outermost = stacks.wide_totals(WIDE)
    exact = found["total"] == total
    exact = exact and all(found["outermost"].get(name) == value for name, value in outermost)
    bench.note("totals", "exact" if exact else "wrong",
               f"{total} in all, and {len(outermost)} outermost functions")
    bench.note("memory of the renderer", megabytes(found["renderer"]))


def gate(bench, stacks):
    """The page's work in units of a fixed piece of work in the same browser, by turns: it may not
    become more than a fifth dearer than what is kept in flame_kept.json, BENCH_KEEP=1 writes it."""
    _, html = bench.make(stacks.wide(GATE), "gate.html")
    found = bench.browse("gate", html, PATTERN)
    found.pop("renderer")
    unit = found.pop("reference")
    now = {name: round(took / unit, 4) for name, took in found.items()}
    if os.environ.get("BENCH_KEEP"):
        with open(KEPT, "w", encoding="utf-8") as f:
            json.dump(now, f, indent="\t")
            f.write("\n")
    with open(KEPT, encoding="utf-8") as f:
        kept = json.load(f)
    for name, ratio in now.items():
        bench.table.at_most(f"flame, gate: {name}", f"{ratio:.3f} references",
                            f"kept {kept[name]:.3f}; a reference: {milliseconds(unit)}",
                            ratio / kept[name], 1.2)


def parts(table, pyroprof, build, shared, data):
    stacks = Stacks(shared, data)
    wide = {"name": "20 M nodes", "html": 16 << 20, "painted": 4000}  # as --max-size has it
    all_parts = [(f"flame {limits['name']}",
                  lambda limits=limits, count=count: one_size(
                      Bench(table, pyroprof, build, data, limits), stacks, count))
                 for count, limits in SIZES.items()]
    all_parts.append(("flame 20 M nodes", lambda: adversarial(
        Bench(table, pyroprof, build, data, wide), stacks)))
    all_parts.append(("flame gate", lambda: gate(Bench(table, pyroprof, build, data, {}), stacks)))
    return all_parts
