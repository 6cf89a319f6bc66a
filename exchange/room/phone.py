"""What people see on their phones: join with a code, choose a group, answer; nothing typed is lost."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from tornado.web import HTTPError

from exchange.errors import ExchangeError, InputError, NotAllowedError
from exchange.room import words
from exchange.room.book import said_of, wording
from exchange.room.pages import MONTH, SEAT, Page, refused
from exchange.store import EditConflictError, Saved
from exchange.vocabulary import NOT_APPLICABLE, STAKEHOLDER_GROUPS, UNKNOWN

MOST_MESSAGES: Final = 100
SAID: Final = ("SAVED", "NOTHING_YET", "WAITING", "LOST", "NO_STORAGE", "LOCKED", "LOOK_UP", "AGAIN", "NOT_ASKED",
               "AGREEING", "REFUSED",
               "CONFLICT", "THEIRS", "MINE", "ON_SCREEN", "TIME_LEFT", "TIME_UP", "CLOSED", "CLOSED_WITH",
               "KEEP_THEIRS", "USE_MINE", "UNKNOWN", "NOT_APPLICABLE", "LEVEL_N")
"""Sentences of which the phone says the right one at the right time; it fills in their values."""


class Front(Page):
    """The first page asks for the code on the screen."""

    def get(self) -> None:
        """Ask for the code, or lead to the room that has it."""
        typed = "".join(self.get_query_argument("code", "").upper().split())[:20]
        if not typed:
            self.show("front.html", typed="")
            return
        self._check_tries()
        if typed == self.book.code and not self.book.closed:
            self.redirect(f"/r/{typed}")
            return
        self.codes.note(self.request.remote_ip or "")
        self.set_status(HTTPStatus.NOT_FOUND)
        self.show("front.html", typed=typed)

    head = get

    def _check_tries(self) -> None:
        if self.codes.refuses(self.request.remote_ip or ""):
            raise refused(HTTPStatus.TOO_MANY_REQUESTS, "TOO_OFTEN")


class Room(Page):
    """The room on a phone: a seat first, then the questions."""

    def get(self, code: str) -> None:
        """Show the questions to whoever has a seat, and the door to everybody else."""
        self._check(code)
        respondent = self.respondent()
        if respondent is None:
            self._door()
            return
        language = self.language
        self.show("phone.html", items=[wording(language)[item] for item in self.book.items],
                  data=self._data(respondent), unknown=UNKNOWN, not_applicable=NOT_APPLICABLE)

    async def post(self, code: str) -> None:
        """Take a seat."""
        self._check(code)
        key = self.get_body_argument("key", "")
        group = self.get_body_argument("group", "")
        if len(key) < 22 or group not in STAKEHOLDER_GROUPS:
            self.set_status(HTTPStatus.BAD_REQUEST)
            self._door(problem=True)
            return
        try:
            await asyncio.to_thread(self.book.join, key[:64], group, self.get_body_argument("table", ""))
        except ExchangeError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        self.set_cookie(SEAT, key[:64], expires_days=MONTH, httponly=True, samesite="Lax")
        self.redirect(f"/r/{code}", status=HTTPStatus.SEE_OTHER)

    def _check(self, code: str) -> None:
        if self.codes.refuses(self.request.remote_ip or ""):
            raise refused(HTTPStatus.TOO_MANY_REQUESTS, "TOO_OFTEN")
        if code != self.book.code or self.book.closed:
            if self.book.closed and self.respondent():
                raise refused(HTTPStatus.GONE, "CLOSED")
            self.codes.note(self.request.remote_ip or "")
            raise refused(HTTPStatus.NOT_FOUND, "NO_SEAT")

    def _door(self, *, problem: bool = False) -> None:
        self.show("door.html", key=secrets.token_urlsafe(24), groups=STAKEHOLDER_GROUPS, problem=problem)

    def _data(self, respondent: str) -> dict[str, Any]:
        empty = {"n": "{n}", "time": "{time}", "answer": "{answer}"}
        return {"room": self.book.row["workshop_id"], "seat": respondent, "code": self.book.code,
                "items": self.book.items, "state": _state(self, respondent),
                "words": {name: self.said(getattr(words, name), **empty) for name in SAID}}


class Seated(Page):
    """What the page on a phone asks; for people in the room alone."""

    def check_xsrf_cookie(self) -> None:
        """Ask for a header that no page of another site can send, in place of a cookie that reloads may lose."""
        kind = self.request.headers.get("Content-Type", "")
        if self.request.method == "POST" and not ("X-Room" in self.request.headers and kind == "application/json"):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def prepare(self) -> None:
        """Find out whose phone it is."""
        respondent = self.respondent()
        if respondent is None:
            raise refused(HTTPStatus.FORBIDDEN, "NO_SEAT")
        self.voice = respondent


class State(Seated):
    """Where the room stands, and what the record holds of this phone's answers."""

    def get(self) -> None:
        """Answer in JSON."""
        self.write(_state(self, self.voice))


