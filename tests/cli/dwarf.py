#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames from DWARF, in all the ways that compilers, linkers and tools store it: a program of a known
shape is built in each of them. Marked instructions must have exactly the frames that the source
says, and all addresses of its functions those that addr2line or llvm-symbolizer find. Prints TAP."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.environ["top_srcdir"]
SOURCES = os.path.join(TOP, "tests", "programs", "shape")
SYMBOLIZE = os.path.join(os.environ["top_builddir"], "tests", "programs", "symbolize")
PYROPROF = os.path.join(os.environ["top_builddir"], "pyroprof")
FUNCTIONS = "main|shape_far|shape::outer|shape::parted|shape::report"

# Name, compiler, its options, what is done afterwards, and what the build lacks: "cold" where the
# compiler has not split the function or has no entry for it.
GCC, CLANG = "g++", "clang++"
CASES = [
    ("gcc, DWARF 5", GCC, "-g", None),
    ("gcc, DWARF 4", GCC, "-gdwarf-4", None),
    ("gcc, DWARF 3", GCC, "-gdwarf-3 -gstrict-dwarf", None),
    ("gcc, DWARF 2", GCC, "-gdwarf-2", None),
    ("gcc, -g1", GCC, "-g1", None),
    ("gcc, 64-bit DWARF 5", GCC, "-gdwarf-5 -gdwarf64", None),
    ("gcc, 64-bit DWARF 4", GCC, "-gdwarf-4 -gdwarf64", None),
    ("gcc, type units", GCC, "-gdwarf-5 -fdebug-types-section", None),
    ("gcc, type units of DWARF 4", GCC, "-gdwarf-4 -fdebug-types-section", None),
    ("gcc, compressed sections", GCC, "-g -Wl,--compress-debug-sections=zlib", None),
    ("gcc, .zdebug sections", GCC, "-g -Wl,--compress-debug-sections=zlib-gnu", None),
    ("gcc, link-time optimization", GCC, "-g -flto", None),
    ("gcc, dropped sections", GCC, "-g -ffunction-sections -Wl,--gc-sections", None),
    ("gcc, no .debug_aranges", GCC, "-g", "no-aranges"),
    ("gcc, debug file", GCC, "-g", "debug-file"),
    ("gcc, debug file, compressed", GCC, "-g -Wl,--compress-debug-sections=zlib", "debug-file"),
    ("gcc, dwz", GCC, "-gdwarf-4", "dwz"),
    ("gcc, dwz with an alternate file", GCC, "-gdwarf-4", "dwz-alt"),
    ("gcc, dwz with an alternate file, DWARF 5", GCC, "-gdwarf-5", "dwz-alt"),
    ("gcc, split", GCC, "-gdwarf-5 -gsplit-dwarf", None),
    ("gcc, split DWARF 4", GCC, "-gdwarf-4 -gsplit-dwarf", None),
    ("gcc, split, moved", GCC, "-gdwarf-5 -gsplit-dwarf", "moved"),
    ("gcc, split DWARF 4, packed", GCC, "-gdwarf-4 -gsplit-dwarf", "dwp"),
    ("clang, DWARF 5", CLANG, "-g -gdwarf-5", None),
    ("clang, DWARF 4", CLANG, "-g -gdwarf-4", None),
    ("clang, DWARF 2", CLANG, "-g -gdwarf-2", None),
    ("clang, lines only", CLANG, "-gline-tables-only", "lines-only"),
    ("clang, compressed sections", CLANG, "-g -gz=zlib", None),
    ("clang, debug file", CLANG, "-g", "debug-file"),
    ("clang, link-time optimization", CLANG, "-g -flto -fuse-ld=lld", None),
    ("clang, split", CLANG, "-gdwarf-5 -gsplit-dwarf", None),
    ("clang, split DWARF 4", CLANG, "-gdwarf-4 -gsplit-dwarf", None),
    ("clang, split, moved", CLANG, "-gdwarf-5 -gsplit-dwarf", "moved"),
    ("clang, split, packed", CLANG, "-gdwarf-5 -gsplit-dwarf", "llvm-dwp"),
    ("clang, split DWARF 4, packed", CLANG, "-gdwarf-4 -gsplit-dwarf", "llvm-dwp"),
    ("clang, split without inlined functions in the skeleton", CLANG,
     "-gdwarf-5 -gsplit-dwarf -fno-split-dwarf-inlining", None),
]
LLVM = ["--output-style=GNU", "--inlining", "--no-demangle", "--functions=linkage", "--addresses"]
NEEDS = {"dwz": "dwz", "dwz-alt": "dwz", "dwp": "dwp", "llvm-dwp": "llvm-dwp"}


