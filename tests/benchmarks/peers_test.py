# SPDX-License-Identifier: MIT
"""Each peer does the work that it is told to do, and admits what failed."""

import os
import sys
import unittest

sys.path.insert(0, os.path.abspath("benchmarks/driver"))
# pylint: disable=wrong-import-position
import client
import servers

PEERS = ["floor/epoll", "floor/libuv", "requests/godwit_handler", "requests/godwit_callback",
         "requests/godwit_connection"]
GODWIT = PEERS[2:4]
TLS = ["floor/boringssl", *GODWIT]
PYTHON = [sys.executable, "benchmarks/requests/http_client.py"]


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.Embedded("tools/embedded_server/embedded_server")
        cls.addClassCleanup(cls.server.stop)

    def run_peer(self, peer, url, *arguments):
        program = peer if isinstance(peer, list) else ["benchmarks/" + peer]
        return client.run([[*program, url, *map(str, arguments)]]).report

    def test_all_requests_are_answered(self):
        for peer in [*PEERS, PYTHON]:
            with self.subTest(peer):
                done = self.run_peer(peer, self.server.plain + "/bytes/100", 3, 20)
                self.assertEqual((done["requests"], done["failed"], done["body"]), (20, 0, 2000))

    def test_more_connections_than_requests(self):
        for peer in PEERS:
            with self.subTest(peer):
                self.assertEqual(self.run_peer(peer, self.server.plain + "/bytes/100", 5, 2)["requests"], 2)

    def test_think_time(self):
        for peer in PEERS:
            with self.subTest(peer):
                self.assertEqual(self.run_peer(peer, self.server.plain + "/bytes/10", 2, 6, "--think=20")["body"], 60)

    def test_a_connection_each(self):
        for peer in ["floor/libuv", *GODWIT]:
            with self.subTest(peer):
                # A connection that is used twice is closed under its second request.
                url = self.server.plain + "/keepalive/1"
                self.assertEqual(self.run_peer(peer, url, 2, 6, "--fresh")["requests"], 6)

    def test_tls(self):
        for peer in TLS:
            for options in ([], ["--fresh"], ["--fresh", "--no-resume"]):
                with self.subTest(peer, options=options):
                    url = self.server.tls + "/bytes/10"
                    self.assertEqual(self.run_peer(peer, url, 2, 6, "--ca=" + self.server.ca, *options)["body"], 60)

    def test_long_and_chunked_bodies(self):
        for peer in [PEERS[1], PEERS[2]]:
            with self.subTest(peer):
                self.assertEqual(self.run_peer(peer, self.server.plain + "/bytes/300k", 1, 2)["body"], 600 * 1024)
                # The floor counts the framing, too.
                body = self.run_peer(peer, self.server.plain + "/chunked/300k", 1, 2)["body"]
                self.assertTrue(600 * 1024 <= body < 601 * 1024, body)

    def test_uploads(self):
        for peer, options in (("floor/libuv", []), (PEERS[2], []), (PEERS[2], ["--pull"])):
            with self.subTest(peer, options=options):
                done = self.run_peer(peer, self.server.plain + "/upload", 2, 4, "--upload=5000000", *options)
                self.assertEqual((done["requests"], done["failed"], done["sent"]), (4, 0, 20_000_000))
                # {"bytes":5000000,"sha256":"..."}
                self.assertEqual(done["body"], 4 * 94)

    def test_source_addresses(self):
        self.assertEqual(self.run_peer(PEERS[2], self.server.plain + "/bytes/10", 3, 6, "--sources=3")["body"], 60)

    def test_failures_are_admitted(self):
        for peer in [*GODWIT, PEERS[4], PYTHON]:
            with self.subTest(peer):
                with self.assertRaises(client.ClientFailed):
                    self.run_peer(peer, self.server.plain + "/status/404", 1, 1)

    def test_heap_grows_with_idle_connections(self):
        for peer in GODWIT:
            with self.subTest(peer):
                url = self.server.plain + "/bytes/100"
                few, many = (self.run_peer(peer, url, n, n)["heap"] for n in (10, 110))
                if few == many == 0:
                    self.skipTest("a sanitizer's malloc counts nothing")
                # A connection, and the exchange that is kept for the next request.
                self.assertTrue(100 * 400 < many - few < 100 * 4000, many - few)

    def test_a_wrong_command_line(self):
        for peer in PEERS:
            with self.subTest(peer):
                with self.assertRaisesRegex(client.ClientFailed, "status 2 usage"):
                    self.run_peer(peer, "http://127.0.0.1/", 1, 1)


if __name__ == "__main__":
    unittest.main()
