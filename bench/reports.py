# SPDX-License-Identifier: Apache-2.0
"""Reports against gzip -dc of the same files, which is what reading them costs with zlib.

With one thread CPU time counts, which is also how long it takes where nothing else runs. With two
it is the time on the clock, and both where a command shares out its work itself.
"""

import os
import subprocess

from measure import Run, Skip, cpus, interleaved, slow
from table import megabytes, seconds

PATTERN = r"http.*Commit"  # matches few of the functions, and a good part of the stacks
CLOCKS = {"cpu": "CPU", "wall": "wall"}
TRACES_RATE = 200e6  # bytes of output in a second
LARGE_PEAK = 1e9
LINEAR = 1.5  # n log n gives 1.2, n * n gives 10 and more


def one(command, *args):
    return [command[0], command[1], "--threads=1", *command[2:], *args]


def two(command, *args):
    return [command[0], command[1], "--threads=2", *command[2:], *args]


def ratio(table, what, ours, base, clock, target):
    """A row on time against that of (name, Cost), with or without a target."""
    name, cost = base
    mine, its = getattr(ours, clock), getattr(cost, clock)
    cells = f"{what}: {CLOCKS[clock]}", seconds(mine), f"{name}: {seconds(its)}"
    if target is None:
        table.note(*cells, f"{mine / its:.2f}")
    else:
        table.at_most(*cells, mine / its, target)


def quick(table, pyroprof, profile):
    """top and tags: no slower than inflating."""
    path, size = profile.paths[0], profile.inflated
    commands = {"top": [pyroprof, "top", path], "tags": [pyroprof, "tags", path]}
    focus = [pyroprof, "top", f"--focus={PATTERN}", path]
    check_pattern(focus)
    jobs = {"gzip": ["gzip", "-dc", path], "focus": one(focus)}
    for name, command in commands.items():
        jobs[name] = one(command)
        jobs[name + " 2"] = two(command)
    cost = interleaved(7, jobs)
    gzip = "gzip -dc", cost["gzip"]
    for name in commands:
        what = f"{name}, {megabytes(size)}"
        ratio(table, f"{what}, 1 thread", cost[name], gzip, "cpu", 0.85)
        if cpus() > 1:
            ratio(table, f"{what}, 2 threads", cost[name + " 2"], gzip, "wall", 0.6)
        else:
            table.note(f"{what}, 2 threads: wall", "skipped", "there is one CPU")
        rss = max(cost[name].rss, cost[name + " 2"].rss)
        table.at_most(f"{what}: peak memory", megabytes(rss), f"inflated: {megabytes(size)}",
                      rss / size, 1.5)
    ratio(table, f"top --focus, {megabytes(size)}, 1 thread", cost["focus"], gzip, "cpu", 1.0)


def check_pattern(focus):
    """A filter that leaves nothing would be fast."""
    found = subprocess.run(focus + ["--format=csv"], stdin=subprocess.DEVNULL, capture_output=True,
                           check=False, text=True)
    if found.returncode == 0 and len(found.stdout.splitlines()) < 2:
        raise RuntimeError(f"--focus={PATTERN} matches nothing")


def calls(table, pyroprof, profile):
    """Reports on who calls whom."""
    path, size = profile.paths[0], profile.inflated
    commands = {"tree": [pyroprof, "tree", path],
                "peek of some": [pyroprof, "peek", PATTERN, path],
                "peek of all": [pyroprof, "peek", ".", path],
                "graph": [pyroprof, "graph", path]}
    jobs = {"gzip": ["gzip", "-dc", path]}
    jobs.update({name: one(command) for name, command in commands.items()})
    cost = interleaved(3, jobs)
    for name in commands:
        what = f"{name}, {megabytes(size)}, 1 thread"
        ratio(table, what, cost[name], ("gzip -dc", cost["gzip"]), "cpu", 4.0)


def traces(table, pyroprof, profile):
    """So many bytes of text in a second."""
    command = one([pyroprof, "traces", profile.paths[0]])
    written = Run(command, counted=True).output
    cost = interleaved(3, {"traces": command})["traces"]
    what = f"traces, {megabytes(written)} of output, 1 thread"
    rate = written / cost.cpu
    table.at_least(f"{what}: CPU", f"{rate / 1e6:.0f} MB/s", f"{TRACES_RATE / 1e6:.0f} MB/s",
                   rate / TRACES_RATE, 1.0)
    table.note(f"{what}: peak memory", megabytes(cost.rss),
               f"inflated: {megabytes(profile.inflated)}", f"{cost.rss / profile.inflated:.2f}")


def difference(table, pyroprof, profile, base):
    """Two profiles, one subtracted from the other."""
    path, base_path = profile.paths[0], base.paths[0]
    size = profile.inflated + base.inflated
    command = [pyroprof, "top", f"--diff-base={base_path}", path]
    cost = interleaved(3, {"gzip": ["gzip", "-dc", path, base_path], "one": one(command),
                           "two": two(command)})
    gzip = "gzip -dc of both", cost["gzip"]
    what = f"top --diff-base, {megabytes(size)}"
    ratio(table, f"{what}, 1 thread", cost["one"], gzip, "cpu", 2.5)
    if cpus() > 1:
        ratio(table, f"{what}, 2 threads", cost["two"], gzip, "wall", 2.5)
    rss = max(cost["one"].rss, cost["two"].rss)
    table.note(f"{what}: peak memory", megabytes(rss), f"inflated: {megabytes(size)}",
               f"{rss / size:.2f}")


