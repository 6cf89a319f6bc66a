"""What is held on a city can be seen whole, and erased so that no word of it is left in any file."""

from __future__ import annotations

import json

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.store import Store
from tests.store import worlds
from tests.store.worlds import LOCAL, QUITO, ROTTERDAM, begin, editor, exchange, fill, rows

ANA, EVA = editor(ROTTERDAM), editor(QUITO, "Eva")
CANARY = "canaryinthemine"


@pytest.fixture
def told(sqlite_url):
    """A record in which Rotterdam left a word everywhere, and Quito has something of its own."""
    with Store.open(sqlite_url) as store:
        fill(store)
        mine = begin(store)
        store.save_answer(ANA, mine, "P1.1", "answered", 1, note=f"{CANARY} first")
        store.save_answer(ANA, mine, "P1.1", "answered", 2, note=f"{CANARY} second", evidence=[{"note": CANARY}])
        voice = store.put_respondent(ANA, mine, label=CANARY)
        store.save_answer(ANA, mine, "P1.2", "answered", 1, note=CANARY, respondent=voice)
        lesson = {"title": f"{CANARY} flood", "language": "en", "body": {"problem": CANARY}, "city_id": ROTTERDAM}
        store.put_lesson(ANA, lesson)
        held = exchange(store, title=CANARY)
        store.put_entry(ANA, held, "objective", {"text": CANARY})
        store.put_priorities(ANA, ROTTERDAM, [{"item": "P1.1", "weight": 1}])
        store.put_run(ANA, {"network_id": "delta", "city_id": ROTTERDAM, "result": {"words": CANARY}})
        store.share(ANA, ROTTERDAM, "full", network="delta")
        store.give_consent(ANA, ROTTERDAM, ROTTERDAM, "matching", "1")
        theirs = begin(store, QUITO)
        store.save_answer(EVA, theirs, "P1.1", "answered", 3, note="ours stays")
        yield store, theirs


def files(store):
    folder = store.engine.url.database.rsplit("/", 1)[0]
    from pathlib import Path

    return [file.read_bytes() for file in Path(folder).iterdir() if file.is_file()]


def test_after_the_erasure_no_word_is_left_in_any_file_and_the_history_is_whole(told):
    store, theirs = told
    assert any(CANARY.encode() in data for data in files(store))
    gone = store.erase_city(LOCAL, ROTTERDAM)
    assert {"city", "answer", "lesson", "exchange", "entry", "consent", "share"} <= set(gone)
    assert not any(CANARY.encode() in data for data in files(store))
    assert not any(b"Rotterdam" in data for data in files(store))
    assert store.verify_audit().ok
    assert rows(store.answers(EVA, theirs))[0]["note"] == "ours stays"
    assert ROTTERDAM not in set(store.cities(LOCAL)["city_id"])


def test_the_erasure_is_found_when_somebody_pretends_it(told):
    store, _ = told
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET before = NULL, after = NULL, salt = NULL WHERE seq = 4")
    assert store.verify_audit().first_bad_seq == 4


def test_the_export_has_every_word_that_is_held(told):
    store, _ = told
    rows_of_city = store.export_city(LOCAL, ROTTERDAM)
    assert json.dumps(rows_of_city, default=str).count(CANARY) >= 10
    assert "ours stays" not in json.dumps(rows_of_city, default=str)
    assert {row["city_id"] for row in rows_of_city["assessment"]} == {ROTTERDAM}


@pytest.mark.parametrize("viewer", [ANA, EVA, worlds.secretariat("delta"), worlds.facilitator(ROTTERDAM),
                                    worlds.reader(ROTTERDAM), worlds.PUBLIC], ids=lambda viewer: viewer.role)
def test_only_who_keeps_the_record_exports_and_erases(told, viewer):
    store, _ = told
    for act in (store.export_city, store.erase_city):
        with pytest.raises(NotAllowedError):
            act(viewer, ROTTERDAM)
    assert ROTTERDAM in set(store.cities(LOCAL)["city_id"])


def test_a_city_that_is_not_there_cannot_be_erased(told):
    with pytest.raises(NotFoundError):
        told[0].erase_city(LOCAL, "999")


def test_consent_is_for_one_purpose_and_one_wording_and_can_be_taken_back(told):
    store, _ = told
    first = store.give_consent(ANA, ROTTERDAM, "r-1", "workshop", "1")
    assert store.give_consent(ANA, ROTTERDAM, "r-1", "workshop", "1") == first
    assert store.give_consent(ANA, ROTTERDAM, "r-1", "workshop", "2") != first
    store.withdraw_consent(ANA, ROTTERDAM, "r-1", "workshop")
    found = [row for row in rows(store.consents(ANA, ROTTERDAM)) if row["subject"] == "r-1"]
    assert [(row["version"], row["withdrawn_at"] is not None) for row in found] == [("1", True), ("2", True)]
    with pytest.raises(NotFoundError):
        store.withdraw_consent(ANA, ROTTERDAM, "r-1", "workshop")
    with pytest.raises(InputError, match="it is not a purpose"):
        store.give_consent(ANA, ROTTERDAM, "r-1", "advertising", "1")
    with pytest.raises(NotAllowedError):
        store.give_consent(EVA, ROTTERDAM, "r-1", "workshop", "1")
    assert rows(store.consents(EVA, ROTTERDAM)) == []
