# SPDX-License-Identifier: MIT
"""End to end: `godwit fetch` as a script drives it, by --json and --from."""

import base64
import json
import subprocess
import time
import unittest

from tests.tools.fetch import program

ProgramTest = program.ProgramTest

KEYS = ["url", "effective_url", "status", "reason", "version", "headers", "trailers", "informational", "body_bytes",
        "reused", "remote", "tls", "timing_ms", "error"]
TIMES = ["queue", "resolve", "connect", "proxy", "tls", "send", "first_byte", "total"]


class Json(ProgramTest):
    def one(self, *arguments, status=0):
        results = self.fetch_json(*arguments, status=status)
        self.assertEqual(len(results), 1)
        return results[0]

    def test_keys_and_their_order(self):
        result = self.one("/bytes/10")
        self.assertEqual(list(result), KEYS)
        self.assertEqual(list(result["timing_ms"]), TIMES)
        self.assertEqual((result["url"], result["status"], result["reason"], result["version"]),
                         ("/bytes/10", 200, "OK", 11))
        self.assertRegex(result["effective_url"], r"^http://127\.0\.0\.1:\d+/bytes/10$")
        self.assertRegex(result["remote"], r"^127\.0\.0\.1:\d+$")
        self.assertEqual((result["body_bytes"], result["reused"], result["tls"], result["error"]),
                         (10, False, None, None))
        times = result["timing_ms"]
        self.assertLessEqual(times["send"], times["first_byte"])
        self.assertLessEqual(times["first_byte"], times["total"])
        self.assertGreater(times["connect"], 0)

    def test_body(self):
        result = self.one("--body", "base64", "/bytes/10k")
        self.assertEqual(base64.b64decode(result["body"]), self.fetch("/bytes/10k"))
        self.assertEqual(list(result), KEYS[:9] + ["body"] + KEYS[9:])
        self.assertEqual(self.one("--body", "base64", "/bytes/0")["body"], "")

    def test_names_values_and_order_as_received(self):
        answer = base64.b64encode(b"HTTP/1.1 200 \r\nB: 1\r\nset-Cookie: x\r\nSet-cookie: y\r\nA: caf\xe9\r\n"
                                  b"C: caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n").decode().replace("+", "%2B")
        result = self.one("/raw?base64=" + answer)
        self.assertEqual(result["headers"], [["B", "1"], ["set-Cookie", "x"], ["Set-cookie", "y"], ["A", "caf\xe9"],
                                             ["C", "caf\xe9"], ["Content-Length", "0"]])
        self.assertEqual(result["reason"], "")

    def test_interim_responses_and_trailers(self):
        result = self.one("/informational/3")
        self.assertEqual([interim["status"] for interim in result["informational"]], [103] * 3)
        self.assertEqual(result["informational"][0]["headers"][0][0], "Link")
        names = [name for name, _ in self.one("/trailers")["trailers"]]
        self.assertEqual(len(names), 4)

    def test_tls(self):
        done = self.godwit("fetch", "--embedded-tls", "--json", "/bytes/1")
        tls = json.loads(done.stdout)["tls"]
        self.assertEqual(list(tls), ["version", "cipher", "group", "alpn", "resumed", "early_data", "ocsp", "scts",
                                     "peer"])
        self.assertEqual((tls["early_data"], tls["ocsp"]["status"], tls["scts"]), ("not-tried", "good", []))
        self.assertIsNone(tls["ocsp"]["revoked_at"])
        self.assertLess(tls["ocsp"]["this_update"], time.time())
        self.assertGreater(tls["ocsp"]["next_update"], time.time())
        self.assertEqual((tls["version"], tls["resumed"]), ("TLSv1.3", False))
        self.assertTrue(tls["cipher"].startswith("TLS_"))
        self.assertTrue(tls["peer"])
        for certificate in tls["peer"]:
            self.assertEqual(len(certificate["sha256"]), 64)
            self.assertRegex(certificate["public_key_pin"], r"^sha256//[A-Za-z0-9+/]{43}=$")
            self.assertLess(certificate["not_before"], time.time())
            self.assertGreater(certificate["not_after"], time.time())
        self.assertIn("127.0.0.1", tls["peer"][0]["names"])

    def test_the_certificates_of_a_server_that_is_refused(self):
        pin = "sha256//" + "A" * 43 + "="
        done = self.godwit("fetch", "--embedded-tls", "--pinnedpubkey", pin, "--json", "/bytes/1")
        result = json.loads(done.stdout)
        self.assertEqual(result["error"]["code"], "certificate-rejected")
        self.assertIsNone(result["tls"]["version"])
        self.assertTrue(result["tls"]["peer"])

    def test_errors(self):
        error = self.one("/fault/truncate?at=500&length=1000", status=1)
        self.assertEqual((error["status"], error["body_bytes"]), (200, 500))
        error = error["error"]
        self.assertEqual(list(error), ["code", "phase", "message", "received", "sent", "retry_safe"])
        self.assertEqual((error["code"], error["phase"], error["received"], error["sent"], error["retry_safe"]),
                         ("incomplete-read", "body", 500, True, False))
        holder, port = program.refused_port()
        with holder:
            result = self.one("http://127.0.0.1:%d/" % port, status=1)
        self.assertEqual((result["status"], result["reason"], result["version"], result["headers"]),
                         (None, None, None, []))
        self.assertEqual((result["error"]["code"], result["error"]["sent"], result["error"]["retry_safe"]),
                         ("connect-failed", False, True))
        self.assertEqual(self.one("http://a b/", status=1)["error"]["code"], "invalid-url")

    def test_a_status_is_no_error_unless_asked(self):
        self.assertIsNone(self.one("/status/500")["error"])
        result = self.one("--fail", "/status/500", status=1)
        self.assertEqual((result["status"], result["error"]), (500, None))

    def test_bodies_may_go_to_files_beside(self):
        self.one("-o", "a", "/bytes/100")
        self.assertEqual(len(self.read("a")), 100)

    def test_an_output_that_is_full(self):
        with open("/dev/full", "wb") as full:
            done = self.godwit("fetch", "--embedded", "--json", "/bytes/1", "/bytes/2", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count(b"No space left"), 1)


