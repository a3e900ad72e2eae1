# SPDX-License-Identifier: MIT
"""End to end: `godwit load` against the embedded server and peers of the tests' own."""

import csv
import io
import json
import os
import re
import signal
import time
import unittest

from tests.tools.fetch import program
from tests.tools.load import load_program

LoadTest = load_program.LoadTest


class Usage(LoadTest):
    def test_help(self):
        for arguments in (["--help"], ["-h"], ["merge", "--help"]):
            done = self.godwit("load", *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.startswith(b"usage: godwit load"))

    def test_faults_are_one_line_and_status_2(self):
        self.write("empty", b"\n\n")
        self.write("bad", b"http://a/\n{\n")
        for arguments in ([], ["--nope", "u"], ["-d", "soon", "u"], ["http://["], ["ftp://localhost/"], ["-R", "0", "u"],
                          ["--requests-file", "missing"], ["--requests-file", "empty"], ["--requests-file", "bad"],
                          ["--cacert", "/nonexistent", "https://localhost/"], ["merge"], ["merge", "missing"],
                          ["merge", "bad"], ["--json", "--csv", "u"], ["-X", "GE T", "u"], ["-q", "merge", "x"],
                          ["merge", "-R", "5", "x"], ["--compare", "bad", "u"]):
            done = self.godwit("load", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)


class ClosedLoop(LoadTest):
    def test_a_number_of_requests(self):
        report = self.report("--embedded", "-n", "500", "-c", "7", "/bytes/1000")
        self.assertEqual(report["requests"], {"sent": 500, "good": 500, "failed": 0, "open": 0, "unsent": 0})
        self.assertEqual(report["body_bytes"], 500 * 1000)
        self.assertEqual(report["connections_made"], 7)
        self.assertEqual(report["statuses"], {"200": 500})
        self.assertEqual(report["latency_ms"]["from_due"]["count"], 500)
        self.assertEqual(report["latency_ms"]["from_sent"]["count"], 500)
        self.assertIsNone(report["latency_ms"]["lag"])
        self.assertEqual(report["mode"], "closed")

    def test_by_time_what_is_open_at_the_end_is_told_with_its_age(self):
        report = self.report("--embedded", "-d", "500ms", "-c", "3", "/delay/300")
        self.assertEqual(report["requests"]["good"], 3)
        self.assertEqual(report["requests"]["open"], 3)
        self.assertLess(report["open_age_ms"]["max"], 300)
        self.assertGreater(report["open_age_ms"]["max"], 100)
        self.assertAlmostEqual(report["seconds"], 0.5, delta=0.2)
        self.assertGreater(report["latency_ms"]["from_due"]["min"], 299)

    def test_threads_share_connections_and_requests(self):
        report = self.report("--embedded", "-t", "3", "-c", "7", "-n", "100")
        self.assertEqual(report["requests"]["good"], 100)
        self.assertEqual(report["connections_made"], 7)
        self.assertEqual(len(report["generator"]["threads"]), 3)

    def test_requests_ahead_share_the_connections(self):
        report = self.report("--embedded", "-n", "400", "-c", "3", "-t", "2", "--pipeline", "16", "/bytes/10")
        self.assertEqual(report["requests"]["good"], 400)
        self.assertEqual(report["connections_made"], 3)
        self.assertEqual((report["connections"], report["pipeline"]), (3, 16))
        self.assertEqual(report["body_bytes"], 4000)
        # A response that is late holds up those behind it on its connection: 8 of them are no faster than one by one.
        late = self.report("--embedded", "-n", "9", "-c", "1", "--pipeline", "8", "/delay/50")
        self.assertEqual(late["requests"]["good"], 9)
        self.assertGreater(late["latency_ms"]["from_sent"]["max"], 399)

    def test_tls(self):
        report = self.report("--embedded-tls", "-c", "2", "-n", "20")
        self.assertEqual(report["requests"]["good"], 20)
        self.assertEqual(report["phases_ms"]["tls"]["count"], 2)

    def test_no_keepalive_makes_a_connection_for_each_request(self):
        report = self.report("--embedded", "--no-keepalive", "-c", "2", "-n", "20")
        self.assertEqual(report["requests"]["good"], 20)
        self.assertEqual(report["connections_made"], 20)

    def test_a_ramp_opens_connections_one_after_the_other(self):
        with self.server() as (_, url):
            ramped = self.report("-c", "20", "--connections-ramp", "2s", "-d", "600ms", url + "/delay/50")
        # 6 of 20 by then.
        self.assertGreater(ramped["connections_made"], 2)
        self.assertLess(ramped["connections_made"] + ramped["requests"]["open"], 13)

    def test_stages_of_connections(self):
        report = self.report("--embedded", "--stages", "300ms:8c,0s:1c,400ms:1c", "/delay/100")
        last = report["series"]["slots"][-1]
        self.assertEqual(report["connections"], 8)
        self.assertEqual(report["requests"]["unsent"], 0)
        self.assertLessEqual(last["good"], 2)
        self.assertLessEqual(report["requests"]["open"], 1)


