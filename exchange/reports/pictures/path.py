"""How far an exchange has come: three phases, their steps and gates, and where today is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.numbers import day
from exchange.reports.pictures.drawing import BODY, EDGE, SMALL, Canvas, Key
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.vocabulary import PHASES
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from exchange.reports.pictures.drawing import Point, Sign
    from exchange.reports.tables import Words

STATES: Final = {"done": text("done"), "next": text("next"), "later": text("later"), "blocked": text("waiting")}
"""States of a step: `blocked` is one whose turn it is, but a gate or a pause is in its way."""

_GAP: Final = 28.0
_NODE: Final = 12.0
_LEAST_STEP: Final = 44.0


@dataclass(frozen=True)
class Step:
    """One step of the path.

    Parameters
    ----------
    phase
        ``plan``, ``do`` or ``after``.
    number
        1 to 13.
    name
        What the step is; the column may also be called ``label``.
    state
        ``done``, ``next``, ``later`` or ``blocked``.
    date
        When it was done, or is due.
    """

    phase: str
    number: int
    name: Words = field(metadata={"also": "label"})
    state: str = "later"
    date: dt.date | None = None

    def late(self, today: dt.date | None) -> bool:
        """Whether its day has passed and it is not done."""
        return today is not None and self.date is not None and self.date < today and self.state != "done"


@dataclass(frozen=True)
class Pause:
    """A time in which the exchange rests; without an end it still does."""

    start: dt.date
    end: dt.date | None = None
    why: Words = ""

    @property
    def said(self) -> Text:
        """From when to when, and why."""
        span = (
            text("Paused since {start}", start=self.start)
            if self.end is None
            else text("Paused from {start} to {end}", start=self.start, end=self.end)
        )
        return text("{span}: {why}", span=span, why=self.why) if self.why else span


@dataclass(frozen=True)
class _Path:
    steps: list[Step]
    gates: dict[str, tuple[Words, ...]]
    today: dt.date | None

    def of(self, phase: str) -> list[Step]:
        return [step for step in self.steps if step.phase == phase]

    @property
    def phases(self) -> list[str]:
        return list(dict.fromkeys(step.phase for step in self.steps))

    @property
    def reached(self) -> Step | None:
        """The last step that is done or whose day has passed: today comes after it."""
        passed = [step for step in self.steps if step.state == "done" or step.late(self.today)]
        return passed[-1] if passed else None


def exchange_path(
    steps: Any,
    gates: Mapping[str, Collection[Words]] | None = None,
    *,
    today: dt.date | None = None,
    pauses: Any = (),
    language: str = "en",
) -> Picture:
    """Return the path of an exchange.

    The title counts the steps that are done and names the one whose turn it is; a lasting pause comes first.

    Parameters
    ----------
    steps
        Rows with the columns of `Step`, in their order.
    gates
        What each gate still asks for, by the phase that it ends; nothing asked for means that it is open.
    today
        The day on which somebody looks.
    pauses
        Rows with the columns of `Pause`.
    language
        BCP 47 tag used where none is named.
    """
    path = _Path(records(steps, Step), {phase: tuple(asks) for phase, asks in (gates or {}).items()}, today)
    rests = records(pauses, Pause)
    title = _title(path, resting=any(rest.end is None for rest in rests))
    said = [
        text("{number} {name}: {state}", number=step.number, name=step.name, state=_state(path, step))
        for step in path.steps
    ]
    return Picture(
        title,
        text("{title}. Steps: {steps}.", title=title, steps=said),
        _table(path),
        lambda canvas: _draw(canvas, path),
        language,
        tuple(rest.said for rest in rests),
    )


def _title(path: _Path, *, resting: bool) -> Text:
    done = sum(step.state == "done" for step in path.steps)
    known = {"done": done, "total": len(path.steps)}
    turn = next((step for step in path.steps if step.state != "done"), None)
    if turn is None:
        return text("All {total} steps are done", total=len(path.steps))
    if resting:
        return text("Paused after {done} of {total} steps", **known)
    late = sum(step.late(path.today) for step in path.steps)
    if late:
        return text(
            "{done} of {total} steps done, {late}; next: {step}",
            step=turn.name,
            late=count("{n} late", "{n} late", late),
            **known,
        )
    return text("{done} of {total} steps done; next: {step}", step=turn.name, **known)


def _state(path: _Path, step: Step) -> Text:
    return text("late") if step.late(path.today) else STATES.get(step.state, STATES["later"])


def _table(path: _Path) -> Numbers:
    rows: list[tuple[object, ...]] = []
    for phase in path.phases:
        rows += [
            (PHASES.get(phase, phase), step.number, step.name, _state(path, step), step.date) for step in path.of(phase)
        ]
        if phase in path.gates:
            rows.append((PHASES.get(phase, phase), None, _gate(path.gates[phase]), list(path.gates[phase]), None))
    return Numbers((text("Phase"), text("Step"), text("What"), text("State"), text("Date")), tuple(rows))


def _gate(asks: Sequence[Words]) -> Text:
    if not asks:
        return text("Gate is open")
    return count("Gate: {n} thing missing", "Gate: {n} things missing", len(asks))


def _draw(canvas: Canvas, path: _Path) -> None:
    columns = 1 if canvas.narrow else len(path.phases) or 1
    width = (canvas.width - 2 * EDGE - _GAP * (columns - 1)) / columns
    y = 0.0
    for number, phase in enumerate(path.phases):
        if canvas.narrow:
            y = _draw_phase(canvas, path, phase, (EDGE, y), width) + 12
        else:
            y = max(y, _draw_phase(canvas, path, phase, (EDGE + number * (width + _GAP), 0.0), width))
    canvas.key(y + 12, _key(path))


def _draw_phase(canvas: Canvas, path: _Path, phase: str, corner: Point, width: float) -> float:
    x, y = corner
    steps = path.of(phase)
    done = sum(step.state == "done" for step in steps)
    canvas.words(x, y + 20, canvas.head(PHASES.get(phase, phase)), bold=True, room=width - 60)
    canvas.words(
        x + width, y + 20, text("{done} of {total}", done=done, total=len(steps)), anchor="end", size=SMALL, muted=True
    )
    y += 32
    canvas.line((x, y), (x + width, y), canvas.palette.control)
    y += 12
    for step in steps:
        below = _draw_step(canvas, path, step, (x, y), width, last=step is steps[-1] and phase not in path.gates)
        if path.today is not None and step is path.reached:
            below = _draw_today(canvas, path.today, x, below, width)
        y = below
    return _draw_gate(canvas, path.gates[phase], x, y, width) if phase in path.gates else y


def _draw_step(canvas: Canvas, path: _Path, step: Step, corner: Point, width: float, *, last: bool) -> float:
    x, y = corner
    room = width - 2 * _NODE - 10
    with canvas.mark(
        text("{number} {name}: {state}", number=step.number, name=step.name, state=_state(path, step)), step.number
    ):
        lower = canvas.paragraph(
            x + 2 * _NODE + 10,
            y + 17,
            step.name,
            room,
            bold=step.state in {"next", "blocked"},
            muted=step.state == "later",
        )
        note = _note(path, step)
        if note is not None:
            canvas.words(
                x + 2 * _NODE + 10, lower - 1, note, size=SMALL, room=room, bold=step.late(path.today), muted=True
            )
            lower += SMALL * 1.3
        below = max(lower + 2, y + _LEAST_STEP)
        if not last:
            canvas.line((x + _NODE, y + 12), (x + _NODE, below + 12), canvas.palette.control, 2)
        _draw_node(canvas, step, x + _NODE, y + 12)
    return below


def _note(path: _Path, step: Step) -> Words | None:
    state = _state(path, step) if step.late(path.today) or step.state in {"next", "blocked"} else None
    if state is None:
        return None if step.date is None else day(step.date)
    return state if step.date is None else text("{state}, {date}", state=state, date=day(step.date))


def _draw_node(canvas: Canvas, step: Step, x: float, y: float) -> None:
    palette = canvas.palette
    if step.state == "done":
        canvas.dot(x, y, _NODE - 1)
    elif step.state == "next":
        canvas.bar(
            x - _NODE, y - _NODE, 2 * _NODE, 2 * _NODE, palette.accent_soft, edge=palette.accent, round_=_NODE, thick=3
        )
    else:
        canvas.bar(
            x - _NODE,
            y - _NODE,
            2 * _NODE,
            2 * _NODE,
            palette.paper,
            edge=palette.control,
            round_=_NODE,
            dash="3 3" if step.state == "blocked" else "",
            thick=2,
        )
    canvas.words(
        x,
        y + 4.5,
        step.number,
        size=SMALL,
        anchor="middle",
        bold=step.state != "later",
        colour=palette.on_accent if step.state == "done" else None,
    )


def _draw_today(canvas: Canvas, today: dt.date, x: float, y: float, width: float) -> float:
    label = text("today, {date}", date=day(today))
    length = canvas.measure(label, SMALL, bold=True)
    canvas.line((x, y + 8), (x + width - length - 8, y + 8), canvas.palette.accent, 2)
    canvas.words(x + width, y + 12.5, label, size=SMALL, bold=True, colour=canvas.palette.accent, anchor="end")
    return y + 22


def _draw_gate(canvas: Canvas, asks: Sequence[Words], x: float, y: float, width: float) -> float:
    middle = (x + _NODE, y + 12)
    _diamond(canvas, *middle, solid=not asks)
    below = canvas.paragraph(
        x + 2 * _NODE + 10, y + 17, _gate(asks), width - 2 * _NODE - 10, size=BODY, muted=bool(asks)
    )
    return max(below, y + 30)


def _diamond(canvas: Canvas, x: float, y: float, *, solid: bool) -> None:
    corners = [(x, y - 11), (x + 11, y), (x, y + 11), (x - 11, y)]
    colour = canvas.palette.accent if solid else canvas.palette.control
    canvas.polygon(corners, colour if solid else canvas.palette.paper, edge=colour, thick=2)


def _key(path: _Path) -> list[Key]:
    shown = [Key(_sign(state), STATES[state]) for state in STATES if any(step.state == state for step in path.steps)]
    if any(not asks for asks in path.gates.values()):
        shown.append(Key(lambda c, x, y: _diamond(c, x, y, solid=True), text("gate is open")))
    if any(path.gates.values()):
        shown.append(Key(lambda c, x, y: _diamond(c, x, y, solid=False), text("gate is closed")))
    return shown


def _sign(state: str) -> Sign:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        palette = canvas.palette
        if state == "done":
            canvas.dot(x, y, 7)
        else:
            canvas.bar(
                x - 8,
                y - 8,
                16,
                16,
                palette.accent_soft if state == "next" else palette.paper,
                round_=8,
                edge=palette.accent if state == "next" else palette.control,
                thick=3 if state == "next" else 2,
                dash="3 3" if state == "blocked" else "",
            )

    return draw
