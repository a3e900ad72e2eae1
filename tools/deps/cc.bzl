# SPDX-License-Identifier: MIT
"""The project's own C++ targets: one place for warnings and for the include prefix."""

# Options are structs with defaults, made with designated initializers: leaving members out is the point.
_WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wno-missing-field-initializers"]

# _own_copts are a target's options. This repository's .bazelrc does not reach a program that embeds it: there
# the standard has to come from here, and a warning of a compiler that we never saw is not that program's
# affair.
def _own_copts():
    if native.repository_name() == "@":
        return _WARNINGS + ["-Werror"]
    return _WARNINGS + ["-std=c++20"]

# The library never throws and never asks for a type at run time; it must build in programs that
# forbid both.
_LIBRARY = ["-fno-exceptions", "-fno-rtti"]

def godwit_library(name, copts = [], **kwargs):
    """A part of the library. Its headers are included as "godwit/<folder>/<file>.h"."""
    native.cc_library(
        name = name,
        copts = _own_copts() + _LIBRARY + copts,
        include_prefix = "godwit/" + native.package_name(),
        **kwargs
    )

def godwit_test(name, srcs = None, deps = [], copts = [], size = "small", **kwargs):
    """A GoogleTest program; its source is <name>.cc unless said otherwise."""
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs or [name + ".cc"],
        copts = _own_copts() + copts,
        linkstatic = True,
        deps = deps + ["@com_google_googletest//:gtest_main"],
        **kwargs
    )

def godwit_binary(name, copts = [], **kwargs):
    """A program that uses the library as any embedder would."""
    native.cc_binary(
        name = name,
        copts = _own_copts() + copts,
        **kwargs
    )

def godwit_fuzz_target(name, srcs = None, copts = [], linkopts = [], tags = [], **kwargs):
    """A libFuzzer program; its source is <name>.cc unless said otherwise. Only --config=fuzz builds it."""
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs or [name + ".cc"],
        copts = _own_copts() + copts,
        linkopts = ["-fsanitize=fuzzer"] + linkopts,
        tags = ["manual"] + tags,
        **kwargs
    )
