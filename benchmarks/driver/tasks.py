# SPDX-License-Identifier: MIT
"""The tasks: which libraries do what work against which server."""

import os
import sys

import measure
import servers
from measure import Case, Row

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON_CLIENT = os.path.join(HERE, "..", "requests", "http_client.py")

# What is built for a task, by target, and so by path below the output folder.
PEERS = {
    "epoll": "benchmarks/floor/epoll",
    "libuv": "benchmarks/floor/libuv",
    "libuv, BoringSSL": "benchmarks/floor/boringssl",
    "godwit handler": "benchmarks/requests/godwit_handler",
    "godwit callback": "benchmarks/requests/godwit_callback",
    "godwit HttpConnection": "benchmarks/requests/godwit_connection",
    "libcurl multi": "benchmarks/requests/libcurl",
    "Beast": "benchmarks/requests/beast",
}
PLAIN = ["libuv", "godwit handler", "Beast", "libcurl multi"]
TLS = ["libuv, BoringSSL", "godwit handler", "Beast", "libcurl multi"]

# Requests after which the difference to few of them is seconds on a fast machine, by what they cost.
CHEAP, DEAR, DEAREST = 400_000, 200_000, 20_000
UPLOAD = 64 * 1024 * 1024
# A process has 20,000 descriptors at most on many machines: so many connections take several.
PROCESSES, CROWD = 3, 50_000


class Plan:
    """Where the programs are, against which servers (nginx, embedded), and how much work."""

    def __init__(self, binaries, kinds=("nginx", "embedded"), scale=1.0):
        self.binaries = binaries
        self.kinds = kinds
        self.scale = scale

    def program(self, name):
        return os.path.join(self.binaries, PEERS[name])

    def scaled(self, amount, least=1):
        return max(int(amount * self.scale), least)

    def row(self, name, url, connections, requests, *options, title=None):
        """A peer's row: one request on each connection, and so many more."""
        def line(n):
            return [[self.program(name), url, str(connections), str(n), *options]]
        return Row(title or name, line(connections), line(connections + self.scaled(requests, connections)))

    def server(self, kind="nginx", **options):
        """What starts a server on a core."""
        if kind == "nginx":
            return lambda core: servers.Nginx(core, **options)
        return lambda core: servers.Embedded(os.path.join(self.binaries, servers.EMBEDDED), core)


def floor(plan):
    """The kernel's floor and libuv's: keep-alive GETs with nothing around them."""
    for kind in plan.kinds:
        for connections in (1, 64, 512, 10_000):
            def rows(server, connections=connections):
                return [plan.row(name, server.plain + server.get, connections, CHEAP) for name in ("libuv", "epoll")]
            yield Case("%s, %s" % (kind, counted(connections)), "us CPU per request",
                       measure.cpu_per_request, plan.server(kind), rows)


def counted(connections):
    return "{:,} connection".format(connections) + "s" * (connections != 1)


