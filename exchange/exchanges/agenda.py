"""The days of a visit: who meets whom, about what, with time to think at the end of every day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.exchanges import modules
from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.ledger import INTERPRETED, visit_length
from exchange.exchanges.records import Person
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.exchanges.exchange import Exchange

MORNING: Final = dt.time(9)
EVENING: Final = dt.time(18)


@dataclass(frozen=True, slots=True)
class Session:
    """One hour of the agenda.

    Parameters
    ----------
    day
        1 for the first day of the visit.
    start, end
        Times of day.
    what
        What happens.
    who
        Who should be there, in words.
    module
        Which module it is about; None for what is about all.
    """

    day: int
    start: dt.time
    end: dt.time
    what: Text
    who: tuple[Text | str, ...]
    module: str | None = None

    @property
    def hours(self) -> str:
        """From when until when, in one piece that no line breaks."""
        return f"{self.start:%H:%M}\u2060–\u2060{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class _Part:
    minutes: int
    what: Text
    who: tuple[Text | str, ...]
    spoken: bool = True


def agenda(exchange: Exchange, *, interpreted: bool = False) -> tuple[Session, ...]:
    """Return an agenda to begin with: a day a module, three for infrastructure.

    The first day opens with the political lead and both overviews, each day ends with a debrief, and the last one with
    the first recommendations. With an interpreter every talk is half as long again, and the visit has more days.

    Parameters
    ----------
    exchange
        With its modules and people.
    interpreted
        Whether an interpreter speaks after every sentence.
    """
    chosen = [module for module in exchange.modules for _ in range(modules.visit_days(module))]
    days = visit_length(exchange.modules, interpreted=interpreted)
    leaders, team, experts = _leaders(exchange), text("the visiting team"), _experts(exchange)
    found: list[Session] = []
    for day in range(1, days + 1):
        module = chosen[min(len(chosen) - 1, (day - 1) * len(chosen) // days)] if chosen else None
        closing = _closing(last=day == days, leaders=leaders, team=team)
        parts = [*_opening(day, leaders), *_about(module, experts), *closing]
        found += _laid_out(day, parts, module, interpreted=interpreted)
    return tuple(found)


def _leaders(exchange: Exchange) -> tuple[Text | str, ...]:
    named = tuple(one.name for one in exchange.all(Person, LEARNER) if one.role in {"political_lead", "lead"})
    return named or (text("the mayor or another political lead"),)


def _experts(exchange: Exchange) -> tuple[Text | str, ...]:
    named = tuple(one.name for one in exchange.all(Person, HOST) if one.role in {"chair", "expert"})
    return named or (text("the experts of the host"),)


def _opening(day: int, leaders: tuple[Text | str, ...]) -> Iterator[_Part]:
    if day == 1:
        yield _Part(45, text("Welcome, objectives of both cities, and what each hopes to take home"), leaders)
        yield _Part(45, text("Overview: organisation and risk scenarios"), (text("the coordinator"),))


def _about(module: str | None, experts: tuple[Text | str, ...]) -> Iterator[_Part]:
    about = modules.MODULES[module] if module else text("what both cities want to see")
    yield _Part(45, text("Presentation: {module}", module=about), (text("whoever is responsible for it"),))
    yield _Part(60, text("Interviews, first group"), experts)
    yield _Part(60, text("Lunch"), (), spoken=False)
    yield _Part(90, text("On site: see it at work"), experts)
    yield _Part(60, text("Interviews, second group"), experts)


def _closing(*, last: bool, leaders: tuple[Text | str, ...], team: Text) -> Iterator[_Part]:
    yield _Part(45, text("Debrief: strengths, what we still need to know, what we might recommend"), (team,))
    if last:
        yield _Part(60, text("First recommendations, and what each city will do next"), (*leaders, team))


def _laid_out(day: int, parts: list[_Part], module: str | None, *, interpreted: bool) -> Iterator[Session]:
    """Yield the parts one after another; what does not fit before the evening is shortened in proportion."""
    lengths = [part.minutes * (INTERPRETED if interpreted and part.spoken else 1) for part in parts]
    room = (EVENING.hour - MORNING.hour) * 60
    shrink = min(1.0, room / sum(lengths))
    minute = MORNING.hour * 60
    for part, length in zip(parts, lengths, strict=True):
        end = minute + max(5, int(length * shrink) // 5 * 5)
        yield Session(day, dt.time(*divmod(minute, 60)), dt.time(*divmod(end, 60)), part.what, part.who, module)
        minute = end
