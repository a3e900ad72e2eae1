# SPDX-License-Identifier: MIT
"""Runs client programs to their end, on their own core, and says what they cost."""

import json
import os
import re
import resource
import signal
import subprocess
import tempfile

# A run is a second or a few, or a minute for many TLS handshakes; one that takes so long hangs.
SECONDS = 300


class ClientFailed(Exception):
    """A client that did not do its work; the sentence says which and how."""


class Run:
    """What one run did and cost: seconds of processor, units of work, heap, instructions. `outputs` are what its
    processes printed."""

    def __init__(self, user, system, outputs, instructions=None):
        self.user = user
        self.system = system
        self.instructions = instructions
        reports = [report_in(output) for output in outputs]
        self.report = {key: sum(report[key] for report in reports) for key in reports[0]}

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


class Process:
    """One running client. Its standard input stays open until finish(): a peer with --hold keeps its connections
    until then."""

    def __init__(self, argv, core, folder):
        self.argv = argv
        self.first_lines = ""
        self.result = None
        self.errors = tempfile.TemporaryFile(mode="w+", dir=folder)
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            preexec_fn=lambda: _on_its_core(core))

    def wait_for_report(self):
        """Waits for the report of a peer, or the end of a client that prints something else."""
        for line in self.process.stdout:
            self.first_lines += line
            if line.startswith("{"):
                return
        self.finish()

    def finish(self):
        """What it printed, and its resources: wait4 counts no other child."""
        if self.process.returncode is None:
            self.result = self._wait()
        return self.result

    def _wait(self):
        self.process.stdin.close()
        output = self.first_lines + self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            self.errors.seek(0)
            said = self.errors.read().strip() or output
            raise ClientFailed("%s: status %s %s" % (" ".join(self.argv), self.process.returncode, said[-300:]))
        return output, usage

    def end(self):
        """Ends it, if it still runs, and frees what belongs to it."""
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()


def run(commands, core=None, instructions=False):
    """Runs all the commands at once on that core; with instructions, under callgrind, which counts what runs in
    user space."""
    with tempfile.TemporaryDirectory() as folder:
        if instructions:
            commands = [["valgrind", "--tool=callgrind", "--callgrind-out-file=%s/%d.out" % (folder, i),
                         "--log-file=%s/%d.log" % (folder, i)] + argv for i, argv in enumerate(commands)]
        processes = []
        previous = signal.signal(signal.SIGALRM, lambda *_: [p.process.kill() for p in processes])
        signal.alarm(SECONDS)
        try:
            for argv in commands:
                processes.append(Process(argv, core, folder))
            for process in processes:
                process.wait_for_report()
            finished = [process.finish() for process in processes]
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, previous)
            for process in processes:
                process.end()
        count = None
        if instructions:
            count = sum(_instructions_in("%s/%d.log" % (folder, i)) for i in range(len(commands)))
    done = Run(sum(usage.ru_utime for _, usage in finished), sum(usage.ru_stime for _, usage in finished),
               [output for output, _ in finished], count)
    if done.report["failed"]:
        raise ClientFailed("%s: %d requests failed" % (" ".join(commands[0]), done.report["failed"]))
    return done


def _on_its_core(core):
    if core is not None:
        os.sched_setaffinity(0, {core})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _instructions_in(path):
    with open(path, encoding="utf-8") as log:
        return int(re.search(r"Collected : (\d+)", log.read()).group(1))
