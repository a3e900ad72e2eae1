# SPDX-License-Identifier: MIT
"""The half of the differential test that is CPython's http.client: the calls of a case, and godwit's words for
what they gave."""

import http.client
import socket

# Which Errc an exception is (core/README.md, "Errors"); the first that fits counts.
ERRORS = (
    (http.client.CannotSendRequest, "cannot-send-request"),
    (http.client.CannotSendHeader, "cannot-send-header"),
    (http.client.ResponseNotReady, "response-not-ready"),
    (http.client.NotConnected, "not-connected"),
    (http.client.InvalidURL, "invalid-url"),
    (http.client.UnknownProtocol, "unknown-protocol"),
    (http.client.IncompleteRead, "incomplete-read"),
    (http.client.LineTooLong, "line-too-long"),
    (http.client.RemoteDisconnected, "remote-disconnected"),
    (http.client.BadStatusLine, "bad-status-line"),
    (http.client.HTTPException, "too-many-fields"),
    (ValueError, "invalid-request"),
    (OverflowError, "bad-chunk"),
)


def error_name(error):
    if isinstance(error, UnicodeEncodeError):
        return "invalid-url" if error.object.endswith(" HTTP/1.1") else "invalid-request"
    return next((name for kind, name in ERRORS if isinstance(error, kind)), repr(error))


def text(octets):
    return octets.decode("latin-1")


class Client:
    def __init__(self, host, port):
        self.connection = http.client.HTTPConnection(host, timeout=10)
        # Where names lead is not http.client's affair.
        self.connection._create_connection = lambda address, timeout, source: socket.create_connection(
            ("127.0.0.1", port), timeout)
        self.response = None

    def run(self, call):
        if self.response is None and call["op"] in READS + ("isclosed", "getheader"):
            return {"error": "no response"}
        try:
            return self._run(call)
        except http.client.IncompleteRead as error:
            return {"error": "incomplete-read", "value": error.partial.hex()}
        except (http.client.HTTPException, ValueError, OverflowError) as error:
            found = {"error": error_name(error)}
            if call["op"] in READS:
                found["value"] = ""
            return found

    def _run(self, call):
        op = call["op"]
        connection = self.connection
        if op == "request":
            headers = {text(name): text(value) for name, value in call["headers"]}
            connection.request(text(call["method"]), call["url"].decode(), body_of(call), headers,
                               encode_chunked=call.get("encode_chunked", False))
        elif op == "putrequest":
            connection.putrequest(text(call["method"]), call["url"].decode(), call.get("skip_host", False),
                                  call.get("skip_accept_encoding", False))
        elif op == "putheader":
            connection.putheader(text(call["name"]), *call["values"])
        elif op == "endheaders":
            connection.endheaders(body_of(call), encode_chunked=call.get("encode_chunked", False))
        elif op == "send":
            connection.send(call["body"])
        elif op == "close":
            connection.close()
        elif op == "getresponse":
            return self._respond()
        else:
            return {"value": self._read(op, call)}
        return {}

    def _respond(self):
        r = self.response = self.connection.getresponse()
        return {"status": r.status, "reason": r.reason.encode("latin-1").hex(), "version": r.version,
                "headers": [[n.encode("latin-1").hex(), v.encode("latin-1").hex()] for n, v in r.getheaders()],
                "chunked": bool(r.chunked), "will_close": bool(r.will_close), "length": r.length}

    def _read(self, op, call):
        r = self.response
        size = call.get("size")
        if op == "isclosed":
            return r.isclosed()
        if op == "getheader":
            return r.getheader(text(call["name"]), "-").encode("latin-1").hex()
        if op == "readinto":
            memory = bytearray(size)
            return memory[:r.readinto(memory)].hex()
        if op == "peek":
            return r.peek(size)[:1].hex()
        return {"read": r.read, "read_n": r.read, "read1": r.read1, "readline": r.readline}[op](
            *([] if op == "read" else [size])).hex()


READS = ("read", "read_n", "read1", "peek", "readline", "readinto")


def body_of(call):
    return iter(call["pieces"]) if "pieces" in call else call.get("body")
