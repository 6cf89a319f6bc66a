"""The cities from which one city could learn, each with what makes its score; try other weights, invite one."""

from __future__ import annotations

import math
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
_LARGEST_WEIGHT: Final = 1e6

Row = dict[str, Any]
"""One peer as the page shows it; see `PeerList`."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One city, and the sentence that says why it."""

    city_id: str
    why: str

    def body(self) -> dict[str, str]:
        """Return the sentence, as the page writes it."""
        return {"why": self.why}


class PeerList(Keeping, TwoFaces, anywidget.AnyWidget):
    """Peers as rows: the score and its parts, three reasons, what is not known, how firm the place is.

    Parameters
    ----------
    rows
        The best first; dictionaries with city_id, name, country, score (0 to 100), reasons, unknown (lists of
        Text or str), contributions (label, points, possible; points None where nothing is known), margin (points
        ahead of the next, or None), stability (share of other weightings that keep it in the top three, 0 to 1,
        or None), and where known low and high (the score if all were known) and invited (True, or the sentence).
    on_invite
        Told of an invitation: city id, one sentence. It authorises again, may raise any `ExchangeError`, may be
        told twice of the same city after a lost connection, and may return a `Saved`.
    weights
        Criteria that can be weighed: key, label, value. None leaves the sliders out.
    on_weights
        Key -> weight for all of them; returns the rows under these weights and stores nothing.
    language
        Language of the interface.
    key
        Key of what the browser keeps: it must name the person and the city.
    can_invite
        False shows no invitations and refuses them.
    empty
        Why there are no rows, where there are none.
    """

    _esm = source("dom.js", "keep.js", "peer_list.js")
    _css = style("controls.css", "peer_list.css")

    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    weights = traitlets.List(traitlets.Dict()).tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    can_invite = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003
    empty = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, rows: Sequence[Mapping[str, Any]], on_invite: Callable[[str, str], object],
                 weights: Sequence[Mapping[str, Any]] | None = None,
                 on_weights: Callable[[dict[str, float]], Sequence[Mapping[str, Any]]] | None = None,
                 language: str = "en", *, key: str = "peers", can_invite: bool = True, empty: Text | str = "",
                 **kwargs: Any) -> None:
        self._spoken = supported(language)
        self._invite, self._weigh, self._can_invite = on_invite, on_weights, can_invite
        self._weights = [*(weights or ())] if on_weights else []
        self._rows = [shown(row, self._spoken) for row in rows]
        self._names = {row["city_id"]: row["name"] for row in self._rows}
        strings = said.strings(self._spoken, "peers")
        super().__init__(
            rows=self._rows, weights=[_weight_shown(weight, self._spoken) for weight in self._weights], key=key,
            language=self._spoken, dir=direction(self._spoken), can_invite=can_invite,
            empty=say(empty, self._spoken) or str(strings["empty"]), words=strings, **kwargs)
        handler = Handler(self._read, self._pass_on, self._note_down, lambda _city: None)
        self._desk = Desk(self._spoken, {"invite": handler})

    def receive(self, message: object) -> dict[str, Any] | None:
        """Return the reply to one message of a page; None where it deserves none."""
        if isinstance(message, Mapping) and message.get("kind") == "weights":
            return self._reweighed(message)
        return self._desk.answer(message)

    def _read(self, envelope: Envelope, message: Message) -> Invitation:
        if not self._can_invite:
            raise Refusal(text("You can read this list but not invite."))
        if envelope.key not in self._names:
            raise Refusal(text("This city is not in the list. Open the page again."))
        why = clean(message.get("why"), text("The sentence"), LONGEST_WHY)
        if not why:
            raise Refusal(text("Write one sentence first."))
        return Invitation(envelope.key, why)

    def _pass_on(self, invitation: Invitation) -> Saved:
        receipt = self._invite(invitation.city_id, invitation.why)
        return receipt if isinstance(receipt, Saved) else Saved(1, datetime.now(UTC))

    def _note_down(self, invitation: Invitation, _saved: Saved) -> None:
        for row in self._rows:
            if row["city_id"] == invitation.city_id:
                row["invited"] = invitation.why  # the same dictionary that a new page of this kernel gets

    def _reweighed(self, message: Message) -> dict[str, Any] | None:
        seq, values = whole(message.get("seq")), _weights(message.get("values"), self._weights)
        if seq is None or values is None or self._weigh is None:
            return None
        try:
            rows = [shown(row, self._spoken) for row in self._weigh(values)]
        except ExchangeError as error:
            why = text("{finding}. {remedy}", finding=error.findings[0].finding, remedy=error.findings[0].remedy)
            return {"kind": "rows", "seq": seq, "rows": None, "why": why.said(self._spoken)}
        self._names |= {row["city_id"]: row["name"] for row in rows}
        return {"kind": "rows", "seq": seq, "rows": rows}

    def sentence(self) -> str:
        """Return the best peers by name."""
        if not self._rows:
            return str(self.empty)
        peers = count("{n} peer: {names}", "{n} peers: {names}", len(self._rows),
                      names=[row["name"] for row in self._rows[:5]])
        return peers.said(self._spoken)

    def static(self) -> str:
        """Return a table of the peers: score, its parts, reasons, what is not known."""
        opening = f'<div lang="{escape(self._spoken)}" dir="{direction(self._spoken)}">'
        if not self._rows:
            return f"{opening}<p>{escape(self.sentence())}</p></div>"
        parts = [part["label"] for part in self._rows[0]["contributions"]]
        columns = (text("City"), text("Score"), *parts, text("Reasons"), text("What is not known"))
        table = Numbers(columns, tuple(map(_printed, self._rows))).html(self.sentence(), self._spoken)
        return f"{opening}{table}</div>"


def shown(row: Mapping[str, Any], language: str) -> Row:
    """Return a row with every text said and every number finite."""
    return {
        "city_id": str(row["city_id"]), "name": say(row["name"], language),
        "country": say(row.get("country", ""), language),
        "score": float(row["score"]), "low": _finite(row.get("low")), "high": _finite(row.get("high")),
        "reasons": [say(reason, language) for reason in row.get("reasons", ())],
        "unknown": [say(fact, language) for fact in row.get("unknown", ())],
        "contributions": [{"label": say(part["label"], language), "points": _finite(part["points"]),
                           "possible": float(part["possible"])} for part in row.get("contributions", ())],
        "margin": _finite(row.get("margin")), "stability": _finite(row.get("stability")),
        "invited": row.get("invited") or False,
    }


def _finite(value: Any) -> float | None:
    try:
        return float(value) if math.isfinite(value) else None
    except TypeError:  # None, or a missing value of a data frame
        return None


def _printed(row: Row) -> tuple[object, ...]:
    points = (None if part["points"] is None else round(part["points"], 1) for part in row["contributions"])
    name = text("{city}, {country}", city=row["name"], country=row["country"]) if row["country"] else row["name"]
    return name, round(row["score"], 1), *points, "; ".join(row["reasons"]), "; ".join(row["unknown"])


def _weight_shown(weight: Mapping[str, Any], language: str) -> Row:
    return {"key": str(weight["key"]), "label": say(weight["label"], language), "value": float(weight["value"])}


def _weights(values: object, known: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    if not isinstance(values, Mapping) or set(values) != {weight["key"] for weight in known}:
        return None
    if not all(type(value) in (int, float) and 0 <= value <= _LARGEST_WEIGHT for value in values.values()):
        return None
    return {str(key): float(value) for key, value in values.items()}
