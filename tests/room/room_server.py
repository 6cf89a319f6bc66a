"""A room in a process of its own for tests, with small visitors who speak HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from exchange.store import Store
from tests.store.worlds import LOCAL, fill

START_SECONDS = 60


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    def json(self):
        return json.loads(self.body)


@dataclass
class Visitor:
    """A browser without scripts: keeps cookies, follows nothing, says under which name it found the server."""

    port: int
    host: str = "room.test"
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {"Host": f"{self.host}:{self.port}", "Accept-Language": self.language,
                 **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, said = value.split(";")[0].split("=", 1)
                self.cookies[key] = said
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, **fields):
        fields.setdefault("_xsrf", self.cookies.get("_xsrf", ""))
        return self.ask("POST", path, urlencode(fields, doseq=True), Content_Type="application/x-www-form-urlencoded")


class Phone(Visitor):
    """Somebody who has a seat; numbers its messages and keeps what was not acknowledged."""

    def join(self, code, group="practitioner", table=""):
        self.code, self.client, self.seq = code, os.urandom(12).hex(), 0
        page = self.get(f"/r/{code}")
        key = re.search(r'name="key" value="([^"]+)"', page.body)[1]
        taken = self.post(f"/r/{code}", key=key, group=group, table=table)
        assert taken.status == 303, taken.body
        return self

    def message(self, item, level=None, **more):
        self.seq += 1
        return {"client": self.client, "seq": self.seq, "item": item, "note": "", "base": None, "level": level,
                "state": "answered" if level is not None else "unknown", **more}

    def send(self, *messages, **headers):
        given = {"Content_Type": "application/json", "X_Room": "1", **headers}
        return self.ask("POST", f"/r/{self.code}/answers", json.dumps({"messages": messages}), **given)

    def say(self, item, level=None, **more):
        return self.send(self.message(item, level, **more)).json()["results"][0]

    def state(self):
        return self.get(f"/r/{self.code}/state").json()


@dataclass
class Room:
    """A room that is served."""

    url: str
    folder: Path
    options: tuple[str, ...] = ()
    city: str = "Rotterdam"
    process: subprocess.Popen[str] | None = None
    port: int = 0
    code: str = ""
    said: str = ""

    def start(self):
        environment = {**{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
                       "EXCHANGE_DATABASE": self.url, "EXCHANGE_SECRET_FILE": str(self.folder / "secret")}
        command = [sys.executable, "-m", "exchange", "room", "--city", self.city, "--port", str(self.port),
                   *self.options]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                        stderr=(self.folder / "room.log").open("a"), text=True)
        lines = [self.process.stdout.readline() for _ in range(3)]
        self.said = "".join(lines)
        assert "code" in lines[0], self.said + (self.folder / "room.log").read_text()
        self.code = lines[0].split()[-1]
        self.port = int(re.search(r":(\d+)", lines[1])[1])
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(15)

    def facilitator(self):
        """The person at the computer that serves."""
        desk = Visitor(self.port, host="127.0.0.1")
        assert desk.get("/f").status == 200
        return desk

    def step(self, desk, action, item="", value="", **more):
        page = desk.get("/f").body
        seen = re.findall(r'name="revision" value="(\d+)"( data-kept)?', page)
        kept = action == "lead"
        revision = next(number for number, mark in seen if bool(mark) == kept)
        fields = {"action": action, "item": item, "value": value, "revision": revision, **more}
        return desk.post("/f/act", **fields)

    def phones(self, number, group="practitioner"):
        return [Phone(self.port).join(self.code, group) for _ in range(number)]

    def store(self):
        return Store.open(self.url)


@contextmanager
def room(folder, *options):
    """Serve a room of Rotterdam in a small world."""
    url = f"sqlite:///{folder / 'exchange.db'}"
    with Store.open(url) as store:
        fill(store)
    served = Room(url, Path(folder), options).start()
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()


def wait_until(done, seconds=15):
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.05)
    assert done()


__all__ = ["LOCAL", "Phone", "Room", "Visitor", "room", "wait_until"]
