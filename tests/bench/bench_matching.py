"""Print how long matching takes, beside the peers in the same run. Run by `make bench-matching`; never a pass or fail.

``--quick`` leaves the largest sizes out; ``--only NAME`` runs one table (city, round, peers, vectors, network, cdp).
Cities are made up: profiles drawn at random. Times are seconds of processor time, with the median and range of n runs,
because other work on the machine stretches the clock; where the clock is meant, it says so, and the load is printed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import matching.games
import networkx as nx
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from exchange.matching import Pool, rank
from exchange.matching.assign import optimal
from exchange.matching.candidates import candidates, candidates_of
from exchange.matching.certificate import certificate
from exchange.matching.comparison import by_all_methods, compare
from exchange.matching.counterfactual import counterfactual
from exchange.matching.edges import Edges
from exchange.matching.indexed import nearest
from exchange.matching.pricing import over_all_pairs
from exchange.matching.rounds import Round
from exchange.matching.stability import stability
from exchange.matching.stable import stable
from tests.matching.worlds import TERMS

ITEMS = 47
LEARNER, HOST = 2, 3
"""Hosts that a learner wants, learners that a host takes."""


def spread(values: list[float], digits: int = 2) -> str:
    """Return the median with range and n."""
    middle, least, most = (f(values) for f in (statistics.median, min, max))
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f}, n {len(values)})"


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Return the seconds of processor time that each of some runs took."""
    took = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        took.append(time.process_time() - begin)
    return took


