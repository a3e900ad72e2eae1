#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Downloads over TLS with godwit fetch and with curl from the same nginx, in turn, and compares the processor
time (user and system) that each process takes for a GiB:

    bazel build -c opt //tools:godwit
    python3 benchmarks/tls/beside_curl.py bazel-bin/tools/godwit
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "driver"))
import servers  # noqa: E402

SIZE = 128 * 1024 * 1024


class Files(servers.Nginx):
    """The nginx of tools/bench, with a file to download."""

    def __init__(self, core):
        self.template = servers.NGINX
        servers.NGINX = self.template.replace(
            "    location / {{", "    location = /file {{ root {folder}; }}\n    location / {{")
        try:
            super().__init__(core)
        finally:
            servers.NGINX = self.template
        with open(self.folder + "/file", "wb") as out:
            out.write(os.urandom(SIZE))


def cpu_seconds(argv, core):
    """Runs a client on its core; its user and system time."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit("%s ended with status %d" % (argv[0], child.returncode))
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("godwit", help="the program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=int, default=8, help="of %d MiB each, over one connection" % (SIZE >> 20))
    options = parser.parse_args()
    if not shutil.which("curl"):
        raise SystemExit("curl is missing: run  tools/setup --bench")
    usable = sorted(os.sched_getaffinity(0))
    with Files(usable[0]) as server:
        rest = [x for _ in range(options.files) for x in ("-o", "/dev/null")] + [server.tls + "/file"] * options.files
        rows = {"godwit": [options.godwit, "fetch", "-sS", "--parallel", "1", "--cacert", server.ca, *rest],
                "curl": ["curl", "-sS", "--cacert", server.ca, *rest]}
        measured = {name: [] for name in rows}
        for n in range(options.rounds):
            for name in list(rows)[n % 2:] + list(rows)[:n % 2]:
                measured[name].append(cpu_seconds(rows[name], usable[-1]))
    gib = options.files * SIZE / 2**30
    for name, values in measured.items():
        print("%-8s %7.1f ms CPU per GiB" % (name, statistics.median(values) * 1e3 / gib))
    ratios = [a / b for a, b in zip(measured["godwit"], measured["curl"])]
    print("godwit is at %.2fx of curl (median of %d rounds)" % (statistics.median(ratios), options.rounds))


if __name__ == "__main__":
    main()
