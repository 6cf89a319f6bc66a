"""`exchange export`: what leaves the workbook as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.options import CityName, RoundName
from exchange.cli.printing import say

exports = typer.Typer(no_args_is_help=True, help="Take answers, lessons and workbooks out.")


@exports.command("workbook")
def export_workbook(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    city: CityName,
    template: Annotated[Path, typer.Option("--template", help="Your own copy of the official workbook.")],
    round_: RoundName = "",
) -> None:
    """Write a city's answers into a copy of the official preliminary workbook; all else in it stays as it is."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, round=round_) as workbook:
        report = workbook.export_workbook(template, file)
    say(*report, f"{file.name} is written. Its results are computed when a spreadsheet program opens it.")
