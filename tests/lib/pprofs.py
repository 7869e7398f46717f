#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A server of a growing profile: /debug/pprof/heap has 1, 2, 3, ... objects, one more each time;
/debug/pprof/profile takes the `seconds` it is asked for. /debug/pprof/mutex breaks every other
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


def message(number, body):
    return bytes([number << 3 | 2, len(body)]) + body


def profile(value, kind, unit):
    """A profile of one sample in one function, uncompressed."""
    strings = [b"", kind, unit, b"serve", b"serve.go"]
    return b"".join(
        [message(1, b"\x08\x01\x10\x02"), message(2, b"\x0a\x01\x01" + b"\x12\x01" + bytes([value])),
         message(4, b"\x08\x01" + message(4, b"\x08\x01")),
         message(5, b"\x08\x01\x10\x03\x18\x03\x20\x04")] + [message(6, s) for s in strings])


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
            body = profile(n, b"cpu", b"nanoseconds")
        else:
            body = profile(n, b"inuse_objects", b"count")
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
