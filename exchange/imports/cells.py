"""The cells of a workbook that a stranger may have made: values, no formulas, nothing beyond the limits."""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from exchange.errors import InputError
from exchange.imports.limits import (
    MOST_COLUMNS,
    MOST_ELEMENTS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_TEXTS,
    checked_zip,
    unpacked,
)

Value = str | float | bool
Cells = dict[str, Value]
_AGAIN = "Open it in a spreadsheet program and save it again."
_LONGEST_TAG = 1_000_000


def read_cells(path: Path) -> dict[str, Cells]:
    """Return the values of all cells that have one, by sheet and by address such as ``"B7"``.

    Formulas give the value that was computed when the file was last saved.

    Raises
    ------
    InputError
        When the file is no workbook, damaged, encrypted, or larger than the limits.
    """
    with checked_zip(path) as archive:
        return _Book(archive, path.name).sheets()


def sheet_parts(archive: zipfile.ZipFile, place: str) -> dict[str, str]:
    """Return sheet -> the part of a workbook that holds its cells.

    Raises
    ------
    InputError
        As `read_cells`.
    """
    return _Book(archive, place).parts()


@dataclass
class _Book:
    archive: zipfile.ZipFile
    place: str
    elements: int = 0
    texts: list[str] = field(default_factory=list)

    def parts(self) -> dict[str, str]:
        targets = self._targets()
        names = self._names()
        if len(names) > MOST_SHEETS:
            raise InputError.at(self.place, f"it has {len(names)} sheets",
                                f"Give a workbook of at most {MOST_SHEETS}.")
        return {name: targets[rel] for name, rel in names if "worksheets" in targets.get(rel, "")}

    def sheets(self) -> dict[str, Cells]:
        parts = self.parts()
        if "xl/sharedStrings.xml" in self.archive.namelist():
            shared = _SharedTexts(self.place)
            self._walk("xl/sharedStrings.xml", shared.start, shared.end, shared.data)
            self.texts = shared.texts
        return {name: self._cells(name, part) for name, part in parts.items()}

    def _targets(self) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
                found[attributes.get("Id", "")] = target.lstrip("/")

        self._walk("xl/_rels/workbook.xml.rels", start)
        return found

    def _names(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                rel = next((v for k, v in attributes.items() if k.split(":")[-1] == "id" and ":" in k), "")
                found.append((attributes.get("name", ""), rel))

        self._walk("xl/workbook.xml", start)
        return found

    def _cells(self, name: str, part: str) -> Cells:
        sheet = _Sheet(f"{self.place}, sheet {name[:40]}", self.texts)
        self._walk(part, sheet.start, sheet.end, sheet.data)
        return sheet.cells

    def _walk(self, part: str, start: Callable[[str, dict[str, str]], None],
              end: Callable[[str], None] | None = None, data: Callable[[str], None] | None = None) -> None:
        xml = unpacked(self.archive, part, self.place)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype

        def started(tag: str, attributes: dict[str, str]) -> None:
            self.elements += 1
            if self.elements > MOST_ELEMENTS:
                raise InputError.at(self.place, "it has far more cells than a filled workbook",
                                    "Take out what does not belong there, and save it again.")
            start(tag.rpartition(":")[2], attributes)

        parser.StartElementHandler = started
        if end is not None:
            parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
        if data is not None:
            parser.CharacterDataHandler = data
        try:
            self._feed(parser, xml)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise InputError.at(self.place, f"its part {part[:80]} is damaged", _AGAIN) from error

    def _feed(self, parser: expat.XMLParserType, xml: bytes) -> None:
        # In pieces: a tag of a million attributes would otherwise be held in memory as a whole.
        step = 1 << 16
        for place in range(0, len(xml), step):
            parser.Parse(xml[place : place + step], False)  # noqa: FBT003
            if place + step - parser.CurrentByteIndex > _LONGEST_TAG:
                raise InputError.at(self.place, "it has an endless tag", _AGAIN)
        parser.Parse(b"", True)  # noqa: FBT003

    def _refuse_doctype(self, *_: object) -> None:
        raise InputError.at(self.place, "it declares a document type, which no workbook does", _AGAIN)


class _SharedTexts:
    """The texts that cells share, in order; what a phonetic guide says is left out."""

    def __init__(self, place: str) -> None:
        self.texts: list[str] = []
        self._place = place
        self._parts: list[str] = []
        self._reading = self._guide = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._guide = True
        elif tag == "t":
            self._reading = not self._guide

    def end(self, tag: str) -> None:
        if tag == "t":
            self._reading = False
        elif tag == "rPh":
            self._guide = False
        elif tag == "si":
            if len(self.texts) >= MOST_TEXTS:
                raise InputError.at(self._place, f"it has more than {MOST_TEXTS:,} texts", _AGAIN)
            self.texts.append(_unescaped("".join(self._parts)))

    def data(self, words: str) -> None:
        if self._reading:
            self._parts.append(words)


class _Sheet:
    """The cells of one sheet, gathered while its XML passes by."""

    def __init__(self, place: str, texts: list[str]) -> None:
        self.cells: Cells = {}
        self._place = place
        self._texts = texts
        self._row = self._column = 0
        self._kind = "n"
        self._parts: list[str] = []
        self._reading = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row = self._number(attributes.get("r", "")) or self._row + 1
            self._column = 0
        elif tag == "c":
            self._kind = attributes.get("t", "n")
            self._parts = []
            self._move(attributes.get("r", ""))
        elif tag in {"v", "t"}:
            self._reading = True

    def _number(self, digits: str) -> int:
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else 0

    def _move(self, address: str) -> None:
        match = _ADDRESS.match(address)
        if match is None:
            self._column += 1
            return
        self._column = 0
        for letter in match[1]:
            self._column = 26 * self._column + ord(letter) - 64
        self._row = int(match[2])

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._reading = False
        elif tag == "c" and self._parts:
            value = self._value("".join(self._parts))
            if value != "":
                self._keep(value)

    def data(self, words: str) -> None:
        if self._reading:
            self._parts.append(words)

    def _keep(self, value: Value) -> None:
        address = f"{_letters(self._column)}{self._row}"
        if self._row > MOST_ROWS or self._column > MOST_COLUMNS:
            raise InputError.at(f"{self._place}, {address}", "there is a value far outside the form",
                                f"Keep to {MOST_ROWS:,} rows and {MOST_COLUMNS} columns.")
        self.cells[address] = value

    def _value(self, words: str) -> Value:
        match self._kind:
            case "s":
                index = self._number(words.strip()) if words.strip() != "0" else 0
                return self._texts[index] if index < len(self._texts) else ""
            case "b":
                return words.strip() == "1"
            case "n":
                return _as_number(words)
            case _:
                return _unescaped(words)


_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _as_number(words: str) -> Value:
    try:
        number = float(words)
    except ValueError:
        return words
    return number if math.isfinite(number) else words


def _unescaped(words: str) -> str:
    return _CONTROL.sub("", _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words)).strip()


def _letters(column: int) -> str:
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
