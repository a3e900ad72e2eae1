# SPDX-License-Identifier: MIT
"""End to end: `godwit fetch` as a person at a terminal uses it."""

import base64
import json
import os
import pty
import signal
import subprocess
import unittest
from urllib.parse import quote

from tests.tools.fetch import program

ProgramTest = program.ProgramTest


def raw(answer):
    """The path at which the embedded server answers with exactly these bytes, and closes."""
    return "/raw?base64=" + quote(base64.b64encode(answer)) + "&close=1"


class Usage(ProgramTest):
    def test_help_goes_to_the_output(self):
        for arguments in (["--help"], ["-h"], ["fetch", "--help"], ["fetch", "-h"]):
            done = self.godwit(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.startswith(b"usage: godwit"))

    def test_version(self):
        self.assertRegex(self.godwit("--version").stdout, rb"^godwit \d+\.\d+\.\d+\n$")

    def test_faults_are_one_line_and_status_2(self):
        for arguments in (["nope"], ["https://example.com/"], ["fetch"], ["fetch", "--nope", "u"],
                          ["fetch", "-m", "soon", "u"], ["fetch", "-I", "-d", "x", "u"],
                          ["fetch", "--from", "/nonexistent"], ["fetch", "-T", "/nonexistent", "u"],
                          ["fetch", "--cacert", "/nonexistent", "https://localhost/"]):
            done = self.godwit(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)

    def test_no_command_shows_the_help(self):
        done = self.godwit()
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"Commands:", done.stderr)


