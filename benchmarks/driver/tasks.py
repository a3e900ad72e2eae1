# SPDX-License-Identifier: MIT
"""The tasks: which libraries do what work against which server."""

import os
import sys

import measure
from measure import Case, Row

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON_CLIENT = os.path.join(HERE, "..", "requests", "http_client.py")

# What is built for a task, by target, and so by path below the output folder.
PEERS = {
    "epoll": "benchmarks/floor/epoll",
    "libuv": "benchmarks/floor/libuv",
    "godwit handler": "benchmarks/requests/godwit_handler",
    "godwit callback": "benchmarks/requests/godwit_callback",
    "godwit HttpConnection": "benchmarks/requests/godwit_connection",
    "libcurl multi": "benchmarks/requests/libcurl",
    "Beast": "benchmarks/requests/beast",
}
SERVER = "tools/embedded_server/embedded_server"

# Requests after which the difference to `small` is seconds on a fast machine, by what they cost.
CHEAP, DEAR, DEAREST = 400_000, 200_000, 20_000


class Plan:
    """Where the programs are and how much they are to do."""

    def __init__(self, binaries, scale):
        self.binaries = binaries
        self.scale = scale

    def program(self, name):
        return os.path.join(self.binaries, PEERS[name])

    def amount(self, requests, connections):
        return max(int(requests * self.scale), connections) + connections


def peer_row(plan, name, url, connections, requests, *options):
    def line(n):
        return [plan.program(name), url, str(connections), str(n), *options]
    return Row(name, line(connections), line(plan.amount(requests, connections)))


def wrk_row(plan, url, connections):
    def line(seconds):
        return ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, url]
    return Row("wrk", line(1), line(1 + max(1, int(4 * plan.scale))))


def h2load_row(plan, url, connections):
    def line(n):
        return ["h2load", "--h1", "-t1", "-c%d" % connections, "-n%d" % n, url]
    return Row("h2load", line(connections), line(plan.amount(DEAR, connections)))


def python_row(plan, url, connections):
    def line(n):
        return [sys.executable, PYTHON_CLIENT, url, str(connections), str(n)]
    return Row("http.client", line(connections), line(plan.amount(DEAREST, connections)))


def floor(plan, kinds):
    """The kernel's floor and libuv's: keep-alive GETs with nothing around them."""
    for kind in kinds:
        for connections in (1, 64, 512):
            def rows(server, connections=connections):
                url = server.plain + server.get
                return [peer_row(plan, name, url, connections, CHEAP) for name in ("libuv", "epoll")]
            yield Case("%s, %d connections" % (kind, connections), "us CPU per request",
                       measure.cpu_per_request, kind, rows)


def requests(plan, kinds, counts=(1, 64, 512, 10_000)):
    """Keep-alive GETs of 100 bytes."""
    for kind in kinds:
        for connections in counts:
            def rows(server, connections=connections):
                url = server.plain + server.get
                out = [peer_row(plan, name, url, connections, CHEAP)
                       for name in ("libuv", "epoll", "godwit handler", "godwit callback", "godwit HttpConnection")]
                out.append(wrk_row(plan, url, connections))
                out.append(h2load_row(plan, url, connections))
                out += [peer_row(plan, name, url, connections, DEAR) for name in ("Beast", "libcurl multi")]
                if connections <= 512:
                    out.append(python_row(plan, url, connections))
                return out
            yield Case("%s, %s connection%s" % (kind, "{:,}".format(connections), "s" * (connections > 1)),
                       "us CPU per request", measure.cpu_per_request, kind, rows)


def instructions(plan, kinds):
    """The same GETs counted in instructions of user space, under callgrind: no noise touches that."""
    for connections in (1, 64):
        def rows(server, connections=connections):
            url = server.plain + server.get
            return [Row(name, *[[plan.program(name), url, str(connections), str(n)] for n in (2000, 6000)])
                    for name in ("libuv", "epoll", "godwit handler", "godwit callback", "godwit HttpConnection", "Beast",
                                 "libcurl multi")]
        yield Case("%s, %d connection%s" % (kinds[0], connections, "s" * (connections > 1)),
                   "instructions per request", measure.instructions_per_request, kinds[0], rows)