class Requests(LoadTest):
    def test_method_headers_and_body(self):
        with program.Peer(lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as peer:
            self.load("-n", "1", "-c", "1", "-X", "PATCH", "-H", "X-One: 1", "--data", "hello", peer.url + "/p?q",
                      status=(0, 1))
        self.assertTrue(peer.head.startswith(b"PATCH /p?q HTTP/1.1\r\n"), peer.head)
        self.assertIn(b"\r\nX-One: 1\r\n", peer.head)
        self.assertIn(b"\r\nContent-Length: 5\r\n", peer.head)
        self.assertEqual(peer.rest, b"hello")

    def test_a_body_from_a_file_is_posted(self):
        self.write("body", b"a\nb")
        with program.Peer(lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as peer:
            self.load("-n", "1", "-c", "1", "--body-file", "body", peer.url, status=(0, 1))
        self.assertTrue(peer.head.startswith(b"POST / "), peer.head)
        self.assertEqual(peer.rest, b"a\nb")

    def test_several_urls_in_turn(self):
        report = self.report("--embedded", "-n", "30", "-c", "1", "/bytes/1", "/bytes/10", "/bytes/100")
        self.assertEqual(report["body_bytes"], 10 * 111)
        self.assertEqual(len(report["urls"]), 3)

    def test_several_urls_in_turn_by_several_threads(self):
        # However slow one of them is: no thread has it for itself, and each is sent as often as the others.
        both = ["--embedded", "-c", "4", "-t", "2", "/delay/40", "/status/302"]
        self.assertEqual(self.report("-n", "30", *both)["statuses"], {"200": 15, "302": 15})
        by_time = self.report("-d", "1s", *both)["statuses"]
        self.assertLessEqual(abs(by_time["200"] - by_time["302"]), 6)

    def test_more_requests_than_are_kept_ready(self):
        self.write("many", "".join("/bytes/%d\n" % (n % 7) for n in range(4200)).encode())
        report = self.report("--embedded", "--requests-file", "many", "-n", "4200", "-c", "5")
        self.assertEqual((report["requests"]["good"], report["body_bytes"]), (4200, sum(n % 7 for n in range(4200))))

    def test_paths_of_a_file_lead_to_the_embedded_server(self):
        self.write("paths", b'/bytes/1\n{"url": "/bytes/10"}\n')
        self.assertEqual(self.report("--embedded", "--requests-file", "paths", "-n", "10", "-c", "1")["body_bytes"], 55)

    def test_a_weighted_file_with_a_seed(self):
        with self.server() as (_, url):
            self.write("requests", "\n".join(
                json.dumps({"url": url + "/bytes/" + size, "weight": weight})
                for size, weight in (("0", 9), ("1", 1))).encode())
            arguments = ["--requests-file", "requests", "--order", "weighted", "-n", "1000", "-c", "1"]
            first = self.report(*arguments)["body_bytes"]
            self.assertEqual(self.report(*arguments)["body_bytes"], first)
            other = self.report(*arguments, "--seed", "2")["body_bytes"]
        self.assertTrue(50 < first < 160, first)
        self.assertTrue(50 < other < 160, other)

    def test_expect_status(self):
        done = self.load("--embedded", "-n", "10", "/status/404", status=1)
        self.assertIn(b"INVALID: errors", done.stdout)
        self.assertIn(b"status 404", done.stdout)
        report = self.report("--embedded", "-n", "10", "--expect-status", "404", "/status/404")
        self.assertEqual(report["requests"]["good"], 10)
        report = self.report("--embedded", "-n", "10", "--expect-status", "2xx", "/status/302")
        self.assertEqual(report["failures"], [{"cause": "status 302", "count": 10, "example": ""}])

    def test_expect_body_sha256(self):
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        report = self.report("--embedded", "-n", "10", "--expect-body-sha256", empty, "/bytes/0")
        self.assertEqual(report["requests"]["good"], 10)
        report = self.report("--embedded", "-n", "10", "--expect-body-sha256", empty, "/bytes/1", status=1)
        self.assertEqual([f["cause"] for f in report["failures"]], ["unexpected body"])

    def test_timeout(self):
        report = self.report("--embedded", "-n", "4", "-c", "4", "--timeout", "100ms", "/fault/hang", status=1)
        self.assertEqual([(f["cause"], f["count"]) for f in report["failures"]], [("total-timeout in head", 4)])
        self.assertGreaterEqual(report["phases_ms"]["failed"]["min"], 99)

    def test_source_addresses_are_used_in_turn(self):
        with program.Peer(lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as peer:
            self.load("-n", "1", "-c", "1", "--source-address", "127.0.0.9", peer.url, status=(0, 1))
        self.assertEqual(peer.address[0], "127.0.0.9")


class OpenLoop(LoadTest):
    def test_a_rate_is_kept_and_every_request_accounted_for(self):
        report = self.report("--embedded", "-R", "200.5", "-d", "2s")
        # Requests 0 to 400 are due within two seconds.
        requests = report["requests"]
        self.assertEqual(requests["sent"] + requests["unsent"], 401)
        self.assertEqual(requests["good"] + requests["open"], requests["sent"])
        self.assertEqual(report["latency_ms"]["lag"]["count"], 401)
        self.assertEqual((report["mode"], report["target_rate"]), ("open", 200.5))

    def test_a_number_of_requests_ends_it(self):
        report = self.report("--embedded", "-R", "1000", "-n", "100", "-t", "2", "-c", "10")
        self.assertEqual(report["requests"]["good"], 100)
        self.assertLess(report["seconds"], 2)

    def test_stages_have_the_area_of_their_rates(self):
        report = self.report("--embedded", "--stages", "1s:200,500ms:200")
        self.assertEqual(report["requests"]["sent"] + report["requests"]["unsent"], 200)
        slots = report["series"]["slots"]
        self.assertLess(sum(s["good"] for s in slots[:5]), 40)

    def test_what_was_asked_for_in_each_slot_is_the_plan_without_the_warm_up(self):
        # From 100 a second to 300 within the warm-up, and 300 from then on.
        report = self.report("--embedded", "-R", "100", "--stages", "500ms:300,1s:300", "--warmup", "500ms", "/bytes/1")
        self.assertAlmostEqual(sum(slot["asked"] for slot in report["series"]["slots"]), 300 * report["seconds"], delta=1)

    def test_the_warm_up_does_not_count(self):
        report = self.report("--embedded", "-R", "100", "--warmup", "1s", "-d", "1s")
        self.assertEqual(report["requests"]["sent"] + report["requests"]["unsent"], 100)
        self.assertAlmostEqual(report["seconds"], 1, delta=0.3)
        self.assertEqual(report["warmup_seconds"], 1)

    def test_a_limit_in_flight_holds_requests_back_and_their_wait_counts(self):
        # Two places and 100 ms each: 20 a second of the 100 that are due.
        report = self.report("--embedded", "-R", "100", "-d", "2s", "--max-inflight", "2", "/delay/100", status=1)
        self.assertEqual(report["verdict"], "INVALID: the server was the limit")
        self.assertGreater(report["requests"]["unsent"], 100)
        self.assertGreater(report["oldest_unsent_ms"], 1000)
        self.assertLess(report["latency_ms"]["from_sent"]["p50"], 200)
        self.assertGreater(report["latency_ms"]["from_due"]["p50"], 500)
        self.assertLess(report["connections_made"], 3)

    def test_a_rate_that_no_machine_reaches(self):
        report = self.report("--embedded", "-R", "900000000", "-d", "500ms", "-c", "10", status=1)
        self.assertEqual(report["verdict"], "INVALID: the generator was the limit")
        self.assertGreater(report["requests"]["good"], 0)
        self.assertGreater(report["requests"]["unsent"], 300_000_000)

    def test_a_stall_of_the_server_shows_in_the_latency_from_due(self):
        with self.server() as (server, url):
            with self.started("load", "-q", "--json", "-R", "200", "-d", "5s", "-c", "500", url + "/bytes/10") as load:
                time.sleep(1.5)
                os.kill(server.pid, signal.SIGSTOP)
                time.sleep(2)
                os.kill(server.pid, signal.SIGCONT)
                report = json.loads(load.stdout.read())
        due = report["latency_ms"]["from_due"]
        # Two of five seconds stood still: two in five requests waited, evenly between nothing and two seconds.
        self.assertGreater(due["max"], 1900)
        self.assertTrue(1400 < due["p90"] < 1700, due)
        self.assertTrue(600 < due["p75"] < 1000, due)
        self.assertLess(due["p50"], 300)


class Trouble(LoadTest):
    def test_an_unreachable_target(self):
        holder, port = program.refused_port()
        with holder:
            done = self.load("-d", "500ms", "-c", "2", "http://127.0.0.1:%d/" % port, status=1)
        self.assertIn(b"INVALID: errors", done.stdout)
        self.assertIn(b"connect-failed in connect", done.stdout)
        self.assertIn(b"connection refused", done.stdout)

    def test_a_target_that_stays_unreachable_is_given_up(self):
        holder, port = program.refused_port()
        for loop in (["-c", "2", "-t", "2"], ["-R", "50"]):
            with holder:
                done = self.load("-d", "50s", *loop, "--give-up", "700ms", "http://127.0.0.1:%d/" % port, "--json", status=1)
            self.assertEqual(done.stderr, b"godwit load: no connection could be made for 700 ms: the run ended early "
                                          b"(--give-up 0 goes on)\n")
            report = json.loads(done.stdout)
            self.assertTrue(0.7 <= report["seconds"] < 20, report["seconds"])
            self.assertEqual([f["cause"] for f in report["failures"]], ["connect-failed in connect"])
            holder, port = program.refused_port()

    def test_a_target_that_was_reached_once_is_not_given_up(self):
        with self.server() as (server, url):
            with self.started("load", "-q", "--json", "-d", "3s", "-c", "4", "--give-up", "200ms", url + "/bytes/10") as load:
                time.sleep(1)
                server.kill()
                report = json.loads(load.stdout.read())
        self.assertGreater(report["seconds"], 2.5)

    def test_a_server_that_falls_silent_is_no_valid_run(self):
        for loop, words in ((["-c", "4"], "no answer came in the last"), (["-R", "200"], "p99 is not known")):
            with self.server() as (server, url):
                with self.started("load", "-q", "--json", "-d", "4s", *loop, url + "/bytes/10") as load:
                    time.sleep(2)
                    os.kill(server.pid, signal.SIGSTOP)
                    report = json.loads(load.stdout.read())
                    self.assertEqual(load.wait(), 1)
            self.assertEqual(report["verdict"], "INVALID: errors")
            self.assertIn(words, report["reasons"][0])

    def test_a_stall_that_a_closed_loop_hides_is_told(self):
        with self.server() as (server, url):
            with self.started("load", "-q", "--json", "-d", "6s", "-c", "4", url + "/bytes/10") as load:
                time.sleep(2)
                os.kill(server.pid, signal.SIGSTOP)
                time.sleep(2)
                os.kill(server.pid, signal.SIGCONT)
                report = json.loads(load.stdout.read())
        self.assertLess(report["latency_ms"]["from_due"]["p99"], 1000)
        self.assertRegex(" ".join(report["notes"]), r"no answer came for (1\.[5-9]|2\.)")

    def test_an_interrupt_before_the_measuring(self):
        with self.started("load", "-q", "--json", "--embedded", "--warmup", "50s") as load:
            time.sleep(1)
            load.send_signal(signal.SIGINT)
            report = json.loads(load.stdout.read())
            self.assertEqual(load.wait(), 1)
        self.assertEqual(report["reasons"], ["it was interrupted before it measured"])
        self.assertEqual(report["requests"]["good"], 0)

    def test_a_start_that_has_passed_is_told(self):
        done = self.load("--embedded", "-n", "1", "-c", "1", "--start-at", "%.3f" % (time.time() - 60), status=(0, 1))
        self.assertRegex(done.stderr, rb"^godwit load: --start-at was 6\d\.\d s ago: the run begins now\n$")

    def test_an_unreachable_target_is_not_hammered(self):
        holder, port = program.refused_port()
        with holder:
            report = self.report("-d", "1s", "-c", "2", "http://127.0.0.1:%d/" % port, status=1)
        self.assertTrue(4 <= report["requests"]["failed"] <= 22, report["requests"])

    def test_a_server_that_dies_in_the_middle(self):
        with self.server() as (server, url):
            with self.started("load", "-q", "--json", "-d", "3s", "-c", "4", url + "/bytes/10") as load:
                time.sleep(1)
                server.kill()
                report = json.loads(load.stdout.read())
                self.assertEqual(load.wait(), 1)
        self.assertGreater(report["requests"]["good"], 0)
        self.assertIn("connect-failed in connect", [f["cause"] for f in report["failures"]])
        self.assertGreater(report["seconds"], 2.5)

    def test_an_interrupt_ends_early_and_reports(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.started("load", "-q", "--json", "--embedded", "-c", "2", "-d", "50s", "-t", "2",
                              "/delay/10") as load:
                time.sleep(1)
                load.send_signal(number)
                report = json.loads(load.stdout.read())
            self.assertTrue(report["interrupted"])
            self.assertGreater(report["requests"]["good"], 0)
            self.assertTrue(0.2 < report["seconds"] < 20, report["seconds"])

    def test_a_body_that_is_cut_short_is_a_failure_of_its_own(self):
        report = self.report("--embedded", "-n", "5", "-c", "1", "/fault/truncate", status=1)
        self.assertEqual([f["cause"] for f in report["failures"]], ["incomplete-read in body"])


class Reports(LoadTest):
    def test_thresholds_decide_the_exit_status(self):
        # Long waits: what a busy machine adds to them is no reason for another verdict.
        arguments = ["--embedded", "-n", "6", "-c", "3", "/delay/700"]
        self.load(*arguments, "--threshold", "p50>600ms", "--threshold", "errors<=0")
        done = self.load(*arguments, "--threshold", "p50<600ms", status=1)
        self.assertIn(b"FAILED  p50<600ms", done.stdout)
        self.assertIn(b"VALID", done.stdout)

    def test_the_document_names_what_json_holds(self):
        with open("tools/load/README.md", encoding="utf-8") as file:
            rows = [line.split("|")[1:3] for line in file if line.startswith("| `")]
        named = {key: words for keys, words in rows for key in re.findall(r"`(\w+)`", keys)}
        report = self.report("--embedded", "-R", "100", "-d", "300ms")
        self.assertEqual([key for key in report if key not in named], [])
        self.assertEqual([key for key in named if key not in report and key != "VALID"], [])
        for key in ("requests", "latency_ms", "phases_ms", "generator", "series"):
            self.assertEqual([part for part in report[key] if "`%s`" % part not in named[key]], [])
        for key in report["series"]["slots"][0]:
            self.assertIn("`%s`" % key, named["series"])

    def test_every_form_of_the_report(self):
        self.load("--embedded", "-n", "200", "-c", "2", "--json=j", "--csv=c", "--hgrm=h", "--out", "o", "--html", "p",
                  status=(0, 1))
        self.assertEqual(json.loads(self.read("j"))["requests"]["good"], 200)
        rows = list(csv.DictReader(io.StringIO(self.read("c").decode())))
        self.assertEqual(sum(int(row["good"]) for row in rows), 200)
        rows = [line.split() for line in self.read("h").decode().splitlines()[2:] if not line.startswith("#")]
        self.assertEqual(rows[-1][1:3], ["1.000000000000", "200"])
        self.assertIn(b"<!doctype html>", self.read("p")[:100].lower())

    def test_one_form_goes_to_the_standard_output(self):
        arguments = ["--embedded", "-n", "20", "-c", "2"]
        self.assertEqual(json.loads(self.load(*arguments, "--json", status=(0, 1)).stdout)["requests"]["good"], 20)
        self.assertIn(b",", self.load(*arguments, "--csv", status=(0, 1)).stdout.splitlines()[0])
        self.assertIn(b"1/(1-Percentile)", self.load(*arguments, "--hgrm", status=(0, 1)).stdout.splitlines()[0])

    def test_lines_while_it_runs(self):
        done = self.godwit("load", "--embedded", "-d", "6s", "-R", "20", "--json")
        self.assertRegex(done.stderr, rb"^ +5 s  \S+/s  p50 ")

    def test_a_file_that_cannot_be_written(self):
        done = self.load("--embedded", "-n", "1", "-c", "1", "--out", "/nonexistent/x", status=1)
        self.assertIn(b"can't write /nonexistent/x", done.stderr)
        self.assertIn(b"requests/s", done.stdout)

    def test_saved_runs_merge(self):
        for name in ("a", "b"):
            self.load("--embedded", "-n", "50", "-c", "5", "--out", name, "/delay/5", status=(0, 1))
        merged = json.loads(self.load("merge", "--json", "a", "b", status=(0, 1)).stdout)
        self.assertEqual((merged["requests"]["good"], merged["generators"], merged["connections"]), (100, 2, 10))
        text = self.load("merge", "--threshold", "rate>1000000", "a", "b", status=1).stdout
        self.assertIn(b"2 generators", text)
        self.assertIn(b"FAILED", text)

    def test_runs_that_were_not_at_the_same_time_are_told(self):
        self.load("--embedded", "-n", "1", "-c", "1", "--out", "a", status=(0, 1))
        saved = json.loads(self.read("a"))
        saved["started"] = "2020-01-01T00:00:00Z"
        for second, words in (("01", b""), ("45", b"godwit load: the runs began 45.0 s apart: their rates are added up "
                                                  b"as if they had run at once (--start-at aligns them)\n")):
            self.write("first", json.dumps(saved).encode())
            self.write("last", json.dumps({**saved, "started": "2020-01-01T00:00:%sZ" % second}).encode())
            self.assertEqual(self.load("merge", "first", "last", status=(0, 1)).stderr, words)

    def test_merging_one_changes_nothing(self):
        self.load("--embedded", "-n", "50", "-c", "5", "--out", "a", status=(0, 1))
        self.load("merge", "--out", "b", "a", status=(0, 1))
        self.assertEqual(self.read("a"), self.read("b"))

    def test_start_at(self):
        began = time.time()
        self.load("--embedded", "-n", "1", "-c", "1", "--start-at", "%.3f" % (began + 1.5), status=(0, 1))
        self.assertGreater(time.time() - began, 1.5)


if __name__ == "__main__":
    unittest.main()
