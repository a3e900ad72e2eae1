#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each row of the inventory of http.client has a test, and that tests name rows that are there.

Usage: check_inventory.py [CHECKOUT]

A row is a line of a table in INVENTORY that begins with its id: "| `1.3/putheader` | ...". A test names
it in a comment directly above itself, "// row: 1.3/putheader" (in Python "# row: ..."), with commas
between several; further comments may stand between.
"""

import re
import sys

import source_tree

INVENTORY = "tests/http_client/inventory.md"

ROW = re.compile(r"^\| `([^`]*)` \|")
ID = re.compile(r"1\.\d+/[a-z0-9.\-]+")

# A test of each language, and what a comment of it begins with.
LANGUAGES = {
    ".cc": ("//", re.compile(r"^(TEST|TEST_F|TEST_P|TYPED_TEST)\(")),
    ".py": ("#", re.compile(r"^\s*(def test|class )")),
}


def rows_of(text):
    """The ids of the inventory, in order, and the faults of its form."""
    rows, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        found = ROW.match(line)
        if not found:
            continue
        where = "%s:%d: " % (INVENTORY, number)
        row = found.group(1)
        if not ID.fullmatch(row):
            faults.append(where + "`%s` is not an id as 1.3/putheader is" % row)
        if row in rows:
            faults.append(where + "`%s` is there twice" % row)
        if line.count(" | ") != 2:
            faults.append(where + "a row has three columns")
        rows.append(row)
    return rows, faults


def named_in(path, text):
    """(line, id) for each row that a test of this file names, and the faults of comments above no test."""
    named, faults = [], []
    comment, test = LANGUAGES[path[path.rfind("."):]]
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        mark = re.match(r"^\s*%s row: (.*)$" % comment, line)
        if not mark:
            continue
        below = number
        while below < len(lines) and lines[below].lstrip().startswith(comment):
            below += 1
        if below == len(lines) or not test.match(lines[below]):
            faults.append("%s:%d: names a row above no test" % (path, number))
        named += [(number, row.strip()) for row in mark.group(1).split(",")]
    return named, faults


def check(root):
    rows, faults = rows_of(source_tree.read(root, INVENTORY))
    tested = set()
    for path in source_tree.files(root):
        if not path.startswith("tests/") or not path.endswith(tuple(LANGUAGES)):
            continue
        named, found = named_in(path, source_tree.read(root, path))
        faults += found
        for number, row in named:
            tested.add(row)
            if row not in rows:
                faults.append("%s:%d: `%s` is no row of %s" % (path, number, row, INVENTORY))
    faults += ["%s: no test names `%s`" % (INVENTORY, r) for r in rows if r not in tested]
    return faults


if __name__ == "__main__":
    sys.exit(source_tree.report(check, source_tree.checkout()))
