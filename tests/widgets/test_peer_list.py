"""A list of peers says what makes each score, and passes an invitation on once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from exchange.errors import InputError, NotAllowedError, StoreError
from exchange.words import text
from widgets.peer_list import PeerList

CLIENT = "0123456789abcdef"
PARTS = (
    ("shared hazards", 25),
    ("strengths where you are weak", 25),
    ("likeness of the cities", 30),
    ("language", 20),
)


def row(city_id: str, name: str, *points: float | None, **more: Any) -> dict[str, Any]:
    parts = [
        {"label": text(label), "points": got, "possible": most}
        for (label, most), got in zip(PARTS, points, strict=True)
    ]
    return {
        "city_id": city_id,
        "name": name,
        "country": "Ecuador",
        "score": sum(got or 0 for got in points),
        "reasons": [text("You both face {hazards}.", hazards=["floods", "landslides"]), "Both speak Spanish."],
        "unknown": ["Whether it can host"],
        "contributions": parts,
        "margin": 3.2,
        "stability": 0.92,
        **more,
    }


ROWS = (
    row("1", "Quito", 22, 19, 8.4, None, low=49, high=69),
    row("2", "Semarang", 20, 18, 9, 3, margin=0.4),
    row("3", "Lviv", 10, 8, 9, 3, margin=None, stability=float("nan"), unknown=[]),
)
WEIGHTS = (
    {"key": "hazards", "label": text("shared hazards"), "value": 0.25},
    {"key": "language", "label": "language", "value": 0.2},
)


class Post:
    def __init__(self, fault: Exception | None = None):
        self.sent: list[tuple[str, str]] = []
        self.tried: list[dict[str, float]] = []
        self.fault = fault

    def invite(self, city: str, why: str) -> None:
        if self.fault:
            raise self.fault
        self.sent.append((city, why))

    def weigh(self, values: dict[str, float]) -> Any:
        if self.fault:
            raise self.fault
        self.tried.append(values)
        return [row("9", "Durban", 9, 9, 9, 9), *ROWS[::-1]]


def made(post: Post | None = None, rows: Any = ROWS, **options: Any) -> PeerList:
    post = post or Post()
    return PeerList(rows, post.invite, WEIGHTS, post.weigh, **options)


def invite(city="1", why="They rebuilt after the flood.", seq=1):
    return {"kind": "invite", "key": city, "revision": 0, "client": CLIENT, "seq": seq, "why": why}


def weigh(seq=1, **values):
    return {"kind": "weights", "seq": seq, "values": values or {"hazards": 0.5, "language": 0.1}}


def test_an_invitation_is_passed_on_once_with_its_sentence():
    post = Post()
    peers = made(post)
    assert peers.receive(invite())["kind"] == peers.receive(invite())["kind"] == "saved"
    assert post.sent == [("1", "They rebuilt after the flood.")]
    assert peers.rows[0]["invited"] == "They rebuilt after the flood."


@pytest.mark.parametrize("change", [{"city": "99"}, {"why": " "}, {"why": "x" * 501}, {"why": None}, {"why": ["x"]}])
def test_an_invitation_that_makes_no_sense_is_refused(change):
    post = Post()
    assert made(post).receive(invite(**change))["kind"] == "refused"
    assert post.sent == []


def test_a_list_that_is_only_to_be_read_refuses_invitations():
    post = Post()
    assert made(post, can_invite=False).receive(invite())["kind"] == "refused"
    assert post.sent == []


def test_what_the_domain_refuses_is_said_in_its_words():
    reply = made(Post(NotAllowedError.at("invite", "only the coordinator may invite", "Ask Ana."))).receive(invite())
    assert (reply["kind"], reply["why"]) == (
        "refused",
        "This was not saved. Only the coordinator may invite. Ask Ana.",
    )


def test_a_busy_record_leaves_the_invitation_in_the_queue():
    assert made(Post(StoreError.at("db", "locked", "Wait."))).receive(invite())["kind"] == "later"


def test_other_weights_bring_other_rows_and_store_nothing():
    post = Post()
    peers = made(post)
    reply = peers.receive(weigh(seq=4))
    assert (reply["kind"], reply["seq"]) == ("rows", 4)
    assert [peer["name"] for peer in reply["rows"]] == ["Durban", "Lviv", "Semarang", "Quito"]
    assert post.tried == [{"hazards": 0.5, "language": 0.1}]
    assert [peer["name"] for peer in peers.rows] == ["Quito", "Semarang", "Lviv"]


def test_a_city_that_other_weights_brought_up_can_be_invited():
    post = Post()
    peers = made(post)
    peers.receive(weigh())
    assert peers.receive(invite("9"))["kind"] == "saved"


def test_weights_that_make_no_order_are_said_in_words():
    reply = made(Post(InputError.at("weights", "all are zero", "Give one a weight."))).receive(weigh())
    assert (reply["rows"], reply["why"]) == (None, "all are zero. Give one a weight.")


@pytest.mark.parametrize(
    "values",
    [
        {"hazards": 1},
        {"hazards": 1, "language": 1, "admin": 1},
        {"hazards": -1, "language": 0},
        {"hazards": float("nan"), "language": 0},
        {"hazards": float("inf"), "language": 0},
        {"hazards": "1", "language": 0},
        {"hazards": True, "language": 0},
        {"hazards": 1e300, "language": 0},
    ],
)
def test_weights_that_nobody_can_have_set_are_not_answered(values):
    post = Post()
    assert made(post).receive({"kind": "weights", "seq": 1, "values": values}) is None
    assert post.tried == []


@pytest.mark.parametrize(
    "message", [{"kind": "weights"}, {"kind": "weights", "seq": -1, "values": {}}, {"kind": "weights", "values": [1]}]
)
def test_half_a_message_is_not_answered(message):
    assert made().receive(message) is None


def test_numbers_that_are_missing_are_none_and_not_nan():
    peers = PeerList([row("1", "Quito", 1, 2, np.nan, None, margin=np.nan, stability=None)], lambda _c, _w: None)
    shown = peers.rows[0]
    assert (shown["margin"], shown["stability"]) == (None, None)
    assert [part["points"] for part in shown["contributions"]] == [1.0, 2.0, None, None]


def test_the_sentence_names_the_best():
    assert made().sentence() == "3 peers: Quito, Semarang, and Lviv"


def test_nobody_suggested_says_why():
    peers = made(rows=(), empty=text("Too little is known about {city}.", city="Quito"))
    assert peers.sentence() == "Too little is known about Quito."
    assert "Too little is known about Quito." in peers.static()


def test_the_printed_face_has_the_score_its_parts_and_what_is_not_known():
    page = made().static()
    for words in (
        "Quito, Ecuador",
        "49.4",
        "shared hazards",
        "You both face floods and landslides.",
        "Whether it can host",
    ):
        assert words in page
