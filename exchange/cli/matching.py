"""`exchange assign` and `exchange cohorts`: the pairs and the groups of a whole round, with their proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exchange.cli.options import AsJson, NetworkName, RoundName
from exchange.cli.printing import print_json, say, show
from exchange.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from exchange.matching import Weights
    from exchange.matching.rounds import Round

Method = Annotated[str, typer.Option(help="optimal, stable, fair or random.")]
WeightFile = Annotated[Path | None, typer.Option(
    "--weights", help='JSON of your own weights: {"version": "1", "values": {...}, "why": "..."}.')]
Seed = Annotated[int, typer.Option(help="Of what is left to chance.")]
_PAIR_COLUMNS = ("learner", "host", "score", "locked")
_FIGURES = ("method", "total", "pairs", "covered", "worst_off", "floor", "gini", "hosts_used", "blocking_pairs",
            "regret")


def assign(
    *,
    network: NetworkName = "",
    scores: Annotated[Path | None, typer.Option(
        help="A matrix instead of a network: learners down, hosts across (.npy or CSV); -inf forbids.")] = None,
    method: Method = "optimal",
    learner_capacity: Annotated[str, typer.Option(
        help="How many hosts a learner wants; with a matrix also a .npy file, one number each.")] = "1",
    host_capacity: Annotated[str, typer.Option(
        help="How many learners a host takes; of a network, where it has not said.")] = "1",
    round_: RoundName = "",
    lock: Annotated[list[str] | None, typer.Option(help="LEARNER:HOST that must be a pair; repeat it.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="LEARNER:HOST that must not be one; repeat it.")] = None,
    exposure: Annotated[int | None, typer.Option(help="At most so many learners for any host.")] = None,
    region_quota: Annotated[int | None, typer.Option(help="At most so many pairs for the hosts of a region.")] = None,
    repeat_points: Annotated[float, typer.Option(help="What a pair of an earlier round loses.")] = 10.0,
    weights: WeightFile = None,
    seed: Seed = 20260101,
    coverage_first: Annotated[bool | None, typer.Option(
        help="A host for one more city goes before any gain in score; so in a network, not in a matrix.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Show all methods side by side.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the pairs of a round, prove that they are the best, and say why a city got nobody."""
    if scores is not None:
        from exchange.matching.rounds import Round

        made = Round.of(_matrix(scores), _capacity(learner_capacity), _capacity(host_capacity), locked=_places(lock),
                        forbidden=_places(forbid), exposure=exposure, coverage_first=bool(coverage_first))
        found = _of_matrix(made, method, seed, compare=compare)
    else:
        from exchange.workbook import Workbook
        from exchange.workbook.place import the_city
        from exchange.workbook.round import Wishes

        with Workbook.open(network=network, round=round_) as workbook:
            def ids(pairs: list[str] | None) -> tuple[tuple[str, str], ...]:
                named = (_split(pair) for pair in pairs or ())
                return tuple((the_city(workbook.store, workbook.viewer, a, workbook.network_id)["city_id"],
                              the_city(workbook.store, workbook.viewer, b, workbook.network_id)["city_id"])
                             for a, b in named)

            workbook.match.weights = _weights(weights)
            wishes = Wishes(_whole("learner capacity", learner_capacity), _whole("host capacity", host_capacity),
                            coverage_first is not False, exposure, region_quota, repeat_points, ids(lock), ids(forbid))
            found = workbook.pairing.report(method, wishes, seed, with_all=compare)
    if as_json:
        print_json(found)
        return
    _print(found)


def cohorts(
    *,
    network: NetworkName = "",
    low: Annotated[int, typer.Option(help="At least so many cities in a cohort.", min=2)] = 4,
    high: Annotated[int, typer.Option(help="At most so many.", min=2)] = 8,
    of_country: Annotated[int, typer.Option(help="At most so many of one country.", min=1)] = 2,
    hosts: Annotated[int, typer.Option(help="At least so many that can host.", min=0)] = 2,
    weights: WeightFile = None,
    seed: Seed = 20260101,
    any_language: Annotated[bool, typer.Option("--any-language", help="They need not share a language.")] = False,
    as_json: AsJson = False,
) -> None:
    """Part the cities of a network into cohorts that suit each other and are well mixed."""
    from exchange.matching.cohorts import Rules
    from exchange.workbook import Workbook

    with Workbook.open(network=network) as workbook:
        workbook.match.weights = _weights(weights)
        found = workbook.pairing.cohort_report(Rules(low, high, of_country, hosts, not any_language), seed)
    if as_json:
        print_json(found)
        return
    rows = [{"cohort": one["number"], "mean score": f"{one['mean']:.1f}",
             "cities": ", ".join(city["city"] for city in one["cities"])} for one in found["cohorts"]]
    show(rows, ("cohort", "mean score", "cities"), as_json=False, title=f"Cohorts of {found['network']}")
    say(f"Mean {found['mean']:.1f}, worst cohort {found['worst']:.1f}. A good partition, not a proven one.",
        *found["not_kept"])


