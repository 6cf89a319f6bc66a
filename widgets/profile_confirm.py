"""The profile of a city: proposed from its answers with reasons, edited by its people, confirmed by one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import anywidget
import traitlets

from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.words import Text, count, direction, supported, text
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved, clean
from widgets.sources import source, style
from widgets.words import strings

KEY: Final = "profile"
DRAFT, CONFIRM, REOPEN = "draft", "confirm", "reopen"
LONGEST: Final = 400
SIDES: Final = {"need": text("What we want to learn"), "offer": text("What others can learn from us")}


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the profile: its level, which side it stands on, why, and what the city says itself."""

    item: str
    label: str
    level: int | None
    side: str
    reason: Text | str
    chosen: bool
    words: str = ""
    derived: bool = True
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A question that is shown beside the lines: a learning indicator, or something to find out."""

    item: str
    label: str
    level: int | None
    reason: Text | str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Which version was confirmed by whom, under which name it was entered, when, and what changed since."""

    version: int
    who: str
    by: str
    at: datetime
    changed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class View:
    """The profile as it stands.

    Parameters
    ----------
    city
        Whose.
    lines, learning, unknown
        The lines to edit, and what is shown beside them.
    others
        Item -> label of what can be added.
    answered, total
        How many questions have an answer.
    who
        Who confirms, as far as it is entered.
    revision
        Of the stored profile; 0 where there is none.
    closed
        Whether the answers are closed.
    confirmed
        The last confirmation, or None.
    top
        The highest level: "2 of 3".
    """

    city: str
    lines: Sequence[Line]
    learning: Sequence[Note]
    unknown: Sequence[Note]
    others: Mapping[str, str]
    answered: int
    total: int
    who: str = ""
    revision: int = 0
    closed: bool = False
    confirmed: Confirmed | None = None
    top: int = 3


@dataclass(frozen=True, slots=True)
class ProfileEvent:
    """One change of the profile: a draft, a confirmation, or the answers opened again."""

    act: str
    who: str
    edits: Mapping[str, Mapping[str, Any]]
    revision: int

    def body(self) -> dict[str, Any]:
        """Return it as the page writes it."""
        return {"act": self.act, "who": self.who, "edits": {item: {**edit} for item, edit in self.edits.items()}}


class ProfileConfirm(Keeping, TwoFaces, anywidget.AnyWidget):
    """Show what the answers say, let a city edit it, and take its confirmation as a person's act.

    Parameters
    ----------
    view
        Returns the profile as it stands now; asked again after each act.
    save
        Writes one `ProfileEvent` and returns the receipt; it authorises again.
    language
        Language of the interface.
    key
        Key of what the browser keeps: it must name the person and the assessment.
    can_edit
        False shows the profile and refuses every change.
    current
        What the record holds now, as a `ProfileEvent`'s body with ``revision``; asked after a conflict.
    """

    _esm = source("dom.js", "keep.js", "profile_confirm.js")
    _css = style("controls.css", "profile_confirm.css")

    view = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    can_edit = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, view: Callable[[], View], save: Callable[[ProfileEvent], Saved], language: str = "en", *,
                 key: str = KEY, can_edit: bool = True,
                 current: Callable[[], Mapping[str, Any] | None] = lambda: None, **kwargs: Any) -> None:
        self._spoken, self._can_edit = supported(language), can_edit
        self._now, self._view = view, view()
        super().__init__(view=shown(self._view, self._spoken), key=key, language=self._spoken,
                         dir=direction(self._spoken), can_edit=can_edit,
                         words=strings(self._spoken, "profile"), **kwargs)
        self._desk = Desk(self._spoken, {"profile": Handler(self._read, save, self._note_down, lambda _: current())})

    def receive(self, message: object) -> dict[str, Any] | None:
        """Return the reply to one message of a page; None where it deserves none."""
        return self._desk.answer(message)

    def refresh(self) -> None:
        """Show what the answers say now; what a page has not sent yet stays as the person left it."""
        self._view = self._now()
        self.view = shown(self._view, self._spoken)

    def _read(self, envelope: Envelope, message: Message) -> ProfileEvent:
        if not self._can_edit:
            raise Refusal(text("You can read this but not change it."))
        act, edits = message.get("act"), message.get("edits")
        if envelope.key != KEY or act not in (DRAFT, CONFIRM, REOPEN) or not isinstance(edits, Mapping):
            raise Refusal(text("This is not the profile. Open the page again."))
        who = " ".join(clean(message.get("who"), text("The name"), LONGEST).split())
        if act == CONFIRM and not who:
            raise Refusal(text("Say who confirms, by name or function."))
        return ProfileEvent(str(act), who, {str(item): self._edit(str(item), edit) for item, edit in edits.items()},
                            envelope.revision)

    def _edit(self, item: str, edit: object) -> dict[str, Any]:
        known = {line.item for line in self._view.lines} | {*self._view.others}
        parts = edit if isinstance(edit, Mapping) else {}
        side, chosen = parts.get("side"), parts.get("chosen")
        if item not in known or side not in SIDES or not isinstance(chosen, bool):
            raise Refusal(text("This is not the profile. Open the page again."))
        words = " ".join(clean(parts.get("words", ""), text("The sentence"), LONGEST).split())
        return {"side": side, "chosen": chosen, "words": words}

    def _note_down(self, event: ProfileEvent, _saved: Saved) -> None:
        if event.act != DRAFT:
            self.refresh()
            return
        # In place, on purpose: the page that sent the change shows it already; a new page of this kernel will get it.
        self._view = self._now()
        self.view.clear()
        self.view.update(shown(self._view, self._spoken))

    def sentence(self) -> str:
        """Return how it stands: confirmed by whom and when, or not yet."""
        return standing(self._view).said(self._spoken)

    def static(self) -> str:
        """Return the lines that the city means, the learning indicators, and who confirmed them."""
        return printed(self._view, self._spoken)


