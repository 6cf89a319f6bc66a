"""Scores against the conventions of the official workbook, and bounds against trying out every unknown."""

from __future__ import annotations

from itertools import product
from statistics import fmean

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.assessments import ANSWERS, checked, progress, score
from exchange.errors import InputError
from exchange.instruments import Instrument, load

RESILIENCE = load("resilience")
MAXIMA = [9, 15, 12, 12, 9, 18, 12, 27, 21, 6]


def sheet(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Return answers written as (item, state, level)."""
    return pd.DataFrame(rows, columns=["item", "state", "level"])


def all_at(level: int, **others: str) -> pd.DataFrame:
    """Return every item at one level, but for some in another state."""
    states = {name.replace("_", "."): state for name, state in others.items()}
    return sheet(*((i.id, states.get(i.id, "answered"), None if i.id in states else level)
                   for i in RESILIENCE.items))


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_all_items_at_level_k_add_up_to_47_k(level):
    result = score(RESILIENCE, all_at(level))
    assert result.total_sum == 47 * level
    assert result.total.mean == result.mean_of_essentials == level
    assert [part.max for part in result.essentials] == MAXIMA
    assert result.total.max == 141


def test_the_sum_and_the_mean_of_essentials_differ_when_a_small_essential_is_weak():
    answers = all_at(3)
    answers.loc[answers["item"].str.startswith("P10."), "level"] = 0
    result = score(RESILIENCE, answers)
    assert result.total_sum == 141 - 6
    assert result.mean_of_essentials == pytest.approx(2.7)
    assert result.total.mean == pytest.approx(135 / 47)


def test_a_blank_is_not_a_zero():
    result = score(RESILIENCE, sheet(("P10.1", "answered", 2)))
    recovery = result.essentials[9]
    assert (recovery.mean, recovery.sum, recovery.low, recovery.high) == (2, 2, 2, 5)
    assert (recovery.mean_low, recovery.mean_high, recovery.coverage) == (1, 2.5, 0.5)
    assert result.essentials[0].mean is None
    assert result.mean_of_essentials == 2


def test_an_item_without_a_row_is_blank():
    assert progress(RESILIENCE, sheet(("P1.1", "unknown", None))) == {
        "answered": 0, "unknown": 1, "not_applicable": 0, "blank": 46}


def test_an_item_that_is_not_applicable_leaves_the_maximum_and_is_named():
    result = score(RESILIENCE, all_at(2, P8_5="not_applicable"))
    infrastructure = result.essentials[7]
    assert (infrastructure.max, infrastructure.official_max, infrastructure.coverage) == (24, 27, 1)
    assert result.total.max == 138
    assert [str(note) for note in result.notes()] == [
        "Infrastructure: 1 item is not applicable, so the maximum is 24 instead of 27"]


def test_an_essential_where_nothing_applies_has_no_mean_and_no_coverage():
    result = score(RESILIENCE, all_at(1, P10_1="not_applicable", P10_2="not_applicable"))
    recovery = result.essentials[9]
    assert (recovery.mean, recovery.coverage, recovery.mean_low, recovery.max) == (None, None, None, 0)
    assert result.mean_of_essentials == result.mean_of_essentials_low == 1


def test_the_finding_names_the_weakest_essential_and_what_is_open():
    answers = all_at(2, P1_1="unknown", P2_1="unknown", P3_1="unknown")
    answers.loc[answers["item"] == "P10.1", "level"] = 0
    assert str(score(RESILIENCE, answers).finding()) == "Recovery is the weakest essential; 3 items unknown"


def test_the_finding_is_honest_about_ties_and_about_nothing():
    assert str(score(RESILIENCE, sheet()).finding()) == "Nothing is answered yet"
    assert str(score(RESILIENCE, all_at(1)).finding()) == "All parts that are answered are equally strong"


def test_the_table_has_a_row_for_each_essential_and_one_for_the_total():
    table = score(RESILIENCE, all_at(1)).table()
    assert list(table["id"]) == [f"E{n}" for n in range(1, 11)] + ["total"]
    assert {"sum", "max", "mean", "coverage", "low", "high"} <= set(table.columns)
    assert table["sum"].iloc[:10].sum() == table["sum"].iloc[10] == 47


def small(sizes: list[int], low: int, high: int) -> Instrument:
    """Return an instrument with sections of these sizes and a scale from `low` to `high`."""
    return Instrument.model_validate({
        "name": "small", "version": "1", "title": "Small",
        "scale": {"min": low, "max": high, "words": [str(n) for n in range(low, high + 1)]},
        "sections": [{"id": f"S{s}", "number": s, "name": f"Part {s}", "short": f"Part {s}", "items": [
            {"id": f"Q{s}.{n}", "label": "A label", "question": "A question?"} for n in range(size)]}
            for s, size in enumerate(sizes, start=1)],
    })


@st.composite
def sheets(draw):
    """Draw a small instrument and answers with at most six open items."""
    low = draw(st.sampled_from([0, 1]))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    instrument = small(sizes, low, low + draw(st.integers(1, 3)))
    rows = []
    for item in instrument.items:
        is_open = sum(row[1] in {"unknown", "blank"} for row in rows)
        states = ["answered", "not_applicable", *(["unknown", "blank"] if is_open < 6 else [])]
        state = draw(st.sampled_from(states))
        level = draw(st.sampled_from(instrument.scale.numbers)) if state == "answered" else None
        rows.append((item.id, state, level))
    return instrument, draw(st.permutations(rows))


@settings(max_examples=200, deadline=None)
@given(sheets())
def test_bounds_equal_those_of_trying_out_every_unknown(case):
    instrument, rows = case
    result = score(instrument, sheet(*rows))
    unknown = [row[0] for row in rows if row[1] in {"unknown", "blank"}]
    known = {item: level for item, state, level in rows if state == "answered"}
    worlds = [known | dict(zip(unknown, levels, strict=True))
              for levels in product(instrument.scale.numbers, repeat=len(unknown))]
    inside = {section.id: [item.id for item in section.items] for section in instrument.sections}
    inside["total"] = [item.id for item in instrument.items]
    for part in (*result.essentials, result.total):
        sums = [sum(world[i] for i in inside[part.id] if i in world) for world in worlds]
        assert (part.low, part.high) == (min(sums), max(sums))
        if any(i in worlds[0] for i in inside[part.id]):
            means = [fmean(world[i] for i in inside[part.id] if i in world) for world in worlds]
            assert part.mean_low == pytest.approx(min(means))
            assert part.mean_high == pytest.approx(max(means))
    if worlds[0]:
        overall = [fmean(fmean(w[i] for i in ids if i in w) for key, ids in inside.items()
                         if key != "total" and any(i in w for i in ids)) for w in worlds]
        assert result.mean_of_essentials_low == pytest.approx(min(overall))
        assert result.mean_of_essentials_high == pytest.approx(max(overall))


def test_everything_that_is_wrong_is_said_at_once():
    wrong = pd.DataFrame([
        {"item": "P3.2", "state": "answered", "level": 7},
        {"item": "P99", "state": "answered", "level": 1},
        {"item": "P1.1", "state": "answered", "level": 1},
        {"item": "P1.1", "state": "answered", "level": 2},
        {"item": "P1.2", "state": "unknown", "level": 2},
        {"item": "P1.3", "state": "answered", "level": None},
        {"item": "P2.1", "state": "perhaps", "level": None},
        {"item": "P2.2", "state": "answered", "level": "high"},
        {"item": "P2.3", "state": "answered", "level": 1, "confidence": "very"},
        {"item": "P2.4", "state": "answered", "level": 1, "raw_value": 3},
        {"item": "P7.3", "state": "answered", "level": 1, "raw_value": 130},
        {"item": None, "state": "answered", "level": 1},
    ])
    with pytest.raises(InputError) as caught:
        score(RESILIENCE, wrong)
    assert [f"{f.place}: {f.finding}" for f in caught.value.findings] == [
        "row 1, P3.2: 7 is not on the scale 0-3",
        "row 2, P99: there is no such item",
        "row 4, P1.1: P1.1 stands twice, first in row 3",
        "row 5, P1.2: level 2 is given, but the state is unknown",
        "row 6, P1.3: it is answered, but has no level",
        "row 7, P2.1: 'perhaps' is not a state",
        "row 8, P2.2: 'high' is not on the scale 0-3",
        "row 9, P2.3: 'very' is not a confidence",
        "row 10, P2.4: 3 is given, but this item asks for no number",
        "row 11, P7.3: 130 is not a number of 0 to 100",
        "row 12: the item is missing",
    ]
    assert caught.value.findings[0].remedy == 'Use 0, 1, 2, 3, "unknown" or "not_applicable".'


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="the column 'state' is missing"):
        score(RESILIENCE, pd.DataFrame({"item": ["P1.1"], "level": [1]}))


def test_a_level_is_derived_from_a_number_that_leaves_only_one():
    answers = pd.DataFrame([{"item": "P7.3", "state": "answered", "level": None, "raw_value": 60}])
    table = checked(RESILIENCE, answers).set_index("item")
    assert table.loc["P7.3", "level"] == 3


def test_a_number_that_leaves_several_levels_asks_the_room():
    answers = pd.DataFrame([{"item": "P9.3", "state": "answered", "level": None, "raw_value": 2}])
    with pytest.raises(InputError, match="2 allows the levels 2 and 3: choose one and say why"):
        score(RESILIENCE, answers)


def test_checked_answers_are_a_declared_table_in_the_order_of_the_instrument():
    table = checked(RESILIENCE, sheet(("P10.2", "Not applicable", None), ("P1.1", "answered", 2.0)))
    assert list(table["item"]) == [item.id for item in RESILIENCE.items]
    assert list(table.columns) == [column.name for column in ANSWERS.columns]
    assert table["state"].iloc[-1] == "not_applicable"
    assert table["level"].iloc[0] == 2
    assert ANSWERS.check(table).equals(table)


def test_scoring_does_not_change_the_answers_that_it_is_given():
    answers = all_at(1, P1_1="unknown")
    before = answers.copy()
    score(RESILIENCE, answers)
    pd.testing.assert_frame_equal(answers, before)
