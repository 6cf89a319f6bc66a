"""An exchange as a file: what goes out comes in again the same, and a damaged file changes nothing."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import InputError
from exchange.exchanges.entry import body, parse
from exchange.exchanges.file import read, written

MOMENT = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
ROW = {"exchange_id": "x1", "network_id": "n", "round": "1", "learner_id": "1", "host_id": "2",
       "pair_type": "mentoring", "learning_level": None, "status": "closed", "start": dt.date(2026, 1, 1),
       "end": dt.date(2026, 9, 1), "title": "A learns from B", "about": {"shared_language": False}, "revision": 3,
       "created_at": MOMENT}
CITIES = {"1": "Quito", "2": "Kobe"}

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip).filter(bool)
days = st.dates(dt.date(1995, 1, 1), dt.date(2090, 1, 1))
money = st.floats(0, 1e9)
sides = st.sampled_from(["learner", "host"])


def entry(number, kind, side, **fields):
    record = parse(kind, fields, side=side)
    kept = {name: value for name, value in body(record).items() if name != "side"}
    return {"entry_id": f"e{number}", "exchange_id": "x1", "kind": kind, "side": side, "position": number, "body": kept,
            "revision": 1, "at": MOMENT, "by": "Ana"}


@st.composite
def entries(draw):
    makers = [
        lambda n: entry(n, "objective", draw(sides), what=draw(words), item="P9.1"),
        lambda n: entry(n, "cost", None, what=draw(words), amount=draw(money), currency="EUR", stage="spent",
                        category="travel", rate=draw(st.none() | st.floats(0.001, 1000)), date=draw(days)),
        lambda n: entry(n, "interview", draw(sides), who=draw(words), date=draw(days), what=draw(words)),
        lambda n: entry(n, "learning_point", draw(sides), what=draw(words), loop="double", phase="utilisation",
                        owners=draw(st.lists(words, max_size=3))),
        lambda n: entry(n, "joint_project", None, what=draw(words), owner=draw(words), learner_days=draw(money),
                        host_money=draw(money), currency="EUR"),
        lambda n: entry(n, "outcome", draw(sides), what=draw(words), actor=draw(words), direction="-"),
        lambda n: entry(n, "benefit", draw(sides), what=draw(words), owner=draw(words), baseline=draw(money),
                        result=draw(st.none() | money), chance=draw(st.floats(0, 1))),
    ]
    return [draw(st.sampled_from(makers))(n) for n in range(draw(st.integers(0, 8)))]


@given(entries())
def test_an_exchange_survives_the_way_out_and_in_again_byte_for_byte(rows):
    said = written(ROW, rows, CITIES)
    row, back, cities = read(said, "x.json")
    assert (row, cities) == (ROW, CITIES)
    assert sorted(back, key=lambda one: one["entry_id"]) == sorted(rows, key=lambda one: one["entry_id"])
    assert written(row, back, cities) == said


@given(entries(), st.randoms())
def test_the_order_in_which_the_store_gives_entries_does_not_matter(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert written(ROW, mixed, CITIES) == written(ROW, rows, CITIES)


GOOD = json.loads(written(ROW, [entry(1, "objective", "learner", what="Warn earlier")], CITIES))


def changed(**more):
    return json.dumps({**GOOD, **more})


@pytest.mark.parametrize(("said", "words_"), [
    ("{", "it is not JSON"),
    ("[]", "it holds no exchange"),
    (changed(format="other"), "it holds no exchange"),
    (changed(version=9), "version 9"),
    (changed(exchange={**GOOD["exchange"], "host_id": None}), "host_id: it is missing"),
    (changed(exchange={**GOOD["exchange"], "host_id": "1"}), "a city cannot learn from itself"),
    (changed(exchange={**GOOD["exchange"], "end": "2025-01-01"}), "before the start"),
    (changed(exchange={**GOOD["exchange"], "start": "2026-02-31"}), "'2026-02-31' is no day"),
    (changed(exchange={**GOOD["exchange"], "created_at": "2026-01-01T00:00:00"}), "time zone"),
    (changed(exchange={**GOOD["exchange"], "status": "happy"}), "none of the terms"),
    (changed(entries=[{**GOOD["entries"][0], "kind": "poem"}]), "no kind of entry"),
    (changed(entries=[{**GOOD["entries"][0], "body": {}}]), "what: it is missing"),
    (changed(entries=[{**GOOD["entries"][0], "side": "both"}]), "no side"),
    (changed(entries=["x"]), "it is no entry"),
    (changed(entries=None), "no list of entries"),
], ids=lambda case: case[:30] if isinstance(case, str) else None)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_our_own_words(said, words_):
    with pytest.raises(InputError) as caught:
        read(said, "x.json")
    assert words_ in str(caught.value)
    assert all(one.remedy.endswith(".") for one in caught.value.findings)


def test_everything_that_is_wrong_is_said_at_once():
    row = {**GOOD["exchange"], "start": "soon", "host_id": ""}
    with pytest.raises(InputError) as caught:
        read(json.dumps({**GOOD, "exchange": row, "entries": [1, 2]}), "x.json")
    assert len(caught.value.findings) == 4
