"""What an exchange can be about: eleven modules, the ten essentials with infrastructure and health apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange.words import text

if TYPE_CHECKING:
    from exchange.vocabulary import Terms

MODULES: Final[Terms] = {
    "E1": text("organisation for resilience"),
    "E2": text("risk scenarios"),
    "E3": text("financial capacity and business continuity"),
    "E4": text("urban development and design"),
    "E5": text("natural buffers"),
    "E6": text("institutional capacity"),
    "E7": text("societal capacity"),
    "E8a": text("infrastructure"),
    "E8b": text("public health"),
    "E9": text("disaster response"),
    "E10": text("recovery and building back better"),
}
"""Module id -> name. Modules of the city-to-city peer review, by the id of their essential."""

FEWEST, MOST = 3, 5
"""How many modules an exchange takes: fewer is too narrow for a visit, more cannot be done well."""

OVERVIEWS: Final = ("E1", "E2")
"""Modules whose overview goes into the evidence pack even when they are not chosen."""

_QUESTIONS: Final = {"E1": 3, "E2": 5, "E3": 4, "E4": 4, "E5": 3, "E6": 6, "E7": 4, "E9": 7, "E10": 2}


def items(module: str) -> tuple[str, ...]:
    """Return the questions of the self-assessment that a module covers.

    Business continuity of firms (P7.3) is looked at with the finances, and health care (P8.7) on its own.

    Raises
    ------
    KeyError
        For a module that does not exist.
    """
    match module:
        case "E3":
            return (*_numbered("E3"), "P7.3")
        case "E7":
            return ("P7.1", "P7.2", "P7.4")
        case "E8b":
            return ("P8.7",)
        case "E8a":
            return tuple(f"P8.{n}" for n in (1, 2, 3, 4, 5, 6, 8, 9))
        case _:
            return _numbered(module)


def _numbered(essential: str) -> tuple[str, ...]:
    return tuple(f"P{essential[1:]}.{n}" for n in range(1, _QUESTIONS[essential] + 1))


def evidence_limits(module: str) -> tuple[int, int]:
    """Return the fewest and the most pieces of evidence that a module's pack holds."""
    return (3, 8) if module == "E9" else (3, 5)


def visit_days(module: str) -> int:
    """Return how many days of a visit a module usually takes."""
    return 3 if module == "E8a" else 1
