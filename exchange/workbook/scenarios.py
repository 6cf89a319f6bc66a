"""The most probable and the most severe scenario: what must be agreed before the questions that are about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from exchange import hazards
from exchange.vocabulary import SCENARIOS
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from exchange.instruments import Instrument, Item

Scenario = dict[str, Any]
"""hazard (an identifier, or empty), words (one sentence, or empty), revision (0: not described yet)."""

NAMED: Final = {"most_probable": text("the most probable scenario"), "most_severe": text("the most severe scenario")}


def described(instrument: Instrument, stored: Mapping[str, Any]) -> dict[str, Scenario] | None:
    """Return each scenario as far as it is described; None where no question needs any.

    Parameters
    ----------
    instrument
        What is asked.
    stored
        Scenario -> what the record holds: an object, or, in older records, a hazard or a sentence alone.
    """
    needed = {name for item in instrument.items for name in item.needs_scenarios}
    return {name: _scenario(stored.get(name)) for name in SCENARIOS if name in needed} if needed else None


def _scenario(stored: object) -> Scenario:
    if isinstance(stored, dict):
        return {"hazard": str(stored.get("hazard") or ""), "words": str(stored.get("words") or ""),
                "revision": int(stored.get("revision") or 0)}
    said = str(stored or "")
    hazard = said if said in hazards.load() else ""
    return {"hazard": hazard, "words": "" if hazard else said, "revision": 0}


def missing(item: Item, scenarios: Mapping[str, Scenario]) -> list[str]:
    """Return the scenarios that a question is about and that are not described yet."""
    return [name for name in item.needs_scenarios
            if name in scenarios and not (scenarios[name]["hazard"] and scenarios[name]["words"])]


def objection(item: Item, scenarios: Mapping[str, Scenario] | None) -> Text | None:
    """Return what must be described before a level can be chosen; None where nothing is missing."""
    waiting = missing(item, scenarios or {})
    if not waiting:
        return None
    return text("Describe {scenarios} first: this question is about it", scenarios=[NAMED[name] for name in waiting])


def choices(own: Iterable[str], language: str) -> list[dict[str, Any]]:
    """Return all hazards for a list to choose from: the city's own first, then the eight kinds.

    Returns
    -------
    list
        ``{label, hazards: [[id, label], ...]}``, each group in the order of its labels.
    """
    known, mine = hazards.load(), list(dict.fromkeys(own))
    groups = [(text("hazards of this city"), [known[one] for one in mine if one in known])]
    groups += [(label, [one for one in known.values() if one.kind == kind and one.hazard_id not in mine])
               for kind, label in hazards.KINDS.items()]
    return [{"label": label.said(language), "hazards": sorted(
        ([one.hazard_id, one.label.said(language)] for one in some), key=lambda pair: pair[1].casefold())}
        for label, some in groups if some]
