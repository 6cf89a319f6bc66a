"""On real cities: those that chose one another long ago stand no worse in each other's rankings than chance."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from exchange.matching import Filters
from exchange.workbook import Workbook
from tests.matching.twins import standing


@pytest.mark.shared
def test_sister_cities_of_the_cdp_table_stand_no_worse_than_chance(shared, tmp_path):
    with Workbook.open(database=f"sqlite:///{tmp_path / 'cdp.db'}") as workbook:
        workbook.import_cdp(shared / "data" / "cdp_cities_2021_hazards.csv", "cdp")
    with Workbook.open(network="cdp", database=f"sqlite:///{tmp_path / 'cdp.db'}") as workbook:
        found = standing(workbook.match.pool(), Filters(language=False), np.random.default_rng(0))
    sys.stdout.write(f"{found}\n")
    assert found.pairs >= 30
    assert found.p_worse > 0.05
