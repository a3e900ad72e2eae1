# SPDX-License-Identifier: MIT
"""Interleaved rounds over the libraries of a case, and the medians of what they cost."""

import collections
import statistics

import client

# A row is one library in one case. `small` and `large` are command lines, of the processes that run at once,
# for little and for more of the same work: the difference is free of what starting and connecting costs.
# `small` may be None.
Row = collections.namedtuple("Row", "name small large")

# A case is one table: rows that do the same work, the first of which the others are compared with. `value`
# gives the cost of one unit from two runs; `server` starts the server on a core, and `rows` gives the rows for
# it. What is `exact` is counted and not timed: each round would give the same. `long` ones are left out when in
# a hurry.
Case = collections.namedtuple("Case", "title unit value server rows exact long", defaults=[False, False])


def cpu_per_request(small, large):
    """Microseconds of processor for one request."""
    return (large.cpu - small.cpu) * 1e6 / (large.report["requests"] - small.report["requests"])


def user_per_request(small, large):
    return (large.user - small.user) * 1e6 / (large.report["requests"] - small.report["requests"])


def instructions_per_request(small, large):
    return (large.instructions - small.instructions) / (large.report["requests"] - small.report["requests"])


def moved(run):
    return run.report["body"] + run.report["sent"]


def cpu_per_gib(small, large):
    """Milliseconds of processor for one GiB of body."""
    return (large.cpu - small.cpu) * 1e3 * 2**30 / (moved(large) - moved(small))


def heap_per_connection(connections):
    """Bytes of heap for each of so many idle connections, which is what `large` has more than `small`."""
    def value(small, large):
        return (large.report["heap"] - (small.report["heap"] if small else 0)) / connections
    return value


Measured = collections.namedtuple("Measured", "row values user problem")


def rounds_of(case, rounds):
    return 1 if case.exact else rounds


def run_case(case, rows, rounds, core, say):
    """Measures each row once a round, beginning with another one each time. A row that fails says why and
    is left out of the rounds that follow. say(round, row) tells of each step."""
    values = {row.name: [] for row in rows}
    users = {row.name: [] for row in rows}
    problems = {}
    instructions = case.value is instructions_per_request
    for n in range(rounds_of(case, rounds)):
        shift = n % len(rows)
        for row in rows[shift:] + rows[:shift]:
            if row.name in problems:
                continue
            say(n, row)
            try:
                small = client.run(row.small, core, instructions) if row.small else None
                large = client.run(row.large, core, instructions)
                values[row.name].append(case.value(small, large))
                if case.value is cpu_per_request:
                    users[row.name].append(user_per_request(small, large))
            except (client.ClientFailed, OSError) as problem:
                problems[row.name] = str(problem)
    return [Measured(row.name, values[row.name], users[row.name], problems.get(row.name)) for row in rows]


def median(values):
    return statistics.median(values) if values else None


def ratio(measured, first):
    """The median over rounds of the ratio within each round: what disturbed a round disturbed both."""
    pairs = [a / b for a, b in zip(measured.values, first.values) if b]
    return median(pairs)
