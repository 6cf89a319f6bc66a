"""From the portal to a room: one button, and the room ends with the server that opened it."""

from __future__ import annotations

import http.client
import re

import pytest

from exchange.store import Store
from tests.room.room_server import Visitor, wait_until
from tests.serving import running
from tests.store.worlds import fill


def lives(port):
    try:
        return Visitor(port).get("/health").status == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.fixture
def served(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_SECRET_FILE", str(tmp_path / "secret"))
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store:
        fill(store)
    with running(tmp_path / "exchange.db") as server:
        yield int(server.url.rsplit(":", 1)[1])


def test_the_button_of_the_portal_opens_the_room_and_finds_it_again(served):
    portal = Visitor(served, host="127.0.0.1")
    assert "Open the room of Rotterdam" in portal.get("/?city=rotterdam").body
    rooms = set()
    for _ in range(2):
        opened = portal.post("/room", city="rotterdam")
        assert opened.status == 200, opened.body
        rooms.add(int(re.search(r"http://127\.0\.0\.1:(\d+)/f", opened.headers["refresh"])[1]))
    assert len(rooms) == 1
    room = rooms.pop()
    assert "Rotterdam: workshop room" in Visitor(room, host="127.0.0.1").get("/f").body


def test_a_room_ends_with_the_server_that_opened_it(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_SECRET_FILE", str(tmp_path / "secret"))
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store:
        fill(store)
    with running(tmp_path / "exchange.db") as server:
        portal = Visitor(int(server.url.rsplit(":", 1)[1]), host="127.0.0.1")
        portal.get("/?city=rotterdam")
        room = int(re.search(r":(\d+)/f", portal.post("/room", city="rotterdam").headers["refresh"])[1])
        assert lives(room)
    wait_until(lambda: not lives(room))


def test_a_city_that_is_not_there_has_no_room(served):
    portal = Visitor(served, host="127.0.0.1")
    portal.get("/")
    assert portal.post("/room", city="nowhere").status == 404
    assert Visitor(served, host="room.test").post("/room", city="rotterdam").status == 403
