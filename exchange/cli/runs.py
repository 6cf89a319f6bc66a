"""`exchange run` and `exchange due`: notebooks without anybody watching.

How they end, for whoever schedules them:

======  ==================================================================  ===================================
status  `exchange run`                                                      `exchange due`
======  ==================================================================  ===================================
0       everything that was asked for is published                          something is due
1                                                                           nothing is due
2       something was refused as wrong; the rest was carried out            the question was wrong
3       a run failed; the others were carried out
4       the cluster was lost, or others hold runs; ask again to go on
130     it was stopped; ask again to go on
======  ==================================================================  ===================================
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from exchange.cli.options import AsJson, LanguageTag, NetworkName
from exchange.cli.printing import print_json, say, show
from exchange.errors import Finding, InputError, NotAllowedError

if TYPE_CHECKING:
    from exchange.runs.call import Way
    from exchange.runs.drafts import Draft
    from exchange.runs.due import Due
    from exchange.runs.fleet import Report
    from exchange.store import Store, Viewer

REFUSED, FAILED, LEFT, STOPPED, NOTHING = 2, 3, 4, 130, 1

AsOf = Annotated[str, typer.Option("--as-of", help="The day that counts as today, for example 2026-11-23.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Only exchange, city or network; may be repeated.")]
_COLUMNS: Final = ("kind", "about", "why", "since")


def run(
    notebook: Annotated[str, typer.Argument(help="A notebook, or the name of one of the workbook's.")] = "",
    parameter: Annotated[list[str] | None, typer.Option(
        "-p", "--parameter", help="name=value, as the notebook declares it; may be repeated.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Many runs: a .csv, .yaml or .json file.")] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Everything that is due; see exchange due.")] = False,
    name: Annotated[str, typer.Option(help="A name for the run, and for its folder.")] = "",
    kind: Kinds = None,
    network: NetworkName = "",
    language: LanguageTag = "en",
    as_of: AsOf = "",
    workers: Annotated[int, typer.Option(help="Runs at once; 0: two for each processor.", min=0, max=512)] = 0,
    executor: Annotated[str, typer.Option(help="processes, or dask://HOST:PORT.")] = "processes",
    timeout: Annotated[float, typer.Option(help="Seconds for each cell.", min=1)] = 600,
    retries: Annotated[int, typer.Option(help="Further tries where that may help.", min=0, max=20)] = 3,
    no_fork: Annotated[bool, typer.Option("--no-fork", help="Start every kernel anew.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Where runs are kept; default: runs/.")] = None,
    progress: Annotated[str, typer.Option(help="auto, table, lines, jsonl or none; on the error output.")] = "auto",
    as_json: AsJson = False,
) -> None:
    """Run one notebook, a plan of many, or all that is due; what is done and unchanged is not done again."""
    from exchange.runs.call import Way, carry_out
    from exchange.runs.progress import WAYS, shown
    from exchange.store import Store

    if (bool(notebook), plan is not None, due).count(True) != 1:
        raise InputError.at("run", "it is not clear what to run", "Give a notebook, --plan FILE or --due.")
    if progress not in WAYS:
        raise InputError.at(f"progress {progress!r}", "there is no such way", f"Use {', '.join(WAYS)}.")
    way = Way(folder, executor, workers, timeout, retries, not no_fork)
    with Store.open() as store:
        viewer = _operator()
        day = _day(as_of, store)
        refused: tuple[Finding, ...] = ()
        wanted: list[Any]
        if due:
            wanted = [one.job for one in _due(store, viewer, day, network=network, kind=kind, language=language)]
        elif plan is not None:
            wanted, refused = _planned(plan)
        else:
            wanted = [_single(notebook, parameter or [], name)]
        try:
            with shown(progress) as tell:
                report = carry_out(wanted, store, viewer, way, tell, as_of=day)
        except KeyboardInterrupt:
            say("Stopped. Ask again to go on where it was.")
            raise typer.Exit(STOPPED) from None
    _tell(report, refused, way, as_json=as_json)
    status = _status(report, refused)
    if status:
        raise typer.Exit(status)


def due(
    *,
    kind: Kinds = None,
    network: NetworkName = "",
    as_of: AsOf = "",
    notify: Annotated[Path | None, typer.Option(
        "--notify", help="Write a summary beside: FILE.md and FILE.json.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what is due and why; ends with 0 when something is due, with 1 when nothing is."""
    from exchange.store import Store

    with Store.open() as store:
        day = _day(as_of, store)
        found = [one.as_dict() for one in _due(store, _operator(), day, network=network, kind=kind)]
    if notify is not None:
        _notify(notify, found, day)
    if as_json:
        print_json({"as_of": day.isoformat(), "due": found})
    elif found:
        show(found, _COLUMNS, as_json=False, title=f"Due on {day}")
    else:
        say(f"Nothing is due on {day}.")
    if not found:
        raise typer.Exit(NOTHING)


