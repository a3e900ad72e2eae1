# SPDX-License-Identifier: MIT
"""A page in headless Chromium: what its document has become after its scripts ran, and what it complained of."""

import html.parser
import os
import subprocess
import tempfile

# Without these Chromium looks for updates and names of the internet at every start.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=5000"]


class Element:
    def __init__(self, name, attributes):
        self.name = name
        self.attributes = dict(attributes)
        self.children = []
        self.words = ""

    def find(self, name, **attributes):
        """Every element of that name below this one whose attributes have these values; '_' stands for '-'."""
        for child in self.children:
            if child.name == name and all(
                    child.attributes.get(key.rstrip("_").replace("_", "-")) == value
                    for key, value in attributes.items()):
                yield child
            yield from child.find(name, **attributes)

    def text(self):
        return self.words + "".join(child.text() for child in self.children)


class Document(html.parser.HTMLParser):
    VOID = {"meta", "link", "br", "hr", "img", "input"}

    def __init__(self, text):
        super().__init__()
        self.root = Element("document", [])
        self.stack = [self.root]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.stack[-1].children.append(element)
        if tag not in self.VOID:
            self.stack.append(element)

    def handle_endtag(self, tag):
        while len(self.stack) > 1 and self.stack.pop().name != tag:
            pass

    def handle_data(self, data):
        self.stack[-1].words += data


class Page:
    """complaints are the lines of the browser's console; document is the tree that the scripts left."""

    def __init__(self, path):
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(
                ["chromium", *FLAGS, "--user-data-dir=" + profile, "--dump-dom", "file://" + os.path.abspath(path)],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
                env={**os.environ, "HOME": profile})
        self.complaints = [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
        self.document = Document(done.stdout.decode()).root

    def one(self, name, **attributes):
        found = list(self.document.find(name, **attributes))
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]

    def title(self):
        # Drawings have titles of their own.
        return next(self.one("head").find("title")).text()
