# SPDX-License-Identifier: MIT
"""Requests that both clients are to send in the same octets: name of the case, host, calls."""

RESPONSE = {"op": "getresponse"}


def request(method=b"GET", url=b"/", headers=(), **body):
    return [{"op": "request", "method": method, "url": url, "headers": list(headers), **body}, RESPONSE]


def put(*calls, method=b"GET", url=b"/", **flags):
    return [{"op": "putrequest", "method": method, "url": url, **flags}, *calls]


def header(name, *values):
    return {"op": "putheader", "name": name, "values": list(values)}


END = {"op": "endheaders"}


def simple():
    for method in (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"PURGE", b"get", b"post", b"M-SEARCH"):
        name = "method/" + method.decode()
        yield name, request(method)
        if method != b"TRACE":
            yield name + "-bytes", request(method, body=b"hello")
            yield name + "-empty", request(method, body=b"")
            yield name + "-pieces", request(method, pieces=[b"hello", b"", b"world"])
    for name, url in (
            ("empty", b""), ("path", b"/a/b?c=d&e"), ("star", b"*"), ("dots", b"/a/../b/./c"), ("fragment", b"/a#b"), ("escapes", b"/%7e%00%zz"),
            ("odd", b"/\"<>\\^`{|}"), ("relative", b"a/b"), ("double", b"//a/b"), ("long", b"/" + 5000 * b"x"),
            ("absolute", b"http://other.example/a"), ("absolute-port", b"http://other.example:8080/a"),
            ("absolute-https", b"https://other.example/a"), ("absolute-default-port", b"http://other.example:80/a"),
            ("absolute-v6", b"http://[::1]:8080/a"), ("absolute-case", b"http://Other.Example/a"),
            # not alike
            ("space", b"/a b"), ("crlf", b"/a\r\nX: y"), ("nul", b"/\0"), ("delete", b"/\x7f"), ("obs-text", b"/\xc3\xbc"),
            ("userinfo", b"http://u:p@other.example/a")):
        yield "url/" + name, request(url=url)
    for name, method in (("space", b"GE T"), ("empty", b""), ("delete", b"G\x7f"), ("crlf", b"GET\r\nX"), ("nul", b"G\0"), ("slash", b"a/b")):
        yield "bad-method/" + name, request(method)


def headers():
    for name, fields in (
            ("one", [(b"A", b"b")]), ("order", [(b"Z", b"1"), (b"A", b"2"), (b"M", b"3")]), ("case", [(b"x-LOWER-Upper", b"vAlUe")]),
            ("host", [(b"Host", b"other")]), ("host-case", [(b"hOST", b"other:1")]), ("accept-encoding", [(b"accept-ENCODING", b"gzip")]),
            ("empty", [(b"A", b"")]), ("obs-text", [(b"A", b"\xe9")]), ("tab", [(b"A", b"b\tc")]), ("connection", [(b"Connection", b"close")]),
            ("agent", [(b"User-Agent", b"x/1"), (b"Accept", b"*/*"), (b"Cookie", b"a=b; c=d")]), ("long", [(b"A", 9000 * b"b")]),
            ("many", [(b"A%d" % i, b"%d" % i) for i in range(150)]),
            # not alike
            ("cr", [(b"A", b"b\rc")]), ("lf", [(b"A", b"b\nc")]), ("crlf", [(b"A", b"b\r\nX: y")]), ("fold", [(b"A", b"b\r\n c")]),
            ("nul", [(b"A", b"b\0c")]), ("control", [(b"A", b"b\x01c")]), ("spaces", [(b"A", b" b ")]),
            ("name-space", [(b"A B", b"c")]), ("name-colon", [(b"A:", b"c")]), ("name-empty", [(b"", b"c")]), ("name-crlf", [(b"A\r\nB", b"c")]),
            ("name-nul", [(b"A\0", b"c")]), ("name-obs-text", [(b"\xe9", b"c")])):
        yield "header/" + name, request(headers=fields)
    for method in (b"GET", b"POST"):
        name = "framing/%s-" % method.decode()
        yield name + "length", request(method, headers=[(b"Content-Length", b"5")], body=b"hello")
        yield name + "length-case", request(method, headers=[(b"content-length", b"5"), (b"A", b"b")], body=b"hello")
        yield name + "length-of-pieces", request(method, headers=[(b"Content-Length", b"10")], pieces=[b"hello", b"world"])
        yield name + "length-zero", request(method, headers=[(b"Content-Length", b"0")])
        yield name + "encode", request(method, headers=[(b"Transfer-Encoding", b"chunked")], pieces=[b"hello", b"world"], encode_chunked=True)
        yield name + "encode-bytes", request(method, headers=[(b"Transfer-Encoding", b"chunked")], body=b"hello", encode_chunked=True)
        yield name + "encoded", request(method, headers=[(b"Transfer-Encoding", b"chunked")], body=b"5\r\nhello\r\n0\r\n\r\n")
        yield name + "encoded-pieces", request(method, headers=[(b"Transfer-Encoding", b"chunked")], pieces=[b"5\r\nhel", b"lo\r\n0\r\n\r\n"])
        yield name + "gzip-chunked", request(method, headers=[(b"Transfer-Encoding", b"gzip, chunked")], pieces=[b"hello"], encode_chunked=True)
        yield name + "both", request(method, headers=[(b"Content-Length", b"15"), (b"Transfer-Encoding", b"chunked")], body=b"5\r\nhello\r\n0\r\n\r\n")
    for size in (1, 15, 16, 255, 256, 8192):
        yield "chunks/%d" % size, request(b"POST", pieces=[size * b"x", b"y", size * b"z"])
    for size in (8191, 8192, 100000):
        yield "bytes/%d" % size, request(b"POST", body=size * b"x")
    yield "chunks/none", request(b"POST", pieces=[])
    yield "chunks/empty", request(b"POST", pieces=[b"", b""])