def _operator() -> Viewer:
    """Return on whose behalf, if that is somebody who may run anything."""
    from exchange.store import Viewer

    viewer = Viewer.from_environment()
    if not viewer.everything:
        raise NotAllowedError.at("run", f"a {viewer.role} may not run notebooks unattended",
                                 "Ask whoever keeps the database.")
    return viewer


def _day(said: str, store: Store) -> date:
    try:
        return date.fromisoformat(said) if said else store.now().date()
    except ValueError:
        raise InputError.at(f"as-of {said!r:.40}", "it is not a day", "Write it like 2026-11-23.") from None


def _due(store: Store, viewer: Viewer, day: date, *, network: str, kind: list[str] | None,
         language: str = "en") -> list[Due]:
    from exchange.runs.due import KINDS, due

    return due(store, viewer, day, network=network, kinds=kind or KINDS, language=language)


def _single(notebook: str, parameters: list[str], name: str) -> Draft:
    from exchange.runs.plan import draft

    given = {}
    for said in parameters:
        key, equals, value = said.partition("=")
        if not equals:
            raise InputError.at(f"parameter {said!r:.60}", "it has no value", "Write -p name=value.")
        given[key] = value
    return draft(notebook, given, name=name)


def _planned(file: Path) -> tuple[list[Draft], tuple[Finding, ...]]:
    from exchange.runs.plan import read_plan

    plan = read_plan(file)
    return list(plan.drafts), plan.refused


def _tell(report: Report, refused: tuple[Finding, ...], way: Way, *, as_json: bool) -> None:
    from exchange import paths
    from exchange.runs.progress import said

    root = (way.folder or paths.runs()).absolute()
    if as_json:
        print_json({"counts": dict(Counter(report.counts)), "runs": report.runs, "lost": report.lost,
                    "refused": [str(finding) for finding in refused], "folder": str(root)})
        return
    for finding in refused:
        say(f"Refused: {finding}")
    for one in report.runs:
        if one["state"] == "failed":
            say(f"Failed: {one['name']}: {said(one['error'])} ({one['folder'] or 'nothing was kept'})")
    if report.lost:
        say(f"Lost: {report.lost}")
    counts = report.counts
    parts = [f"{counts['published'] + counts['recovered']} published", f"{counts['unchanged']} unchanged"]
    parts += [f"{counts[name]} {words}" for name, words in (
        ("failed", "failed"), ("retried", "tries repeated"), ("elsewhere", "held elsewhere"), ("left", "left"))
        if counts[name]]
    say(f"{', '.join(parts)}. {root / 'index.html'}")


def _status(report: Report, refused: tuple[Finding, ...]) -> int:
    if report.lost or report.counts["elsewhere"]:
        return LEFT
    if report.counts["failed"]:
        return FAILED
    return REFUSED if refused else 0


def _notify(file: Path, found: list[dict[str, Any]], day: date) -> None:
    import json

    from exchange.runs.shelf import write_whole

    def cell(value: object) -> str:
        return str(value or "").replace("|", "\\|").replace("\n", " ")

    lines = [f"# {len(found)} due on {day}", ""]
    if found:
        lines += ["| kind | about | why | since |", "| --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(cell(one[name]) for name in _COLUMNS) + " |" for one in found]
    summary = {"as_of": day.isoformat(), "count": len(found), "due": found}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file.with_suffix(".md"), "\n".join(lines) + "\n")
        write_whole(file.with_suffix(".json"), json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise InputError.at(f"notify {file}", f"it cannot be written ({error.strerror})", "Name another.") from None
