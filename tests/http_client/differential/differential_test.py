# SPDX-License-Identifier: MIT
"""CPython's http.client and godwit's blocking face against the same server: the same calls, replies and requests.
What differs is in differences.txt, with the row of the inventory's 1.11 that says why, or it is a bug."""

import fnmatch
import http
import http.client
import json
import re
import subprocess
import sys
import unittest

from tests.http_client.differential import python_client, reply_cases, request_cases, scripted_server

HERE = "tests/http_client/differential/"
INVENTORY = "tests/http_client/inventory.md"

# Cases in which versions of http.client after 3.11 differ from it: read1 and readline close a response at its exact
# end. There godwit is compared with 3.11 and 3.12 alone.
SINCE = {(3, 13): ["reads/*-read1", "reads/*-readline-*"]}


RENAMED_IN_3_13 = {
    413: ("CONTENT_TOO_LARGE", "Content Too Large"),
    414: ("URI_TOO_LONG", "URI Too Long"),
    416: ("RANGE_NOT_SATISFIABLE", "Range Not Satisfiable"),
    422: ("UNPROCESSABLE_CONTENT", "Unprocessable Content"),
}


class Differences:
    """The lines `pattern outcome row [some]`: in which cases both differ, what godwit says there, and why."""

    def __init__(self):
        with open(HERE + "differences.txt", encoding="utf-8") as lines:
            rules = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        self.rules = [rule[:3] for rule in rules]
        self.in_some_versions = {rule[0] for rule in rules if rule[3:] == ["some"]}
        with open(INVENTORY, encoding="utf-8") as inventory:
            self.rows = re.findall(r"^\| `(1\.11/[^`]*)` \|", inventory.read(), re.M)
        self.used = set()

    def about(self, case):
        """The patterns that match a case, and what godwit says by them."""
        found = {pattern: outcome for pattern, outcome, _ in self.rules if fnmatch.fnmatchcase(case, pattern)}
        self.used.update(found)
        return found


def outcome_of(results):
    """The first error among the results of a case, or `ok`."""
    return next((result["error"] for result in results if "error" in result), "ok")


