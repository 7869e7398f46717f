#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A server of bad answers: the path of a request names the answer.

Prints its port once it listens. With a file name as argument, the head of every request is
appended to it. Exits by itself after five minutes.
"""
import gzip
import os
import random
import socket
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

# The smallest profile that has a sample: type samples/count, one location without a function.
PROFILE = bytes.fromhex("0a0408011002" "12060a0101120107" "220408011001" "3200" "320773616d706c6573"
                        "3205636f756e74")
GZIPPED = gzip.compress(PROFILE, mtime=0)
INCOMPRESSIBLE = gzip.compress(random.Random(1).randbytes(100000), mtime=0)
# A profile with one string of 64 MiB: field 6, its length as a varint.
BOMB = gzip.compress(PROFILE + b"\x32\x80\x80\x80\x20" + b"a" * (64 << 20), mtime=0)


def head(status, *fields):
    lines = ("HTTP/1.1 " + status, "Connection: close") + fields
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def whole(status, content_type, body):
    if isinstance(body, str):
        body = body.encode()
    return head(status, "Content-Type: " + content_type, f"Content-Length: {len(body)}") + body


def redirect(to, status="302 Found"):
    return head(status, "Location: " + to, "Content-Length: 0")


def drip(sock):
    sock.sendall(head("200 OK", "Content-Length: 100000"))
    while True:
        sock.sendall(b"\x1f")
        time.sleep(0.2)


def silent(_sock):
    time.sleep(300)


def endless(sock):
    sock.sendall(head("200 OK"))
    block = b"\0" * 65536
    for _ in range(16384):
        sock.sendall(block)


def endless_error(sock):
    sock.sendall(head("500 Internal Server Error", "Content-Type: text/plain"))
    line = b"the same old story\n" * 1000
    for _ in range(16384):
        sock.sendall(line)


def endless_headers(sock):
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(1 << 20):
        sock.sendall(b"X-%d: %s\r\n" % (i, b"a" * 1000))


def endless_header(sock):
    sock.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        sock.sendall(b"a" * 65536)


ANSWERS = {
    "ok": head("200 OK", "Content-Type: application/octet-stream",
               f"Content-Length: {len(GZIPPED)}") + GZIPPED,
    "raw": whole("200 OK", "application/octet-stream", PROFILE),
    "encoded": head("200 OK", "Content-Encoding: gzip",
                    f"Content-Length: {len(GZIPPED)}") + GZIPPED,
    "drip": drip,
    "silent": silent,
    "endless": endless,
    "endless-error": endless_error,
    "endless-headers": endless_headers,
    "endless-header": endless_header,
    "large": head("200 OK", "Content-Length: 1125899906842624") + b"x",
    "bomb": whole("200 OK", "application/octet-stream", BOMB),
    "html": whole("200 OK", "text/html",
                  "\n<!DOCTYPE html><html><head><title>Sign in\x1b[31m</title></head></html>"),
    "404-html": whole("404 Not Found", "text/html",
                      "<html><head><title>No such thing</title></head></html>"),
    "500": whole("500 Internal Server Error", "text/plain", "\nit broke\nin two lines\n"),
    "500-short": head("500 Internal Server Error", "Content-Length: 5000") + b"half a story",
    "control": whole("500 Oh\x1b[2J", "text/plain",
                     b"\x1b]0;owned\x07 red \xe2\x80\xae back \x9b31m\n"),
    "json": whole("200 OK", "application/json", '{"error": "no such app"}'),
    "text": whole("200 OK", "text/plain", "hello there\nsecond line\n"),
    "empty": whole("200 OK", "application/octet-stream", ""),
    "trace": whole("200 OK", "application/octet-stream", b"go 1.19 trace\0\0\0\0"),
    "truncated": whole("200 OK", "application/octet-stream", INCOMPRESSIBLE[:50000]),
    "damaged": whole("200 OK", "application/octet-stream",
                     INCOMPRESSIBLE[:-8] + b"\0" * 8),
    "short": head("200 OK", "Content-Length: 5000") + GZIPPED,
    "chunk-cut": head("200 OK", "Transfer-Encoding: chunked") + b"1000\r\nabc",
    "garbage": b"\x16\x03\x01 this is not HTTP\r\n\r\n",
    "nothing": b"",
    "no-content": head("204 No Content"),
    "relative": redirect("ok"),
    "absolute-path": redirect("/ok", "308 Permanent Redirect"),
    "loop": redirect("/loop"),
    "ftp": redirect("ftp://127.0.0.1/x"),
    "file": redirect("file:///etc/passwd"),
    "nowhere": redirect("http://"),
}
# The text profiles that net/http/pprof writes for debug=1 and 2.
TEXTS = ("goroutine profile: total 5", "goroutine 1 [running]:", "--- contention:", "--- mutex:",
         "heap profile: 1: 2 [3: 4] @ heap/1048576", "threadcreate profile: total 9")
for number, text in enumerate(TEXTS):
    ANSWERS[f"debug-{number}"] = whole("200 OK", "text/plain; charset=utf-8", text + "\n1 @ 0x1\n")


def answer_to(request):
    target = urlsplit(request.split()[1].decode("latin-1"))
    query = parse_qs(target.query)
    if "to" in query:
        return redirect(query["to"][0])
    name = target.path.rsplit("/", 1)[-1]
    return ANSWERS.get(name, whole("404 Not Found", "text/plain", "404 page not found\n"))


def serve(sock, log):
    try:
        request = b""
        while b"\r\n\r\n" not in request and len(request) < 1 << 20:
            more = sock.recv(65536)
            if not more:
                return
            request += more
        if log:
            with open(log, "ab") as f:
                f.write(request)
        answer = answer_to(request)
        if callable(answer):
            answer(sock)
        else:
            sock.sendall(answer)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    finally:
        sock.close()


def main():
    log = sys.argv[1] if len(sys.argv) > 1 else None
    listener = socket.create_server(("127.0.0.1", 0))
    timer = threading.Timer(300, os._exit, [0])
    timer.daemon = True
    timer.start()
    print(listener.getsockname()[1], flush=True)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock, log), daemon=True).start()


if __name__ == "__main__":
    main()
