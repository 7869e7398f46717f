# SPDX-License-Identifier: Apache-2.0
"""What a disk has after a loss of power: the calls of a run, as strace notes them, done again in memory,
where each file and directory knows what of it was synced.

    disk = Disk("/tmp/x", "A")          what is in /tmp/x/A now, all of it synced
    for call in calls_of(log):
        if disk.do(call): ...           something has changed
        disk.after(how)                 {"new/ab/cd.pp": bytes, "new/ab/": None, ...}
"""
import codecs
import os
import random
import re

# All that change a file system; a call of ours that is not understood below is an error.
TRACED = ("open,openat,creat,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync,syncfs,"
          "sync_file_range,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,"
          "rmdir,mknod,mknodat,copy_file_range,sendfile,splice")
FD = r"(?:-?\d+|AT_FDCWD)<((?:[^>\\]|\\.)*)>"


class Call:
    """One call: its name, its arguments as strace writes them, and what it returned."""

    def __init__(self, name, args, result):
        self.name, self.args, self.result = name, args, result

    def __repr__(self):
        return f"{self.name}({self.args[:120]})"


def text_of(escaped):
    return codecs.escape_decode(escaped.encode("latin-1"))[0]


def calls_of(log):
    """The calls that succeeded, in the order in which they came to their end."""
    begun = {}
    with open(log, encoding="latin-1") as f:
        for line in f:
            m = re.match(r"(\d+) +(.*)", line.rstrip("\n"))
            pid, rest = m.group(1), m.group(2)
            if rest.endswith("<unfinished ...>"):
                begun[pid] = rest[:-len("<unfinished ...>")]
                continue
            m = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
            if m:
                rest = begun.pop(pid) + m.group(1)
            m = re.match(r"(\w+)\((.*)\) += (\d+)", rest)
            if m:
                yield Call(m.group(1), m.group(2).rstrip(), int(m.group(3)))


class File:
    def __init__(self, data=b"", synced=None):
        self.data, self.synced = data, synced


class Folder:
    def __init__(self):
        self.names = {}    # as processes see them
        self.synced = {}   # as they are on the disk for certain
        self.pending = []  # what has happened since: (name, node or None)

    def put(self, name, node, moved=False):
        """A name and what it stands for; None: it is taken away, or has another name now."""
        if node is None:
            del self.names[name]
        else:
            self.names[name] = node
        if not moved:
            self.pending.append((name, node))

    def sync(self):
        self.synced, self.pending = dict(self.names), []


