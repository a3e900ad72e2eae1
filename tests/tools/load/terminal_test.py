# SPDX-License-Identifier: MIT
"""End to end: what `godwit load` shows on a terminal while it runs."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import unittest

from tests.tools.fetch import program
from tests.tools.load import load_program


class Terminal(load_program.LoadTest):
    def shown(self, *arguments, kind="xterm", columns=80, rows=24, keys=b""):
        """All that comes to a terminal of that kind and size, and the report, which goes elsewhere. Keys are typed once
        something was shown."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def take_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        environment = {**os.environ, "TERM": kind} if kind else {k: v for k, v in os.environ.items() if k != "TERM"}
        process = subprocess.Popen([program.GODWIT, "load", "--embedded", *arguments], cwd=self.folder, stdin=theirs,
                                   stdout=subprocess.PIPE, stderr=theirs, env=environment, start_new_session=True,
                                   preexec_fn=take_terminal)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
            if keys and b"latency" in shown:
                os.write(ours, keys)
                keys = b""
        os.close(ours)
        report = process.stdout.read()
        process.wait(program.SECONDS)
        return shown, report

    def test_a_screen_that_is_drawn_over_and_wiped(self):
        shown, report = self.shown("-d", "700ms", "-c", "2", "/delay/5")
        self.assertIn(b"VALID", report)
        screens = shown.split(b"\r\x1b[5A\x1b[J")
        self.assertGreater(len(screens), 2)
        self.assertEqual(screens[-1], b"")
        for screen in screens[:-1]:
            self.assertEqual(screen.count(b"\n"), 5, screen)
            self.assertIn(b"latency  p50", screen)

    def test_an_interrupt_typed_there_leaves_nothing_of_the_screen(self):
        shown, report = self.shown("-d", "30s", "-c", "2", "/delay/5", keys=b"\x03")
        self.assertIn(b"Interrupted", report)
        # The terminal shows ^C where the cursor is: the screen is wiped from the line's begin on.
        self.assertTrue(shown.endswith(b"\r\x1b[5A\x1b[J"), shown[-80:])
        self.assertIn(b"^C", shown)

    def test_a_terminal_that_can_not_do_it_gets_lines(self):
        for kind in ("dumb", None):
            shown, report = self.shown("-d", "500ms", "-c", "2", "/delay/5", kind=kind)
            self.assertEqual(shown, b"")
            self.assertIn(b"VALID", report)

    def test_a_small_terminal(self):
        shown, _ = self.shown("-d", "700ms", "-c", "2", "/delay/5", columns=20, rows=4)
        screens = shown.split(b"\r\x1b[3A\x1b[J")
        self.assertGreater(len(screens), 2)
        for screen in screens[:-1]:
            lines = screen.split(b"\r\n")
            self.assertEqual(len(lines), 4)
            self.assertLessEqual(max(len(line) for line in lines), 20)

    def test_what_went_well_in_the_warm_up_is_not_told_as_measured(self):
        shown, report = self.shown("--warmup", "600ms", "-d", "300ms", "-c", "2", "/delay/20")
        first = shown.split(b"\r\x1b[5A\x1b[J")[2]
        self.assertIn(b"begins in", first)
        self.assertIn(b"good 0 ", first)


if __name__ == "__main__":
    unittest.main()
