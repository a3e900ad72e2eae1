# SPDX-License-Identifier: MIT
"""A run's memory does not grow with the number of its requests."""

import os
import subprocess
import unittest

from tests.tools.fetch import program
from tests.tools.load import load_program

FEW, MANY = 10_000, 150_000
# What may be touched later than at the start: the slots of the time series, at most 300 of 2.2 kB, and a stack's pages.
# An allocation kept for each request would be 16 bytes or more, 2.2 MB in all.
ROOM = 1_300_000


class Memory(load_program.LoadTest):
    def peak(self, *arguments):
        """The highest resident size of a run, in bytes."""
        child = subprocess.Popen([program.GODWIT, "load", "-q", *arguments], cwd=self.folder, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertIn(child.returncode, (0, 1))  # 1: the machine was busy
        return usage.ru_maxrss * 1024

    def test_it_stays_as_it_was(self):
        with open(program.GODWIT, "rb") as binary:
            if b"__asan_init" in binary.read():
                self.skipTest("a sanitizer keeps what was freed")
        with self.server() as (_, url):
            few, many = (self.peak("-c", "64", "-n", str(n), url + "/bytes/100") for n in (FEW, MANY))
        self.assertLess(many - few, ROOM)


if __name__ == "__main__":
    unittest.main()
