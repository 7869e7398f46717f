# SPDX-License-Identifier: Apache-2.0
"""The profiles that are measured with: made once, and kept in the build tree."""

import hashlib
import os
import shutil
import subprocess

from measure import Skip, drain, say

HERE = os.path.dirname(os.path.abspath(__file__))


class Input:
    """A profile, or several: where they are, and what they come to when inflated."""

    def __init__(self, paths):
        self.paths = paths
        self.inflated = sum(map(inflated_size, paths))


def inflated_size(path):
    gzip = subprocess.Popen(["gzip", "-dc", path], stdout=subprocess.PIPE)
    size = drain(gzip.stdout)
    if gzip.wait() != 0:
        raise RuntimeError(f"gzip cannot inflate {path}")
    return size


class Inputs:
    """A maker of profiles: tools/genprofile of the folder SHARED where that and Go are, else
    generate.py, which has the same options and much the same results."""

    def __init__(self, shared, data):
        self.data = data
        self.known = {}
        source = os.path.join(shared, "tools", "genprofile", "main.go")
        self.go = os.path.exists(source) and shutil.which("go") is not None
        self.source = source if self.go else os.path.join(HERE, "generate.py")
        with open(self.source, "rb") as f:
            self.version = hashlib.sha256(f.read()).hexdigest()[:8]

    def name(self):
        return "genprofile" if self.go else "generate.py"

    def command(self):
        """What makes a profile; a program in Go is built first."""
        if not self.go:
            return ["python3", self.source]
        program = os.path.join(self.data, f"genprofile-{self.version}")
        if not os.path.exists(program):
            env = dict(os.environ, GO111MODULE="off", GOCACHE=os.path.join(self.data, "go-cache"))
            subprocess.run(["go", "build", "-o", program, self.source], env=env, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [program]

    def input(self, *paths):
        """Measured once."""
        if paths not in self.known:
            self.known[paths] = Input(paths)
        return self.known[paths]

    def path(self, functions, samples, seed=1, drift=0):
        """Where the profile with these properties is."""
        name = f"{functions}x{samples}-{seed}-{drift}-{self.version}.pb.gz"
        path = os.path.join(self.data, name)
        if not os.path.exists(path):
            say(f"making a profile of {samples} samples")
            argv = self.command() + [
                "-o", path + ".part", "-functions", str(functions), "-samples", str(samples),
                "-seed", str(seed), "-drift", str(drift)]
            made = subprocess.run(argv, check=False, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
            if made.returncode != 0:
                raise Skip("no profile: " + (made.stderr.strip().splitlines() or ["?"])[-1])
            os.rename(path + ".part", path)
        return path

    def small(self):
        """1 MB."""
        return self.input(self.path(1500, 9400))

    def small_base(self):
        return self.input(self.path(1500, 9400, seed=2, drift=0.5))

    def medium(self):
        """50 MB."""
        return self.input(self.path(20000, 470000))

    def base(self):
        """What medium() is compared with: the same program, other samples, and some functions that
        cost more."""
        return self.input(self.path(20000, 470000, seed=2, drift=0.5))

    def large(self):
        """500 MB."""
        return self.input(self.path(60000, 4960000))

    def many(self):
        """20 files of 6 MB."""
        return self.input(*[self.path(8000, 50000, seed=100 + i) for i in range(1, 21)])