class Output(ProgramTest):
    def test_body_alone(self):
        self.assertEqual(len(self.fetch("/bytes/100k")), 102400)

    def test_include_shows_the_head_as_it_came(self):
        answer = b"HTTP/1.1 200 Fine, really\r\nX-a:  1 \r\nContent-Length: 2\r\nx-A: 2\r\n\r\nhi"
        self.assertEqual(self.fetch("-i", raw(answer)),
                         b"HTTP/1.1 200 Fine, really\r\nX-a: 1\r\nContent-Length: 2\r\nx-A: 2\r\n\r\nhi")

    def test_include_shows_interim_heads(self):
        heads = self.fetch("-i", "/informational/2").split(b"\r\n\r\n")
        self.assertEqual([head.split(b" ")[1] for head in heads[:3]], [b"103", b"103", b"200"])

    def test_head_asks_for_the_head_alone(self):
        out = self.fetch("-I", "/bytes/1m")
        self.assertTrue(out.startswith(b"HTTP/1.1 200") and out.endswith(b"\r\n\r\n"))
        self.assertIn(b"Content-Length: 1048576", out)

    def test_output_files_go_with_urls_in_order(self):
        out = self.fetch("-o", "a", "/bytes/1", "/bytes/2", "-o", "b", "/bytes/3")
        self.assertEqual((len(self.read("a")), len(self.read("b")), len(out)), (1, 2, 3))

    def test_include_goes_into_the_file(self):
        self.assertEqual(self.fetch("-i", "-o", "a", "/bytes/1"), b"")
        self.assertTrue(self.read("a").startswith(b"HTTP/1.1 200 OK\r\n"))

    def test_remote_names(self):
        self.assertEqual(self.fetch("-O", "/bytes/10?x=/y", "/bytes/20"), b"")
        self.assertEqual((len(self.read("10")), len(self.read("20"))), (10, 20))

    def test_no_remote_name(self):
        self.assertIn("-O", self.fetch_error("--embedded", "-O", "/"))
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_empty_body_makes_an_empty_file(self):
        self.fetch("-o", "a", "/bytes/0")
        self.assertEqual(self.read("a"), b"")

    def test_a_failed_connect_leaves_an_older_file_alone(self):
        self.write("a", b"old")
        holder, port = program.refused_port()
        with holder:
            self.fetch_error("-o", "a", "http://127.0.0.1:%d/" % port)
        self.assertEqual(self.read("a"), b"old")

    def test_what_arrived_before_an_error_is_kept_and_counted(self):
        error = self.fetch_error("--embedded", "-o", "a", "/fault/truncate?at=500&length=1000")
        self.assertEqual(len(self.read("a")), 500)
        self.assertIn("incomplete-read in body after 500 of 1000 bytes", error)

    def test_several_bodies_do_not_mix(self):
        # The first is the slowest, the second more than is held for later ones.
        paths = ["/drip/5?ms=30", "/bytes/9m", "/chunked/100k", "/delay/20", "/bytes/9m", "/bytes/0", "/bytes/3"]
        alone = b"".join(self.fetch(path) for path in paths)
        for parallel in ("1", "2", "50"):
            self.assertEqual(self.fetch("--parallel", parallel, *paths), alone)

    def test_many_bodies_in_order(self):
        paths = ["/echo/%d" % i for i in range(300)]
        out = self.fetch("--parallel", "40", *paths).decode()
        decoder = json.JSONDecoder()
        targets = []
        while out.strip():
            body, end = decoder.raw_decode(out)
            targets.append(body["target"])
            out = out[end:].lstrip()
        self.assertEqual(targets, paths)

    def test_an_error_in_the_middle_loses_nothing_else(self):
        done = self.godwit("fetch", "--embedded", "/bytes/5", "/fault/close-before-response", "/bytes/6")
        self.assertEqual((done.returncode, len(done.stdout)), (1, 11))
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_fail(self):
        done = self.godwit("fetch", "--embedded", "--fail", "-o", "a", "/status/404?reason=Gone")
        self.assertEqual((done.returncode, os.listdir(self.folder)), (1, []))
        self.assertIn(b"404 Gone", done.stderr)
        self.assertEqual(self.fetch("-f", "/status/399"), self.fetch("/status/399"))
        self.assertEqual(self.godwit("fetch", "--embedded", "-f", "/status/400").stdout, b"")

    def test_silent(self):
        for options, told in ((["-s"], False), (["-sS"], True)):
            done = self.godwit("fetch", "--embedded", *options, "/fault/close-before-response")
            self.assertEqual((done.returncode, done.stderr != b""), (1, told))

    def test_verbose(self):
        done = self.godwit("fetch", "--embedded-tls", "-v", "/trailers")
        lines = done.stderr.decode().split("\n")
        self.assertRegex(lines[0], r"^\* connected to 127\.0\.0\.1:\d+$")
        self.assertRegex(lines[1], r"^\* TLSv1\.3, TLS_")
        self.assertEqual(lines[2], "* certificates, the server's own first:")
        self.assertRegex(lines[3], r"^\*   subject: .")
        self.assertRegex(lines[4], r"^\*     for: .*127\.0\.0\.1")
        self.assertRegex(lines[5], r"^\*     issuer: .")
        self.assertRegex(lines[6], r"^\*     valid: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d to .* UTC$")
        self.assertRegex(lines[7], r"^\*     public key: sha256//[A-Za-z0-9+/]{43}=$")
        self.assertEqual(lines[8], "> GET /trailers HTTP/1.1")
        self.assertIn("< HTTP/1.1 200 OK", lines)
        self.assertLess(lines.index(">"), lines.index("<"))

    def test_verbose_shows_whom_it_refused(self):
        pin = "sha256//" + "A" * 43 + "="
        done = self.godwit("fetch", "--embedded-tls", "--pinnedpubkey", pin, "-v", "/bytes/1")
        lines = done.stderr.decode().split("\n")
        self.assertEqual(lines[0], "* certificates that were refused, the server's own first:")
        self.assertRegex(lines[1], r"^\*   subject: .")
        self.assertNotIn(">", done.stderr.decode())
        # What is shown is what would have been right.
        shown = next(line for line in lines if "public key" in line).split(": ")[1]
        self.assertIn(shown, done.stderr.decode().split("a key that is not pinned: ")[1])

    def test_verbose_tells_exactly_what_was_sent(self):
        with program.answering(b"HTTP/1.1 204 No Content\r\n\r\n") as peer:
            done = self.godwit("fetch", "-v", "-d", "", "-H", "X: y", peer.url + "/p?q#f")
        sent = [line[2:] for line in done.stderr.decode().split("\n") if line.startswith(">")]
        self.assertEqual("\r\n".join(sent) + "\r\n", peer.head.decode())


