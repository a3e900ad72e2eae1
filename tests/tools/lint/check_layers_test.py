# SPDX-License-Identifier: MIT
"""Include directions: one row for each arrow of the drawing, allowed and forbidden."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/lint")
import check_layers  # noqa: E402

ALLOWED = [
    ("parser/url.cc", "<array>"),
    ("parser/url.cc", "<string.h>"),
    ("parser/url.cc", '"godwit/parser/kernel/dispatch.h"'),
    ("parser/url_host.cc", "<idn2.h>"),
    ("parser/kernel/avx2.cc", "<immintrin.h>"),
    ("parser/kernel/neon.cc", "<arm_neon.h>"),
    ("tls/engine.cc", "<openssl/ssl.h>"),
    ("tls/engine.cc", '"godwit/tls/memory_bio.h"'),
    ("core/options.h", '"godwit/parser/url.h"'),
    ("core/options.h", '"godwit/core/error.h"'),
    ("core/client.cc", '"godwit/core/conn/pool.h"'),
    ("core/client.cc", '"godwit/core/net/loop_impl.h"'),
    ("core/headers.cc", '"godwit/parser/byte_class.h"'),
    ("core/ports/session.h", '"godwit/core/error.h"'),
    ("core/http1/http1_session.cc", '"godwit/parser/chunked_decoder.h"'),
    ("core/http1/http1_session.cc", '"godwit/core/ports/session.h"'),
    ("core/content/gzip.cc", "<zlib.h>"),
    ("core/content/brotli.cc", "<brotli/decode.h>"),
    ("core/policy/redirect.cc", '"godwit/parser/url.h"'),
    ("core/conn/exchange.cc", '"godwit/core/policy/redirect.h"'),
    ("core/conn/exchange.cc", '"godwit/core/content/block_buffer.h"'),
    ("core/net/tcp_transport.cc", "<uv.h>"),
    ("core/net/tls_transport.cc", '"godwit/tls/engine.h"'),
    ("core/net/ares_resolver.cc", "<ares.h>"),
    ("core/net/connector.cc", '"godwit/core/proxy/socks5.h"'),
    ("core/net/connector.cc", "<sys/socket.h>"),
    ("core/coro/await.h", '"godwit/core/client.h"'),
    ("tools/fetch/fetch.cc", '"godwit/core/client.h"'),
    ("tools/fetch/fetch.cc", '"godwit/tools/embedded_server/server.h"'),
    ("tools/fetch/fetch.cc", "<nlohmann/json.hpp>"),
    ("tools/embedded_server/server.cc", "<uv.h>"),
    ("tools/embedded_server/server.cc", "<openssl/ssl.h>"),
    ("tools/embedded_server/server.cc", '"godwit/tools/embedded_server/routes.h"'),
    ("benchmarks/parse_head/godwit.cc", '"godwit/parser/response_head.h"'),
    ("benchmarks/load/curl.cc", "<curl/curl.h>"),
    ("tests/core/http1/http1_session_test.cc", '"godwit/tls/engine.h"'),
    ("tests/core/http1/http1_session_test.cc", "<gtest/gtest.h>"),
]

FORBIDDEN = [
    ("parser/url.cc", '"godwit/core/error.h"'),
    ("parser/url.cc", '"godwit/tls/engine.h"'),
    ("parser/url.cc", "<idn2.h>"),
    ("parser/url.cc", "<immintrin.h>"),
    ("parser/url.cc", "<sys/socket.h>"),
    ("parser/url.cc", "<boost/asio.hpp>"),
    ("parser/url.cc", "<iostream>"),
    ("parser/url.cc", '"url.h"'),
    ("parser/url.cc", '"parser/url.h"'),
    ("parser/url.cc", '"godwit/parser/no_such_file.h"'),
    ("tls/engine.cc", "<uv.h>"),
    ("tls/engine.cc", "<sys/socket.h>"),
    ("tls/engine.cc", '"godwit/core/bytes.h"'),
    ("tls/engine.cc", '"godwit/parser/url.h"'),
    ("core/client.h", "<uv.h>"),
    ("core/client.h", "<openssl/ssl.h>"),
    ("core/client.h", '"godwit/core/conn/pool.h"'),
    ("core/client.h", '"godwit/core/ports/session.h"'),
    ("core/client.h", '"godwit/parser/chunked_decoder.h"'),
    ("core/client.h", '"godwit/parser/kernel/dispatch.h"'),
    ("core/client.cc", "<uv.h>"),
    ("core/client.cc", '"godwit/tls/engine.h"'),
    ("core/ports/session.h", '"godwit/core/http1/http1_session.h"'),
    ("core/ports/transport.h", "<uv.h>"),
    ("core/http1/http1_session.cc", "<uv.h>"),
    ("core/http1/http1_session.cc", '"godwit/tls/engine.h"'),
    ("core/http1/http1_session.cc", '"godwit/core/conn/pool.h"'),
    ("core/http1/http1_session.cc", '"godwit/core/net/loop_impl.h"'),
    ("core/content/gzip.cc", "<uv.h>"),
    ("core/content/gzip.cc", '"godwit/core/ports/session.h"'),
    ("core/proxy/socks5.cc", "<zlib.h>"),
    ("core/proxy/socks5.cc", '"godwit/core/conn/pool.h"'),
    ("core/policy/redirect.cc", '"godwit/tls/engine.h"'),
    ("core/policy/redirect.cc", '"godwit/core/conn/pool.h"'),
    ("core/conn/pool.cc", "<uv.h>"),
    ("core/conn/pool.cc", '"godwit/tls/engine.h"'),
    ("core/conn/pool.cc", '"godwit/core/http1/http1_session.h"'),
    ("core/conn/pool.cc", '"godwit/core/net/loop_impl.h"'),
    ("core/net/connector.cc", '"godwit/core/conn/pool.h"'),
    ("core/net/connector.cc", '"godwit/core/http1/http1_session.h"'),
    ("core/net/connector.cc", '"godwit/core/policy/redirect.h"'),
    ("core/net/connector.cc", "<openssl/ssl.h>"),
    ("core/coro/await.h", '"godwit/core/conn/pool.h"'),
    ("tools/fetch/fetch.cc", '"godwit/core/conn/pool.h"'),
    ("tools/fetch/fetch.cc", '"godwit/parser/chunked_decoder.h"'),
    ("tools/fetch/fetch.cc", "<uv.h>"),
    ("tools/embedded_server/server.cc", '"godwit/core/bytes.h"'),
    ("tools/embedded_server/server.cc", '"godwit/parser/url.h"'),
    ("tools/embedded_server/server.cc", '"godwit/tools/fetch/fetch.h"'),
    ("benchmarks/load/godwit.cc", '"godwit/core/conn/pool.h"'),
    ("core/http9/session.cc", "<array>"),
    ("stray.cc", "<array>"),
]

VIRTUAL = "class A {\n  virtual void f() = 0;\n};\n"


def faults(path, text):
    return check_layers.check_text(path, text, lambda target: "no_such" not in target)


class Includes(unittest.TestCase):
    def test_allowed(self):
        for path, header in ALLOWED:
            with self.subTest(path=path, header=header):
                self.assertEqual(faults(path, "#include %s\n" % header), [])

    def test_forbidden(self):
        for path, header in FORBIDDEN:
            with self.subTest(path=path, header=header):
                self.assertEqual(len(faults(path, "// why\n#include %s\n" % header)), 1)

    def test_fault_names_file_line_and_header(self):
        text = "#pragma once\n/* two\n lines */\n  #  include <uv.h>\n"
        self.assertEqual(faults("tls/a.h", text), ["tls/a.h:4: includes uv.h: tls/* may not use libuv"])

    def test_comments_include_nothing(self):
        self.assertEqual(faults("tls/a.h", "// #include <uv.h>\n/*\n#include <uv.h>\n*/\n"), [])

    def test_literals_hide_nothing(self):
        for text in ('auto s = "/*";\n#include <uv.h>\n', "char c = '\"';\n#include <uv.h>\n",
                     'auto r = R"x(/* ")x";\n#include <uv.h>\n'):
            with self.subTest(text=text):
                self.assertEqual(len(faults("tls/a.h", text)), 1)


class Virtual(unittest.TestCase):
    def test_in_interfaces(self):
        for path in ("core/ports/session.h", "core/response.h", "core/body.h", "tests/support/fake.h"):
            with self.subTest(path=path):
                self.assertEqual(faults(path, VIRTUAL), [])

    def test_elsewhere(self):
        for path in ("core/client.h", "core/conn/pool.h", "parser/url.h", "tls/engine.h", "tools/fetch/fetch.h"):
            with self.subTest(path=path):
                found = faults(path, VIRTUAL)
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].startswith(path + ":2: "))

    def test_between_digit_separators(self):
        self.assertEqual(len(faults("core/client.h", "int a = 1'0; virtual void f(); int b = 2'0;\n")), 1)

    def test_in_words_only(self):
        text = '// not virtual\nconst char* a = "virtual";\nint virtually;\nvoid f() override;\n'
        self.assertEqual(faults("core/client.h", text), [])


class Checkout(unittest.TestCase):
    """The program as Bazel and a person start it."""

    def run_on(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run([sys.executable, "tools/lint/check_layers.py", root],
                                  stdout=subprocess.PIPE, text=True, check=False)
            return done.returncode, done.stdout

    def test_good(self):
        files = {"WORKSPACE": "", "tls/a.h": "", "tls/a.cc": '#include "godwit/tls/a.h"\n'}
        self.assertEqual(self.run_on(files), (0, ""))

    def test_bad(self):
        status, out = self.run_on({"WORKSPACE": "", "tls/a.cc": '#include "godwit/tls/a.h"\n#include <uv.h>\n'})
        self.assertEqual(status, 1)
        self.assertEqual(out.count("\n"), 2)

    def test_what_git_and_bazel_made_is_left_out(self):
        bad = "#include <uv.h>\n"
        self.assertEqual(self.run_on({"WORKSPACE": "", ".git/a.h": bad, ".cache/tls/a.h": bad}), (0, ""))

    def test_no_checkout(self):
        self.assertEqual(self.run_on({"tls/a.h": ""})[0], 2)
