# SPDX-License-Identifier: Apache-2.0
"""Names, lines and inlined functions from DWARF, against those who find the same: of a program with
some 100 MB of it, and of pyroprof itself. The reader alone is measured: tests/programs/symbolize."""

import os
import random
import re
import shutil
import subprocess

from measure import Cost, Run, Skip, say
from table import megabytes, seconds

ADDRESSES = 10000
TYPES = 8  # of one unit: templates of the standard library for so many types
UNITS = 28  # copies of the unit in the program, under other names
TARGET_TIME = 0.6  # of llvm-symbolizer's
TARGET_MEMORY = 100e6

HEAD = """#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>
"""
PART = """
struct T@ {
	int a[@ + 1];
	std::string s;
	double d;
	bool operator<(const T@ &o) const { return d < o.d || (d == o.d && s < o.s); }
	bool operator==(const T@ &o) const { return d == o.d; }
};
namespace std {
template <> struct hash<T@> {
	size_t operator()(const T@ &x) const { return hash<string>()(x.s); }
};
}
int run@(int n)
{
	std::vector<T@> v;
	for (int i = 0; i < n; i++)
		v.push_back(T@{{i}, std::to_string(i * @), i * .5});
	std::sort(v.begin(), v.end(), [](const T@ &x, const T@ &y) { return y < x; });
	std::stable_sort(v.begin(), v.end());
	std::map<T@, std::vector<T@>> m;
	std::unordered_map<T@, std::unique_ptr<T@>> u;
	for (auto &x : v) {
		m[x].push_back(x);
		u[x] = std::make_unique<T@>(x);
	}
	std::set<T@> s(v.begin(), v.end());
	std::deque<T@> d(s.begin(), s.end());
	d.insert(d.begin(), v.begin(), v.end());
	std::function<int(const T@ &)> f = [&](const T@ &x) { return int(m.count(x) + u.count(x)); };
	int r = 0;
	for (auto &x : d)
		r += f(x);
	return r;
}
"""


def call(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lines_of(*argv):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def unit_of(folder):
    """One compiled unit, which takes a while."""
    source, unit = os.path.join(folder, "unit.cc"), os.path.join(folder, "unit.o")
    write(source, HEAD + "".join(PART.replace("@", str(i)) for i in range(1, TYPES + 1)))
    call("g++", "-O2", "-g", "-ffunction-sections", "-c", "-o", unit, source)
    return unit


def big_program(data):
    """A program with the unit many times over: all that it defines gets other names each time."""
    program = os.path.join(data, f"symbols-{TYPES}-{UNITS}")
    if os.path.exists(program):
        return program
    if not shutil.which("g++"):
        raise Skip("no g++")
    say("symbols: compiling")
    folder = program + ".d"
    os.makedirs(folder, exist_ok=True)
    unit, objects = unit_of(folder), []
    defined = [line.split()[-1] for line in lines_of("nm", "--defined-only", "--extern-only", unit)]
    for i in range(UNITS):
        objects.append(os.path.join(folder, f"{i}.o"))
        write(os.path.join(folder, "names"), "".join(f"{n} u{i}_{n}\n" for n in defined))
        call("objcopy", f"--redefine-syms={os.path.join(folder, 'names')}", unit, objects[-1])
    write(os.path.join(folder, "main.cc"), "int main() {}\n")
    call("g++", "-o", program + ".new", os.path.join(folder, "main.cc"), *objects)
    shutil.rmtree(folder)
    os.rename(program + ".new", program)
    return program


def sections(program):
    """The size of all DWARF, and the address and size of .text."""
    dwarf, text = 0, (0, 0)
    for line in lines_of("readelf", "-SW", program):
        m = re.match(r" *\[ *\d+\] (\S+) +\S+ +(\w+) \w+ (\w+)", line)
        if m and m[1].startswith(".debug_"):
            dwarf += int(m[3], 16)
        elif m and m[1] == ".text":
            text = int(m[2], 16), int(m[3], 16)
    return dwarf, text


def sample(program, n, path):
    _, (start, size) = sections(program)
    chosen = random.Random(1).sample(range(start, start + size), min(n, size))
    write(path, "".join(f"{a:#x}\n" for a in sorted(chosen)))


def makers(symbolize, program):
    jobs = {"ours": [symbolize, program]}
    if shutil.which("llvm-symbolizer"):
        jobs["llvm-symbolizer"] = ["llvm-symbolizer", "--obj=" + program, "--output-style=GNU",
                                   "--inlining", "--no-demangle", "--functions=linkage"]
    if shutil.which("addr2line"):
        jobs["addr2line"] = ["addr2line", "-a", "-f", "-i", "-e", program]
    return jobs


def costs(jobs, addresses):
    runs = {name: [] for name in jobs}
    for _ in range(int(os.environ.get("BENCH_ROUNDS", 3))):
        for name, argv in jobs.items():
            runs[name].append(Run(argv, stdin=addresses))
    return {name: Cost(of_one) for name, of_one in runs.items()}


def compare(table, symbolize, program, what, n, data):
    addresses = os.path.join(data, "symbols.txt")
    sample(program, n, addresses)
    found = costs(makers(symbolize, program), addresses)
    ours = found.pop("ours")
    for name, theirs in found.items():
        ratio = ours.cpu / theirs.cpu
        row = (f"{what}: CPU", seconds(ours.cpu), f"{name}: {seconds(theirs.cpu)}")
        if name == "llvm-symbolizer" and n == ADDRESSES:
            table.at_most(*row, ratio, TARGET_TIME)
        else:
            table.note(*row, f"{ratio:.2f}")
        table.note(f"{what}: memory", megabytes(ours.rss), f"{name}: {megabytes(theirs.rss)}",
                   f"{ours.rss / theirs.rss:.2f}")
    if n == ADDRESSES:
        table.at_most(f"{what}: memory", megabytes(ours.rss), megabytes(TARGET_MEMORY),
                      ours.rss / TARGET_MEMORY, 1)


def symbols(table, pyroprof, build, data):
    symbolize = os.path.join(build, "tests", "programs", "symbolize")
    if not os.path.exists(symbolize):
        raise Skip("tests/programs/symbolize is not built")
    big = big_program(data)
    dwarf, _ = sections(big)
    compare(table, symbolize, big, f"{ADDRESSES} addresses, {megabytes(dwarf)} of DWARF", ADDRESSES,
            data)
    compare(table, symbolize, pyroprof, "300 addresses of pyroprof", 300, data)
