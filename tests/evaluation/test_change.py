"""What changed on anybody's table: per question, per city, per group, with what was left out."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.evaluation.change import change
from exchange.evaluation.shift import response_shift


def table(rows):
    return pd.DataFrame(rows, columns=["city", "item", "before", "after"])


EIGHT = [(f"city {n}", item, 1, 1 + up) for item, ups in {
    "P9.1": [1, 1, 1, 1, 1, 1, 1, 0], "P2.2": [1, -1, 0, 0, 0, 0, 0, 0]}.items() for n, up in enumerate(ups)]


def test_each_question_says_what_changed_and_how_sure_we_are():
    found = {one.item: one for one in change(table(EIGHT)).items}
    assert found["P9.1"].result.estimate == pytest.approx(0.875)
    assert (found["P9.1"].improved, found["P9.1"].same, found["P9.1"].worse) == (7, 1, 0)
    assert found["P9.1"].result.verdict == "up"
    assert found["P9.1"].result.q == pytest.approx(2 * found["P9.1"].result.p)
    assert found["P2.2"].result.verdict == "too_few"
    assert found["P2.2"].delta == 0


def test_a_city_counts_once_however_many_questions_it_answered():
    assert change(table(EIGHT)).cities[""].n == 8
    assert change(table(EIGHT)).cities[""].estimate == pytest.approx(0.4375)


def test_groups_are_shown_apart_and_against_each_other():
    rows = [{"city": f"c{n}", "item": "P1.1", "before": 0, "after": int(n < 8),
             "group": "in" if n < 8 else "out"} for n in range(16)]
    found = change(pd.DataFrame(rows))
    assert set(found.cities) == {"", "in", "out"}
    assert found.contrasts["in"].estimate == 1
    assert found.contrasts["in"].verdict == "up"
    assert set(found.contrasts) == {"in"}
    assert {(one.item, one.group) for one in found.items} == {("P1.1", ""), ("P1.1", "in"), ("P1.1", "out")}


def test_a_city_without_a_baseline_is_left_out_by_name():
    found = change(table([*EIGHT, ("Quito", "P9.1", None, 2), ("Kobe", "P9.1", 1, None)]))
    assert [str(one) for one in found.left_out] == ["Quito, P9.1: no level before.",
                                                    "Kobe, P9.1: no level after."]
    assert found.items[0].result.n == 8


def test_a_follow_up_without_any_baseline_is_an_error():
    with pytest.raises(InputError, match="baseline"):
        change(table([("Quito", "P9.1", None, 2)]))


def test_two_rows_for_one_city_and_question_and_words_for_levels_are_errors():
    with pytest.raises(InputError, match="stands twice"):
        change(table([*EIGHT, EIGHT[0]]))
    with pytest.raises(InputError, match="row 1, before"):
        change(table([("Quito", "P9.1", "high", 2)]))


def test_all_answers_equal_is_no_error_and_no_change():
    found = change(table([(f"c{n}", "P1.1", 2, 2) for n in range(10)]))
    assert str(found.items[0].result.sentence) == "Nothing changed: all is as it was, in 10 cities."


def test_the_rows_can_be_written_as_json():
    rows = change(table(EIGHT)).rows()
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_a_moved_yardstick_is_told_from_a_change():
    rng = np.random.default_rng(2)
    before = rng.integers(1, 4, 20)
    looking_back = before - 1
    after = before.copy()
    found = response_shift(before, looking_back, after)
    assert found.raw.estimate == 0
    assert found.adjusted.estimate == 1
    assert found.shift.verdict == "down"
    assert "The yardstick moved" in str(found.sentence)
    noise = rng.permutation([1] * 4 + [-1] * 4 + [0] * 12)
    assert "No sign" in str(response_shift(before, before + noise, after).sentence)


def test_cities_that_did_not_look_back_are_left_out():
    assert response_shift([1, 2], [1, np.nan], [2, 2]).raw.n == 1


def test_one_finding_among_many_questions_is_not_told_as_one():
    ups = {f"i{n}": ([1, -1] * 5)[:10] for n in range(20)} | {"lucky": [1, 1, 1, 1, 1, 1, 1, 1, -1, 0]}
    rows = [(f"c{city}", item, 1, 1 + up) for item, some in ups.items() for city, up in enumerate(some)]
    lucky = change(table(rows)).items[-1].result
    assert lucky.p < 0.05 < lucky.q
    assert lucky.low > 0
    assert lucky.verdict == "cannot_tell"
    assert "turns up by chance" in str(lucky.sentence)


@pytest.mark.slow
def test_a_network_without_any_effect_reads_cannot_tell_as_often_as_it_should():
    rng, told = np.random.default_rng(20260101), 0
    for _ in range(200):
        rows = [(f"c{city}", f"i{item}", 1, 1 + rng.choice([-1, 0, 0, 1]))
                for city in range(30) for item in range(5)]
        told += change(table(rows)).cities[""].verdict in {"up", "down"}
    assert told <= 200 * 0.05 + 3 * (200 * 0.05 * 0.95) ** 0.5
