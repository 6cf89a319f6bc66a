"""The door for people who were invited: a link, a button, and a way out."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from tornado.web import HTTPError

from exchange.errors import NotFoundError
from exchange.serve import words
from exchange.serve.identity import accept, forget, who
from exchange.serve.pages import Page

if TYPE_CHECKING:
    from exchange.serve.local import Limiter


class Outside(Page):
    """A page for people who are not signed in."""

    def prepare(self) -> None:
        """Let anybody look: nothing is said about anybody."""

    @property
    def tries(self) -> Limiter:
        """Who tried a wrong key lately."""
        return cast("Limiter", self.settings["tries"])


class SignIn(Outside):
    """What somebody sees who is not signed in."""

    def get(self) -> None:
        """Say how to come in."""
        self.show("sign_in.html", title=words.SIGN_IN, current="sign-in")

    head = get


class Invitation(Outside):
    """Where the link of an invitation leads."""

    def get(self, key: str) -> None:
        """Ask first: programs that look at links before people do must not use them up."""
        self.show("invitation.html", title=words.SIGN_IN, key=key)

    async def post(self, key: str) -> None:
        """Sign in."""
        address = self.request.remote_ip or ""
        if self.tries.refuses(address):
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS)
        try:
            await asyncio.to_thread(accept, self, key)
        except NotFoundError as error:
            self.tries.note(address)
            raise HTTPError(HTTPStatus.GONE) from error
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class SignOut(Outside):
    """The way out."""

    async def post(self) -> None:
        """End the session, and the kernels that it opened."""
        viewer = who(self)
        await asyncio.to_thread(forget, self)
        if viewer is not None:
            await self.settings["kernel_manager"].end_of(viewer)
        self.redirect("/sign-in", status=HTTPStatus.SEE_OTHER)
