"""The words of an instrument in another language, and which texts are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from exchange.instruments.records import Id, Item, Level, Quantity, Record, Section, Words

AWAITING_REVIEW = "awaiting review by a native speaker"
"""The status of every translation that no native speaker has read yet."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
SomeWords = TypeVar("SomeWords", str, str | None)


class SectionWords(Record):
    """The words of a section."""

    name: Words | None = None
    short: Words | None = None
    about: Words | None = None


class ItemWords(Record):
    """The words of an item."""

    label: Words | None = None
    question: Words | None = None
    levels: tuple[Words | None, ...] = ()
    asks: dict[Id, Words] = Field(default_factory=dict)
    """The questions for its quantities, by their ids."""
    evidence_hint: Words | None = None
    help: Words | None = None


class Translation(Record):
    """All words of an instrument, by id. A text that is missing stays in the first language."""

    instrument: Id
    version: str
    language: Language
    status: str
    """`AWAITING_REVIEW`, or who reviewed it and when."""
    title: Words | None = None
    about: Words | None = None
    scale: tuple[Words | None, ...] = ()
    sections: dict[Id, SectionWords] = Field(default_factory=dict)
    items: dict[Id, ItemWords] = Field(default_factory=dict)


class Translator:
    """Put a translation in the place of the first words, and note what is missing."""

    def __init__(self, words: Translation) -> None:
        self._words = words
        self.missing: set[str] = set()

    def one(self, key: str, first: SomeWords, other: str | None) -> SomeWords:
        """Return the other words, else the first ones, noting the key."""
        if first is None or other is not None:
            return other if first is not None and other is not None else first
        self.missing.add(key)
        return first

    def several(self, key: str, first: Sequence[str], others: Sequence[str | None]) -> tuple[str, ...]:
        """Return a list of words, each translated where it can be."""
        padded = [*others, *[None] * len(first)]
        return tuple(self.one(f"{key}.{n}", words, padded[n]) for n, words in enumerate(first))

    def section(self, section: Section) -> Section:
        """Return a section with all its items in the other language."""
        words = self._words.sections.get(section.id, SectionWords())
        return section.model_copy(update={
            "name": self.one(f"{section.id}.name", section.name, words.name),
            "short": self.one(f"{section.id}.short", section.short, words.short),
            "about": self.one(f"{section.id}.about", section.about, words.about),
            "items": tuple(map(self.item, section.items)),
        })

    def item(self, item: Item) -> Item:
        """Return an item in the other language."""
        words = self._words.items.get(item.id, ItemWords())
        texts = self.several(f"{item.id}.levels", [level.text for level in item.levels], words.levels)
        return item.model_copy(update={
            "label": self.one(f"{item.id}.label", item.label, words.label),
            "question": self.one(f"{item.id}.question", item.question, words.question),
            "evidence_hint": self.one(f"{item.id}.evidence_hint", item.evidence_hint, words.evidence_hint),
            "help": self.one(f"{item.id}.help", item.help, words.help),
            "levels": tuple(_with_text(*pair) for pair in zip(item.levels, texts, strict=True)),
            "quantities": tuple(self._quantity(item, quantity, words) for quantity in item.quantities),
        })

    def _quantity(self, item: Item, quantity: Quantity, words: ItemWords) -> Quantity:
        ask = self.one(f"{item.id}.asks.{quantity.id}", quantity.ask, words.asks.get(quantity.id))
        return quantity.model_copy(update={"ask": ask})


def _with_text(level: Level, words: str) -> Level:
    return level.model_copy(update={"text": words})
