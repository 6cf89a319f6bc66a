"""Numbers and days as they stand in pictures and tables: short, fixed decimals, in the reader's manner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

from exchange.words import Text, direction, supported

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Number(Text):
    """A number that keeps its decimals: 2.0 stays 2.0, so that columns stand under one another."""

    template: str = ""
    value: float = 0.0
    pattern: str = "0.0"

    def said(self, language: str = "en") -> str:
        """Return the number with the decimal mark of a language."""
        written = format_decimal(self.value, format=self.pattern, locale=_locale(language))
        # Without the mark a sign would move behind its number where people write from right to left.
        return f"\u200e{written}" if written[0] in "+-" and direction(language) == "rtl" else written


def fixed(value: float, places: int = 1, *, signed: bool = False) -> Number:
    """Return a number with a fixed count of decimals; ``signed`` puts a plus before gains."""
    pattern = "0." + "0" * places if places else "0"
    rounded = round(float(value), places) + 0.0  # never "-0.0"
    return Number(value=rounded, pattern=f"+{pattern};-{pattern}" if signed and rounded else pattern)


@dataclass(frozen=True)
class Day(Text):
    """A day in few letters, for axes and lists."""

    template: str = ""
    day: date | None = None
    pattern: str = "d MMM y"

    def said(self, language: str = "en") -> str:
        """Return the day as a language writes it."""
        return format_date(self.day, self.pattern, locale=_locale(language)) if self.day else ""


def day(value: date) -> Day:
    """Return a day as ``4 Mar 2026``."""
    return Day(day=value)


def month(value: date) -> Day:
    """Return a month as ``Mar 2026``."""
    return Day(day=value, pattern="LLL y")


def year(value: date) -> Day:
    """Return a year as ``2026``."""
    return Day(day=value, pattern="y")


def _locale(language: str) -> str:
    # Latin digits in Arabic too, as everywhere on the screens.
    tag = supported(language)
    return "ar_AE" if tag == "ar" else tag