def steps():
    yield "steps/plain", put(header(b"A", b"b"), END, RESPONSE)
    yield "steps/none", put(END, RESPONSE)
    yield "steps/skip-host", put(END, RESPONSE, skip_host=True)
    yield "steps/skip-accept-encoding", put(END, RESPONSE, skip_accept_encoding=True)
    yield "steps/skip-both", put(header(b"Host", b"x"), header(b"Accept-Encoding", b"gzip"), END, RESPONSE, skip_host=True,
                                 skip_accept_encoding=True)
    yield "steps/repeats", put(header(b"A", b"b"), header(b"a", b"c"), header(b"A", b"d"), END, RESPONSE)
    yield "steps/values", put(header(b"A", b"b", b"c"), END, RESPONSE)
    yield "steps/send", put(header(b"Content-Length", b"5"), END, {"op": "send", "body": b"hel"}, {"op": "send", "body": b"lo"}, RESPONSE,
                            method=b"PUT")
    yield "steps/body", put(header(b"Content-Length", b"5"), {"op": "endheaders", "body": b"hello"}, RESPONSE, method=b"PUT")
    yield "steps/encoded", put(header(b"Transfer-Encoding", b"chunked"), END, {"op": "send", "body": b"5\r\nhello\r\n"},
                               {"op": "send", "body": b"0\r\n\r\n"}, RESPONSE, method=b"PUT")
    yield "steps/encode", put(header(b"Transfer-Encoding", b"chunked"), {"op": "endheaders", "pieces": [b"hello", b"x"], "encode_chunked": True},
                              RESPONSE, method=b"PUT")
    # the three states
    yield "state/header-in-idle", [header(b"A", b"b"), *put(END, RESPONSE)]
    yield "state/end-in-idle", [END, *put(END, RESPONSE)]
    yield "state/response-in-idle", [RESPONSE, *put(END, RESPONSE)]
    yield "state/request-when-started", put(*put(), END, RESPONSE)
    yield "state/response-when-started", put(RESPONSE, END, RESPONSE)
    yield "state/header-when-sent", put(END, header(b"A", b"b"), RESPONSE)
    yield "state/request-when-sent", put(END, *put(), RESPONSE)
    yield "state/end-when-sent", put(END, END, RESPONSE)
    yield "state/response-twice", put(END, RESPONSE, RESPONSE)
    yield "state/close-when-started", put({"op": "close"}, header(b"A", b"b"), *put(END, RESPONSE))
    yield "state/close-twice", [{"op": "close"}, {"op": "close"}, *put(END, RESPONSE)]
    yield "state/bad-header-keeps-it", put(header(b"A", b"b\r\nX: y"), header(b"A", b"b"), END, RESPONSE)


def hosts():
    """Hosts of the connection; %d is the server's port. They lead to 127.0.0.1 all."""
    for name, host, dialled in (
            ("name", b"Name.Example:%d", b"name.example"), ("address", b"127.0.0.1:%d", b"127.0.0.1"), ("dot", b"name.example.:%d", b"name.example."),
            ("v6", b"[::1]:%d", b"::1"), ("zone", b"[fe80::1%%lo]:%d", b"fe80::1%lo"), ("underscore", b"a_b.example:%d", b"a_b.example")):
        yield "host/" + name, request(url=b"/a"), host, dialled


def bad_hosts():
    for name, host in (
            ("word-port", b"h:x"), ("space", b"h 1"), ("crlf", b"h\r\nX: y:1"), ("nul", b"h\0"), ("plus-port", b"h:+80"),
            ("space-port", b"h: 80"), ("underscore-port", b"h:8_0"), ("negative-port", b"h:-1"), ("large-port", b"h:99999"), ("bare-v6", b"::1")):
        yield "bad-host/" + name, host


def cases():
    """name, calls, host, dialled name."""
    for group in (simple, headers, steps):
        for name, calls in group():
            yield name, calls, b"name.example:%d", b"name.example"
    yield from hosts()
