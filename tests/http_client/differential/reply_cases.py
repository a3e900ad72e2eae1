# SPDX-License-Identifier: MIT
"""Replies that both clients are to read: name of the case, the reply, and the calls that read it."""

import http

OK = b"HTTP/1.1 200 OK\r\n"
READ = [{"op": "read"}, {"op": "isclosed"}]
# After an error http.client closes some responses and leaves others open.
BROKEN = [{"op": "read"}]


def get(*reads, method=b"GET"):
    return [{"op": "request", "method": method, "url": b"/", "headers": []}, {"op": "getresponse"}, *(reads or READ)]


def times(count, op, size):
    return [{"op": op, "size": size}] * count


def chunked(body, size):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def with_length(body, fields=b""):
    return OK + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body


def statuses():
    for status in http.HTTPStatus:
        head = b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode())
        body = b"" if status < 200 or status in (204, 304) else b"hello"
        yield "status/%d" % status, head + b"Content-Length: %d\r\n\r\n" % len(body) + body, get()
    for method in (b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"):
        for status in (200, 204, 205, 304, 404):
            body = b"" if method == b"HEAD" or status in (204, 304) else b"hello"
            yield ("method/%s-%d" % (method.decode(), status),
                   b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status + body, get(method=method))
    yield "method/HEAD-chunked", OK + b"Transfer-Encoding: chunked\r\n\r\n", get(method=b"HEAD")
    yield "status/continue-first", b"HTTP/1.1 100 Continue\r\n\r\n" + with_length(b"hello"), get()
    yield "status/continue-twice", 2 * b"HTTP/1.1 100 Go\r\nA: b\r\n\r\n" + with_length(b"hello"), get()
    yield "status/hints-first", b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + with_length(b"hello"), get()
    yield "status/304-chunked", b"HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n", get()


def status_lines():
    for name, line in (
            ("no-reason", b"HTTP/1.1 200"), ("empty-reason", b"HTTP/1.1 200 "), ("long-reason", b"HTTP/1.1 200 " + b"x" * 999),
            ("obs-text", b"HTTP/1.1 200 Gr\xfc\xdfe"), ("unknown", b"HTTP/1.1 299 Hm"), ("largest", b"HTTP/1.1 999 Hm"),
            ("1.0", b"HTTP/1.0 200 OK"), ("1.2", b"HTTP/1.2 200 OK"), ("1.9", b"HTTP/1.9 200 OK"),
            ("spaces-in-reason", b"HTTP/1.1 200 a  b"), ("2.0", b"HTTP/2.0 200 OK"), ("2", b"HTTP/2 200 OK"),
            ("3.0", b"HTTP/3.0 200 OK"), ("99", b"HTTP/1.1 99 X"), ("1000", b"HTTP/1.1 1000 X"), ("0", b"HTTP/1.1 000 X"),
            ("word", b"HTTP/1.1 abc X"), ("fraction", b"HTTP/1.1 400.100 X"), ("negative", b"HTTP/1.1 -200 X"),
            ("no-http", b"hello world"), ("ssh", b"SSH-2.0-OpenSSH_9.2"), ("smtp", b"220 mail ESMTP"), ("lower", b"http/1.1 200 OK"),
            ("no-status", b"HTTP/1.1"), ("no-status-space", b"HTTP/1.1 "),
            # what http.client takes
            ("plus", b"HTTP/1.1 +200 OK"), ("0.9", b"HTTP/0.9 200 OK"), ("1.abc", b"HTTP/1.abc 200 OK"), ("1.", b"HTTP/1. 200 OK"),
            ("1.10", b"HTTP/1.10 200 OK"), ("two-spaces", b"HTTP/1.1  200 OK"), ("tab", b"HTTP/1.1\t200\tOK"),
            ("space-first", b" HTTP/1.1 200 OK"), ("reason-spaces", b"HTTP/1.1 200  OK "), ("nul", b"HTTP/1.1 200 O\0K"),
            ("underscore", b"HTTP/1.1 2_0_0 OK"), ("control", b"HTTP/1.1 200 O\x01K")):
        yield "line/" + name, line + b"\r\nContent-Length: 5\r\n\r\nhello", get()
    yield "line/empty-first", b"\r\n" + with_length(b"hello"), get()
    yield "line/longest", b"HTTP/1.1 200 " + b"x" * (65536 - 15) + b"\r\nContent-Length: 0\r\n\r\n", get()
    yield "line/too-long", b"HTTP/1.1 200 " + b"x" * (65537 - 15) + b"\r\nContent-Length: 0\r\n\r\n", get()


def bodies():
    for size in (0, 1, 2, 100, 8191, 8192, 8193, 65536, 200000):
        body = bytes(i * 7 % 251 for i in range(size))
        for version in (b"1.1", b"1.0"):
            head = b"HTTP/%s 200 OK\r\n" % version
            name = "body/%d-%s" % (size, version.decode())
            yield name + "-length", head + b"Content-Length: %d\r\n\r\n" % size + body, get()
            yield name + "-close", head + b"\r\n" + body, get()
        for piece in (1, 7, 8192, 100000):
            if size and size < 10000 * piece:
                yield ("body/%d-chunks-%d" % (size, piece),
                       OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, piece), get())
    yield "body/1.0-chunked", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", get()
    for name, body in (
            ("upper-case", b"A\r\n0123456789\r\n0\r\n\r\n"), ("lower-case", b"a\r\n0123456789\r\n0\r\n\r\n"),
            ("zeros-first", b"0005\r\nhello\r\n0\r\n\r\n"), ("zeros-last", b"5\r\nhello\r\n000\r\n\r\n"),
            ("extension", b"5;a=b\r\nhello\r\n0;c\r\n\r\n"), ("quoted-extension", b"5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n"),
            ("trailer", b"5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n")):
        yield "chunk/" + name, OK + b"Transfer-Encoding: chunked\r\n\r\n" + body, get()
    for name, value in (("case", b"Chunked"), ("upper", b"CHUNKED"), ("spaces", b"  chunked  ")):
        yield ("coding/" + name, OK + b"Transfer-Encoding: %s\r\n\r\n5\r\nhello\r\n0\r\n\r\n" % value, get())


