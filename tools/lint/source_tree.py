# SPDX-License-Identifier: MIT
"""The files that the checks look at: those of the checkout, not of a sandbox.

The checks are Bazel tests over the whole tree, which no list of inputs can name. They find it
through their own real path, since runfiles are links into the checkout, and carry the tag
"external", so that Bazel never answers from its cache.
"""

import os
import sys


def checkout():
    """The folder that is checked: the first argument, or the checkout that holds this file."""
    if len(sys.argv) > 1:
        return os.path.abspath(sys.argv[1])
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def files(root):
    """Paths of all files below root, relative to it and sorted; what Git or Bazel made is left out."""
    found = []
    for folder, subfolders, names in os.walk(root):
        at_top = folder == root
        subfolders[:] = [
            s for s in subfolders
            if not os.path.islink(os.path.join(folder, s)) and s != "__pycache__"
            and not (at_top and s in (".git", ".cache"))
        ]
        for name in names:
            if os.path.isfile(os.path.join(folder, name)):
                found.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as source:
        return source.read()


def report(check, root):
    """Runs check(root), prints each fault that it returns, and gives the exit status."""
    if not os.path.exists(os.path.join(root, "WORKSPACE")):
        print("%s is not a checkout: it has no WORKSPACE" % root)
        return 2
    faults = check(root)
    for fault in faults:
        print(fault)
    return 1 if faults else 0
