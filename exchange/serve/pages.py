"""The light pages: portal, help, health, the switch of language, and what is said when something is wrong."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import jinja2
from tornado.web import HTTPError, RequestHandler

from exchange import __version__
from exchange.errors import ExchangeError
from exchange.serve import words
from exchange.serve.identity import INVITED, LOCAL, sign_in, who
from exchange.serve.local import at_this_machine, preferred
from exchange.serve.overview import City, Network, Overview, next_step, search
from exchange.serve.path import START, STEPS, Place, Stop
from exchange.words import LANGUAGES, Text, direction, say, supported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.store import Viewer

TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, trim_blocks=True,
    lstrip_blocks=True, undefined=jinja2.StrictUndefined)

SCRIPTLESS: Final = ("default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
                     "frame-ancestors 'none'; base-uri 'none'")
"""What the light pages may load: a style sheet and pictures of this server. They need no script."""

SHOWN: Final = 60
"""Cities that the portal lists before it asks for a part of the name."""
FEW: Final = 12
"""Up to so many cities need no search box."""


class Page(RequestHandler):
    """What every page has: a visitor, a language, a place on the path, and one way to be shown."""

    policy: str = SCRIPTLESS
    viewer: Viewer

    def set_default_headers(self) -> None:
        """Let a browser load nothing from elsewhere, and keep nothing of what it shows."""
        self.set_header("Content-Security-Policy", self.policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Find out who asks; nobody is shown anything before that."""
        viewer = who(self) or sign_in(self)
        if viewer is None:
            if self.request.method in {"GET", "HEAD"} and self.settings["sign_in"] == INVITED:
                self.redirect("/sign-in")
                return
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.viewer = viewer

    @property
    def language(self) -> str:
        """The language of this page: of its address, else as chosen, else as the browser asks."""
        asked = self.get_query_argument("language", "") or self.get_cookie("language", "") or ""
        return supported(asked) if asked else preferred(
            self.request.headers.get("Accept-Language", ""))

    @property
    def overview(self) -> Overview:
        """What there is to see for this visitor."""
        made: Overview = self.settings["overview"](self.viewer, self.language)
        return made

    async def place(self, city: str = "", network: str = "") -> Place:
        """Return where this page stands.

        Parameters
        ----------
        city
            Short name of the city; empty: the one that was chosen before, if it is still there.
        network
            Short name of the network; empty: the one that the address asks for, else the city's own.

        Raises
        ------
        HTTPError
            Not found, for a city or network that this visitor does not see.
        """
        network = network or self.get_query_argument("network", "")
        return await asyncio.to_thread(self._find_place, city, network)

    def remember(self, place: Place) -> None:
        """Keep the city for pages whose address names none."""
        if place.city:
            self.set_cookie("city", place.city, samesite="Lax", httponly=True)

    def show(self, template: str, *, title: Text | None = None, place: Place | None = None, current: str = "",
             **values: object) -> None:
        """Show a page from its template."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(TEMPLATES.get_template(template).render(
            **self.frame(title=title, place=place or Place(), current=current), **values))

    def frame(self, *, title: Text | None, place: Place, current: str) -> dict[str, Any]:
        """Return the values that every template uses."""
        language = self.language

        def said(value: object, **values: object) -> str:
            return say(words.filled(value, **values) if isinstance(value, Text) else value, language)

        names = [said(part) for part in (title, place.city_name, words.NAME) if part]
        return {
            "say": said, "words": words, "lang": language, "dir": direction(language), "languages": LANGUAGES,
            "title": " · ".join(dict.fromkeys(names)),
            "place": place, "current": current, "address": self.request.uri,
            "steps": [(number, stop, place.address(stop)) for number, stop in enumerate(STEPS, 1)],
            "xsrf": self.xsrf_token.decode(), "static": self.static_url,
        }

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say in words what is wrong, and what to do."""
        headline, why = _WRONG.get(status_code, (words.FAILED, words.FAILED_WHY))
        error = kwargs.get("exc_info", (None, None, None))[1]
        details = error.__cause__ if isinstance(error, HTTPError) else None
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", "60")
        self.show("wrong.html", title=headline, headline=headline, why=why,
                  findings=details.findings if isinstance(details, ExchangeError) else ())
        self.finish()

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Keep what visitors mistype out of the log."""
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)

    def _find_place(self, slug: str, asked: str) -> Place:
        overview = self.overview
        known = {network.network_id: network for network in overview.networks()}
        if asked and asked not in known:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        chosen = slug or self.get_cookie("city", "") or ""
        found = overview.city(chosen, asked) if chosen else None
        if found:
            own = overview.city(chosen)
            return _place(*found, named=own is None or own[1] != found[1])
        if slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        first = next(iter(known.values()), None)
        network = known.get(asked, first)
        return _place(City("", ""), network, named=network != first) if network else Place()


class Portal(Page):
    """The first page: your city's loop, the one next thing to do, and all cities to choose from."""

    async def get(self) -> None:
        """Show it; ``city`` chooses one, ``network`` a network, ``q`` looks for a city."""
        chosen = self.get_query_argument("city", "")
        place = await self.place(chosen)
        if chosen:
            self.remember(place)
        query = self.get_query_argument("q", "")[:80]
        networks, members, steps = await asyncio.to_thread(self._ask, place)
        found = search(members, query)
        self.show(
            "portal.html", place=place, networks=networks, members=len(members), query=query, few=FEW,
            cities=found[:SHOWN], found=len(found), loop_=[(place.address(_stop(s.key)), s) for s in steps],
            next=next_step(steps), start=place.address(START), visitor=self.viewer.name,
            local=self.settings["sign_in"] == LOCAL,
            door=self.settings["sign_in"] == LOCAL and at_this_machine(self))

    head = get

    def compute_etag(self) -> None:
        """Make no tag: the page carries a fresh token each time."""

    def _ask(self, place: Place) -> tuple[Sequence[Network], Sequence[City], Sequence[Any]]:
        overview = self.overview
        return (overview.networks(),
                overview.cities(place.network) if place.network else (),
                overview.steps(place.city, place.network) if place.city else ())


