"""The profile: what a page may change of it, and what is said when nobody is there to touch it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.widgets import sample
from widgets.keeping import Saved
from widgets.profile_confirm import Confirmed, Line, Note, ProfileConfirm, View

CLIENT = "0123456789abcdef"

VIEW = View(
    "Quito",
    [Line("P1.1", "Plans", 0, "need", "Level 0 of 3", chosen=True),
     Line("P1.3", "Everyday decisions", 1, "need", "Level 1 of 3", chosen=False),
     Line("P1.2", "Coordination", 3, "offer", "The highest level", chosen=True)],
    [Note("P6.6", "Other cities", 1, "It shows how well the city learns"),
     Note("P10.2", "Lessons", None, "Its level is not known")],
    [Note("P2.5", "Hazard maps", None, "Nobody in the room knew: find out")],
    {"P2.1": "Hazards"}, 4, 47)


class Desk:
    """A profile in miniature: what is confirmed is closed, what is opened again can change."""

    def __init__(self, view: View = VIEW, fault: Exception | None = None) -> None:
        self.view, self.events, self.fault = view, [], fault

    def save(self, event: Any) -> Saved:
        if self.fault is not None:
            raise self.fault
        self.events.append(event)
        revision = event.revision + 1
        edited = [replace(line, **event.edits[line.item], edited=True) if line.item in event.edits else line
                  for line in self.view.lines]
        self.view = replace(self.view, lines=edited, revision=revision, who=event.who)
        if event.act == "confirm":
            done = Confirmed(1, event.who, "officer", sample.NOON)
            self.view = replace(self.view, closed=True, confirmed=done, who="")
        if event.act == "reopen":
            self.view = replace(self.view, closed=False)
        return Saved(revision, sample.NOON)

    def widget(self, language: str = "en", **options: Any) -> ProfileConfirm:
        return ProfileConfirm(lambda: self.view, self.save, language, key="ana/a1/profile", **options)


def message(**changes: Any) -> dict[str, Any]:
    return {"kind": "profile", "key": "profile", "revision": 0, "client": CLIENT, "seq": 1, "act": "draft",
            "who": "", "edits": {"P1.1": {"side": "need", "chosen": False, "words": " Not\nthis year. "}}, **changes}


def test_a_draft_reaches_save_cleaned():
    desk = Desk()
    assert desk.widget().receive(message(who=" Ana  Ruiz "))["kind"] == "saved"
    (event,) = desk.events
    assert (event.act, event.who, event.revision) == ("draft", "Ana Ruiz", 0)
    assert event.edits == {"P1.1": {"side": "need", "chosen": False, "words": "Not this year."}}


HOSTILE = {
    "another act": {"act": "erase"},
    "edits are no object": {"edits": ["P1.1"]},
    "a question that is not there": {"edits": {"P9.9": {"side": "need", "chosen": True, "words": ""}}},
    "a side that is not there": {"edits": {"P1.1": {"side": "both", "chosen": True, "words": ""}}},
    "chosen is text": {"edits": {"P1.1": {"side": "need", "chosen": "yes", "words": ""}}},
    "words too long": {"edits": {"P1.1": {"side": "need", "chosen": True, "words": "x" * 401}}},
    "words are a number": {"edits": {"P1.1": {"side": "need", "chosen": True, "words": 7}}},
    "an edit is a list": {"edits": {"P1.1": []}},
    "a name that is no text": {"who": ["Ana"]},
    "confirmed by nobody": {"act": "confirm", "who": " "},
    "another key": {"key": "other"},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_message_that_is_no_change_of_this_profile_is_refused(change):
    desk = Desk()
    reply = desk.widget().receive(message(**change))
    assert reply["kind"] == "refused"
    assert desk.events == []


def test_who_may_only_read_changes_nothing():
    desk = Desk()
    assert desk.widget(can_edit=False).receive(message())["kind"] == "refused"
    assert desk.events == []


def test_what_is_confirmed_says_who_when_and_what_changed_since():
    done = Confirmed(2, "The mayor", "officer", sample.NOON, ("P1.1", "P2.3"))
    widget = Desk(replace(VIEW, confirmed=done)).widget()
    assert widget.sentence() == "Confirmed by The mayor on November 23, 2026, version 2."
    assert "2 answers changed since: P1.1 and P2.3. Confirm again when you agree." in widget.static()


def test_the_printed_page_has_what_the_city_means_and_the_learning_indicators_apart():
    printed = Desk().widget().static()
    assert "P1.1 Plans" in printed
    assert "P1.3" not in printed
    assert printed.index("What others can learn from us") < printed.index("How well we learn") < printed.index("P10.2")
    assert "Quito has not confirmed this profile yet. 4 of 47 questions are answered." in printed


def test_it_speaks_the_readers_language():
    assert 'dir="rtl"' in Desk().widget("ar").static()
    assert Desk().widget("es").sentence().startswith("Quito aún no ha confirmado")