def standing(view: View) -> Text:
    """Return how a profile stands, in one sentence."""
    done = view.confirmed
    if done is None:
        return text("{city} has not confirmed this profile yet. {answered} of {total} questions are answered.",
                    city=view.city, answered=view.answered, total=view.total)
    return text("Confirmed by {who} on {day}, version {version}.", who=done.who, day=done.at.date(),
                version=done.version)


def since(view: View) -> Text | None:
    """Return which answers changed since the confirmation; None where none did."""
    done = view.confirmed
    if done is None or not done.changed:
        return None
    return count("{n} answer changed since: {items}. Confirm again when you agree.",
                 "{n} answers changed since: {items}. Confirm again when you agree.", len(done.changed),
                 items=list(done.changed))


def shown(view: View, language: str) -> dict[str, Any]:
    """Return a profile as the page reads it, in one language."""

    def spoken(words: Text | str) -> str:
        return words.said(language) if isinstance(words, Text) else words

    def note(one: Note) -> dict[str, Any]:
        return {"item": one.item, "label": one.label, "level": one.level, "reason": spoken(one.reason)}

    changed = since(view)
    return {
        "city": view.city, "answered": view.answered, "total": view.total, "top": view.top, "who": view.who,
        "revision": view.revision, "closed": view.closed, "others": {**view.others},
        "lines": [{"item": line.item, "label": line.label, "level": line.level, "side": line.side,
                   "reason": spoken(line.reason), "chosen": line.chosen, "words": line.words,
                   "derived": line.derived, "edited": line.edited} for line in view.lines],
        "learning": [note(one) for one in view.learning], "unknown": [note(one) for one in view.unknown],
        "confirmed": view.confirmed is not None, "standing": standing(view).said(language),
        "since": "" if changed is None else changed.said(language),
        "by": "" if view.confirmed is None else text("Entered by {name}.", name=view.confirmed.by).said(language),
    }


def printed(view: View, language: str) -> str:
    """Return a profile as HTML, for notebooks that ran without a browser."""
    changed = since(view)
    parts = [f"<p>{escape(one.said(language))}</p>" for one in (standing(view), changed) if one is not None]
    for side, title in SIDES.items():
        rows = tuple((f"{line.item} {line.label}", line.reason, line.words)
                     for line in view.lines if line.side == side and line.chosen)
        parts.append(Numbers((text("Question"), text("Reason"), text("In our words")), rows).html(
            title.said(language), language))
    for title, notes in ((text("How well we learn"), view.learning), (text("To find out"), view.unknown)):
        said = tuple((f"{one.item} {one.label}", one.reason) for one in notes)
        if said:
            parts.append(Numbers((text("Question"), text("Reason")), said).html(title.said(language), language))
    return f'<div lang="{escape(language)}" dir="{direction(language)}">{"".join(parts)}</div>'
