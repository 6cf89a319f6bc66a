"""The board passes each decision on once, with its reason, and shows what stands then."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import InputError, NotAllowedError
from exchange.words import text
from widgets.match_board import MatchBoard, Move, Shown

CLIENT = "0123456789abcdef"
METHODS = {"optimal": text("the largest total"), "fair": text("the highest floor")}


def host(city_id: str, name: str, score: float | None = 50.04, state: str = "proposed", **more: Any) -> dict[str, Any]:
    return {"host_id": city_id, "name": name, "score": score, "state": state, "label": text(state), "sides": [],
            "decided": [], **more}


def option(city_id: str, name: str, *, free: bool = True, state: str = "", **more: Any) -> dict[str, Any]:
    return {"host_id": city_id, "name": name, "score": None if state else 40.0, "free": free, "state": state,
            "label": state, "decided": [], **more}


def row(city_id: str, name: str, *hosts: dict[str, Any], why: str = "", options: Any = ()) -> dict[str, Any]:
    return {"learner_id": city_id, "name": name, "hosts": list(hosts), "why": why, "options": list(options)}


class Table:
    """A round on the table: what it shows, and what it was told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.rows = [
            row("1", "Quito", host("4", "Lima"), options=[option("5", "Bogotá"), option("6", "Cali", free=False)]),
            row("2", "Suva", host("5", "Bogotá", 31.25), options=[option("4", "Lima", free=False)]),
            row("3", "Lviv", why="Lviv has no host: all that suit it are full"),
        ]
        self.moves: list[Move] = []
        self.methods: list[str] = []
        self.changes: list[Any] | None = None
        self.fault = fault

    def show(self) -> Shown:
        return Shown(self.rows, (text("2 of 3 cities have a host"), text("Proven")), self.changes,
                     (text("way"), text("total")), ((text("now"), 81.3), (text("the highest floor"), 80.0)), "optimal")

    def decide(self, move: Move) -> None:
        if self.fault:
            raise self.fault
        self.moves.append(move)
        if move.action == "pin":
            self.rows[0] = row("1", "Quito", host(move.host, "Bogotá", 40.0, "pinned",
                                                  decided=[f"The secretariat pinned it: {move.why}"]))
            self.changes = [text("Quito now learns from Bogotá instead of Lima")]

    def remake(self, method: str) -> None:
        if self.fault:
            raise self.fault
        self.methods.append(method)


def made(table: Table | None = None, **options: Any) -> MatchBoard:
    table = table or Table()
    return MatchBoard(table.show, table.decide, METHODS, table.remake, **options)


def mine(table: Table | None = None, **options: Any) -> MatchBoard:
    table = table or Table()
    table.rows = [row("1", "Quito", host("4", "Lima", None, "suggested", sides=["learner"],
                                         decided=["The secretariat suggested it"]))]
    return MatchBoard(lambda: Shown(table.rows), table.decide, mine=True, **options)


def move(action: str = "pin", seq: int = 1, **more: Any) -> dict[str, Any]:
    return {"kind": "move", "key": "1", "revision": 0, "client": CLIENT, "seq": seq, "action": action, "learner": "1",
            "host": "5", "other": "", "why": "They asked for it.", **more}


def test_a_decision_is_passed_on_once_and_the_board_shows_what_stands_then():
    table = Table()
    board = made(table)
    assert board.receive(move())["kind"] == "saved"
    assert board.receive(move())["kind"] == "saved"
    assert table.moves == [Move("pin", "1", "5", "", "They asked for it.")]
    assert board.board["rows"][0]["hosts"][0]["state"] == "pinned"
    assert board.board["changes"] == ["Quito now learns from Bogotá instead of Lima"]


@pytest.mark.parametrize("wrong", [
    {"action": "burn"}, {"learner": "99"}, {"learner": 1}, {"why": ""}, {"why": "x" * 501}, {"why": None},
    {"action": "accepted", "other": "mayor"}, {"host": None},
])
def test_what_makes_no_sense_is_refused_and_passed_on_to_nobody(wrong):
    table = Table()
    reply = made(table).receive(move(**wrong))
    assert reply["kind"] == "refused"
    assert reply["why"]
    assert table.moves == []


def test_whoever_may_only_read_decides_nothing():
    table = Table()
    assert made(table, can_edit=False).receive(move())["kind"] == "refused"
    assert table.moves == []


def test_what_the_round_cannot_be_is_said_in_its_own_words():
    refused = made(Table(InputError.at("host Lima", "it is locked to 2", "Unlock one."))).receive(move())
    assert refused["why"] == "This was not saved. It is locked to 2. Unlock one."
    refused = made(Table(NotAllowedError.at("round", "you may not", "Ask."))).receive(move())
    assert refused["kind"] == "refused"


def test_another_method_makes_the_pairs_anew_and_only_a_known_one():
    table = Table()
    board = made(table)
    assert board.receive({"kind": "method", "method": "fair", "seq": 3}) == {"kind": "made", "seq": 3, "why": ""}
    assert board.receive({"kind": "method", "method": "magic", "seq": 4}) is None
    assert board.receive({"kind": "method", "method": "fair", "seq": "x"}) is None
    assert table.methods == ["fair"]
    failing = made(Table(InputError.at("round", "it cannot be", "Change it.")))
    assert failing.receive({"kind": "method", "method": "fair", "seq": 1})["why"] == "it cannot be. Change it."


def test_all_pairs_are_suggested_by_the_secretariat_alone():
    table = Table()
    assert made(table).receive(move("suggest", key="all"))["kind"] == "saved"
    assert table.moves == [Move("suggest")]
    city = Table()
    assert mine(city).receive(move("suggest", key="all"))["kind"] == "refused"
    assert city.moves == []


def test_a_city_agrees_without_a_sentence_but_declines_with_one():
    table = Table()
    board = mine(table)
    assert board.receive(move("accepted", other="learner", host="4", why=""))["kind"] == "saved"
    assert board.receive(move("declined", seq=2, other="learner", host="4", why=""))["kind"] == "refused"
    assert board.receive(move("declined", seq=3, other="learner", host="4", why="No staff."))["kind"] == "saved"
    assert [one.action for one in table.moves] == ["accepted", "declined"]


def test_the_printed_face_names_every_pair_and_every_reason_and_runs_nothing():
    table = Table()
    table.rows[0]["name"] = "<script>alert(1)</script>"
    page = made(table).static()
    for words in ("Lima", "Bogotá", "all that suit it are full", "50", "the highest floor"):
        assert words in page
    assert "<script" not in page
    assert made().sentence() == "2 of 3 cities have a host. Proven."
    assert mine().sentence() == "1 pair is suggested"
    assert "no cities" in MatchBoard(lambda: Shown([]), table.decide).static()


def test_the_board_speaks_the_readers_language_and_its_direction():
    board = made(language="ar")
    assert (board.dir, board.language) == ("rtl", "ar")
    assert board.words["pin"] != "Pin this host"
    assert 'dir="rtl"' in board.static()