def bulk(plan, _):
    """One GiB by length, chunked and over TLS, from the embedded server."""
    for what, names in (("by length", ["libuv", "godwit handler", "libcurl multi"]),
                        ("chunked", ["godwit handler", "libcurl multi"]),
                        ("TLS", ["godwit handler", "libcurl multi"])):
        def rows(server, what=what, names=names):
            url = (server.tls if what == "TLS" else server.plain) + ("/chunked/1g" if what == "chunked" else "/bytes/1g")
            return [Row(name, None, [plan.program(name), url, "1", "1", "--ca=" + server.ca]) for name in names]
        yield Case(what, "ms CPU per GiB", measure.cpu_per_gib, "embedded", rows)


def connects(plan, _):
    """A connection for each request: plain, and with TLS, whose sessions are resumed."""
    for scheme, names in (("plain", ["godwit handler", "Beast", "libcurl multi"]),
                          ("TLS", ["godwit handler", "libcurl multi"])):
        def rows(server, scheme=scheme, names=names):
            url = (server.tls if scheme == "TLS" else server.plain) + "/"
            def line(name, n):
                return [plan.program(name), url, "8", str(n), "--fresh", "--ca=" + server.ca]
            return [Row(name, line(name, 16), line(name, 16 + int(5000 * plan.scale))) for name in names]
        yield Case(scheme, "us CPU per connection", measure.cpu_per_request, "nginx", rows)


def connections(plan, _):
    """Heap of one idle connection more, between 1,000 and 18,000 of them."""
    counts = (1000, 18_000)
    for scheme, names in (("plain", ["godwit handler", "Beast", "libcurl multi"]),
                          ("TLS", ["godwit handler", "libcurl multi"])):
        def rows(server, scheme=scheme, names=names):
            # Five addresses: the kernel searches long for the last free ports to one.
            where = [server.tls + "/"] if scheme == "TLS" else [server.plain + "/", "--hosts=5"]
            def line(name, n):
                return [plan.program(name), where[0], str(n), str(n), "--ca=" + server.ca, *where[1:]]
            return [Row(name, *[line(name, n) for n in counts]) for name in names]
        yield Case(scheme, "bytes of heap per idle connection", measure.heap_per_connection(counts),
                   "nginx, five hosts", rows)


def mixed(plan, _):
    """A crawler's shape: 1,000 hosts, a request to each every 100 ms."""
    def rows(server):
        def line(name, n):
            return [plan.program(name), server.plain + "/", "1000", str(n), "--hosts=1000", "--think=100"]
        return [Row(name, line(name, 1000), line(name, 1000 + int(40_000 * plan.scale)))
                for name in ("godwit handler", "godwit callback", "Beast", "libcurl multi")]
    yield Case("1,000 hosts", "us CPU per request", measure.cpu_per_request, "nginx, many hosts", rows)


def growth(plan, _):
    """18,000 connections of one process, each with a request every two seconds, beside 64 busy ones."""
    def rows(server):
        def line(connections, n, *options):
            return [plan.program("godwit handler"), server.plain + "/", str(connections), str(n), *options]
        many = ["--hosts=5", "--think=2000"]
        return [Row("64, at once", line(64, 64), line(64, 64 + int(200_000 * plan.scale))),
                Row("64, by turns", line(64, 64, "--think=10"), line(64, 64 + int(12_000 * plan.scale), "--think=10")),
                Row("18,000", line(18_000, 18_000, *many), line(18_000, 54_000, *many))]
    yield Case("godwit handler", "us CPU per request", measure.cpu_per_request, "nginx, five hosts", rows)


TASKS = {"floor": floor, "requests": requests, "instructions": instructions, "bulk": bulk, "connects": connects,
         "connections": connections, "mixed": mixed, "growth": growth}
