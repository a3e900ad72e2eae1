# SPDX-License-Identifier: MIT
"""Repositories that Bazel 4.2.3 itself asks for, made here so that nothing is downloaded."""

_CC_RULES = [
    "cc_binary",
    "cc_import",
    "cc_library",
    "cc_proto_library",
    "cc_test",
    "cc_toolchain",
    "cc_toolchain_suite",
    "fdo_prefetch_hints",
    "fdo_profile",
    "objc_library",
]

def _native_rules_cc_impl(ctx):
    ctx.file("WORKSPACE", "workspace(name = \"rules_cc\")\n")
    ctx.file("BUILD.bazel", "")
    ctx.file("cc/BUILD.bazel", "")
    ctx.file("cc/defs.bzl", "".join(["%s = native.%s\n" % (r, r) for r in _CC_RULES]))

# @bazel_tools//tools/cpp loads @rules_cc; Debian's bazel-rules-cc is too new for Bazel 4.2.3, and
# the native rules are all that is needed.
native_rules_cc = repository_rule(implementation = _native_rules_cc_impl)

def _no_coverage_tools_impl(ctx):
    ctx.file("WORKSPACE", "workspace(name = \"remote_coverage_tools\")\n")
    ctx.file("BUILD.bazel", """
filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])
""")

# Every cc_test depends on the coverage report generator, even when no coverage is asked for.
no_coverage_tools = repository_rule(implementation = _no_coverage_tools_impl)