class From(ProgramTest):
    def results(self, lines, *options, status=0):
        done = self.godwit("fetch", "--embedded", "--from", "-", *options, stdin=lines)
        self.assertEqual(done.returncode, status, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_lock_step_on_a_kept_connection(self):
        with self.started("fetch", "--embedded", "--from", "-", "--parallel", "1") as godwit:
            for n in range(50):
                godwit.stdin.write(b'{"id":%d,"url":"/bytes/%d"}\n' % (n, n))
                godwit.stdin.flush()
                result = json.loads(godwit.stdout.readline())
                self.assertEqual((result["id"], result["body_bytes"], result["reused"]), (n, n, n > 0))
            godwit.stdin.close()
            self.assertEqual(godwit.wait(program.SECONDS), 0)
            self.assertEqual(godwit.stdout.read() + godwit.stderr.read(), b"")

    def test_what_an_idle_connection_says_answers_nothing(self):
        """N6 and N7, seen from outside: the next line comes after the peer closed, or sent stray bytes."""
        with self.started("fetch", "--embedded", "--from", "-", "--parallel", "1") as godwit:
            def ask(line):
                godwit.stdin.write(line + b"\n")
                godwit.stdin.flush()
                return json.loads(godwit.stdout.readline())

            for _ in range(5):
                ask(b"/idle-bytes")
                self.elapse(godwit)
                result = ask(b"/bytes/5")
                self.assertEqual((result["body_bytes"], result["reused"], result["error"]), (5, False, None))
                ask(b"/keepalive/1?silent=1")
                self.elapse(godwit)
                result = ask(b'{"url":"/upload","body":"aGk="}')
                self.assertEqual((result["status"], result["reused"], result["error"]), (200, False, None))

    def elapse(self, godwit):
        # The peer acts 20 ms after its answer; its own word is the only sign of it, and godwit shows none.
        with self.assertRaises(subprocess.TimeoutExpired):
            godwit.wait(0.1)

    def test_bytes_on_an_idle_connection_of_a_url_list(self):
        self.assertEqual(self.fetch("--parallel", "1", "/stray", "/bytes/7")[-7:], self.fetch("/bytes/7"))

    def test_results_come_as_exchanges_end(self):
        lines = b'{"id":"slow","url":"/delay/500"}\n{"id":"quick","url":"/bytes/1"}\n'
        self.assertEqual([r["id"] for r in self.results(lines)], ["quick", "slow"])
        self.assertEqual([r["id"] for r in self.results(lines, "--parallel", "1")], ["slow", "quick"])

    def test_everything_a_line_may_say(self):
        body = base64.b64encode(bytes(range(256))).decode()
        line = json.dumps({"id": {"any": ["json", None]}, "url": "/echo", "method": "PURGE",
                           "headers": [["X-A", "1"], ["x-a", "2"]], "body": body})
        result, = self.results(line.encode(), "--body", "base64")
        self.assertEqual(list(result), ["id"] + KEYS[:9] + ["body"] + KEYS[9:])
        self.assertEqual(result["id"], {"any": ["json", None]})
        echo = json.loads(base64.b64decode(result["body"]))
        self.assertEqual((echo["method"], echo["body"]), ("PURGE", body))
        self.assertEqual([f for f in echo["headers"] if f[0].lower() == "x-a"], [["X-A", "1"], ["x-a", "2"]])

    def test_timeout_of_a_line(self):
        quick, slow = self.results(b'{"url":"/fault/hang","timeout":0.2}\n/delay/400\n', status=1)
        self.assertEqual((quick["error"]["code"], slow["error"]), ("total-timeout", None))

    def test_bad_lines_get_an_answer_and_the_rest_goes_on(self):
        lines = (b'{"id":1}\n{"id":2,"url":"/bytes/1","header":[]}\n{not json\n\xff\xfe\nhttp://a b/\n'
                 b'{"id":5,"url":"/bytes/5"}')
        results = self.results(lines, "--parallel", "1", status=1)
        self.assertEqual([r.get("id") for r in results], [1, 2, None, None, None, 5])
        self.assertEqual([r["error"] and r["error"]["code"] for r in results],
                         ["invalid-request", "invalid-request", "invalid-request", results[3]["error"]["code"],
                          "invalid-url", None])
        self.assertIsNone(results[0]["url"])
        self.assertEqual(results[1]["url"], "/bytes/1")
        self.assertNotIn("id", results[2])
        for n in (0, 1, 2):
            self.assertTrue(results[n]["error"]["message"].startswith("line %d: " % (n + 1)))
            self.assertEqual([k for k in results[n] if k != "id"], KEYS)

    def test_blank_lines_line_ends_and_no_last_line_feed(self):
        results = self.results(b"\n\r\n/bytes/1\r\n   \n /bytes/2", "--parallel", "1")
        self.assertEqual([r["url"] for r in results], ["/bytes/1", "/bytes/2"])
        self.assertEqual(self.results(b""), [])

    def test_from_a_file(self):
        self.write("list", b"/bytes/1\n/bytes/2\n")
        done = self.godwit("fetch", "--embedded", "--from", "list")
        self.assertEqual((done.returncode, done.stdout.count(b"\n")), (0, 2))

    def test_a_folder_is_no_list(self):
        done = self.godwit("fetch", "--from", "/")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"Is a directory", done.stderr)

    def test_options_hold_for_every_line(self):
        result, = self.results(b"/echo", "-d", "x=1", "-H", "X-A: b", "--body", "base64")
        echo = json.loads(base64.b64decode(result["body"]))
        self.assertEqual((echo["method"], base64.b64decode(echo["body"])), ("POST", b"x=1"))
        self.assertIn(["X-A", "b"], echo["headers"])

    def test_a_reader_that_goes_away(self):
        with self.started("fetch", "--embedded", "--from", "-") as godwit:
            godwit.stdout.close()
            godwit.stdin.write(b"/bytes/1\n")
            godwit.stdin.flush()
            self.assertEqual(godwit.wait(program.SECONDS), 1)
            self.assertIn(b"Broken pipe", godwit.stderr.read())

    def test_ten_thousand_exchanges(self):
        self.write("list", b"".join(b'{"id":%d,"url":"/bytes/%d"}\n' % (n, n % 100) for n in range(10_000)))
        done = self.godwit("fetch", "--embedded", "--from", "list", "--parallel", "1000")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        seen = {}
        for line in done.stdout.splitlines():
            result = json.loads(line)
            self.assertIsNone(result["error"])
            seen[result["id"]] = result["body_bytes"]
        self.assertEqual(seen, {n: n % 100 for n in range(10_000)})


if __name__ == "__main__":
    unittest.main()
