"""Comparisons with others: by lot, by matching, and over time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.evaluation.bootstrap import bca, by_cluster, minimum_detectable_effect
from exchange.evaluation.compared import difference, match_controls
from exchange.evaluation.panel import linear, ordinal

RNG = np.random.default_rng(11)


def all_differences(y, k, treated=None):
    return np.array([y[list(chosen)].mean() - np.delete(y, chosen).mean()
                     for chosen in combinations(range(len(y)), k)])


@pytest.mark.parametrize(("n", "k"), [(5, 2), (8, 4), (10, 3)])
def test_randomisation_inference_looks_at_every_choice_of_the_treated(n, k):
    y = RNG.normal(size=n) + np.array([1.0] * k + [0.0] * (n - k))
    result = difference(y, [1] * k + [0] * (n - k))
    observed = y[:k].mean() - y[k:].mean()
    assert result.estimate == pytest.approx(observed)
    assert result.p == pytest.approx(np.mean(np.abs(all_differences(y, k)) >= abs(observed) - 1e-9))


def test_the_interval_holds_the_effects_that_randomisation_does_not_reject():
    y, k = RNG.normal(size=9), 4
    result = difference(y, [1] * k + [0] * 5)

    def rejected(effect):
        without = y - effect * np.array([1.0] * k + [0.0] * 5)
        drawn, observed = all_differences(without, k), without[:k].mean() - without[k:].mean()
        return min(np.mean(drawn >= observed - 1e-9), np.mean(drawn <= observed + 1e-9)) <= 0.025

    assert not any(rejected(effect) for effect in np.linspace(result.low + 1e-6, result.high - 1e-6, 9))
    assert rejected(result.low - 1e-6)
    assert rejected(result.high + 1e-6)


def test_comparing_within_strata_takes_out_what_differs_between_them():
    strata = np.repeat([0, 1], 6)
    treated = np.array([1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0], dtype=bool)
    y = 10.0 * strata + 0.5 * treated
    assert difference(y, treated).estimate > 5
    assert difference(y, treated, strata).estimate == pytest.approx(0.5)


def test_strata_of_one_kind_only_tell_nothing():
    assert difference([1, 2, 3], [1, 1, 1]).estimate is None
    alone = difference([9, 1, 0, 1, 0], [1, 1, 0, 1, 0], ["a", "b", "b", "b", "b"])
    assert alone.n == 2
    with pytest.raises(InputError, match="2 marks for 3"):
        difference([1, 2, 3], [1, 0])


def test_drawing_choices_agrees_with_listing_them():
    y = np.concatenate([RNG.normal(0.8, 1, 12), RNG.normal(0, 1, 12)])
    drawn = difference(y, [1] * 12 + [0] * 12)
    again = difference(y, [1] * 12 + [0] * 12)
    assert drawn == again
    assert drawn.low < drawn.estimate < drawn.high


def test_controls_begin_where_the_treated_began_and_are_used_once():
    baseline = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    treated = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    matched = match_controls(treated, baseline, np.array([1, 2, 3, 9, 2, 9, 1, 9, 3]))
    assert matched.pairs == ((0, 6), (1, 4), (2, 8))
    assert matched.left_out == ()


def test_a_city_without_anybody_near_is_left_out_by_name_not_matched_badly():
    matched = match_controls([1, 1, 0], [0, 3, 0])
    assert matched.pairs == ((0, 2),)
    assert matched.left_out == (1,)


def test_matching_minimises_the_whole_distance_not_each_in_turn():
    matched = match_controls([1, 1, 0, 0], [0, 0, 0, 0], [[0.0], [1.0], [1.1], [9.0]])
    totals = {((0, 2), (1, 3)): 1.1 + 8.0, ((0, 3), (1, 2)): 9.0 + 0.1}
    assert totals[matched.pairs] == min(totals.values())


def test_matched_controls_undo_regression_to_the_mean():
    rng = np.random.default_rng(3)
    truth = rng.normal(1.5, 0.5, 400)
    before = np.clip(np.round(truth + rng.normal(0, 0.6, 400)), 0, 3)
    after = np.clip(np.round(truth + rng.normal(0, 0.6, 400)), 0, 3)
    treated = (before <= 1) & (rng.random(400) < 0.3)
    changes = after - before
    assert changes[treated].mean() > 0.2
    result = match_controls(treated, before).effect(changes)
    assert result.low <= 0 <= result.high


def panel(effect, cities=40, rng=None):
    rng = rng or np.random.default_rng(5)
    rows = []
    for city in range(cities):
        for item in range(12):
            before = int(rng.integers(0, 3))
            up = rng.random() < (0.1 + effect * (city % 2))
            rows += [{"city": f"c{city}", "item": f"i{item}", "treated": city % 2 == 1, "post": post,
                      "level": before + int(up and post)} for post in (False, True)]
    return pd.DataFrame(rows)


def test_difference_in_differences_is_the_difference_of_four_means():
    table = panel(0.5)
    result = linear(table, np.random.default_rng(1))
    means = table.groupby(["treated", "post"])["level"].mean()
    expected = (means[True, True] - means[True, False]) - (means[False, True] - means[False, False])
    assert result.estimate == pytest.approx(expected)
    assert result.low <= 0.5 <= result.high
    assert result.verdict == "up"
    assert linear(panel(0.0), np.random.default_rng(1)).verdict == "cannot_tell"


def test_the_ordinal_model_agrees_on_the_direction_and_gives_a_share():
    found = ordinal(panel(0.5), np.random.default_rng(1))
    assert found.log_odds.verdict == "up"
    assert 0 < found.share.low <= found.share.estimate <= found.share.high < 1
    assert ordinal(panel(0.0), np.random.default_rng(1)).log_odds.verdict == "cannot_tell"


def test_a_panel_without_one_of_its_four_groups_is_an_error():
    table = panel(0.5)
    with pytest.raises(InputError, match="four groups"):
        linear(table[table["treated"]], np.random.default_rng(1))


def test_a_city_of_which_one_level_is_missing_is_named():
    table = panel(0.5)
    gone = (table["city"] == "c3") & table["post"] & (table["item"] == "i0")
    with pytest.raises(InputError, match="c3, i0: there is no level after"):
        linear(table[~gone], np.random.default_rng(1))


def test_cities_are_drawn_whole():
    city = np.repeat(np.arange(20), 50)
    values = np.repeat(RNG.normal(size=20), 50)
    low, high, _ = by_cluster(city, lambda rows: values[rows].mean(), np.random.default_rng(1))
    naive_low, naive_high = bca(values, np.mean, np.random.default_rng(1), draws=500)
    assert high - low > 4 * (naive_high - naive_low)


def test_a_statistic_that_never_varies_has_a_point_for_an_interval():
    assert bca([2, 2, 2], np.mean, np.random.default_rng(1), draws=50) == (2, 2)
    assert minimum_detectable_effect(0, 1) == float("inf")
