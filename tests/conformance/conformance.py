#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports against those of pprof, byte for byte. Prints TAP.

conformance.py [--full] [--only GLOB] [--show N]

The program is $PYROPROF, its profiles are $DATA; more are taken from a corpus, if there is one, in
$PYROPROF_SHARED or beside the source tree. Compared is with `go tool pprof` of Go 1.19, and with
the program that $PPROF_HEAD names, if set; and with what was recorded in the corpus. exceptions.txt
says where they may differ.

--full        every profile with every report and every flag, not a sample of them
--only GLOB   only cases whose "oracle profile report flags" match
--show N      so many differences of each failed test (3)

$PYROPROF_ORACLE_CACHE is a folder that remembers what pprof said.
"""
import argparse
import difflib
import fnmatch
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import cases
import exceptions_table
import oracle as running
import recorded

HERE = os.path.dirname(os.path.abspath(__file__))
SHARE = 0.015  # of the cases of profiles that are not rich in features


class Case:
    def __init__(self, oracle, profile, report, flags):
        self.oracle, self.profile, self.report, self.flags = oracle, profile, report, flags

    def key(self):
        return (self.oracle.name, self.profile.name, self.report.name, self.flags)

    def words(self):
        """Flags, and further profiles among them, filled in."""
        words = [self.profile.fill(w) for w in self.flags.split()]
        return ([w for w in words if w.startswith("-")],
                [w for w in words if not w.startswith("-")])

    def files(self):
        files = [self.profile.path]
        if "{other}" in self.flags:
            files.append(self.profile.names["other"])
        return files

    def theirs(self):
        flags, more = self.words()
        return self.oracle.ask([self.profile.fill(self.report.pprof), *self.report.flags, *flags,
                                self.profile.path, *more], self.files())

    def ours(self, program):
        flags, more = self.words()
        flags = [*self.report.flags, *flags]
        argument = [self.profile.fill(a) for a in self.report.ours]
        if self.oracle.name == "go119" and self.report.merged and not more:
            return self.ours_merged(program, argument, flags)
        return program.ask(self.report, [*argument, self.profile.path, *more], flags)

    def ours_merged(self, program, argument, flags):
        """With the profile's stacks merged first."""
        with tempfile.NamedTemporaryFile(suffix=".pb.gz") as f:
            merged = running.run([program.program, "merge", self.profile.path])
            f.write(merged[1])
            f.flush()
            if merged[0]:
                return merged
            return program.ask(self.report, [*argument, f.name], flags)


class Tally:
    """One TAP line for each report and set of flags; the sum at the end."""

    def __init__(self, show):
        self.show, self.n, self.failed = show, 0, 0
        self.equal = self.compared = self.excused = self.skipped = 0

    def result(self, ok, text):
        self.n += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.n} - {text}", flush=True)

    def skip(self, text, why):
        self.n += 1
        print(f"ok {self.n} - {text} # SKIP {why}")

    def group(self, title, outcomes):
        bad = [o for o in outcomes if o[0] == "differs"]
        for _, case, ours, theirs in bad[:self.show]:
            self.differ(f"{' '.join(case.key())}: {case.profile.path} {case.words()[0]}", ours,
                        theirs)
        counts = {k: sum(o[0] == k for o in outcomes) for k in ("equal", "excused", "skipped")}
        self.equal += counts["equal"]
        self.excused += counts["excused"]
        self.skipped += counts["skipped"]
        self.compared += len(outcomes) - counts["skipped"]
        self.result(not bad, f"{title} ({counts['equal']} of {len(outcomes)} equal)")

    @staticmethod
    def differ(title, ours, theirs):
        """Show how two answers, of status, output and error, differ."""
        def lines(answer):
            status, out, err = answer
            text = [repr(x)[2:-1] for x in out.split(b"\n")]
            return text + ([f"exit status {status}", repr(err)[2:500]] if status else [])

        print(f"# {title}")
        delta = difflib.unified_diff(lines(theirs), lines(ours), "pprof", "pyroprof", lineterm="",
                                     n=1)
        for line in [*delta][:40]:
            print(f"#   {line}")


