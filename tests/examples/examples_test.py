# SPDX-License-Identifier: MIT
"""The examples do what they say, beside the embedded server."""

import json
import os
import re
import subprocess
import unittest


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ca = os.path.join(os.environ["TEST_TMPDIR"], "ca.pem")
        server = subprocess.Popen([os.path.abspath("tools/embedded_server/embedded_server"), "--ca-out", cls.ca],
                                  stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(server.stdout.close)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.kill)
        cls.http, cls.https = (server.stdout.readline().strip().rstrip("/") for _ in range(2))

    def run_example(self, name, *arguments, status=0, **options):
        done = subprocess.run([os.path.abspath("tests/examples/" + name), *arguments], capture_output=True, text=True,
                              timeout=50, check=False, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def test_crawl(self):
        pages = [f"{self.http}/bytes/{n}" for n in range(500)]
        pages += [self.https + "/redirect/3", self.http + "/redirect-loop", self.http + "/fault/close-before-response",
                  self.http + "/bytes/17m", "no url"]
        lines = self.run_example("crawl", self.ca, input="\n".join(pages) + "\n").stdout.splitlines()
        self.assertEqual(len(lines), len(pages))
        said = {}
        for line in lines:
            url, status, size, outcome = re.fullmatch(r"(.*?) (\d+) (\d+) bytes, sum \d+, [\d.]+ ms: (.*)",
                                                      line).groups()
            said[url] = (int(status), int(size), outcome)
        for n in range(500):
            self.assertEqual(said[pages[n]], (200, n, "ok"))
        redirected, loop, cut, large, nothing = (said[page] for page in pages[500:])
        self.assertEqual((redirected[0], redirected[2]), (200, "ok"))
        self.assertEqual((loop[0], loop[2]), (302, "ok"))
        self.assertTrue(cut[2].startswith("remote-disconnected"), cut)
        self.assertEqual(large[0], 200)
        received = re.match(r"cancelled in body after (\d+) of 17825792 bytes", large[2])
        self.assertTrue(received, large)
        self.assertLess(abs(int(received[1]) - (16 << 20)), 128 << 10)
        self.assertTrue(nothing[2].startswith("invalid-url"), nothing)

    def test_crawl_says_what_is_wrong_with_its_file(self):
        self.assertIn("missing.pem", self.run_example("crawl", "missing.pem", input="", status=2).stderr)

    def test_upload(self):
        sent = "".join(f"{n}\n" for n in range(1, 10001))
        answer = json.loads(self.run_example("upload", self.http + "/upload", "10000").stdout)
        self.assertEqual(answer["bytes"], len(sent))
        self.assertIn('"X-Lines"', self.run_example("upload", self.http + "/echo/", "10000").stdout)
        refused = self.run_example("upload", self.http + "/expect/reject", "10000", status=1)
        self.assertTrue(refused.stderr.startswith("upload: 417"), refused.stderr)

    def test_threads(self):
        self.assertEqual(self.run_example("threads", self.http + "/bytes/10", "1000").stdout, "1000 good, 0 bad\n")
        self.assertEqual(self.run_example("threads", self.http + "/status/404", "10", status=1).stdout,
                         "0 good, 10 bad\n")

    def test_own_loop(self):
        lines = self.run_example("own_loop", self.http + "/", "3").stdout.splitlines()
        self.assertEqual(len(lines), 3)
        for line, connection in zip(lines, ("new", "same", "same")):
            self.assertRegex(line, rf"^200 after [\d.]+ ms, {connection} connection: ok$")


if __name__ == "__main__":
    unittest.main()
