"""One lesson as a page shows it: what happened, who used it, and what it would take here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exchange.lessons.transfer import STATED
from exchange.vocabulary import COST_BANDS, STAFF_BANDS
from exchange.words import Text, count, say, text

if TYPE_CHECKING:
    from exchange.lessons import Lesson, Transfer

Card = dict[str, Any]
"""One lesson as the page shows it; made by `card`, or by hand with the same keys."""


def card(lesson: Lesson, language: str = "en", *, hazards: Mapping[str, Text | str] | None = None, used_by: int = 0,
         because: Sequence[Text | str] = (), similar: int = 0, trail: Sequence[Text | str] = (),
         transfer: Transfer | None = None, stated: Mapping[str, str | None] | None = None) -> Card:
    """Return a lesson of the library as a card.

    Parameters
    ----------
    lesson
        The lesson.
    hazards
        Hazard id -> label; an id without a label is left as it is.
    used_by
        How many cities use it.
    because
        Why it is shown to this city.
    similar
        How many lessons say nearly the same and are not shown.
    trail
        Who learned it from whom, when, and what became of it.
    transfer
        Its circumstances beside the city's.
    stated
        Part -> term, of what the city says about itself; the page offers the terms of these parts.
    """
    failed = text("What failed")
    parts: list[tuple[Text, object]] = [
        (text("What was done"), lesson.what_was_done), (text("Result"), lesson.result), (failed, lesson.what_failed),
        (text("What it needs"), [*lesson.preconditions]), (text("Cost"), COST_BANDS.get(lesson.cost_band or "")),
        (text("How long it took"), lesson.duration_months and count("{n} month", "{n} months", lesson.duration_months)),
        (text("People it took"), STAFF_BANDS.get(lesson.staff or "")), (text("Whom to ask"), lesson.contact),
    ]
    happened = lesson.result or text("{heading}: {words}", heading=failed, words=lesson.what_failed)
    return shown({
        "lesson_id": lesson.lesson_id, "title": lesson.title, "language": lesson.language, "city": lesson.city,
        "year": lesson.year, "hazards": [(hazards or {}).get(hazard, hazard) for hazard in lesson.hazards],
        "problem": lesson.problem, "happened": happened, "used_by": used_by, "because": because, "demo": lesson.demo,
        "body": [{"heading": heading, "text": words} for heading, words in parts if words],
        "sources": [{"title": source.title, "link": source.link} for source in lesson.evidence],
        "origin": text("{source}, {licence}", source=lesson.source, licence=lesson.licence),
        "similar": similar, "trail": trail, "transfer": transfer and _transfer(transfer, stated or {}),
    }, language)


def _transfer(transfer: Transfer, stated: Mapping[str, str | None]) -> dict[str, Any]:
    return {"sentence": transfer.sentence, "parts": [{
        "part": part.part, "label": part.label, "there": part.there or text("not known"),
        "here": part.here or text("not known"), "judgement": part.judgement, "condition": part.condition,
        "by": text("Judged by {name}", name=part.by) if part.by else text("Worked out from what is known"),
        "choices": [{"value": value, "label": label} for value, label in STATED.get(part.part, {}).items()
                    if part.part in stated],
        "chosen": stated.get(part.part) or "",
    } for part in transfer.parts]}


def shown(lesson: Mapping[str, Any], language: str) -> Card:
    """Return a card with every text said."""
    def lines(value: object) -> list[str]:
        return [say(line, language) for line in (value if isinstance(value, list | tuple) else [value])]

    year = lesson.get("year")
    return {
        "lesson_id": str(lesson["lesson_id"]), "language": str(lesson.get("language") or ""),
        "year": str(year) if year is not None and year == year else "",  # noqa: PLR0124
        **{name: say(lesson.get(name) or "", language) for name in ("title", "city", "problem", "happened", "origin")},
        "hazards": lines([*lesson.get("hazards", ())]), "because": lines([*lesson.get("because", ())]),
        "used_by": int(lesson.get("used_by") or 0), "demo": bool(lesson.get("demo")),
        "body": [{"heading": say(part["heading"], language), "text": lines(part["text"])}
                 for part in lesson.get("body", ())],
        "sources": [{"title": str(source["title"]), "link": str(source.get("link") or "")}
                    for source in lesson.get("sources", ())],
        "similar": int(lesson.get("similar") or 0), "trail": lines([*lesson.get("trail", ())]),
        "transfer": _said(lesson["transfer"], language) if lesson.get("transfer") else {},
    }


def _said(transfer: Mapping[str, Any], language: str) -> dict[str, Any]:
    names = ("label", "there", "here", "condition", "by")
    return {"sentence": say(transfer["sentence"], language), "parts": [{
        "part": part["part"], "judgement": part["judgement"], "chosen": part["chosen"],
        "choices": [{"value": one["value"], "label": say(one["label"], language)} for one in part["choices"]],
        **{name: say(part[name], language) for name in names}} for part in transfer["parts"]]}
