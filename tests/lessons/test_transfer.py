"""A lesson's circumstances are held against a city's part by part, and people have the last word."""

from __future__ import annotations

import pytest

from exchange.lessons import Circumstances, Judged, compare, parse
from exchange.lessons.transfer import name_of
from exchange.vocabulary import JUDGEMENTS, TRANSFER_PARTS

RIVER, SURFACE, QUAKE = "MH0604", "MH0606", "GH0101"


def lesson(**more):
    return parse({"lesson_id": "l1", "title": "Squares", "language": "en", "problem": "p", "what_was_done": "d",
                  **more})


WHOLE = {"hazards": [SURFACE], "population_band": "500k-1M", "mandate": "shared", "cost_band": "500k-1M",
         "staff": "3-10", "government": "council"}


def judged(here, **more):
    return {part.part: part.judgement for part in compare(lesson(**{**WHOLE, **more}), here).parts}


def test_a_city_like_the_other_fits_in_every_part():
    here = Circumstances(600_000, {SURFACE: 2.0}, "shared", "1M-10M", "11-50", "council")
    assert judged(here) == dict.fromkeys(TRANSFER_PARTS, "fits")


def test_what_is_not_known_is_said_and_never_guessed():
    assert judged(Circumstances()) == dict.fromkeys(TRANSFER_PARTS, "unknown")
    empty = compare(lesson(), Circumstances(600_000, {SURFACE: 2.0}, "own", ">10M", ">50", "council"))
    assert {part.judgement for part in empty.parts} == {"unknown"}


# hazards here    | the judgement
HAZARDS = """
MH0606            | fits
MH0604            | adapt
MH0604 GH0101     | adapt
GH0101            | blocks
"""


@pytest.mark.parametrize("row", HAZARDS.strip().splitlines())
def test_another_hazard_of_the_same_cluster_is_to_adapt_and_a_foreign_one_blocks(row):
    ours, expected = row.split("|")
    assert judged(Circumstances(hazards=dict.fromkeys(ours.split(), 1.0)))["hazard"] == expected.strip()


# part       | there   | here         | judgement
STEPS = """
mandate      | own     | own          | fits
mandate      | own     | shared       | adapt
mandate      | own     | others       | blocks
mandate      | others  | own          | fits
budget       | 0-100k  | >10M         | fits
budget       | 1M-10M  | 500k-1M      | adapt
budget       | >10M    | 500k-1M      | blocks
staff        | 0-2     | 0-2          | fits
staff        | 11-50   | 3-10         | adapt
staff        | >50     | 3-10         | blocks
governance   | council | elected_mayor| adapt
"""
FIELD = {"budget": "cost_band", "governance": "government"}


@pytest.mark.parametrize("row", STEPS.strip().splitlines())
def test_each_part_is_judged_by_how_many_steps_lie_between(row):
    part, there, ours, expected = (cell.strip() for cell in row.split("|"))
    assert judged(Circumstances(**{part: ours}), **{FIELD.get(part, part): there})[part] == expected


@pytest.mark.parametrize(("people", "expected"), [(99_999, "adapt"), (100_000, "fits"), (4_999_999, "fits"),
                                                  (5_000_000, "adapt"), (None, "unknown")])
def test_cities_of_neighbouring_size_fit(people, expected):
    assert judged(Circumstances(people))["scale"] == expected


def test_every_precondition_is_a_part_that_waits_for_somebody_to_ask():
    found = compare(lesson(preconditions=["a square", "an owner"]), Circumstances())
    assert [(part.there, part.judgement) for part in found.parts[6:]] == [("a square", "unknown"),
                                                                         ("an owner", "unknown")]


def test_what_people_judged_stands_above_what_was_worked_out_and_follows_the_words():
    whole = lesson(**WHOLE, preconditions=["a square", "an owner"])
    decided = {"hazard": Judged("blocks", "", "Ana"), name_of("an owner"): Judged("fits", "The parks office", "Ana")}
    for one in (whole, whole.model_copy(update={"preconditions": ("an owner", "a square")})):
        parts = {part.there if part.label.template == "It needed" else part.part: part
                 for part in compare(one, Circumstances(hazards={SURFACE: 1.0}), decided).parts}
        assert (parts["hazard"].judgement, parts["hazard"].by) == ("blocks", "Ana")
        assert str(parts["hazard"].condition) == "Nothing more: the same hazard threatens both cities."
        assert (parts["an owner"].judgement, parts["an owner"].condition) == ("fits", "The parks office")
        assert (parts["a square"].judgement, parts["a square"].by) == ("unknown", "")


def test_the_sentence_gives_all_four_counts_and_they_add_up():
    found = compare(lesson(**WHOLE, preconditions=["a square"]),
                    Circumstances(600_000, {QUAKE: 1.0}, "others", "1M-10M", None, "council"))
    assert str(found.sentence) == "Squares: 3 of 7 parts fit, 1 to adapt, 1 in the way, 2 not known"
    assert {part.judgement for part in found.parts} <= set(JUDGEMENTS)
    assert all(str(part.condition) for part in found.parts)
