"""The questionnaires that can be answered: those that are shipped, and those that people brought themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from exchange import instruments
from exchange.errors import InputError, NotFoundError
from exchange.imports.forms import read_form
from exchange.instruments.reading import built, plain_content
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.instruments import Instrument
    from exchange.workbook.context import Context

SHIPPED: Final = "shipped"
OWN: Final = "own"


def instrument(context: Context, name: str, version: str = "", language: str = "") -> Instrument:
    """Return a questionnaire by name, by default its newest version, in a language or in its own.

    Raises
    ------
    NotFoundError
        When neither a shipped nor an own one has the name, or none the version.
    """
    if name in instruments.available():
        return instruments.load(name, version or None, language or "en")
    known = {row["version"]: row["content"] for row in rows_of(context.store.instruments(context.viewer, name))}
    if not known:
        names = sorted({*instruments.available(), *context.store.instruments(context.viewer)["name"]})
        raise NotFoundError.at(name[:60], "there is no such instrument", f"Choose one of {', '.join(names)}.")
    chosen = version or max(known, key=_order)
    if chosen not in known:
        raise NotFoundError.at(f"{name} v{chosen[:20]}", "there is no such version",
                               f"Choose one of {', '.join(known)}.")
    own = built(known[chosen], f"{name} v{chosen}")
    return own.said(language) if language else own


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def overview(context: Context) -> list[dict[str, Any]]:
    """Return one row a questionnaire: name, version, title, sections, items, languages, and whose it is."""
    shipped = [(name, SHIPPED) for name in instruments.available()]
    own = [(name, OWN) for name in dict.fromkeys(context.store.instruments(context.viewer)["name"])]
    return [_row(instrument(context, name), whose) for name, whose in (*shipped, *own)]


def _row(asked: Instrument, whose: str) -> dict[str, Any]:
    return {"name": asked.name, "version": asked.version, "title": asked.title, "sections": len(asked.sections),
            "items": len(asked.items), "languages": list(asked.languages), "whose": whose}


def bring(context: Context, file: Path, *, name: str = "", title: str = "", version: str = "") -> tuple[str, ...]:
    """Keep a questionnaire from a file, so that it can be answered; return what was done.

    Raises
    ------
    InputError
        With every finding in the file; when its name is that of a shipped one; when the version is there already with
        other content, because answers rest on it.
    """
    asked, left_out = read_form(file, name=name, title=title, version=version)
    rows = new_rows(context, asked, file.name)
    if rows:
        context.store.load(context.viewer, {"instrument": rows})
    done = f"{asked.name} v{asked.version} has {len(asked.items)} items in {len(asked.sections)} sections."
    return (done, *left_out)


def new_rows(context: Context, asked: Instrument, place: str) -> list[dict[str, Any]]:
    """Return the row of a questionnaire for the store; none where it is there already.

    Raises
    ------
    InputError
        When its name is that of a shipped one, or the version is there with other content.
    """
    if asked.name in instruments.available():
        raise InputError.at(place, f"{asked.name} is shipped, and stays as it is", "Give yours another name.")
    there = [row for row in rows_of(context.store.instruments(context.viewer, asked.name))
             if row["version"] == asked.version]
    if there and built(there[0]["content"], place) != asked:
        raise InputError.at(place, f"{asked.name} v{asked.version} is there already, and asks something else",
                            "Give it the next version: answers rest on the old one.")
    if there:
        return []
    return [{"name": asked.name, "version": asked.version, "content": plain_content(asked),
             "by": context.viewer.name}]
