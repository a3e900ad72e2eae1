#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each row of the table of what TLS must withstand names tests, and that they are there.

Usage: check_proofs.py [CHECKOUT]

A row of TABLE has two columns: what a peer does, and the tests, "`Suite.Test`" with commas between several.
"""

import re
import sys

import source_tree

TABLE = "tests/tls/README.md"

ROW = re.compile(r"^\| (?!What |-)(.*) \| (.*) \|$")
NAME = re.compile(r"`(\w+\.\w+)`")
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P)\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)


def check(root):
    tests = set()
    for path in source_tree.files(root):
        if path.startswith("tests/") and path.endswith("_test.cc"):
            tests.update(".".join(found) for found in TEST.findall(source_tree.read(root, path)))
    faults, rows = [], 0
    for number, line in enumerate(source_tree.read(root, TABLE).splitlines(), 1):
        row = ROW.match(line)
        if not row:
            continue
        rows += 1
        where = "%s:%d: " % (TABLE, number)
        names = NAME.findall(row.group(2))
        if not names or NAME.sub("", row.group(2)).strip(", "):
            faults.append(where + "the second column is `Suite.Test`, and more with commas between")
        faults.extend(where + "there is no test %s" % name for name in names if name not in tests)
    if rows == 0:
        faults.append(TABLE + ": no rows")
    return faults


if __name__ == "__main__":
    sys.exit(source_tree.report(check, source_tree.checkout()))
