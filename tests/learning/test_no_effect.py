"""A network in which exchanges do nothing says that it cannot tell, and one in which they do is not silenced."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exchange.learning.aims import AIMS, where_aimed

CITIES, ITEMS, AIMED = 40, 47, 6
WORLDS = 200


def network(rng, effect=0.0, drift=0.1):
    """Every city answers all questions twice, aims at six, and moves by chance alone but for the effect."""
    before = rng.integers(0, 4, (CITIES, ITEMS))
    aimed = rng.permuted(np.tile(np.arange(ITEMS) < AIMED, (CITIES, 1)), axis=1)
    step = (rng.random(before.shape) < drift).astype(int) - (rng.random(before.shape) < drift).astype(int)
    step += (rng.random(before.shape) < effect) & aimed
    rows = [(f"x{city}", "learner", f"c{city}", f"i{item}", aimed[city, item], before[city, item],
             np.clip(before[city, item] + step[city, item], 0, 3)) for city in range(CITIES) for item in range(ITEMS)]
    return AIMS.check(pd.DataFrame(rows, columns=[column.name for column in AIMS.columns]))


@pytest.mark.slow
def test_without_any_effect_at_least_95_percent_of_200_networks_cannot_tell():
    rng = np.random.default_rng(20260101)
    told = sum(where_aimed(network(rng)).difference.told for _ in range(WORLDS))
    assert told <= 0.05 * WORLDS


@pytest.mark.slow
def test_with_an_effect_nearly_every_network_finds_it():
    rng = np.random.default_rng(20260101)
    found = [where_aimed(network(rng, effect=0.3)).difference for _ in range(20)]
    assert sum(one.verdict == "up" for one in found) >= 18