def run(words, cwd, text=None):
    done = subprocess.run(words, cwd=cwd, input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def marks():
    """From each mark to its frames: function and file:line, innermost first."""
    found = {}
    for name in ("main.cc", "far.cc"):
        with open(os.path.join(SOURCES, name), encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                m = re.search(r"// at (\w+): (\S+)", line)
                if m:
                    found.setdefault(m[1], []).append((m[2], f"{name}:{number}"))
    # in the sources callers come last, as in stacks
    return found


def short_name(name):
    """shape::outer<int>(int) [clone .cold] is outer, however much a source of names tells."""
    name = re.sub(r"(\.(cold|part|isra|constprop|lto_priv)(\.\d+)*)+$", "", name)
    name = re.sub(r" \[clone.*\]$|\(.*|<.*", "", name)
    return name.split(" ")[-1].split("::")[-1]


def frames_of(text, folder):
    """What addr2line -a -f -i and its like print: from each address to its frames."""
    frames, at, lines = {}, None, demangle(text).splitlines()
    while lines:
        line = lines.pop(0)
        if re.fullmatch("0x[0-9a-f]+", line):
            at = frames.setdefault(int(line, 16), [])
        elif line:
            place = re.sub(r" \(discriminator \d+\)$", "", lines.pop(0))
            place = re.sub(r":\?$", ":0", re.sub(r"(:\d+):\d+$", r"\1", place))
            at.append((short_name(line), os.path.normpath(os.path.join(folder, place))))
    return frames


def demangle(text):
    return run(["c++filt"], "/", text)


def symbols(program, folder):
    """Addresses by name, and all addresses of our functions."""
    places, ours = {}, []
    for line in run(["nm", "-S", "-C", program], folder).splitlines():
        m = re.match(r"([0-9a-f]+) (?:([0-9a-f]+) )?\w (.*)", line)
        if not m:
            continue
        places[m[3]] = int(m[1], 16)
        if m[2] and re.match(rf"(\w+ )?({FUNCTIONS})\b", m[3]):
            ours += range(int(m[1], 16), int(m[1], 16) + int(m[2], 16))
    return places, sorted(set(ours))


class Build:
    """One case: built, changed, and asked."""

    def __init__(self, folder, compiler, options, change):
        self.folder, self.program, self.asked = folder, "prog", "prog"
        self.options, self.reference = [], "prog"
        for name in os.listdir(SOURCES):
            shutil.copy(os.path.join(SOURCES, name), folder)
        for name in ("main", "far"):
            run([compiler, "-O2", *options.split(), "-c", "-o", name + ".o", name + ".cc"], folder)
        run([compiler, "-O2", *options.split(), "-o", "prog", "main.o", "far.o"], folder)
        if change:
            getattr(self, change.replace("-", "_"))()

    def no_aranges(self):
        run(["objcopy", "--remove-section=.debug_aranges", "prog"], self.folder)

    def debug_file(self):
        run(["objcopy", "--only-keep-debug", "prog", "prog.debug"], self.folder)
        self.asked = "prog.debug"

    def dwz(self):
        run(["dwz", "prog"], self.folder)

    def dwz_alt(self):
        shutil.copy(os.path.join(self.folder, "prog"), os.path.join(self.folder, "reference"))
        shutil.copy(os.path.join(self.folder, "prog"), os.path.join(self.folder, "other"))
        run(["dwz", "-m", "common.debug", "prog", "other"], self.folder)
        self.options = ["--alt=common.debug"]
        self.reference = "reference"

    def moved(self):
        """Where the sources were there is nothing any more."""
        shutil.copy(os.path.join(self.folder, "prog"), os.path.join(self.folder, "reference"))
        elsewhere = os.path.join(self.folder, "elsewhere")
        os.mkdir(elsewhere)
        for name in os.listdir(self.folder):
            if name.endswith(".dwo"):
                os.rename(os.path.join(self.folder, name), os.path.join(elsewhere, name))
        self.options = ["--dir=" + elsewhere]
        self.reference = None

    def packed(self, tool):
        dwos = [name for name in os.listdir(self.folder) if name.endswith(".dwo")]
        run([tool, "-o", "prog.dwp", *dwos], self.folder)
        for name in dwos:
            os.unlink(os.path.join(self.folder, name))
        self.options = ["--dwp=prog.dwp"]

    def dwp(self):
        self.packed("dwp")

    def llvm_dwp(self):
        self.packed("llvm-dwp")

    def lines_only(self):
        pass

    def ask(self, addresses):
        text = "".join(f"{a:#x}\n" for a in addresses)
        return frames_of(run([SYMBOLIZE, *self.options, self.asked], self.folder, text), self.folder)

    def ask_others(self, addresses):
        """llvm-symbolizer, which prefers symbols for functions: it is not to see our marks."""
        text = "".join(f"{a:#x}\n" for a in addresses)
        run(["objcopy", "--wildcard", "--strip-symbol=at_*", self.reference], self.folder)
        words = ["llvm-symbolizer", "--obj=" + self.reference, *LLVM]
        return frames_of(run(words, self.folder, text), self.folder)


def wanted_frames(name, folder):
    return [(short_name(function), os.path.join(folder, place)) for function, place in marks()[name]]


def check(build, change):
    """What is wrong with the answers, as lines of text."""
    places, ours = symbols(build.program, build.folder)
    wrong = []
    if len(ours) < 100:
        wrong.append(f"only {len(ours)} addresses to ask for")
    answers = build.ask(ours)
    for name in ("leaf", "deep", "cold"):
        found = answers.get(places.get("at_" + name), [])
        wanted = wanted_frames(name, build.folder)
        # without inlined calls, clang leaves functions out and the symbol table names them
        if change == "lines-only" and len(wanted) == 1:
            found = [("parted", place) for _, place in found]
        if found != wanted:
            wrong.append(f"at_{name}: {found}, not {wanted}")
    if not build.reference:
        return wrong
    for address, theirs in build.ask_others(ours).items():
        found = answers[address]
        if change == "lines-only" and len(found) == 1 and found[0][0] == "??":
            found = [(theirs[0][0], found[0][1])]
        if found != theirs:
            wrong.append(f"{address:#x}: {found}, others: {theirs}")
    return wrong


def text_section(program):
    for line in run(["readelf", "-SW", program], "/").splitlines():
        m = re.match(r" *\[ *\d+\] \.text +\S+ +(\w+) \w+ (\w+)", line)
        if m:
            return int(m[1], 16), int(m[2], 16)
    raise RuntimeError("no .text")


def without_line_0(frame):
    """For code of no line, llvm-symbolizer has the symbol table tell the file, without its folder."""
    function, place = frame
    return (function, "/??:0" if place.endswith(":0") else place)


def check_pyroprof():
    """A program of many units, some of them without DWARF: there llvm-symbolizer knows symbols."""
    start, size = text_section(PYROPROF)
    addresses = sorted(random.Random(1).sample(range(start, start + size), min(5000, size)))
    text, wrong, known = "".join(f"{a:#x}\n" for a in addresses), [], 0
    ours = frames_of(run([SYMBOLIZE, PYROPROF], "/", text), "/")
    theirs = frames_of(run(["llvm-symbolizer", "--obj=" + PYROPROF, *LLVM], "/", text), "/")
    for address, frames in ours.items():
        if frames == [("??", "/??:0")]:
            if not theirs[address][0][1].endswith(":0"):
                wrong.append(f"{address:#x}: nothing, others: {theirs[address]}")
            continue
        known += 1
        if frames[-1][0] == "??":
            frames[-1] = (theirs[address][-1][0], frames[-1][1])
        if [without_line_0(f) for f in frames] != [without_line_0(f) for f in theirs[address]]:
            wrong.append(f"{address:#x}: {frames}, others: {theirs[address]}")
    if known < len(addresses) / 2:
        wrong.append(f"only {known} of {len(addresses)} are known")
    return wrong


def main():
    print(f"1..{len(CASES) + 1}")
    failed = 0
    for number, (name, compiler, options, change) in enumerate(CASES, 1):
        tools = [compiler, NEEDS.get(change, compiler), "llvm-symbolizer"]
        tools += ["ld.lld"] if "lld" in options else []
        missing = [tool for tool in tools if not shutil.which(tool)]
        if missing:
            print(f"ok {number} - {name} # SKIP no {missing[0]}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            failed += report(number, name, lambda: check(
                Build(folder, compiler, options, change), change))
    if shutil.which("llvm-symbolizer"):
        failed += report(len(CASES) + 1, "pyroprof itself", check_pyroprof)
    else:
        print(f"ok {len(CASES) + 1} - pyroprof itself # SKIP no llvm-symbolizer")
    return 1 if failed else 0


def report(number, name, work):
    try:
        wrong = work()
    except (RuntimeError, OSError, IndexError, KeyError) as why:
        wrong = [repr(why)]
    for line in wrong[:3]:
        print("# " + line)
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
