# SPDX-License-Identifier: MIT
"""tools/bench, after everything is built: see its own help."""

import argparse
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import time

import measure
import servers
import table
import tasks

MIN_ROUNDS = 5


def arguments():
    parser = argparse.ArgumentParser(prog="tools/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description="Measures godwit beside other clients.", epilog="tasks:\n" + "\n".join(
        "  %-12s %s" % (name, task.__doc__.splitlines()[0]) for name, task in tasks.TASKS.items()))
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="default: all")
    parser.add_argument("--rounds", type=int, default=MIN_ROUNDS, metavar="N",
                        help="interleaved rounds, at least and by default %d" % MIN_ROUNDS)
    parser.add_argument("--server", choices=["nginx", "embedded"], action="append",
                        help="only against this one; default: both")
    parser.add_argument("--only", metavar="TEXT", action="append",
                        help="only cases whose title has TEXT in it; may be repeated")
    parser.add_argument("--scale", type=float, default=1, metavar="X", help="X times as many requests")
    parser.add_argument("--json", metavar="FILE", help="where the figures are saved; default: .cache/bench/")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--binaries", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    unknown = [t for t in chosen.tasks if t not in tasks.TASKS]
    if unknown:
        parser.error("there is no task %s" % unknown[0])
    if chosen.rounds < MIN_ROUNDS:
        parser.error("medians of fewer than %d rounds mean little" % MIN_ROUNDS)
    return chosen


def cores(say):
    """The client's core and the server's."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        say("note: there is one core only: client and server share it, which costs caches")
    return usable[-1], usable[0]


def about(command):
    """The machine and the compiler, for whoever reads the figures later."""
    def first_line(*argv):
        try:
            return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False).stdout.split("\n")[0]
        except OSError:
            return "unknown"
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"command": command, "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "compiler": first_line("gcc", "--version"), "date": time.strftime("%Y-%m-%d"),
            "load": os.getloadavg()[0]}


def start_server(kind, binaries, core):
    if kind == "nginx":
        return servers.Nginx(core)
    if kind == "nginx, five hosts":
        # Each listening socket takes a place of a connection, and nginx drops idle ones when few are left.
        return servers.Nginx(core, 5)
    if kind == "nginx, many hosts":
        return servers.Nginx(core, servers.HOSTS)
    return servers.Embedded(os.path.join(binaries, tasks.SERVER), core)


def main():
    # What ends this program ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = arguments()
    terminal = sys.stderr.isatty()

    def say(what):
        if terminal:
            print("\r\033[K" + what[:100], end="", file=sys.stderr, flush=True)

    def note(what):
        print(what, file=sys.stderr)

    client_core, server_core = cores(note)
    facts = about("tools/bench " + shlex.join(a for a in sys.argv[1:]
                                               if not a.startswith(("--binaries", "--root"))))
    if facts["load"] > 0.5:
        note("note: this machine is busy (load %.1f): believe ratios, and instructions, before figures" % facts["load"])
    plan = tasks.Plan(chosen.binaries, chosen.scale)
    kinds = chosen.server or ["nginx", "embedded"]
    results, problems = [], 0
    for name in chosen.tasks or tasks.TASKS:
        for case in tasks.TASKS[name](plan, kinds):
            if chosen.only and not any(t in case.title for t in chosen.only):
                continue
            try:
                with start_server(case.server, chosen.binaries, server_core) as server:
                    rows = measure.run_case(case._replace(rows=case.rows(server)), chosen.rounds, client_core, say)
            except servers.ServerFailed as problem:
                say("")
                note("%s, %s: %s" % (name, case.title, problem))
                problems += 1
                continue
            result = {"task": name, "title": case.title, "unit": case.unit, "rows": rows}
            problems += sum(bool(row.problem) for row in rows)
            results.append(result)
            say("")
            if not chosen.markdown:
                print(name + ": " + table.text(result) + "\n", flush=True)
    if chosen.markdown:
        print(table.markdown(results))
    path = chosen.json or os.path.join(chosen.root, ".cache", "bench", "%d.json" % time.time())
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(table.as_json(results, facts), out, indent=1)
    print("saved in " + path)
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
