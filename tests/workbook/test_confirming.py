"""A city edits the profile that its answers suggest, confirms it, and is told when answers changed since."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotAllowedError
from tests.workbook.worlds import opened, reader


@pytest.fixture
def quito(real):
    with opened(real, "quito") as workbook:
        form = workbook.assess.form()
        for item, level in (("P1.1", 0), ("P1.2", 3), ("P2.1", 2), ("P6.6", 1)):
            form.save(item, "answered", level)
        form.save("P10.2", "unknown", None)
        yield workbook


def edit(side, *, chosen=True, words=""):
    return {"side": side, "chosen": chosen, "words": words}


def lines(workbook):
    return {line.item: (line.side, line.chosen, line.words) for line in workbook.assess.confirming().state().lines}


def test_gaps_are_proposed_as_needs_and_strengths_as_offers_with_reasons(quito):
    state = quito.assess.confirming().state()
    assert lines(quito) == {"P1.1": ("need", True, ""), "P6.6": ("need", True, ""), "P1.2": ("offer", True, "")}
    assert "Level 0 of 3" in str(state.lines[0].reason)
    assert state.others == {"P2.1": quito.assess.instrument.item("P2.1").label,
                            "P10.2": quito.assess.instrument.item("P10.2").label}
    assert (state.answered, state.total, state.confirmed, state.closed) == (5, 47, None, False)


def test_the_three_learning_indicators_stand_apart_known_or_not(quito):
    assert [point.item for point in quito.assess.confirming().state().proposal.learning] == ["P6.3", "P6.6", "P10.2"]


def test_people_leave_out_add_and_word_lines_and_find_them_again(real, quito):
    quito.assess.confirming().draft({"P1.1": edit("need", chosen=False), "P2.1": edit("offer", words=" Our\nmaps. ")},
                                    "Ana")
    with opened(real, "quito") as again:
        assert lines(again) == {"P1.1": ("need", False, ""), "P6.6": ("need", True, ""), "P1.2": ("offer", True, ""),
                                "P2.1": ("offer", True, "Our maps.")}
        assert again.assess.confirming().state().who == "Ana"


def test_a_confirmation_says_who_and_when_and_keeps_what_was_agreed(quito):
    desk = quito.assess.confirming()
    desk.confirm({"P1.1": edit("need", chosen=False)}, "The deputy mayor")
    state = desk.state()
    assert (state.closed, state.confirmed.version, state.confirmed.who) == (True, 1, "The deputy mayor")
    assert state.confirmed.by == quito.viewer.name
    assert state.confirmed.at.date() == quito.today()
    assert not quito.assess.form().can_edit
    body = quito.store.profiles(quito.viewer)["body"][0]
    assert [line["item"] for line in body["lines"]] == ["P6.6", "P1.2"]
    assert body["lines"][1]["reason"]
    assert body["answers"]["P1.1"] == ["answered", 0]


def test_what_the_city_wants_to_learn_becomes_its_priorities_and_no_gap_is_lost_by_it(quito):
    desk = quito.assess.confirming()
    desk.confirm({"P1.1": edit("need", chosen=False)}, "The mayor")

    def priorities():
        return list(quito.store.priorities(quito.viewer, city_ids=[quito.city_id])["item"])

    assert priorities() == ["P6.6"]
    desk.reopen()
    quito.assess.form().save("P2.2", "answered", 0)
    assert lines(quito)["P2.2"] == ("need", True, "")
    desk.confirm({"P1.1": edit("need", chosen=False)}, "The mayor")
    assert priorities() == ["P2.2", "P6.6"]


def test_after_answers_changed_the_page_says_which_until_they_are_confirmed_again(quito):
    desk = quito.assess.confirming()
    desk.confirm({}, "The mayor")
    assert desk.state().confirmed.changed == ()
    desk.reopen()
    quito.assess.form().save("P2.2", "answered", 1)
    quito.assess.form().save("P1.1", "answered", 1)
    assert desk.state().confirmed.changed == ("P1.1", "P2.2")
    desk.confirm({}, "The mayor")
    assert (desk.state().confirmed.version, desk.state().confirmed.changed) == (2, ())


def test_nothing_is_confirmed_without_an_answer_or_without_a_name(real, quito):
    with pytest.raises(InputError, match="nobody is named"):
        quito.assess.confirming().confirm({}, "  ")
    with opened(real, "rotterdam") as empty, pytest.raises(InputError, match="nothing is answered"):
        empty.assess.confirming().confirm({}, "The mayor")
    assert quito.assess.form().can_edit


@pytest.mark.parametrize("edits", [{"P99": edit("need")}, {"P1.1": edit("elsewhere")}])
def test_lines_that_the_profile_cannot_have_are_refused(quito, edits):
    with pytest.raises(InputError):
        quito.assess.confirming().draft(edits, "")
    assert quito.assess.confirming().state().revision == 0


def test_an_added_line_goes_when_it_is_no_longer_chosen(quito):
    quito.assess.confirming().draft({"P2.1": edit("offer", chosen=False)}, "")
    assert "P2.1" not in lines(quito)


def test_a_reader_sees_the_profile_and_cannot_confirm_it(real, quito):
    with opened(real, "quito", viewer=reader("3652462")) as seen:
        desk = seen.assess.confirming()
        assert not desk.can_edit
        assert len(desk.state().lines) == 3
        with pytest.raises(NotAllowedError):
            desk.confirm({}, "Rob")
