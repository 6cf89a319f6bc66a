"""A real server in a process of its own, and a small visitor who speaks HTTP to it."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
SECRET = "the server's own password"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, list[str]]
    body: str

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get(name.lower(), []))


@dataclass
class Visitor:
    """Somebody at a browser without scripts: keeps cookies, follows nothing."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: str, **headers: str) -> Answer:
        return self.ask("POST", path, body, content_type="application/x-www-form-urlencoded", **headers)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        connection.request(method, path, body, given)
        response = connection.getresponse()
        found: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            found.setdefault(name.lower(), []).append(value)
        data = response.read()
        connection.close()
        for cookie in found.get("set-cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if found.get("content-encoding") == ["gzip"]:
            data = gzip.decompress(data)
        return Answer(response.status, found, data.decode(errors="replace"))


@dataclass
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    address: str
    said: str

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1])

    def visitor(self) -> Visitor:
        """Somebody who has not been here before."""
        return Visitor(self.port)

    def guest(self) -> Visitor:
        """Somebody who has seen the portal."""
        visitor = self.visitor()
        assert visitor.get("/").status == 200
        return visitor

    def kernels(self) -> int:
        return int(json.loads(self.visitor().get("/health").body)["kernels"])

    def wait_for_kernels(self, number: int, seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while self.kernels() != number and time.monotonic() < until:
            time.sleep(0.1)
        assert self.kernels() == number

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


def start(**options: object) -> Server:
    environment = {**os.environ, "EXCHANGE_TEST_SECRET": SECRET, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen([sys.executable, str(HERE / "server.py"), json.dumps(options)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    assert process.stdout
    said = process.stdout.readline()
    found = re.search(r"http://\S+", said)
    if not found:
        process.kill()
        pytest.fail(f"the server did not start: {said}{process.stdout.read()}")
    return Server(process, found[0], said)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = start()
    yield running
    running.stop()


@pytest.fixture
def another_server() -> Iterator[Callable[..., Server]]:
    running: list[Server] = []

    def make(**options: object) -> Server:
        running.append(start(**options))
        return running[-1]

    yield make
    for one in running:
        one.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("EXCHANGE_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium: install one, or name it in EXCHANGE_CHROMIUM")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
