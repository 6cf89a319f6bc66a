"""A register keeps entries, checks every field again, and deletes nothing by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import ConflictError
from exchange.words import text
from tests.widgets import sample
from widgets.register import Field, Register

CLIENT, NEW = "0123456789abcdef", "feedfacefeedface"
FIELDS = (
    Field("title", text("Objective"), required=True),
    Field("why", "Why", "long"),
    Field("until", "Until", "date"),
    Field("cost", "Cost", "number"),
    Field("horizon", "Horizon", "choice", {"short": text("short term"), "long": text("long term")}),
    Field("who", "Who", "person", ("Ana", "Jan")),
)
ENTRIES = (
    {
        "entry_id": "e1",
        "revision": 2,
        "by": "Rotterdam",
        "side": "learner",
        "body": {"title": "Warn the harbour", "cost": 12.5},
    },
    {
        "entry_id": "e2",
        "revision": 1,
        "by": "Quito",
        "side": "host",
        "can_edit": False,
        "body": {"title": "Train volunteers"},
    },
)


def made(record=None, **options: Any) -> Register:
    record = record or sample.Record()
    options.setdefault("delete", record.save)
    return Register(text("Objectives"), "objective", FIELDS, ENTRIES, record.save, **options)


def message(key="e1", kind="entry", revision=2, seq=1, **body):
    body = body.pop("body", {"title": "Warn the harbour", **body})
    return {"kind": kind, "key": key, "revision": revision, "client": CLIENT, "seq": seq, "body": body}


def test_an_entry_reaches_save_with_every_field():
    record = sample.Record()
    reply = made(record).receive(message(until="2027-05-01", cost=100, horizon="short", who="Ana", why=" Because "))
    event = record.events[0]
    assert reply["kind"] == "saved"
    assert (event.kind, event.entry_id, event.new, event.revision) == ("objective", "e1", False, 2)
    assert event.values == {
        "title": "Warn the harbour",
        "why": "Because",
        "until": "2027-05-01",
        "cost": 100,
        "horizon": "short",
        "who": "Ana",
    }


def test_a_new_entry_brings_the_id_that_its_browser_drew():
    record = sample.Record()
    register = made(record, me={"by": "Rotterdam", "side": "learner"})
    register.receive(message(NEW, revision=0))
    assert (record.events[0].entry_id, record.events[0].new) == (NEW, True)
    assert register.entries[-1] | {"body": None} == {
        "entry_id": NEW,
        "revision": 1,
        "body": None,
        "by": "Rotterdam",
        "side": "learner",
        "can_edit": True,
    }
    assert register.sentence() == "Objectives: 3 entries"


def test_a_new_entry_is_new_only_once():
    record = sample.Record()
    register = made(record)
    register.receive(message(NEW, revision=0))
    register.receive(message(NEW, revision=1, seq=2))
    assert [event.new for event in record.events] == [True, False]


def test_a_deleted_entry_is_gone():
    record = sample.Record()
    register = made(record)
    assert register.receive(message(kind="delete"))["kind"] == "saved"
    assert record.events[0].values == {}
    assert [entry["entry_id"] for entry in register.entries] == ["e2"]


def test_what_was_never_in_the_record_needs_no_deleting():
    record = sample.Record()
    assert made(record).receive(message(NEW, "delete", 0))["kind"] == "saved"
    assert record.events == []


def test_a_conflict_shows_the_entry_as_it_is_now():
    record = sample.Record(fault=ConflictError.at("e1", "changed", "Choose."))
    stored = {"entry_id": "e1", "revision": 5, "body": {"title": "Warn the port"}}
    reply = made(record, current=lambda _key: stored).receive(message())
    assert reply["kind"] == "conflict"
    assert (reply["theirs"]["title"], reply["theirs"]["revision"]) == ("Warn the port", 5)


HOSTILE = {
    "no body": {"body": None},
    "a body that is a list": {"body": ["x"]},
    "a field that nobody asked for": {"admin": True},
    "without what is required": {"title": "  "},
    "title too long": {"title": "x" * 301},
    "title is a number": {"title": 7},
    "impossible date": {"until": "2027-02-30"},
    "date is a list": {"until": ["2027-01-01"]},
    "number is text": {"cost": "100"},
    "number is not finite": {"cost": float("inf")},
    "number is true": {"cost": True},
    "unknown choice": {"horizon": "never"},
    "unknown entry": {"key": "e9"},
    "another's entry": {"key": "e2"},
    "deleting another's entry": {"key": "e2", "kind": "delete"},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_message_that_is_no_entry_is_refused_and_changes_nothing(change):
    record = sample.Record()
    register = made(record)
    reply = register.receive(message(**change))
    assert reply["kind"] == "refused"
    assert record.events == []
    assert [entry["entry_id"] for entry in register.entries] == ["e1", "e2"]


def test_a_register_that_is_only_to_be_read_refuses_every_change():
    record = sample.Record()
    register = made(record, can_edit=False)
    for kind in ("entry", "delete"):
        assert register.receive(message(kind=kind))["kind"] == "refused"
    assert record.events == []


def test_what_the_page_claims_about_entries_is_not_believed():
    record = sample.Record()
    register = made(record)
    register.set_trait("entries", [{"entry_id": "e2", "can_edit": True}])
    assert register.receive(message("e2"))["kind"] == "refused"


def test_the_printed_face_has_a_row_an_entry_and_who_wrote_it():
    page = made().static()
    for words in ("Objectives: 2 entries", "Warn the harbour", "Quito", "12.5", "Written by"):
        assert words in page


def test_the_printed_face_escapes_what_people_wrote():
    entry = {"entry_id": "e1", "revision": 1, "body": {"title": "<script>alert(1)</script>"}}
    record = sample.Record()
    page = Register("List", "list", FIELDS, [entry], record.save, record.save).static()
    assert "<script>" not in page
