"""A notebook as a page: opened for one city and one visitor, streamed while its cells run."""

from __future__ import annotations

import asyncio
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from exchange.errors import InputError
from exchange.notebooks import declared, prepare, read
from exchange.serve import words
from exchange.serve.identity import environment
from exchange.serve.kernels import FullError
from exchange.serve.pages import TEMPLATES, Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nbformat import NotebookNode

    from exchange.serve.path import Place, Stop
    from exchange.serve.rendering import Renderer

SCRIPTED: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob:; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'self'")
"""What a notebook page may load. Widgets come as code from the kernel; nothing comes from another host."""

ASKED: Final = ("exchange", "round")
"""What an address may ask of a notebook beside its city, network and language."""

SOON: Final = 0.02
"""Seconds without a further piece after which what is there is sent."""
HEARTBEAT: Final = 10.0
"""Seconds of silence after which a comment is sent, so that nobody on the way closes the connection."""

log = logging.getLogger(__name__)


class NotebookPage(Page):
    """One of the seven notebooks, for one city."""

    policy = SCRIPTED

    def initialize(self, stop: Stop) -> None:
        """Take the notebook that this address is for."""
        self.stop = stop
        self.left = False
        self.rendering: asyncio.Future[None] | None = None

    async def get(self, slug: str = "") -> None:
        """Open the notebook in a kernel of its own and stream the page."""
        if "prefetch" in self.request.headers.get("Sec-Purpose", ""):
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)  # a browser's guess is not worth a kernel
        here = await self._here(slug)
        if here is None:
            self.redirect("/")
            return
        if self.settings["kernel_manager"].full():
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        self.remember(here)
        async with self.settings["gate"].turn():
            if not self.left:
                await self._open(here)

    def prepared(self, node: NotebookNode) -> NotebookNode:
        """Return the notebook with the parameters of this address, in the language of this page.

        Voilà calls it before a kernel is started, through its prelaunch hook.
        """
        here = self.here
        known = declared(node)
        given = {"city": here.city, "network": here.network, "language": self.language}
        asked = {name: said for name in ASKED if (said := self.get_query_argument(name, ""))}
        texts = {**{name: said for name, said in given.items() if name in known}, **asked}
        ready = prepare(node, read(known, texts), self.language)
        _link(ready, here.links())
        around = self._around(ready.metadata.exchange.title, here)
        ready.metadata.exchange.update(step=self.stop.key, **around)
        return ready

    def on_connection_close(self) -> None:
        """Stop working for a visitor who left before the page was there."""
        self.left = True
        if self.rendering:
            self.rendering.cancel()

    async def _here(self, slug: str) -> Place | None:
        """Return where this page stands, or nothing where a city must be chosen first."""
        if self.stop.key == "learn":
            return await self.place(network=slug)
        place = await self.place(slug)
        return place if place.city else None

    async def _open(self, here: Place) -> None:
        self.here = here
        renderer = self.settings["renderer"](self, self.stop.notebook)
        try:
            await renderer.initialize()
        except InputError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        kernels = self.settings["kernel_manager"]
        try:
            kernel_id = await kernels.start_for(self.viewer, self._told())
        except FullError as error:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from error
        self.rendering = asyncio.ensure_future(self._stream(renderer, kernel_id))
        try:
            await self.rendering
        except (asyncio.CancelledError, StreamClosedError):
            await kernels.end(kernel_id)

    async def _stream(self, renderer: Renderer, kernel_id: str) -> None:
        kernels = self.settings["kernel_manager"]
        renderer.notebook.metadata.exchange["kernel"] = kernel_id
        self.set_header("Content-Type", "text/html; charset=utf-8")
        pieces = renderer.generate_content_generator(kernel_id, kernels.get_kernel(kernel_id))
        try:
            await self._send(pieces)
        except (asyncio.CancelledError, StreamClosedError):
            raise
        except Exception:  # a kernel that does not start, or dies meanwhile: say so, never wait for ever
            log.warning("%s: the kernel ended while the page was made", self.stop.notebook)
            log.info("The kernel ended", exc_info=True)
            self.write("<script>exchangeLost()</script>")
            await kernels.end(kernel_id)

    async def _send(self, pieces: AsyncIterator[tuple[str, Any]]) -> None:
        """Send the pieces as they come, those that come together in one go."""
        coming = asyncio.ensure_future(anext(pieces, None))
        try:
            while True:
                if not (await asyncio.wait({coming}, timeout=SOON))[0]:
                    await self.flush()
                    while not (await asyncio.wait({coming}, timeout=HEARTBEAT))[0]:
                        self.write("<!-- -->")
                        await self.flush()
                piece = coming.result()
                if piece is None:
                    return
                self.write(piece[0])
                coming = asyncio.ensure_future(anext(pieces, None))
        finally:
            coming.cancel()

    def _told(self) -> dict[str, str]:
        """Return what the server tells the kernel; only the language was chosen by the client."""
        return {**environment(self.viewer), "EXCHANGE_LANG": self.language,
                "EXCHANGE_DATABASE": self.settings["database"]}

    def _around(self, heading: str, here: Place) -> dict[str, str]:
        """Return the parts of the page around the notebook, as HTML and as the title of the window."""
        label = self.stop.label if self.stop.key in words.LABELS else None
        frame = self.frame(title=label, place=here, current=self.stop.key)
        parts = {name: TEMPLATES.get_template(f"{name}.html").render(**frame) for name in _AROUND}
        return {**parts, "title": frame["title"] if label else f"{heading} · {frame['title']}"}


_AROUND: Final = ("head", "scripts", "lost", "top", "wait")
"""The parts of a page around the notebook, as the light pages have them too."""


def prelaunch(page: NotebookPage, notebook: NotebookNode, cwd: str) -> NotebookNode:  # noqa: ARG001
    """Voilà's hook between loading a notebook and running it."""
    return page.prepared(notebook)


def _link(node: NotebookNode, addresses: dict[str, str]) -> None:
    """Point the links between notebooks at their pages."""
    def address(link: re.Match[str]) -> str:
        return f"]({addresses.get(link[1], link[1])})"

    for cell in node.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(([\w]+\.ipynb)\)", address, cell.source)
