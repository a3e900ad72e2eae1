#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the test cases of one `bazel test` run and ends by printing `N passed, N failed`.

Usage: count_cases.py EVENTS

EVENTS is what `bazel test --build_event_json_file=EVENTS` wrote: it names the tests of this run and
the test.xml of each. Counted as one failed case each: a target that does not build, a test that
leaves no readable test.xml, and a test that fails although every case in its test.xml passed (it
crashed on the way out, leaked, or ran out of time). Cases that did not run are counted as skipped.
The exit status is 0 only if cases passed and none failed.
"""

import collections
import json
import sys
import urllib.parse
from xml.etree import ElementTree


class Report:
    """What a run amounts to: numbers, and one line for each failure."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []

    def summary(self):
        line = "%d passed, %d failed" % (self.passed, len(self.failures))
        return line + (", %d skipped" % self.skipped if self.skipped else "")

    def good(self):
        return self.passed > 0 and not self.failures

    def add_run(self, label, status, xml_path):
        """Adds the cases of one test run, whose verdict by Bazel is status."""
        failed_before = len(self.failures)
        try:
            # A program without any case writes no testcase element: then only its status counts.
            for case in ElementTree.parse(xml_path).getroot().iter("testcase"):
                self._add_case(label, case)
        except (OSError, ElementTree.ParseError, TypeError):
            self.failures.append("%s: %s, and no list of its cases" % (label, status))
        if status != "PASSED" and len(self.failures) == failed_before:
            self.failures.append("%s: %s" % (label, status))

    def _add_case(self, label, case):
        if case.find("failure") is not None or case.find("error") is not None:
            name = ".".join(n for n in (case.get("classname"), case.get("name")) if n)
            self.failures.append("%s: %s" % (label, name))
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            self.skipped += 1
        else:
            self.passed += 1


def xml_path_of(result):
    for output in result.get("testActionOutput", []):
        if output.get("name") == "test.xml":
            return urllib.parse.unquote(urllib.parse.urlparse(output.get("uri", "")).path)
    return None


def read_events(lines):
    """Sums up a run from its events, one JSON object a line."""
    report = Report()
    runs = collections.OrderedDict()  # A later attempt at the same run replaces an earlier one.
    unbuilt = collections.OrderedDict()
    ending = None
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # Bazel was killed in the middle of a line: there is no "finished" then.
        identity = event.get("id", {})
        if "testResult" in event:
            key = identity["testResult"]
            runs[key["label"], key.get("run"), key.get("shard")] = event["testResult"]
        elif "targetCompleted" in identity and not event.get("completed", {}).get("success"):
            unbuilt[identity["targetCompleted"]["label"]] = "does not build"
        elif "aborted" in event and "pattern" in identity:
            unbuilt[" ".join(identity["pattern"].get("pattern", []))] = "cannot be loaded"
        elif "finished" in event:
            ending = event["finished"].get("exitCode", {})

    for label, reason in unbuilt.items():
        if not any(run[0] == label for run in runs):
            report.failures.append("%s: %s" % (label, reason))
    for (label, _, _), result in runs.items():
        report.add_run(label, result.get("status", "NO_STATUS"), xml_path_of(result))
    if ending is None:
        report.failures.append("the run was cut short")
    elif ending.get("code", 0) != 0 and not report.failures:
        report.failures.append("bazel: %s" % ending.get("name", ending["code"]))
    return report


def main():
    if len(sys.argv) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(sys.argv[1], encoding="utf-8") as events:
            report = read_events(events)
    except OSError as error:
        print("tools/test: no report of the run: %s" % error, file=sys.stderr)
        report = Report()
        report.failures.append("nothing ran")
    for failure in report.failures:
        print("FAILED %s" % failure)
    print(report.summary())
    return 0 if report.good() else 1


if __name__ == "__main__":
    sys.exit(main())