class Help(Page):
    """What people ask most, answered in a sentence or two."""

    async def get(self) -> None:
        """Show it."""
        self.show("help.html", title=words.HELP, place=await self.place(), current="help")

    head = get


class Language(Page):
    """The switch of language: remembered in the browser, then back to where one was."""

    def post(self) -> None:
        """Remember a language that we speak."""
        asked = self.get_body_argument("language", "")
        if asked in LANGUAGES:
            self.set_cookie("language", asked, expires_days=365, samesite="Lax", httponly=True)
        self.redirect(_way_back(self.get_body_argument("next", "/")), status=HTTPStatus.SEE_OTHER)


class Health(Page):
    """Whether the server is well, for those who watch it."""

    def prepare(self) -> None:
        """Let anybody ask: nothing is said about anybody."""

    def get(self) -> None:
        """Answer in JSON."""
        kernels = self.settings["kernel_manager"]
        self.write({"status": "ok", "version": __version__,
                    "kernels": len(kernels), "most_kernels": kernels.most})

    head = get


class NotFound(Page):
    """Every address that is not one of ours."""

    def prepare(self) -> None:
        """Say so whatever the method is."""
        raise HTTPError(HTTPStatus.NOT_FOUND)


_WRONG: Final[dict[int, tuple[Text, Text]]] = {
    HTTPStatus.BAD_REQUEST: (words.MISTAKEN, words.NOT_FOUND_WHY),
    HTTPStatus.FORBIDDEN: (words.NOT_ALLOWED, words.NOT_ALLOWED_WHY),
    HTTPStatus.GONE: (words.GONE, words.SIGN_IN_ASK),
    HTTPStatus.TOO_MANY_REQUESTS: (words.TOO_OFTEN, words.TOO_OFTEN_WHY),
    HTTPStatus.NOT_FOUND: (words.NOT_FOUND, words.NOT_FOUND_WHY),
    HTTPStatus.SERVICE_UNAVAILABLE: (words.FULL, words.FULL_WHY),
}


def _place(city: City, network: Network, *, named: bool) -> Place:
    return Place(city.slug, city.name, network.network_id, network.name, demo=network.demo, named=named)


def _stop(key: str) -> Stop:
    return next(stop for stop in STEPS if stop.key == key)


def _way_back(address: str) -> str:
    """Return an address of this server, without the language that it may have asked for; else the portal."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not re.match(r"/(?!/)", address) or "\\" in address:
        return "/"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if k != "language"])
    return parts.path + (f"?{query}" if query else "")
