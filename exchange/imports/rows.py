"""A table of comma-separated values that somebody brings: every cell as it was written, or nothing at all."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from exchange.errors import Findings, InputError
from exchange.imports.limits import checked_file

if TYPE_CHECKING:
    from pathlib import Path


def read_rows(file: Path) -> pd.DataFrame:
    """Return the rows of a table, cells as text, None where one is empty.

    Raises
    ------
    InputError
        For a file that is too large, no table in UTF-8, has a column twice, or rows longer than its head.
    """
    checked_file(file)
    findings = Findings()
    try:
        reader = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), restval="")
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError.at(file.name, "it is not a table of comma-separated values in UTF-8",
                            "Save it as CSV, UTF-8, with the names of the columns in the first row.") from error
    heads = [head.strip() for head in reader.fieldnames or ()]
    for head in sorted({head for head in heads if heads.count(head) > 1}):
        findings.add(f"{file.name}, head", f"the column {head!r} stands twice", "Keep one of them.")
    for number, row in enumerate(rows, 1):
        if None in row:
            findings.add(f"{file.name}, row {number}", "it has more cells than there are columns",
                         "Put a cell that holds a comma in quotation marks.")
    findings.raise_if_any()
    return pd.DataFrame([[cell.strip() or None for cell in row.values()] for row in rows], columns=heads, dtype=object)
