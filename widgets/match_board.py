"""The pairs of a round on a board: pin, forbid, swap, compare; or what is suggested to one city, to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import anywidget
import traitlets

from exchange.errors import ExchangeError
from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.words import Text, count, direction, say, supported, text
from widgets import words as said
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved, clean, whole
from widgets.sources import source, style

LONGEST_WHY: Final = 500
DECISIONS: Final = ("pin", "release", "forbid", "swap")
ANSWERS: Final = ("accepted", "declined")
SIDES: Final = ("learner", "host")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody decides on a pair.

    Parameters
    ----------
    action
        ``pin``, ``release``, ``forbid``, ``swap``; ``accepted`` or ``declined`` for a city; ``suggest`` for all.
    learner, host
        Ids; for ``suggest`` empty, and the host empty for ``swap``.
    other
        The learner to swap with, or the side for which a city answers.
    why
        The reason.
    """

    action: str
    learner: str = ""
    host: str = ""
    other: str = ""
    why: str = ""

    def body(self) -> dict[str, str]:
        """Return the move, as the page writes it."""
        return {"action": self.action, "host": self.host, "other": self.other, "why": self.why}


@dataclass(frozen=True)
class Shown:
    """What stands on the board.

    Parameters
    ----------
    rows
        Dictionaries with learner_id, name, hosts (host_id, name, score or None, state, label, sides, decided), why,
        options (host_id, name, score or None, free, state, decided); texts are Text or str.
    sentences
        What the pairs give, their proof, what would help.
    changes
        What the last edit changed; None where there was none.
    heads, figures
        The comparison of ways to make the pairs, as a table.
    method
        By which the pairs were made.
    """

    rows: Sequence[Mapping[str, Any]]
    sentences: Sequence[Text] = ()
    changes: Sequence[Text] | None = None
    heads: Sequence[Text] = ()
    figures: Sequence[Sequence[object]] = ()
    method: str = ""


