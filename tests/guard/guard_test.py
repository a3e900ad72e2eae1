# SPDX-License-Identifier: MIT
"""tools/guard: what it makes of its figures."""

import importlib.machinery
import importlib.util
import unittest

LOADER = importlib.machinery.SourceFileLoader("guard", "tools/guard")
guard = importlib.util.module_from_spec(importlib.util.spec_from_loader("guard", LOADER))
LOADER.exec_module(guard)


class Verdicts(unittest.TestCase):
    def test_up_to_five_percent_more_passes(self):
        for count in (1, 1000, 1050):
            with self.subTest(count):
                self.assertEqual(guard.verdicts({"a": count}, {"a": 1000})[1:], (1, 0, 0))

    def test_more_fails_and_says_how_much(self):
        lines, *counts = guard.verdicts({"a": 1051, "b": 10}, {"a": 1000, "b": 10})
        self.assertEqual(counts, [1, 1, 0])
        self.assertEqual(lines[0], "FAILED a: 1051 instructions, 1000 before: +5.1 %")

    def test_without_a_figure_it_is_skipped(self):
        self.assertEqual(guard.verdicts({"a": 5}, {})[1:], (0, 0, 1))

    def test_what_valgrind_prints(self):
        self.assertEqual(guard.instructions_in("==1== Events    : Ir\n==1== Collected : 4710557\n"), 4710557)
        self.assertIsNone(guard.instructions_in("valgrind: no such program"))


if __name__ == "__main__":
    unittest.main()
