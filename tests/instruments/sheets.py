"""Answer sheets that Hypothesis draws, and how other programs would write them."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import strategies as st

from exchange.imports.answers import ACTION
from exchange.instruments import load
from exchange.instruments.xlsform import note_of, number_of
from exchange.vocabulary import CONFIDENCE

RESILIENCE = load("resilience")
ITEMS = {item.id: item for item in RESILIENCE.items}

ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=25)
"""Anything that a person can type or paste, line breaks and formulas included."""

TRICKY = st.sampled_from(["=1+1", "'=1+1", "''", "'", "-5", "'-5", "+49 30 1", "@here", "\t", "a\rb", "a\r\nb", "\r",
                          "a,b;c", '"', '""', " two blanks ", "0", "nan", "None", "[1]",
                          "\u202eabc", "\ufeff", "  ", "é\u0301"])
NOTES = ANY | TRICKY
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=25).map(str.strip)
"""What a workbook carries: no control characters, and no blanks at the ends."""

PIECES = st.lists(max_size=2, elements=st.fixed_dictionaries({
    "reference": NOTES, "sensitivity": st.sampled_from(["public", "partner_only", "restricted"])}))
ACTIONS = st.lists(max_size=1, elements=st.fixed_dictionaries(dict.fromkeys(ACTION, NOTES)))


@st.composite
def answers(draw, notes=NOTES, *, confidence=True, evidence=True):
    """Draw what a city says of one item, as the store would hold it; only what is not empty."""
    item = ITEMS[draw(st.sampled_from(list(ITEMS)))]
    state = draw(st.sampled_from(["answered", "unknown", "not_applicable"]))
    said = {"state": state, "level": draw(st.integers(0, 3)) if state == "answered" else None}
    if item.quantity and state == "answered" and draw(st.booleans()):
        high = item.quantity.high if item.quantity.high is not None else 1e6
        said["raw_value"] = draw(st.floats(item.quantity.low, high).map(lambda x: x + 0.0))
    note = draw(notes)
    if confidence:
        said["confidence"] = draw(st.none() | st.sampled_from(list(CONFIDENCE)))
    if evidence:
        said |= {"evidence": draw(PIECES), "actions": draw(ACTIONS), "unit": draw(st.none() | st.just("percent"))}
    said["note"] = note
    return item.id, {name: value for name, value in said.items() if name == "level" or value not in (None, "", [])}


def sheets(**how):
    """Draw the answers of a city: item -> what it says."""
    return st.lists(answers(**how), max_size=8).map(dict)


def kobo_rows(given, *, prefix="/"):
    """Return heads and cells of a submission as KoboToolbox (or, with "-", ODK Central) exports it."""
    cells = {"start": "2026-11-23T10:42:00.000+00:00", "_uuid": "d4c3", "_submission_time": "2026-11-23T10:45:00"}
    for section in RESILIENCE.sections:
        for item in section.items:
            said = given.get(item.id, {})
            level = said.get("level")
            cells[f"{section.id}{prefix}{item.id}"] = said.get("state", "") if level is None else str(level)
            if item.quantity:
                head = f"{section.id}{prefix}{number_of(item.id, item.quantity.id)}"
                cells[head] = repr(said["raw_value"]) if "raw_value" in said else ""
            cells[f"{section.id}{prefix}{note_of(item.id)}"] = said.get("note", "")
    return list(cells), [list(cells.values())]


def as_csv(heads, rows, separator=";"):
    """Return a table as KoboToolbox writes it: semicolons, everything quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([heads, *rows])
    return out.getvalue().encode()


def as_xlsx(heads, rows):
    """Return a table as a workbook of one sheet, every cell a text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for row in [heads, *rows]:
        cells = [openpyxl.cell.WriteOnlyCell(sheet, value=words or None) for words in row]
        for cell in cells:
            if cell.value is not None:
                cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


