"""`exchange import`: what comes into the workbook from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.options import CityName, RoundName
from exchange.cli.printing import say

imports = typer.Typer(no_args_is_help=True, help="Bring answers, cities or lessons in. Bad input changes nothing.")


@imports.command("cdp")
def import_cdp(
    file: Path,
    network: Annotated[str, typer.Option("--network", help="Short name of the network to fill.")] = "cdp",
) -> None:
    """Read cities and their hazards from a CDP Cities 2021 table (question 2.3a)."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_cdp(file, network)
    say(*report)


@imports.command("workbook")
def import_workbook(
    file: Path,
    city: CityName,
    round_: RoundName = "",
) -> None:
    """Read the answers of a filled official preliminary workbook into a city's self-assessment."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_workbook(file, city, round_)
    say(*report)


@imports.command("answers")
def import_answers(
    file: Path,
    city: CityName,
    round_: RoundName = "",
    instrument: Annotated[str, typer.Option("--instrument", help="Name of the questionnaire.")] = "resilience",
) -> None:
    """Read a table of answers (CSV: item, state, level) into a city's self-assessment."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_answers(file, city, round_, instrument)
    say(*report)
