# SPDX-License-Identifier: MIT
"""tools/screenshot: a picture has the page's size, and the page is to be seen on it."""

import collections
import os
import struct
import subprocess
import unittest
import zlib

# As page.css has them.
GROUND, DUE = {False: (255, 255, 255), True: (20, 23, 27)}, {False: (11, 98, 184), True: (108, 176, 245)}


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[12:16] == b"IHDR", png[:16]
    return struct.unpack(">II", png[16:24])


def pixels(png):
    """How often each colour stands in a picture of 8 bits without interlacing (RFC 2083, 6)."""
    width, height = size_of(png)
    depth, kind, _, _, interlaced = png[24:29]
    assert (depth, interlaced) == (8, 0) and kind in (2, 6), png[24:29]
    step = 3 if kind == 2 else 4
    data, at = b"", 8
    while at < len(png):
        length, = struct.unpack(">I", png[at:at + 4])
        if png[at + 4:at + 8] == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += 12 + length
    data = zlib.decompress(data)
    counted, before = collections.Counter(), bytearray(width * step)
    for y in range(height):
        begin = y * (width * step + 1)
        how, row = data[begin], bytearray(data[begin + 1:begin + 1 + width * step])
        for i in range(len(row) if how else 0):
            left, up, corner = (row[i - step], before[i], before[i - step]) if i >= step else (0, before[i], 0)
            if how == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            else:
                near = (left, up, (left + up) // 2)[how - 1]
            row[i] = (row[i] + near) & 255
        before = row
        counted.update(zip(*(row[c::step] for c in range(3))))
    return counted


class Screenshot(unittest.TestCase):
    def path(self, name):
        return os.path.join(os.environ["TEST_TMPDIR"], name)

    def page(self, kind):
        with open(self.path(kind + ".html"), "wb") as out:
            subprocess.run(["tests/tools/load/report/sample_report", kind], stdout=out, timeout=60, check=True)
        return out.name

    def take(self, *arguments):
        subprocess.run(["tools/screenshot", *arguments[:-1], self.path("picture.png"), *arguments[-1:]], timeout=200, check=True)
        with open(self.path("picture.png"), "rb") as picture:
            return picture.read()

    def test_the_page_is_to_be_seen(self):
        page = self.page("good")
        for dark in (False, True):
            picture = self.take("--width", "390", *(["--dark"] if dark else []), page)
            width, height = size_of(picture)
            self.assertEqual(width, 390)
            self.assertTrue(2000 < height < 5000, height)
            seen = pixels(picture)
            self.assertEqual(sum(seen.values()), width * height)
            self.assertEqual(seen.most_common(1)[0][0], GROUND[dark])
            # Words, curves and the heat map.
            self.assertLess(seen[GROUND[dark]], 0.95 * width * height)
            self.assertGreater(seen[DUE[dark]], 500)
            self.assertGreater(len(seen), 100)

    def test_a_wide_page_is_less_high(self):
        page = self.page("good")
        (width, height), (_, narrow) = size_of(self.take(page)), size_of(self.take("--width", "390", page))
        self.assertEqual(width, 1000)
        self.assertLess(height, narrow)

    def test_a_run_of_its_own(self):
        subprocess.run(["tools/screenshot", "--program", os.path.abspath("tools/godwit"), self.path("own.png")], timeout=200,
                       check=True)
        with open(self.path("own.png"), "rb") as picture:
            self.assertGreater(size_of(picture.read())[1], 1500)

    def test_faults(self):
        broken = self.path("broken.html")
        with open(broken, "w", encoding="utf-8") as out:
            out.write("<!doctype html><script>nobody.knows()</script>")
        for arguments, words in ((["x.png", "missing.html"], b"missing.html is not a file"), ([], b"picture"),
                                 (["--width", "3", "x.png", broken], b"a width from 200 to 4000"),
                                 (["x.png", broken], b"the page's script failed")):
            done = subprocess.run(["tools/screenshot", *arguments], stderr=subprocess.PIPE, timeout=200, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
            self.assertFalse(os.path.exists("x.png"))


if __name__ == "__main__":
    unittest.main()
