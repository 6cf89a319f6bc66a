"""Runs that are killed at random instants: nothing half done, nothing twice, nothing left behind."""

from __future__ import annotations

import sys

import pytest

from tests.runs import chaos

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and limits are those of Linux")


def test_a_hundred_runs_survive_the_death_of_everything_that_can_die(tmp_path):
    figures = chaos.chaos(tmp_path, 100, chaos.SHORT, seed=7)
    assert chaos.broken(figures, 100) == []
    assert figures.kills == list(chaos.SHORT)
    assert figures.restarts >= 2


@pytest.mark.slow
def test_a_thousand_runs_survive_the_death_of_everything_that_can_die(tmp_path):
    figures = chaos.chaos(tmp_path, 1000, chaos.LONG, seed=11)
    assert chaos.broken(figures, 1000) == []
