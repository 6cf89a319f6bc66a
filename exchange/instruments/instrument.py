"""A questionnaire: its name and version, its scale, its sections, and its words in several languages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from exchange.instruments.form import Form, Former, levels
from exchange.instruments.records import Id, Item, Level, Record, Scale, Section, Words
from exchange.instruments.translation import Language, Translation, Translator
from exchange.words import direction


class Instrument(Record):
    """A questionnaire as versioned data.

    Examples
    --------
    >>> from exchange import instruments
    >>> instruments.load("resilience").item("P6.6").label
    'Learning from other cities'
    """

    name: Id
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    language: Language = "en"
    title: Words
    about: Words | None = None
    source: Words | None = None
    """Where ids and structure come from, and whose words these are."""
    sections_are: Literal["essentials", "parts"] = "parts"
    scale: Scale
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=200)]
    translations: dict[Language, Translation] = Field(default_factory=dict)
    """By language; shipped instruments keep each in a file beside them."""

    _untranslated: frozenset[str] = PrivateAttr(default=frozenset())
    _first: Instrument | None = PrivateAttr(default=None)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which it can be shown, its own first."""
        return tuple(dict.fromkeys([self.language, *self.translations]))

    @property
    def untranslated(self) -> frozenset[str]:
        """Texts in the first language: ``"P1.1.question"``, ``"P1.1.levels.2"``, ``"E1.name"``."""
        return self._untranslated

    def item(self, item_id: str) -> Item:
        """Return the item with this id.

        Raises
        ------
        KeyError
            When the instrument has no such item.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def section_of(self, item_id: str) -> Section:
        """Return the section in which an item stands; `KeyError` when there is none."""
        for section in self.sections:
            if any(item.id == item_id for item in section.items):
                return section
        raise KeyError(item_id)

    def levels(self, item: Item) -> tuple[Level, ...]:
        """Return the levels of an item: its own, else those of the scale."""
        return tuple(levels(item, self.scale))

    def said(self, language: str) -> Instrument:
        """Return the instrument in `language`; texts that are not translated stay, and are listed."""
        first = self._first or self
        if language == self.language:
            return self
        return first if language == first.language else first._translated(language)  # noqa: SLF001 - our own

    def _translated(self, language: str) -> Instrument:
        words = self.translations.get(language) or Translation(
            instrument=self.name, version=self.version, language=language, status="")
        translator = Translator(words)
        scale = translator.several("scale", self.scale.words, words.scale)
        shown = self.model_copy(update={
            "language": language,
            "title": translator.one("title", self.title, words.title),
            "about": translator.one("about", self.about, words.about),
            "scale": self.scale.model_copy(update={"words": scale}),
            "sections": tuple(map(translator.section, self.sections)),
        })
        shown._untranslated = frozenset(translator.missing)  # noqa: SLF001 - our own copy
        shown._first = self  # noqa: SLF001
        return shown

    def for_form(self, language: str | None = None) -> Form:
        """Return what a questionnaire shows, in `language` or in that of the instrument, ready for JSON.

        Returns
        -------
        dict
            ``name, version, language, dir, title, about, review`` (the status of the translation),
            ``scale {min, max, words}`` and ``sections [{id, number, name, short, about, items}]``; an item is
            ``{id, label, question, levels [{value, text}], scale [min, max], quantity, needs_scenarios,
            scenarios, evidence_hint, help}``; its quantity None or ``{id, ask, unit, low, high, whole,
            ladder}``, the ladder as `rubric.ladder` makes it.
            A text that is not translated is marked where it stands: ``lang {field: language}``, in a level
            ``lang: language``.
        """
        shown = self.said(language or self.language)
        first = self._first or self
        former = Former(shown.language, first.language, shown.untranslated, shown.scale)
        words = self.translations.get(shown.language)
        return {
            "name": self.name, "version": self.version, "language": shown.language,
            "dir": direction(shown.language), "review": words.status if words else "",
            **former.texts("", title=shown.title, about=shown.about),
            "scale": {"min": self.scale.min, "max": self.scale.max, "words": list(shown.scale.words)},
            "sections": [former.section(section) for section in shown.sections],
        }
