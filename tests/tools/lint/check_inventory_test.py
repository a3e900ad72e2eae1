# SPDX-License-Identifier: MIT
"""The inventory check: every row has a test, every test that names a row names one that is there."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/lint")
import check_inventory  # noqa: E402

INVENTORY = """# Rows

## 1.1 One

| Row | http.client | godwit |
|---|---|---|
| `1.1/a` | x | y |
| `1.1/b-c` | x | y |

## 1.10 Two

| Row | http.client | godwit |
|---|---|---|
| `1.10/3.12` | x | y |
"""
CC = "// row: 1.1/a, 1.1/b-c\n// why\nTEST(A, b) {\n"
PY = "class A:\n    # row: 1.10/3.12\n    def test_a(self):\n"


class Inventory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write(check_inventory.INVENTORY, INVENTORY)
        self.write("tests/a_test.cc", CC)
        self.write("tests/deep/b_test.py", PY)

    def write(self, path, text):
        os.makedirs(os.path.dirname(os.path.join(self.root, path)), exist_ok=True)
        with open(os.path.join(self.root, path), "w", encoding="utf-8") as out:
            out.write(text)

    def expect(self, *faults):
        self.assertEqual(check_inventory.check(self.root), list(faults))

    def test_good(self):
        self.expect()

    def test_row_without_a_test(self):
        self.write("tests/a_test.cc", CC.replace(", 1.1/b-c", ""))
        self.expect("tests/http_client/inventory.md: no test names `1.1/b-c`")

    def test_a_name_in_plain_text_is_no_test(self):
        self.write("tests/a_test.cc", CC.replace("row: ", "rows "))
        self.assertEqual(len(check_inventory.check(self.root)), 2)

    def test_unknown_row(self):
        self.write("tests/c_test.cc", "\n// row: 1.1/z\nTEST_F(A, b) {\n")
        self.expect("tests/c_test.cc:2: `1.1/z` is no row of tests/http_client/inventory.md")

    def test_row_above_no_test(self):
        for text in ("// row: 1.1/a\n\nTEST(A, b) {\n", "// row: 1.1/a\n", "// row: 1.1/a\nint a;\n"):
            with self.subTest(text=text):
                self.write("tests/c_test.cc", text)
                self.expect("tests/c_test.cc:1: names a row above no test")

    def test_only_tests_name_rows(self):
        self.write("tests/a_test.cc", "")
        self.write("core/a_test.cc", CC)
        self.assertEqual(len(check_inventory.check(self.root)), 2)

    def test_form_of_the_inventory(self):
        for line, fault in (("| `1.1/a` | x | y |", "`1.1/a` is there twice"),
                            ("| `putheader` | x | y |", "`putheader` is not an id as 1.3/putheader is"),
                            ("| `1.1/a b` | x | y |", "`1.1/a b` is not an id as 1.3/putheader is"),
                            ("| `1.1/d` | x |", "a row has three columns")):
            with self.subTest(line=line):
                self.write(check_inventory.INVENTORY, INVENTORY + line + "\n")
                found = check_inventory.check(self.root)
                self.assertEqual(found[0], "tests/http_client/inventory.md:15: " + fault)

    def test_the_inventory_itself_must_be_there(self):
        os.remove(os.path.join(self.root, check_inventory.INVENTORY))
        with self.assertRaises(FileNotFoundError):
            check_inventory.check(self.root)
