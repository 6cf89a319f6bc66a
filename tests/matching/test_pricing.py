"""The proof over all pairs, and the same candidates whoever scores them."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from exchange.matching import Filters
from exchange.matching.assign import assign
from exchange.matching.candidates import candidates
from exchange.matching.certificate import certificate
from exchange.matching.pricing import over_all_pairs
from tests.matching.worlds import random_pool

EVERYBODY = Filters(language=False)


def blocks(scores: np.ndarray, size: int = 16):
    return lambda: (scores[start:start + size] for start in range(0, len(scores), size))


@pytest.mark.parametrize("seed", range(12))
def test_a_thin_start_ends_at_the_optimum_over_all_pairs(seed):
    rng = np.random.default_rng(seed)
    scores = rng.random((60, 50)) + 2 * rng.random(50)
    scores[rng.random(scores.shape) < 0.1] = -np.inf
    coverage_first = bool(seed % 2)
    proof = over_all_pairs(blocks(scores), 50, 2, 3, coverage_first=coverage_first, each_way=2)
    whole = assign(scores, 2, 3, coverage_first=coverage_first)
    assert proof.assignment.total == pytest.approx(whole.total, abs=1e-6)
    assert (proof.gap, certificate(whole).gap) == (0, 0)
    assert proof.pairs == int((scores > -np.inf).sum())
    assert len(proof.assignment.round.edges.score) < proof.pairs
    assert f"{proof.pairs:,} pairs" in str(proof.words)


def test_the_thin_round_alone_was_not_the_optimum():
    rng = np.random.default_rng(3)
    scores = rng.random((60, 50)) + 2 * rng.random(50)
    assert over_all_pairs(blocks(scores), 50, 2, 3, each_way=2).steps > 1


def same(one, other) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("learner", "host", "score"))


def test_one_process_and_two_find_the_same_candidates():
    world = random_pool(300, np.random.default_rng(0))
    alone = candidates(world, filters=EVERYBODY, each_way=4)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        assert same(candidates(world, filters=EVERYBODY, each_way=4, executor=two), alone)


def test_dask_finds_the_same_candidates():
    distributed = pytest.importorskip("distributed")
    world = random_pool(300, np.random.default_rng(0))
    alone = candidates(world, filters=EVERYBODY, each_way=4)
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                                   host="127.0.0.1") as cluster,
          distributed.Client(cluster) as client, client.get_executor() as executor):
        assert same(candidates(world, filters=EVERYBODY, each_way=4, executor=executor), alone)