class Requests(ProgramTest):
    def echo(self, *arguments, **options):
        answer = json.loads(self.fetch(*arguments, **options))
        answer["body"] = base64.b64decode(answer["body"])
        answer["fields"] = {name.lower(): value for name, value in answer["headers"]}
        return answer

    def test_data(self):
        echo = self.echo("-d", "a=1", "-d", "b=2", "/echo")
        self.assertEqual((echo["method"], echo["body"]), ("POST", b"a=1&b=2"))
        self.assertEqual(echo["fields"]["content-type"], "application/x-www-form-urlencoded")
        self.assertEqual(echo["fields"]["content-length"], "7")

    def test_data_from_files(self):
        self.write("f", b"x\r\ny\n")
        self.assertEqual(self.echo("-d", "@f", "/echo")["body"], b"xy")
        self.assertEqual(self.echo("--data-binary", "@f", "/echo")["body"], b"x\r\ny\n")
        self.assertEqual(self.echo("--data-raw", "@f", "/echo")["body"], b"@f")
        self.assertEqual(self.echo("-d", "a", "-d", "@-", "/echo", stdin=b"in\n")["body"], b"a&in")

    def test_method_and_fields(self):
        echo = self.echo("-X", "PATCH", "-H", "X-A: b", "-H", "Empty;", "-H", "Accept:", "-H", "Content-Type: text/x",
                         "-d", "", "/echo")
        self.assertEqual((echo["method"], echo["body"]), ("PATCH", b""))
        self.assertEqual((echo["fields"]["x-a"], echo["fields"]["empty"]), ("b", ""))
        self.assertEqual(echo["fields"]["content-type"], "text/x")
        self.assertNotIn("accept", echo["fields"])

    def test_upload_of_a_file(self):
        content = os.urandom(300_000)
        self.write("f", content)
        echo = self.echo("-T", "f", "/echo/")
        self.assertEqual((echo["method"], echo["target"], echo["body"]), ("PUT", "/echo/f", content))
        self.assertEqual(echo["fields"]["content-length"], "300000")

    def test_upload_of_the_standard_input(self):
        content = os.urandom(300_000)
        echo = self.echo("-T", "-", "/echo", stdin=content)
        self.assertEqual((echo["method"], echo["body"]), ("PUT", content))
        self.assertEqual(echo["fields"]["transfer-encoding"], "chunked")

    def test_upload_goes_out_as_it_comes(self):
        def serve(connection):
            while b"first" not in peer.rest:
                peer.rest += connection.recv(100)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        with program.Peer(serve) as peer, self.started("fetch", "-T", "-", peer.url) as godwit:
            godwit.stdin.write(b"first")
            godwit.stdin.flush()  # Not closed: what there is must go out all the same.
            self.assertEqual(godwit.wait(program.SECONDS), 0)
        self.assertIn(b"first", peer.rest)

    def test_http10(self):
        self.assertEqual(self.echo("--http1.0", "/echo")["version"], "HTTP/1.0")

    def test_paths(self):
        self.assertEqual(self.echo("/echo/a/../b/./c")["target"], "/echo/b/c")
        self.assertEqual(self.echo("--path-as-is", "/echo/a/../b/./c")["target"], "/echo/a/../b/./c")

    def test_no_scheme_is_http(self):
        with program.answering(b"HTTP/1.1 200 OK\r\n\r\nhello") as peer:
            self.assertEqual(self.godwit("fetch", "127.0.0.1:%d" % peer.port).stdout, b"hello")

    def test_resolve_and_source_address(self):
        with program.answering(b"HTTP/1.1 200 OK\r\n\r\nhello") as peer:
            done = self.godwit("fetch", "--resolve", "there.example:%d:127.0.0.1" % peer.port, "--source-address",
                               "127.0.0.9", "http://there.example:%d/" % peer.port)
        self.assertEqual((done.stdout, peer.address[0]), (b"hello", "127.0.0.9"))
        self.assertIn(b"Host: there.example:%d\r\n" % peer.port, peer.head)

    def test_blocksize_changes_nothing_that_is_seen(self):
        expected = self.fetch("/bytes/100k")
        for size in ("0", "1", "1000", "64k", "1m"):
            self.assertEqual(self.fetch("--blocksize", size, "/bytes/100k"), expected)


