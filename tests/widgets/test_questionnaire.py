"""A questionnaire asks, saves each answer once, and answers for nobody."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from exchange.errors import ConflictError
from exchange.words import text
from tests.widgets import sample
from widgets.answer import read_answer
from widgets.questionnaire import Evidence, Questionnaire

CLIENT = "0123456789abcdef"


def made(record=None, language="en", **options: Any) -> Questionnaire:
    options.setdefault("answers", sample.answers())
    return Questionnaire(
        sample.instrument(language),
        save=(record or sample.Record()).save,
        assessment="ana/a1",
        language=language,
        **options,
    )


def message(**changes):
    return {
        "kind": "answer",
        "key": "P1.3",
        "revision": 0,
        "client": CLIENT,
        "seq": 1,
        "state": "answered",
        "level": 2,
        "note": "",
        "confidence": None,
        "evidence": [],
        "quantity": None,
        **changes,
    }


def test_an_answer_reaches_save_with_all_its_parts():
    record = sample.Record()
    evidence = [{"reference": "https://example.org/plan", "sensitivity": "partner_only"}]
    reply = made(record).receive(message(note=" Why ", confidence="low", evidence=evidence, revision=4, seq=9))
    event = record.events[0]
    assert reply["kind"] == "saved"
    assert (event.item, event.state, event.level, event.note, event.confidence) == (
        "P1.3",
        "answered",
        2,
        "Why",
        "low",
    )
    assert event.evidence == (Evidence("https://example.org/plan", "partner_only"),)
    assert (event.revision, event.client, event.seq) == (4, CLIENT, 9)


def test_nothing_is_preselected():
    form = made(answers={})
    assert form.answers == {}
    assert form.sentence() == "0 of 7 answered"


def test_a_new_page_of_the_same_kernel_gets_what_was_saved():
    form = made()
    form.receive(message(revision=0))
    assert form.get_state()["answers"]["P1.3"]["level"] == 2
    assert form.get_state()["answers"]["P1.3"]["revision"] == 1


@pytest.mark.parametrize("state", ["unknown", "not_applicable", "blank"])
def test_a_state_without_level_is_saved(state):
    record = sample.Record()
    made(record).receive(message(state=state, level=None))
    assert (record.events[0].state, record.events[0].level) == (state, None)


HOSTILE = {
    "unknown item": {"key": "P9.9"},
    "unknown state": {"state": "maybe"},
    "state is a list": {"state": ["answered"]},
    "level without being answered": {"state": "unknown", "level": 1},
    "answered without level": {"level": None},
    "level off the scale": {"level": 4},
    "negative level": {"level": -1},
    "level is true": {"level": True},
    "level is text": {"level": "2"},
    "level is a fraction": {"level": 2.0},
    "note too long": {"note": "x" * 4001},
    "note is no text": {"note": {"a": 1}},
    "unknown confidence": {"confidence": "certain"},
    "confidence is a list": {"confidence": ["low"]},
    "evidence is no list": {"evidence": "plan"},
    "evidence without sensitivity": {"evidence": [{"reference": "plan"}]},
    "evidence with another sensitivity": {"evidence": [{"reference": "plan", "sensitivity": "secret"}]},
    "evidence without reference": {"evidence": [{"reference": " ", "sensitivity": "public"}]},
    "evidence is a number": {"evidence": [7]},
    "reference too long": {"evidence": [{"reference": "x" * 501, "sensitivity": "public"}]},
    "too much evidence": {"evidence": [{"reference": "x", "sensitivity": "public"}] * 21},
    "number where none is asked": {"quantity": 3},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_message_that_is_no_answer_is_refused_and_changes_nothing(change):
    record = sample.Record()
    form = made(record)
    reply = form.receive(message(**change))
    assert reply["kind"] == "refused"
    assert reply["why"]
    assert record.events == []
    assert "P1.3" not in form.answers


@pytest.mark.parametrize("quantity", [-1, 101, float("nan"), float("inf"), True, "50"])
def test_an_impossible_number_is_refused(quantity):
    assert made().receive(message(key="P2.1", quantity=quantity))["kind"] == "refused"


def test_a_number_is_kept_with_its_answer():
    record = sample.Record()
    made(record).receive(message(key="P2.1", quantity=62.5))
    assert record.events[0].quantity == 62.5


def test_a_number_is_printed_beside_its_level():
    stored = {"P2.2": {"state": "answered", "level": 0, "quantity": 12.5, "revision": 1}}
    assert "(12.5 percent)" in made(answers=stored).static()


def test_an_answer_that_does_not_fit_is_refused_with_the_reason():
    record = sample.Record()
    form = made(record, objection=lambda event: text("12 means level 0") if event.level else None)
    assert form.receive(message(level=2))["why"] == "12 means level 0."
    assert record.events == []
    assert form.receive(message(level=0, seq=2))["kind"] == "saved"


def test_a_form_that_is_closed_while_it_is_open_refuses_changes_until_it_is_opened_again():
    record = sample.Record()
    form = made(record)
    form.allow(can_edit=False)
    assert form.receive(message())["kind"] == "refused"
    form.allow(can_edit=True)
    assert form.receive(message(seq=2))["kind"] == "saved"


SCENE = {"kind": "scenario", "key": "scenario:most_severe", "revision": 0, "client": CLIENT, "seq": 1,
         "hazard": "GH0101", "words": "It shakes."}


@pytest.mark.parametrize("change", [
    {"key": "scenario:worst"}, {"key": "most_severe"}, {"hazard": "XX"}, {"hazard": ["GH0101"]}, {"words": " "},
    {"words": "x" * 301}, {"words": None}])
def test_a_message_that_is_no_scenario_is_refused(change):
    record = sample.Record()
    assert made(record, scenarios=sample.scenarios(record)).receive({**SCENE, **change})["kind"] == "refused"
    assert record.events == []


def test_a_scenario_is_there_for_a_new_page_of_the_same_kernel():
    form = made(scenarios=sample.scenarios())
    assert form.receive(SCENE)["kind"] == "saved"
    assert form.get_state()["scenarios"]["most_severe"] == {"hazard": "GH0101", "words": "It shakes.", "revision": 1}


def test_who_may_only_read_describes_no_scenario():
    record = sample.Record()
    form = made(record, scenarios=sample.scenarios(record), can_edit=False)
    assert form.receive(SCENE)["kind"] == "refused"


def test_a_form_that_is_only_to_be_read_refuses_every_change():
    record = sample.Record()
    assert made(record, can_edit=False).receive(message())["kind"] == "refused"
    assert record.events == []


def test_what_the_page_claims_about_the_form_is_not_believed():
    record = sample.Record()
    form = made(record, can_edit=False)
    form.can_edit = True
    form.set_trait("instrument", {"sections": [{"items": [{"id": "X"}]}]})
    assert form.receive(message())["kind"] == "refused"
    assert form.receive(message(key="X"))["kind"] == "refused"
    assert form.sentence() == "3 of 7 answered, 1 unknown"


def test_a_conflict_brings_what_the_record_holds_now():
    record = sample.Record(fault=ConflictError.at("P1.3", "changed", "Choose."))
    stored = {"state": "answered", "level": 3, "note": None, "revision": 8}
    reply = made(record, current=lambda _item: stored).receive(message())
    assert reply["kind"] == "conflict"
    assert reply["theirs"] == {
        "state": "answered",
        "level": 3,
        "note": "",
        "confidence": None,
        "evidence": [],
        "quantity": None,
        "revision": 8,
    }


def test_only_known_sections_can_be_chosen_and_never_none():
    form = made()
    form.set_trait("sections", ["E3", "E1", "nonsense"])
    assert form.sections == ["E1", "E3"]
    form.set_trait("sections", [])
    assert form.sections is None


def test_the_page_gets_what_the_record_holds_now():
    form = made()
    form.refresh({"P1.1": {"state": "unknown", "level": None, "revision": 5}})
    assert form.answers["P1.1"]["state"] == "unknown"
    assert form.sentence() == "3 of 7 answered, 2 unknown"


def test_a_scale_from_one_to_five_has_its_own_levels():
    form = sample.instrument()
    form["sections"][0]["items"][0]["levels"] = [{"value": n, "text": f"step {n}"} for n in range(1, 6)]
    record = sample.Record()
    asked = Questionnaire(form, {}, record.save, "a")
    assert asked.receive(message(key="P1.1", level=0))["kind"] == "refused"
    assert asked.receive(message(key="P1.1", level=5, seq=2))["kind"] == "saved"


@pytest.mark.parametrize("empty", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_an_empty_cell_of_a_table_is_no_level(empty):
    assert read_answer({"state": "unknown", "level": empty, "note": empty, "confidence": empty})["level"] is None


def test_the_printed_face_shows_every_item_and_its_answer():
    page = made().static()
    for words in (
        "P1.1 Plan making",
        "1: A plan covers some of it",
        "do not know",
        "not applicable",
        "not answered yet",
        "The plan of 2025 covers floods only.",
        'lang="en"',
    ):
        assert words in page


def test_the_printed_face_escapes_what_people_wrote():
    hostile = {"P1.1": {"state": "unknown", "note": "<img src=x onerror=alert(1)>", "revision": 1}}
    page = made(answers=hostile).static()
    assert "<img" not in page
    assert "&lt;img" in page


def test_the_sentence_is_the_same_at_every_run():
    assert made().sentence() == made().sentence() == "3 of 7 answered, 1 unknown"


def test_the_static_face_stands_alone_where_nobody_is_there(monkeypatch):
    monkeypatch.setenv("EXCHANGE_STATIC", "1")
    bundle, _metadata = made()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}


def test_an_arabic_form_runs_from_right_to_left():
    form = made(language="ar")
    assert (form.language, form.dir) == ("ar", "rtl")
    assert 'dir="rtl"' in form.static()


def test_a_form_of_47_items_crosses_a_compressed_websocket_in_less_than_30_kilobytes():
    form = sample.instrument()
    words = "Some words of a level, which differ from one to the next {n}"
    item = form["sections"][0]["items"][0]
    form["sections"][0]["items"] = [
        {**item, "id": f"Q{n}", "levels": [{"value": k, "text": words.format(n=n * k)} for k in range(4)]}
        for n in range(42)
    ]
    state = json.dumps(Questionnaire(form, {}, sample.Record().save, "a").get_state(), ensure_ascii=False).encode()
    assert len(zlib.compress(state)) < 30_000
    assert len(state) < 100_000


def test_the_page_gets_no_empty_parts_of_the_form():
    item = made().instrument["sections"][0]["items"][0]
    assert set(item) == {"id", "label", "question", "levels", "evidence_hint"}


def test_who_follows_the_answers_is_told_after_the_page_has_its_reply(monkeypatch):
    form, order = made(), []
    monkeypatch.setattr(form, "send", lambda reply: order.append(reply["kind"]))
    form.on_saved(lambda: order.append("followed"))
    form._hear(form, message(), [])
    form._hear(form, message(level=9, seq=2), [])
    assert order == ["saved", "followed", "refused"]


def test_a_follower_that_fails_stops_nobody(monkeypatch):
    form, order = made(), []
    monkeypatch.setattr(form, "send", lambda reply: order.append(reply["kind"]))
    form.on_saved(lambda: 1 / 0)
    form.on_saved(lambda: order.append("followed"))
    form._hear(form, message(), [])
    assert order == ["saved", "followed"]
