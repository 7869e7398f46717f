# SPDX-License-Identifier: Apache-2.0
"""What is compared with pprof: profiles, reports, and the flags that go with both."""
import glob
import gzip
import os
import re
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mkprofile  # pylint: disable=wrong-import-position

GOROOT = "/usr/lib/go-1.19"
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.:/*()-]{2,60}")


class Report:
    """A report of ours and of pprof; {fn} and the like are filled in from the profile. `merged`:
    Go 1.19 is compared with what our `merge` makes of the profile, because it always merges."""

    def __init__(self, command, pprof, argument=None, flags=(), merged=False):
        self.command = command
        self.name = pprof.lstrip("-")
        self.pprof = pprof if argument is None else f"{pprof}={argument}"
        self.ours = [] if argument is None else [argument]
        self.flags = [*flags]
        self.merged = merged


REPORTS = [
    Report("top", "-top"),
    Report("tree", "-tree"),
    Report("peek", "-peek", "{fn}"),
    Report("traces", "-traces", merged=True),
    Report("tags", "-tags"),
    Report("raw", "-raw", merged=True),
    Report("comments", "-comments"),
    Report("graph", "-dot"),
    Report("callgrind", "-callgrind"),
    # where both find Go's own sources
    Report("list", "-list", "{fn}", [f"-source_path={GOROOT}/src"]),
]

FLAGS = """

-cum
-filefunctions
-files
-lines
-addresses
-noinlines
-filefunctions -noinlines
-lines -noinlines
-addresses -noinlines
-lines -showcolumns
-all_frames
-focus={fn}
-focus={file} -lines
-ignore={fn}
-focus={fn} -ignore={fn2}
-hide={fn}
-hide={fn}|{fn2} -addresses
-hide={mapping}
-show={fn}|{fn2}
-show={fn} -lines -trim=false
-show_from={fn}
-show_from={fn2} -hide={fn}
-prune_from={fn}
-relative_percentages -focus={fn}
-relative_percentages -tagignore={key} -cum
-tagfocus={value}
-tagfocus={key}={value}
-tagfocus={key}:{value},.
-tagignore={key}={value},nothing
-tagfocus={number}:
-tagfocus={numkey}=:{number}
-tagfocus=1kb:64kb
-tagignore=:4096b
-tagfocus=request=1mb:
-tagfocus=-5ms:7s
-tagshow={key}
-taghide={key}
-tagroot={key}
-tagleaf={numkey},{key} -cum
-tagroot={key} -focus={value} -lines
-tagroot={numkey} -unit=kb
-sample_index={type}
-sample_index=0
-sample_index=1 -unit=auto
-mean
-mean -sample_index=0 -lines
-mean -relative_percentages -ignore={fn} -trim=false
-unit=ms
-unit=kB
-unit=hours -cum
-unit=auto
-divide_by=3
-divide_by=0.25 -unit=us
-divide_by=-2
-drop_negative
-nodecount=3
-nodecount=5 -cum -lines
-nodefraction=0.1
-nodefraction=0 -edgefraction=0.2
-edgefraction=0 -nodecount=100000
-trim=false
-compact_labels
-focus=nothing_at_all
-hide=.
-call_tree
-base={other}
-diff_base={other}
-base={other} -normalize
-diff_base={other} -normalize -cum -drop_negative
-base={other} -mean -lines
{other}
{other} -sample_index=0 -cum
-base={other} {other}
-focus=(
-tagfocus={key}=[
-tagshow=*
-sample_index=nothing
-sample_index=17
-divide_by=0
""".splitlines()[1:]

# Only pprof's development version knows these.
NEW_FLAGS = ("-showcolumns", "-all_frames")


class Profile:
    """A file, and names from it to be used in flags."""

    def __init__(self, name, path, other=None):
        self.name, self.path = name, path
        self.names = {"fn": "main", "fn2": "run", "file": "main", "mapping": "bin", "key": "key",
                      "value": "value", "numkey": "bytes", "number": "1024", "type": "samples",
                      "other": other or path}
        try:
            self.look()
        except (ValueError, IndexError, KeyError, StopIteration, EOFError, OSError, zlib.error):
            pass  # not a proto, or a broken one: it is for pprof to say

    def look(self):
        with open(self.path, "rb") as f:
            raw = f.read()
        fields = mkprofile.parse(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        strings = [v.decode("latin-1") for n, v in fields if n == 6]

        def texts(message, field):
            """The plain ones among strings that are a field of all messages of a kind."""
            found = (strings[v] for n, m in fields if n == message
                     for k, v in mkprofile.parse(m) if k == field)
            return [t for t in dict.fromkeys(found) if PLAIN.fullmatch(t)]

        functions = texts(5, 2)
        if functions:
            self.names["fn"] = functions[len(functions) // 3]
            self.names["fn2"] = functions[len(functions) * 2 // 3]
        for name, found in (("file", texts(5, 4)), ("mapping", texts(3, 5)), ("type", texts(1, 1))):
            if found:
                self.names[name] = found[0]
        for name in ("fn", "fn2", "file", "mapping"):
            self.names[name] = re.escape(self.names[name])
        labels = [dict(mkprofile.parse(x)) for n, m in fields if n == 2
                  for k, x in mkprofile.parse(m) if k == 3]
        for label in labels:
            key = strings[label.get(1, 0)]
            if not PLAIN.fullmatch(key):
                continue
            if label.get(2):
                self.names["key"] = key
                self.names["value"] = re.escape(strings[label[2]])
            elif label.get(3, 0) < 1 << 62:
                self.names["numkey"] = key
                self.names["number"] = f"{label.get(3, 0)}{strings[label.get(4, 0)]}"

    def fill(self, text):
        return re.sub(r"\{([a-z0-9]+)\}", lambda m: self.names[m[1]], text)


def legacy(corpus):
    """Formats from before profile.proto."""
    out = []
    for folder in ("profile-testdata", "driver-testdata"):
        for path in sorted(glob.glob(f"{corpus}/pprof/{folder}/*")):
            if not path.endswith((".string", ".src")):
                out.append((f"legacy/{folder[0]}-{os.path.basename(path)}", path))
    for path in sorted(glob.glob(f"{corpus}/go119/*.debug1.txt")):
        out.append((f"legacy/go-{os.path.basename(path)}", path))
    return out


def stem(path):
    return os.path.basename(path).split(".pb")[0]


def profiles(data, shared, generated=None):
    """All profiles there are, by where they come from."""
    corpus = f"{shared}/corpus"
    found = [(f"own/{stem(p)}", p) for p in sorted(glob.glob(f"{data}/*"))
             if p.endswith((".pb", ".gz"))]
    for name, folder in (("go119", "go119"), ("fixture", "pprof/driver-fixtures"), ("odd", "odd")):
        found += [(f"{name}/{stem(p)}", p) for p in sorted(glob.glob(f"{corpus}/{folder}/*.pb.gz"))]
    sample = f"{corpus}/pprof/report-testdata/sample.cpu"
    if os.path.exists(sample):
        found.append(("fixture/sample", sample))
    found += legacy(corpus)
    if generated:
        found.append(("generated", generated))
    paths = dict(found)
    others = {"own/cpu": "own/cpu-more", "own/negative": "own/seconds",
              "fixture/cpu": "fixture/cpusmall", "fixture/heap": "fixture/heap_tags",
              "fixture/heap_tags": "fixture/heap_request", "go119/heap": "go119/allocs",
              "go119/block": "go119/mutex", "fixture/contention": "go119/mutex"}
    return [Profile(name, path, paths.get(others.get(name))) for name, path in found]


# These see nearly every flag with top and tree; everything else is a sample, unless all is asked
# for.
RICH = ("own/cpu", "own/heap", "own/negative", "own/pruned", "fixture/cpu", "fixture/heap_tags",
        "go119/heap")


def is_sampled(profile, report, flags, share):
    if profile.name in RICH:
        share = 1 if report.command in ("top", "tree") else 0.35
    elif not flags:
        share = max(share, 0.4)
    return zlib.crc32(f"{profile.name} {report.name} {flags}".encode()) % 1000 < share * 1000
