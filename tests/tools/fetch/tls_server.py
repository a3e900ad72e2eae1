# SPDX-License-Identifier: MIT
"""A real TLS server for the end-to-end tests: haproxy, with certificates made by openssl."""

import os
import socket
import subprocess

OPENSSL = "/usr/bin/openssl"
HAPROXY = "/usr/sbin/haproxy"

CONFIGURATION = """global
  maxconn 100
defaults
  mode http
  timeout client 60s
frontend web
  bind fd@{fd} ssl crt {folder}/server.pem ca-file {folder}/ca.pem verify optional alpn http/1.1 allow-0rtt
  http-request return status 200 content-type text/plain lf-string "[%[ssl_c_s_dn(cn)]]"
"""


def openssl(folder, *arguments):
    subprocess.run([OPENSSL, *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def make_certificate(folder, name, extension):
    """NAME.pem and NAME.key, issued by the folder's CA."""
    with open(os.path.join(folder, name + ".ext"), "w", encoding="utf-8") as file:
        file.write(extension)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key"]
    openssl(folder, "req", *key, "-subj", "/CN=" + name, "-out", name + ".csr")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "30", "-extfile", name + ".ext", "-out", name + ".pem")


class TlsServer:
    """Answers each request with the common name of the client's certificate, in brackets; takes early data.

    folder gets ca.pem, and the client's client.pem, client.key, encrypted.key and client.p12; the password of the
    last two is "open sesame". The socket listens as long as this object lives, so nobody has to wait for haproxy."""

    def __init__(self, folder):
        self._folder = folder
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "ca.key", "-subj", "/CN=Test Root", "-days", "30", "-out", "ca.pem")
        make_certificate(folder, "server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        make_certificate(folder, "client", "extendedKeyUsage=clientAuth\n")
        password = "pass:open sesame"
        openssl(folder, "pkcs8", "-topk8", "-in", "client.key", "-passout", password, "-out", "encrypted.key")
        openssl(folder, "pkcs12", "-export", "-in", "client.pem", "-inkey", "client.key", "-passout", password, "-out",
                "client.p12")
        with open(os.path.join(folder, "server.key"), encoding="utf-8") as key, \
                open(os.path.join(folder, "server.pem"), "a", encoding="utf-8") as chain:
            chain.write(key.read())
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = "https://127.0.0.1:%d/" % self._listener.getsockname()[1]
        with open(os.path.join(folder, "haproxy.conf"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(fd=self._listener.fileno(), folder=folder))
        self._process = None
        self.start()

    def start(self):
        # -db: one process, which is the one that is ended.
        self._process = subprocess.Popen([HAPROXY, "-db", "-f", os.path.join(self._folder, "haproxy.conf")],
                                         pass_fds=[self._listener.fileno()], stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)

    def stop(self):
        self._process.kill()
        self._process.wait()

    def restart(self):
        """As a new one, which knows no session of the old."""
        self.stop()
        self.start()

    def close(self):
        self.stop()
        self._listener.close()
