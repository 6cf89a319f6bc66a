"""`exchange export`: what leaves the workbook as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.files import write
from exchange.cli.options import CityName, RoundName
from exchange.cli.printing import say

exports = typer.Typer(no_args_is_help=True, help="Take answers, lessons and workbooks out.")

InstrumentName = Annotated[str, typer.Option("--instrument", help="Name of the questionnaire.")]


@exports.command("answers")
def export_answers(
    file: Path,
    city: CityName,
    round_: RoundName = "",
    instrument: InstrumentName = "resilience",
) -> None:
    """Write a city's answers as CSV, with all that is said of each; `import answers` takes it back unchanged."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, round=round_) as workbook:
        content, said = workbook.export_answers(instrument)
    write(file, content)
    say(*said, f"Written to {file.name}.")


@exports.command("package")
def export_package(
    to: Annotated[Path, typer.Argument(metavar="DIRECTORY|FILE.zip", help="A folder, or a zip file.")],
    city: CityName,
    round_: RoundName = "",
    instrument: InstrumentName = "resilience",
) -> None:
    """Write a city's answers as a Frictionless data package: tables, and what they mean."""
    from exchange.imports.package import zipped
    from exchange.workbook import Workbook

    with Workbook.open(city=city, round=round_) as workbook:
        files, said = workbook.export_package(instrument)
    if to.suffix.lower() == ".zip":
        write(to, zipped(files))
    else:
        for name, content in files.items():
            write(to / name, content)
    say(*said, f"Written to {to.name}.")

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
