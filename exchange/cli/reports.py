"""`exchange report`: papers that can be handed over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from exchange.cli.files import write
from exchange.cli.imports import imports
from exchange.cli.options import LanguageTag
from exchange.cli.printing import say

reports = typer.Typer(no_args_is_help=True, help="Papers that can be handed over.")


@reports.callback()
def papers() -> None:
    """Make papers from what was entered."""


@reports.command("exchange")
def report_exchange(
    exchange: str,
    file: Path,
    to: Annotated[Literal["docx", "html"], typer.Option(help="Which kind of file.")] = "docx",
    paper: Annotated[str, typer.Option(help="report, agreement, pack, debrief or handover.")] = "report",
    language: LanguageTag = "en",
) -> None:
    """Write a paper of an exchange: report, agreement, evidence pack, debrief slides or hand-over."""
    from exchange.workbook import Workbook
    from exchange.workbook.exchanging import of_id

    with Workbook.open(language=language) as workbook:
        made = of_id(workbook, exchange).paper(paper)
    write(file, made.docx() if to == "docx" else made.html(slides=paper == "debrief").encode())
    say(f"{file}: {made.title}.")


@imports.command("exchange")
def import_exchange(file: Path) -> None:
    """Read an exchange that `exchange export exchange` wrote, with all that both cities entered."""
    from exchange.workbook import Workbook
    from exchange.workbook.exchanging import read_file

    with Workbook.open() as workbook:
        report = read_file(workbook, file)
    say(report)
