"""Weights are a hypothesis, and never a slip."""

from __future__ import annotations

import pytest

from exchange.errors import InputError
from exchange.matching import CRITERIA, DEFAULT_WEIGHTS, Weights


@pytest.mark.parametrize(("values", "finding"), [
    ({"readiness": 0, "feasibility": 0}, "all are zero"),
    ({}, "all are zero"),
    ({"readiness": -1}, "weights, readiness: -1 is negative"),
    ({"readiness": float("nan")}, "weights, readiness: nan is not a number"),
    ({"readiness": float("inf")}, "weights, readiness: inf is not a number"),
    ({"readiness": "much"}, "weights, readiness: 'much' is not a number"),
    ({"charm": 1}, "weights, charm: there is no such criterion"),
])
def test_weights_that_cannot_be_meant_are_refused(values, finding):
    with pytest.raises(InputError, match=finding):
        Weights("1", values, "a test")


def test_weights_of_another_version_are_refused():
    with pytest.raises(InputError, match="made for version '0' of the criteria"):
        Weights.of({"version": "0", "values": {"readiness": 1}, "why": "long ago"})


def test_a_weight_file_without_its_parts_is_refused():
    with pytest.raises(InputError, match="'version' is missing") as error:
        Weights.of({"values": [1, 2]})
    assert "they are not a table" in str(error.value)


def test_default_weights_cover_every_criterion_and_say_that_they_are_a_guess():
    assert set(DEFAULT_WEIGHTS.values) == set(CRITERIA)
    assert sum(DEFAULT_WEIGHTS.values.values()) == pytest.approx(1)
    assert "guess" in DEFAULT_WEIGHTS.why


def test_only_the_ratio_of_weights_matters():
    three_to_one = Weights("1", {"readiness": 3, "feasibility": 1}, "a test")
    assert three_to_one.shares() == {"feasibility": 0.25, "readiness": 0.75}


def test_weights_come_back_from_their_record():
    assert Weights.of(DEFAULT_WEIGHTS.record()) == DEFAULT_WEIGHTS


def test_a_slider_changes_one_row():
    moved = DEFAULT_WEIGHTS.changed("tried in a workshop", readiness=0.5)
    assert moved.values["readiness"] == 0.5
    assert moved.values["feasibility"] == DEFAULT_WEIGHTS.values["feasibility"]