class Answers(Seated):
    """Where phones send what was answered: as often as they like, it counts once."""

    async def post(self) -> None:
        """Keep each message and say what became of it; what is acknowledged is on the disk."""
        messages = self._messages()
        if self.book.closed:
            raise refused(HTTPStatus.GONE, "CLOSED")
        results = await asyncio.gather(*map(self._one, messages))
        self.write({"results": results, "state": _state(self, self.voice)})

    def _messages(self) -> list[dict[str, Any]]:
        try:
            messages = json.loads(self.request.body)["messages"]
            fits = isinstance(messages, list) and 0 < len(messages) <= MOST_MESSAGES
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        if not fits or not all(isinstance(message, dict) for message in messages):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return list(messages)

    async def _one(self, message: dict[str, Any]) -> dict[str, Any]:
        named = {"client": message.get("client"), "seq": message.get("seq")}
        try:
            said = said_of(message, self.voice)
            if said.item not in self.book.items:
                raise InputError.at(f"answer {said.item}", "this room does not ask it", "Reload the page.")
            if said.level is not None and not 0 <= said.level <= self.book.top:
                raise InputError.at(f"answer {said.item}", "the scale has no such level", "Reload the page.")
        except InputError:
            return {**named, "outcome": "invalid"}
        seen = message.get("room")
        in_time = self.book.stage.takes(said.item, seen if type(seen) is int else self.book.revision)
        outcome = await self.writer.put(said if in_time else replace(said, too_late=True))
        match outcome:
            case NotAllowedError():
                return {**named, "outcome": "locked"}
            case Saved():
                return {**named, "outcome": outcome.outcome, "revision": outcome.revision}
            case EditConflictError():
                theirs = {name: outcome.theirs[name] for name in ("state", "level", "note", "revision")}
                return {**named, "outcome": "conflict", "theirs": theirs}
            case InputError() if "arrived before" in str(outcome):
                return {**named, "outcome": "renumber"}
            case InputError():
                return {**named, "outcome": "invalid"}
        raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from outcome


def _state(page: Page, respondent: str) -> dict[str, Any]:
    book = page.book
    stage = book.stage
    answers = {item: [row["state"], row["level"], row["note"], row["revision"]]
               for item, row in book.answers.get(respondent, {}).items()}
    before = {item: [row["state"], row["level"], row["note"]]
              for item, row in book.before.get(respondent, {}).items()} if book.turn != 1 else {}
    return {"revision": book.revision, "turn": book.turn, "phase": book.phase, "item": stage.item,
            "open": [item for item in book.items if book.asks(item) and item not in stage.locked],
            "asked": [item for item in book.items if book.asks(item)], "answers": answers, "before": before,
            "left": stage.left(book.workbook.store.now()), "closed": book.closed}
