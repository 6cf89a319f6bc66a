"""The linter against the numbers of the official rubric, whose defects are known, and against our own."""

from __future__ import annotations

import pytest

from exchange.instruments import Instrument, LintFinding, lint, load

SHARE = {"id": "share", "unit": "percent", "low": 0, "high": 100}
NEED = [{"id": "probable", "unit": "words", "words": ["none", "some", "many"], "better": "less"},
        {"id": "severe", "unit": "words", "words": ["none", "some", "many"], "better": "less",
         "no_less_than": "probable"}]
LOSS = [{"probable": {"one_of": ["many"]}}, {"probable": {"one_of": ["some"]}},
        {"severe": {"one_of": ["some"]}}, {"severe": {"one_of": ["none"]}}]

# The bounds of the official levels, 0 to 3; None where a level gives no number.
OFFICIAL = {
    "P4.4": ([SHARE], [None, None, {"share": {"above": 50}}, {"share": {"at_least": 100}}]),
    "P6.2": ([SHARE], [None, {"share": {"at_least": 25, "at_most": 25}}, {"share": {"above": 50}},
                       {"share": {"above": 75}}]),
    "P7.2": ([{"id": "mapped", "unit": "words", "words": ["no", "yes"]},
              {"id": "trainings", "unit": "per_year", "whole": True}],
             [{"mapped": {"one_of": ["no"]}}, {"mapped": {"one_of": ["yes"]}, "trainings": {"at_most": 0}},
              {"trainings": {"at_least": 1, "at_most": 1}}, {"trainings": {"at_least": 2}}]),
    "P7.3": ([SHARE], [{"share": {"below": 20}}, {"share": {"at_least": 20, "at_most": 40}},
                       {"share": {"at_least": 40, "at_most": 60}},
                       {"share": {"at_least": 60, "at_most": 100}}]),
    "P8.3": (NEED, LOSS),
    "P8.4": (NEED, LOSS),
    "P8.5": (NEED, LOSS),
    "P8.6": (NEED, LOSS),
    "P8.7": ([SHARE, {"id": "hours", "unit": "hours", "better": "less"}],
             [{"hours": {"above": 36}}, {"share": {"above": 90}, "hours": {"at_most": 36}},
              {"share": {"above": 90}, "hours": {"at_most": 24}},
              {"share": {"above": 90}, "hours": {"at_most": 6}}]),
    "P8.8": ([{**SHARE, "id": "probable", "better": "less"},
              {**SHARE, "id": "severe", "better": "less", "no_less_than": "probable"}],
             [{"probable": {"above": 15}}, {"probable": {"at_least": 5, "at_most": 10}},
              {"probable": {"at_most": 0}}, {"severe": {"at_most": 0}}]),
    "P9.1": ([SHARE, {"id": "procedure", "unit": "words", "words": ["no", "yes"]}],
             [{"share": {"below": 50}}, {"share": {"above": 50}}, {"share": {"above": 75}},
              {"share": {"above": 90}}]),
    "P9.3": ([{"id": "hours", "unit": "hours", "better": "less"}],
             [{"hours": {"above": 72}}, {"hours": {"above": 48, "at_most": 72}},
              {"hours": {"at_least": 24, "at_most": 48}}, {"hours": {"at_most": 4}}]),
    "P9.5": ([{"id": "short", "unit": "percent", "low": -100, "high": 100, "better": "less"}],
             [{"short": {"at_least": 5}}, {"short": {"at_least": 2}},
              {"short": {"at_least": 0, "at_most": 0}}, {"short": {"below": 0}}]),
}


PLAN = [{"id": "joined", "unit": "words", "words": ["no", "yes"]},
        {"id": "covers", "unit": "words", "words": ["none", "some", "most", "all"]}]
OFFICIAL["P9.2"] = (PLAN, [
    {"joined": {"one_of": ["no"]}, "covers": {"one_of": ["none"]}},
    {"joined": {"one_of": ["no"]}, "covers": {"one_of": ["some"]}},
    {"joined": {"one_of": ["yes"]}, "covers": {"one_of": ["most"]}}, {"covers": {"one_of": ["all"]}}])

DEFECTS = {
    "P4.4": "no_number", "P6.2": "gap", "P7.2": "dropped", "P7.3": "overlap", "P8.3": "gap", "P8.4": "gap",
    "P8.5": "gap", "P8.6": "gap", "P8.7": "gap", "P8.8": "gap", "P9.1": "not_graded", "P9.2": "dropped",
    "P9.3": "gap", "P9.5": "overlap",
}
"""What is known to be wrong with the official levels: fourteen items, and the defect of each."""


def rubric(**items) -> Instrument:
    """Return an instrument with these quantities and level bounds."""
    return Instrument.model_validate({
        "name": "official", "version": "1", "title": "Numbers",
        "scale": {"min": 0, "max": 3, "words": ["a", "b", "c", "d"]},
        "sections": [{"id": "S", "number": 1, "name": "S", "short": "S", "items": [
            {"id": name, "label": name, "question": "How many?", "quantities": quantities,
             "levels": [{"value": n, "text": f"level {n}", "when": [] if when is None else [when]}
                        for n, when in enumerate(bounds)]}
            for name, (quantities, bounds) in items.items()]}],
    })


