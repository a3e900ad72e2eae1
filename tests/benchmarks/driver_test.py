# SPDX-License-Identifier: MIT
"""The driver of tools/bench: what it reads from clients, and what it makes of figures."""

import contextlib
import io
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.abspath("benchmarks/driver"))
# pylint: disable=wrong-import-position
import bench
import client
import measure
import progress
import table
import tasks

WRK = """Running 1s test @ http://127.0.0.1:1/
  1 threads and 4 connections
  121037 requests in 1.10s, 19.51MB read
%sRequests/sec: 110034.35
"""
H2LOAD = """finished in 12.22ms, 8186.90 req/s, 1.30MB/s
requests: 100 total, 100 started, 100 done, 97 succeeded, 3 failed, 3 errored, 0 timeout
"""


ANSWER = "print('{\"requests\": %d, \"failed\": %d}')"


def script(text):
    """The command lines of one process."""
    return [[sys.executable, "-c", text]]


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
        spin = "import time, json\nwhile time.process_time() < 0.3: pass\n" + ANSWER % (1, 0)
        self.assertGreaterEqual(client.run(script(spin)).cpu, 0.25)
        self.assertLess(client.run(script(ANSWER % (1, 0))).cpu, 0.25)

    def test_several_processes_wait_for_each_other_and_are_added_up(self):
        # Each says what it did, and ends with its standard input.
        held = "import sys; " + ANSWER + "; sys.stdout.flush(); sys.exit(len(sys.stdin.read()))"
        done = client.run(script(held % (3, 0)) + script(held % (4, 0)))
        self.assertEqual(done.report, {"requests": 7, "failed": 0})

    def test_one_that_fails_ends_the_others(self):
        start = time.monotonic()
        with self.assertRaisesRegex(client.ClientFailed, "status 3"):
            client.run(script("import sys; sys.exit(3)") + script("import time; time.sleep(100)"))
        self.assertLess(time.monotonic() - start, 50)

    def test_a_bad_status_is_an_error_with_what_was_said(self):
        with self.assertRaisesRegex(client.ClientFailed, "status 3 no luck"):
            client.run(script("import sys; print('no luck', file=sys.stderr); sys.exit(3)"))

    def test_failed_requests_are_an_error(self):
        with self.assertRaisesRegex(client.ClientFailed, "2 requests failed"):
            client.run(script(ANSWER % (1, 2)))

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
        small, large = client.Run(1, 1, ['{"requests": 100}']), client.Run(2, 1.5, ['{"requests": 1100}'])
        self.assertEqual(measure.cpu_per_request(small, large), 1500)
        self.assertEqual(measure.user_per_request(small, large), 1000)

    def test_ratio_is_the_median_of_the_rounds_ratios(self):
        # The second round was disturbed, for both of them.
        first, other = measured("first", [1, 10, 1]), measured("other", [2, 20, 3])
        self.assertEqual(measure.ratio(other, first), 2)

    def test_bytes_go_both_ways(self):
        small = client.Run(0, 0, ['{"body": 1, "sent": 0}'])
        large = client.Run(0.5, 0, ['{"body": 1, "sent": %d}' % 2**29])
        self.assertEqual(measure.cpu_per_gib(small, large), 1000)

    def test_heap_of_what_is_more(self):
        few, many = client.Run(0, 0, ['{"heap": 1000}']), client.Run(0, 0, ['{"heap": 9000}'])
        self.assertEqual(measure.heap_per_connection(10)(few, many), 800)
        self.assertEqual(measure.heap_per_connection(10)(None, many), 900)

    def test_rounds_are_interleaved_and_a_failing_row_is_left_out(self):
        seen = []
        good, bad, none = script(ANSWER % (5, 0)), script("raise SystemExit(1)"), script(ANSWER % (1, 0))
        rows = [measure.Row("a", none, good), measure.Row("b", none, bad), measure.Row("d", none, good)]
        case = measure.Case("c", "u", measure.cpu_per_request, None, None)
        done = measure.run_case(case, rows, 3, None, lambda n, row: seen.append((n, row.name)))
        self.assertEqual(seen, [(0, "a"), (0, "b"), (0, "d"), (1, "d"), (1, "a"), (2, "d"), (2, "a")])
        self.assertEqual([len(r.values) for r in done], [3, 0, 3])
        self.assertIn("status 1", done[1].problem)
        self.assertEqual(measure.rounds_of(case._replace(exact=True), 5), 1)

    def test_tables(self):
        result = {"task": "t", "title": "64", "unit": "us", "rows": [
            measured("first", [2, 2, 2]), measured("other", [3, 3000, 3]), measured("broken", [], "it broke")]}
        self.assertIn("other     3.00    3.00         1.50", table.text(result))
        self.assertIn("broken: it broke", table.text(result))
        self.assertIn("| other | 3.00 (1.50x) |", table.markdown([result]))
        saved = table.as_json([result], {"cpu": "x"})["cases"][0]["rows"]
        self.assertEqual((saved[1]["median"], saved[1]["ratio"], saved[2]["problem"]), (3, 1.5, "it broke"))