def broken_bodies():
    for name, body in (
            ("0x5", b"0x5\r\nhello\r\n0\r\n\r\n"), ("negative", b"-1\r\nhello\r\n0\r\n\r\n"),
            ("underscore", b"1_0\r\n" + 16 * b"x" + b"\r\n0\r\n\r\n"), ("plus", b"+5\r\nhello\r\n0\r\n\r\n"),
            ("tail", b"5\r\nhelloXX0\r\n\r\n"), ("space-first", b" 5\r\nhello\r\n0\r\n\r\n"),
            ("space-last", b"5 \r\nhello\r\n0\r\n\r\n"), ("word", b"five\r\nhello\r\n0\r\n\r\n"), ("empty", b"\r\nhello\r\n0\r\n\r\n"),
            ("bare-lf", b"5\nhello\r\n0\r\n\r\n"), ("no-last-line", b"5\r\nhello\r\n0\r\n"),
            ("no-last-chunk", b"5\r\nhello\r\n"), ("bad-trailer", b"5\r\nhello\r\n0\r\nno colon\r\n\r\n"),
            ("too-large", b"11111111111111111\r\nhello\r\n0\r\n\r\n"), ("line-too-long", b"5;" + 65536 * b"x" + b"\r\nhello\r\n0\r\n\r\n")):
        yield "bad-chunk/" + name, OK + b"Transfer-Encoding: chunked\r\n\r\n" + body, get(*BROKEN)
    whole = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    for size in range(len(whole)):
        yield "cut/chunked-%02d" % size, OK + b"Transfer-Encoding: chunked\r\n\r\n" + whole[:size], get(*BROKEN)
    for size in range(5):
        reply = with_length(b"hello")
        yield "cut/length-%d" % size, reply[:len(reply) - 5 + size], get(*BROKEN)
        yield "cut/read-n-%d" % size, reply[:len(reply) - 5 + size], get(*times(3, "read_n", 3))
        yield "cut/readinto-%d" % size, reply[:len(reply) - 5 + size], get(*times(3, "readinto", 3))
    head = with_length(b"")
    for size in range(len(head)):
        yield "cut/head-%02d" % size, head[:size], get(*BROKEN)
    for name, fields in (
            ("plus", b"Content-Length: +5"), ("underscore", b"Content-Length: 1_0"), ("negative", b"Content-Length: -1"),
            ("word", b"Content-Length: five"), ("hex", b"Content-Length: 0x5"), ("empty", b"Content-Length:"), ("fraction", b"Content-Length: 5.0"),
            ("list", b"Content-Length: 5, 5"), ("differing-list", b"Content-Length: 5, 6"), ("huge", b"Content-Length: " + 30 * b"9"),
            ("differing", b"Content-Length: 5\r\nContent-Length: 6"), ("spaces", b"Content-Length: 1 0"),
            ("same-twice", b"Content-Length: 5\r\nContent-Length: 5"), ("zeros", b"Content-Length: 0005"), ("case", b"CONTENT-length: 5")):
        yield "length/" + name, OK + fields + b"\r\n\r\nhello", get(*BROKEN)
    for name, fields in (
            ("gzip-chunked", b"Transfer-Encoding: gzip, chunked\r\nContent-Length: 5"), ("gzip", b"Transfer-Encoding: gzip"),
            ("identity", b"Transfer-Encoding: identity"), ("chunked-gzip", b"Transfer-Encoding: chunked, gzip"),
            ("twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), ("empty", b"Transfer-Encoding:"),
            ("and-length", b"Transfer-Encoding: chunked\r\nContent-Length: 5")):
        yield "bad-coding/" + name, OK + fields + b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n", get(*BROKEN)


def fields():
    for name, lines in (
            ("none", b""), ("case", b"cOnTeNt-TyPe: a\r\n"), ("repeats", b"A: 1\r\nB: 2\r\na: 3\r\n"), ("empty", b"A:\r\nB: \r\n"),
            ("no-space", b"A:b\r\n"), ("spaces", b"A:   b c \t\r\n"), ("colons", b"A: b: c:\r\n"), ("obs-text", b"A: caf\xe9 \xc3\xbc\r\n"),
            ("token-bytes", b"!#$%&'*+-.^_`|~0: a\r\n"), ("tab", b"A: b\tc\r\n"), ("cookies", b"Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n"),
            ("date", b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), ("quoted", b"A: \"b, c\\\"\"\r\n"), ("long", b"A: " + 60000 * b"b" + b"\r\n"),
            ("98", b"".join(b"A%d: b\r\n" % i for i in range(97))), ("longest", b"A: " + (65536 - 5) * b"b" + b"\r\n"),
            # not alike
            ("100", b"".join(b"A%d: b\r\n" % i for i in range(99))), ("too-long", b"A: " + (65537 - 5) * b"b" + b"\r\n"),
            ("too-many", b"".join(b"A%d: b\r\n" % i for i in range(300))), ("fold", b"A: b\r\n c\r\n"), ("fold-first", b" A: b\r\n"),
            ("no-colon", b"no colon\r\n"), ("space-before-colon", b"A : b\r\n"), ("empty-name", b": b\r\n"),
            ("bare-cr", b"A: b\rB: c\r\n"), ("nul", b"A: b\0c\r\n"), ("nul-in-name", b"A\0: b\r\n"), ("control", b"A: b\x01c\r\n"),
            ("name-space", b"A B: c\r\n"), ("name-obs-text", b"\xe9: c\r\n"), ("bare-lf", b"A: b\nB: c\r\n")):
        yield "field/" + name, with_length(b"hello", lines), get()
    for name, lines in (("list", b"A: 1\r\nB: 2\r\na: 3\r\n"), ("one", b"A: 1\r\n"), ("none", b""), ("empty", b"A:\r\nA: 1\r\n")):
        yield "getheader/" + name, with_length(b"", lines), get({"op": "getheader", "name": b"a"}, *READ)
    yield ("getheader/cookies", with_length(b"", b"Set-Cookie: a\r\nSet-Cookie: b\r\n"),
           get({"op": "getheader", "name": b"set-cookie"}, *READ))


def connections():
    for version in (b"1.1", b"1.0"):
        for name, lines in (
                ("nothing", b""), ("close", b"Connection: close\r\n"), ("keep-alive", b"Connection: keep-alive\r\n"),
                ("case", b"connection: Close\r\n"), ("keep-case", b"Connection: Keep-Alive\r\n"), ("list", b"Connection: te, close\r\n"),
                ("keep-list", b"Connection: te, keep-alive\r\n"), ("proxy", b"Proxy-Connection: keep-alive\r\n"),
                ("hint", b"Keep-Alive: timeout=5\r\n"), ("other", b"Connection: te\r\n"), ("not-closed", b"Connection: not-closed\r\n"),
                ("not-kept", b"Connection: no-keep-alive\r\n"), ("both", b"Connection: keep-alive, close\r\n")):
            yield ("connection/%s-%s" % (version.decode(), name),
                   b"HTTP/%s 200 OK\r\n" % version + lines + b"Content-Length: 5\r\n\r\nhello", get())


def reads():
    body = b"first line\nsecond\n\nlast"
    framings = (("length", with_length(body)), ("chunks", OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 5)),
                ("close", OK + b"\r\n" + body))
    for framing, reply in framings:
        for size in (1, 3, 5, 22, 23, 100):
            yield "reads/%s-read-%d" % (framing, size), reply, get(*times(24 // size + 2, "read_n", size), *READ)
            yield "reads/%s-readinto-%d" % (framing, size), reply, get(*times(24 // size + 2, "readinto", size), *READ)
        yield "reads/%s-read-0" % framing, reply, get({"op": "read_n", "size": 0}, *READ)
        for size in (3, 11, 100):
            yield "reads/%s-readline-%d" % (framing, size), reply, get(*times(12, "readline", size))
        yield "reads/%s-peek" % framing, reply, get({"op": "peek", "size": 5}, {"op": "read_n", "size": 3}, {"op": "peek", "size": 5}, *READ)
        yield "reads/%s-read1" % framing, reply, get(*times(24, "read1", 1), *READ)
        yield "reads/%s-after-close" % framing, reply, get({"op": "read_n", "size": 3}, *READ, *READ)


def cases():
    for group in (statuses, status_lines, bodies, broken_bodies, fields, connections, reads):
        yield from group()
