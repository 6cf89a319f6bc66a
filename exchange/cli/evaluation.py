"""`exchange evaluate`, `change`, `learn` and `exchanges`: what an exchange, a table or a network shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from exchange.cli.options import AsJson, CityName, LanguageTag, NetworkName
from exchange.cli.printing import print_json, say, show

exchanges_app = typer.Typer(no_args_is_help=True, help="The exchanges of a network.")
weights_app = typer.Typer(no_args_is_help=True, help="The weights of matching, learnt and in use.")

ExchangeId = Annotated[str, typer.Option("--exchange", help="Id of the exchange, see `exchange exchanges list`.")]


def evaluate(exchange: ExchangeId, language: LanguageTag = "en", *, as_json: AsJson = False) -> None:
    """Evaluate one exchange for both its cities: nineteen indicators, and what may be concluded."""
    from exchange.workbook import Workbook
    from exchange.workbook.exchanging import of_id

    with Workbook.open(language=language) as workbook:
        found = of_id(workbook, exchange).report()
    if as_json:
        print_json(found)
        return
    show(found["indicators"], ("code", "name", "n", "sentence"), as_json=False,
         title=f"{found['learner']} learns from {found['host']}, round {found['round']}")
    for side in found["sides"].values():
        say("", side["city"], *side["conclusions"])


def change(file: Path, *, as_json: AsJson = False) -> None:
    """Say what changed in a table of yours: CSV with city, item, before, after, and where you like group."""
    from exchange.evaluation.change import change as changes
    from exchange.imports.rows import read_rows

    found = changes(read_rows(file)).record()
    if as_json:
        print_json(found)
        return
    rows = [{**row, "group": row["group"] or "all"} for row in found["items"]]
    show(rows, ("item", "group", "n", "improved", "same", "worse", "sentence"), as_json=False, title=file.name)
    for part, words in (("cities", "Cities as a whole"), ("contrasts", "Against the others"),
                        ("matched", "Against cities that began alike"), ("models", "By a model")):
        say(*(f"{words}, {group or 'all'}: {one['sentence']}" for group, one in found[part].items()))
    say(*found["left_out"])


def learn(network: NetworkName = "", language: LanguageTag = "en", *, as_json: AsJson = False) -> None:
    """Say what a network learns: who learned from whom, what became practice, what works, who is left out."""
    from exchange.workbook import Workbook

    with Workbook.open(network=network, language=language) as workbook:
        found = workbook.learn.report()
    if as_json:
        print_json(found)
        return
    say(f"{found['network']}: {found['exchanges']} exchanges that took place, {found['finished']} of them finished.",
        found["time_to_use"]["sentence"], *(f"{words}: {found['where_aimed'][name]['sentence']}" for name, words in (
            ("targeted", "Targeted questions"), ("others", "Other questions"), ("difference", "The difference"))))
    show(_kinds(found), ("by", "kind", "exchanges", "mean", "against_others"), as_json=False, title="What works")
    show(found["promises"], ("promise", "answer"), as_json=False, title="The six promises")
    say(found["weights"]["sentence"])


def _kinds(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"by": one["by"], "kind": one["kind"], "exchanges": one["exchanges"],
             "mean": None if one["mean"]["estimate"] is None else f"{one['mean']['estimate']:.2f}",
             "against_others": one["against_others"]["sentence"]} for one in found["what_works"]]


@exchanges_app.command("list")
def list_exchanges(
    network: NetworkName = "",
    city: CityName = "",
    round_: Annotated[str, typer.Option("--round", help="Only of this round.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List exchanges with their ids: who learns from whom, in which round, and how far."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, network=network, round=round_) as workbook:
        rows = workbook.exchange.listed()
    show(rows, ("exchange", "round", "learner", "host", "status"), as_json=as_json, title="Exchanges")


@weights_app.command("accept")
def accept(
    why: Annotated[str, typer.Option("--why", help="The reason, in a sentence.")],
    network: NetworkName = "",
) -> None:
    """Put the weights that finished exchanges suggest to use, as a new version; the old ones stay."""
    from exchange.workbook import Workbook

    with Workbook.open(network=network) as workbook:
        version = workbook.learn.weighing.accept(why)
        say(f"Version {version} of the weights is in use in {workbook.network_id}; the earlier ones are kept.")
