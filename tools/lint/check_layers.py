#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the include directions: what each part of the house may know of the others.

Usage: check_layers.py [CHECKOUT]

The first row of LAYERS whose pattern matches a file says what the file may include. `*` in a pattern
stands for anything but a slash, `**` for anything. A file may always include what lies in its own
folder. A file that no row matches is a fault, so that a new folder gets a row before it gets users.
"""

import collections
import os
import re
import sys

import source_tree

ANY = ["**"]

# The vocabulary that users see: core's own headers, and those of the parser that define plain values
# and nothing that has a state.
CORE = [
    "core/*.h",
    "parser/byte_class.h",
    "parser/field.h",
    "parser/field_value.h",
    "parser/head.h",
    "parser/hostport.h",
    "parser/http_date.h",
    "parser/parse_error.h",
    "parser/parse_options.h",
    "parser/response_head.h",
    "parser/set_cookie.h",
    "parser/url.h",
    "parser/url_host.h",
    "parser/utf8.h",
]
PORTS = ["core/ports/*.h"]
PARSER = ["parser/**"]

# Headers that are neither ours nor the language's, by the name that the rows below use for them.
OUTSIDE = {
    # inet_pton turns text into bytes; it knows no more of sockets than a string does.
    "addresses": ["arpa/inet.h"],
    "ares": ["ares.h", "ares_*.h"],
    "boringssl": ["openssl/**"],
    "codecs": ["zlib.h", "brotli/*.h", "zstd.h", "zstd_errors.h"],
    "libidn2": ["idn2.h"],
    "libpsl": ["libpsl.h"],
    "libuv": ["uv.h", "uv/**"],
    "posix": [
        "dirent.h", "fcntl.h", "ifaddrs.h", "net/*.h", "netdb.h", "netinet/*.h", "poll.h",
        "pthread.h", "pwd.h", "sched.h", "spawn.h", "strings.h", "sys/*.h", "termios.h", "unistd.h",
    ],
    "simd": ["*intrin.h", "arm_neon.h", "arm_acle.h", "cpuid.h"],
    "tools": ["nlohmann/**"],
}

Layer = collections.namedtuple("Layer", "files ours outside")

LAYERS = [
    Layer("parser/url_host.*", PARSER, ["libidn2"]),
    Layer("parser/kernel/*", PARSER, ["simd"]),
    Layer("parser/generic/*", PARSER, ["simd"]),
    Layer("parser/*", PARSER, []),
    Layer("tls/public_suffix.*", [], ["libpsl"]),
    # Certificates may come compressed (RFC 8879).
    Layer("tls/compressed_certificates.*", [], ["boringssl", "codecs"]),
    # A line of the log is one write, made by whom it may concern alone.
    Layer("tls/key_log.*", [], ["boringssl", "posix"]),
    Layer("tls/*", [], ["boringssl", "addresses"]),
    Layer("core/*.h", CORE, []),
    Layer("core/*.cc", ["core/**"] + PARSER, []),
    Layer("core/ports/*", CORE, []),
    Layer("core/http1/*", CORE + PORTS + PARSER, []),
    Layer("core/content/*", CORE + PARSER, ["codecs"]),
    Layer("core/proxy/*", CORE + PARSER, []),
    Layer("core/policy/*", CORE + PARSER, []),
    Layer("core/conn/*", CORE + PORTS + ["core/content/*.h", "core/policy/*.h"], []),
    Layer("core/net/*", CORE + PORTS + ["core/proxy/*.h", "tls/*.h"], ["libuv", "ares", "addresses", "posix"]),
    Layer("core/blocking/*", CORE, []),
    Layer("core/coro/*", CORE, []),
    Layer("core/capi/*", CORE, []),
    # The server is the client's independent peer: it finds the client's faults by sharing none.
    Layer("tools/embedded_server/**", [], ["libuv", "boringssl", "addresses", "posix"]),
    Layer("tools/**", CORE + ["tools/**"], ["tools", "addresses", "posix"]),
    # A micro-benchmark includes the part that it measures, beside core's headers.
    Layer("benchmarks/parse_head/*", CORE + PARSER, ANY),
    Layer("benchmarks/chunked/*", CORE + PARSER, ANY),
    Layer("benchmarks/tls/*", CORE + PORTS + ["core/net/*.h", "tls/*.h", "tests/support/*.h", "benchmarks/tls/*.h", "tools/**"],
          ANY),
    Layer("benchmarks/**", CORE + ["benchmarks/**", "tools/**"], ANY),
    Layer("tests/**", ANY, ANY),
]

# Interfaces live in the ports, beside the two that users implement; all else is final or not virtual.
MAY_BE_VIRTUAL = ["core/ports/*", "core/response.h", "core/body.h", "tests/**"]

# The library prints nothing.
LIBRARY = ["parser/**", "tls/**", "core/**"]
FORBIDDEN_IN_LIBRARY = {"iostream"}

# Any name without a slash and an extension is the standard library's; these are C's.
C_HEADERS = {
    "assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "limits.h", "locale.h", "math.h", "signal.h",
    "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "time.h",
}

# Headers that the build makes.
GENERATED = {"tools/load/report/page_text.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.M)
# Numbers come first, since their separators are not character literals.
NOT_CODE = re.compile(
    r"""\b[0-9](?:'?[\w.])*"""
    r"""|(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<text>R"(?P<mark>[^(\s"]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.S)


def matches(path, patterns):
    return any(_compiled(p).fullmatch(path) for p in patterns)


def _compiled(pattern, cache={}):
    if pattern not in cache:
        parts = re.split(r"(\*\*|\*)", pattern)
        cache[pattern] = re.compile("".join({"**": ".*", "*": "[^/]*"}.get(p, re.escape(p)) for p in parts))
    return cache[pattern]


def blanked(text, what):
    """The text with comments (and literals, if what says so) made empty; lines keep their numbers."""
    def blank(match):
        return "\n" * match.group().count("\n") if any(match.group(w) for w in what) else match.group()
    return NOT_CODE.sub(blank, text)


def outside_group(header):
    for group, patterns in OUTSIDE.items():
        if matches(header, patterns):
            return group
    return None


def fault_of_own(path, header, layer, exists):
    """Why a file may not include "header", or None."""
    if not header.startswith("godwit/"):
        return 'ours are named from the root, "godwit/<folder>/<file>.h", and all others <so>'
    target = header[len("godwit/"):]
    if not exists(target):
        return "there is no such file"
    if os.path.dirname(target) == os.path.dirname(path) or matches(target, layer.ours):
        return None
    return "%s may not know it" % layer.files


def fault_of_outside(path, header, layer):
    """Why a file may not include <header>, or None."""
    if matches(path, LIBRARY) and header in FORBIDDEN_IN_LIBRARY:
        return "the library prints nothing"
    if layer.outside is ANY or header in C_HEADERS or re.fullmatch(r"[a-z0-9_]+", header):
        return None
    group = outside_group(header)
    if group in layer.outside:
        return None
    return "%s may not use %s" % (layer.files, group or "a library that the table does not name")


def check_text(path, text, exists):
    """Faults of one file; exists(path) tells whether a path is in the checkout."""
    layer = next((l for l in LAYERS if matches(path, [l.files])), None)
    if layer is None:
        return ["%s: no layer: give its folder a row in tools/lint/check_layers.py" % path]
    faults = []
    code = blanked(text, ["comment"])
    for match in INCLUDE.finditer(code):
        own, outside = match.groups()
        if own is not None:
            reason = fault_of_own(path, own, layer, exists)
        else:
            reason = fault_of_outside(path, outside, layer)
        if reason:
            line = code.count("\n", 0, match.start()) + 1
            faults.append("%s:%d: includes %s: %s" % (path, line, own or outside, reason))
    if not matches(path, MAY_BE_VIRTUAL):
        for number, line in enumerate(blanked(text, ["comment", "text"]).split("\n"), 1):
            if re.search(r"\bvirtual\b", line):
                faults.append("%s:%d: `virtual` belongs to core/ports and the two user interfaces" % (path, number))
    return faults


def check(root):
    def exists(path):
        return path in GENERATED or os.path.isfile(os.path.join(root, path))
    faults = []
    for path in source_tree.files(root):
        if path.endswith((".h", ".cc")):
            faults += check_text(path, source_tree.read(root, path), exists)
    return faults


if __name__ == "__main__":
    sys.exit(source_tree.report(check, source_tree.checkout()))
