"""A table of comma- or semicolon-separated values that a stranger may have made, read under limits."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from exchange.errors import Findings, InputError
from exchange.imports.limits import MOST_COLUMNS, MOST_ROWS, checked_file

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_MANY = 20
"""Separators a column, in one line: more than any sentence has."""


def safe(words: str) -> str:
    """Return a text as a cell that no spreadsheet program takes for a formula; `plain` takes it back."""
    return "'" + words if _FORMULA.match(words) and not _NUMBER.fullmatch(words) else words


def plain(words: str) -> str:
    """Return the text in a cell that `safe` may have written."""
    return words[1:] if words.startswith("'") and _FORMULA.match(words) else words


def read_csv(path: Path, most_rows: int = MOST_ROWS, *, ragged: bool = False) -> tuple[list[str], list[dict[str, str]]]:
    """Return the heads and the rows of a table, every cell as it was written; see `parse_csv`."""
    checked_file(path)
    return parse_csv(path.read_bytes(), path.name, most_rows, ragged=ragged)


def parse_csv(content: bytes, place: str, most_rows: int = MOST_ROWS, *,
              ragged: bool = False) -> tuple[list[str], list[dict[str, str]]]:
    """Return the heads and the rows of a table in UTF-8; rows that are empty are left out.

    Parameters
    ----------
    content, place
        The file, and its name.
    most_rows
        How many rows it may have.
    ragged
        Whether cells beyond the last column are passed over, not refused.

    Raises
    ------
    InputError
        With all findings: not UTF-8, characters that no text holds, no or doubled heads, a row with more cells than
        there are heads, a quotation mark that never ends, more rows, columns or letters than the limits.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at(place, f"byte {error.start + 1} is not UTF-8",
                            'Save it as "CSV UTF-8 (comma delimited)".') from error
    if "\0" in text:
        raise InputError.at(place, "it holds NUL characters, so it is not a text",
                            'Save it as "CSV UTF-8 (comma delimited)".')
    separator = _separator(text)
    try:
        reader = csv.reader(_lines(text, separator, place), delimiter=separator, strict=True)
        heads = [head.strip() for head in next(reader, [])]
        check_heads(heads, place)
        return list(filter(None, heads)), list(_rows(reader, heads, place, most_rows, ragged=ragged))
    except csv.Error as error:
        raise InputError.at(place, f"it is not a table of comma-separated values ({error})",
                            'Save it as "CSV UTF-8 (comma delimited)".') from error


def _separator(text: str) -> str:
    # KoboToolbox writes semicolons, and so do spreadsheet programs where the comma is the decimal sign.
    first = text[: text.find("\n") if "\n" in text else len(text)][:100_000]
    return max(",;\t", key=first.count)


def _lines(text: str, separator: str, place: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(separator) > MOST_COLUMNS * _MANY:
            raise InputError.at(place, f"a row has more than {MOST_COLUMNS} cells",
                                f"Give a table of at most {MOST_COLUMNS} columns.")
        yield line


def check_heads(heads: list[str], place: str) -> None:
    """Raise unless the columns of a table have names, each its own, and are not too many."""
    findings = Findings()
    if not any(heads):
        findings.add(place, "the first row names no columns", "Put the names of the columns there.")
    if len(heads) > MOST_COLUMNS:
        findings.add(place, f"it has {len(heads):,} columns", f"Give a table of at most {MOST_COLUMNS}.")
    for head, times in Counter(heads).items():
        if times > 1 and head:
            findings.add(place, f"the column {head[:60]!r} stands twice", "Keep one of them.")
    findings.raise_if_any()


def _rows(reader: Iterable[list[str]], heads: list[str], place: str, most: int, *,
          ragged: bool) -> Iterator[dict[str, str]]:
    findings = Findings()
    number = 0
    for row in reader:
        if not any(row):
            continue
        number += 1
        if number > most:
            raise InputError.at(place, f"it has more than {most:,} rows", "Give a smaller table.")
        if len(row) > len(heads) and not ragged:
            findings.add(f"{place}, row {number}", "it has more cells than there are columns",
                         "Put a cell that holds a comma in quotation marks.")
        cells = zip(heads, [*row, *[""] * (len(heads) - len(row))], strict=False)
        yield {head: cell for head, cell in cells if head}
    findings.raise_if_any()


def write_csv(columns: Iterable[str], rows: Iterable[dict[str, str]]) -> str:
    """Return a table as comma-separated values; no cell of it is a formula."""
    out = io.StringIO(newline="")
    heads = list(columns)
    writer = csv.writer(out, lineterminator="\r\n")  # so that a lone \r is quoted
    writer.writerow(heads)
    writer.writerows([safe(row.get(head, "")) for head in heads] for row in rows)
    return out.getvalue()
