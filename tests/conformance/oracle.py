# SPDX-License-Identifier: Apache-2.0
"""Running pprof and pyroprof the same way, and bringing what they print to one form."""
import hashlib
import os
import pickle
import re
import subprocess
import tempfile

SECONDS = 60


def environment():
    return {**os.environ, "TZ": "UTC", "LC_ALL": "C", "PPROF_BINARY_PATH": "/nonexistent",
            "HOME": "/nonexistent"}


def run(argv):
    """Exit status, standard output and error; a hang is an exit status of its own."""
    try:
        r = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                           env=environment(), timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs", b"", b""
    return r.returncode, r.stdout, r.stderr


class Oracle:
    """A pprof. What it said is remembered in `cache`, a folder, if there is one: it is slow."""

    def __init__(self, name, program, cache=None):
        self.name, self.program = name, program
        self.known, self.file, self.asked = {}, None, 0
        if cache:
            with open(program, "rb") as f:
                digest = hashlib.sha256(f.read()).hexdigest()[:16]
            self.file = os.path.join(cache, f"{name}-{digest}.pickle")
            if os.path.exists(self.file):
                with open(self.file, "rb") as f:
                    self.known = pickle.load(f)

    def ask(self, args, files):
        key = (tuple(args), tuple((p, os.path.getmtime(p), os.path.getsize(p)) for p in files))
        if key not in self.known:
            self.asked += 1
            status, out, err = run([self.program, "-symbolize=none", *args])
            self.known[key] = (status, out, err[:2000])
        return self.known[key]

    def save(self):
        if self.file and self.asked:
            os.makedirs(os.path.dirname(self.file), exist_ok=True)
            with open(self.file + ".new", "wb") as f:
                pickle.dump(self.known, f)
            os.replace(self.file + ".new", self.file)


class Ours:
    """pyroprof, and which commands and options it has."""

    def __init__(self, program):
        self.program = program
        self.commands = self.first_words([])
        self.options = {c: {o.split()[0] for o in self.table([c])} for c in self.commands}

    def reads_text(self):
        """Whether formats from before profile.proto are read."""
        with tempfile.NamedTemporaryFile() as f:
            f.write(b"goroutine profile: total 1\n1 @ 0x1000\n")
            f.flush()
            return run([self.program, "top", f.name])[0] == 0

    def table(self, args):
        """Lines of `__options`, without the short names in front of the long ones."""
        lines = run([self.program, "__options", *args])[1].decode().splitlines()
        return [line.split("\t", 1)[1] for line in lines if line.split("\t", 1)[1]]

    def first_words(self, args):
        lines = run([self.program, "__options", *args])[1].decode().splitlines()
        return {line.split("\t")[0] for line in lines}

    def spell(self, flag):
        """-show_from=x is --show-from=x here."""
        name, equals, value = flag.partition("=")
        return f"-{name.replace('_', '-')}{equals}{value}"

    def has(self, command, flag):
        return flag.lstrip("-").partition("=")[0].replace("_", "-") in self.options[command]

    def ask(self, report, arguments, flags):
        extra = ["--demangle=none"] if self.has(report.command, "demangle") else []
        flags = [self.spell(f) for f in flags]
        return run([self.program, report.command, *extra, *flags, *arguments])


def unescape(text):
    """What was shown as \\xNN or \\u{NNNN}."""
    text = re.sub(rb"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)).encode(), text)
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text)


def some_calls(text):
    """What callgrind files say of a call that pprof says was made 0 times."""
    return re.sub(rb"^calls=0 ", b"calls=1 ", text, flags=re.M)


def essence(text, oracle):
    """What must be equal: the old version writes times in another form, and knows neither Doc:
    lines nor columns."""
    if oracle.name == "head":
        return text
    text = re.sub(rb"\\l(?:Time|Doc): .*?(?=\\l)", b"", text)  # in the label of a graph
    text = re.sub(rb"(:[0-9]+):[0-9]+( s=)", rb"\1\2", text)  # in raw
    return re.sub(rb"^(?:Time|Doc): .*\n", b"", text, flags=re.M)
