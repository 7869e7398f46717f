# SPDX-License-Identifier: Apache-2.0
"""Real programs at work, as Debian builds them: each is something to run for as long as it is
recorded. What is not installed is skipped."""

import glob
import os
import shutil
import signal
import subprocess
import time

from measure import Skip

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def need(*programs):
    """Their paths; where Debian's own is not the first on the path, it is taken all the same."""
    found = []
    for program in programs:
        path = shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin")
        if not path:
            raise Skip(f"{program} is not installed")
        found.append(path)
    return found


class Workload:
    """Processes that work. `pid` is to be recorded, with its threads and children; go() lets it
    begin, once the recorders are there."""

    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.pid = 0

    def spawn(self, argv, **how):
        child = subprocess.Popen(argv, cwd=self.folder, start_new_session=True, **(QUIET | how))
        self.children.append(child)
        return child

    def stopped(self, argv):
        """A command that begins by stopping itself, for recorders to attach to."""
        self.pid = self.spawn(["bash", "-c", 'kill -STOP $$; exec "$@"', "bash", *argv]).pid
        time.sleep(0.2)

    def forever(self, argv):
        """The same command again and again: shells pass on what is quoted."""
        self.stopped(["bash", "-c", 'while :; do "$@" || sleep 1; done', "bash", *argv])

    def go(self):
        os.kill(self.pid, signal.SIGCONT)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def end(self):
        for child in reversed(self.children):
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()


def redis(w):
    server, benchmark = need("redis-server", "redis-benchmark")
    w.pid = w.spawn([server, "--port", "0", "--unixsocket", "socket", "--save", ""]).pid
    time.sleep(0.5)
    w.go = lambda: w.spawn([benchmark, "-s", "socket", "-l", "-q", "-n", "100000", "-P", "4",
                            "-t", "set,get,incr,lpush,lrange_100,sadd,zadd,zpopmin,mset"])


def nginx(w):
    server, = need("nginx")
    load = shutil.which("wrk") or shutil.which("ab")
    if not load:
        raise Skip("neither wrk nor ab is installed")
    w.write("page.html", "some text to be compressed\n" * 2000)
    w.write("conf", f"""
daemon off; master_process off; pid {w.folder}/pid; error_log /dev/null;
events {{ }}
http {{
	access_log {w.folder}/access.log; gzip on; gzip_types text/html;
	server {{ listen 127.0.0.1:18099; root {w.folder}; }}
}}
""")
    w.pid = w.spawn([server, "-p", w.folder, "-c", "conf"]).pid
    time.sleep(0.5)
    url = "http://127.0.0.1:18099/page.html"
    argv = [load, "-t1", "-c8", "-d60", "-H", "Accept-Encoding: gzip", url]
    if load.endswith("ab"):
        argv = [load, "-t60", "-n10000000", "-c8", "-H", "Accept-Encoding: gzip", url]
    w.go = lambda: w.spawn(argv)


def postgres(w):
    """A backend for each of two clients, which begin when it is recorded already."""
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    need("pgbench", "runuser")
    if not binaries or os.getuid() != 0:
        raise Skip("postgresql is not installed, or we are not root, who can be another user")
    binary = binaries[-1]
    shutil.chown(w.folder, "postgres")
    as_user = ["runuser", "-u", "postgres", "--"]
    subprocess.run([*as_user, f"{binary}/initdb", "-A", "trust", "-D", f"{w.folder}/data"],
                   check=True, cwd=w.folder, **QUIET)
    w.pid = w.spawn(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
                     f"{binary}/postgres", "-D", f"{w.folder}/data", "-k", w.folder,
                     "-c", "listen_addresses=", "-c", "fsync=off"]).pid
    time.sleep(2)
    subprocess.run([*as_user, "pgbench", "-h", w.folder, "-i", "-s", "2", "postgres"], check=True,
                   cwd=w.folder, **QUIET)
    w.go = lambda: w.spawn([*as_user, "pgbench", "-h", w.folder, "-c", "2", "-T", "60", "postgres"])


def sqlite(w):
    program, = need("sqlite3")
    w.write("work.sql", """
create table t(a integer primary key, b text, c real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000)
	insert into t select i, hex(i * 7919 % 100003), i * 0.7 from n;
create index by_b on t(b);
select sum(length(b)), avg(c) from t where b like '3%';
select count(*) from t x join t y on x.b = y.b where x.a % 3 = 0;
select b, count(*), group_concat(a) from t group by substr(b, 1, 3) order by 2 desc limit 5;
update t set c = c * 2 where b glob '*4*';
""")
    w.forever([program, ":memory:", ".read work.sql"])


def python(w):
    program, = need("python3")
    w.write("work.py", """
import json, re
def tree(depth):
    return {"n": depth, "of": [tree(depth - 1) for _ in range(3)]} if depth else None
def depth(t):
    return 1 + max(map(depth, t["of"])) if t else 0
while True:
    text = json.dumps(tree(7))
    sorted(re.findall(r'"n": (\\d+)', text), key=lambda s: (len(s), s))
    depth(json.loads(text))
    sum(hash(word) % 7 for word in text.split())
""")
    w.stopped([program, "work.py"])


