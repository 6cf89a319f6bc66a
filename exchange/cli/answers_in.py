"""`exchange import xlsform | kobo | package`: questionnaires and answers from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.exports import InstrumentName
from exchange.cli.imports import imports
from exchange.cli.instruments import OwnName
from exchange.cli.options import CityName, RoundName
from exchange.cli.printing import say


@imports.command("xlsform")
def import_xlsform(file: Path, name: OwnName = "") -> None:
    """Keep a questionnaire from an XLSForm workbook, so that cities can answer it."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        said = workbook.import_instrument(file, name=name)
    say(*said)


@imports.command("kobo")
def import_kobo(
    file: Path,
    city: CityName,
    round_: RoundName = "",
    instrument: InstrumentName = "resilience",
    submission: Annotated[str, typer.Option("--submission", help="_uuid of the one that the city agreed on.")] = "",
    *,
    respondents: Annotated[bool, typer.Option("--respondents", help="Each submission is one respondent.")] = False,
) -> None:
    """Read submissions that KoboToolbox or ODK exported (CSV or XLSX, XML values) into a city's self-assessment."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_kobo(file, city, round_, instrument=instrument, submission=submission,
                                      respondents=respondents)
    say(*report)


@imports.command("package")
def import_package(
    file: Annotated[Path, typer.Argument(metavar="DIRECTORY|FILE.zip", help="A folder, or a zip file.")],
    city: Annotated[str, typer.Option("--city", help="Another city than the one that it names.")] = "",
    round_: RoundName = "",
) -> None:
    """Read the answers of a Frictionless data package that we wrote into a city's self-assessment."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_package(file, city, round_)
    say(*report)