def network(size: int, rng: np.random.Generator) -> Pool:
    """Return a made-up network of `size` cities."""
    ids = [str(number) for number in range(size)]
    cities = pd.DataFrame({
        "city_id": ids, "name": [f"City {rng.integers(size)}" for _ in ids],
        "country": [f"C{code}" for code in rng.integers(0, 150, size)],
        "income_group": rng.choice(["low", "lower_middle", "upper_middle", "high"], size),
        "population": np.round(10 ** rng.uniform(4, 7.5, size)),
        "lat": np.degrees(np.arcsin(rng.uniform(-0.6, 0.95, size))),
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


def one_city(sizes: tuple[int, ...]) -> Table:
    """Measure one city among many."""
    table = Table("cities", "pool made, s", "rank ten peers, ms", "1,000 weightings, ms", "counterfactual, ms",
                  title="One city among many")
    for size in sizes:
        rng = np.random.default_rng(size)
        begin = time.process_time()
        pool = network(size, rng)
        built = time.process_time() - begin
        asking = iter(rng.choice(size, 30, replace=False).astype(str))
        rank(pool, next(asking))
        ranked = timed(lambda pool=pool, asking=asking: rank(pool, next(asking)), 25)
        ranking = rank(pool, "7")
        shaken = timed(lambda ranking=ranking, rng=rng: stability(ranking, rng=rng), 3)
        turned = timed(lambda ranking=ranking: counterfactual(ranking), 5)
        table.add_row(f"{size:,}", f"{built:.1f}",
                      *(spread([1000 * second for second in took], 1) for took in (ranked, shaken, turned)))
    return table


def whole_round(size: int, runs: int) -> Table:
    """Measure a network's round from its profiles to its proven pairs, in one process and in two."""
    table = Table("step", "seconds", title=f"A round of {size:,} cities with all criteria, end to end")
    pool = network(size, np.random.default_rng(0))
    made = []

    def alone() -> None:
        edges = candidates(pool)
        made.append(optimal(Round.of(edges, LEARNER, HOST, coverage_first=True)))

    table.add_row(f"{size * (size - 1):,} pairs scored, best 25 each way kept, paired; one process",
                  spread(timed(alone, runs)))
    with ProcessPoolExecutor(2) as two:
        list(two.map(abs, range(4)))
        begin = time.perf_counter()
        candidates(pool, executor=two)
        table.add_row("the candidates alone, two processes, by the clock", f"{time.perf_counter() - begin:.2f} (n 1)")
    table.add_row("the pairs alone", spread(timed(lambda: optimal(made[0].round), runs), 3))
    table.add_row(f"the proof: gap {certificate(made[0]).gap}", spread(timed(lambda: certificate(made[0]), runs), 3))
    return table


def vectors(size: int, rng: np.random.Generator, width: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Return needs and offers whose product is a made-up score; some hosts are more popular, as in life."""
    centres = rng.normal(size=(max(size // 100, 2), width))
    sides = (centres[rng.integers(len(centres), size=size)] + 0.7 * rng.normal(size=(size, width)) for _ in range(2))
    needs, offers = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)
    popular = 0.2 * rng.normal(size=(size, 1)) + 2
    return np.hstack([needs, np.ones((size, 1))]), np.hstack([offers, popular])


def blocks(needs: np.ndarray, offers: np.ndarray, rows: int = 256) -> Iterator[np.ndarray]:
    """Yield the score matrix some rows at a time; no city learns from itself."""
    for start in range(0, len(needs), rows):
        block = needs[start:start + rows] @ offers.T
        block[np.arange(len(block)), start + np.arange(len(block))] = -np.inf
        yield block


def small(size: int, seed: int) -> Edges:
    """Return two-sided candidates of a made-up score."""
    return candidates_of(np.vstack(list(blocks(*vectors(size, np.random.default_rng(seed))))))


def by_highs(round_: Round) -> float:
    """Return the optimum of the linear programme by HiGHS."""
    edges, n = round_.edges, np.arange(len(round_.edges.score))
    rows = np.concatenate([edges.learner, len(round_.learners) + edges.host])
    limits = coo_array((np.ones(2 * len(n)), (rows, np.concatenate([n, n]))),
                       shape=(len(round_.learners) + len(round_.hosts), len(n)))
    capacity = np.concatenate([round_.learner_capacity, round_.host_capacity])
    return float(-linprog(-edges.score, A_ub=limits.tocsr(), b_ub=capacity, bounds=(0, 1), method="highs").fun)


def by_networkx(round_: Round) -> float:
    """Return the optimum by networkx's network simplex, in the same whole units."""
    graph, edges = nx.DiGraph(), round_.edges
    for learner, places in enumerate(round_.learner_capacity.tolist()):
        graph.add_edge("hub", ("l", learner), capacity=places, weight=0)
    for host, places in enumerate(round_.host_capacity.tolist()):
        graph.add_edge(("h", host), "hub", capacity=places, weight=0)
    for learner, host, weight in zip(edges.learner.tolist(), edges.host.tolist(), round_.weight.tolist(), strict=True):
        graph.add_edge(("l", learner), ("h", host), capacity=1, weight=-weight)
    return -nx.network_simplex(graph)[0] * round_.unit


def by_scipy(round_: Round) -> float:
    """Return the one-to-one optimum by scipy, each learner with a dummy host so that a full matching exists."""
    edges, size = round_.edges, len(round_.learners)
    top = edges.score.max() + 1
    rows = np.concatenate([edges.learner, np.arange(size)])
    columns = np.concatenate([edges.host, len(round_.hosts) + np.arange(size)])
    cost = csr_array((np.concatenate([top - edges.score, np.full(size, top)]), (rows, columns)))
    row, column = min_weight_full_bipartite_matching(cost)
    return float(sum(top - cost[a, b] for a, b in zip(row, column, strict=True)))


def by_game(round_: Round) -> float:
    """Return the total of the stable matching of the `matching` package: one host a learner."""
    edges = round_.edges
    score = {(a, b): s for a, b, s in zip(edges.learner.tolist(), edges.host.tolist(), edges.score.tolist(),
                                          strict=True)}
    of_learner: dict[int, list[int]] = {}
    of_host: dict[int, list[int]] = {}
    for (learner, host), _ in sorted(score.items(), key=lambda item: -item[1]):
        of_learner.setdefault(learner, []).append(host)
        of_host.setdefault(host, []).append(learner)
    capacity = {host: int(round_.host_capacity[host]) for host in of_host}
    sys.setrecursionlimit(10**6)  # the package copies itself deeply, and would stop at some two hundred cities
    game = matching.games.HospitalResident.create_from_dictionaries(of_learner, of_host, capacity)
    return sum(score[r.name, h.name] for h, residents in game.solve().items() for r in residents)


def solved(solve: Callable[[Round], float], round_: Round, best: float) -> tuple[float, float]:
    """Return the seconds that a solver took, and its total in relation to ours."""
    begin = time.process_time()
    total = solve(round_)
    return time.process_time() - begin, total / best


def peers(size: int, runs: int, *, slow: bool) -> list[Table]:
    """Compare ours with the peers on the same rounds: many-to-many, one-to-one, and stable with one host a learner."""
    kinds = (
        ("many to many: 2 hosts a learner, 3 learners a host", (LEARNER, HOST), lambda r: optimal(r).total,
         {"HiGHS (scipy linprog)": by_highs, **({"networkx network_simplex": by_networkx} if slow else {})}),
        ("one to one", (1, 1), lambda r: optimal(r).total,
         {"scipy min_weight_full_bipartite_matching": by_scipy}),
        ("stable: 1 host a learner, 3 learners a host", (1, HOST), lambda r: stable(r).total,
         {"matching HospitalResident": by_game}),
    )
    tables = []
    for title, capacity, ours, others in kinds:
        rounds = [Round.of(small(size, seed), *capacity) for seed in range(runs)]
        table = Table("solver", "seconds", "total / ours", title=f"{size:,} cities, {title}")
        best = [ours(round_) for round_ in rounds]
        for name, solve in {"ours": ours, **others}.items():
            took, share = zip(*(solved(solve, round_, total) for round_, total in zip(rounds, best, strict=True)),
                              strict=True)
            table.add_row(name, spread(list(took), 3), f"{min(share):.6f} to {max(share):.6f}")
        tables.append(table)
    return tables


def methods(size: int, runs: int) -> Table:
    """Compare what the methods give, over some made-up rounds."""
    columns = ("total", "covered", "worst_off", "floor", "gini", "hosts_used", "blocking_pairs")
    table = Table("method", *columns, title=f"{size:,} cities, what each method gives: median over n {runs} rounds")
    frames = [compare(by_all_methods(Round.of(small(size, seed), LEARNER, HOST), np.random.default_rng(seed)))
              for seed in range(runs)]
    middle = pd.concat(frames).groupby("method", sort=False)[list(columns)].median()
    for name, row in middle.iterrows():
        table.add_row(str(name), *(f"{row[column]:.3f}" for column in columns))
    return table


def large(size: int) -> Table:
    """Measure a large round on vectors: candidates both ways, pairs, proof, memory. Run in a process of its own."""
    table = Table("step", "seconds", title=f"{size:,} cities, scores as products of vectors (n 1)")
    needs, offers = vectors(size, np.random.default_rng(0))
    begin, clock = time.process_time(), time.perf_counter()
    if size <= 50_000:
        from exchange.matching.candidates import two_sided

        edges, how = two_sided(blocks(needs, offers), size), "exact"
    else:
        edges, how = nearest(needs, offers), "by index"
    found = time.process_time()
    made = optimal(Round.of(edges, LEARNER, HOST))
    paired = time.process_time()
    proof = certificate(made)
    end = time.process_time()
    table.add_row(f"candidates, 25 each way ({how}): {len(edges.score):,} pairs", f"{found - begin:.1f}")
    table.add_row(f"round and pairs: {len(made.learner):,}", f"{paired - found:.1f}")
    table.add_row(f"proof: gap {proof.gap}, {proof.sweeps} sweeps", f"{end - paired:.1f}")
    table.add_row("end to end", f"{end - begin:.1f}")
    table.add_row("end to end, by the clock", f"{time.perf_counter() - clock:.1f}")
    table.add_row("largest memory of the process, MB",
                  f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}")
    return table


def all_pairs(size: int) -> Table:
    """Measure the proven optimum over all pairs."""
    table = Table("pairs", "steps", "pairs needed", "gap", "seconds", "by the clock",
                  title=f"{size:,} cities, the optimum over all pairs (n 1)")
    needs, offers = vectors(size, np.random.default_rng(0))
    begin, clock = time.process_time(), time.perf_counter()
    proof = over_all_pairs(lambda: blocks(needs, offers), size, LEARNER, HOST)
    table.add_row(f"{proof.pairs:,}", str(proof.steps), f"{len(proof.assignment.round.edges.score):,}",
                  str(proof.gap), f"{time.process_time() - begin:.1f}", f"{time.perf_counter() - clock:.1f}")
    return table


def apart(name: str, size: int) -> None:
    """Run one large table in a process of its own, so that its memory is its own."""
    subprocess.run([sys.executable, "-m", "tests.bench.bench_matching", "--alone", name, str(size)], check=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--alone", nargs=2)
    asked = parser.parse_args()
    console, quick = Console(width=140), asked.quick
    threading.stack_size(512 * 1024 * 1024)
    if asked.alone:
        console.print({"large": large, "all_pairs": all_pairs}[asked.alone[0]](int(asked.alone[1])))
        return
    console.print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    parts: dict[str, Callable[[], None]] = {
        "city": lambda: console.print(one_city((2000,) if quick else (2000, 20_000, 250_000))),
        "round": lambda: console.print(whole_round(500 if quick else 2000, 3)),
        "peers": lambda: console.print(*peers(200, 5, slow=True), *([] if quick else peers(2000, 3, slow=True)),
                                       methods(200 if quick else 2000, 3)),
        "vectors": lambda: [apart("large", size) for size in ((2000,) if quick else (2000, 20_000, 250_000))] and None,
        "all": lambda: apart("all_pairs", 2000 if quick else 20_000),
    }
    for name, part in parts.items():
        if asked.only in ("", name):
            worker = threading.Thread(target=part)
            worker.start()
            worker.join()


if __name__ == "__main__":
    main()
