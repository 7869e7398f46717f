#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A server of growing profiles: /debug/pprof/heap has 1, 2, 3, ... objects, one more each time;
/debug/pprof/allocs has as many, and has allocated 10, 20, 30, ...; /debug/pprof/profile takes the
`seconds` it is asked for. /debug/pprof/mutex breaks every other
time, below /fail nothing works, and below /hang nothing is answered.

Prints its port once it listens, which is any that is free unless a second argument says which;
appends the requests to the file that is its first argument. Exits by itself after five minutes.
"""
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(number, body):
    return bytes([number << 3 | 2]) + varint(len(body)) + body


def profile(*values, nanos=0):
    """A profile of one sample in one function, uncompressed: values are (number, type, unit)."""
    strings = [b"", b"serve", b"serve.go"]
    types = []
    for _, kind, unit in values:
        types.append(message(1, bytes([0x08, len(strings), 0x10, len(strings) + 1])))
        strings += [kind, unit]
    sample = b"\x0a\x01\x01" + message(2, b"".join(varint(number) for number, _, _ in values))
    return b"".join(
        types + [message(2, sample), message(4, b"\x08\x01" + message(4, b"\x08\x01")),
                 message(5, b"\x08\x01\x10\x01\x18\x01\x20\x02")] + [message(6, s) for s in strings]
        + [b"\x48" + varint(nanos)] * bool(nanos))


def growing(kind, n):
    """The n-th profile of a kind. They count since the start; what is in use is a state. Those that
    a server may have again after a restart tell when they are of, so that they are others."""
    now = time.time_ns()
    if kind == "profile":
        return profile((n, b"cpu", b"nanoseconds"))
    if kind in ("mutex", "block"):
        return profile((n, b"contentions", b"count"), (1000 * n, b"delay", b"nanoseconds"), nanos=now)
    if kind == "allocs":
        return profile((n, b"inuse_objects", b"count"), (10 * n, b"alloc_objects", b"count"),
                       nanos=now)
    return profile((n, b"inuse_objects", b"count"))


class Handler(BaseHTTPRequestHandler):
    count = {}

    def do_GET(self):
        url = urlsplit(self.path)
        with open(sys.argv[1], "a", encoding="utf-8") as log:
            log.write(f"{time.monotonic():.3f} {self.path}\n")
        n = Handler.count[url.path] = Handler.count.get(url.path, 0) + 1
        kind = url.path.rpartition("/")[2]
        if url.path.startswith("/fail") or (kind == "mutex" and n % 2):
            self.send_error(503)
            return
        if url.path.startswith("/hang"):
            time.sleep(300)
        if kind == "profile":
            time.sleep(int(parse_qs(url.query)["seconds"][0]))
        body = growing(kind, n)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    threading.Timer(300, os._exit, (1,)).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
