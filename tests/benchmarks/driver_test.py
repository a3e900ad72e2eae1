# SPDX-License-Identifier: MIT
"""The driver of tools/bench: what it reads from clients, and what it makes of figures."""

import os
import sys
import unittest

sys.path.insert(0, os.path.abspath("benchmarks/driver"))
# pylint: disable=wrong-import-position
import client
import measure
import table

WRK = """Running 1s test @ http://127.0.0.1:1/
  1 threads and 4 connections
  121037 requests in 1.10s, 19.51MB read
%sRequests/sec: 110034.35
"""
H2LOAD = """finished in 12.22ms, 8186.90 req/s, 1.30MB/s
requests: 100 total, 100 started, 100 done, 97 succeeded, 3 failed, 3 errored, 0 timeout
"""


def script(text):
    return [sys.executable, "-c", text]


class Reports(unittest.TestCase):
    def test_a_peer_prints_json(self):
        self.assertEqual(client.report_in('noise\n{"requests": 3, "failed": 0}\n')["requests"], 3)

    def test_wrk(self):
        self.assertEqual(client.report_in(WRK % ""), {"requests": 121037, "failed": 0})

    def test_wrk_with_errors(self):
        text = WRK % "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"
        self.assertEqual(client.report_in(text)["failed"], 15)

    def test_h2load(self):
        self.assertEqual(client.report_in(H2LOAD), {"requests": 97, "failed": 3})

    def test_nothing_is_an_error(self):
        with self.assertRaisesRegex(client.ClientFailed, "no requests"):
            client.report_in("hello")


class Runs(unittest.TestCase):
    def test_costs_are_those_of_this_child(self):
        spin = "import time, json\nwhile time.process_time() < 0.3: pass\n" \
               "print(json.dumps({'requests': 1, 'failed': 0}))"
        self.assertGreaterEqual(client.run(script(spin)).cpu, 0.25)
        idle = client.run(script("print('{\"requests\": 1, \"failed\": 0}')"))
        self.assertLess(idle.cpu, 0.25)

    def test_a_bad_status_is_an_error_with_what_was_said(self):
        with self.assertRaisesRegex(client.ClientFailed, "status 3 no luck"):
            client.run(script("import sys; print('no luck', file=sys.stderr); sys.exit(3)"))

    def test_failed_requests_are_an_error(self):
        with self.assertRaisesRegex(client.ClientFailed, "2 requests failed"):
            client.run(script("print('{\"requests\": 1, \"failed\": 2}')"))

    def test_a_client_that_hangs_is_killed(self):
        before, client.SECONDS = client.SECONDS, 1
        try:
            with self.assertRaisesRegex(client.ClientFailed, "status -9"):
                client.run(script("import time; time.sleep(60)"))
        finally:
            client.SECONDS = before


def measured(name, values, problem=None):
    return measure.Measured(name, values, [], problem)


class Figures(unittest.TestCase):
    def test_cost_is_that_of_the_difference(self):
        small, large = client.Run(1, 1, '{"requests": 100}'), client.Run(2, 1.5, '{"requests": 1100}')
        self.assertEqual(measure.cpu_per_request(small, large), 1500)
        self.assertEqual(measure.user_per_request(small, large), 1000)

    def test_ratio_is_the_median_of_the_rounds_ratios(self):
        # The second round was disturbed, for both of them.
        first, other = measured("first", [1, 10, 1]), measured("other", [2, 20, 3])
        self.assertEqual(measure.ratio(other, first), 2)

    def test_rounds_are_interleaved_and_a_failing_row_is_left_out(self):
        seen = []
        good, bad = script("print('{\"requests\": 5, \"failed\": 0}')"), script("raise SystemExit(1)")
        none = script("print('{\"requests\": 1, \"failed\": 0}')")
        case = measure.Case("c", "u", measure.cpu_per_request, "s",
                            [measure.Row("a", none, good), measure.Row("b", none, bad), measure.Row("d", none, good)])
        rows = measure.run_case(case, 3, None, seen.append)
        self.assertEqual([s.split(": ")[1] for s in seen], ["a", "b", "d", "d", "a", "d", "a"])
        self.assertEqual([len(r.values) for r in rows], [3, 0, 3])
        self.assertIn("status 1", rows[1].problem)

    def test_tables(self):
        result = {"task": "t", "title": "64", "unit": "us", "rows": [
            measured("first", [2, 2, 2]), measured("other", [3, 3000, 3]), measured("broken", [], "it broke")]}
        self.assertIn("other        3       3         1.50", table.text(result))
        self.assertIn("broken: it broke", table.text(result))
        self.assertIn("| other | 3 (1.50) |", table.markdown([result]))
        saved = table.as_json([result], {"cpu": "x"})["cases"][0]["rows"]
        self.assertEqual((saved[1]["median"], saved[1]["ratio"], saved[2]["problem"]), (3, 1.5, "it broke"))


if __name__ == "__main__":
    unittest.main()
