"""`make accept-workshop`: ten minutes of a workshop in two, with dropouts, kills of the server, and what was kept.

Every figure is printed; what must hold is returned as findings: nothing acknowledged is lost, nothing counts twice,
nobody overwrites another unseen. Times are figures, never a pass or fail.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest, HTTPResponse
from tornado.iostream import StreamClosedError

from exchange.store import Store
from exchange.store import schema as t
from tests.room.room_server import Phone, Room
from tests.store.worlds import fill

GROUPS = ("practitioner", "policy_maker", "citizen_community", "emergency_service")


@dataclass
class Figures:
    """What happened."""

    opens: list[float] = field(default_factory=list)
    open_seconds: float = 0
    page_bytes: int = 0
    saves: list[tuple[float, float]] = field(default_factory=list)
    retries: int = 0
    conflicts: int = 0
    down: list[tuple[float, float]] = field(default_factory=list)
    memory: float = 0
    acknowledged: int = 0

    def outside_kills(self) -> list[float]:
        """Seconds of the saves that neither began nor ended while the server was away, nor in the second after."""
        return [took for start, took in self.saves
                if not any(start < back + 1 and start + took > gone for gone, back in self.down)]


@dataclass
class Client:
    """One phone: what it has not been told is saved, it sends again."""

    number: int
    phone: Phone
    room: Room
    figures: Figures
    rng: random.Random
    offline: bool = False
    waiting: list[dict] = field(default_factory=list)
    acked: list[dict] = field(default_factory=list)

    async def ask(self, path, body=None):
        headers = {"Host": f"room.test:{self.room.port}", "Cookie": "; ".join(f"{k}={v}" for k, v in
                                                                             self.phone.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/json", "X-Room": "1"}
        request = HTTPRequest(f"http://127.0.0.1:{self.room.port}{path}", "GET" if body is None else "POST", headers,
                              body, request_timeout=8, connect_timeout=2, decompress_response=False)
        return await fetched(request)

    async def open(self):
        start = time.monotonic()
        answer = await self.ask(f"/r/{self.room.code}")
        assert answer.code == 200, answer.code
        self.figures.opens.append(time.monotonic() - start)
        self.figures.page_bytes = max(self.figures.page_bytes, len(answer.body))

    def write(self, item, level, **more):
        self.waiting.append(self.phone.message(item, level, **more))

    async def send(self):
        """Send until nothing waits; return the last result."""
        delay, result = 0.1, None
        while self.waiting:
            message = self.waiting[0]
            if not self.offline:
                start = time.monotonic()
                answer = await self.ask(f"/r/{self.room.code}/answers", json.dumps({"messages": [message]}))
                if answer.code == 200:
                    self.figures.saves.append((start, time.monotonic() - start))
                    result = json.loads(answer.body)["results"][0]
                    self.waiting.pop(0)
                    if result["outcome"] in {"saved", "unchanged"}:
                        self.acked.append(message)
                        self.figures.acknowledged += 1
                    delay = 0.1
                    continue
                self.figures.retries += 1
            await asyncio.sleep(delay * (0.5 + self.rng.random()))
            delay = min(1.0, delay * 2)
        return result

    async def type(self, until, every):
        items = self.rng.sample([f"P{n}.1" for n in range(1, 11)], 10)
        number = 0
        while time.monotonic() < until:
            await asyncio.sleep(every * (0.5 + self.rng.random()))
            self.write(items[number // 3 % 10], self.rng.randrange(4), note=f"note {self.number}-{number}")
            number += 1
            await self.send()

    async def type_together(self, until, every, words):
        """Add words to the one note of the table; a conflict is looked at, and nothing of the others is lost."""
        note, base, number = "", 0, 0
        while time.monotonic() < until and len(note) < 1900:
            await asyncio.sleep(every * (0.5 + self.rng.random()))
            word = f"{self.number}.{number}"
            while True:
                self.write("P1.1", 2, note=f"{note} {word}".strip(), base=base)
                result = await self.send()
                if result["outcome"] != "conflict":
                    note, base = self.acked[-1]["note"], result["revision"]
                    words.append(word)
                    break
                self.figures.conflicts += 1
                note, base = result["theirs"]["note"], result["theirs"]["revision"]
            number += 1

    async def drop_out(self, after, seconds):
        await asyncio.sleep(after)
        self.offline = True
        await asyncio.sleep(seconds)
        self.offline = False

    async def look(self, until):
        while time.monotonic() < until:
            await asyncio.sleep(3 * (0.5 + self.rng.random()))
            if not self.offline:
                await self.ask(f"/r/{self.room.code}/state")


async def fetched(request):
    """Return the answer; while the server is away, what a browser makes of that."""
    try:
        return await AsyncHTTPClient().fetch(request, raise_error=False)
    except (OSError, StreamClosedError, HTTPError):
        return HTTPResponse(request, 599)


async def desk(room, cookies, until):
    """The facilitator's page asks for itself every two seconds."""
    headers = {"Cookie": cookies}
    while time.monotonic() < until:
        await fetched(HTTPRequest(f"http://127.0.0.1:{room.port}/f", headers=headers, request_timeout=8))
        await asyncio.sleep(2)


async def kills(room, figures, count, seconds):
    for _ in range(count):
        await asyncio.sleep(seconds / (count + 1))
        figures.memory = max(figures.memory, memory_of(room.process.pid))
        gone = time.monotonic()
        room.kill()
        await asyncio.to_thread(room.start)
        figures.down.append((gone, time.monotonic()))