def wrk_row(plan, url, connections):
    def line(seconds):
        return [["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, url]]
    return Row("wrk", line(1), line(1 + plan.scaled(4)))


def h2load_row(plan, url, connections):
    def line(n):
        return [["h2load", "--h1", "-t1", "-c%d" % connections, "-n%d" % n, url]]
    return Row("h2load", line(connections), line(connections + plan.scaled(DEAR, connections)))


def python_row(plan, url, connections):
    def line(n):
        return [[sys.executable, PYTHON_CLIENT, url, str(connections), str(n)]]
    return Row("http.client", line(connections), line(connections + plan.scaled(DEAREST, connections)))


def requests(plan):
    """Keep-alive GETs of 100 bytes."""
    for kind in plan.kinds:
        for connections in (1, 64, 512, 10_000):
            def rows(server, connections=connections):
                url = server.plain + server.get
                out = [plan.row(name, url, connections, CHEAP) for name in
                       ("libuv", "epoll", "godwit handler", "godwit callback", "godwit HttpConnection")]
                out.append(wrk_row(plan, url, connections))
                out.append(h2load_row(plan, url, connections))
                out += [plan.row(name, url, connections, DEAR) for name in ("Beast", "libcurl multi")]
                if connections <= 512:
                    out.append(python_row(plan, url, connections))
                return out
            # In a hurry, another server is seen once.
            yield Case("%s, %s" % (kind, counted(connections)), "us CPU per request", measure.cpu_per_request,
                       plan.server(kind), rows, long=kind != plan.kinds[0] and connections != 64)


def instructions(plan):
    """The same GETs counted in instructions of user space, under callgrind: no noise touches that."""
    kind = plan.kinds[0]
    for connections in (1, 64):
        def rows(server, connections=connections):
            url = server.plain + server.get
            return [Row(name, *[[[plan.program(name), url, str(connections), str(n)]] for n in (2000, 6000)])
                    for name in ("libuv", "epoll", "godwit handler", "godwit callback", "godwit HttpConnection", "Beast",
                                 "libcurl multi")]
        yield Case("%s, %s" % (kind, counted(connections)), "instructions per request",
                   measure.instructions_per_request, plan.server(kind), rows, exact=True)


def bulk(plan):
    """One GiB by length, chunked and over TLS, and uploaded, with the embedded server."""
    for title, path, names in (("by length", "/bytes/", PLAIN), ("chunked", "/chunked/", PLAIN), ("TLS", "/bytes/", TLS)):
        def rows(server, path=path, names=names):
            url = (server.tls if names is TLS else server.plain) + path
            def line(name, size):
                return [[plan.program(name), url + size, "1", "1", "--ca=" + server.ca]]
            return [Row(name, line(name, "1"), line(name, "1g")) for name in names]
        yield Case(title, "ms CPU per GiB", measure.cpu_per_gib, plan.server("embedded"), rows)

    def uploads(server):
        def row(name, *options, title=None):
            def line(n):
                return [[plan.program(name), server.plain + "/upload", "1", str(n), "--upload=%d" % UPLOAD, *options]]
            return Row(title or name, line(1), line(1 + 2**30 // UPLOAD))
        return [row("libuv"), row("godwit handler"), row("godwit handler", "--pull", title="godwit BodySource"),
                row("Beast"), row("libcurl multi")]
    yield Case("upload", "ms CPU per GiB", measure.cpu_per_gib, plan.server("embedded"), uploads)


def connects(plan):
    """A connection for each request: plain, TLS in full and resumed; and 19,500 kept, by their addresses."""
    for title, requests_, names, options in (("plain", 8000, PLAIN, []), ("TLS, full", 2000, TLS, ["--no-resume"]),
                                             ("TLS, resumed", 4000, TLS, [])):
        def rows(server, requests_=requests_, names=names, options=options):
            url = (server.tls if names is TLS else server.plain) + server.get
            return [plan.row(name, url, 8, requests_, "--fresh", "--ca=" + server.ca, *options) for name in names]
        yield Case(title, "us CPU per connection", measure.cpu_per_request, plan.server(), rows)

    def kept(server):
        def row(title, *options):
            return Row(title, *[[[plan.program("godwit handler"), server.plain + server.get, str(n), str(n), *options]]
                                for n in (500, 19_500)])
        return [row("to five addresses", "--hosts=5"), row("from five addresses", "--sources=5"),
                row("to one address and port")]
    yield Case("19,500 kept, godwit", "us CPU per connection", measure.cpu_per_request,
               plan.server(hosts=5, workers=4), kept)


def connections(plan):
    """Heap of an idle connection: 1,000 of them, one more up to 18,000, and 50,000 of three processes."""
    few, many, each = 1000, 18_000, CROWD // PROCESSES
    for scheme, names in (("plain", PLAIN), ("TLS", TLS)):
        # Five addresses: the kernel searches long for the last free ports to one. All requests are open at once, so
        # that none goes out on the connection of another.
        def line(server, name, n, processes=1, names=names):
            url = (server.tls if names is TLS else server.plain) + server.get
            return [[plan.program(name), url, str(n), str(n), "--hosts=5", "--rest=2500", "--ca=" + server.ca] +
                    ["--hold"] * (processes > 1)] * processes

        def of_few(server, line=line, names=names):
            return [Row(name, None, line(server, name, few)) for name in names]

        def of_more(server, line=line, names=names):
            return [Row(name, line(server, name, few), line(server, name, many)) for name in names]

        def of_crowd(server, line=line, names=names):
            return [Row(name, None, line(server, name, each, PROCESSES)) for name in names]

        for title, value, rows, long in (
                ("1,000", measure.heap_per_connection(few), of_few, False),
                ("each further one, to 18,000", measure.heap_per_connection(many - few), of_more, False),
                ("50,000 of three processes", measure.heap_per_connection(PROCESSES * each), of_crowd, names is TLS)):
            yield Case(scheme + ", " + title, "bytes of heap per idle connection", value,
                       plan.server(hosts=5, workers=4), rows, exact=True, long=long)


def mixed(plan):
    """A crawler's shape: 1,000 hosts, a request to each every 100 ms."""
    def rows(server):
        return [plan.row(name, server.plain + server.get, 1000, 40_000, "--hosts=1000", "--think=100")
                for name in ("libuv", "godwit handler", "godwit callback", "Beast", "libcurl multi")]
    yield Case("1,000 hosts", "us CPU per request", measure.cpu_per_request, plan.server(hosts=1000), rows)


def growth(plan):
    """Many connections with a request every two seconds each, 18,000 and 50,000, beside 64 busy ones."""
    each = CROWD // PROCESSES
    for name in ("libuv", "godwit handler", "godwit HttpConnection", "Beast"):
        def rows(server, name=name):
            url = server.plain + server.get
            # A host for each connection, as a crawler has: a pool would serve many requests to one host by few.
            def line(connections, n, *options):
                return [plan.program(name), url, str(connections), str(n), "--hosts=%d" % connections, *options]
            def crowd(n):
                # Each keeps its connections until all of them are done.
                return [line(each, n, "--think=2000", "--hold")] * PROCESSES
            return [Row("64, at once", [line(64, 64)], [line(64, 64 + plan.scaled(200_000))]),
                    Row("64, by turns", [line(64, 64, "--think=10")],
                        [line(64, 64 + plan.scaled(12_000), "--think=10")]),
                    Row("18,000, at once", [line(18_000, 18_000)], [line(18_000, 18_000 + plan.scaled(200_000))]),
                    Row("18,000, by turns", [line(18_000, 18_000, "--think=2000")],
                        [line(18_000, 54_000, "--think=2000")]),
                    Row("50,000 of three processes, by turns", crowd(each), crowd(3 * each))]
        yield Case(name, "us CPU per request", measure.cpu_per_request, plan.server(hosts=18_000, workers=4), rows,
                   long=name in ("godwit HttpConnection", "Beast"))


# All but floor, whose rows are among those of requests.
DEFAULT = ["requests", "instructions", "bulk", "connects", "connections", "mixed", "growth"]
TASKS = {"floor": floor, "requests": requests, "instructions": instructions, "bulk": bulk, "connects": connects,
         "connections": connections, "mixed": mixed, "growth": growth}
