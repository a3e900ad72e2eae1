#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one unittest file as a Bazel test and writes its cases to $XML_OUTPUT_FILE.

Usage: unittest_main.py FILE [unittest's own arguments]

Bazel by itself reports a Python test as a single case; with this file each test method counts, as
each TEST of a GoogleTest program does. The folder that it is started in, the root of the runfiles,
is importable: `from tools.lint import check_files`.
"""

import importlib.util
import os
import sys
import time
import unittest
from xml.etree import ElementTree


class CaseRecorder(unittest.TextTestResult):
    """Keeps what became of each case, beside the text that unittest itself prints."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = ElementTree.Element("testsuite")
        self._started = {}

    def startTest(self, test):
        super().startTest(test)
        self._started[test] = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self._record(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._record(test, "failure", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self._record(test, "error", self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._record(subtest, "failure", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._record(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._record(test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._record(test, "failure", "succeeded, though it is marked as an expected failure")

    def _record(self, test, outcome=None, text=""):
        suite, _, name = test.id().rpartition(".")
        seconds = time.monotonic() - self._started.get(test, time.monotonic())
        case = ElementTree.SubElement(
            self.cases, "testcase", classname=suite, name=name, time="%.3f" % seconds)
        if outcome:
            printable = "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
            ElementTree.SubElement(case, outcome, message=printable)


def main():
    path = os.path.abspath(sys.argv[1])
    sys.path.insert(0, os.getcwd())
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)

    # --test_filter reaches a test program in this variable; a filter that matches nothing runs nothing.
    chosen = os.environ.get("TESTBRIDGE_TEST_ONLY")
    program = unittest.main(
        module=module, exit=False, argv=[path] + sys.argv[2:] + (["-k", chosen] if chosen else []),
        testRunner=unittest.TextTestRunner(verbosity=2, resultclass=CaseRecorder))
    if os.environ.get("XML_OUTPUT_FILE"):
        ElementTree.ElementTree(program.result.cases).write(os.environ["XML_OUTPUT_FILE"])
    if program.result.testsRun == 0 and not chosen:
        print("no test ran", file=sys.stderr)
        return 1
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