def hexed(value):
    """A call or a part of it, with its octets in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {k: hexed(v) for k, v in value.items()}
    return [hexed(v) for v in value] if isinstance(value, (list, tuple)) else value


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.assertGreaterEqual(cls(), sys.version_info, (3, 11))
        cls.server = scripted_server.Server()
        cls.driver = subprocess.Popen([HERE + "driver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.differences = Differences()
        cls.cases = 0

    @classmethod
    def tearDownClass(cls):
        cls.driver.stdin.close()
        cls.driver.wait(10)
        cls.driver.stdout.close()
        cls.server.stop()

    def godwit(self, host, dialled, calls):
        script = {"host": host, "name": dialled, "port": self.server.port, "calls": list(calls)}
        self.driver.stdin.write(json.dumps({k: v.decode() if k == "name" else hexed(v) for k, v in script.items()}) + "\n")
        self.driver.stdin.flush()
        return json.loads(self.driver.stdout.readline())

    def python(self, host, _, calls):
        client = python_client.Client(host.decode("latin-1"), self.server.port)
        results = [client.run(call) for call in calls]
        client.connection.close()
        if client.response:
            client.response.close()
        return results

    def both(self, case, host, dialled, calls, scripts):
        """Runs a case on both, and says what differs."""
        type(self).cases += 1
        outcomes = []
        for run in (self.python, self.godwit):
            self.server.begin(scripts)
            results = run(host, dialled, calls)
            outcomes.append((results, [bytes(sent) for sent in self.server.end()]))
        python, godwit = outcomes
        differing = ["%s: http.client %s, godwit %s" % (call["op"], p, g)
                     for call, p, g in zip(calls, python[0], godwit[0]) if p != g]
        if python[1] != godwit[1]:
            differing.append("sent: http.client %s, godwit %s" % (python[1], godwit[1]))
        return [text if len(text) < 1000 else text[:1000] + "..." for text in differing], outcome_of(godwit[0])

    def check(self, case, *arguments):
        self.judge(case, *self.both(case, *arguments))

    def judge(self, case, differing, outcome):
        if any(fnmatch.fnmatchcase(case, p) for since, ps in SINCE.items() if sys.version_info >= since for p in ps):
            return
        allowed = self.differences.about(case)
        with self.subTest(case=case):
            if differing and not allowed:
                self.fail("\n".join(differing))
            if set(allowed) - self.differences.in_some_versions and not differing:
                self.fail("differences.txt names this case, and both do the same")
            for pattern, expected in allowed.items():
                self.assertEqual(outcome, expected, "what godwit says in a case of " + pattern)

    # row: 1.5/read, 1.5/readinto, 1.5/read1, 1.5/peek, 1.5/readline, 1.5/getheader, 1.5/getheaders, 1.5/will-close
    # row: 1.5/no-body, 1.5/attributes, 1.5/status-line, 1.5/chunk-parsing
    def test_a_replies(self):
        for case, reply, calls in reply_cases.cases():
            self.check(case, b"name.example:%d" % self.server.port, b"name.example", calls, [[(reply, False)]])

    # row: 1.3/request, 1.3/wire-order, 1.3/skip-flags, 1.3/url, 1.3/host-value, 1.3/content-length, 1.3/chunk-format
    # row: 1.3/user-content-length, 1.3/user-transfer-encoding, 1.3/send, 1.4/states
    def test_b_requests(self):
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        for case, calls, host, dialled in request_cases.cases():
            self.check(case, host % self.server.port, dialled, calls, [[(reply, True)]])

    # row: 1.2/host-port, 1.2/validate-host
    def test_c_hosts_that_are_none(self):
        """http.client says so when a connection is made, godwit with its first call."""
        for case, host in request_cases.bad_hosts():
            type(self).cases += 1
            python = {}
            try:
                python_client.Client(host.decode("latin-1"), 0)
            except http.client.InvalidURL:
                python = {"error": "invalid-url"}
            godwit = self.godwit(host, b"none.example", request_cases.request()[:1])[0]
            self.judge(case, [] if python == godwit else ["http.client %s, godwit %s" % (python, godwit)],
                       outcome_of([godwit]))

    # row: 1.4/overlap, 1.4/getresponse, 1.2/close
    def test_d_several_requests(self):
        """Connections that are kept, and those that are not."""
        kept = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        read = [{"op": "read"}]
        one, rest = request_cases.request(), request_cases.RESPONSE
        for case, calls, scripts in (
                ("kept", 3 * (one + read), [[(kept, True)] * 3]),
                ("closing", 2 * (one + read), [[(closing, False)]] * 2),
                ("closing-unread", one + one + read, [[(closing, False)]] * 2),
                ("until-close", 2 * (one + read), [[(b"HTTP/1.0 200 OK\r\n\r\nhello", False)]] * 2),
                ("overlap", one + one[:1] + [rest] + read + [rest] + read, [[(kept, True)] * 2]),
                ("overlap-read", one + read + one[:1] + [rest] + read, [[(kept, True)] * 2]),
                ("closed", one + [{"op": "close"}] + one + read, [[(kept, True)]] * 2),
                ("head", [{**one[0], "method": b"HEAD"}, rest] + read + one + read,
                 [[(kept[:-5], True), (kept, True)]])):
            self.check("several/" + case, b"name.example:%d" % self.server.port, b"name.example", calls, scripts)

    # row: 1.11/content-length-number, 1.11/duplicate-length, 1.11/length-list, 1.11/gzip-chunked, 1.11/chunk-size
    # row: 1.11/chunk-tail, 1.11/not-closed, 1.11/304-chunked, 1.11/103-final, 1.11/colonless-line, 1.11/bare-cr
    # row: 1.11/nul, 1.11/port-number, 1.11/bare-ipv6, 1.11/userinfo, 1.11/both-framings, 1.11/version-number
    # row: 1.11/status-number, 1.11/status-line-blanks, 1.11/empty-line-first
    # row: 1.11/control-characters, 1.11/field-name, 1.11/obs-fold, 1.11/bare-lf, 1.11/blanks-of-values
    # row: 1.11/field-limit, 1.11/set-cookie, 1.11/cut-head, 1.11/cut-body, 1.11/cut-trailers, 1.11/chunk-extensions
    # row: 1.11/chunked-in-1.0, 1.11/204-length, 1.11/keep-alive-and-close, 1.11/close-sent, 1.11/method-token
    # row: 1.11/zone-in-host, 1.11/buffer-after-close, 1.11/readline-limit
    def test_e_the_list_itself(self):
        """Every rule was needed, and names a row of the list of what is not copied."""
        for pattern, _, row in self.differences.rules:
            self.assertIn(row, self.differences.rows)
            self.assertIn(pattern, self.differences.used, "no case needs this rule")
        self.assertGreaterEqual(self.cases, 300)

    # row: 1.1/status-constants, 1.1/responses, 1.10/3.13
    def test_f_status_codes(self):
        """The same codes by the same names, with the phrases of the versions that know RFC 9110."""
        listed = subprocess.run([HERE + "driver", "statuses"], stdout=subprocess.PIPE, text=True, check=True).stdout
        godwit = {}
        for line in listed.splitlines():
            number, constant, phrase = line.split(" ", 2)
            godwit[int(number)] = (re.sub(r"(?<=.)(?=[A-Z])", "_", constant[1:]).upper(), phrase)
        python = {int(s): (s.name, s.phrase) for s in http.HTTPStatus}
        if sys.version_info < (3, 13):
            python.update(RENAMED_IN_3_13)
        self.assertEqual(godwit, python)