class MatchBoard(Keeping, TwoFaces, anywidget.AnyWidget):
    """Pairs as rows; each can be changed with a reason, and the others follow as little as they must.

    Parameters
    ----------
    show
        Returns what stands on the board now.
    decide
        Told of a `Move`; it authorises again, and may raise any `ExchangeError`.
    methods
        Value -> label of the ways to make the pairs; none for the suggestions to one city.
    remake
        Told of a method to make the pairs anew with; stores nothing.
    language
        Language of the interface.
    key
        Key of what the browser keeps: it must name the person and the round.
    can_edit
        False shows the board and refuses every change.
    mine
        Whether these are the suggestions to one city.
    """

    _esm = source("dom.js", "keep.js", "match_board.js")
    _css = style("controls.css", "match_board.css")

    board = traitlets.Dict().tag(sync=True)
    methods = traitlets.List(traitlets.Dict()).tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    can_edit = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003
    mine = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, show: Callable[[], Shown], decide: Callable[[Move], object],
                 methods: Mapping[str, Text | str] | None = None, remake: Callable[[str], object] | None = None,
                 language: str = "en", *, key: str = "board", can_edit: bool = True, mine: bool = False,
                 **kwargs: Any) -> None:
        self._spoken = supported(language)
        self._show, self._decide, self._remake, self._can_edit = show, decide, remake, can_edit
        self._methods = {value: say(label, self._spoken) for value, label in (methods or {}).items()}
        super().__init__(
            board=self._drawn(), methods=[{"value": v, "label": label} for v, label in self._methods.items()], key=key,
            language=self._spoken, dir=direction(self._spoken), can_edit=can_edit, mine=mine,
            words=said.strings(self._spoken, "board"), **kwargs)
        handler = Handler(self._read, self._write, lambda _move, _saved: self._redraw(), lambda _key: None)
        self._desk = Desk(self._spoken, {"move": handler})

    def receive(self, message: object) -> dict[str, Any] | None:
        """Return the reply to one message of a page; None where it deserves none."""
        if isinstance(message, Mapping) and message.get("kind") == "method":
            return self._made_anew(message)
        return self._desk.answer(message)

    def _read(self, _envelope: Envelope, message: Message) -> Move:
        if not self._can_edit:
            raise Refusal(text("You can read these pairs but not change them."))
        action = message.get("action")
        if action == "suggest" and self._methods:
            return Move("suggest")
        values = {name: message.get(name) for name in ("learner", "host", "other")}
        if action not in (*DECISIONS, *ANSWERS) or not all(isinstance(value, str) for value in values.values()):
            raise Refusal(text("This cannot be decided here. Open the page again."))
        known = {row["learner_id"] for row in self.board["rows"]}
        if values["learner"] not in known or (action in ANSWERS and values["other"] not in SIDES):
            raise Refusal(text("This city is not on the board. Open the page again."))
        why = clean(message.get("why"), text("The sentence"), LONGEST_WHY)
        if not why and action != "accepted":
            raise Refusal(text("Write one sentence first."))
        learner, host, other = (str(values[name])[:200] for name in ("learner", "host", "other"))
        return Move(str(action), learner, host, other, why)

    def _write(self, move: Move) -> Saved:
        self._decide(move)
        return Saved(1, datetime.now(UTC))

    def _redraw(self) -> None:
        self.board = self._drawn()

    def _made_anew(self, message: Message) -> dict[str, Any] | None:
        seq, method = whole(message.get("seq")), message.get("method")
        if seq is None or method not in self._methods or self._remake is None:
            return None
        try:
            self._remake(str(method))
            self._redraw()
        except ExchangeError as error:
            why = text("{finding}. {remedy}", finding=error.findings[0].finding, remedy=error.findings[0].remedy)
            return {"kind": "made", "seq": seq, "why": why.said(self._spoken)}
        return {"kind": "made", "seq": seq, "why": ""}

    def _drawn(self) -> dict[str, Any]:
        shown, language = self._show(), self._spoken
        return {
            "rows": [_row(row, language) for row in shown.rows],
            "sentences": [say(one, language) for one in shown.sentences],
            "changes": None if shown.changes is None else [say(one, language) for one in shown.changes],
            "heads": [say(head, language) for head in shown.heads],
            "figures": [[say(cell, language) for cell in row] for row in shown.figures],
            "method": shown.method,
        }

    def sentence(self) -> str:
        """Return how many cities have a host, or how many suggestions wait."""
        rows = self.board["rows"]
        if not rows:
            return str(self.words["empty_mine" if self.mine else "empty"])
        if self.mine:
            return count("{n} pair is suggested", "{n} pairs are suggested", len(rows)).said(self._spoken)
        return " ".join(f"{one}." for one in self.board["sentences"])

    def static(self) -> str:
        """Return a table of the pairs, why some cities have no host, and the comparison."""
        opening = f'<div lang="{escape(self._spoken)}" dir="{direction(self._spoken)}">'
        rows = self.board["rows"]
        if not rows:
            return f"{opening}<p>{escape(self.sentence())}</p></div>"
        heads = (text("Learner"), text("Host"), text("Score of 100"), text("State"), text("Who decided, and why"))
        cells = tuple(cell for row in rows for cell in _printed(row))
        parts = [Numbers(heads, cells).html(self.sentence(), self._spoken)]
        if self.board["figures"]:
            figures = tuple(map(tuple, self.board["figures"]))
            parts.append(Numbers(tuple(self.board["heads"]), figures).html(
                text("Compare ways to make the pairs"), self._spoken))
        return f"{opening}{''.join(parts)}</div>"


def _row(row: Mapping[str, Any], language: str) -> Row:
    return {
        "learner_id": str(row["learner_id"]), "name": say(row["name"], language), "why": say(row["why"], language),
        "hosts": [{"host_id": str(host["host_id"]), "name": say(host["name"], language),
                   "score": _points(host["score"]), "state": host["state"], "label": say(host["label"], language),
                   "sides": [*host["sides"]], "decided": [say(one, language) for one in host["decided"]]}
                  for host in row["hosts"]],
        "options": [{"host_id": str(option["host_id"]), "name": say(option["name"], language),
                     "score": _points(option["score"]), "free": bool(option["free"]), "state": option["state"],
                     "label": say(option.get("label", ""), language),
                     "decided": [say(one, language) for one in option["decided"]]} for option in row["options"]],
    }


def _points(score: float | None) -> float | None:
    return None if score is None else round(float(score), 1)


def _printed(row: Row) -> list[tuple[object, ...]]:
    if not row["hosts"]:
        return [(row["name"], text("nobody"), None, None, row["why"])]
    return [(row["name"], host["name"], host["score"], host["label"], "; ".join(host["decided"]))
            for host in row["hosts"]]