def compare(case, program, table):
    skip = table.find(case.key(), "skip")
    if skip:
        return ("skipped", case, None, None)
    theirs, ours = case.theirs(), case.ours(program)
    wanted = running.essence(theirs[1], case.oracle)
    got = running.essence(ours[1], case.oracle)
    same_verdict = (ours[0] == 0) == (theirs[0] == 0) and ours[0] in (0, 2, 3)
    if same_verdict and wanted == got:
        return ("equal", case, ours, theirs)
    if table.excuse(case.key(), (ours[0], got), (theirs[0], wanted)):
        return ("excused", case, ours, theirs)
    return ("differs", case, ours, theirs)


def flags_known(oracle, program, report, flags):
    """Whether both programs have all flags of a set; else the one that is missing."""
    for word in flags.split():
        if not word.startswith("-"):
            continue
        if oracle.name != "head" and word.partition("=")[0] in cases.NEW_FLAGS:
            return f"{oracle.name} has no {word}"
        if not program.has(report.command, word):
            return f"{report.command} has no {word.partition('=')[0]}"
    if "{other}" in flags.split()[:1] + flags.split()[-1:] and not program.has(
            report.command, "-base"):
        return f"{report.command} takes one profile"
    return None


def select(options, oracle, profiles, report, flags, table):
    share = 1 if options.full else SHARE
    chosen = []
    for profile in profiles:
        case = Case(oracle, profile, report, flags)
        if options.only and not fnmatch.fnmatchcase(" ".join(case.key()), options.only):
            continue
        if cases.is_sampled(profile, report, flags, share) or table.wants(case.key()):
            chosen.append(case)
    return chosen


def find_oracles():
    cache = os.environ.get("PYROPROF_ORACLE_CACHE")
    found, why = [], None
    try:
        version = subprocess.run(["go", "version"], capture_output=True, check=True).stdout
        path = subprocess.run(["go", "tool", "-n", "pprof"], capture_output=True, check=True,
                              text=True).stdout.strip()
        if b"go1.19" in version:
            found.append(running.Oracle("go119", path, cache))
        else:
            why = "go tool pprof is not that of Go 1.19"
    except (OSError, subprocess.CalledProcessError):
        why = "no go tool pprof"
    if os.environ.get("PPROF_HEAD"):
        found.append(running.Oracle("head", os.environ["PPROF_HEAD"], cache))
    return found, why


def compare_all(options, oracles, program, profiles, table, tally):
    with ThreadPoolExecutor(2) as pool:
        for oracle in oracles:
            for report in cases.REPORTS:
                if report.command not in program.commands:
                    tally.skip(f"{oracle.name} {report.name}", f"no command {report.command}")
                    continue
                for flags in cases.FLAGS:
                    title = f"{oracle.name} {report.name} {flags}".rstrip()
                    chosen = select(options, oracle, profiles, report, flags, table)
                    missing = flags_known(oracle, program, report, flags)
                    if chosen and missing:
                        tally.skip(title, missing)
                    elif chosen:
                        tally.group(title, [*pool.map(
                            lambda case: compare(case, program, table), chosen)])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", metavar="GLOB")
    parser.add_argument("--show", metavar="N", type=int, default=3)
    return parser.parse_args()


def main():
    options = arguments()
    top = os.path.dirname(os.path.dirname(HERE))
    oracles, why = find_oracles()
    program = running.Ours(os.environ["PYROPROF"])
    shared = os.environ.get("PYROPROF_SHARED", f"{top}/../shared")
    profiles = cases.profiles(os.environ.get("DATA", f"{top}/tests/data"), shared)
    table = exceptions_table.Table(f"{HERE}/exceptions.txt")
    tally = Tally(options.show)
    if why:
        tally.skip("go tool pprof", why)
    if not options.only:
        recorded.compare_all(program, HERE, f"{shared}/corpus", tally)
    if not program.reads_text():
        tally.skip("formats before profile.proto", "they are not read")
        profiles = [p for p in profiles if not p.name.startswith("legacy/")]
    try:
        compare_all(options, oracles, program, profiles, table, tally)
    finally:
        for oracle in oracles:
            oracle.save()
    if oracles and not options.only and not os.path.isdir(f"{shared}/corpus"):
        tally.skip("every exception is needed", "some are for profiles of the corpus")
    elif oracles and not options.only:
        unused = table.unused([o.name for o in oracles], [p.name for p in profiles],
                              program.commands)
        for line in unused:
            print(f"# never needed: {line}")
        tally.result(not unused, "every exception is needed")
    print(f"# equal {tally.equal} of {tally.compared}, exceptions {tally.excused}, "
          f"skipped {tally.skipped}")
    print(f"1..{tally.n}")
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