def c_source(w):
    """Functions that differ, with loops, switches and calls of each other."""
    lines = ["#include <string.h>", "struct s { struct s *next; double d[8]; int n; };"]
    for i in range(250):
        lines.append(f"""
int f{i}(struct s *s, int n, char *p)
{{
	int a = n * {i + 3};
	for (int i = 0; i < n + {i % 5}; i++) {{
		switch ((a >> (i & 7)) & 7) {{
		case {i % 8}: a += s->n; s = s->next; break;
		case {(i + 1) % 8}: a ^= p[i]; memset(p, a, {i % 60 + 1}); break;
		case {(i + 3) % 8}: s->d[i & 7] *= s->d[(i + 1) & 7] + {i}; break;
		default: a -= {f"f{i - 1}(s, i / 2, p + 1)" if i else "i"};
		}}
	}}
	return a / ({i} + 1);
}}""")
    return w.write("work.c", "\n".join(lines) + "\n")


def gcc(w):
    program, = need("gcc")
    w.forever([program, "-O2", "-S", "-o", "/dev/null", c_source(w)])


def clang(w):
    program, = need("clang")
    w.forever([program, "-O2", "-S", "-o", "/dev/null", c_source(w)])


def openssl(w):
    program, = need("openssl")
    w.forever([program, "speed", "-seconds", "1", "rsa2048", "ecdsap256", "sha256", "aes-128-cbc"])


def groff(w):
    need("groff")
    w.write("work.ms", ".TL\nA paper\n" + "".join(
        f".SH\nPart {i}\n.PP\n" + "Words of \\fIany\\fP kind fill these lines, one by one. " * 40 + "\n"
        f".IP {i}\nMore of them.\n" for i in range(400)))
    argv = ["groff", "-ms", "-Tps", "work.ms"]
    if subprocess.run(argv, cwd=w.folder, check=False, **QUIET).returncode:
        raise Skip("groff has no -ms macros: Debian's package groff, not groff-base")
    w.forever(argv)


def ripgrep(w):
    program, = need("rg")
    w.forever([program, "--no-mmap", "-c", "-i", "-e", r"(\w+)ing (the|of) [a-z]+ed\b",
               "/usr/include", "/usr/share/doc", "/usr/lib/python3"])


def golang(w):
    need("go")
    w.write("work.go", """package main

import (
	"encoding/json"
	"sort"
	"strings"
)

type node struct {
	Name string
	Of   []*node
}

func grow(depth int) *node {
	n := &node{Name: strings.Repeat("x", depth)}
	for i := 0; depth > 0 && i < 3; i++ {
		n.Of = append(n.Of, grow(depth-1))
	}
	return n
}

func main() {
	done := make(chan bool)
	for i := 0; i < 2; i++ {
		go func() {
			for {
				text, _ := json.Marshal(grow(7))
				var back node
				json.Unmarshal(text, &back)
				words := strings.Split(string(text), ",")
				sort.Strings(words)
			}
		}()
	}
	<-done
}
""")
    subprocess.run(["go", "build", "-o", "work", "work.go"], check=True, cwd=w.folder,
                   env=os.environ | {"GO111MODULE": "off", "GOCACHE": f"{w.folder}/cache",
                                     "GOFLAGS": ""}, **QUIET)
    w.stopped(["./work"])


def node(w):
    program, = need("node")
    w.write("work.js", """
function tree(depth) {
	return depth ? { n: depth, of: [1, 2, 3].map(() => tree(depth - 1)) } : null;
}
function depth(t) {
	return t ? 1 + Math.max(...t.of.map(depth)) : 0;
}
for (;;) {
	const text = JSON.stringify(tree(7));
	depth(JSON.parse(text));
	text.match(/"n":(\\d+)/g).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
""")
    w.stopped([program, "work.js"])


def java(w, *options):
    program, _ = need("java", "javac")
    w.write("Work.java", """
import java.util.*;
public class Work {
	static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
	public static void main(String[] args) {
		long sum = 0;
		for (int i = 0;; i++) {
			List<String> words = new ArrayList<>();
			for (int j = 0; j < 20000; j++)
				words.add(Integer.toHexString(j * 7919 % 100003));
			Collections.sort(words);
			Map<String, Integer> counts = new HashMap<>();
			for (String word : words)
				counts.merge(word.substring(0, 2 % word.length()), 1, Integer::sum);
			sum += fib(24) + counts.size();
		}
	}
}
""")
    subprocess.run(["javac", "Work.java"], check=True, cwd=w.folder, **QUIET)
    w.pid = w.spawn([program, *options, "Work"]).pid
    time.sleep(3)
    w.go = lambda: None


# name, function, whether the ends of its stacks can be told: what a JIT compiler makes without
# frame pointers, nobody walks
ALL = [
    ("redis-server", redis, True),
    ("nginx", nginx, True),
    ("postgres", postgres, True),
    ("sqlite3", sqlite, True),
    ("python3", python, True),
    ("gcc", gcc, True),
    ("clang (C++)", clang, True),
    ("groff (C++)", groff, True),
    ("openssl speed", openssl, True),
    ("ripgrep (Rust)", ripgrep, True),
    ("a Go program", golang, False),
    ("node", node, False),
    ("java", java, False),
    ("java -XX:+PreserveFramePointer", lambda w: java(w, "-XX:+PreserveFramePointer"), False),
]
