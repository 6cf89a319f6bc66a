"""A questionnaire from a file that anybody made: our JSON, the same as YAML, a table of questions, or an XLSForm."""

from __future__ import annotations

import re
from pathlib import Path

from exchange import instruments
from exchange.errors import InputError
from exchange.imports.cells import read_cells
from exchange.imports.sheets import grid
from exchange.imports.tables import plain, read_csv
from exchange.imports.yaml import read_yaml
from exchange.instruments import Instrument
from exchange.instruments.columns import Line
from exchange.instruments.plain import from_plain
from exchange.instruments.reading import built, from_xlsform
from exchange.instruments.xlsform import CHOICES, SHEETS, SURVEY

KINDS = (".json", ".yaml", ".yml", ".csv", ".xlsx")
_BY_NAME = re.compile(r"(?P<name>.+?)\.v(?P<version>[0-9]+(\.[0-9]+)*)")


def read_form(path: Path, *, name: str = "", title: str = "", version: str = "") -> tuple[Instrument, tuple[str, ...]]:
    """Return the questionnaire in a file, and what was left out of it.

    Parameters
    ----------
    path
        ``.json`` and ``.yaml`` as data/instruments/schema.json says, ``.csv`` with a row a question, ``.xlsx`` an
        XLSForm.
    name, title, version
        For a table of questions, which has no place for them. The file ``heat.v2.csv`` is version 2 of ``heat``.

    Raises
    ------
    InputError
        With every finding.
    """
    kind = path.suffix.lower()
    by_name = _BY_NAME.fullmatch(path.stem)
    stem = by_name["name"] if by_name else path.stem
    own = name or re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:40] or "own"
    own = own if own[0].isalpha() else f"own_{own}"[:40]
    match kind:
        case ".json":
            return instruments.validate(path), ()
        case ".yaml" | ".yml":
            return built(read_yaml(path), path.name), ()
        case ".csv":
            _, rows = read_csv(path)
            lines = [_line(f"{path.name}, row {n}", row) for n, row in enumerate(rows, 1)]
            number = version or (by_name["version"] if by_name else "1")
            return from_plain(lines, path.name, name=own, title=title or stem, version=number)
        case ".xlsx":
            return from_xlsform(_tables(path), path.name, own)
    raise InputError.at(path.name, f"a questionnaire is not kept as {kind[:20] or 'a file without an ending'}",
                        f"Give a file of the kinds {', '.join(KINDS)}.")


def _line(place: str, cells: dict[str, str]) -> Line:
    texts = {head: " ".join(plain(cell).split()) for head, cell in cells.items() if head}
    return Line(place, {head: words for head, words in texts.items() if words})


def _tables(path: Path) -> dict[str, list[Line]]:
    sheets = {name.strip().lower(): (name, cells) for name, cells in read_cells(path).items()}
    missing = [name for name in (SURVEY, CHOICES) if name not in sheets]
    if missing:
        raise InputError.at(path.name, f"it has no sheet {' and no sheet '.join(missing)}",
                            "Give an XLSForm: the sheets survey, choices and settings.")
    tables = {}
    for sheet in SHEETS:
        if sheet in sheets:
            place = f"{path.name}, {sheets[sheet][0][:40]}"
            _, rows = grid(place, sheets[sheet][1])
            tables[sheet] = [_line(f"{place}, row {n}", row) for n, row in rows.items()]
    return tables
