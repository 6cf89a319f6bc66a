"""Make the pairs of a round: the largest total, the fairest, the one that nobody would leave, or by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.errors import InputError
from exchange.matching.assignment import Assignment
from exchange.matching.fair import fair
from exchange.matching.lottery import lottery
from exchange.matching.network import Network
from exchange.matching.rounds import Asked, Round
from exchange.matching.stable import stable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Unpack

    import numpy.typing as npt

    from exchange.matching.edges import Edges


def assign(
    scores: npt.ArrayLike | Edges,
    learner_capacity: npt.ArrayLike,
    host_capacity: npt.ArrayLike,
    *,
    method: str = "optimal",
    rng: np.random.Generator | None = None,
    **asked: Unpack[Asked],
) -> Assignment:
    """Check a round and make its pairs; the arguments are those of `Round.of`.

    Parameters
    ----------
    method
        ``"optimal"``, ``"stable"``, ``"fair"`` or ``"random"``.
    rng
        For ``"random"``.

    Raises
    ------
    InputError
        With everything that is wrong with the round, or for a method that we do not have.
    """
    return make(Round.of(scores, learner_capacity, host_capacity, **asked), method, rng)


def make(round_: Round, method: str = "optimal", rng: np.random.Generator | None = None) -> Assignment:
    """Make the pairs of a checked round by one of the methods."""
    if method == "random":
        if rng is None:
            raise InputError.at("method", "random needs a source of chance", "Give rng, or a seed.")
        return lottery(round_).draw(rng)
    if method not in METHODS:
        raise InputError.at("method", f"{method!r} is not known", f"Use one of {', '.join((*METHODS, 'random'))}.")
    return METHODS[method](round_)


def optimal(round_: Round) -> Assignment:
    """Return an assignment with the largest total score that keeps capacities and locked pairs.

    A minimum-cost circulation: hub to learner (one unit a place), learner to host (one unit a pair, costing
    minus its score), host to hub. Where coverage goes first, a learner's first place carries a bonus that
    outweighs all scores. No pair with a score below 0 is made unless it is locked or covers a learner. Exact
    up to the rounding of scores to `Round.unit`; `certificate` proves it without the solver. Where several
    assignments are equally good, the same round always gives the same one.
    """
    chosen = round_.locked.copy()
    chosen[~round_.locked] = Network.of(round_).solve() > 0
    return Assignment.of_edges(round_, chosen, "optimal")


METHODS: Final[Mapping[str, Callable[[Round], Assignment]]] = {
    "optimal": optimal, "stable": stable, "fair": fair}
"""Ways to make the pairs of a round without chance."""
