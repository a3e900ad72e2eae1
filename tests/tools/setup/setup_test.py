# SPDX-License-Identifier: MIT
"""tools/setup against a made-up system: what it says, what it installs, what it cannot do."""

import os
import shutil
import subprocess
import tempfile
import unittest

# The state of the system is a folder: a file for each installed package, and a log of what was done.
DPKG_QUERY = """#!/bin/bash
shift 2
for p in "$@"; do [ -e "$STATE/installed/$p" ] && echo "$p installed"; done
exit 1
"""
APT_GET = """#!/bin/bash
echo "apt-get $*" >>"$STATE/log"
case "$*" in
  *" update") [ -e "$STATE/offline" ] && { echo "E: no network"; exit 100; } ;;
  *" install "*)
    [ -e "$STATE/broken" ] && { echo "E: Unable to fetch some archives"; exit 100; }
    for p in "$@"; do case $p in -* | install) ;; *) touch "$STATE/installed/$p" ;; esac; done ;;
esac
exit 0
"""
# The real system is left alone: nothing here may touch its policy file.
SUDO = """#!/bin/bash
[ "$1" = -n ] || { echo "sudo asks a terminal that nobody sits at" >>"$STATE/log"; exit 1; }
shift
[ -e "$STATE/refuses" ] && exit 1
case $1 in tee | rm | chmod) echo "sudo $*" >>"$STATE/log"; [ "$1" = tee ] && cat >>"$STATE/log" ;; *) exec "$@" ;; esac
exit 0
"""
ID = "#!/bin/bash\necho 1000\n"
REAL = ["bash", "cat", "comm", "env", "flock", "grep", "mktemp", "rm", "sed", "sort", "tail", "touch", "tr", "true"]


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name
        self.bin = os.path.join(self.state, "bin")
        self.installed = os.path.join(self.state, "installed")
        os.mkdir(self.bin)
        os.mkdir(self.installed)
        for name in REAL:
            os.symlink(shutil.which(name), os.path.join(self.bin, name))
        fakes = {"dpkg-query": DPKG_QUERY, "apt-get": APT_GET, "sudo": SUDO, "id": ID, "sleep": "#!/bin/bash\n"}
        for name, text in fakes.items():
            path = os.path.join(self.bin, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(path, 0o755)
        self.wanted = self.missing_by_name("--tests", "--fuzz")

    def touch(self, *path):
        open(os.path.join(self.state, *path), "w", encoding="utf-8").close()

    def without(self, program):
        os.remove(os.path.join(self.bin, program))

    def run_setup(self, *arguments):
        env = {"PATH": self.bin, "STATE": self.state, "TMPDIR": self.state}
        done = subprocess.run(["tools/setup", *arguments], env=env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def missing_by_name(self, *arguments):
        status, out = self.run_setup("--check", *arguments)
        self.assertEqual(status, 1)
        return out.split("still missing:")[1].split()

    def install_all_but(self, *names):
        for name in self.wanted:
            if name not in names:
                self.touch("installed", name)

    def log(self):
        try:
            with open(os.path.join(self.state, "log"), encoding="utf-8") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def test_silent_and_idle_when_all_is_there(self):
        self.install_all_but()
        self.assertEqual(self.run_setup("--tests", "--fuzz"), (0, ""))
        self.assertEqual(self.log(), "")

    def test_what_only_tests_need_is_not_asked_for(self):
        self.install_all_but("libgtest-dev", "clang")
        self.assertEqual(self.run_setup(), (0, ""))
        self.assertEqual(self.missing_by_name("--tests"), ["libgtest-dev"])
        self.assertEqual(self.missing_by_name("--fuzz"), ["clang"])

    def test_installs_what_is_missing_and_nothing_else(self):
        self.install_all_but("libuv1-dev", "g++")
        status, out = self.run_setup()
        self.assertEqual((status, out.count("\n")), (0, 3), out)
        self.assertTrue(self.log().rstrip().endswith("install -y --no-install-recommends g++ libuv1-dev"), self.log())
        self.assertEqual(self.run_setup(), (0, ""))

    def test_check_installs_nothing(self):
        self.install_all_but("g++")
        self.assertEqual(self.missing_by_name(), ["g++"])
        self.assertEqual(self.log(), "")

    def test_no_service_starts_meanwhile(self):
        self.install_all_but("nginx")
        self.assertEqual(self.run_setup("--tests")[0], 0)
        log = self.log()
        if os.path.exists("/usr/sbin/policy-rc.d"):  # Somebody else's: it stays as it is.
            self.assertNotIn("policy-rc.d", log)
            return
        self.assertIn("sudo tee /usr/sbin/policy-rc.d", log)
        self.assertLess(log.index("exit 101"), log.index(" install "))

    def test_offline_tries_twice_then_uses_what_is_at_hand(self):
        self.install_all_but("g++")
        self.touch("offline")
        status, out = self.run_setup()
        self.assertEqual(status, 0)
        self.assertEqual(self.log().count(" update"), 2)
        self.assertIn("E: no network", out)

    def expect_failure(self, *words):
        self.install_all_but("libuv1-dev")
        status, out = self.run_setup()
        self.assertEqual(status, 1)
        for word in words + ("still missing: libuv1-dev",):
            self.assertIn(word, out)

    def test_nothing_to_fetch_from(self):
        self.touch("offline")
        self.touch("broken")
        self.expect_failure("E: no network", "E: Unable to fetch some archives")

    def test_no_apt(self):
        self.without("apt-get")
        self.expect_failure("no apt-get")

    def test_no_sudo(self):
        self.without("sudo")
        self.expect_failure("no sudo")

    def test_sudo_refuses(self):
        self.touch("refuses")
        self.expect_failure("sudo refused")

    def test_no_debian(self):
        self.without("dpkg-query")
        status, out = self.run_setup()
        self.assertEqual(status, 1)
        self.assertIn("libuv1-dev", out)
        self.assertIn("GODWIT_SETUP=no", out)

    def test_unknown_option(self):
        status, out = self.run_setup("--no-such")
        self.assertEqual(status, 2)
        self.assertIn("usage: tools/setup", out)
