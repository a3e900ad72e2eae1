# SPDX-License-Identifier: MIT
"""The format check: stops a file that clang-format would change, and says so when there is none."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/lint")
import check_format  # noqa: E402

GOOD = "int main() {\n  return 0;\n}\n"


class Format(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        shutil.copy(".clang-format", self.root)
        self.write("core/good.cc", GOOD)

    def write(self, path, text):
        os.makedirs(os.path.join(self.root, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(self.root, path), "w", encoding="utf-8") as out:
            out.write(text)

    def test_good(self):
        self.assertEqual(check_format.check(self.root), [])

    def test_bad_source(self):
        self.write("core/bad.cc", "int a;\nint  b;\nint  c;\n")
        self.assertEqual(check_format.check(self.root), ["core/bad.cc:2: clang-format would change it"])

    def test_bad_header(self):
        self.write("tests/support/bad.h", "int *p;\n")
        self.assertEqual(len(check_format.check(self.root)), 1)

    def test_last_of_many(self):
        for number in range(check_format.FILES_PER_RUN * 2):
            self.write("core/a%d.cc" % number, GOOD)
        self.write("core/z.cc", "int  x;\n")
        self.assertEqual(check_format.check(self.root), ["core/z.cc:1: clang-format would change it"])

    def test_other_files_are_left_alone(self):
        self.write("tools/a.py", "x  =  1\n")
        self.assertEqual(check_format.check(self.root), [])

    def test_broken_configuration_is_a_fault(self):
        self.write(".clang-format", "NoSuchOption: true\n")
        self.assertEqual(len(check_format.check(self.root)), 1)

    def test_missing_program_names_its_package(self):
        found = check_format.check(self.root, program="no-such-clang-format")
        self.assertEqual(len(found), 1)
        self.assertIn("clang-format", found[0])
        self.assertIn("Debian package", found[0])
