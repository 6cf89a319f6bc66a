"""`exchange instruments` and `exchange score`: questionnaires as files, their defects, and what answers add up to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exchange.cli.options import AsJson
from exchange.cli.printing import print_json, say, show

if TYPE_CHECKING:
    from exchange.instruments import Instrument

instruments = typer.Typer(no_args_is_help=True, help="Questionnaires: list, check, take out, bring your own.")

InstrumentName = Annotated[str, typer.Option("--instrument", help="Name of the questionnaire.")]
FormFile = Annotated[Path, typer.Argument(metavar="FILE", help="json, yaml, csv (a row a question) or xlsx (XLSForm).")]
FormOrName = Annotated[Path, typer.Argument(metavar="FILE|NAME", help="A file (json, yaml, csv, xlsx), or a name.")]
OwnName = Annotated[str, typer.Option("--name", help="Name of the questionnaire, where the file has none.")]
OwnTitle = Annotated[str, typer.Option("--title", help="Its title, where the file has none.")]
OwnVersion = Annotated[str, typer.Option("--version", help="Its version, where the file has none.")]


class Format(StrEnum):
    """What a questionnaire can be written as."""

    XLSFORM = "xlsform"
    CSV = "csv"


@instruments.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the questionnaires that can be answered: shipped ones and your own."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        rows = workbook.instruments()
    if as_json:
        print_json(rows)
        return
    shown = [{**row, "languages": " ".join(row["languages"])} for row in rows]
    show(shown, ("name", "version", "items", "languages", "whose", "title"), as_json=False, title="Questionnaires")


@instruments.command()
def validate(file: FormOrName) -> None:
    """Check a questionnaire as a whole: all findings at once, status 2 where there are any."""
    asked, left_out = _read(file)
    say(f"{asked.name} v{asked.version}: {len(asked.items)} items in {len(asked.sections)} sections, "
        f"in {', '.join(asked.languages)}.", *left_out)


@instruments.command()
def lint(file: FormOrName, *, as_json: AsJson = False) -> None:
    """Look for numbers that fit no level or several: status 1 where there are findings, 2 where the file is wrong."""
    from exchange.instruments import lint as look

    asked, left_out = _read(file)
    found = look(asked)
    if as_json:
        print_json([{"item": f.item, "kind": f.kind, "levels": list(f.levels), "finding": str(f.text)} for f in found])
    elif found:
        rows = [{"item": f.item, "kind": f.kind, "finding": str(f.text)} for f in found]
        show(rows, ("item", "kind", "finding"), as_json=False, title=f"Levels of {asked.name}")
    else:
        say(f"{asked.name}: every number belongs to one level.", *left_out)
    if found:
        raise typer.Exit(1)


@instruments.command()
def export(
    name: str,
    file: Path,
    to: Annotated[Format, typer.Option("--to", help="xlsform for ODK and KoboToolbox, csv for a spreadsheet.")],
) -> None:
    """Write a questionnaire as a file that other programs read, in all its languages."""
    from exchange.cli.files import write
    from exchange.reports import forms

    asked = _asked(name)
    content = forms.xlsform(asked) if to is Format.XLSFORM else b"\xef\xbb\xbf" + forms.plain_table(asked).encode()
    write(file, content)
    say(f"{asked.name} v{asked.version}: {len(asked.items)} items, written to {file.name}.")


@instruments.command("import")
def import_(file: FormFile, name: OwnName = "", title: OwnTitle = "", version: OwnVersion = "") -> None:
    """Keep your own questionnaire, so that cities can answer it."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        said = workbook.import_instrument(file, name=name, title=title, version=version)
    say(*said)


def score(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns item, state, level.")],
    instrument: InstrumentName = "resilience",
    *,
    as_json: AsJson = False,
) -> None:
    """Add a table of answers up: sum, max, mean, coverage, and how low and how high it could still be."""
    from exchange import assessments
    from exchange.imports.answers import read_frame

    asked = _asked(instrument)
    scored = assessments.score(asked, read_frame(file))
    columns = ("sum", "max", "mean", "coverage", "low", "high")
    parts = [{"id": part.id, "name": part.name, **{name: getattr(part, name) for name in columns}}
             for part in (*scored.essentials, scored.total)]
    if as_json:
        print_json({"instrument": asked.name, "version": asked.version, "essentials": parts[:-1], "total": parts[-1]})
        return
    rows = [{**part, "mean": _rounded(part["mean"]), "coverage": _rounded(part["coverage"])} for part in parts]
    show(rows, ("id", "name", *columns), as_json=False, title=str(scored.finding()))


def _rounded(value: object) -> str | None:
    return f"{value:.2f}" if isinstance(value, float) else None


def _asked(name: str) -> Instrument:
    """Return a questionnaire by name; a shipped one needs no store."""
    from exchange.instruments import available, load
    from exchange.workbook import Workbook

    if name in available():
        return load(name)
    with Workbook.open() as workbook:
        return workbook.instrument(name)


def _read(file: Path) -> tuple[Instrument, tuple[str, ...]]:
    from exchange.imports.forms import read_form

    if not file.suffix and not file.exists():
        return _asked(str(file)), ()
    return read_form(file)
