"""An instrument as the questionnaire shows it: plain dictionaries in one language, ready for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.instruments.records import UNITS, Item, Level, Quantity, Scale, Section
from exchange.instruments.rubric import ladder

Form = dict[str, object]


@dataclass(frozen=True)
class Former:
    """Turn parts of an instrument into dictionaries, marking each text that is not in `language`.

    Parameters
    ----------
    language
        The language shown.
    first
        The language of the texts in `untranslated`.
    untranslated
        Keys of texts that stayed in the first language.
    scale
        The scale of the instrument.
    """

    language: str
    first: str
    untranslated: frozenset[str]
    scale: Scale

    def texts(self, key: str, **words: str | None) -> Form:
        """Return the texts that there are, and `lang` for those in the first language."""
        prefix = f"{key}." if key else ""
        foreign = {name: self.first for name in words if prefix + name in self.untranslated}
        shown: Form = {name: text or "" for name, text in words.items()}
        return {**shown, "lang": foreign} if foreign else shown

    def section(self, section: Section) -> Form:
        """Return a section and its items."""
        return {
            "id": section.id, "number": section.number,
            **self.texts(section.id, name=section.name, short=section.short, about=section.about),
            "items": [self.item(item) for item in section.items],
        }

    def item(self, item: Item) -> Form:
        """Return an item with its levels and the number asked for."""
        shown = self.texts(item.id, label=item.label, question=item.question,
                           evidence_hint=item.evidence_hint, help=item.help)
        return {
            "id": item.id, **shown,
            "levels": self.levels(item), "scale": [self.scale.min, self.scale.max],
            "quantity": self.quantity(item, item.quantity),
            "needs_scenarios": bool(item.needs_scenarios), "scenarios": list(item.needs_scenarios),
        }

    def levels(self, item: Item) -> list[Form]:
        """Return the levels of an item, its own or those of the scale."""
        key = f"{item.id}.levels" if item.levels else "scale"
        return [self._level(f"{key}.{n}", level) for n, level in enumerate(levels(item, self.scale))]

    def _level(self, key: str, level: Level) -> Form:
        shown: Form = {"value": level.value, "text": level.text}
        return {**shown, "lang": self.first} if key in self.untranslated else shown

    def quantity(self, item: Item, quantity: Quantity | None) -> Form | None:
        """Return what a person is asked for beside the level: a number, its unit and bounds, and what it means."""
        if quantity is None:
            return None
        foreign = f"{item.id}.asks.{quantity.id}" in self.untranslated
        return {
            "id": quantity.id, "ask": quantity.ask, **({"lang": {"ask": self.first}} if foreign else {}),
            "unit": UNITS[quantity.unit].said(self.language),
            "low": quantity.low, "high": quantity.high, "whole": quantity.whole,
            "ladder": [[low, high, [*held]] for low, high, held in ladder(item, quantity)],
        }


def levels(item: Item, scale: Scale) -> Sequence[Level]:
    """Return the levels of an item: its own, else those of the scale."""
    if item.levels:
        return item.levels
    return [Level(value=value, text=words) for value, words in zip(scale.numbers, scale.words, strict=True)]
