"""Changing single cells of a spreadsheet's XML, so that every byte beside them stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from exchange.errors import InputError

Splice = Callable[[bytes], bytes]
"""The bytes of a part, to the bytes that shall stand in its place."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AGAIN: Final = "Save it again from a spreadsheet program, as it was delivered."
_TAG = re.compile(rb"""<[A-Za-z](?:[^>"']|"[^"]*"|'[^']*')*>""")
_NAMES: Final = frozenset({"sheetData", "row", "c", "calcPr"})
_NOT_KEPT: Final = frozenset({"t", "cm", "vm"})
"""What a cell says of the value that it had."""


@dataclass
class _Element:
    """One element of the XML: its bytes are those from `start` to `end`, its first tag ends at `inside`."""

    name: str
    attributes: dict[str, str]
    start: int
    inside: int
    end: int = -1
    formula: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it is one tag that closes itself."""
        return self.inside == self.end


@dataclass
class _Sheet:
    """The rows of a sheet by number, its cells by address, and where its data end."""

    rows: dict[int, _Element] = field(default_factory=dict)
    cells: dict[str, _Element] = field(default_factory=dict)
    end: int = -1


@dataclass(frozen=True)
class _Edit:
    """These bytes instead of those from `start` to `end`."""

    start: int
    end: int
    new: bytes


def put_cells(content: Mapping[str, bytes | None], place: str) -> Splice:
    """Return what writes these cells into the XML of a sheet.

    Parameters
    ----------
    content
        Address -> what stands inside the cell: ``<v>`` with a number or ``<is>`` with a text; None empties it. The
        look of a cell that is there is kept.
    place
        Where we are, for errors.
    """
    def splice(xml: bytes) -> bytes:
        sheet = _sheet(xml, place)
        edits: list[_Edit] = []
        new: dict[int, dict[str, bytes]] = {}
        for address, inside in content.items():
            cell = sheet.cells.get(address)
            if cell is not None and cell.formula:
                raise InputError.at(f"{place}, {address}", "a formula stands where an answer belongs", _AGAIN)
            if cell is not None and not (inside is None and cell.is_empty):
                edits.append(_Edit(cell.start, cell.end, _cell(cell.attributes, inside)))
            elif cell is None and inside is not None:
                new.setdefault(_row(address), {})[address] = _cell({"r": address}, inside)
        edits += [edit for number, cells in sorted(new.items()) for edit in _added(xml, sheet, number, cells)]
        return _edited(xml, edits)

    return splice


def recalculated(place: str) -> Splice:
    """Return what tells a workbook, in its own XML, to compute all formulas when it is opened next.

    Where it does not say how it was computed, a spreadsheet program computes it anew in any case.
    """
    def splice(xml: bytes) -> bytes:
        found = [element for element in _elements(xml, place) if element.name == "calcPr"]
        return _edited(xml, [
            _Edit(one.start, one.inside, _tag(one.name, {**one.attributes, "fullCalcOnLoad": "1"}, one.is_empty))
            for one in found])

    return splice


def _edited(xml: bytes, edits: list[_Edit]) -> bytes:
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [xml[at:edit.start], edit.new]
        at = edit.end
    return b"".join([*pieces, xml[at:]])


def _cell(attributes: Mapping[str, str], inside: bytes | None) -> bytes:
    kept = {name: value for name, value in attributes.items() if name not in _NOT_KEPT}
    if inside is None:
        return _tag("c", kept, closed=True)
    if inside.startswith(b"<is>"):
        kept["t"] = "inlineStr"
    return _tag("c", kept) + inside + b"</c>"


def _tag(name: str, attributes: Mapping[str, str], closed: bool = False) -> bytes:  # noqa: FBT001, FBT002
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}{'/>' if closed else '>'}".encode()


def _added(xml: bytes, sheet: _Sheet, number: int, cells: Mapping[str, bytes]) -> Iterator[_Edit]:
    """Yield the edits that add cells to a row, or the row with them, in the order that the format asks for."""
    ordered = sorted(cells, key=_column)
    inside = b"".join(cells[address] for address in ordered)
    row = sheet.rows.get(number)
    if row is None:
        at = min((other.start for n, other in sheet.rows.items() if n > number), default=sheet.end)
        yield _Edit(at, at, _tag("row", {"r": str(number)}) + inside + b"</row>")
    elif row.is_empty:
        yield _Edit(row.start, row.end, _tag("row", row.attributes) + inside + b"</row>")
    else:
        beside = {address: cell for address, cell in sheet.cells.items() if _row(address) == number}
        close = xml.rindex(b"</", row.start, row.end)
        for address in ordered:
            at = min((cell.start for other, cell in beside.items() if _column(other) > _column(address)),
                     default=close)
            yield _Edit(at, at, cells[address])


def _row(address: str) -> int:
    match = _ADDRESS.fullmatch(address)
    return int(match[2]) if match else 0


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number


def _sheet(xml: bytes, place: str) -> _Sheet:
    sheet = _Sheet()
    for element in _elements(xml, place):
        number = element.attributes.get("r", "")
        match element.name:
            case "row" if number.isascii() and number.isdigit():
                sheet.rows[int(number)] = element
            case "c" if _ADDRESS.fullmatch(number):
                sheet.cells[number] = element
            case "sheetData" if not element.is_empty:
                sheet.end = xml.rindex(b"</", 0, element.end)
            case "row" | "c" | "sheetData":
                raise InputError.at(place, "its cells are not numbered as spreadsheet programs do", _AGAIN)
    if sheet.end < 0:
        raise InputError.at(place, "it holds no cells that we can write to", _AGAIN)
    return sheet


def _elements(xml: bytes, place: str) -> list[_Element]:
    """Return the elements that matter here, in the order in which they begin, with their places."""
    found: list[_Element] = []
    open_: list[_Element] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "f" and open_:
            open_[-1].formula = True
        if name in _NAMES:
            begin = parser.CurrentByteIndex
            tag = _TAG.match(xml, begin)
            if tag is None:
                raise InputError.at(place, "it is not written in UTF-8", _AGAIN)
            element = _Element(name, attributes, begin, inside=tag.end())
            found.append(element)
            open_.append(element)

    def end(name: str) -> None:
        if name in _NAMES:
            element = open_.pop()
            closed = xml[element.inside - 2 : element.inside] == b"/>"
            element.end = element.inside if closed else xml.index(b">", parser.CurrentByteIndex) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except (expat.ExpatError, ValueError) as error:
        raise InputError.at(place, "it is damaged", "Open it in a spreadsheet program and save it again.") from error
    return found
