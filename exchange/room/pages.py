"""What every page of the room has: a language, one way to be shown, headers that let nothing foreign in."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import jinja2
from tornado.web import HTTPError, RequestHandler

from exchange.errors import ExchangeError
from exchange.room import words
from exchange.serve.local import at_this_machine, preferred
from exchange.words import LANGUAGES, Text, direction, say, supported

if TYPE_CHECKING:
    from exchange.room.book import Book
    from exchange.room.writer import Writer
    from exchange.serve.local import Limiter

TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, trim_blocks=True,
    lstrip_blocks=True, undefined=jinja2.StrictUndefined)

POLICY: Final = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                 "form-action 'self'; frame-ancestors 'none'; base-uri 'none'")

SEAT: Final = "seat"
FACILITATOR: Final = "facilitator"
MONTH: Final = 30


class Page(RequestHandler):
    """A page of the room."""

    def set_default_headers(self) -> None:
        """Let a browser load nothing from elsewhere, and keep nothing of what it shows."""
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    @property
    def book(self) -> Book:
        """The room."""
        return cast("Book", self.settings["book"])

    @property
    def writer(self) -> Writer:
        """The one who writes."""
        return cast("Writer", self.settings["writer"])

    @property
    def codes(self) -> Limiter:
        """Who typed wrong codes or keys lately."""
        return cast("Limiter", self.settings["codes"])

    @property
    def language(self) -> str:
        """The language of this page: as chosen, else as the browser asks."""
        asked = self.get_query_argument("language", "") or self.get_cookie("language", "") or ""
        if asked:
            return supported(asked)
        return preferred(self.request.headers.get("Accept-Language", ""))

    @property
    def facilitates(self) -> bool:
        """Whether the facilitator is asking: at the computer that serves, or with the facilitator's key."""
        if self.settings["local"] and at_this_machine(self):
            return True
        return self.get_signed_cookie(FACILITATOR) == str(self.book.row["workshop_id"]).encode()

    def respondent(self) -> str | None:
        """Return for whom this phone answers, or nobody."""
        return self.book.respondent(self.get_cookie(SEAT, "") or "")

    def said(self, sentence: object, **values: object) -> str:
        """Return a sentence in the language of this page."""
        return say(words.filled(sentence, **values) if isinstance(sentence, Text) else sentence, self.language)

    def show(self, template: str, **values: object) -> None:
        """Show a page from its template."""
        language = self.language
        if self.get_query_argument("language", ""):
            self.set_cookie("language", language, expires_days=365, samesite="Lax", httponly=True)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = TEMPLATES.get_template(template)
        self.write(page.render(
            say=self.said, words=words, lang=language, dir=direction(language), languages=LANGUAGES,
            static=self.static_url, xsrf=self.xsrf_token.decode(), city=self.book.workbook.city["name"],
            demo=self.book.workbook.fictional, path=self.request.path, code=self.book.code, **values))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say in words what is wrong."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        message = error.log_message if isinstance(error, HTTPError) and error.log_message else None
        why = getattr(words, message, words.WRONG) if message else words.WRONG
        cause = error.__cause__ if isinstance(error, HTTPError) else error
        findings = [str(f) for f in cause.findings] if isinstance(cause, ExchangeError) else []
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            self.finish(json.dumps({"error": status_code, "why": self.said(why)}))
            return
        self.show("wrong.html", why=why, findings=findings)
        self.finish()


def refused(status: HTTPStatus, why: str) -> HTTPError:
    """Return the error that shows one of our sentences, named as in `words`."""
    return HTTPError(status, why)


class FacilitatorPage(Page):
    """A page that the facilitator alone may open."""

    def prepare(self) -> None:
        """Let nobody else in."""
        if not self.facilitates:
            raise refused(HTTPStatus.FORBIDDEN, "FACILITATOR_ONLY")
