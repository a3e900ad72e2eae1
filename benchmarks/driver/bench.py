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
import progress
import servers
import table
import tasks

MIN_ROUNDS = 5
QUICK = 0.25

DESCRIPTION = """Measures godwit beside other clients: the processor time of a whole client process, user and system, for each
unit of work, in interleaved rounds; client and server have a core each. Ratios are to the first row of a table, the
median of the ratios within the rounds. Everything takes about %s, with --quick about %s."""
EPILOG = """tasks:
%s

  tools/bench requests --server nginx --only "64 conn"   one case
  tools/bench --quick --markdown                         the tables of the README

The exit status is 0 if every client did all of its work."""
DURATIONS = ("90 minutes", "20 minutes")


def arguments(argv=None):
    described = "\n".join("  %-12s %s" % (name, task.__doc__.splitlines()[0]) for name, task in tasks.TASKS.items())
    parser = argparse.ArgumentParser(prog="tools/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description=DESCRIPTION % DURATIONS, epilog=EPILOG % described)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="default: " + ", ".join(tasks.DEFAULT))
    parser.add_argument("--rounds", type=int, default=MIN_ROUNDS, metavar="N",
                        help="interleaved rounds, at least and by default %d; what is counted and not timed takes one"
                        % MIN_ROUNDS)
    parser.add_argument("--server", choices=["nginx", "embedded"], action="append",
                        help="only against this one, in tasks that know both; may be repeated; default: both")
    parser.add_argument("--only", metavar="TEXT", action="append",
                        help="only cases whose title has TEXT in it; may be repeated")
    parser.add_argument("--list", action="store_true", help="say what the cases are, and measure nothing")
    parser.add_argument("--quick", action="store_true",
                        help="a quarter of the requests, and none of the cases that take longest or say nothing new")
    parser.add_argument("--scale", type=float, metavar="X", help="X times as many requests")
    parser.add_argument("--json", metavar="FILE", help="where the figures are saved; default: .cache/bench/")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown, at the end")
    parser.add_argument("--binaries", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv)
    unknown = [t for t in chosen.tasks if t not in tasks.TASKS]
    if unknown:
        parser.error("there is no task %s; there are %s" % (unknown[0], ", ".join(tasks.TASKS)))
    if chosen.rounds < MIN_ROUNDS:
        parser.error("--rounds %d: medians of fewer than %d rounds mean little" % (chosen.rounds, MIN_ROUNDS))
    if chosen.scale is not None and chosen.scale <= 0:
        parser.error("--scale %g: it is to be more than 0" % chosen.scale)
    return chosen


def cases_of(chosen):
    """Task and case, of all that are to be measured."""
    scale = chosen.scale or (QUICK if chosen.quick else 1)
    plan = tasks.Plan(chosen.binaries, chosen.server or ["nginx", "embedded"], scale)
    found = []
    for name in chosen.tasks or tasks.DEFAULT:
        for case in tasks.TASKS[name](plan):
            if chosen.quick and case.long:
                continue
            if not chosen.only or any(text in case.title for text in chosen.only):
                found.append((name, case))
    return found


def cores(note):
    """The client's core and the server's."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        note("note: there is one core only: client and server share it, which costs caches")
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


def measured(case, chosen, client_core, server_core, teller):
    """The rows of a case. Raises ServerFailed."""
    with case.server(server_core) as server:
        rows = case.rows(server)
        return measure.run_case(case, rows, chosen.rounds, client_core,
                                lambda n, row: teller.step(case.title, n, measure.rounds_of(case, chosen.rounds), row.name))


def main():
    # What ends this program ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = arguments()
    cases = cases_of(chosen)
    if not cases:
        print("tools/bench: no case is called that: see --list", file=sys.stderr)
        return 2
    if chosen.list:
        for name, case in cases:
            print("%-12s %s (%s)" % (name, case.title, case.unit))
        return 0
    teller = progress.Teller(sys.stderr, len(cases))
    client_core, server_core = cores(teller.note)
    facts = about("tools/bench " + shlex.join(a for a in sys.argv[1:] if not a.startswith(("--binaries", "--root"))))
    if facts["load"] > 0.5:
        teller.note("note: this machine is busy (load %.1f): believe ratios, and instructions, before figures"
                    % facts["load"])
    path = chosen.json or os.path.join(chosen.root, ".cache", "bench", time.strftime("%Y%m%d-%H%M%S.json"))
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    results, problems = [], 0
    for name, case in cases:
        teller.begin(name + ", " + case.title)
        try:
            rows = measured(case, chosen, client_core, server_core, teller)
        except servers.ServerFailed as problem:
            teller.note("%s, %s: %s" % (name, case.title, problem))
            problems += 1
            continue
        result = {"task": name, "title": case.title, "unit": case.unit, "rows": rows}
        problems += sum(bool(row.problem) for row in rows)
        results.append(result)
        teller.clear()
        if not chosen.markdown:
            print(name + ": " + table.text(result) + "\n", flush=True)
        # After each case: what ends the run early costs only the rest.
        with open(path, "w", encoding="utf-8") as out:
            json.dump(table.as_json(results, facts), out, indent=1)
    if chosen.markdown:
        print(table.markdown(results))
    teller.note("saved in %s, after %s" % (path, progress.duration(teller.seconds())))
    return 1 if problems or not results else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # `| head` has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