def memory_of(pid):
    """Return the most megabytes that a process has held."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


async def workshop(room, clients, tables, figures, seconds, killed, every, rng):
    AsyncHTTPClient.configure(None, max_clients=500)
    start = time.monotonic()
    await asyncio.gather(*(client.open() for client in [*clients, *tables]))
    figures.open_seconds = time.monotonic() - start
    until = time.monotonic() + seconds
    facilitator = room.facilitator()
    cookies = "; ".join(f"{k}={v}" for k, v in facilitator.cookies.items())
    words = []
    dropping = rng.sample(clients, max(1, len(clients) // 10))
    await asyncio.gather(
        *(client.type(until, every) for client in clients), *(client.look(until) for client in clients),
        *(client.type_together(until, every, words) for client in tables),
        *(client.drop_out(rng.uniform(0, max(0.1, seconds - 8)), 5) for client in dropping),
        desk(room, cookies, until), kills(room, figures, killed, seconds))
    figures.memory = max(figures.memory, memory_of(room.process.pid))
    return words


def check(store, clients, tables, words):
    """Return what is wrong in the record: lost, doubled, silently overwritten."""
    with store.engine.connect() as connection:
        ops = connection.execute(t.answer_op.select()).mappings().all()
        answers = {(row["respondent_id"], row["item"]): row for row in
                   connection.execute(t.answer.select()).mappings()}
        history = Counter(row["subject"] for row in connection.execute(t.audit.select()).mappings()
                          if row["action"] == "save answer")
    known = {(op["client"], op["seq"]) for op in ops}
    lost = [f"message {m['client']}/{m['seq']} was acknowledged and is not there" for client in [*clients, *tables]
            for m in client.acked if (m["client"], m["seq"]) not in known]
    written = Counter((op["respondent_id"], op["item"]) for op in ops if op["outcome"] == "saved")
    doubled = [f"answer {key} has revision {row['revision']}, {written[key]} messages wrote it"
               for key, row in answers.items() if key[0] != "city" and row["revision"] != written[key]]
    doubled += [f"{subject} has {number} lines of history" for subject, number in history.items()
                for key in [tuple(subject.split("/")[1:])] if key in answers and answers[key]["revision"] != number]
    for client in clients:
        newest = {}
        for message in client.acked:
            newest[message["item"]] = message
        found = {row["item"]: row for (who, _), row in answers.items() if who == f"r-{digest(client)}"}
        lost += [f"client {client.number}: {item} is not what was acknowledged last" for item, message in newest.items()
                 if (found[item]["level"], found[item]["note"]) != (message["level"], message["note"])]
    kept = " ".join(row["note"] for (_, item), row in answers.items() if item == "P1.1").split()
    overwritten = [f"the word {word} of a table was overwritten" for word in words if word not in kept]
    report = store.verify_audit()
    return lost, doubled, overwritten, [str(finding) for finding in report.findings]


def digest(client):
    from exchange.store.workshops import digest_of

    return digest_of(client.phone.cookies["seat"])[:12]


def run(number=60, seconds=120.0, killed=3, every=0.6, seed=1):
    """Hold a workshop; return the figures and what went wrong."""
    rng, figures = random.Random(seed), Figures()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/exchange.db"
        with Store.open(url) as store:
            fill(store)
        room = Room(url, Path(folder)).start()
        try:
            def client(n, table=""):
                phone = Phone(room.port).join(room.code, GROUPS[n % 4] if not table else "media", table)
                return Client(n, phone, room, figures, random.Random(seed * 1000 + n))

            clients = [client(n) for n in range(number - 2)]
            tables = [client(number - 2, "one"), client(number - 1, "one")]
            words = asyncio.run(workshop(room, clients, tables, figures, seconds, killed, every, rng))
        finally:
            room.stop()
        with Store.open(url) as store:
            wrong = check(store, clients, tables, words)
    return figures, dict(zip(("lost", "doubled", "silently overwritten", "history"), wrong, strict=True))


def show(figures, wrong):
    """Print one line a figure."""
    took = sorted(figures.outside_kills())
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else [0] * 99
    lines = defaultdict(str)
    lines["acknowledged answers"] = str(figures.acknowledged)
    for name, findings in wrong.items():
        lines[name] = f"{len(findings)}" + "".join(f"\n    {finding}" for finding in findings[:5])
    lines["autosave p50, p95, p99, most (ms)"] = " ".join(
        f"{1000 * value:.0f}" for value in (cuts[49], cuts[94], cuts[98], took[-1] if took else 0))
    lines["sent again"] = str(figures.retries)
    lines["conflicts shown at a table"] = str(figures.conflicts)
    lines["away after a kill (s)"] = " ".join(f"{back - gone:.1f}" for gone, back in figures.down)
    lines["all first opens (s)"] = f"{figures.open_seconds:.2f}"
    lines["first page, compressed as sent (bytes)"] = str(figures.page_bytes)
    lines["memory of the room's process, most (MB)"] = f"{figures.memory:.0f}"
    for name, value in lines.items():
        sys.stdout.write(f"{name}: {value}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kills", type=int, default=3)
    given = parser.parse_args()
    os.environ.pop("EXCHANGE_NOW", None)
    figures, wrong = run(given.clients, given.seconds, given.kills)
    show(figures, wrong)
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
