# SPDX-License-Identifier: MIT
"""End to end: what is compared and searched, and whether the figures are true."""

import asyncio
import contextlib
import json
import re
import statistics
import subprocess
import threading
import unittest

from tests.tools.load import load_program

LoadTest = load_program.LoadTest


class Compare(LoadTest):
    def compare(self, a, b, *more, status):
        done = self.load("--embedded", "--compare", "-d", "600ms", "--rounds", "5", "-c", "4", "--json", a, b, *more,
                         status=status)
        return json.loads(done.stdout)

    def test_a_slower_one_is_seen(self):
        # Long waits: what a busy machine adds is a small part of them.
        report = self.compare("/delay/50", "/delay/150", status=1)
        self.assertTrue(report["slower"])
        self.assertTrue(report["p50_ms"]["differs"])
        self.assertTrue(2.1 < report["p50_ms"]["ratio"] < 3.75, report)
        self.assertTrue(0.27 < report["rate"]["ratio"] < 0.46, report)
        self.assertEqual(report["rounds"], [5, 5])

    def test_a_faster_one_is_fine(self):
        report = self.compare("/delay/150", "/delay/50", status=(0, 1))  # 1 if a round was not VALID
        self.assertFalse(report["slower"])
        self.assertLess(report["p50_ms"]["high"], 1)

    def test_failures_are_told(self):
        done = self.load("--embedded", "--compare", "-n", "20", "--rounds", "3", "-c", "2", "/bytes/1", "/status/503",
                         status=1)
        self.assertIn(b"INVALID: errors", done.stderr)

    def test_saved_results(self):
        for name, path in (("a", "/delay/10"), ("b", "/delay/20")):
            self.load("--embedded", "-d", "1500ms", "-c", "4", "--out", name, path, status=(0, 1))
        done = self.load("--compare", "a", "b", status=1)
        self.assertRegex(done.stdout, rb"p50 .* B is worse")
        self.assertIn(b"it is too short", self.load_short_and_compare())

    def load_short_and_compare(self):
        self.load("--embedded", "-n", "1", "-c", "1", "--out", "short", status=(0, 1))
        return self.load("--compare", "a", "short", status=2).stderr


class QueueServer:
    """A server with one worker, whose every answer takes so many seconds, and a queue in front of it."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.loop = asyncio.new_event_loop()
        self.free = 0.0  # when the worker is through with all that came so far
        self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1000))
        self.url = "http://127.0.0.1:%d/" % self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.free = max(self.free, self.loop.time()) + self.seconds
                await asyncio.sleep(self.free - self.loop.time())
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    def __enter__(self):
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        async def close():
            self.server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
        asyncio.run_coroutine_threadsafe(close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class FindKnee(LoadTest):
    def test_the_knee_of_a_server_that_serves_one_at_a_time(self):
        # One place and 20 ms: 50 a second at most, and a queue above it. An answer that the search itself calls this
        # machine's knee is no answer; of three, one must be the server's.
        for _ in range(3):
            done = self.load("--embedded", "--find-knee", "--slo", "p50<60ms", "-R", "10", "-d", "1s",
                             "--max-inflight", "1", "--json", "/delay/20", status=(0, 1))
            report = json.loads(done.stdout)
            if not report["ended_by_generator"]:
                break
        self.assertEqual(done.returncode, 0, report)
        self.assertTrue(30 < report["knee"] < 52, report)
        holding = {trial["rate"] for trial in report["trials"] if trial["holds"]}
        self.assertEqual({trial["rate"] for trial in report["trials"] if trial["rate"] <= report["knee"]} - holding, set())
        self.assertGreater(max(t["p50_ms"] for t in report["trials"]), 60)

    def test_a_server_that_works_off_what_a_trial_left_behind(self):
        # It answers one request every 20 ms, in the order in which they came, those too that nobody waits for any more:
        # after a second at 100 it is behind by a second, and the next trial is not to be answered nothing for that.
        with QueueServer(0.02) as server:
            done = self.load("--find-knee", "--slo", "p99<150ms", "-R", "100", "-d", "1s", "--json", server.url, status=(0, 1))
        report = json.loads(done.stdout)
        highest = [trial["throughput"] for trial in report["trials"] if trial["rate"] == 100]
        self.assertGreaterEqual(len(highest), 2, report)
        self.assertGreater(min(highest), 20, report)
        if not report["ended_by_generator"]:
            self.assertTrue(35 < report["knee"] < 60, report)

    def test_no_rate_holds(self):
        done = self.load("--embedded", "--find-knee", "--slo", "p50<5ms", "-R", "4", "-d", "300ms", "/delay/20",
                         status=1)
        self.assertIn(b"No rate holds.", done.stdout)
        self.assertIn(b"p50<5ms: 2", done.stdout)

    def test_nobody_answers(self):
        done = self.load("--embedded", "--find-knee", "--slo", "p50<5ms", "-R", "20", "-d", "300ms",
                         "/fault/close-before-response", status=1)
        self.assertEqual(done.stdout.count(b"close-before"), 0)
        self.assertEqual(len(done.stdout.splitlines()), 4, done.stdout)  # one trial


class Truth(LoadTest):
    def test_a_known_distribution_of_latencies(self):
        # Of ten requests on each connection eight take 100 ms, one 300 and one 750.
        report = self.report("--embedded", "-n", "400", "-c", "40", "/delays/" + "100," * 8 + "300,750")
        for latency in (report["latency_ms"]["from_due"], report["latency_ms"]["from_sent"]):
            # A wait is never cut short; how long above it the machine takes is not ours to say.
            for name, wait in (("min", 100), ("p50", 100), ("p75", 100), ("p90", 300), ("p95", 750), ("max", 750)):
                self.assertTrue(wait - 1 <= latency[name] < wait + 30, (name, latency))
        self.assertTrue(184 < report["latency_ms"]["from_due"]["mean"] < 208, report["latency_ms"])

    def test_the_rate_of_a_server_that_is_known(self):
        # Twenty connections of 20 ms each can't be answered more than a thousand times a second.
        report = self.report("--embedded", "-d", "2s", "-c", "20", "/delay/20")
        self.assertTrue(600 < report["rate"] <= 1010, report["rate"])

    def test_it_agrees_with_wrk(self):
        def wrk(url):
            text = subprocess.run(["wrk", "-t1", "-c20", "-d2s", url], stdout=subprocess.PIPE, text=True, check=True,
                                  timeout=60).stdout
            return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))

        with self.server() as (_, url):
            # Long waits, by turns: what a busy machine does is to be a small part, and the same for both.
            url += "/delay/100"
            pairs = [(self.report("-d", "2s", "-c", "20", url)["rate"], wrk(url)) for _ in range(3)]
        self.assertTrue(0.8 < statistics.median(ours / theirs for ours, theirs in pairs) < 1.25, pairs)


if __name__ == "__main__":
    unittest.main()