def changes(table, pyroprof, profile, base):
    """What has changed from one to the other."""
    size = profile.inflated + base.inflated
    paths = base.paths[0], profile.paths[0]
    command = [pyroprof, "diff", *paths]
    cost = interleaved(3, {"gzip": ["gzip", "-dc", *paths], "one": one(command), "two": two(command)})
    gzip = "gzip -dc of both", cost["gzip"]
    what = f"diff, {megabytes(size)}"
    ratio(table, f"{what}, 1 thread", cost["one"], gzip, "cpu", 2.5)
    if cpus() > 1:
        ratio(table, f"{what}, 2 threads", cost["two"], gzip, "wall", 2.5)


def merge(table, pyroprof, profiles, data):
    """Many profiles into one. What compressing the result takes is measured apart, in two ways: as
    gzip does it, and as convert does, which is what remains when not compressing is taken off."""
    out, plain = (os.path.join(data, f"merged.{ending}") for ending in ("pb.gz", "pb"))
    Run([pyroprof, "merge", "-q", "-o", out, *profiles.paths])
    Run([pyroprof, "convert", "-q", "-o", plain, out])
    again = os.path.join(data, "again")
    cost = interleaved(3, {
        "merge": [pyroprof, "merge", "-q", "-o", out, *profiles.paths],
        "inflate": ["gzip", "-dc", *profiles.paths],
        "deflate": ["gzip", "-6c", plain],
        "packed": [pyroprof, "convert", "-q", "-o", again + ".pb.gz", plain],
        "plain": [pyroprof, "convert", "-q", "-o", again + ".pb", plain]})
    what = f"merge, {len(profiles.paths)} files, {megabytes(profiles.inflated)}"
    for clock, name in CLOCKS.items():
        took = {job: getattr(of_one, clock) for job, of_one in cost.items()}
        own = max(took["packed"] - took["plain"], 0)
        for how, deflate in ("gzip -6 of the result", took["deflate"]), ("own compressing", own):
            due = 1.5 * took["inflate"] + deflate
            table.at_most(f"{what}: {name}", seconds(took["merge"]),
                          f"1.5 gzip -dc + {how}: {seconds(due)}", took["merge"] / due, 1.0)
        table.note(f"compressing, {megabytes(os.path.getsize(plain))}: {name}", seconds(own),
                   f"gzip -6: {seconds(took['deflate'])}", f"{own / took['deflate']:.2f}")
    deflated = Run(["gzip", "-6c", plain], counted=True).output
    size = os.path.getsize(out)
    table.note("result, compressed", megabytes(size), f"gzip -6: {megabytes(deflated)}",
               f"{size / deflated:.2f}")
    table.note(f"{what}: peak memory", megabytes(cost["merge"].rss),
               f"inflated: {megabytes(profiles.inflated)}",
               f"{cost['merge'].rss / profiles.inflated:.2f}")
    for path in out, plain, again + ".pb.gz", again + ".pb":
        os.remove(path)


def large(table, pyroprof, profile):
    """Ten times what the others get."""
    path, size = profile.paths[0], profile.inflated
    names = ("top", "tags", "tree", "graph")
    jobs = {"gzip": ["gzip", "-dc", path], "two": two([pyroprof, "top", path])}
    jobs.update({name: one([pyroprof, name, path]) for name in names})
    cost = interleaved(3, jobs)
    gzip = "gzip -dc", cost["gzip"]
    for name in names:
        what = f"{name}, {megabytes(size)}"
        ratio(table, f"{what}, 1 thread", cost[name], gzip, "cpu", None)
        if name == "top" and cpus() > 1:
            ratio(table, f"{what}, 2 threads", cost["two"], gzip, "wall", None)
        rss = max(cost[name].rss, cost["two"].rss) if name == "top" else cost[name].rss
        table.at_most(f"{what}: peak memory", megabytes(rss), megabytes(LARGE_PEAK),
                      rss / LARGE_PEAK, 1.0)


def growth(table, pyroprof, profiles):
    """Whether ten times the profile takes ten times as long: time for each MB, without start-up."""
    jobs = {"start": [pyroprof, "--version"]}
    jobs.update({p: one([pyroprof, "top", p.paths[0]]) for p in profiles})
    cost = interleaved(5, jobs)
    rate = {p: (cost[p].cpu - cost["start"].cpu) / p.inflated * 1e6 for p in profiles}
    for smaller, larger in zip(profiles, profiles[1:]):
        table.at_most(f"top, {megabytes(larger.inflated)}, 1 thread: CPU for each MB",
                      seconds(rate[larger]),
                      f"top, {megabytes(smaller.inflated)}: {seconds(rate[smaller])}",
                      rate[larger] / rate[smaller], LINEAR)


def parts(table, pyroprof, inputs):
    """What there is to measure: (name, function) of each."""
    medium, data = inputs.medium, inputs.data
    found = [
        ("top, tags", lambda: quick(table, pyroprof, medium())),
        ("tree, peek, graph", lambda: calls(table, pyroprof, medium())),
        ("traces", lambda: traces(table, pyroprof, medium())),
        ("top --diff-base", lambda: difference(table, pyroprof, medium(), inputs.base())),
        ("diff", lambda: changes(table, pyroprof, medium(), inputs.base())),
        ("merge", lambda: merge(table, pyroprof, inputs.many(), data))]
    sizes = [inputs.small, inputs.medium]
    if slow():
        sizes.append(inputs.large)
        found.append(("500 MB", lambda: large(table, pyroprof, inputs.large())))
    else:
        found.append(("500 MB", skip_large))
    found.append(("growth", lambda: growth(table, pyroprof, [size() for size in sizes])))
    return found


def skip_large():
    raise Skip("slow: BENCH_SLOW=1 runs it")
