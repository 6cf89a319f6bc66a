"""Filling a city's own copy of the official workbook: only the cells that a person would fill are written."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy as copied
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import escape

import pandas as pd

from exchange.errors import Findings, InputError
from exchange.imports.cells import sheet_parts
from exchange.imports.limits import MOST_UNPACKED, checked_zip, unpacked
from exchange.imports.splice import put_cells, recalculated
from exchange.imports.workbook import ACTION, CHOICE, Place, places, read_workbook
from exchange.words import Text, count, text

LONGEST_CELL: Final = 32_767
"""Characters that a spreadsheet program takes in a cell."""

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Said:
    """What a city says to one question.

    Parameters
    ----------
    level
        0 to 3; None leaves the question untouched.
    verification
        The means of verification, as one text.
    action, institution, timescale
        What it means to do about it, by whom and by when.
    """

    level: int | None = None
    verification: str = ""
    action: str = ""
    institution: str = ""
    timescale: str = ""


def fill_copy(template: Path, said: Mapping[str, Said], to: Path) -> tuple[Text, ...]:
    """Write a copy of a workbook with these answers in it; say what to know about it.

    The 47 answer cells, the means of verification and the actions are written as if typed, and the workbook is told
    to compute anew when it is opened next. Drawings, macros and every other part are those of the template. The copy
    appears under its name only when reading it back gave the same answers.

    Parameters
    ----------
    template
        The city's own copy of the official preliminary workbook (.xlsx or .xlsm); it is not changed.
    said
        What the city says, by item; a question that is left out is made blank.
    to
        The file to write, of the same kind as the template.

    Raises
    ------
    InputError
        When the template is no such workbook, the file is there already or of another kind, or cannot be written.
    """
    before = _levels(template)
    _check_target(template, to)
    wanted = {place.item: said.get(place.item, Said()) for place in places()}
    with _temporary(to) as copy:
        _write(template, wanted, copy)
        after = _levels(copy)
        wrong = [item for item, each in wanted.items() if after[item] != each.level]
        if wrong:
            raise InputError.at(template.name, f"a copy of it does not keep the answers of {', '.join(wrong)}",
                                "Begin with a fresh copy of the official workbook.")
        _publish(copy, to)
    blank = sum(level is None for level in after.values())
    over = [item for item, level in before.items() if level not in {None, after[item]}]
    return (
        *([count("{n} question without a level stays blank; the official workbook counts it as zero.",
                 "{n} questions without a level stay blank; the official workbook counts them as zero.", blank)]
          if blank else []),
        *([text("The copy that you gave said something else at {items}; the new file says what stands here.",
                items=", ".join(over))] if over else []))


def _levels(file: Path) -> dict[str, int | None]:
    answers = read_workbook(file).answers
    return {item: None if pd.isna(level) else int(level)
            for item, level in zip(answers["item"], answers["level"], strict=True)}


def _check_target(template: Path, to: Path) -> None:
    findings = Findings()
    if to.suffix.lower() != template.suffix.lower():
        findings.add(to.name, f"the copy of a {template.suffix} file is a {template.suffix} file",
                     f"End its name with {template.suffix}.")
    if to.exists():
        findings.add(to.name, "there is a file of this name already", "Choose another name, or move that file.")
    if not to.parent.is_dir():
        findings.add(to.name, "there is no such folder to write it to", "Make the folder first.")
    findings.raise_if_any()


def _cells(place: Place, said: Said) -> dict[str, bytes | None]:
    """Return address -> the content of its cell, None to empty it."""
    cells = {place.cell("E", CHOICE): None if said.level is None else f"<v>{4 - said.level}</v>".encode(),
             place.cell("C", CHOICE): _typed(said.verification)}
    words = zip("BCD", (said.action, said.institution, said.timescale), strict=True)
    return cells | {place.cell(column, ACTION): _typed(each) for column, each in words}


def _typed(words: str) -> bytes | None:
    """Return a text as it stands in a cell: never a formula, and without what XML cannot hold."""
    kept = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()[:LONGEST_CELL]
    if not kept:
        return None
    return f'<is><t xml:space="preserve">{escape(_ESCAPE.sub("_x005F_", kept))}</t></is>'.encode()


@contextmanager
def _temporary(to: Path) -> Iterator[Path]:
    """Yield a file beside the one to write, of the same kind, that is gone afterwards."""
    path = to.with_name(f".{to.stem[:100]}.{uuid4().hex[:8]}{to.suffix}")
    try:
        yield path
    except OSError as error:
        raise InputError.at(to.name, f"it cannot be written: {error.strerror or error}",
                            "Check the space on the disk and who may write in the folder.") from error
    finally:
        path.unlink(missing_ok=True)


def _write(template: Path, wanted: Mapping[str, Said], to: Path) -> None:
    """Write the template with other cells; every part of it is there again, in its order."""
    cells: dict[str, dict[str, bytes | None]] = {}
    for place in places():
        cells.setdefault(place.sheet, {}).update(_cells(place, wanted[place.item]))
    with checked_zip(template) as archive, zipfile.ZipFile(to, "w") as copy:
        parts = sheet_parts(archive, template.name)
        splices = {parts[sheet]: put_cells(content, f"{template.name}, sheet {sheet}")
                   for sheet, content in cells.items()}
        splices["xl/workbook.xml"] = recalculated(template.name)
        copy.comment = archive.comment
        for part in archive.infolist():
            splice = splices.get(part.filename)
            xml = unpacked(archive, part.filename, template.name, most=MOST_UNPACKED)
            copy.writestr(copied(part), splice(xml) if splice else xml)


def _publish(copy: Path, to: Path) -> None:
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(to)