class FakeServer:
    plain, tls, get, ca = "http://127.0.0.1:1", "https://127.0.0.1:2", "/bytes/100", "/ca.pem"


class Tasks(unittest.TestCase):
    def cases(self, **options):
        plan = tasks.Plan("/bin", **options)
        return [(name, case) for name in tasks.TASKS for case in tasks.TASKS[name](plan)]

    def test_titles_tell_cases_apart(self):
        titles = [(name, case.title) for name, case in self.cases()]
        self.assertEqual(len(titles), len(set(titles)))

    def test_rows_are_command_lines_that_differ_in_the_work_alone(self):
        for name, case in self.cases():
            rows = case.rows(FakeServer)
            self.assertEqual(len(rows), len({row.name for row in rows}))
            for row in rows:
                with self.subTest(name, case=case.title, row=row.name):
                    for argv in (row.small or []) + row.large:
                        self.assertTrue(all(isinstance(word, str) for word in argv), argv)
                    if row.small:
                        self.assertNotEqual(row.small, row.large)
                        self.assertEqual({len(argv) for argv in row.small}, {len(argv) for argv in row.large})

    def test_little_work_is_never_none(self):
        for _, case in self.cases(scale=0.00001):
            for row in case.rows(FakeServer):
                self.assertNotEqual(row.small, row.large)

    def test_all_tasks_are_run_unless_named(self):
        self.assertEqual(set(tasks.DEFAULT), set(tasks.TASKS) - {"floor"})


def chosen(*argv):
    return bench.arguments([*argv, "--binaries=/bin", "--root=/"])


class CommandLine(unittest.TestCase):
    def titles(self, *argv):
        return [case.title for _, case in bench.cases_of(chosen(*argv))]

    def test_tasks_servers_and_titles_choose(self):
        self.assertEqual(self.titles("requests", "--server", "nginx", "--only", " 64"), ["nginx, 64 connections"])
        self.assertEqual(self.titles("bulk", "--only", "TLS", "--only", "upload"), ["TLS", "upload"])
        self.assertEqual(self.titles("bulk", "--only", "no such thing"), [])

    def test_quick_leaves_out_what_takes_long(self):
        everything, quick = bench.cases_of(chosen()), bench.cases_of(chosen("--quick"))
        left_out = {(name, case.title) for name, case in everything} - {(name, case.title) for name, case in quick}
        self.assertEqual(left_out, {("connections", "TLS, 50,000 of three processes"),
                                    ("growth", "godwit HttpConnection"), ("growth", "Beast"),
                                    ("requests", "embedded, 1 connection"), ("requests", "embedded, 512 connections"),
                                    ("requests", "embedded, 10,000 connections")})
        self.assertEqual([case.title for _, case in bench.cases_of(chosen("requests", "--quick", "--server", "embedded"))],
                         ["embedded, 1 connection", "embedded, 64 connections", "embedded, 512 connections",
                          "embedded, 10,000 connections"])

    def test_what_is_wrong_is_said(self):
        for argv, message in ((["speed"], "there is no task speed; there are floor, requests"),
                              (["--rounds", "3"], "--rounds 3: medians of fewer than 5"),
                              (["--scale", "0"], "--scale 0: it is to be more than 0")):
            with self.subTest(argv), contextlib.redirect_stderr(io.StringIO()) as said:
                self.assertRaises(SystemExit, chosen, *argv)
                self.assertIn(message, said.getvalue())

    def test_help_names_every_task(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertRaises(SystemExit, chosen, "--help")
        for name in tasks.TASKS:
            self.assertRegex(said.getvalue(), "(?m)^  %s +[A-Z1]" % name)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Progress(unittest.TestCase):
    def teller(self, out):
        times = iter([0, 65, 66])
        return progress.Teller(out, 3, lambda: next(times))

    def test_a_line_for_each_case(self):
        out = io.StringIO()
        teller = self.teller(out)
        teller.begin("bulk, TLS")
        teller.step("TLS", 0, 5, "libuv")
        self.assertEqual(out.getvalue(), "1 of 3, after 1 min 05 s: bulk, TLS\n")

    def test_on_a_terminal_each_step(self):
        out = Terminal()
        teller = self.teller(out)
        teller.begin("bulk, TLS")
        teller.step("TLS", 0, 5, "libuv")
        self.assertEqual(out.getvalue(), "\r\033[K1 of 3, after 1 min 05 s: TLS, round 1 of 5, libuv")


if __name__ == "__main__":
    unittest.main()
