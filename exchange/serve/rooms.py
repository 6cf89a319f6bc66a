"""The door from the portal to the workshop room: it opens the room in a process of its own and leads there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from tornado.web import HTTPError

from exchange.errors import InputError
from exchange.serve.identity import LOCAL
from exchange.serve.local import at_this_machine
from exchange.serve.pages import Page

if TYPE_CHECKING:
    from asyncio.subprocess import Process

START_SECONDS: Final = 30.0


class Rooms:
    """The rooms that this server opened; they end with it.

    Parameters
    ----------
    database
        URL of the store.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._running: dict[str, tuple[Process, str]] = {}

    async def open(self, city: str, network: str, *, phones: bool) -> str:
        """Open the room of a city, or find it open; return the facilitator's address.

        Raises
        ------
        InputError
            When it does not open; with what the command said.
        """
        known = self._running.get(city)
        if known and known[0].returncode is None:
            return known[1]
        command = [sys.executable, "-m", "exchange", "room", "--city", city, "--network", network,
                   "--host", "0.0.0.0" if phones else "127.0.0.1"]  # noqa: S104 - asked for by who runs the room
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "EXCHANGE_DATABASE": self._database})
        address = await self._address(process)
        self._running[city] = process, address
        return address

    @staticmethod
    async def _address(process: Process) -> str:
        assert process.stdout  # noqa: S101 - it is a pipe
        assert process.stderr  # noqa: S101
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while line := await process.stdout.readline():
                    found = re.search(rb"http://127\.0\.0\.1:\d+/f\b", line)
                    if found:
                        return found[0].decode()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        said = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
        raise InputError.at("workshop room", said[-1] if said else "it did not open in time",
                            "Open it by hand: exchange room --city NAME.")

    async def close(self) -> None:
        """End them all."""
        for process, _ in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process, _ in self._running.values():
            await process.wait()


class Door(Page):
    """What the portal's button does."""

    async def post(self) -> None:
        """Open the room of the city that is named, for whoever sits at this machine and acts for it."""
        if self.settings["sign_in"] != LOCAL or not at_this_machine(self):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        place = await self.place(self.get_body_argument("city", ""))
        if not place.city:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        rooms: Rooms = self.settings["rooms"]
        try:
            address = await rooms.open(place.city, place.network, phones=bool(self.get_body_argument("phones", "")))
        except InputError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        # A form may lead to this server only, and the room is another: the page that answers leads on.
        self.set_header("Refresh", f"0; url={address}")
        self.show("room.html", place=place, room=address)
