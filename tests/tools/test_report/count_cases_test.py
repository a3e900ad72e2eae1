# SPDX-License-Identifier: MIT
"""The count that `tools/test` ends with: every way to fail is one failed case at least."""

import json
import os
import tempfile
import unittest

from tools.test_report import count_cases

FINISHED = {"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": "SUCCESS"}}}

GTEST = """<?xml version="1.0"?>
<testsuites tests="4" failures="1" disabled="1" name="AllTests">
  <testsuite name="Head">
    <testcase name="Ok" status="run" result="completed" classname="Head" />
    <testcase name="Bad" status="run" result="completed" classname="Head"><failure message="x"/></testcase>
    <testcase name="DISABLED_Off" status="notrun" result="suppressed" classname="Head" />
    <testcase name="Skips" status="run" result="skipped" classname="Head"><skipped message="x"/></testcase>
  </testsuite>
</testsuites>"""

ALL_GOOD = """<testsuites><testsuite>
<testcase name="A" classname="S"/><testcase name="B" classname="S"/></testsuite></testsuites>"""

# What Bazel writes for a program that wrote nothing.
FROM_BAZEL = """<testsuites><testsuite name="t" tests="1" failures="0" errors="1">
<testcase name="t" status="run"><error message="exited with error code 139"></error></testcase>
</testsuite></testsuites>"""


class CountCases(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def result(self, xml, status="PASSED", label="//t:t", **identity):
        outputs = []
        if xml is not None:
            # A space, because the events hold addresses and not paths.
            path = os.path.join(self.folder, "test %d.xml" % len(os.listdir(self.folder)))
            with open(path, "w", encoding="utf-8") as out:
                out.write(xml)
            outputs = [{"name": "test.xml", "uri": "file://" + path.replace(" ", "%20")}]
        identity = dict({"label": label, "run": 1, "shard": 1, "attempt": 1}, **identity)
        return {"id": {"testResult": identity}, "testResult": {"status": status, "testActionOutput": outputs}}

    def read(self, *events):
        return count_cases.read_events(json.dumps(e) for e in events)

    def expect(self, events, summary, good):
        report = self.read(*events)
        self.assertEqual(report.summary(), summary)
        self.assertEqual(report.good(), good)
        return report

    def test_all_good(self):
        self.expect([self.result(ALL_GOOD), FINISHED], "2 passed, 0 failed", True)

    def test_each_kind_of_case(self):
        report = self.expect([self.result(GTEST, "FAILED"), FINISHED], "1 passed, 1 failed, 2 skipped", False)
        self.assertEqual(report.failures, ["//t:t: Head.Bad"])

    def test_crash_counts_once(self):
        report = self.expect([self.result(FROM_BAZEL, "FAILED"), FINISHED], "0 passed, 1 failed", False)
        self.assertEqual(report.failures, ["//t:t: t"])

    def test_failure_after_the_last_case(self):
        self.expect([self.result(ALL_GOOD, "FAILED"), FINISHED], "2 passed, 1 failed", False)

    def test_timeout(self):
        self.expect([self.result(None, "TIMEOUT"), FINISHED], "0 passed, 1 failed", False)

    def test_unreadable_list_of_cases(self):
        self.expect([self.result("<testsuites>"), FINISHED], "0 passed, 1 failed", False)

    def test_shards_and_runs_add_up(self):
        events = [self.result(ALL_GOOD, shard=1), self.result(ALL_GOOD, shard=2), self.result(ALL_GOOD, run=2)]
        self.expect(events + [FINISHED], "6 passed, 0 failed", True)

    def test_last_attempt_counts(self):
        events = [self.result(FROM_BAZEL, "FAILED", attempt=1), self.result(ALL_GOOD, "PASSED", attempt=2)]
        self.expect(events + [FINISHED], "2 passed, 0 failed", True)

    def test_target_that_does_not_build(self):
        unbuilt = {"id": {"targetCompleted": {"label": "//t:lib"}}, "completed": {}}
        report = self.expect([self.result(ALL_GOOD), unbuilt, FINISHED], "2 passed, 1 failed", False)
        self.assertEqual(report.failures, ["//t:lib: does not build"])

    def test_target_that_was_never_tried(self):
        aborted = {"id": {"targetCompleted": {"label": "//t:lib"}}, "aborted": {"reason": "SKIPPED"}}
        self.expect([self.result(ALL_GOOD), aborted, FINISHED], "2 passed, 1 failed", False)

    def test_pattern_that_cannot_be_loaded(self):
        aborted = {"id": {"pattern": {"pattern": ["//no/such"]}}, "aborted": {"reason": "LOADING_FAILURE"}}
        report = self.expect([aborted, FINISHED], "0 passed, 1 failed", False)
        self.assertEqual(report.failures, ["//no/such: cannot be loaded"])

    def test_target_that_builds_is_no_case(self):
        built = {"id": {"targetCompleted": {"label": "//t:t"}}, "completed": {"success": True}}
        self.expect([built, self.result(ALL_GOOD), FINISHED], "2 passed, 0 failed", True)

    def test_nothing_ran(self):
        self.expect([FINISHED], "0 passed, 0 failed", False)

    def test_only_skipped(self):
        xml = "<testsuite><testcase name='a'><skipped/></testcase></testsuite>"
        self.expect([self.result(xml), FINISHED], "0 passed, 0 failed, 1 skipped", False)

    def test_failure_that_no_event_explains(self):
        failed = {"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": "BUILD_FAILURE", "code": 1}}}
        report = self.expect([self.result(ALL_GOOD), failed], "2 passed, 1 failed", False)
        self.assertEqual(report.failures, ["bazel: BUILD_FAILURE"])
        self.expect([self.result(ALL_GOOD, "FAILED"), failed], "2 passed, 1 failed", False)

    def test_run_cut_short(self):
        report = count_cases.read_events([json.dumps(self.result(ALL_GOOD)), '{"id":{"bui'])
        self.assertEqual(report.summary(), "2 passed, 1 failed")
        self.assertFalse(report.good())
