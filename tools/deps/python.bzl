# SPDX-License-Identifier: MIT
"""Python tests: Bazel 4.2.3's own py_test asks for a program called `python`, which Debian has not."""

def godwit_python_test(name, srcs = None, data = [], args = [], size = "small", **kwargs):
    """A unittest file, <name>.py unless said otherwise; what it imports and reads is in data."""
    main = (srcs or [name + ".py"])[0]
    native.sh_test(
        name = name,
        size = size,
        srcs = ["//tools/test_report:unittest_main.py"],
        args = ["$(location %s)" % main] + args,
        data = (srcs or [main]) + data,
        **kwargs
    )
