# SPDX-License-Identifier: MIT
"""The servers that clients are measured against, on loopback and on a core of their own."""

import os
import resource
import shutil
import socket
import subprocess
import tempfile
import time

NGINX = """daemon off;
{user}
worker_processes {workers};
worker_rlimit_nofile {descriptors};
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_header_timeout 600s;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {folder}/server.pem;
  ssl_certificate_key {folder}/server.key;
  ssl_session_cache shared:tls:16m;
  server {{
{listen}
    allow 127.0.0.0/8;
    deny all;
    location / {{ default_type text/plain; return 200 "{body}"; }}
  }}
}}
"""
BODY = "0123456789" * 10
# Below the folder with what was built.
EMBEDDED = "tools/embedded_server/embedded_server"
# As many addresses are named in nginx's certificate.
TLS_HOSTS = 5
# From so many on, nginx listens on all addresses, and answers those of loopback alone.
MANY_HOSTS = 1001


class ServerFailed(Exception):
    """A server that does not come up; the sentence says why."""


def _core_and_descriptors(core):
    def prepare():
        if core is not None:
            os.sched_setaffinity(0, {core})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return prepare


class Server:
    """A running server: its URLs, the root to trust, and its end."""

    def __init__(self, argv, folder, core):
        self.folder = folder
        self.ca = folder + "/ca.pem"
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True,
                                        preexec_fn=_core_and_descriptors(core))

    def fail(self, why):
        self.stop()
        raise ServerFailed("%s: %s" % (self.name, why))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Embedded(Server):
    """The embedded server: any route of its README."""

    name = "embedded"

    def __init__(self, program, core=None):
        folder = tempfile.mkdtemp()
        super().__init__([program, "--ca-out", folder + "/ca.pem"], folder, core)
        lines = [self.process.stdout.readline().strip() for _ in range(2)]
        if not lines[1].startswith("https://"):
            self.fail(lines[0] or "it ended at once")
        self.plain, self.tls = (line.rstrip("/").replace("localhost", "127.0.0.1") for line in lines)
        self.get = "/bytes/100"


class Nginx(Server):
    """nginx: 100 bytes for every path, at so many addresses from 127.0.0.1 on. Each listening socket takes a place
    of a connection of its worker, which drops idle ones when few are left: many connections want several workers."""

    name = "nginx"

    def __init__(self, core=None, hosts=1, workers=1):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
        if not program:
            raise ServerFailed("nginx is missing: run  tools/setup --bench")
        folder = tempfile.mkdtemp()
        _make_certificate(folder)
        plain, tls = _free_ports()
        addresses = ["127.0.%d.%d" % divmod(i + 1, 256) for i in range(hosts)]
        # The kernel then deals connections out evenly among the workers.
        options = "backlog=16384" + " reuseport" * (workers > 1)
        listen = ["    listen %s:%d %s;" % (a, plain, options)
                  for a in (addresses if hosts < MANY_HOSTS else ["0.0.0.0"])]
        listen += ["    listen %s:%d ssl %s;" % (a, tls, options) for a in addresses[:TLS_HOSTS]]
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        with open(folder + "/nginx.conf", "w", encoding="utf-8") as out:
            out.write(NGINX.format(
                folder=folder, listen="\n".join(listen), body=BODY, descriptors=descriptors,
                connections=descriptors - 20, workers=workers, user="user root;" if os.geteuid() == 0 else ""))
        super().__init__([program, "-c", folder + "/nginx.conf", "-p", folder], folder, core)
        self.plain, self.tls = "http://127.0.0.1:%d" % plain, "https://127.0.0.1:%d" % tls
        self.get = "/"
        self._wait_for(tls)

    def _wait_for(self, port):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if self.process.poll() is not None:
                self.fail(self.process.stdout.read().strip())
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.fail("it does not listen")


def _free_ports():
    sockets = [socket.socket() for _ in range(2)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _make_certificate(folder):
    """A root and a certificate for 127.0.0.1 and those that follow, both on P-256."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Benchmark Root")
    openssl("req", "-new", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=benchmark")
    with open(folder + "/names", "w", encoding="utf-8") as out:
        names = ",".join("IP:127.0.0.%d" % (i + 1) for i in range(TLS_HOSTS))
        out.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % names)
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "server.pem", "-days", "2", "-extfile", "names")
