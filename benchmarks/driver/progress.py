# SPDX-License-Identifier: MIT
"""How far a run has come: a line for each case, and on a terminal for each step."""

import time


def duration(seconds):
    minutes, rest = divmod(int(seconds), 60)
    return "%d min %02d s" % (minutes, rest) if minutes else "%d s" % rest


class Teller:
    def __init__(self, out, cases, clock=time.monotonic):
        self.out = out
        self.cases = cases
        self.begun = 0
        self.clock = clock
        self.start = clock()
        self.terminal = out.isatty()

    def seconds(self):
        return self.clock() - self.start

    def clear(self):
        if self.terminal:
            self.out.write("\r\033[K")
            self.out.flush()

    def note(self, what):
        self.clear()
        self.out.write(what + "\n")
        self.out.flush()

    def begin(self, case):
        """Another case: said in a line of its own where steps are not shown."""
        self.begun += 1
        if not self.terminal:
            self.note("%d of %d, after %s: %s" % (self.begun, self.cases, duration(self.seconds()), case))

    def step(self, case, n, rounds, row):
        if self.terminal:
            text = "%d of %d, after %s: %s, round %d of %d, %s" % (
                self.begun, self.cases, duration(self.seconds()), case, n + 1, rounds, row)
            self.clear()
            self.out.write(text[:100])
            self.out.flush()
