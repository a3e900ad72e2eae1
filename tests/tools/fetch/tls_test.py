# SPDX-License-Identifier: MIT
"""End to end: the TLS options of `godwit fetch` against a real server."""

import json
import unittest

from tests.tools.fetch import program
from tests.tools.fetch import tls_server


class TlsTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = tls_server.TlsServer(self.folder)
        self.addCleanup(self.server.close)

    def visit(self, *arguments, status=0):
        """What the server answered, or what godwit says of it."""
        done = self.godwit("fetch", "--cacert", "ca.pem", *arguments, self.server.url)
        self.assertEqual(done.returncode, status, done.stderr)
        if status == 0:
            self.assertEqual(done.stderr, b"")
            return done.stdout.decode()
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        return done.stderr.decode()


class ClientCertificates(TlsTest):
    def test_in_every_form(self):
        self.assertEqual(self.visit(), "[]")
        for arguments in (["--cert", "client.pem", "--key", "client.key"],
                          ["-E", "client.pem", "--key", "encrypted.key", "--pass", "open sesame"],
                          ["--cert", "client.p12", "--cert-type", "P12", "--pass", "open sesame"]):
            for version in ("--tls-max=1.2", "--tlsv1.3"):
                self.assertEqual(self.visit(version, *arguments), "[client]", arguments)

    def test_passwords_that_do_not_open(self):
        key = ["--cert", "client.pem", "--key", "encrypted.key"]
        container = ["--cert", "client.p12", "--cert-type", "P12"]
        for arguments, problem in (
                (key, "encrypted.key: the private key is encrypted, and no password is given"),
                (key + ["--pass", "wrong"], "encrypted.key: the private key can't be decrypted with the password given"),
                (container, "client.p12: needs a password"),
                (container + ["--pass", "wrong"], "client.p12: can't be opened with the password given")):
            told = self.visit(*arguments, status=2)
            self.assertIn(problem, told)
            self.assertNotIn("wrong", told)

    def test_files_that_do_not_go_together(self):
        for arguments, problem in (
                (["--cert", "client.pem", "--key", "server.key"], "does not go with the private key in server.key"),
                (["--cert", "client.pem"], "client.pem: no private key in it"),
                (["--cert", "client.key", "--key", "client.key"], "client.key: no certificate in it"),
                (["--cert", "client.pem", "--cert-type", "P12"], "client.pem: not PKCS#12"),
                (["--cert", "client.p12", "--key", "client.key"], "client.p12: "),
                (["--cert", "missing.pem", "--key", "client.key"], "missing.pem: No such file or directory")):
            self.assertIn(problem, self.visit(*arguments, status=2))


class Sessions(TlsTest):
    def said(self, godwit):
        """Has one request made on a connection of its own, and gives what --json says of its TLS."""
        line = {"url": self.server.url, "headers": [["Connection", "close"]]}
        godwit.stdin.write(json.dumps(line).encode() + b"\n")
        godwit.stdin.flush()
        told = json.loads(godwit.stdout.readline())
        self.assertEqual(told.get("status"), 200, told)
        return told["tls"]["resumed"], told["tls"]["early_data"]

    def test_early_data_is_taken_and_refused(self):
        with self.started("fetch", "--cacert", "ca.pem", "--early-data", "--from", "-") as godwit:
            self.assertEqual(self.said(godwit), (False, "not-tried"))
            self.assertEqual(self.said(godwit), (True, "accepted"))
            self.server.restart()
            self.assertEqual(self.said(godwit), (False, "rejected"))
            self.assertEqual(self.said(godwit), (True, "accepted"))

    def test_no_early_data_unless_asked_for(self):
        with self.started("fetch", "--cacert", "ca.pem", "--from", "-") as godwit:
            self.assertEqual(self.said(godwit), (False, "not-tried"))
            self.assertEqual(self.said(godwit), (True, "not-tried"))

    def test_no_session_reuse(self):
        with self.started("fetch", "--cacert", "ca.pem", "--no-session-reuse", "--from", "-") as godwit:
            for _ in range(2):
                self.assertEqual(self.said(godwit), (False, "not-tried"))


if __name__ == "__main__":
    unittest.main()
