"""Anybody's table with groups: what is compared, by which estimator, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.evaluation.change import change

RNG = np.random.default_rng(3)


def world(cities, effect):
    """Half of the cities take part; each begins where it likes, and those who take part rise more often."""
    rows = []
    for city in range(cities):
        inside = city % 2 == 0
        for item in range(6):
            before = int(RNG.integers(0, 3))
            rise = int(RNG.random() < (0.1 + effect * inside))
            rows.append((f"c{city}", f"P1.{item}", before, before + rise, "in" if inside else "out"))
    return pd.DataFrame(rows, columns=["city", "item", "before", "after", "group"])


def test_two_groups_are_compared_by_lot_by_controls_that_began_alike_and_by_models():
    found = change(world(40, 0.6))
    results = [found.contrasts["in"], found.matched["in"], *found.models.values()]
    assert list(found.models) == ["difference in differences", "cumulative logit, log odds",
                                  "cumulative logit, share at 2 or above"]
    assert all(one.verdict == "up" for one in results), [str(one.sentence) for one in results]
    for one in (found.contrasts["in"], found.matched["in"], found.models["difference in differences"]):
        assert one.low <= 0.6 <= one.high


def test_without_an_effect_no_comparison_tells_one():
    found = change(world(40, 0.0))
    assert not any(one.told for one in (found.contrasts["in"], found.matched["in"], *found.models.values()))


def test_few_cities_are_not_modelled_and_the_table_says_so():
    found = change(world(12, 0.5))
    assert found.models == {}
    assert any("need 30 cities; there are 12" in str(one) for one in found.left_out)


def test_fewer_than_six_changed_cities_are_said_to_be_too_few():
    rows = [(f"c{n}", "P1.1", 1, 1 + (n < 5)) for n in range(20)]
    found = change(pd.DataFrame(rows, columns=["city", "item", "before", "after"])).record()
    assert found["items"][0]["sentence"].startswith("Too few: 5 of 20 cities changed")
    assert found["items"][0]["smallest_p"] == 0.0625


def test_a_control_began_at_the_same_level_of_the_same_question():
    rows = [("a", "x", 0, 2, "in"), ("b", "x", 0, 1, "out"), ("c", "x", 3, 3, "out"), ("d", "x", 2, 2, "in")]
    found = change(pd.DataFrame(rows, columns=["city", "item", "before", "after", "group"])).matched["in"]
    assert (found.n, found.estimate) == (1, 1.0)


def test_a_look_back_shows_whether_the_yardstick_moved():
    rows = [(f"c{n}", "P1.1", 2, 2, 1) for n in range(8)]
    found = change(pd.DataFrame(rows, columns=["city", "item", "before", "after", "looking_back"]))
    assert found.shift.shift.verdict == "down"
    assert "yardstick moved" in found.record()["response_shift"]["sentence"]


def test_a_city_in_two_groups_is_named():
    rows = [("a", "x", 0, 1, "in"), ("a", "y", 0, 1, "out"), ("b", "x", 0, 0, "out"), ("b", "y", 0, 0, "out")]
    found = change(pd.DataFrame(rows, columns=["city", "item", "before", "after", "group"]))
    assert "a stands in two groups and counts in the first." in [str(one) for one in found.left_out]


def test_a_follow_up_without_a_baseline_is_an_error_and_a_row_without_a_city_too():
    with pytest.raises(InputError, match="without a baseline shows no change"):
        change(pd.DataFrame([("a", "x", None, 2)], columns=["city", "item", "before", "after"]))
    with pytest.raises(InputError, match="row 1, city: the cell is empty"):
        change(pd.DataFrame([(None, "x", 1, 2)], columns=["city", "item", "before", "after"]))


def test_the_smallest_effect_that_could_be_shown_is_said_before_and_after():
    found = change(world(40, 0.3))
    assert 0 < found.smallest_effect < 0.3
