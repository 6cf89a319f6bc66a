"""What an exchange leaves behind for others: a lesson of each city, written from what it entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.records import Action, Activity, Finding, JointProject, LearningPoint, Objective, Story
from exchange.lessons import Lesson, Source, parse
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.exchanges.exchange import Exchange

LONGEST: Final = 4000
"""Characters that a paragraph of a lesson may have."""


def lesson_id(exchange_id: str, side: str) -> str:
    """Return the id of the lesson that a side leaves; the same each time, so that none is written twice."""
    return f"from-{exchange_id}-{side}"


def lesson_of(exchange: Exchange, side: str, *, city_id: str, city: str, country: str, partner: str,
              language: str = "en", demo: bool = False) -> Lesson | None:
    """Return what a city learnt as a lesson for the library; None where it entered no learning point.

    Objectives become the problem; actions, projects and meetings what was done; what was learnt and what got better the
    result; what got worse, and actions that were dropped, what failed.

    Parameters
    ----------
    exchange
        With its entries.
    side
        Whose lesson.
    city_id, city, country
        The city that tells it.
    partner
        Name of the other city.
    language
        In which language the city writes.
    demo
        Whether it is fictional.
    """
    learnt = exchange.all(LearningPoint, side)
    if not learnt:
        return None
    actions, stories = exchange.all(Action, side), exchange.all(Story, side)
    aims = exchange.all(Objective, side)
    items = sorted({one.item for one in aims if one.item} | {one.item for one in actions if one.item})
    done = [one.what for one in exchange.all(Activity)] + [one.what for one in actions if one.under_way]
    done += [one.what for one in exchange.all(JointProject) if one.status != "dropped"]
    good = [one.what for one in exchange.all(Finding) if one.good_practice == "yes"] if side == LEARNER else []
    return parse({
        "lesson_id": lesson_id(exchange.exchange_id, side), "language": language,
        "title": text("What {city} learnt from {partner}", city=city, partner=partner).said(language)[:300],
        "city": city, "country": country, "city_id": city_id, "year": exchange.end.year if exchange.end else None,
        "items": tuple(items), "essentials": tuple(dict.fromkeys(f"E{item[1:].split('.')[0]}" for item in items)),
        "problem": _prose(one.what for one in aims) or _nothing(language),
        "what_was_done": _prose(done) or _nothing(language),
        "result": _prose([one.what for one in learnt] + good
                         + [one.what for one in stories if one.direction == "+"]),
        "what_failed": _prose([one.what for one in stories if one.direction != "+"]
                              + [one.what for one in actions if one.status == "dropped"]),
        "sensitivity": "partner_only", "source": f"exchange {exchange.exchange_id}", "demo": demo,
        "evidence": (Source(title=text("The exchange of {city} and {partner}, round {round}", city=city,
                                       partner=partner, round=exchange.round).said(language)[:300], link=""),),
    })


def _prose(said: Iterable[str]) -> str:
    """Return sentences as one paragraph, each once, as many whole ones as it may hold."""
    whole = ""
    for one in dict.fromkeys(sentence.strip() for sentence in said):
        ended = one if one.endswith((".", "!", "?", "؟")) else f"{one}."
        if len(whole) + len(ended) + 1 > LONGEST:
            return whole
        whole = f"{whole} {ended}".strip()
    return whole


def _nothing(language: str) -> str:
    return _NOT_SAID.said(language)


_NOT_SAID: Final[Text] = text("Not written down.")


def partner_of(side: str) -> str:
    """Return the other side."""
    return HOST if side == LEARNER else LEARNER