class Disk:
    HOW = ("least", "gone", "names", "zeros", "all", "some")

    def __init__(self, base, root, seed=1):
        """What is in `root`, a path below `base`, which is a directory that is always there."""
        self.base, self.way = os.path.realpath(base), root.split("/")
        self.random = random.Random(seed)
        self.top = Folder()
        if os.path.isdir(os.path.join(base, self.way[0])):
            self.top.names[self.way[0]] = self.read(os.path.join(base, self.way[0]))
        self.top.sync()

    def read(self, path):
        if os.path.isdir(path):
            folder = Folder()
            for name in os.listdir(path):
                folder.names[name] = self.read(os.path.join(path, name))
            folder.sync()
            return folder
        with open(path, "rb") as f:
            data = f.read()
        return File(data, data)

    # ---- calls ----

    def steps(self, path):
        """A path below the base as its steps; None: elsewhere."""
        path = os.path.normpath(path)
        if path != self.base and not path.startswith(self.base + "/"):
            return None
        return [s for s in path[len(self.base):].split("/") if s]

    def find(self, path):
        steps, node = self.steps(path), self.top
        for step in steps or []:
            node = node.names.get(step) if isinstance(node, Folder) else None
        return node if steps is not None else None

    def place(self, path):
        """The folder of a path that is ours, and its name there."""
        if not self.steps(path):
            return None, None
        return self.find(os.path.dirname(path)), os.path.basename(path)

    def paths(self, args):
        """The paths of a call: directories with what is below them, or what is relative to the base."""
        out, at = [], self.base
        for m in re.finditer(FD + r'|"((?:[^"\\]|\\.)*)"', args):
            text = text_of(m.group(1) or m.group(2)).decode(errors="surrogateescape")
            if m.group(1) is not None:
                at = text
            else:
                out.append(os.path.normpath(os.path.join(at, text)))
        return out

    def ours(self, path):
        steps = self.steps(path)
        return bool(steps) and steps[0] == self.way[0]

    def do(self, call):
        """Do a call again. True if the disk may be another than before."""
        if self.base not in call.args:
            return False
        method = getattr(self, "do_" + call.name, None)
        if method:
            return bool(method(call))
        if os.path.join(self.base, self.way[0]) in call.args:
            raise AssertionError(f"not understood: {call}")
        return False

    def do_openat(self, call):
        path = self.paths(call.args)[0]
        folder, name = self.place(path)
        if folder is None or not self.ours(path):
            return False
        node = folder.names.get(name)
        if node is None and "O_CREAT" in call.args:
            folder.put(name, File())
            return True
        if isinstance(node, File) and "O_TRUNC" in call.args:
            node.data = b""
            return True
        return False

    def file(self, args):
        path = text_of(re.match(FD, args).group(1)).decode(errors="surrogateescape")
        return self.find(path) if self.ours(path) else None

    def do_write(self, call):
        node = self.file(call.args)
        if node is None:
            return False
        # files are written from their beginning on, once
        m = re.match(FD + r', "((?:[^"\\]|\\.)*)", \d+$', call.args)
        node.data += text_of(m.group(2))[:call.result]
        return True

    def do_pwrite64(self, call):
        node = self.file(call.args)
        m = re.match(FD + r', "((?:[^"\\]|\\.)*)", \d+, (\d+)$', call.args)
        data, at = text_of(m.group(2))[:call.result], int(m.group(3))
        if node is None:
            return False
        node.data = node.data[:at].ljust(at, b"\0") + data + node.data[at + len(data):]
        return True

    def do_ftruncate(self, call):
        node = self.file(call.args)
        if node is None:
            return False
        size = int(call.args.rpartition(", ")[2])
        node.data = node.data[:size].ljust(size, b"\0")
        return True

    def do_fsync(self, call):
        path = text_of(re.match(FD, call.args).group(1)).decode(errors="surrogateescape")
        node = self.find(path) if self.steps(path) is not None else None
        if isinstance(node, Folder):
            node.sync()
        elif node is not None:
            node.synced = node.data
        return node is not None

    do_fdatasync = do_fsync

    def do_mkdirat(self, call):
        folder, name = self.place(self.paths(call.args)[0])
        if folder is not None and self.ours(self.paths(call.args)[0]):
            folder.put(name, Folder())
        return folder is not None

    do_mkdir = do_mkdirat

    def do_unlinkat(self, call):
        folder, name = self.place(self.paths(call.args)[0])
        if folder is not None:
            folder.put(name, None)
        return folder is not None

    do_unlink = do_rmdir = do_unlinkat

    def do_renameat(self, call):
        (source, old), (target, new) = (self.place(p) for p in self.paths(call.args))
        if source is None or target is None:
            return False
        node = source.names[old]
        # the new name can be there without the old one having gone, but not the reverse
        target.put(new, node)
        source.put(old, None, moved=True)
        return True

    do_rename = do_renameat2 = do_renameat

    def do_linkat(self, call):
        (source, old), (target, new) = (self.place(p) for p in self.paths(call.args))
        target.put(new, source.names[old])
        return True

    do_link = do_linkat

    # ---- the loss of power ----

    def names_after(self, folder, how):
        if how in ("names", "zeros", "all"):
            return folder.names
        names = dict(folder.synced)
        for name, node in folder.pending:
            if how == "least" or (how == "gone" and node) or (how == "some" and self.random.random() < 0.5):
                continue
            if node is None:
                names.pop(name, None)
            else:
                names[name] = node
        return names

    def data_after(self, file, how):
        synced = file.synced if file.synced is not None else b""
        if how == "all" or file.data == synced:
            return file.data
        if how == "zeros":
            return bytes(len(file.data))
        if how == "some":
            cut = self.random.randrange(len(file.data) + 1)
            return self.random.choice((synced, file.data[:cut], file.data[:cut].ljust(len(file.data), b"\0")))
        return synced

    def after(self, how):
        """What is below the root: what was synced, and of the rest
        least   nothing
        gone    what has been taken away, but nothing that is new
        names   names, but no data
        zeros   names, and zeros for data
        all     all of it, as after kill -9
        some    some names, and some data
        None if not even the root is there."""
        root = self.top
        for step in self.way:
            root = self.names_after(root, how).get(step)
            if root is None:
                return None
        out, todo = {}, [("", root)]
        while todo:
            path, folder = todo.pop()
            for name, node in self.names_after(folder, how).items():
                if isinstance(node, Folder):
                    out[f"{path}{name}/"] = None
                    todo.append((f"{path}{name}/", node))
                else:
                    out[path + name] = self.data_after(node, how)
        return out


def build(tree, root):
    """Make the directory that a disk has been found to have."""
    os.mkdir(root, 0o700)
    for path in sorted(tree):
        full = os.path.join(root, path)
        if tree[path] is None:
            os.mkdir(full, 0o700)
            continue
        with open(full, "wb") as f:
            f.write(tree[path])
