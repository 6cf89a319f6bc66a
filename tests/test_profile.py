"""The profile: every point with its reason, and nothing made of what is not known."""

from __future__ import annotations

import pandas as pd

from exchange.assessments import profile
from exchange.instruments import load

RESILIENCE = load("resilience")


def sheet(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Return answers written as (item, state, level, confidence)."""
    return pd.DataFrame(rows, columns=["item", "state", "level", "confidence"])


ROTTERDAM = sheet(
    ("P1.1", "answered", 3, "high"),
    ("P1.2", "answered", 3, "low"),
    ("P1.3", "answered", 2, "high"),
    ("P2.1", "answered", 2, "medium"),
    ("P2.2", "answered", 1, None),
    ("P2.3", "answered", 0, None),
    ("P6.6", "answered", 2, None),
    ("P10.2", "unknown", None, None),
    ("P10.1", "not_applicable", None, None),
)


def ids(points):
    return [point.item for point in points]


def test_a_strength_is_the_top_level_or_a_high_one_of_which_the_city_is_sure():
    assert ids(profile(RESILIENCE, ROTTERDAM).strengths) == ["P1.1", "P1.2", "P1.3"]


def test_gaps_are_answered_low_levels_and_never_blanks_or_unknowns():
    assert ids(profile(RESILIENCE, ROTTERDAM).gaps) == ["P2.3", "P2.2"]


def test_a_city_offers_only_top_levels_of_which_it_is_not_unsure():
    assert ids(profile(RESILIENCE, ROTTERDAM).offers) == ["P1.1"]


def test_without_priorities_every_gap_is_a_need_and_the_reason_says_so():
    needs = profile(RESILIENCE, ROTTERDAM).needs
    assert ids(needs) == ["P2.3", "P2.2"]
    assert str(needs[0].reason) == "Level 0 of 3, and no priorities were set yet"


def test_with_priorities_needs_are_the_gaps_that_matter_the_most_important_first():
    needs = profile(RESILIENCE, ROTTERDAM, {"E2": 3, "P2.2": 5}).needs
    assert [(need.item, need.priority) for need in needs] == [("P2.2", 5), ("P2.3", 3)]
    assert profile(RESILIENCE, ROTTERDAM, {"P2.2": 2}).needs == ()


def test_the_learning_indicators_are_shown_whether_known_or_not():
    learning = profile(RESILIENCE, ROTTERDAM).learning
    assert [(point.item, point.level) for point in learning] == [("P6.3", None), ("P6.6", 2), ("P10.2", None)]
    assert "its level is not known" in str(learning[0].reason)
    assert "make little use of it" in str(learning[1].reason)


def test_what_nobody_knew_is_something_to_find_out():
    unknown = profile(RESILIENCE, ROTTERDAM, {"P10.2": 4}).unknown
    assert [str(point.reason) for point in unknown] == [
        "Nobody in the room knew, and its priority is 4 of 5: find out first"]


def test_reasons_speak_the_language_of_the_instrument():
    spanish = load("resilience", language="es")
    gap = profile(spanish, ROTTERDAM).gaps[0]
    assert gap.label == spanish.item("P2.3").label != RESILIENCE.item("P2.3").label
    assert spanish.item("P2.3").levels[0].text in str(gap.reason)


def test_thresholds_follow_the_scale_of_the_instrument():
    feedback = load("impact")
    first, second, third = (item.id for item in feedback.items[:3])
    found = profile(feedback, sheet((first, "answered", 2, None), (second, "answered", 3, "high"),
                                    (third, "answered", 4, "high")))
    assert (ids(found.gaps), ids(found.strengths)) == ([first], [third])


def test_the_table_has_a_row_for_each_point():
    found = profile(RESILIENCE, ROTTERDAM)
    table = found.table()
    assert table.groupby("kind").size().to_dict() == {
        "gaps": 2, "learning": 3, "needs": 2, "offers": 1, "strengths": 3, "unknown": 1}
    assert len(profile(RESILIENCE, ROTTERDAM.iloc[:0]).table()) == 3
