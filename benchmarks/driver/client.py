# SPDX-License-Identifier: MIT
"""Runs one client program to its end, on its own core, and says what it cost."""

import json
import os
import re
import resource
import signal
import subprocess
import tempfile

# A run is a second or a few; one that takes so long hangs.
SECONDS = 600


class ClientFailed(Exception):
    """A client that did not do its work; the sentence says which and how."""


class Run:
    """What one run did and cost: seconds of processor, units of work, heap, instructions."""

    def __init__(self, user, system, output, instructions=None):
        self.user = user
        self.system = system
        self.instructions = instructions
        self.report = report_in(output)

    @property
    def cpu(self):
        return self.user + self.system


def report_in(output):
    """The work that was done, from a peer's line of JSON or from what wrk and h2load print."""
    for line in output.splitlines():
        if line.startswith("{"):
            return json.loads(line)
    wrk = re.search(r"^ *(\d+) requests in ", output, re.M)
    if wrk:
        failed = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", output))
        return {"requests": int(wrk.group(1)), "failed": failed}
    h2load = re.search(r"^requests: .* (\d+) succeeded, (\d+) failed", output, re.M)
    if h2load:
        return {"requests": int(h2load.group(1)), "failed": int(h2load.group(2))}
    raise ClientFailed("its output tells of no requests: %r" % output[-200:])


def run(argv, core=None, instructions=False):
    """Runs argv on that core; with instructions, under callgrind, which counts what runs in user space."""
    with tempfile.TemporaryDirectory() as folder:
        if instructions:
            argv = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + folder + "/out",
                    "--log-file=" + folder + "/log"] + argv
        with open(folder + "/stdout", "w+", encoding="utf-8") as out, open(folder + "/stderr", "w+",
                                                                           encoding="utf-8") as err:
            status, usage = _wait(_start(argv, core, out, err))
            out.seek(0)
            err.seek(0)
            output, complaint = out.read(), err.read().strip()
        if status != 0:
            raise ClientFailed("%s: status %s %s" % (" ".join(argv), status, complaint[-300:] or output[-300:]))
        count = None
        if instructions:
            with open(folder + "/log", encoding="utf-8") as log:
                count = int(re.search(r"Collected : (\d+)", log.read()).group(1))
    done = Run(usage.ru_utime, usage.ru_stime, output, count)
    if done.report["failed"]:
        raise ClientFailed("%s: %d requests failed" % (" ".join(argv), done.report["failed"]))
    return done


def _start(argv, core, out, err):
    def on_its_core():
        if core is not None:
            os.sched_setaffinity(0, {core})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=on_its_core)


def _wait(process):
    """Status and resources of this one child: wait4 counts no other."""
    previous = signal.signal(signal.SIGALRM, lambda *_: process.kill())
    signal.alarm(SECONDS)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage
