"""The year of a day that people wrote in one of many ways."""

from __future__ import annotations

import re
from typing import Final

_YEAR: Final = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")
_SHORT: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d\d)")
_SERIAL: Final = re.compile(r"[3-6]\d{4}(?:\.\d+)?")
_FIRST_SERIAL_YEAR: Final = 1899.9986  # the day 0 of a spreadsheet, 30 December 1899, in years
_DAYS: Final = 365.2425
_CENTURY_TURNS: Final = 70


def year_of(words: str) -> int | None:
    """Return the year that is meant; None where there is none, or more than one.

    Parameters
    ----------
    words
        ``"27-06-2019"``, ``"2019-06-27"``, ``"June 2019"``, ``"27/06/19"``, ``"2018/2019"`` (two: None), or the
        number under which a spreadsheet keeps a day.
    """
    line = words.strip()
    if _SERIAL.fullmatch(line):
        return int(_FIRST_SERIAL_YEAR + float(line) / _DAYS)
    years = set(map(int, _YEAR.findall(line)))
    if len(years) == 1:
        return years.pop()
    short = _SHORT.fullmatch(line)
    if short and not years:
        year = int(short[1])
        return year + (2000 if year < _CENTURY_TURNS else 1900)
    return None
