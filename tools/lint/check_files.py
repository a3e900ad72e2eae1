#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the shape of files: length, licence line, include guard, names, and what lies at the top.

Usage: check_files.py [CHECKOUT]
"""

import os
import re
import sys

import source_tree

MAX_LINES = 600
SOURCES = (".h", ".cc", ".py", ".bzl", ".sh")

# Names that say nothing about what is inside, so that everything ends up there.
DRAWERS = {"common", "helper", "helpers", "misc", "util", "utils"}

# Nothing else lies at the top, but for files and folders whose name begins with a dot.
TOP_FOLDERS = {"core", "tls", "parser", "tests", "benchmarks", "tools"}
TOP_FILES = {"BUILD.bazel", "WORKSPACE", "README.md", "LICENSE", "CHANGELOG.md"}
MADE_BY_TOOLS = {"compile_commands.json", "__pycache__"}

# Included once for each kernel, on purpose: the algorithm is written once, on the kernel's lanes.
INCLUDED_MANY_TIMES = ("parser/generic/",)


def check_text(path, text):
    """Faults of one source file."""
    faults = []
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        faults.append("%s: %d lines; the limit is %d" % (path, len(lines), MAX_LINES))
    first = lines[1:2] if text.startswith("#!") else lines[:1]
    marker = "//" if path.endswith((".h", ".cc")) else "#"
    if first != [marker + " SPDX-License-Identifier: MIT"]:
        faults.append("%s: its first line must be `%s SPDX-License-Identifier: MIT`" % (path, marker))
    if path.endswith(".h") and not path.startswith(INCLUDED_MANY_TIMES) and "#pragma once" not in lines:
        faults.append("%s: has no `#pragma once`" % path)
    return faults


def check_name(path):
    for part in path.split("/"):
        drawer = DRAWERS.intersection(re.split(r"[_.\-]", part.lower()))
        if drawer:
            return ["%s: `%s` names a drawer; name the idea" % (path, drawer.pop())]
    return []


def check_top(root):
    faults = []
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name)
        if name.startswith(".") or name in MADE_BY_TOOLS or (name.startswith("bazel-") and os.path.islink(path)):
            continue
        if name not in (TOP_FOLDERS if os.path.isdir(path) else TOP_FILES):
            faults.append("%s: does not belong at the top level" % name)
    return faults


def check(root):
    faults = check_top(root)
    for path in source_tree.files(root):
        faults += check_name(path)
        if path.endswith(SOURCES):
            faults += check_text(path, source_tree.read(root, path))
        elif not os.path.splitext(path)[1]:
            text = source_tree.read(root, path)
            faults += check_text(path, text) if text.startswith("#!") else []
    return faults


if __name__ == "__main__":
    sys.exit(source_tree.report(check, source_tree.checkout()))
