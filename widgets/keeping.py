"""What a browser sends is checked again, saved once, and answered: saved, refused, conflict or later.

The browser keeps every change until it is answered, and sends it again if it is not. So a repeated message must
do nothing twice, and what cannot be mended by sending it again must be refused, or it would be sent for ever.

The messages, both ways, are JSON objects::

    browser -> kernel  {kind, key, revision, client, seq, ...the change itself}
    kernel -> browser  {kind: "saved",    key, client, seq, revision, at}
                       {kind: "refused",  key, client, seq, why}           out of the browser's queue, shown
                       {kind: "conflict", key, client, seq, theirs}        both shown, the person chooses
                       {kind: "later",    key, client, seq, why}           stays in the queue, sent again

`key` is the thing that is changed, `revision` the one of it that the person saw (0: none), `client` a page in a
browser, `seq` counts that page's changes.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from exchange.errors import ConflictError, ExchangeError, StoreError
from exchange.words import Text, text

Message = Mapping[str, Any]
Reply = dict[str, Any]

_LOG = logging.getLogger(__name__)
_CLIENT: Final = re.compile(r"[0-9a-f]{8,32}")
_MOST_REMEMBERED: Final = 5000
_LARGEST: Final = 2**53 - 1  # what a browser counts without loss


@dataclass(frozen=True, slots=True)
class Saved:
    """The record's receipt.

    Parameters
    ----------
    revision
        The revision that the thing has now; the store counts it.
    at
        When. A time without a zone is read as UTC.
    """

    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends a change of which thing, seen at which revision."""

    kind: str
    key: str
    revision: int
    client: str
    seq: int


class Event(Protocol):
    """A checked change, as a `save` callback gets it."""

    def body(self) -> Mapping[str, Any]:
        """Return the change itself, to be held against somebody else's version."""
        ...


class Refusal(Exception):  # noqa: N818
    """A change that cannot be kept, in words for the person who made it."""

    def __init__(self, why: Text) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of change is read, saved, and remembered.

    Parameters
    ----------
    read
        Checks a message and returns an event; raises `Refusal`.
    save
        Writes the event and returns the receipt; may raise any `ExchangeError`.
    after
        Told of each event that was saved.
    theirs
        Returns what the record holds now for a key (with ``revision``), or None.
    """

    read: Callable[[Envelope, Message], Any]
    save: Callable[[Any], Saved]
    after: Callable[[Any, Saved], None]
    theirs: Callable[[str], Mapping[str, Any] | None]


class Keeping:
    """What widgets share that keep something: they answer the page, then tell whoever follows what was saved.

    Stands before the widget class among the bases; the widget defines `receive`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._followers: list[Callable[[], object]] = []
        super().__init__(*args, **kwargs)
        self.on_msg(self._hear)  # type: ignore[attr-defined]

    def receive(self, message: object) -> Reply | None:
        """Act on one message of a page; return the reply, or None where it deserves none."""
        raise NotImplementedError

    def on_saved(self, follower: Callable[[], object]) -> None:
        """Call `follower` after each change that was saved, once the page has its answer: pictures follow so."""
        self._followers.append(follower)

    def _hear(self, _widget: object, message: object, _buffers: object) -> None:
        reply = self.receive(message)
        if reply is None:
            return
        self.send(reply)  # type: ignore[attr-defined]
        if reply["kind"] == "saved":
            self.tell_followers()

    def tell_followers(self) -> None:
        """Let everything that follows be made anew; what fails stops nothing else."""
        for follower in self._followers:
            try:
                follower()
            except Exception:  # noqa: BLE001 - one picture that fails stops no other
                _LOG.exception("What follows a saved change could not be shown")


