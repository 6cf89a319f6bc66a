"""What comes in is checked at the border, all findings at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError, NotFoundError
from exchange.matching import Pool
from tests.matching.worlds import TERMS, answered, cities, pool, table, wide


def test_all_that_is_wrong_in_all_tables_is_said_at_once():
    with pytest.raises(InputError) as error:
        pool(hazards=table("city_id hazard_id weight\n1 heat -1\n9 heat 2\n2 comet 1"),
             levels=table("city_id item level\n1 warn 7"),
             languages=table("country language share\nNLD nl 1.5"), distance_cap=0)
    said = str(error.value)
    assert "hazards, row 1, weight: '-1' is not a number of 0 or more" in said
    assert "levels, row 1, level: '7' is not a whole number from 0 to 3" in said
    assert "languages, row 1, share" in said
    assert "distance_cap: 0 is not 1, 2 or 3" in said


def test_a_row_about_an_unknown_city_or_hazard_is_named():
    with pytest.raises(InputError, match="hazards, row 1: 9 is not among the cities") as error:
        pool(hazards=table("city_id hazard_id weight\n9 heat 2\n2 comet 1"))
    assert "hazards, row 2: comet is not a hazard of this edition" in str(error.value)


def test_an_empty_network_is_refused():
    with pytest.raises(InputError, match="cities: there are none"):
        Pool.of(cities().head(0), terms=TERMS)


def test_one_city_twice_is_refused():
    with pytest.raises(InputError, match="1 stands twice"):
        pool(cities=pd.concat([cities(), cities().head(1)]))


def test_half_a_position_is_refused():
    frame = cities()
    frame.loc[0, "lat"] = None
    with pytest.raises(InputError, match="one of lat and lon is empty"):
        pool(cities=frame)


def test_a_number_that_is_not_one_is_refused_everywhere():
    for value in ("nan", "inf", "many"):
        with pytest.raises(InputError, match="hazards, row 1, weight"):
            pool(hazards=table(f"city_id hazard_id weight\n1 heat {value}"))


def test_languages_are_about_a_city_or_a_country_never_both():
    with pytest.raises(InputError, match="neither or both of city and country"):
        pool(languages=table("city_id country language share\n1 NLD nl 1\n. . nl 1"))


def test_columns_that_may_be_empty_may_be_absent():
    small = Pool.of(table("city_id name\n1 Ambra\n2 Bela"), terms=TERMS)
    assert len(small) == 2
    assert np.isnan(small.places.population).all()


def test_a_citys_own_languages_stand_for_those_of_its_country():
    own = pd.concat([pool_languages(), table("city_id language share\n2 fr 1.0")])
    shares = pool(languages=own).languages
    assert shares.weights(1) == {"fr": 1.0}
    assert shares.weights(0) == {"nl": 0.95, "en": 0.9}


def pool_languages() -> pd.DataFrame:
    return table("country language share\nNLD nl 0.95\nNLD en 0.9\nBEL nl 0.6")


def test_hazards_count_relative_to_a_citys_gravest():
    assert pool().hazards.weights(0) == {"river_flood": 1.0, "storm": 0.5, "heat": 0.25}


def test_a_level_that_is_absent_or_empty_is_unknown():
    answers = answered(levels=table("city_id item level\n1 warn 2\n1 plan .\n2 plan 1")).answers
    warn, plan = answers.items.index("warn"), answers.items.index("plan")
    assert (answers.lowest[warn, 0], answers.highest[warn, 0]) == (2, 2)
    assert (answers.lowest[plan, 0], answers.highest[plan, 0]) == (0, 3)
    assert (answers.lowest[warn, 1], answers.highest[warn, 1]) == (0, 3)


def test_stated_priorities_sum_to_one_and_unstated_ones_count_all_answered_items_the_same():
    answers = answered(priorities=table("city_id item weight\n1 warn 3\n1 zone 1")).answers
    assert dict(zip(answers.items, answers.priority[:, 0], strict=True)) == {
        "fund": 0, "plan": 0, "warn": 0.75, "zone": 0.25}
    assert answers.priority[:, 2].tolist() == [0, 0, 1, 0]
    assert answers.stated.tolist() == [True, False, False, False, False]


def test_a_city_that_is_not_there_is_not_found():
    with pytest.raises(NotFoundError, match="city 77"):
        pool().find("77")


def test_the_history_may_name_cities_that_have_left():
    met = pool(history=table("learner_id host_id round\n1 99 2024\n1 3 2024\n3 1 2025")).partners
    assert met.weights(0) == {"3": 1.0}
    assert met.weights(2) == {"1": 1.0}


def test_distances_go_along_great_circles():
    corners = table("city_id name lat lon\n1 Gulf 0 0\n2 East 0 90\n3 Pole 90 0\n4 Near 0 0.001\n5 Lost . .")
    distances = Pool.of(corners, terms=TERMS).places.distances(0)
    quarter = 6371.0088 * np.pi / 2
    assert distances[:4] == pytest.approx([0, quarter, quarter, quarter / 90_000])
    assert np.isnan(distances[4])


def test_a_wide_table_reads_as_drawn():
    assert wide("city_id warn plan\n1 2 .", "item", "level").to_dict("records") == [
        {"city_id": "1", "item": "warn", "level": 2}]
