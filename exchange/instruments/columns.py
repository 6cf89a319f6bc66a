"""Columns of a table in several languages: `question::Español (es)` is the question in Spanish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError

from exchange.errors import Findings
from exchange.instruments.instrument import Instrument
from exchange.instruments.translation import Translation
from exchange.words import LANGUAGES

_IN_BRACKETS = re.compile(r"\(([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)\s*$")
_SEPARATOR = "::"

Cells = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One row of a table: its cells that are not empty, and where it stands in the file."""

    place: str
    cells: Cells

    def get(self, column: str) -> str:
        """Return a cell; empty where there is none."""
        return self.cells.get(column, "")


def named(language: str) -> str:
    """Return a language as forms write it: ``"Español (es)"``."""
    return f"{LANGUAGES.get(language) or _own_name(language)} ({language})"


def _own_name(language: str) -> str:
    try:
        name = Locale.parse(language, sep="-").get_display_name(language)
    except (UnknownLocaleError, ValueError):
        name = None
    # A bracket inside the name would hide the tag that follows it.
    return re.sub(r"[()]", "", name or language).strip()


def spoken(instrument: Instrument, column: str, first: str | None, other: Callable[[Translation], str | None]) -> Cells:
    """Return a text in every language of an instrument, one cell each."""
    cells = {f"{column}{_SEPARATOR}{named(instrument.language)}": first or ""}
    for language, words in instrument.translations.items():
        cells[f"{column}{_SEPARATOR}{named(language)}"] = other(words) or ""
    return cells


@dataclass
class Heads:
    """What the columns of a file mean.

    Parameters
    ----------
    default
        The language of a column that names none.
    """

    default: str
    _read: dict[str, tuple[str, str]] = field(default_factory=dict)

    def languages(self, columns: Iterable[str]) -> list[str]:
        """Return the languages that columns name, in their order."""
        return list(dict.fromkeys(language for _, language in map(self.split, columns)))

    def split(self, column: str) -> tuple[str, str]:
        """Return the name and the language of a column."""
        if column not in self._read:
            name, _, tongue = column.partition(_SEPARATOR)
            self._read[column] = (name.strip(), language_of(tongue) if tongue else self.default)
        return self._read[column]

    def said(self, line: Line, column: str) -> dict[str, str]:
        """Return language -> text of one column of a row."""
        found: dict[str, str] = {}
        for head, words in line.cells.items():
            name, language = self.split(head)
            if name == column:
                found.setdefault(language, words)
        return found


def language_of(tongue: str) -> str:
    """Return the tag of a language as a form names it; empty where there is none."""
    bracketed = _IN_BRACKETS.search(tongue)
    if bracketed:
        return bracketed[1]
    bare = tongue.strip()
    known = {name.casefold(): tag for tag, name in LANGUAGES.items()}
    if bare.casefold() in known:
        return known[bare.casefold()]
    return bare if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", bare) else ""


def check_languages(columns: Mapping[str, Iterable[str]], heads: Heads, texts: frozenset[str],
                    findings: Findings) -> None:
    """Note every column of texts whose language cannot be told; other columns of a form are not ours to judge."""
    for place, names in columns.items():
        for name in names:
            word, language = heads.split(name)
            if word in texts and not language:
                findings.add(f"{place}, {name[:80]}", "the language is not clear",
                             "Name it with its tag in brackets, for example question::Français (fr).")
