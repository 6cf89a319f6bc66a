"""What the learner sends before the visit: a few good pieces for each module, and one page that sums them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.exchanges import modules
from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.records import Evidence, Finding, Objective
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.exchanges.exchange import Exchange

MOST_OTHER: Final = 4
"""Pieces about modules that were not chosen, beyond their overviews."""

MOST_LINES: Final = 5
"""Of each list of the synthesis: it has to fit on one page."""


@dataclass(frozen=True, slots=True)
class Part:
    """The evidence on one module.

    Parameters
    ----------
    module
        Its id.
    pieces
        What is there, overviews apart.
    overview
        Whether the overview is there.
    chosen
        Whether the exchange is about it.
    """

    module: str
    pieces: tuple[Evidence, ...]
    overview: bool
    chosen: bool

    @property
    def advice(self) -> Text:
        """What to do about it."""
        fewest, most = modules.evidence_limits(self.module)
        n = len(self.pieces)
        if not self.overview and self.module in modules.OVERVIEWS:
            return text("add the overview")
        if not self.chosen:
            return text("enough")
        if n < fewest:
            return count("add {n} more", "add {n} more", fewest - n)
        if n > most:
            return count("take out {n}: {most} are the most that anybody reads",
                         "take out {n}: {most} are the most that anybody reads", n - most, most=most)
        return text("enough")


def pack(exchange: Exchange) -> tuple[Part, ...]:
    """Return the evidence by module: the chosen ones, both overviews, and whatever else was added."""
    pieces = exchange.all(Evidence)
    used = {one.module for one in pieces} | set(exchange.modules) | set(modules.OVERVIEWS)
    return tuple(Part(
        module, tuple(one for one in pieces if one.module == module and one.overview != "yes"),
        any(one.module == module and one.overview == "yes" for one in pieces), module in exchange.modules)
        for module in modules.MODULES if module in used)


def too_many_others(exchange: Exchange) -> int:
    """Return by how many pieces the rest of the pack is too large."""
    others = sum(len(part.pieces) for part in pack(exchange) if not part.chosen)
    return max(0, others - MOST_OTHER)


@dataclass(frozen=True)
class Synthesis:
    """One page for people who read nothing else.

    Parameters
    ----------
    learner_wants, host_wants
        Objectives, the first five of each side.
    weakest
        Module -> mean level and how many of its questions are known, the lowest first.
    unknown
        Questions of the chosen modules without a level.
    pieces
        How many pieces of evidence there are in the chosen modules.
    seen
        Good practices that were already noted.
    """

    learner_wants: tuple[str, ...]
    host_wants: tuple[str, ...]
    weakest: tuple[tuple[str, float, int], ...]
    unknown: tuple[str, ...]
    pieces: int
    seen: tuple[str, ...]


def synthesis(exchange: Exchange, levels: Mapping[str, float]) -> Synthesis:
    """Return the page that sums up where the learner stands and what both cities want.

    Parameters
    ----------
    exchange
        With its entries.
    levels
        Question -> level of the learner before the exchange; what is not known is left out.
    """
    asked = {module: modules.items(module) for module in exchange.modules}
    known = {module: [levels[item] for item in items if item in levels] for module, items in asked.items()}
    means = sorted(((name, sum(some) / len(some), len(some)) for name, some in known.items() if some), key=_by_level)
    return Synthesis(
        tuple(one.what for one in exchange.all(Objective, LEARNER))[:MOST_LINES],
        tuple(one.what for one in exchange.all(Objective, HOST))[:MOST_LINES], tuple(means),
        tuple(item for items in asked.values() for item in items if item not in levels),
        sum(len(part.pieces) for part in pack(exchange) if part.chosen),
        tuple(one.what for one in exchange.all(Finding) if one.good_practice == "yes")[:MOST_LINES])


def _by_level(mean: tuple[str, float, int]) -> float:
    return mean[1]