class Trust(ProgramTest):
    def test_the_embedded_ca_is_trusted(self):
        self.assertEqual(len(self.godwit("fetch", "--embedded-tls", "/bytes/5").stdout), 5)

    def test_an_unknown_root_is_not(self):
        with self.started("fetch", "--embedded-tls", "-v", "/delay/60000", stdin=subprocess.DEVNULL) as godwit:
            # Nothing is printed before the answer, so the port is found by what the process listens on.
            for port in self.listening_ports(godwit.pid):
                done = self.godwit("fetch", "https://127.0.0.1:%d/bytes/5" % port)
                insecure = self.godwit("fetch", "-k", "https://127.0.0.1:%d/bytes/5" % port)
                if insecure.returncode == 0:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(b"certificate-rejected", done.stderr)
                    self.assertEqual(len(insecure.stdout), 5)
                    self.assertIn(b"warning: -k: no certificate is checked", insecure.stderr)
                    silent = self.godwit("fetch", "-sk", "https://127.0.0.1:%d/bytes/5" % port)
                    self.assertEqual((len(silent.stdout), silent.stderr), (5, b""))
                    return
        self.fail("no port answered over TLS")

    def test_versions_and_ciphers(self):
        cipher = "ECDHE-ECDSA-CHACHA20-POLY1305"
        [old] = self.tls_json("--tls-max", "1.2", "--ciphers", cipher, "--curves", "P-256")
        self.assertEqual(old["tls"]["version"], "TLSv1.2")
        self.assertEqual(old["tls"]["cipher"], "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
        self.assertEqual(old["tls"]["group"], "P-256")
        [new] = self.tls_json("--tlsv1.3")
        self.assertEqual(new["tls"]["version"], "TLSv1.3")
        for bad in (["--ciphers", "AES"], ["--curves", "P-1"], ["--pinnedpubkey", "x"], ["--pass", "x", "-E", "/no"]):
            done = self.godwit("fetch", "--embedded-tls", *bad, "/")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_a_pin_that_is_not_the_servers(self):
        pin = "sha256//" + "A" * 43 + "="
        done = self.godwit("fetch", "--embedded-tls", "--pinnedpubkey", pin, "/bytes/5")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"has a key that is not pinned: sha256//", done.stderr)
        right = done.stderr.decode().split("pinned: ")[1].split()[0]
        self.assertTrue(right.startswith("sha256//"))

    def tls_json(self, *arguments):
        done = self.godwit("fetch", "--embedded-tls", "--json", *arguments, "/bytes/5")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def listening_ports(self, pid):
        inodes = set()
        while len(inodes) < 2:
            ports = []
            with open("/proc/%d/net/tcp" % pid) as table:
                rows = [line.split() for line in table][1:]
            inodes.clear()
            for name in os.listdir("/proc/%d/fd" % pid):
                try:
                    target = os.readlink("/proc/%d/fd/%s" % (pid, name))
                except OSError:
                    continue
                for row in rows:
                    if row[3] == "0A" and target == "socket:[%s]" % row[9]:
                        inodes.add(row[9])
                        ports.append(int(row[1].split(":")[1], 16))
        return ports


class Failures(ProgramTest):
    def test_bad_urls(self):
        for url in ("http://a b/", "http://", "ftp://example.com/", "/no/server", "", "http://[::1", "http://a:99999/"):
            error = self.fetch_error(url)
            self.assertTrue(error.startswith("godwit: " + url), error)
            self.assertEqual(error.count("\n"), 1)

    def test_refused(self):
        holder, port = program.refused_port()
        with holder:
            error = self.fetch_error("http://127.0.0.1:%d/" % port)
        self.assertIn("connect-failed in connect", error)
        self.assertIn("refused", error)

    def test_a_name_that_does_not_resolve(self):
        self.assertRegex(self.fetch_error("http://nosuch.invalid/"), "name-not-found|resolve-failed")

    def test_garbled_heads(self):
        for answer, code in ((b"nonsense\r\n\r\n", "bad-status-line"), (b"HTTP/1.1 200 OK\r\nA b\r\n\r\n", "bad-field"),
                             (b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", "bad-content-length")):
            self.assertIn(code, self.fetch_error("--embedded", raw(answer)))

    def test_a_url_can_not_steer_the_terminal(self):
        self.assertNotIn("\x1b", self.fetch_error("http://\x1b[31m/"))

    def test_timeouts(self):
        self.assertIn("total-timeout", self.fetch_error("--embedded", "-m", "0.2", "/fault/hang"))

    def test_a_file_that_can_not_be_written(self):
        for name, reason in (("/dev/full", "No space left"), ("no/such/folder", "No such file"), ("/", "Is a directory")):
            error = self.fetch_error("--embedded", "-o", name, "/bytes/100")
            self.assertIn("can't write " + name, error)
            self.assertIn(reason, error)

    def test_an_output_that_is_full(self):
        with open("/dev/full", "wb") as full:
            error = self.fetch_error("--embedded", "/bytes/100", stdout=full)
        self.assertIn("can't write the standard output: No space left", error)

    def test_an_output_that_is_closed(self):
        with self.started("fetch", "--embedded", "/bytes/1g", "/bytes/1g") as godwit:
            godwit.stdout.read(1)
            godwit.stdout.close()
            self.assertEqual(godwit.wait(program.SECONDS), 1)
            self.assertIn(b"can't write the standard output: Broken pipe", godwit.stderr.read())

    def test_standard_streams_that_are_closed(self):
        def closing(*fds):
            return lambda: [os.close(fd) for fd in fds]

        with program.answering(b"HTTP/1.1 200 OK\r\n\r\nhello") as peer:
            done = self.godwit("fetch", peer.url, stdin=None, preexec_fn=closing(0))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"hello", b""))
        done = self.godwit("fetch", "--from", "-", stdin=None, preexec_fn=closing(0))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"can't read -: Bad file descriptor", done.stderr)
        with program.answering(b"HTTP/1.1 200 OK\r\n\r\nhello") as peer:
            done = self.godwit("fetch", peer.url, preexec_fn=closing(1))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"can't write the standard output: Bad file descriptor", done.stderr)
        # A message must not go to the peer, in whose socket's place it would be.
        with program.answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello") as peer:
            done = self.godwit("fetch", "-v", peer.url, stdin=None, preexec_fn=closing(0, 2))
        self.assertEqual((done.returncode, done.stdout, peer.rest), (1, b"hello", b""))


