# SPDX-License-Identifier: MIT
"""Everything outside this repository that godwit is built from, one name each."""

load("//tools/deps:bazel_rules.bzl", "native_rules_cc", "no_coverage_tools")
load("//tools/deps:system_library.bzl", "system_library")

_ANDROID = "/usr/lib/{triplet}/android"

def _once(rule, name, **kwargs):
    # An embedder's WORKSPACE may have declared the name already; theirs wins.
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

def godwit_dependencies():
    """Declares the libraries that //core needs, and what its tests and tools need."""
    _once(native_rules_cc, "rules_cc")
    _once(no_coverage_tools, "remote_coverage_tools")

    # Bazel 4.2.3 loads @rules_java for its own tools; Debian ships it beside Bazel.
    _once(native.local_repository, "rules_java", path = "/usr/share/bazel/rules/java")

    _once(
        system_library,
        "libuv",
        package = "libuv1-dev",
        headers = ["uv.h", "uv"],
        libraries = {"libuv": "-luv -lpthread -ldl"},
    )

    # Target names are those of BoringSSL's own BUILD file, so a checkout can replace this one. The
    # libraries lie outside the linker's path and carry the same names as OpenSSL's: full paths.
    _once(
        system_library,
        "boringssl",
        package = "android-libboringssl-dev",
        include_root = "/usr/include/android",
        headers = ["openssl"],
        libraries = {
            "crypto": _ANDROID + "/libcrypto.so -Wl,-rpath," + _ANDROID,
            "ssl": _ANDROID + "/libssl.so :crypto",
        },
    )
    _once(
        system_library,
        "c_ares",
        package = "libc-ares-dev",
        include_root = "/usr/include",
        headers = ["ares.h", "ares_version.h", "ares_nameser.h", "ares_dns.h", "ares_rules.h", "ares_build.h"],
        libraries = {"ares": "-lcares"},
    )
    _once(
        system_library,
        "libidn2",
        package = "libidn2-dev",
        headers = ["idn2.h"],
        libraries = {"idn2": "-lidn2"},
    )
    # The decoder alone is needed; tests make with the encoder what it takes.
    _once(
        system_library,
        "brotli",
        package = "libbrotli-dev",
        headers = ["brotli"],
        libraries = {
            "brotlidec": "-lbrotlidec -lbrotlicommon",
            "brotlienc": "-lbrotlienc -lbrotlicommon",
        },
    )
    _once(
        system_library,
        "libpsl",
        package = "libpsl-dev",
        headers = ["libpsl.h"],
        libraries = {"psl": "-lpsl"},
    )
    _once(
        system_library,
        "com_google_googletest",
        package = "libgtest-dev",
        headers = ["gtest"],
        libraries = {
            "gtest": "-lgtest -lpthread",
            "gtest_main": "-lgtest_main :gtest",
        },
    )
    _once(
        system_library,
        "com_github_google_benchmark",
        package = "libbenchmark-dev",
        headers = ["benchmark"],
        libraries = {
            "benchmark": "-lbenchmark -lpthread",
            "benchmark_main": "-lbenchmark_main :benchmark",
        },
    )
    _once(
        system_library,
        "nlohmann_json",
        package = "nlohmann-json3-dev",
        headers = ["nlohmann"],
        libraries = {"json": ""},
    )

def godwit_benchmark_dependencies():
    """Declares the libraries that //benchmarks compares godwit with. Nothing else needs them."""
    _once(
        system_library,
        "libh2o",
        package = "libh2o-dev",
        headers = ["h2o.h"],
        libraries = {"libh2o": "-lh2o"},
    )
    _once(
        system_library,
        "http_parser",
        package = "libhttp-parser-dev",
        headers = ["http_parser.h"],
        libraries = {"http_parser": "-lhttp_parser"},
    )

    _once(
        system_library,
        "libcurl",
        package = "libcurl4-openssl-dev",
        include_root = "/usr/include/{triplet}",
        headers = ["curl"],
        libraries = {"libcurl": "-lcurl"},
    )

    # OpenSSL, which Beast speaks TLS through. Its headers are found without us, as Boost's are: beside BoringSSL's
    # they may not be.
    _once(
        system_library,
        "openssl",
        package = "libssl-dev",
        headers = ["openssl/ssl.h"],
        libraries = {"ssl": "-lssl -lcrypto"},
    )

    # One header stands for fifteen thousand, which the compiler finds in /usr/include without us.
    _once(
        system_library,
        "boost",
        package = "libboost1.81-dev",
        headers = ["boost/beast/version.hpp"],
        libraries = {"beast": "-lpthread"},
    )
