# SPDX-License-Identifier: MIT
"""Runs the godwit program as a person or a script would, for the end-to-end tests."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

GODWIT = os.path.abspath("tools/godwit")
SECONDS = 60  # Nothing here takes a tenth of it; a hang is to fail by name and not by the test's own limit.


class ProgramTest(unittest.TestCase):
    """A case with a folder of its own, in which the program runs."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder)

    def godwit(self, *arguments, stdin=b"", **options):
        return subprocess.run(
            [GODWIT, *arguments], cwd=self.folder, input=stdin, timeout=SECONDS,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})

    def fetch(self, *arguments, status=0, **options):
        """Fetches with the embedded server; the standard output, after a look at the exit status."""
        done = self.godwit("fetch", "--embedded", *arguments, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        if status == 0:
            self.assertEqual(done.stderr, b"")
        return done.stdout

    def fetch_error(self, *arguments, **options):
        """What a failing fetch says on the standard error."""
        done = self.godwit("fetch", *arguments, **options)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.decode()

    def fetch_json(self, *arguments, status=0, **options):
        return [json.loads(line) for line in self.fetch("--json", *arguments, status=status, **options).splitlines()]

    @contextlib.contextmanager
    def started(self, *arguments, **options):
        """A running godwit with pipes; it is killed if the test leaves it behind."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([GODWIT, *arguments], cwd=self.folder, **{**pipes, **options})
        guard = threading.Timer(SECONDS, process.kill)
        guard.start()
        try:
            yield process
        finally:
            guard.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)


class Peer:
    """A server that takes one connection, calls serve(connection), and closes.

    The request's head is in `head`, what came with it of the body in `rest`."""

    def __init__(self, serve):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self.port = self._listener.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        self.address = None
        self.head = b""
        self.rest = b""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        connection, self.address = self._listener.accept()
        with connection:
            connection.settimeout(SECONDS)
            while b"\r\n\r\n" not in self.head:
                piece = connection.recv(65536)
                if not piece:
                    return
                self.head += piece
            end = self.head.index(b"\r\n\r\n") + 4
            self.head, self.rest = self.head[:end], self.head[end:]
            self._serve(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._thread.join(SECONDS)


def answering(answer):
    """A peer that answers with exactly these bytes."""
    return Peer(lambda connection: connection.sendall(answer))


def refused_port():
    """A port on which nobody listens: bound, so that nobody else begins to."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]
