# SPDX-License-Identifier: MIT
"""A fuzz target twice: for libFuzzer, and as an ordinary test."""

load("//tools/deps:cc.bzl", "godwit_fuzz_target", "godwit_test")

def godwit_fuzz(name, deps, mutants = 20000):
    """<name>.cc as a libFuzzer program <name>, and as <name>_test, which runs the seeds of corpus/<name> and mutants of them."""
    godwit_fuzz_target(
        name = name,
        deps = deps + [":fuzz"],
    )
    corpus = "%s/corpus/%s" % (native.package_name(), name)
    godwit_test(
        name = name + "_test",
        srcs = [
            name + ".cc",
            "driver.cc",
        ],
        data = native.glob(["corpus/%s/*" % name]),
        local_defines = [
            'GODWIT_FUZZ_CORPUS=\\"%s\\"' % corpus,
            "GODWIT_FUZZ_MUTANTS=%d" % mutants,
        ],
        deps = deps + [":fuzz"],
    )
