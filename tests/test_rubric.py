"""The level that follows from a number, and what a room must say where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.instruments import Item, Level, Quantity, Range, derive, load, objection
from exchange.instruments.rubric import ladder

GAP = Item(
    id="P8.8", label="Schools", question="How many would be damaged?",
    quantities=(Quantity(id="share", unit="percent", high=100, better="less", ask="What share?"),),
    levels=(Level(value=0, text="Over 15", when=({"share": Range(above=15)},)),
            Level(value=1, text="5 to 10", when=({"share": Range(at_least=5, at_most=10)},)),
            Level(value=2, text="None", when=({"share": Range(at_most=0)},))))
"""The official shares: from 0 to 5 and from 10 to 15 percent no level is defined."""

ASKED = [item for item in load("resilience").items if item.quantity]


@pytest.mark.parametrize(("value", "levels"), [(0, (2,)), (2, (0, 1, 2)), (5, (1,)), (12, (0, 1, 2)), (40, (0,))])
def test_between_levels_any_level_may_be_chosen(value, levels):
    found = [held for low, high, held in ladder(GAP, GAP.quantity)
             if (value == low if low == high else low < value < (high or 101))]
    assert found == [levels]


def test_between_levels_a_reason_is_needed_and_then_any_level_stands():
    assert str(objection(GAP, 12, 0, "")) == "12 lies between levels: choose one and say why, in the note"
    assert objection(GAP, 12, 0, "The roofs are old.") is None


def test_a_number_that_means_a_level_needs_no_reason_and_takes_no_other():
    assert objection(GAP, 7, 1, "") is None
    assert str(objection(GAP, 7, 2, "We like it better.")) == (
        "7 means level 1. Choose that, or change the number")


def test_these_questions_of_ours_ask_for_a_number():
    assert [item.id for item in ASKED] == ["P4.4", "P6.2", "P7.2", "P7.3", "P8.7", "P8.8", "P9.1", "P9.3", "P9.5"]


@pytest.mark.parametrize("item", ASKED, ids=lambda item: item.id)
@given(share=st.floats(0, 1))
def test_the_ladder_of_a_page_says_what_the_rubric_says_of_every_number(item, share):
    value = share * (item.quantity.high or 200)
    steps = [held for low, high, held in ladder(item, item.quantity)
             if (value == low if low == high else low < value and (high is None or value < high))]
    assert steps == [derive(item, value).possible]
