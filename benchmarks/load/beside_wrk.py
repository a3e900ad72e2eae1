#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs godwit load beside wrk and h2load --h1 against the same nginx, in turn, clients on one core and the server on
another: processor time (user and system) of the whole client for each request, the rate it reached, and for a single
connection the median latency that it tells. Where a case says so, a run of four seconds is taken from one that is
--seconds longer, so that neither starting nor connecting counts:

    bazel build -c opt //tools:godwit
    python3 benchmarks/load/beside_wrk.py bazel-bin/tools/godwit
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "driver"))
import servers  # noqa: E402

UNITS = {"us": 1, "ms": 1e3, "s": 1e6}
CONNECTING = 4  # seconds in which every client has made its connections, on a busy machine too
PIPELINE_LUA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pipeline.lua")
# What a client is told to do: name, connections, over TLS, whether what the first seconds cost is left out, and how
# many requests are on their way on each connection.
CASES = [("64 connections", 64, False, False, 1), ("64 connections, TLS", 64, True, False, 1),
         ("64 connections, 16 requests on each", 64, False, False, 16),
         ("10,000 connections, two seconds with connecting", 10000, False, False, 1),
         ("10,000 connections, once connected", 10000, False, True, 1), ("1 connection", 1, False, False, 1)]


def godwit(program, url, connections, seconds, ahead):
    return [program, "load", "-q", "-k", "--json", "-c", str(connections), "--pipeline", str(ahead), "-d",
            "%gs" % seconds, url]


def wrk(_, url, connections, seconds, ahead):
    base = ["wrk", "-t1", "--latency", "--timeout", "30s", "-c%d" % connections, "-d%ds" % seconds]
    return base + ([url] if ahead == 1 else ["-s", PIPELINE_LUA, url, "--", str(ahead)])


def h2load(_, url, connections, seconds, ahead):
    return ["h2load", "--h1", "-t1", "-c%d" % connections, "-m%d" % ahead, "-D%d" % seconds, url]


def read_godwit(text):
    told = json.loads(text)
    if told["requests"]["failed"]:
        raise SystemExit("godwit load: %d requests failed" % told["requests"]["failed"])
    latency = told["latency_ms"]["from_sent"]
    return told["requests"]["good"], latency and latency["p50"] * 1e3


def read_wrk(text):
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit("wrk: requests failed:\n" + text)
    requests = int(re.search(r"(\d+) requests in", text)[1])
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", text).groups()
    return requests, float(value) * UNITS[unit]


def read_h2load(text):
    done, failed = re.search(r"requests: .* (\d+) succeeded, (\d+) failed", text).groups()
    if int(failed):
        raise SystemExit("h2load: requests failed:\n" + text)
    return int(done), None


CLIENTS = {"godwit": (godwit, read_godwit), "wrk": (wrk, read_wrk), "h2load": (h2load, read_h2load)}


def prepare(core):
    os.sched_setaffinity(0, {core})
    servers.resource.setrlimit(servers.resource.RLIMIT_NOFILE, (servers.resource.getrlimit(
        servers.resource.RLIMIT_NOFILE)[1],) * 2)


def run(argv, core):
    """Runs a client on its core: what it printed, and its user and system time."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: prepare(core))
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # godwit load says by its status that it was the limit, which it is meant to be here.
    if child.returncode != 0 and argv[0] in ("wrk", "h2load"):
        raise SystemExit("%s ended with status %d" % (argv[0], child.returncode))
    return text, usage.ru_utime + usage.ru_stime


def measure(name, program, url, connections, seconds, ahead):
    """Requests, processor time and median latency of one run."""
    command, read = CLIENTS[name]
    text, cpu = run(command(program, url, connections, seconds, ahead), sorted(os.sched_getaffinity(0))[-1])
    requests, latency = read(text)
    return requests, cpu, latency


def steady(name, program, url, connections, seconds, ahead):
    """The same of the seconds behind the first ones alone."""
    few, early, _ = measure(name, program, url, connections, CONNECTING, ahead)
    many, cpu, latency = measure(name, program, url, connections, CONNECTING + seconds, ahead)
    return many - few, cpu - early, latency


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("godwit", help="the program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each run")
    parser.add_argument("--only", default="", help="cases with this in their names")
    options = parser.parse_args()
    for program in ("wrk", "h2load", "nginx"):
        if not shutil.which(program):
            raise SystemExit(program + " is missing: run  tools/setup --bench")
    usable = sorted(os.sched_getaffinity(0))
    print("%-48s %-8s %12s %12s %12s %10s" % ("", "", "CPU us/req", "req/s", "p50 us", "CPU ratio"))
    with servers.Nginx(usable[0]) as server:
        for case, connections, tls, is_steady, ahead in CASES:
            if options.only not in case:
                continue
            url = (server.tls if tls else server.plain) + "/"
            measured = {name: [] for name in CLIENTS}
            for n in range(options.rounds):
                names = list(CLIENTS)
                for name in names[n % len(names):] + names[:n % len(names)]:
                    requests, cpu, latency = (steady if is_steady else measure)(name, options.godwit, url, connections,
                                                                                options.seconds, ahead)
                    if requests <= 0:
                        raise SystemExit("%s: no request was answered; --seconds takes more of them" % name)
                    measured[name].append((cpu / requests * 1e6, requests / options.seconds, latency))
            for name, rows in measured.items():
                cpu, rate = (statistics.median(row[i] for row in rows) for i in (0, 1))
                p50 = "" if rows[0][2] is None else "%.1f" % statistics.median(row[2] for row in rows)
                ratio = statistics.median(mine[0] / row[0] for mine, row in zip(measured["godwit"], rows))
                print("%-48s %-8s %12.2f %12.0f %12s %9.2fx" % (case, name, cpu, rate, p50, ratio), flush=True)


if __name__ == "__main__":
    main()
