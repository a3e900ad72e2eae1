# SPDX-License-Identifier: MIT
"""The shape of files: each rule passes a good file and stops a bad one."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/lint")
import check_files  # noqa: E402

CC = "// SPDX-License-Identifier: MIT\n"
H = CC + "#pragma once\n"
PY = "# SPDX-License-Identifier: MIT\n"
SCRIPT = "#!/usr/bin/env bash\n" + PY


class Text(unittest.TestCase):
    def expect(self, path, text, fault=None):
        found = check_files.check_text(path, text)
        self.assertEqual(len(found), 1 if fault else 0, found)
        if fault:
            self.assertTrue(found[0].startswith(path + ": "), found)
            self.assertIn(fault, found[0])

    def test_good(self):
        for path, text in (("a/b.h", H), ("a/b.cc", CC), ("a/b.py", PY), ("a/b.bzl", PY), ("a/b.py", SCRIPT),
                           ("tools/run", SCRIPT)):
            with self.subTest(path=path):
                self.expect(path, text)

    def test_length(self):
        rows = check_files.MAX_LINES
        self.expect("a/b.cc", CC + "\n" * (rows - 1))
        self.expect("a/b.cc", CC + "\n" * rows, "%d lines" % (rows + 1))
        self.expect("tools/run", SCRIPT + "\n" * rows, "%d lines" % (rows + 2))

    def test_licence(self):
        for path, text in (("b.cc", ""), ("b.cc", "\n" + CC), ("b.cc", PY), ("b.cc", "// SPDX-License-Identifier: X\n"),
                           ("b.py", "import os\n" + PY), ("run", "#!/bin/sh\n"), ("run", "#!/bin/sh\n\n" + PY)):
            with self.subTest(path=path, text=text):
                self.expect(path, text, "SPDX")

    def test_include_guard(self):
        self.expect("a/b.h", CC, "#pragma once")
        self.expect("a/b.h", CC + "// #pragma once\n", "#pragma once")
        self.expect("parser/generic/parse_head.h", CC)


class Names(unittest.TestCase):
    def test_drawers(self):
        for path in ("core/utils.h", "core/util/a.h", "core/string_util.cc", "core/common.h", "tests/helpers/a.cc",
                     "core/misc.h", "tools/helper.py", "core/Utils.h", "core/http-common.h", "docs/misc.md"):
            with self.subTest(path=path):
                self.assertEqual(len(check_files.check_name(path)), 1)

    def test_names_that_only_look_like_one(self):
        for path in ("core/utility_value.h", "core/commonplace.h", "core/miscount.h", "core/futile.h"):
            with self.subTest(path=path):
                self.assertEqual(check_files.check_name(path), [])


class Checkout(unittest.TestCase):
    GOOD = {"WORKSPACE": "", "README.md": "", "LICENSE": "", ".bazelrc": "", ".ci/run": SCRIPT, "core/a.h": H,
            "tools/run": SCRIPT, "tests/data/raw": "\udcff", "core/BUILD.bazel": "", ".cache/utils.h": ""}

    def run_on(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8", errors="surrogateescape") as out:
                    out.write(text)
            os.symlink("/", os.path.join(root, "bazel-bin"))
            done = subprocess.run([sys.executable, "tools/lint/check_files.py", root],
                                  stdout=subprocess.PIPE, text=True, check=False)
            return done.returncode, done.stdout

    def test_good(self):
        self.assertEqual(self.run_on(self.GOOD), (0, ""))

    def test_each_fault_is_seen(self):
        for path, text in (("notes.txt", ""), ("src/a.h", H), ("core", ""), ("core/b.h", CC), ("core/b.cc", ""),
                           ("core/utils.md", ""), ("tools/build", "#!/bin/sh\n"), (".ci/next", "#!/bin/sh\n"),
                           ("tools/a.py", ""), ("tools/a.sh", "")):
            files = {p: t for p, t in self.GOOD.items() if not p.startswith(path + "/")}
            files[path] = text
            with self.subTest(path=path):
                status, out = self.run_on(files)
                self.assertEqual((status, out.count("\n")), (1, 1), out)
                self.assertTrue(out.startswith(path.split("/")[0]), out)
