"""The command `exchange`: everything that a network does without a browser."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli import answers_in as _answers_in  # noqa: F401 - its commands join `imports`
from exchange.cli import evaluation, operations, reports, voices
from exchange.cli.exports import exports
from exchange.cli.imports import imports
from exchange.cli.instruments import instruments, score
from exchange.cli.lessons import lessons
from exchange.cli.matching import assign, cohorts
from exchange.cli.options import AsJson, CityName, LanguageTag, NetworkName
from exchange.cli.people import SignIn, people
from exchange.cli.printing import print_json, say, show
from exchange.cli.privacy import privacy
from exchange.cli.room import room
from exchange.cli.runs import due, run
from exchange.errors import ExchangeError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Cities learn from one another: assess, discover, match, exchange, evaluate, learn.")
cities_app = typer.Typer(no_args_is_help=True, help="Look cities up by any of their names.")
audit_app = typer.Typer(no_args_is_help=True, help="The record of every change.")

BRING, SERVE, ASSESS, MATCH, EXCHANGE, UNATTENDED, KEEP = (
    "In and out", "Serve and meet", "Assess and discover", "Match", "Exchange, evaluate, learn", "Unattended", "Keep")
"""Headings of the help, in the order of the README."""

app.add_typer(imports, name="import", rich_help_panel=BRING)
app.add_typer(exports, name="export", rich_help_panel=BRING)
app.command(rich_help_panel=SERVE)(room)
app.add_typer(people, name="invite", rich_help_panel=SERVE)
voices.register(app, ASSESS)
app.command(rich_help_panel=ASSESS)(score)
app.add_typer(instruments, name="instruments", rich_help_panel=ASSESS)
app.add_typer(lessons, name="lessons", rich_help_panel=ASSESS)
app.add_typer(cities_app, name="cities", rich_help_panel=MATCH)
app.command(rich_help_panel=MATCH)(assign)
app.command(rich_help_panel=MATCH)(cohorts)
app.add_typer(evaluation.exchanges_app, name="exchanges", rich_help_panel=EXCHANGE)
app.command(rich_help_panel=EXCHANGE)(evaluation.evaluate)
app.add_typer(reports.reports, name="report", rich_help_panel=EXCHANGE)
app.command(rich_help_panel=EXCHANGE)(evaluation.change)
app.command(rich_help_panel=EXCHANGE)(evaluation.learn)
app.add_typer(evaluation.weights_app, name="weights", rich_help_panel=EXCHANGE)
app.command(rich_help_panel=UNATTENDED)(run)
app.command(rich_help_panel=UNATTENDED)(due)
app.command(rich_help_panel=KEEP)(operations.backup)
app.command(rich_help_panel=KEEP)(operations.restore)
app.add_typer(privacy, name="privacy", rich_help_panel=KEEP)
app.add_typer(audit_app, name="audit", rich_help_panel=KEEP)
app.command(rich_help_panel=KEEP)(operations.doctor)


@app.command(rich_help_panel=SERVE)
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


@app.command(rich_help_panel=SERVE)
def serve(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8866,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    *,
    browser: Annotated[bool, typer.Option("--browser", help="Open the workbook in the browser.")] = False,
    sign_in: Annotated[SignIn, typer.Option(
        help="local: whoever sits here; invited: by invitation; proxy: by a header that a proxy signs.",
    )] = SignIn.local,
    address: Annotated[str, typer.Option(
        help="Where people find the server, when a proxy stands before it: https://learn.example.org.")] = "",
) -> None:
    """Serve the workbook: portal, notebooks as apps, health."""
    from exchange.serve import serve as start

    start(host=host, port=port, open_browser=browser, sign_in=sign_in.value, address=address)


@app.command(rich_help_panel=ASSESS)
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


@app.command(rich_help_panel=MATCH)
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
