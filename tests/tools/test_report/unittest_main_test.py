# SPDX-License-Identifier: MIT
"""Python tests are counted case by case, and none goes unnoticed."""

import os
import subprocess
import sys
import tempfile
import unittest

from tools.test_report import count_cases

ONE_OF_EACH = """
import unittest
class T(unittest.TestCase):
    def test_passes(self): pass
    def test_fails(self): self.fail("\\x00 <&>")
    def test_raises(self): raise ValueError()
    def test_also_passes(self):
        for i in range(3):
            with self.subTest(i=i): pass
    def test_one_bad_row(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    @unittest.skip("not now")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_known(self): self.fail()
    @unittest.expectedFailure
    def test_no_longer_known(self): pass
"""

ALL_GOOD = """
import unittest
class T(unittest.TestCase):
    def test_passes(self): pass
"""


class UnittestMain(unittest.TestCase):
    def run_file(self, text, only=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "some_test.py")
            xml = os.path.join(folder, "test.xml")
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            env = dict(os.environ, XML_OUTPUT_FILE=xml)
            env.pop("TESTBRIDGE_TEST_ONLY", None)
            if only:
                env["TESTBRIDGE_TEST_ONLY"] = only
            done = subprocess.run([sys.executable, "tools/test_report/unittest_main.py", path],
                                  env=env, stderr=subprocess.PIPE, text=True, check=False)
            report = count_cases.Report()
            report.add_run("//t:t", "PASSED" if done.returncode == 0 else "FAILED", xml)
            return done.returncode, report

    def test_one_of_each(self):
        status, report = self.run_file(ONE_OF_EACH)
        self.assertEqual(status, 1)
        self.assertEqual(report.summary(), "3 passed, 4 failed, 1 skipped")
        names = " ".join(report.failures)
        for name in ("test_fails", "test_raises", "test_one_bad_row", "test_no_longer_known"):
            self.assertIn(name, names)

    def test_all_good(self):
        status, report = self.run_file(ALL_GOOD)
        self.assertEqual((status, report.summary()), (0, "1 passed, 0 failed"))

    def test_a_file_without_cases_fails(self):
        status, report = self.run_file("import unittest\n")
        self.assertEqual((status, report.summary()), (1, "0 passed, 1 failed"))

    def test_a_file_that_does_not_load_fails(self):
        status, report = self.run_file("import no_such_module\n")
        self.assertEqual((status, report.summary()), (1, "0 passed, 1 failed"))

    def test_filter(self):
        status, report = self.run_file(ONE_OF_EACH, only="test_pass")
        self.assertEqual((status, report.summary()), (0, "1 passed, 0 failed"))
