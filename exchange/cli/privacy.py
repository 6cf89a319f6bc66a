"""The commands with which a city sees what is held on it, and leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.options import AsJson, CityName
from exchange.cli.printing import say, show

privacy = typer.Typer(no_args_is_help=True, help="What is held on a city: consents, export, erasure.")


@privacy.command("export")
def export(city: CityName, file: Annotated[Path, typer.Argument(help="A JSON file that is not there yet.")]) -> None:
    """Write all that is held on a city into one file."""
    from exchange.errors import InputError
    from exchange.workbook import Workbook

    if file.exists():
        raise InputError.at(f"file {file.name}", "it is there already", "Choose another name.")
    with Workbook.open(city=city) as workbook:
        rows = workbook.store.export_city(workbook.viewer, workbook.city_id)
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    file.chmod(0o600)
    say(f"{sum(map(len, rows.values()))} rows of {city} in {file}.")


@privacy.command("erase")
def erase(city: CityName, confirm: Annotated[str, typer.Option(help="The name of the city once more.")] = "") -> None:
    """Erase a city that withdrew, for good: with its exchanges, and in the history too. Backups are yours to delete."""
    from exchange.errors import InputError
    from exchange.workbook import Workbook

    with Workbook.open(city=city) as workbook:
        name = workbook.city["name"]
        if confirm.strip().casefold() != name.casefold():
            raise InputError.at(f"city {name}", "this cannot be undone", f'Add --confirm "{name}".')
        gone = workbook.store.erase_city(workbook.viewer, workbook.city_id)
    say(f"{name} is erased: " + ", ".join(f"{number} {table}" for table, number in gone.items()) + ".",
        "Delete backups that still hold it, and its notebooks in runs/.")


@privacy.command("consents")
def consents(city: CityName, *, as_json: AsJson = False) -> None:
    """Print who agreed to what, when, and whether it was withdrawn."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city) as workbook:
        found = workbook.store.consents(workbook.viewer, workbook.city_id)
    columns = ("subject", "purpose", "version", "given_at", "withdrawn_at")
    rows = [{name: None if str(row[name]) == "NaT" else str(row[name]) for name in columns}
            for row in found.to_dict("records")]
    show(rows, columns, as_json=as_json, title=f"Consents, {city}")