def found(item: str) -> dict[tuple[str, tuple[int, ...]], str]:
    return as_dict(lint(rubric(**{item: OFFICIAL[item]})))


def as_dict(findings: list[LintFinding]) -> dict[tuple[str, tuple[int, ...]], str]:
    return {(f.kind, f.levels): str(f.text) for f in findings}


def test_every_known_defect_of_the_official_levels_is_found_from_their_numbers():
    found_kinds = {(f.item, f.kind) for f in lint(rubric(**OFFICIAL))}
    assert set(DEFECTS.items()) <= found_kinds
    assert len(DEFECTS) >= 12


def test_a_level_that_forgets_what_the_level_below_asks_for_is_found():
    assert found("P9.2")["dropped", (2, 3)] == "level 3 no longer asks for joined, which level 2 does"


@pytest.mark.parametrize("item", ["P8.3", "P8.4", "P8.5", "P8.6"])
def test_much_loss_only_in_the_most_severe_scenario_fits_no_official_level(item):
    assert found(item)["gap", ()] == "no level fits probable none and severe many"


def test_schools_at_risk_between_the_official_shares_fit_no_level():
    gaps = [str(f.text) for f in lint(rubric(P8=OFFICIAL["P8.8"])) if f.kind == "gap"]
    assert gaps == ["no level fits probable above 0, below 5", "no level fits probable above 10, up to 15"]


def test_extra_staff_after_four_to_24_hours_has_no_official_level():
    assert found("P9.3") == {("gap", ()): "no level fits hours above 4, below 24"}


def test_a_small_shortfall_has_no_official_level_and_a_large_one_two():
    assert found("P9.5") == {
        ("gap", ()): "no level fits short above 0, below 2",
        ("overlap", (0, 1)): "levels 0 and 1 all fit short from 5, up to 100",
    }


def test_40_and_60_percent_of_firms_belong_to_two_official_levels():
    assert found("P7.3") == {
        ("overlap", (1, 2)): "levels 1 and 2 all fit share exactly 40",
        ("overlap", (2, 3)): "levels 2 and 3 all fit share exactly 60",
    }


def test_reaching_25_to_50_percent_has_no_official_level():
    texts = [str(f.text) for f in lint(rubric(P6=OFFICIAL["P6.2"])) if f.kind == "gap"]
    assert "no level fits share above 25, up to 50" in texts


def test_mapping_and_frequency_of_training_are_mixed_and_training_without_mapping_is_not_clear():
    defects = found("P7.2")
    assert ("mixed", (1, 2)) not in defects  # level 1 speaks of both
    assert defects["overlap", (0, 2)] == "levels 0 and 2 all fit mapped no and trainings exactly 1"
    assert "mapped no" in defects["overlap", (0, 3)]


def test_levels_that_share_no_quantity_are_mixed():
    quantities, (none, _, yearly, twice) = OFFICIAL["P7.2"]
    mapped = {"mapped": {"one_of": ["yes"]}}
    defects = as_dict(lint(rubric(P7=(quantities, [none, mapped, yearly, twice]))))
    assert defects["mixed", (1, 2)] == "level 1 speaks of mapped, level 2 of trainings"


def test_a_second_question_that_no_level_grades_is_named_and_exactly_half_has_no_level():
    assert found("P9.1") == {
        ("not_graded", ()): "no level depends on “procedure”",
        ("gap", ()): "no level fits share exactly 50",
    }


def test_levels_without_a_number_beside_levels_with_one_are_named():
    defects = found("P4.4")
    assert defects["no_number", (0, 1)] == "these levels give no number, but others do: 0 and 1"
    assert defects["gap", ()] == "no level fits share from 0, up to 50"


def test_a_smaller_share_treated_quickly_fits_no_official_level():
    assert found("P8.7") == {("gap", ()): "no level fits share from 0, up to 90 and hours from 0, up to 36"}


def test_floors_that_rise_with_the_levels_do_not_overlap():
    floors = [{"share": {"below": 50}}, {"share": {"at_least": 50}}, {"share": {"above": 75}},
              {"share": {"above": 90}}]
    assert lint(rubric(P9=([SHARE], floors))) == []


def test_a_better_number_that_means_a_lower_level_is_found():
    bounds = [{"share": {"above": 75}}, {"share": {"above": 50, "at_most": 75}},
              {"share": {"above": 25, "at_most": 50}}, {"share": {"at_most": 25}}]
    assert {f.kind for f in lint(rubric(P1=([SHARE], bounds)))} == {"order"}


def test_two_levels_with_one_sentence_are_found():
    one = load("resilience").item("P1.1")
    same = one.model_copy(update={"levels": (*one.levels[:3], one.levels[3].model_copy(
        update={"text": one.levels[2].text}))})
    section = load("resilience").sections[0].model_copy(update={"items": (same,)})
    instrument = load("resilience").model_copy(update={"sections": (section,)})
    assert [(f.kind, f.levels) for f in lint(instrument)] == [("same_text", (2, 3))]


@pytest.mark.parametrize("name", ["resilience", "learning_capacity", "exchange_feedback", "impact"])
def test_our_own_levels_leave_no_number_out_and_claim_none_twice(name):
    assert lint(load(name)) == []
