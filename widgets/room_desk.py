"""A facilitator's desk in the notebook: open a room, lead it on, accept what the rule says, decide what it leaves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from exchange.assessments import consensus
from exchange.errors import ExchangeError
from exchange.reports.escape import escape
from exchange.words import direction, text
from widgets import words as said
from widgets.faces import TwoFaces
from widgets.keeping import Refusal, clean, whole
from widgets.sources import source, style

if TYPE_CHECKING:
    from exchange.workbook.room import Room
    from exchange.workbook.room_desk import Desk, Open
    from widgets.questionnaire import Questionnaire

LONGEST: Final = 4000
"""Characters of a reason and of what a minority says."""

_LOG = logging.getLogger(__name__)


class RoomDesk(TwoFaces, anywidget.AnyWidget):
    """What a facilitator sees of a room and does with it.

    Parameters
    ----------
    room
        The room. Whoever may not lead it sees where it stands.
    """

    _esm = source("dom.js", "room_desk.js")
    _css = style("controls.css", "room_desk.css")

    state = traitlets.Dict().tag(sync=True)
    rules = traitlets.List(traitlets.Dict()).tag(sync=True)
    can_lead = traitlets.Bool().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, room: Room, **kwargs: Any) -> None:
        self._room = room
        self._followers: list[Callable[[], object]] = []
        self._desk = room.desk()
        language = room.language
        super().__init__(
            state=shown(self._desk, language), rules=said.terms(consensus.RULES, language), can_lead=room.can_lead,
            language=language, dir=direction(language), words=said.strings(language, "room"), **kwargs)
        self.on_msg(self._hear)

    def receive(self, message: object) -> dict[str, Any] | None:
        """Do what a page asks for; return what became of it, or None where it makes no sense."""
        if not isinstance(message, Mapping) or message.get("act") not in _ACTS or whole(message.get("seq")) is None:
            return None
        why = self._do(message)
        self._desk = self._room.desk()
        self.set_trait("state", shown(self._desk, self.language))
        return {"kind": "acted", "seq": message["seq"], "ok": not why, "why": why}

    def _do(self, message: Mapping[str, Any]) -> str:
        """Return why it was not done; nothing where it was."""
        try:
            _ACTS[message["act"]](self._room, message)
        except Refusal as refusal:
            return refusal.why.said(self.language)
        except ExchangeError as error:
            findings = [f"{one.finding[:1].upper()}{one.finding[1:]}. {one.remedy}" for one in error.findings]
            return text("This was not done. {why}", why=" ".join(findings)).said(self.language)
        except Exception:  # noqa: BLE001 - the page must get an answer, whatever broke
            _LOG.exception("A room could not be led")
            return text("This could not be done, and we do not know why.").said(self.language)
        return ""

    def on_saved(self, follower: Callable[[], object]) -> None:
        """Call `follower` after each act, once the page has its answer: pictures follow so."""
        self._followers.append(follower)

    def _hear(self, _widget: object, message: object, _buffers: object) -> None:
        reply = self.receive(message)
        if reply is None:
            return
        self.send(reply)
        for follower in self._followers if reply["ok"] else ():
            try:
                follower()
            except Exception:  # noqa: BLE001 - one picture that fails stops no other
                _LOG.exception("What follows an act could not be shown")

    def sentence(self) -> str:
        """Return where the room stands, and how much there is to decide."""
        return self._desk.sentence().said(self.language)

    def static(self) -> str:
        """Return the same as a paragraph."""
        return f'<p lang="{escape(self.language)}" dir="{direction(self.language)}">{escape(self.sentence())}</p>'


def room_desk(room: Room, form: Questionnaire | None = None) -> RoomDesk:
    """Return the desk of a room; what the room agrees on shows in the questionnaire `form`, too."""
    desk = RoomDesk(room)
    if form is not None:
        desk.on_saved(lambda: form.refresh(room.answers()))
    return desk


def shown(desk: Desk, language: str) -> dict[str, Any]:
    """Return a desk with every text said."""
    steps = [{"to": step.to, "label": step.label.said(language), "ends": step.ends.said(language) if step.ends else ""}
             for step in desk.steps]
    return {"phase": desk.phase, "said": desk.said.said(language), "revision": desk.revision, "steps": steps,
            "accept": desk.accept, "questions": [_question(one, language) for one in desk.questions]}


def _question(one: Open, language: str) -> dict[str, Any]:
    return {"item": one.item, "label": f"{one.item} {one.label}", "why": one.why.said(language),
            "said": one.said.said(language), "seen": one.seen,
            "levels": [{"value": level, "text": sentence} for level, sentence in one.levels.items()]}


def _open(room: Room, message: Mapping[str, Any]) -> None:
    rule = message.get("rule")
    room.open(rule if isinstance(rule, str) else "")


def _lead(room: Room, message: Mapping[str, Any]) -> None:
    to = message.get("to")
    room.lead(to if isinstance(to, str) else "", whole(message.get("revision")))


def _accept(room: Room, _message: Mapping[str, Any]) -> None:
    room.accept()


def _agree(room: Room, message: Mapping[str, Any]) -> None:
    level, item = whole(message.get("level")), message.get("item")
    if level is None or not isinstance(item, str):
        raise Refusal(text("Choose a level first."))
    room.agree(item, level, why=clean(message.get("why", ""), text("The reason"), LONGEST),
               dissent=clean(message.get("dissent", ""), text("What the minority says"), LONGEST),
               seen=whole(message.get("seen")))


_ACTS: Final = {"open": _open, "lead": _lead, "accept": _accept, "agree": _agree}
