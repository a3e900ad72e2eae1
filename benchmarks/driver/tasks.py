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
                       for name in ("libuv", "epoll", "godwit handler", "godwit callback")]
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
                    for name in ("libuv", "epoll", "godwit handler", "godwit callback", "Beast", "libcurl multi")]
        yield Case("%s, %d connection%s" % (kinds[0], connections, "s" * (connections > 1)),
                   "instructions per request", measure.instructions_per_request, kinds[0], rows)


TASKS = {"floor": floor, "requests": requests, "instructions": instructions}
