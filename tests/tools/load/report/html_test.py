# SPDX-License-Identifier: MIT
"""The HTML report in a browser: it loads without an error, and its plots have the data."""

import math
import os
import re
import subprocess
import unittest

from tests.tools.load.report import browser

TOP, BOTTOM = 10, 360 - 44  # of the plot of percentiles, as plot.js has it


def page(kind):
    path = os.path.join(os.environ["TEST_TMPDIR"], kind + ".html")
    with open(path, "wb") as out:
        subprocess.run(["tests/tools/load/report/sample_report", kind], stdout=out, timeout=60, check=True)
    return browser.Page(path)


def heights(path):
    """The y coordinates of a curve."""
    return [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path.attributes["d"])]


class Good(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = page("good")

    def test_no_error(self):
        self.assertEqual(self.page.complaints, [])
        self.assertEqual(self.page.one("p", id="fault").text(), "")

    def test_words(self):
        self.assertEqual(self.page.one("p", id="verdict").text(), "VALID")
        self.assertIn("http://127.0.0.1:8080/bytes/100", self.page.title())
        summary = self.page.one("section", id="summary").text()
        for words in ("100/swent well", "56.0 msmedian from due", "2.09 s99 % from due", "2.10 sslowest from due"):
            self.assertIn(words, summary)

    def test_percentile_curves(self):
        figure = self.page.one("figure", id="percentiles")
        curves = {c.attributes["data-name"]: heights(c) for c in figure.find("path", class_="curve")}
        self.assertEqual(set(curves), {"from due", "from sent", "generator lag"})
        due, sent, lag = curves["from due"], curves["from sent"], curves["generator lag"]
        for curve in (due, sent, lag):
            # A thousand records speak of about ten halvings, five points each; latencies rise, and y falls.
            self.assertEqual(len(curve), 50)
            self.assertEqual(curve, sorted(curve, reverse=True))
            self.assertTrue(all(TOP <= y <= BOTTOM for y in curve))
        # The stall is a tenth of the requests: in the time that users waited, not in what the server took.
        self.assertLess(due[-1], sent[-1] - 40)
        self.assertAlmostEqual(due[0], sent[0])
        self.assertGreater(lag[-1], sent[0])

    def test_axes_tell_durations(self):
        nanoseconds = {"us": 1e3, "ms": 1e6, "s": 1e9}
        for name in ("percentiles", "heat"):
            marks = []
            for text in self.page.one("figure", id=name).find("text", text_anchor="end"):
                if found := re.fullmatch(r"(\d+) (us|ms|s)", text.text()):
                    marks.append((math.log10(int(found[1]) * nanoseconds[found[2]]), float(text.attributes["y"])))
            self.assertGreater(len(marks), 3)
            # On a logarithmic scale every decade is as high as any other.
            (first, low), (last, high) = marks[0], marks[-1]
            for value, y in marks:
                self.assertAlmostEqual(y, low + (high - low) * (value - first) / (last - first), delta=0.5)

    def test_percentile_table(self):
        rows = [[cell.text() for cell in row.find("td")] for row in self.page.one("table", id="latencies").find("tr")]
        self.assertIn(["from sent", "1,000", "1.00 ms", "50.0 ms", "90.0 ms", "99.0 ms", "100 ms", "100 ms", "100 ms",
                       "100 ms"], rows)

    def test_heat_map(self):
        figure = self.page.one("figure", id="heat")
        cells = list(figure.find("rect", class_="cell"))
        columns = {cell.attributes["x"] for cell in cells}
        self.assertEqual(len(columns), 100)
        self.assertGreater(len(cells), 200)
        (p99,) = figure.find("path", class_="curve")
        points = heights(p99)
        self.assertEqual(len(points), 100)
        # The second of the stall stands above all others.
        self.assertLess(max(points[50:60]), min(points[:50] + points[60:]))

    def test_rate(self):
        figure = self.page.one("figure", id="rate")
        asked, good = figure.find("path", class_="curve")
        self.assertEqual([c.attributes["data-name"] for c in (asked, good)], ["asked", "good"])
        self.assertEqual(len(heights(good)), 100)
        # As many as were asked for, within what falls into a neighbouring tenth of a second.
        self.assertEqual(len(heights(asked)), 100)
        self.assertAlmostEqual(sum(heights(good)) / 100, sum(heights(asked)) / 100, delta=2)

    def test_phases(self):
        bars = {bar.attributes["data-name"]: bar.text() for bar in
                self.page.one("figure", id="phases").find("rect", class_="bar")}
        self.assertEqual(set(bars), {"connect", "TLS handshake", "first byte", "transfer"})
        self.assertIn("1,000 times, median 25.0 ms", bars["first byte"])

    def test_thresholds(self):
        rows = [[cell.text() for cell in row.find("td")] for row in self.page.one("table", id="thresholds").find("tr")]
        self.assertEqual(rows[1:], [["p99<200ms", "2.09 s", "broken"], ["rate>=50", "100", "held"]])

    def test_nothing_is_loaded(self):
        for name in ("link", "img", "iframe", "object"):
            self.assertEqual(list(self.page.document.find(name)), [])
        self.assertEqual([s for s in self.page.document.find("script") if "src" in s.attributes], [])


class Bad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = page("bad")

    def test_no_error_and_nothing_broke_out(self):
        self.assertEqual(self.page.complaints, [])
        self.assertEqual(self.page.one("p", id="fault").text(), "")
        self.assertTrue(self.page.title().startswith("godwit load: "))

    def test_failures(self):
        self.assertEqual(self.page.one("p", id="verdict").text(), "INVALID: errors")
        self.assertIn("33.3 % of the requests failed", self.page.one("ul", id="reasons").text())
        causes = self.page.one("table", id="causes").text()
        self.assertIn("connect-failed in connect100</script><script>document.title='broken out'</script>", causes)
        self.assertIn("status 503400", causes)
        names = {c.attributes["data-name"] for c in self.page.one("figure", id="rate").find("path", class_="curve")}
        self.assertEqual(names, {"asked", "good", "failed"})
        self.assertIn("12", self.page.one("table", id="generator").text())


class Single(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = page("single")

    def test_one_request_is_seen_in_every_plot(self):
        self.assertEqual(self.page.complaints, [])
        for figure, curves in (("percentiles", 2), ("heat", 1), ("rate", 1)):
            paths = list(self.page.one("figure", id=figure).find("path", class_="curve"))
            self.assertEqual(len(paths), curves)
            for path in paths:
                self.assertRegex(path.attributes["d"], r"^M[\d.]+ [\d.]+h12$")
        self.assertIn("1 connection", self.page.one("p", id="about").text())
        self.assertNotIn("1 connections", self.page.one("p", id="about").text())

    def test_axes_of_a_short_run(self):
        for figure in ("heat", "rate"):
            axis = [text.text() for text in self.page.one("figure", id=figure).find("text", text_anchor="middle")]
            self.assertGreater(len(axis), 3)
            self.assertEqual(len(set(axis)), len(axis), axis)
        self.assertGreater(len([text for text in self.page.one("figure", id="heat").find("text", text_anchor="end")
                                if text.text().endswith(" ms")]), 1)


class Empty(unittest.TestCase):
    def test_says_that_nothing_happened(self):
        empty = page("empty")
        self.assertEqual(empty.complaints, [])
        self.assertEqual(empty.one("p", id="fault").text(), "")
        self.assertEqual(empty.one("p", id="verdict").text(), "INVALID: errors")
        self.assertIn("-median from due", empty.one("section", id="summary").text())
        for figure in ("percentiles", "heat", "rate", "phases"):
            self.assertIn("No request", empty.one("figure", id=figure).text())
            self.assertEqual(list(empty.one("figure", id=figure).find("path")), [])


if __name__ == "__main__":
    unittest.main()
