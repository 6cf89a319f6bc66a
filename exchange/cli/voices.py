"""`exchange import voices`, `exchange agreement` and `exchange voices`: many people answer for one city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from exchange.cli.imports import imports
from exchange.cli.options import AsJson, CityName, RoundName
from exchange.cli.printing import print_json, say, show

_COLUMNS = ("item", "turn", "n", "median", "iqr", "near", "groups", "rule", "agreed")


def register(app: typer.Typer, heading: str) -> None:
    """Add the commands, under a heading of the help."""
    imports.command("voices")(import_voices)
    app.command("agreement", rich_help_panel=heading)(agreement)
    app.command("voices", rich_help_panel=heading)(lead)


def import_voices(file: Path, city: CityName, round_: RoundName = "") -> None:
    """Read what many people answered (CSV: respondent, group, item, state, level; note, round 1 or 2) into a room."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_voices(file, city, round_)
    say(*report)


def agreement(city: CityName, round_: RoundName = "", *, as_json: AsJson = False) -> None:
    """Print how far the people of a city agree on each question; nothing is about fewer than five of them."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, round=round_) as workbook:
        found = workbook.assess.room().statistics()
    if as_json:
        print_json(found)
        return
    show([_line(one) for one in found], _COLUMNS, as_json=False, title=f"Agreement in {city}")


def _line(one: dict[str, Any]) -> dict[str, object]:
    near, agreed = one["within_one_level"], one["agreed"]
    return {**{name: one[name] for name in ("item", "turn", "n", "median", "iqr")},
            "near": None if near is None else f"{near:.0%}",
            "groups": ", ".join(f"{group} {numbers['median']:g}" for group, numbers in one["groups"].items()
                                if not numbers["withheld"]),
            "rule": one["proposal"]["why"] if one["n"] else None,
            "agreed": agreed and (agreed["state"] if agreed["level"] is None else agreed["level"])}


def lead(
    city: CityName,
    round_: RoundName = "",
    to: Annotated[str, typer.Option(
        "--to", help="Lead the room on: first (opens it), revealed, discussion, second, agreeing, agreed.")] = "",
    rule: Annotated[str, typer.Option(
        "--rule", help="How it agrees: median, unanimous or facilitator. Chosen before anybody answers.")] = "",
    *,
    accept: Annotated[bool, typer.Option("--accept", help="Write what the rule proposes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where the room of a city stands, or lead it on: alone, revealed, discussed, asked again, agreed."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, round=round_) as workbook:
        found = workbook.assess.room()
        if rule:
            found.open(rule)
        if to:
            found.lead(to)
        taken = found.accept() if accept else []
        row, sheet, missing = found.row, found.presence(), found.missing()
    if as_json:
        print_json({"phase": row["phase"] if row else None, "rule": row["rule"] if row else None,
                    "asked": row["asked"] if row else [], "missing_groups": list(missing), "accepted": taken})
        return
    say(sheet.title, *sheet.sentences, *([f"{len(taken)} answers were written by the rule."] if accept else []))