class Desk:
    """Takes the messages of the pages that show one widget.

    Parameters
    ----------
    language
        Language of the reasons.
    handlers
        Kind of change -> how it is handled. Any other kind is not answered.
    """

    def __init__(self, language: str, handlers: Mapping[str, Handler]) -> None:
        self._language = language
        self._handlers = handlers
        self._receipts: dict[tuple[str, str], Reply] = {}

    def answer(self, message: object) -> Reply | None:
        """Return the reply to a message; None to one that is not for this desk or makes no sense."""
        envelope = _envelope(message)
        if envelope is None or not isinstance(message, Mapping) or envelope.kind not in self._handlers:
            return None
        receipt = self._receipts.get((envelope.client, envelope.key))
        if receipt is None:
            return self._take(envelope, message)
        if envelope.seq <= receipt["seq"]:
            return receipt
        # The same page changes again what it has just changed: that is no conflict.
        return self._take(replace(envelope, revision=max(envelope.revision, receipt["revision"])), message)

    def _take(self, envelope: Envelope, message: Message) -> Reply:
        handler = self._handlers[envelope.kind]
        try:
            event = handler.read(envelope, message)
            return self._settle(envelope, handler, event)
        except Refusal as refusal:
            return _reply("refused", envelope, why=refusal.why.said(self._language))
        except StoreError:
            _LOG.warning("A change could not be saved yet", exc_info=True)
            return _reply("later", envelope, why=_LATER.said(self._language))
        except ExchangeError as error:
            return _reply("refused", envelope, why=_why(error).said(self._language))
        except Exception:  # noqa: BLE001 - the page must get an answer, whatever broke
            _LOG.exception("A change could not be saved")
            return _reply("refused", envelope, why=_BROKEN.said(self._language))

    def _settle(self, envelope: Envelope, handler: Handler, event: Any) -> Reply:
        try:
            return self._saved(envelope, handler, event, handler.save(event))
        except ConflictError as error:
            theirs = handler.theirs(envelope.key)
            if theirs is None:
                return _reply("refused", envelope, why=_why(error).said(self._language))
            if {**event.body()} == {name: value for name, value in theirs.items() if name != "revision"}:
                return self._saved(envelope, handler, event, Saved(theirs["revision"], datetime.now(UTC)))
            return _reply("conflict", envelope, theirs={**theirs})

    def _saved(self, envelope: Envelope, handler: Handler, event: Any, saved: Saved) -> Reply:
        handler.after(event, saved)
        reply = _reply("saved", envelope, revision=saved.revision, at=_moment(saved.at))
        self._receipts[envelope.client, envelope.key] = reply
        if len(self._receipts) > _MOST_REMEMBERED:
            del self._receipts[next(iter(self._receipts))]
        return reply


_LATER: Final = text("The record cannot be written at the moment; it is tried again every few seconds.")
_BROKEN: Final = text("This could not be saved, and we do not know why. Try again, or tell whoever runs the workbook.")


def _why(error: ExchangeError) -> Text:
    said = [f"{finding.finding[:1].upper()}{finding.finding[1:]}. {finding.remedy}" for finding in error.findings]
    return text("This was not saved. {why}", why=" ".join(said))


def _moment(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _reply(kind: str, envelope: Envelope, **more: Any) -> Reply:
    return {"kind": kind, "key": envelope.key, "client": envelope.client, "seq": envelope.seq, **more}


def _envelope(message: object) -> Envelope | None:
    if not isinstance(message, Mapping):
        return None
    kind, key, client = (message.get(name) for name in ("kind", "key", "client"))
    revision, seq = whole(message.get("revision")), whole(message.get("seq"))
    if not (isinstance(kind, str) and isinstance(key, str) and isinstance(client, str)):
        return None
    if revision is None or seq is None or not 0 < len(key) <= 200 or not _CLIENT.fullmatch(client):
        return None
    return Envelope(kind, key, revision, client, seq)


def whole(value: object) -> int | None:
    """Return a whole number that a browser can have meant (0 or more, not true or false), else None."""
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def clean(value: object, what: Text, most: int) -> str:
    """Return text that can be stored.

    Characters without a shape (controls, halves of surrogate pairs) are left out: no database takes them all.

    Raises
    ------
    Refusal
        Not text, or longer than `most` characters.
    """
    if not isinstance(value, str):
        raise Refusal(text("{what} must be text.", what=what))
    kept = "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    if len(kept) > most:
        raise Refusal(text("{what} is longer than {most} characters. Shorten it.", what=what, most=most))
    return kept
