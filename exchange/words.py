"""Every sentence that a person sees: written once in English, translated by catalogue, with its values kept apart.

Domain code is pure and knows no language: it returns `Text`, which is a template and its values.
Whoever shows it asks for it in a language.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = {"en": "English", "es": "Español", "ar": "العربية"}
"""Languages of the interface, each in its own name. A new one is one catalogue and one entry."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps"})
_CATALOGUES = Path(__file__).parent / "locale"

Value = object
"""What a template may hold: text, number, date, another `Text`, or a list of these."""


def direction(language: str) -> str:
    """Return ``"rtl"`` or ``"ltr"`` for a BCP 47 language tag."""
    return "rtl" if language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT else "ltr"


def supported(language: str) -> str:
    """Return the interface language nearest to a BCP 47 tag; English when there is none."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else "en"


@lru_cache(maxsize=16)
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language, read from its ``.po`` file (no compiled file to go stale)."""
    path = _CATALOGUES / supported(language) / "LC_MESSAGES" / "exchange.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Text:
    """A sentence, or part of one, that can be said in any language.

    Parameters
    ----------
    template
        English, with ``{names}`` for the values: the key of the catalogues.
    plural
        English for other numbers than one; chosen by the value ``n``.
    values
        Name and value pairs. Use `text` and `count` rather than this.
    """

    template: str
    plural: str = ""
    values: tuple[tuple[str, Value], ...] = ()

    def said(self, language: str = "en") -> str:
        """Return the sentence in `language`, with lists, numbers and dates in its manner."""
        words = catalogue(language)
        values = dict(self.values)
        if self.plural:
            number = values["n"]
            assert isinstance(number, int)  # noqa: S101
            template = words.ngettext(self.template, self.plural, number)
        else:
            template = words.gettext(self.template)
        return template.format(**{name: say(value, language) for name, value in values.items()})

    def __str__(self) -> str:
        return self.said()


def text(template: str, **values: Value) -> Text:
    """Mark a sentence for translation; ``text("You share {hazards}.", hazards=[...])``."""
    return Text(template, values=tuple(sorted(values.items())))


def count(one: str, many: str, n: int, **values: Value) -> Text:
    """Mark a sentence that depends on a number: ``count("{n} city", "{n} cities", 3)``."""
    return Text(one, many, tuple(sorted({**values, "n": n}.items())))


def say(value: Value, language: str = "en") -> str:  # noqa: PLR0911 - one line a kind of value
    """Return any value as people of a language write it: texts, numbers, dates, and lists of these."""
    match value:
        case Text():
            return value.said(language)
        case str():
            return value
        case bool():
            return (text("yes") if value else text("no")).said(language)
        case int() | float():
            return _signed(format_decimal(round(value, 2) + 0, locale=locale(language)), language)
        case datetime():
            return format_time(value, "short", locale=locale(language))
        case date():
            return format_date(value, "long", locale=locale(language))
        case None:
            return ""
        case Iterable():
            return format_list([say(part, language) for part in value], locale=locale(language))
        case _:
            return str(value)


def _signed(number: str, language: str) -> str:
    """Return a number whose minus stays before it where people write from right to left."""
    return f"\u200e{number}" if direction(language) == "rtl" and not number[:1].isdigit() else number


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """Return how people of a language write numbers, dates and lists."""
    # Latin digits in Arabic too: levels, codes and scores stand beside each other on every screen.
    tag = supported(language)
    return Locale.parse("ar_AE" if tag == "ar" else tag)
