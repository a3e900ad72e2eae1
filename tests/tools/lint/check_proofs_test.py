# SPDX-License-Identifier: MIT
"""The check of proofs: every row names tests, and each of them is there."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/lint")
import check_proofs  # noqa: E402

HEAD = "# Proofs\n\n| What a peer does | Tests |\n|---|---|\n"


class Proofs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write("tests/a_test.cc", "TEST(A, One) {}\nTEST_F(B, Two) {}\nTEST_P(C,\n       Three) {}\n")

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def faults(self, rows):
        self.write(check_proofs.TABLE, HEAD + rows)
        return check_proofs.check(self.root)

    def test_good(self):
        self.assertEqual(self.faults("| x | `A.One` |\n| y | `B.Two`, `C.Three` |\n"), [])

    def test_a_test_that_is_not_there(self):
        self.assertEqual(self.faults("| x | `A.One`, `A.Two` |\n"),
                         ["tests/tls/README.md:5: there is no test A.Two"])

    def test_a_row_without_tests(self):
        for column in ("", "`A.One` and more", "A.One"):
            self.assertEqual(len(self.faults("| x | %s |\n" % column)), 1, column)

    def test_no_rows(self):
        self.assertEqual(len(self.faults("")), 1)


if __name__ == "__main__":
    unittest.main()
