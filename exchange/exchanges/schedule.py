"""When each step can begin, how much slack it has, and which steps decide the end; pauses push all of it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.errors import Findings
from exchange.exchanges.ledger import visit_length
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Task:
    """One step with its usual length, and the steps that must be done before it.

    A `wait` is time that passes by itself, without anybody beginning it.
    """

    step: int
    name: Text
    days: int
    after: tuple[int, ...] = ()
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which the work rests, for example after a disaster; without an end it still does."""

    start: dt.date
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One step on the calendar.

    Parameters
    ----------
    step, name
        Which step.
    start, finish
        The first days on which it can begin and be done.
    latest
        The day on which it must be done, or the end moves.
    slack
        Working days between the two, pauses left out; 0 is critical, below 0 means that the planned visit is too early.
    done
        Whether it is done; then `finish` is the day.
    """

    step: int
    name: Text
    start: dt.date
    finish: dt.date
    latest: dt.date
    slack: int
    done: bool

    @property
    def critical(self) -> bool:
        """Whether a day lost here is a day lost at the end."""
        return not self.done and self.slack <= 0


def tasks(chosen: Iterable[str] = (), *, interpreted: bool = False) -> tuple[Task, ...]:
    """Return the thirteen steps with usual lengths; those of the visit follow from the modules.

    The host needs the evidence for three months; the report takes three; the last look is a year after.
    """
    modules = tuple(chosen)
    return (
        Task(1, text("Know where you stand"), 30),
        Task(2, text("Find a partner city"), 30, (1,)),
        Task(3, text("Set objectives"), 21, (2,)),
        Task(4, text("Choose modules"), 14, (3,)),
        Task(5, text("Form the team"), 30, (2,)),
        Task(6, text("Say what you expect"), 14, (3,)),
        Task(7, text("Send and read the evidence"), 120, (4, 5)),
        Task(8, text("Agree on the agenda"), 45, (4, 5)),
        Task(9, text("Meet"), visit_length(modules, interpreted=interpreted), (6, 7, 8)),
        Task(10, text("Evaluate while you are at it"), 1, (9,)),
        Task(11, text("Write the report"), 90, (9,)),
        Task(12, text("Adopt the report"), 30, (10, 11)),
        Task(13, text("Look back"), 365, (12,), wait=True),
    )


@dataclass(frozen=True)
class Schedule:
    """The whole exchange on the calendar."""

    slots: tuple[Slot, ...]
    rests: tuple[Rest, ...]
    today: dt.date

    @property
    def end(self) -> dt.date:
        """The day on which the last step can be done."""
        return max(slot.finish for slot in self.slots)

    @property
    def critical(self) -> tuple[Slot, ...]:
        """The steps that decide the end."""
        return tuple(slot for slot in self.slots if slot.critical)

    @property
    def rested(self) -> int:
        """Days that pauses took until today."""
        return sum(((min(rest.end or self.today, self.today)) - rest.start).days for rest in self.rests
                   if rest.start < self.today)

    def sentences(self) -> tuple[Text, ...]:
        """Return what the calendar says: the end, what decides it, pauses, and a visit that is planned too early."""
        said = [text("All can be done by {end}.", end=self.end)]
        if self.critical:
            said.append(text("A day lost here is a day lost at the end: {steps}.",
                             steps=[slot.name for slot in self.critical]))
        if self.rested:
            said.append(count("Pauses took {n} day; every open step moved by as much.",
                              "Pauses took {n} days; every open step moved by as much.", self.rested))
        early = -min((slot.slack for slot in self.slots if not slot.done), default=0)
        if early > 0:
            said.append(count("The visit is planned {n} day too early for what has to be ready.",
                              "The visit is planned {n} days too early for what has to be ready.", early))
        return tuple(said)


_VISIT: Final = 9


def schedule(plan: Sequence[Task], start: dt.date, *, today: dt.date,
             done: Mapping[int, dt.date | None] | None = None, rests: Iterable[Rest] = (),
             visit: dt.date | None = None) -> Schedule:
    """Lay the steps out on the calendar by the critical-path method.

    Parameters
    ----------
    plan
        The steps, each after those that it needs.
    start
        The first day.
    today
        Open steps begin today at the earliest; only what is a wait may have begun.
    done
        Step -> day on which it was done, None where nobody said; such a step takes no more time.
    rests
        Times in which nothing moves. One without an end lasts until today: every day of it moves the rest.
    visit
        The planned first day of the visit, if there is one: nobody meets before it, and what must be ready by then
        has slack towards it.

    Raises
    ------
    InputError
        For a pause that ends before it begins, or steps that need one another.

    References
    ----------
    Kelley and Walker (1959), Critical-path planning and scheduling, Proceedings of the Eastern Joint Computer
    Conference.
    """
    finished = dict(done or {})
    paused = _merged(rests, today)
    early = _forward(plan, start, today, finished, paused, visit)
    late = _backward(plan, early, paused, visit)
    slots = tuple(Slot(one.step, one.name, *early[one.step], late[one.step],
                       _between(early[one.step][1], late[one.step], paused), one.step in finished) for one in plan)
    return Schedule(slots, tuple(paused), today)


def _merged(rests: Iterable[Rest], today: dt.date) -> list[Rest]:
    """Return pauses in their order, with an end, none within another."""
    findings, found = Findings(), list[Rest]()
    for rest in sorted(rests, key=_begin):
        end = rest.end or max(today, rest.start)
        if end < rest.start:
            findings.add(f"pause of {rest.start}", f"it ends before it begins, on {end}", "Correct one of the days.")
        elif found and rest.start <= (found[-1].end or today):
            found[-1] = Rest(found[-1].start, max(end, found[-1].end or today))
        else:
            found.append(Rest(rest.start, end))
    findings.raise_if_any()
    return found


def _begin(rest: Rest) -> dt.date:
    return rest.start


def later(day: dt.date, days: int, rests: Sequence[Rest]) -> dt.date:
    """Return the day so many working days later; days within pauses do not count."""
    for rest in rests:
        end = rest.end or rest.start
        if end <= day:
            continue
        if day + dt.timedelta(days=days) <= rest.start:
            break
        days += (end - max(rest.start, day)).days
    return day + dt.timedelta(days=days)


def earlier(day: dt.date, days: int, rests: Sequence[Rest]) -> dt.date:
    """Return the last day from which so many working days lead to this one."""
    for rest in reversed(rests):
        end = rest.end or rest.start
        if rest.start >= day:
            continue
        if day - dt.timedelta(days=days) >= end:
            break
        days += (min(end, day) - rest.start).days
    return day - dt.timedelta(days=days)


def _between(first: dt.date, last: dt.date, rests: Sequence[Rest]) -> int:
    """Return the working days from one day to another; below 0 where the second is earlier."""
    if last < first:
        return -_between(last, first, rests)
    inside = sum(max(0, (min(rest.end or rest.start, last) - max(rest.start, first)).days) for rest in rests)
    return (last - first).days - inside


Days = dict[int, tuple[dt.date, dt.date]]


def _forward(plan: Sequence[Task], start: dt.date, today: dt.date, done: Mapping[int, dt.date | None],  # noqa: PLR0917
             rests: Sequence[Rest], visit: dt.date | None) -> Days:
    found: Days = {}
    for one in plan:
        ready = max((found[before][1] for before in one.after), default=start)
        day = done.get(one.step)
        if one.step in done:
            finish = day or min(later(ready, one.days, rests), max(today, ready))
            found[one.step] = (min(ready, finish), finish)
            continue
        if one.wait:
            found[one.step] = (ready, max(later(ready, one.days, rests), today))
            continue
        begin = max(ready, today)
        if one.step == _VISIT and visit is not None:
            begin = max(begin, visit)
        begin = later(begin, 0, rests)
        found[one.step] = (begin, later(begin, one.days, rests))
    return found


def _backward(plan: Sequence[Task], early: Days, rests: Sequence[Rest], visit: dt.date | None,
              ) -> dict[int, dt.date]:
    end = max(finish for _, finish in early.values())
    latest: dict[int, dt.date] = {}
    for one in reversed(plan):
        needs = [earlier(latest[next_.step], next_.days, rests) for next_ in plan if one.step in next_.after]
        day = min(needs, default=end)
        if visit is not None and any(next_.step == _VISIT and one.step in next_.after for next_ in plan):
            day = min(day, visit)
        latest[one.step] = day
    return latest
