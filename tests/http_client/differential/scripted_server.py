# SPDX-License-Identifier: MIT
"""A loopback server that says what a case has it say, and remembers what it was sent."""

import re
import socket
import threading

SECONDS = 10


class Server:
    """Each connection takes the next list of replies; after each request it sends one of them, then closes."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._threads = []
        self._scripts = []
        self._requests = []
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, scripts):
        """scripts: for each connection, a list of (reply, stay): stay waits for the client to close."""
        with self._lock:
            self._scripts = list(scripts)
            self._threads = []
            self._requests = []

    def end(self):
        """What each connection was sent, once all of them are over."""
        for thread in self._threads:
            thread.join(SECONDS)
            if thread.is_alive():
                raise AssertionError("a connection is still open")
        with self._lock:
            return list(self._requests)

    def stop(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                script = self._scripts.pop(0) if self._scripts else []
                received = bytearray()
                self._requests.append(received)
                thread = threading.Thread(target=self._serve, args=(connection, script, received), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection, script, received):
        connection.settimeout(SECONDS)
        with connection:
            try:
                for number, (reply, stay) in enumerate(script, 1):
                    begin = len(received)
                    while not is_whole(received[begin:]):
                        got = connection.recv(1 << 16)
                        if not got:
                            return
                        received += got
                    connection.sendall(reply)
                    if stay and number == len(script):
                        while got := connection.recv(1 << 16):
                            received += got
                # What the client still sends would turn the end into a reset.
                connection.shutdown(socket.SHUT_WR)
                while got := connection.recv(1 << 16):
                    received += got
            except OSError:
                pass


def is_whole(request):
    """Whether that is a whole request, by the framing that it claims for itself."""
    head, blank, body = bytes(request).partition(b"\r\n\r\n")
    if not blank:
        return False
    length = re.search(rb"\r\ncontent-length: *(\d+)(?=\r\n|$)", head, re.I)
    if length:
        return len(body) >= int(length.group(1))
    if re.search(rb"\r\ntransfer-encoding:", head, re.I):
        return body == b"0\r\n\r\n" or body.endswith(b"\r\n0\r\n\r\n")
    return True
