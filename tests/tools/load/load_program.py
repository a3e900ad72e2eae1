# SPDX-License-Identifier: MIT
"""Runs `godwit load` as a person or a scheduler would, for the end-to-end tests."""

import contextlib
import json
import os
import subprocess

from tests.tools.fetch import program

EMBEDDED_SERVER = os.path.abspath("tools/embedded_server/embedded_server")


class LoadTest(program.ProgramTest):
    """A case with a folder of its own, in which the program runs."""

    def load(self, *arguments, status=0, **options):
        """A run against the embedded server of the program itself; what it did."""
        done = self.godwit("load", *arguments, "-q", **options)
        self.assertIn(done.returncode, status if isinstance(status, tuple) else (status,),
                      (done.stdout, done.stderr))
        return done

    def report(self, *arguments, status=(0, 1), **options):
        """The JSON report. Whether the machine was quiet enough to be VALID is no question of most tests."""
        return json.loads(self.load("--json", *arguments, status=status, **options).stdout)

    @contextlib.contextmanager
    def server(self):
        """The embedded server as a process of its own: (the process, its http URL without the last slash)."""
        process = subprocess.Popen([EMBEDDED_SERVER], stdout=subprocess.PIPE, text=True)
        try:
            yield process, process.stdout.readline().strip().rstrip("/")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
