"""How much hangs on the weights."""

from __future__ import annotations

import numpy as np
import pytest

from exchange.errors import InputError, NotFoundError
from exchange.matching import DEFAULT_WEIGHTS, Filters, Pool, Weights, rank
from exchange.matching.counterfactual import counterfactual
from exchange.matching.stability import stability
from tests.matching.worlds import TERMS, answered, pool, random_pool, table

EVERYBODY = Filters(language=False)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_draw_puts_exactly_three_cities_in_the_first_three():
    held = stability(rank(random_pool(50, rng(1)), "100", filters=EVERYBODY), rng=rng(), draws=300)
    assert sum(held.in_top.values()) == pytest.approx(3)
    assert sum(held.first.values()) == pytest.approx(1)
    assert all(0 < share <= 1 for share in held.in_top.values())


def test_a_city_that_is_best_in_everything_is_first_in_every_draw():
    held = stability(rank(pool(), "1", filters=EVERYBODY), rng=rng(), draws=200)
    assert held.first == {"2": 1.0}
    assert str(held.said("2", "Bela")) == "Bela is among the first 3 in 100 % of 200 ways of weighing"


def test_two_cities_good_at_different_things_share_first_place():
    first = stability(rank(torn(), "1", EVEN), rng=rng(), draws=4000).first
    assert first["2"] == pytest.approx(0.5, abs=0.03)
    assert first["3"] == pytest.approx(0.5, abs=0.03)


EVEN = Weights("1", {"problem_similarity": 1, "context_fit": 1}, "a test")


def torn(size: int = 100_000_000, other: str = "quake") -> Pool:
    """Return a world in which one peer shares the hazards and the other the size."""
    return Pool.of(table(f"city_id name population\n1 Ambra 1000000\n2 Bela {size}\n3 Cinto 1000000"),
                   hazards=table(f"city_id hazard_id weight\n1 river_flood 1\n2 river_flood 1\n3 {other} 1"),
                   terms=TERMS)


def test_close_draws_disagree_less_than_wide_ones():
    ranking = rank(random_pool(50, rng(1)), "100", filters=EVERYBODY)
    close = stability(ranking, rng=rng(), draws=300, concentration=2000)
    wide = stability(ranking, rng=rng(), draws=300, concentration=5)
    assert max(close.first.values()) > max(wide.first.values())
    assert len(close.in_top) < len(wide.in_top)


def test_the_same_seed_gives_the_same_shares():
    ranking = rank(random_pool(50, rng(1)), "100", filters=EVERYBODY)
    assert stability(ranking, rng=rng(5)) == stability(ranking, rng=rng(5))


def test_the_table_has_a_row_a_peer():
    ranking = rank(random_pool(50, rng(1)), "100", filters=EVERYBODY)
    held = stability(ranking, rng=rng(), draws=100)
    frame = held.table(ranking)
    assert frame["city_id"].tolist() == [peer.city_id for peer in ranking.peers]
    assert frame.loc[0, "in_top"] == held.in_top[ranking.peers[0].city_id]


def test_nothing_can_be_drawn_from_no_draws():
    with pytest.raises(InputError):
        stability(rank(pool(), "1"), rng=rng(), draws=0)


@pytest.mark.parametrize("seed", range(25))
def test_the_smallest_change_is_true_as_it_is_said_and_no_smaller_one_does_it(seed):
    world = random_pool(12, rng(seed))
    ranking = rank(world, "100", filters=EVERYBODY)
    change = counterfactual(ranking)
    if change is None or not change.criterion:
        pytest.skip("this world has no turning point")
    first = ranking.peers[0].city_id
    weight = DEFAULT_WEIGHTS.values[change.criterion]
    moved = DEFAULT_WEIGHTS.changed("tried", **{change.criterion: weight * change.factor})
    again = rank(world, "100", moved, filters=EVERYBODY)
    assert again.peers[0].city_id == change.city_id != first
    for criterion, own in DEFAULT_WEIGHTS.values.items():
        for sign in (-1, 1):
            rounding = 0.11 * weight if change.factor >= 2 else 0.011 * weight
            smaller = weight * abs(change.factor - 1) - rounding
            if smaller <= 0 or own + sign * smaller < 0:
                continue
            moved = DEFAULT_WEIGHTS.changed("tried", **{criterion: own + sign * smaller})
            assert rank(world, "100", moved, filters=EVERYBODY).peers[0].city_id == first


def test_the_change_is_said_in_plain_words():
    twice = EVEN.changed("a test", problem_similarity=2)
    less = counterfactual(rank(torn(size=10_000_000), "1", twice))
    assert str(less.words) == "Cinto would come before Bela if shared hazards counted 76 % less"
    more = counterfactual(rank(torn(other="flash_flood"), "1", twice))
    assert (more.criterion, more.factor) == ("context_fit", 1.21)
    assert str(more.words) == "Cinto would come before Bela if likeness of the cities counted 21 % more"


def test_a_city_that_is_best_in_everything_stays_first_and_it_says_so():
    change = counterfactual(rank(pool(), "1", filters=EVERYBODY))
    assert change.city_id == ""
    assert str(change.words) == "Bela stays first whichever single weight is changed"


def test_one_can_ask_what_it_would_take_for_a_certain_city():
    ranking = rank(answered(), "3", filters=EVERYBODY)
    last = ranking.peers[-1].city_id
    change = counterfactual(ranking, last)
    assert change.city_id in {last, ""}
    with pytest.raises(NotFoundError):
        counterfactual(rank(answered(), "1"), "3")


def test_without_a_rival_there_is_nothing_to_compare():
    two = Pool.of(table("city_id name population\n1 Ambra 10\n2 Bela 10"), terms=TERMS)
    assert counterfactual(rank(two, "1", Weights("1", {"context_fit": 1}, ""))) is None
