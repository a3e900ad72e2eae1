#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keep-alive requests through Python's http.client: written on every connection, then read from every one.

usage: http_client.py http://ADDRESS:PORT/PATH CONNECTIONS REQUESTS
"""

import http.client
import json
import sys
import urllib.parse


def main():
    url = urllib.parse.urlsplit(sys.argv[1])
    count, requests = int(sys.argv[2]), int(sys.argv[3])
    connections = [http.client.HTTPConnection(url.hostname, url.port) for _ in range(count)]
    answered = failed = body = 0
    while answered < requests:
        turn = connections[:requests - answered]
        for connection in turn:
            connection.request("GET", url.path)
        for connection in turn:
            with connection.getresponse() as response:
                body += len(response.read())
                failed += response.status != 200
        answered += len(turn)
    print(json.dumps({"requests": answered, "failed": failed, "body": body, "heap": 0}))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