def _print(found: dict[str, Any]) -> None:
    rows = [{**pair, "score": f"{pair['score']:.1f}", "locked": "locked" if pair["locked"] else ""}
            for pair in found["pairs"]]
    title = f"Round {found['round']} of {found['network']}, " if "network" in found else ""
    title += found["method"]
    show(rows, _PAIR_COLUMNS, as_json=False, title=title)
    totals, proof = found["totals"], found["certificate"]
    say(f"{totals['pairs']} pairs; {totals['covered']} learners have a host, {len(totals['uncovered'])} have none; "
        f"total {totals['total']:.1f}, worst off {totals['worst_off']:.1f}, Gini {totals['gini']:.3f}.",
        f"{proof['words']} (primal {proof['primal']}, dual {proof['dual']}, gap {proof['gap']}).",
        *([] if found["considered"]["all"] else [
            f"That is among {found['considered']['pairs']} pairs: the best hosts of each city and its best learners."]),
        *(f"{one['why']}." for one in found["uncovered"]))
    if found["places_needed"]:
        say(f"With {'; '.join(need['words'] for need in found['places_needed'])} every city would have a host.")
    if "comparison" in found:
        shown = [{name: f"{value:.2f}" if isinstance(value, float) else value for name, value in row.items()}
                 for row in found["comparison"]]
        show(shown, _FIGURES, as_json=False, title="All methods")


def _of_matrix(round_: Round, method: str, seed: int, *, compare: bool) -> dict[str, Any]:
    import numpy as np

    from exchange.matching.assign import make, optimal
    from exchange.matching.certificate import certificate
    from exchange.matching.checks import totals
    from exchange.matching.comparison import by_all_methods
    from exchange.matching.comparison import compare as side_by_side
    from exchange.matching.lottery import lottery
    from exchange.matching.uncovered import places_needed, uncovered
    from exchange.workbook.context import rows_of
    from exchange.workbook.round import certificate_record, totals_record

    made = make(round_, method, np.random.default_rng(seed))
    best = None if method in ("optimal", "fair") else certificate(optimal(round_)).potentials
    found = {
        "method": method, "seed": seed if method == "random" else None,
        "pairs": [{**row, "learner": int(row["learner"]), "host": int(row["host"])} for row in rows_of(made.table())],
        "totals": totals_record(totals(made)),
        "certificate": certificate_record(certificate(made, potentials=best)),
        "considered": {"pairs": len(round_.edges.score), "all": True},
        "uncovered": [{"learner": int(one.learner), "why": str(one.why), "host": int(one.host) if one.host else None}
                      for one in uncovered(made)],
        "places_needed": [{"host": int(need.host), "places": need.places, "words": str(need.words)}
                          for need in places_needed(round_)],
    }
    if method == "random":
        found["chances"] = rows_of(lottery(round_).table())
    if compare:
        found["comparison"] = rows_of(side_by_side(by_all_methods(round_, np.random.default_rng(seed))))
    return found


def _matrix(file: Path) -> np.ndarray[Any, np.dtype[Any]]:
    import numpy as np

    try:
        if file.suffix.lower() == ".csv":
            return np.loadtxt(file, delimiter=",", ndmin=2)
        return np.asarray(np.load(file, allow_pickle=False))
    except OSError as error:
        raise InputError.at(f"file {file}", f"it cannot be read ({error.strerror or error})",
                            "Check the name and the permissions.") from error
    except (ValueError, EOFError) as error:
        raise InputError.at(f"file {file}", "it is no table of numbers", "Save an array with numpy.save.") from error


def _weights(file: Path | None) -> Weights:
    from exchange.matching import DEFAULT_WEIGHTS, Weights

    if file is None:
        return DEFAULT_WEIGHTS
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError.at(f"file {file}", f"it cannot be read ({error.strerror or error})",
                            "Check the name and the permissions.") from error
    except ValueError as error:
        raise InputError.at(f"file {file}", "it is not JSON", "Give version, values and why.") from error
    if not isinstance(record, dict):
        raise InputError.at(f"file {file}", "it is no record", "Give version, values and why.")
    return Weights.of(record)


def _capacity(given: str) -> Any:
    return _matrix(Path(given)) if given.lower().endswith((".npy", ".csv")) else _whole("capacity", given)


def _whole(what: str, given: str) -> int:
    try:
        return int(given)
    except ValueError as error:
        raise InputError.at(what, f"{given!r} is not a whole number", "Give how many partners one can have.") from error


def _split(pair: str) -> tuple[str, str]:
    learner, colon, host = pair.partition(":")
    if not (learner and colon and host):
        raise InputError.at(f"pair {pair}", "it is not LEARNER:HOST", "Write it so, for example quito:lima.")
    return learner.strip(), host.strip()


def _places(pairs: list[str] | None) -> list[tuple[int, int]]:
    return [(_whole(f"pair {pair}", a), _whole(f"pair {pair}", b))
            for pair, (a, b) in ((pair, _split(pair)) for pair in pairs or ())]
