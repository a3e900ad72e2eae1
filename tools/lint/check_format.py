#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that clang-format would change nothing in any .h and .cc file.

Usage: check_format.py [CHECKOUT]; to format what is wrong: clang-format -i FILE...
"""

import re
import subprocess
import sys

import source_tree

FILES_PER_RUN = 40
COMPLAINT = re.compile(r"^(\S.*?):(\d+):\d+: error: ", re.M)


def check(root, program="clang-format"):
    paths = [p for p in source_tree.files(root) if p.endswith((".h", ".cc"))]
    faults = []
    for start in range(0, len(paths), FILES_PER_RUN):
        command = [program, "--dry-run", "--Werror", "--style=file"] + paths[start:start + FILES_PER_RUN]
        try:
            done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
        except FileNotFoundError:
            return ["%s is missing. Install the Debian package clang-format, or run:  tools/setup --tests"
                    % program]
        # Its first complaint about each file is enough: the remedy is the same for all of them.
        lines = dict(m.groups() for m in reversed(list(COMPLAINT.finditer(done.stdout))))
        faults += ["%s:%s: clang-format would change it" % at for at in sorted(lines.items())]
        if done.returncode != 0 and not lines:
            faults.append("%s failed with status %d: %s" % (program, done.returncode, done.stdout))
    return faults


if __name__ == "__main__":
    sys.exit(source_tree.report(check, source_tree.checkout()))
