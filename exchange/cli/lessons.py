"""`exchange lessons`, and how lessons come in and go out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exchange.cli.exports import exports
from exchange.cli.imports import imports
from exchange.cli.options import AsJson, CityName, NetworkName
from exchange.cli.printing import print_json, say, show

if TYPE_CHECKING:
    from exchange.lessons import Lesson

lessons = typer.Typer(no_args_is_help=True, help="What cities already learnt: search it, and find what fits a city.")

Some = Annotated[list[str] | None, typer.Option(help="May be given several times.")]
_SHORT = 100


@imports.command("lessons")
def import_lessons(
    file: Path,
    map_: Annotated[Path | None, typer.Option("--map", help="YAML: what stands in which column. It is kept.")] = None,
    network: Annotated[str, typer.Option("--network", help="Short name of the network; empty: all may use it.")] = "",
) -> None:
    """Read a table of lessons (CSV or XLSX) into the library; what was left out, and why, is printed."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        report = workbook.import_lessons(file, map_, network)
        learnt = workbook.store.learn_meaning()
    say(*report)
    if learnt:
        say(f"{learnt} lessons can be found across languages.")


@exports.command("lessons")
def export_lessons(directory: Path, network: NetworkName = "") -> None:
    """Write the public lessons as a Frictionless data package with licence, sources and JSON-LD for portals."""
    from exchange.workbook import Workbook

    with Workbook.open(network=network) as workbook:
        report = workbook.export_lessons(directory)
    say(*report)


@lessons.command("search")
def search(  # noqa: PLR0917 - the command line names its options
    query: Annotated[str, typer.Argument(help="Words in any language. Empty: all lessons.")] = "",
    hazard: Some = None,
    essential: Some = None,
    language: Some = None,
    country: Some = None,
    year: Some = None,
    network: NetworkName = "",
    top: Annotated[int, typer.Option(help="How many lessons.", min=1)] = 10,
    *,
    as_json: AsJson = False,
) -> None:
    """Search the library; quotes, operators and emoji are text like any other.

    Without --network everything is searched, real and fictional; the JSON says which is which.
    """
    from exchange.workbook import Workbook

    filters = {"hazard": hazard, "essential": essential, "language": language, "country": country, "year": year}
    asked = {name: values for name, values in filters.items() if values}
    with Workbook.open(network=network) as workbook:
        found = workbook.discover.search(query, asked, limit=top, everything=not network)
        used = workbook.discover.used_by()
    rows = [{**_row(lesson), "used_by": used[lesson.lesson_id], "similar": found.twins.get(lesson.lesson_id, 0)}
            for lesson in found.lessons]
    if as_json:
        facets = {key: {value: n for value, _, n in values} for key, _, values in found.facets}
        print_json({"total": found.total, "more": found.more, "lessons": rows, "facets": facets})
        return
    show(rows, ("lesson_id", "title", "city", "year", "language", "used_by"), as_json=False,
         title=f"{found.total} lessons")


@lessons.command("recommend")
def recommend(
    city: CityName,
    network: NetworkName = "",
    top: Annotated[int, typer.Option(help="How many lessons.", min=1)] = 5,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the lessons that fit a city's gaps and hazards, with the reasons and what would have to be true."""
    from exchange.workbook import Workbook

    with Workbook.open(city=city, network=network) as workbook:
        found = [(one, workbook.discover.transfer(one.lesson.lesson_id)) for one in workbook.discover.for_you(top)]
    rows: list[dict[str, Any]] = [{
        **_row(one.lesson), "reasons": [str(reason) for reason in one.reasons],
        "transfer": [{"part": part.part, "label": str(part.label), "there": part.there and str(part.there),
                      "here": part.here and str(part.here), "judgement": part.judgement,
                      "condition": str(part.condition)} for part in transfer.parts],
    } for one, transfer in found]
    if as_json:
        print_json(rows)
        return
    show([{**row, "reasons": "; ".join(row["reasons"])} for row in rows], ("lesson_id", "title", "city", "reasons"),
         as_json=False, title=f"Lessons for {city}")


def _row(lesson: Lesson) -> dict[str, Any]:
    happened = lesson.result or lesson.what_failed
    return {"lesson_id": lesson.lesson_id, "title": lesson.title, "city": lesson.city, "country": lesson.country,
            "year": lesson.year, "language": lesson.language, "hazards": list(lesson.hazards),
            "essentials": list(lesson.essentials), "happened": happened[:_SHORT], "source": lesson.source,
            "licence": lesson.licence, "demo": lesson.demo}
