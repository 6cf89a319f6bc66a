"""An answer as a person changes it: checked word for word before anything is written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from exchange.vocabulary import ANSWERED, BLANK, CONFIDENCE, SENSITIVITY, STATES
from exchange.words import text
from widgets.keeping import Envelope, Message, Refusal, clean

LONGEST_NOTE: Final = 4000
LONGEST_REFERENCE: Final = 500
MOST_EVIDENCE: Final = 20

Answer = dict[str, Any]
"""What is known of one item: state, level, note, confidence, evidence, quantity, revision."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link or document that shows it, and who may see that."""

    reference: str
    sensitivity: str


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """One change of one answer, checked: the whole answer as it should stand.

    Parameters
    ----------
    item, state, level, note, confidence, evidence, quantity
        The answer. `level` is None unless `state` is ``answered``; `confidence` and `quantity` (in the unit of
        the item) are None where nobody said.
    revision
        The revision of the stored answer that the person saw; 0 where there was none.
    client, seq
        The page that sends it and that page's count: the same pair is the same change, sent again.
    """

    item: str
    state: str
    level: int | None
    note: str
    confidence: str | None
    evidence: tuple[Evidence, ...]
    quantity: float | None
    revision: int
    client: str
    seq: int

    def body(self) -> Answer:
        """Return the answer as the page writes it, without its revision."""
        shown = [{"reference": e.reference, "sensitivity": e.sensitivity} for e in self.evidence]
        return {"state": self.state, "level": self.level, "note": self.note, "confidence": self.confidence,
                "evidence": shown, "quantity": self.quantity}


def checked(item: Mapping[str, Any], envelope: Envelope, message: Message) -> AnswerEvent:
    """Return the change that a message asks for.

    Parameters
    ----------
    item
        The item as the form has it: id, levels, quantity.
    envelope, message
        What the page sent.

    Raises
    ------
    Refusal
        The message is not an answer to this item.
    """
    state, level = _state(message.get("state"), message.get("level"), item)
    return AnswerEvent(
        item=envelope.key, state=state, level=level,
        note=clean(message.get("note", ""), text("The note"), LONGEST_NOTE),
        confidence=_confidence(message.get("confidence")), evidence=_evidence(message.get("evidence", [])),
        quantity=_quantity(message.get("quantity"), item.get("quantity")),
        revision=envelope.revision, client=envelope.client, seq=envelope.seq)


def read_answer(stored: Mapping[str, Any]) -> Answer:
    """Return a stored answer with every part there; NaN and NA are none, as in a row of a data frame.

    The number of an answer is ``quantity`` or, as the store calls it, ``raw_value``.
    """
    note, evidence = stored.get("note"), stored.get("evidence")
    confidence = stored.get("confidence")
    return {
        "state": str(stored.get("state", BLANK)), "level": _number(stored.get("level"), int),
        "note": note if isinstance(note, str) else "",
        "confidence": confidence if isinstance(confidence, str) and confidence in CONFIDENCE else None,
        "evidence": [{"reference": str(e["reference"]), "sensitivity": str(e["sensitivity"])} for e in evidence]
        if isinstance(evidence, list | tuple) else [],
        "quantity": _number(stored.get("quantity", stored.get("raw_value")), float),
        "revision": _number(stored.get("revision"), int) or 0,
    }


def _number(value: Any, kind: type[int | float]) -> Any:
    try:
        return None if value is None or value != value else kind(value)  # noqa: PLR0124
    except (TypeError, ValueError, OverflowError):
        return None


def _state(state: object, level: object, item: Mapping[str, Any]) -> tuple[str, int | None]:
    if not isinstance(state, str) or state not in STATES:
        raise Refusal(text("This kind of answer is not known. Open the page again."))
    if state != ANSWERED:
        if level is not None:
            raise Refusal(text("Only an answer with a level may have one. Open the page again."))
        return state, None
    if type(level) is not int or level not in {step["value"] for step in item["levels"]}:
        raise Refusal(text("{item} has no such level. Choose one of those shown.", item=item["id"]))
    return state, level


def _confidence(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value in CONFIDENCE):
        return value
    raise Refusal(text("How sure you are is low, medium or high."))


def _evidence(value: object) -> tuple[Evidence, ...]:
    if not isinstance(value, list) or len(value) > MOST_EVIDENCE:
        raise Refusal(text("Name up to {most} pieces of evidence.", most=MOST_EVIDENCE))
    return tuple(map(_piece, value))


def _piece(value: object) -> Evidence:
    piece = value if isinstance(value, Mapping) else {}
    reference = clean(piece.get("reference"), text("The link or document"), LONGEST_REFERENCE)
    sensitivity = piece.get("sensitivity")
    if not reference or not isinstance(sensitivity, str) or sensitivity not in SENSITIVITY:
        raise Refusal(text("Name each piece of evidence and choose who may see it."))
    return Evidence(reference, sensitivity)


def _quantity(value: object, asked: Mapping[str, Any] | None) -> float | None:
    if value is None:
        return None
    if asked is None:
        raise Refusal(text("This question does not ask for a number."))
    high = math.inf if asked["high"] is None else asked["high"]
    fits = type(value) in (int, float) and math.isfinite(value) and asked["low"] <= value <= high  # type: ignore[arg-type,operator]
    if not fits or (asked["whole"] and value != int(value)):  # type: ignore[call-overload]
        raise Refusal(text("The number is not possible here. Look at its unit and bounds."))
    return float(value)  # type: ignore[arg-type]
