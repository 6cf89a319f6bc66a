"""An executed notebook as people read it: one page that needs nothing else, and its tables as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any, Final

from nbconvert import HTMLExporter
from nbformat import NotebookNode

from exchange.notebooks import title
from exchange.reports.escape import escape
from exchange.reports.look import css_variables, picture_css

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A page that was made unattended runs no script and loads nothing."""

STYLE: Final = """\
body{margin:0 auto;max-width:72rem;padding:24px 16px 64px;font:16px/1.5 var(--font);color:var(--ink);\
background:var(--paper)}
h1{font-size:31px;line-height:1.25}h2{font-size:25px;line-height:1.25;margin-top:40px}
a{color:var(--accent)}pre{white-space:pre-wrap;overflow-x:auto}
table{border-collapse:collapse}th,td{padding:6px 16px 6px 0;text-align:start;vertical-align:top;\
border-bottom:1px solid var(--line)}
.output_area{margin:16px 0;overflow-x:auto}.lx-wrong{border-inline-start:4px solid var(--ink);padding-inline-start:12px}
"""
_LINK: Final = re.compile(r'<a href="[^"/]*\.ipynb">(.*?)</a>', re.DOTALL)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?\d[\d\s.,']*%?")


def page(notebook: NotebookNode, wrong: str = "") -> str:
    """Return the page of an executed notebook: its prose and what it shows, without its code.

    Parameters
    ----------
    notebook
        As it was prepared and executed.
    wrong
        What went wrong; empty where nothing did.
    """
    body, _ = _exporter().from_notebook_node(notebook)
    about = notebook.metadata.get("exchange", {})
    language, way = str(about.get("lang", "en")), str(about.get("dir", "ltr"))
    note = f'<p class="lx-wrong">{escape(wrong)}</p>' if wrong else ""
    # The notebooks that prose links to are not beside this page.
    return document(title(notebook) or "Run", note + _LINK.sub(r"\1", body), language, way)


def document(name: str, body: str, language: str = "en", way: str = "ltr", style: str = "") -> str:
    """Return a whole page around a body that is safe already."""
    return (f'<!doctype html>\n<html lang="{escape(language)}" dir="{escape(way)}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{escape(name)}</title><style>{css_variables()}{STYLE}{picture_css()}{style}</style></head>"
            f"<body><main>{body}</main></body></html>\n")


def tables(notebook: NotebookNode) -> list[str]:
    """Return every table that a notebook shows, as CSV that a spreadsheet takes for text and numbers only."""
    shown = (output.data["text/html"] for cell in notebook.cells if cell.cell_type == "code"
             for output in cell.outputs if "text/html" in output.get("data", {}))
    return [_csv(rows) for html in shown for rows in _rows("".join(html)) if rows]


def _rows(html: str) -> Iterator[list[list[str]]]:
    reader = _Tables()
    reader.feed(html)
    reader.close()
    yield from reader.found


def _csv(rows: list[list[str]]) -> str:
    page = io.StringIO()
    csv.writer(page, lineterminator="\r\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return page.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


class _Tables(HTMLParser):
    """Reads the cells of tables out of HTML; a table within a table belongs to the cell around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[list[str]]] = []
        self._depth = 0
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.found.append([])
        elif self._depth == 1 and tag == "tr":
            self.found[-1].append([])
        elif self._depth == 1 and tag in {"td", "th"} and self.found[-1]:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            self._depth -= 1
        elif self._depth == 1 and tag in {"td", "th"} and self._cell is not None:
            self.found[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


@cache
def _exporter() -> Any:
    return HTMLExporter(template_name="basic", exclude_input=True, exclude_input_prompt=True,
                        exclude_output_prompt=True, exclude_anchor_links=True)  # type: ignore[no-untyped-call]
