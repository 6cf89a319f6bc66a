"""The index of runs: what was made when, newest first, in one page that opens from the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from exchange.reports.escape import escape
from exchange.runs.rendering import document
from exchange.runs.shelf import PAGE, Shelf, write_whole
from exchange.words import Text, direction, text

TITLE: Final = text("Unattended runs")
NONE_YET: Final = text("There is no run yet.")
HEADS: Final = (text("Run"), text("State"), text("Finished"), text("Asked for"), text("What went wrong"))
STATES: Final[Mapping[str, Text]] = {
    "planned": text("planned"), "running": text("running"), "published": text("published"),
    "failed": text("failed"), "superseded": text("superseded by a newer run"),
}
_STYLE: Final = "table{inline-size:100%}td:nth-child(3){white-space:nowrap}"


def write_index(runs: Iterable[Mapping[str, Any]], shelf: Shelf, language: str = "en") -> Path:
    """Write the index beside the runs; return where it is.

    Parameters
    ----------
    runs
        Rows of the ledger, newest first.
    shelf
        Where the runs are.
    language
        Of the page.
    """
    path = shelf.root / PAGE
    write_whole(path, page(runs, shelf, language))
    return path


def page(runs: Iterable[Mapping[str, Any]], shelf: Shelf, language: str = "en") -> str:
    """Return the index as HTML."""
    def said(words: Text) -> str:
        return escape(words.said(language))

    rows = "".join(_row(run, shelf, language) for run in runs)
    heads = "".join(f'<th scope="col">{said(head)}</th>' for head in HEADS)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    body = f"<h1>{said(TITLE)}</h1>" + (table if rows else f"<p>{said(NONE_YET)}</p>")
    return document(TITLE.said(language), body, language, direction(language), _STYLE)


def _row(run: Mapping[str, Any], shelf: Shelf, language: str) -> str:
    folder = str(run["folder"])
    name = escape(str(run["name"]))
    if folder and (shelf.root / folder / PAGE).is_file():
        name = f'<a href="{escape(folder)}/{PAGE}">{name}</a>'
    asked = ", ".join(f"{key}={value}" for key, value in run["parameters"].items() if value not in {"", None})
    ended = run["ended_at"]
    when = ended.strftime("%Y-%m-%d %H:%M") if isinstance(ended, datetime) else ""
    error = run["error"]
    wrong = str(error.get("message", "")) if error else ""
    if error and error.get("cell"):
        wrong = text("cell {number}: {what}", number=error["cell"], what=wrong).said(language)
    cells = (STATES[run["state"]].said(language), when, "; ".join(filter(None, (asked, str(run["occasion"])))), wrong)
    return f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
