"""What a browser sends is saved once, answered always, and never trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from exchange.errors import ConflictError, InputError, NotAllowedError, StoreError
from exchange.words import text
from widgets.keeping import Desk, Envelope, Handler, Refusal, Saved, clean

CLIENT = "0123456789abcdef"


@dataclass(frozen=True)
class Change:
    envelope: Envelope
    words: str

    def body(self):
        return {"words": self.words}


class Book:
    """A record of one kind of thing that can be made to fail."""

    def __init__(self, fault=None, theirs=None):
        self.fault, self.theirs, self.saved, self.noted = fault, theirs, [], []

    def desk(self):
        def read(envelope, message):
            return Change(envelope, clean(message.get("words"), text("The text"), 10))

        def save(change):
            if self.fault:
                raise self.fault
            self.saved.append(change)
            return Saved(change.envelope.revision + 1, datetime(2026, 11, 23, 18, 52, tzinfo=UTC))

        return Desk(
            "en", {"note": Handler(read, save, lambda *what: self.noted.append(what), lambda _key: self.theirs)}
        )


def message(**changes):
    return {"kind": "note", "key": "a", "revision": 0, "client": CLIENT, "seq": 1, "words": "hello", **changes}


def test_a_change_is_saved_and_answered_with_its_revision_and_time():
    book = Book()
    reply = book.desk().answer(message())
    assert reply == {
        "kind": "saved",
        "key": "a",
        "client": CLIENT,
        "seq": 1,
        "revision": 1,
        "at": "2026-11-23T18:52:00+00:00",
    }
    assert [change.words for change in book.saved] == ["hello"]
    assert len(book.noted) == 1


def test_a_time_without_zone_is_read_as_utc():
    handler = Handler(
        lambda envelope, message: Change(envelope, ""),
        lambda _change: Saved(1, datetime(2026, 1, 1)),  # noqa: DTZ001
        lambda *_what: None,
        lambda _key: None,
    )
    assert Desk("en", {"note": handler}).answer(message())["at"] == "2026-01-01T00:00:00+00:00"


def test_the_same_message_twice_is_saved_once_and_answered_twice():
    book = Book()
    desk = book.desk()
    assert desk.answer(message()) == desk.answer(message())
    assert len(book.saved) == 1


def test_a_late_message_changes_nothing_and_is_answered_with_the_newer_receipt():
    book = Book()
    desk = book.desk()
    desk.answer(message(seq=5))
    assert desk.answer(message(seq=4, words="older"))["seq"] == 5
    assert [change.words for change in book.saved] == ["hello"]


def test_a_page_that_changes_again_what_it_just_changed_builds_on_its_own_revision():
    book = Book()
    desk = book.desk()
    desk.answer(message(revision=3))
    desk.answer(message(revision=3, seq=2))
    assert [change.envelope.revision for change in book.saved] == [3, 4]


def test_another_page_keeps_the_revision_that_it_saw():
    book = Book()
    desk = book.desk()
    desk.answer(message(revision=3))
    desk.answer(message(revision=3, client="f" * 16))
    assert [change.envelope.revision for change in book.saved] == [3, 3]


def test_an_error_that_a_person_can_act_on_is_refused_with_its_words():
    book = Book(fault=InputError.at("a", "the assessment is confirmed", "Open it again."))
    reply = book.desk().answer(message())
    assert (reply["kind"], reply["why"]) == (
        "refused",
        "This was not saved. The assessment is confirmed. Open it again.",
    )


def test_a_forbidden_change_is_refused():
    reply = Book(fault=NotAllowedError.at("a", "you may not", "Ask.")).desk().answer(message())
    assert reply["kind"] == "refused"


def test_a_record_that_cannot_be_written_now_leaves_the_change_in_the_queue():
    reply = Book(fault=StoreError.at("runs/exchange.db", "the disk is full", "Make room.")).desk().answer(message())
    assert reply["kind"] == "later"
    assert "exchange.db" not in reply["why"]


def test_a_failure_of_our_own_is_refused_in_plain_words_without_its_details():
    reply = Book(fault=RuntimeError("secret detail")).desk().answer(message())
    assert reply["kind"] == "refused"
    assert "secret" not in reply["why"]


def test_what_was_refused_can_be_tried_again():
    book = Book(fault=InputError.at("a", "no", "Yes."))
    desk = book.desk()
    desk.answer(message())
    book.fault = None
    assert desk.answer(message(seq=2))["kind"] == "saved"


def test_a_conflict_shows_the_other_version():
    book = Book(fault=ConflictError.at("a", "changed", "Choose."), theirs={"words": "theirs", "revision": 7})
    reply = book.desk().answer(message())
    assert (reply["kind"], reply["theirs"]) == ("conflict", {"words": "theirs", "revision": 7})
    assert book.noted == []


def test_two_people_who_enter_the_same_have_no_conflict():
    book = Book(fault=ConflictError.at("a", "changed", "Choose."), theirs={"words": "hello", "revision": 7})
    reply = book.desk().answer(message())
    assert (reply["kind"], reply["revision"]) == ("saved", 7)


def test_a_conflict_with_nothing_to_show_is_refused():
    assert Book(fault=ConflictError.at("a", "changed", "Look.")).desk().answer(message())["kind"] == "refused"


NONSENSE = [
    None,
    "text",
    7,
    [],
    {},
    {"kind": "note"},
    message(kind="other"),
    message(kind=None),
    message(kind=["note"]),
    message(key=""),
    message(key="x" * 201),
    message(key=7),
    message(client=""),
    message(client="../../x"),
    message(client=None),
    message(seq=True),
    message(seq=-1),
    message(seq=1.5),
    message(seq="1"),
    message(seq=2**60),
    message(revision=None),
    message(revision=-1),
    message(revision=float("nan")),
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_not_answered_and_not_saved(nonsense):
    book = Book()
    assert book.desk().answer(nonsense) is None
    assert book.saved == []


@pytest.mark.parametrize("words", [None, 7, ["a"], {"a": 1}, "x" * 11])
def test_what_is_not_text_or_too_long_is_refused(words):
    book = Book()
    assert book.desk().answer(message(words=words))["kind"] == "refused"
    assert book.saved == []


def test_characters_that_no_database_takes_are_left_out():
    assert clean("a\x00b\ud800c\x1b\nd\te ", text("It"), 20) == "abc\nd\te"


def test_letters_of_every_script_are_kept():
    assert clean("نص 文字 🌊 é", text("It"), 20) == "نص 文字 🌊 é"


def test_a_refusal_says_why_in_the_language_of_the_desk():
    with pytest.raises(Refusal) as refusal:
        clean("abc", text("The note"), 2)
    assert refusal.value.why.said("en") == "The note is longer than 2 characters. Shorten it."


def test_a_flood_of_pages_does_not_fill_the_memory():
    desk = Book().desk()
    for n in range(5100):
        desk.answer(message(client=f"{n:016x}"))
    assert len(desk._receipts) == 5000
