"""The command `exchange`: everything that a network does without a browser."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from exchange.errors import ExchangeError, StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Cities learn from one another: assess, discover, match, exchange, evaluate, learn.")
imports = typer.Typer(no_args_is_help=True, help="Bring answers, cities or lessons in. Bad input changes nothing.")
cities_app = typer.Typer(no_args_is_help=True, help="Look cities up by any of their names.")
audit_app = typer.Typer(no_args_is_help=True, help="The record of every change.")
app.add_typer(imports, name="import")
app.add_typer(cities_app, name="cities")
app.add_typer(audit_app, name="audit")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
CityName = Annotated[str, typer.Option("--city", help="Name, short name or GeoNames id of the city.")]
RoundName = Annotated[str, typer.Option("--round", help="Round to file the answers under, for example 2026.")]
NetworkName = Annotated[str, typer.Option("--network", help="Short name of the network.")]
LanguageTag = Annotated[str, typer.Option("--language", help="en, es or ar.")]


@app.command()
def demo(
    *,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing where a network exists.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another fictional network.")] = 20260101,
) -> None:
    """Make the demo network: 60 real cities with fictional answers, exchanges and evaluations."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        if if_empty and workbook.the_network is not None:
            return
        made = workbook.make_demo(seed=seed)
    say(f"Demo network, fictional: {made['city']} cities, {made['answer']} answers, "
        f"{made['exchange']} exchanges. Next: exchange serve")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8866,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    *,
    browser: Annotated[bool, typer.Option("--browser", help="Open the workbook in the browser.")] = False,
) -> None:
    """Serve the workbook: portal, notebooks as apps, health."""
    from exchange.serve import serve as start

    start(host=host, port=port, open_browser=browser)


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
) -> None:
    """Read a table of answers (CSV: item, state, level) into a city's self-assessment."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_answers(file, city, round_)
    say(*report)


@app.command()
def answers(city: CityName, *, as_json: AsJson = False) -> None:
    """Print a city's latest answers, one an item: item, state, level."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city) as workbook:
        rows = workbook.assess.rows()
    show(rows, ("item", "state", "level"), as_json=as_json, title=f"Answers of {city}")


@cities_app.command("find")
def find(
    name: str,
    country: Annotated[str | None, typer.Option(help="Name or code of the country.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Find a city by any of its names; a guess is never passed off as an answer."""
    from exchange import cities

    answer = cities.find(name, country)
    meant = [answer.city] if answer.city else list(answer.candidates)
    rows = [{"city_id": c.city_id, "slug": c.slug, "name": c.name, "country": c.country,
             "population": c.population, "lat": c.lat, "lon": c.lon} for c in meant]
    if as_json:
        print_json({"status": answer.status, "why": str(answer.why),
                    "city": rows[0] if answer.status == "found" else None,
                    "candidates": [] if answer.status == "found" else rows})
        return
    say(f"{answer.status.replace('_', ' ')}: {answer.why}")
    if rows:
        show(rows, tuple(rows[0]), as_json=False, title=name)


@app.command()
def match(
    city: CityName,
    top: Annotated[int, typer.Option(help="How many peers.", min=1)] = 10,
    network: NetworkName = "",
    language: LanguageTag = "en",
    *,
    as_json: AsJson = False,
) -> None:
    """Rank the peers of a city, with reasons and with contributions that add up to the score."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, network=network, language=language) as workbook:
        found = workbook.match.report(top=top)
    if as_json:
        print_json(found)
        return
    rows = [{"city": p["city"], "country": p["country"], "score": f"{p['score']:.1f}",
             "reasons": "; ".join(p["reasons"])} for p in found["peers"]]
    show(rows, ("city", "country", "score", "reasons"), as_json=False, title=f"Peers of {found['city']}")
    say(*found["left_out"], *([found["abstained"]] if found["abstained"] else []))


@audit_app.command("verify")
def verify(*, as_json: AsJson = False) -> None:
    """Check that no line of the record was changed, removed or put elsewhere."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.store.verify_audit()
    if as_json:
        print_json({"ok": report.ok, "rows": report.rows, "findings": [str(f) for f in report.findings]})
    else:
        say(*([f"{report.rows} lines, the chain is whole."] if report.ok else report.findings))
    if not report.ok:
        raise typer.Exit(2)


def show(rows: Iterable[Mapping[str, object]], columns: tuple[str, ...], *, as_json: bool, title: str) -> None:
    """Print rows as a table for people or as JSON for programs."""
    rows = list(rows)
    if as_json:
        print_json(rows)
        return
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*("" if row[c] is None else str(row[c]) for c in columns))
    _write(_drawn(table))


def print_json(value: Any) -> None:
    """Print JSON as it is: no colour, no wrapping, readable names where the terminal has their letters."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    _write(json.dumps(value, ensure_ascii=plain, indent=2, allow_nan=False) + "\n")


def say(*lines: object) -> None:
    """Print a line of text each, as it is."""
    _write("".join(f"{line}\n" for line in lines))


def _drawn(table: Table) -> str:
    """Return a table as this terminal can show it; nothing that people typed is read as markup."""
    page = io.TextIOWrapper(io.BytesIO(), encoding=sys.stdout.encoding or "utf-8", errors="replace", newline="")
    terminal = sys.stdout.isatty() or None
    Console(file=page, force_terminal=terminal, markup=False, highlight=False, soft_wrap=True).print(table)
    page.seek(0)
    return page.read()


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # whoever reads has seen enough; the command ends without a word
    except OSError as error:
        _let_go_of_the_output()
        raise StoreError.at("output", f"it cannot be written ({error.strerror})",
                            "Write it somewhere else, or free some space.") from error


def _let_go_of_the_output() -> None:
    """Send what could not be written nowhere, or Python would try again as it ends, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def main() -> None:
    """Run the command; an error in our own words ends it with status 2."""
    _make_ready_to_print()
    try:
        app(prog_name="exchange")
    except ExchangeError as error:
        for finding in error.findings:
            sys.stderr.write(f"{finding}\n")
        sys.exit(2)


def _make_ready_to_print() -> None:
    """Let every name be printed: letters that the terminal does not have become question marks."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the command
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
