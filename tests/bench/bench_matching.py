"""Print how long matching takes: one city among many, and a round by two methods. No pass or fail.

Run it with ``python -m tests.bench.bench_matching``, and with ``--quick`` to leave the largest ones out.
Cities are made up: profiles drawn at random, four of five levels known. Times are CPU times of one process,
since a busy machine stretches the others; trust their ratios.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from exchange.matching import Pool, rank
from exchange.matching.assign import optimal
from exchange.matching.assignment import Assignment
from exchange.matching.candidates import candidates, candidates_of
from exchange.matching.certificate import certificate
from exchange.matching.checks import blocking_pairs, totals
from exchange.matching.counterfactual import counterfactual
from exchange.matching.edges import Edges
from exchange.matching.rounds import Round
from exchange.matching.stability import stability
from exchange.matching.stable import stable
from tests.matching.worlds import TERMS

SIZES = (1070, 2000, 34_000)
ITEMS = 47
SEEDS = range(10)


def network(size: int, rng: np.random.Generator) -> Pool:
    """Return a made-up network of `size` cities."""
    ids = [str(number) for number in range(size)]
    cities = pd.DataFrame({
        "city_id": ids,
        "name": [f"City {number}" for number in ids],
        "country": rng.choice([f"C{number}" for number in range(150)], size),
        "income_group": rng.choice(["low", "lower_middle", "upper_middle", "high"], size),
        "population": 10 ** rng.uniform(4, 7, size),
        "lat": rng.uniform(-60, 70, size),
        "lon": rng.uniform(-180, 180, size),
        "utc_offset": 60 * rng.integers(-12, 14, size),
        "coastal": rng.random(size) < 0.3,
    })
    shares = [{"country": f"C{number}", "language": language, "share": share} for number in range(150)
              for language, share in (("en", 0.3), (f"l{number % 12}", 0.9), (f"m{number}", 0.4))]
    levels = cells(ids, [f"P{number}" for number in range(ITEMS)], "item", rng, known=0.8)
    levels["level"] = rng.integers(0, 4, len(levels))
    hazards = cells(ids, list(TERMS), "hazard_id", rng, known=0.5)
    hazards["weight"] = rng.integers(1, 26, len(hazards))
    wishes = levels[["city_id", "item"]].assign(weight=rng.integers(0, 6, len(levels)))
    return Pool.of(cities, hazards=hazards, levels=levels, priorities=wishes, languages=pd.DataFrame(shares),
                   terms=TERMS)


def cells(ids: list[str], things: list[str], name: str, rng: np.random.Generator, known: float) -> pd.DataFrame:
    """Return a row for some pairs of a city and a thing."""
    index = pd.MultiIndex.from_product([ids, things], names=["city_id", name])
    return index.to_frame(index=False)[rng.random(len(index)) < known].reset_index(drop=True)


def milliseconds(call: Callable[[], object], times: int) -> np.ndarray:
    """Return the CPU time of each of some calls, after one to warm up."""
    call()
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()
        taken.append(1000 * (time.process_time() - start))
    return np.array(taken)


def spread(values: np.ndarray, digits: int = 1) -> str:
    """Return median and range."""
    return f"{np.median(values):.{digits}f} ({values.min():.{digits}f} to {values.max():.{digits}f})"


def one_city(sizes: tuple[int, ...]) -> Table:
    """Measure one city among many: median and range over 25 cities."""
    table = Table("cities", "pool, s", "rank ten peers, ms", "1,000 weightings, ms", "counterfactual, ms",
                  title="One city among many: CPU time, median and range")
    for size in sizes:
        rng = np.random.default_rng(size)
        start = time.process_time()
        pool = network(size, rng)
        built = time.process_time() - start
        asking = iter(rng.choice(size, 26, replace=False).astype(str))
        ranked = milliseconds(lambda pool=pool, asking=asking: rank(pool, next(asking)), 25)
        ranking = rank(pool, "7")
        shaken = milliseconds(lambda ranking=ranking, rng=rng: stability(ranking, rng=rng), 3)
        turned = milliseconds(lambda ranking=ranking: counterfactual(ranking), 5)
        table.add_row(f"{size:,}", f"{built:.1f}", spread(ranked), spread(shaken, 0), spread(turned))
    return table


def clustered(size: int, rng: np.random.Generator) -> Edges:
    """Return candidates of a made-up score: needs against offers in 24 dimensions, some hosts more popular."""
    centres = rng.normal(size=(max(size // 100, 2), 24))
    needs, offers = (centres[rng.integers(len(centres), size=size)] + 0.7 * rng.normal(size=(size, 24))
                     for _ in range(2))
    needs, offers = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (needs, offers))
    scores = needs @ offers.T + 0.2 * rng.normal(size=size) + 2
    np.fill_diagonal(scores, -np.inf)
    return candidates_of(scores)


def methods(size: int) -> Table:
    """Compare the best and the stable assignment over ten made-up rounds."""
    table = Table("method", "total / best", "uncovered", "worst off", "Gini", "hosts used", "blocking pairs",
                  "solve, ms", "proof, ms", "gap",
                  title=f"{size:,} cities, 2 hosts a learner, 3 learners a host, 25 candidates each way; "
                        f"n = {len(SEEDS)} rounds, median and range")
    rounds = [Round.of(clustered(size, np.random.default_rng(seed)), 2, 3) for seed in SEEDS]
    best = [optimal(round_).total for round_ in rounds]
    for name, solve in (("optimal", optimal), ("greedy = stable", stable)):
        made, taken = zip(*(timed(solve, round_) for round_ in rounds), strict=True)
        table.add_row(name, *figures(made, best), spread(np.array(taken)), *proof(made, name))
    return table


def timed(solve: Callable[[Round], Assignment], round_: Round) -> tuple[Assignment, float]:
    """Return an assignment and the milliseconds that it took."""
    start = time.process_time()
    made = solve(round_)
    return made, 1000 * (time.process_time() - start)


def figures(made: tuple[Assignment, ...], best: list[float]) -> list[str]:
    """Return what the assignments give."""
    found = [totals(one) for one in made]
    columns = (
        ([one.total / most for one, most in zip(made, best, strict=True)], 4),
        ([len(one.uncovered) for one in found], 0),
        ([one.worst_off for one in found], 2),
        ([one.gini for one in found], 3),
        ([one.hosts_used for one in found], 0),
        ([len(blocking_pairs(one)) for one in made], 0),
    )
    return [spread(np.array(values), digits) for values, digits in columns]


def proof(made: tuple[Assignment, ...], name: str) -> list[str]:
    """Return the time of the proof and the largest gap, for the method that has one."""
    if name != "optimal":
        return ["", ""]
    start = time.process_time()
    gaps = [certificate(one).gap for one in made]
    return [f"{1000 * (time.process_time() - start) / len(made):.0f}", str(max(gaps))]


def whole_round(size: int) -> Table:
    """Measure a network's round from its profiles to its proven pairs."""
    table = Table("step", "CPU s", title=f"A round of {size:,} cities, end to end")
    pool, start = network(size, np.random.default_rng(0)), time.process_time()
    edges = candidates(pool)
    scored = time.process_time()
    made = optimal(Round.of(edges, 2, 3, coverage_first=True))
    solved = time.process_time()
    gap = certificate(made).gap
    table.add_row(f"score {size * (size - 1):,} pairs, keep {len(edges.score):,}", f"{scored - start:.1f}")
    table.add_row(f"assign {len(made.learner):,} pairs", f"{solved - scored:.2f}")
    table.add_row(f"prove: gap {gap}", f"{time.process_time() - solved:.2f}")
    return table


def main() -> None:
    """Print the tables."""
    console, quick = Console(width=160), "--quick" in sys.argv
    console.print(one_city(SIZES[:2] if quick else SIZES))
    console.print(methods(200 if quick else 2000))
    console.print(whole_round(500 if quick else 2000))


if __name__ == "__main__":
    main()