class Interrupts(ProgramTest):
    def test_sigint_tells_what_was_left(self):
        paths = ["/drip/1000?ms=20", "/bytes/10", "/bytes/20"]
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.started("fetch", "--embedded", "--parallel", "1", *paths) as godwit:
                self.assertEqual(len(godwit.stdout.read(1)), 1)
                godwit.send_signal(number)
                self.assertEqual(godwit.wait(program.SECONDS), 1)
                error = godwit.stderr.read().decode()
            self.assertRegex(error, r"cancelled in body after \d+ of 1000 bytes: interrupted")
            self.assertIn("interrupted: 1 cancelled, 2 not started: /bytes/10 /bytes/20", error)

    def test_sigint_while_nobody_reads_the_output(self):
        with self.started("fetch", "--embedded", "/bytes/1g") as godwit:
            godwit.stdout.read(1)
            godwit.send_signal(signal.SIGINT)
            self.assertEqual(godwit.wait(program.SECONDS), 1)
            self.assertIn(b"interrupted: 1 cancelled", godwit.stderr.read())

    def test_sigint_while_waiting_for_lines(self):
        with self.started("fetch", "--embedded", "--from", "-") as godwit:
            godwit.stdin.write(b"/bytes/1\n")
            godwit.stdin.flush()
            godwit.stdout.readline()
            godwit.send_signal(signal.SIGINT)
            self.assertEqual(godwit.wait(program.SECONDS), 1)
            self.assertIn(b"the rest of - was not read", godwit.stderr.read())


class Terminal(ProgramTest):
    def stderr_on_a_terminal(self, *arguments):
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", 0) as terminal:
            done = self.godwit("fetch", "--embedded", *arguments, stderr=theirs)
            os.close(theirs)
            text = b""
            try:
                while True:
                    text += os.read(terminal.fileno(), 65536)
            except OSError:  # Linux says EIO at the end of a terminal.
                pass
        self.assertEqual(done.returncode, 0, text)
        return text

    def test_a_bar_when_the_body_goes_to_a_file(self):
        text = self.stderr_on_a_terminal("-o", "a", "/bytes/3m")
        self.assertIn(b"3.0 MiB of 3.0 MiB", text)
        self.assertTrue(text.endswith(b"\n"))
        self.assertEqual(len(self.read("a")), 3 << 20)

    def test_no_bar_otherwise(self):
        for arguments in (["/bytes/3m"], ["-s", "-o", "a", "/bytes/3m"], ["--json", "-o", "a", "/bytes/3m"]):
            self.assertEqual(self.stderr_on_a_terminal(*arguments), b"")
        self.assertEqual(self.fetch("-o", "a", "/bytes/3m"), b"")


class Memory(ProgramTest):
    def test_a_download_stays_below_32_mib(self):
        with open(program.GODWIT, "rb") as binary:
            if b"__asan_init" in binary.read():
                self.skipTest("the sanitizer has more memory than the program")
        for server in ("--embedded", "--embedded-tls"):
            process = subprocess.Popen([program.GODWIT, "fetch", server, "-o", "/dev/null", "/bytes/512m"])
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            self.assertLess(usage.ru_maxrss, 32 * 1024)


if __name__ == "__main__":
    unittest.main()
