"""Unattended runs in the browser: their index and their pages, for whoever keeps the whole record."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from tornado.web import HTTPError

from exchange.serve.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

_RUN: Final = r"(?:published|failed)/[a-z0-9][a-z0-9_-]{0,90}"
_FILE: Final = re.compile(rf"index\.html|{_RUN}/(?:index\.html|manifest\.json|notebook\.ipynb|tables/[0-9]+\.csv)")
_TYPES: Final = {"html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv; charset=utf-8",
                 "ipynb": "application/x-ipynb+json"}


class Executed(Page):
    """One file of the folder of runs; nothing else of that folder, the database least of all."""

    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"

    def initialize(self, root: Path) -> None:
        """Take note of where runs are kept."""
        self.root = root

    async def get(self, path: str | None) -> None:
        """Send it; `/runs` is the index."""
        if not path:
            self.redirect("/runs/index.html")
            return
        if not self.viewer.everything:  # runs show what the one who ran them sees
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if not _FILE.fullmatch(path):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", _TYPES[path.rpartition(".")[2]])
        self.write(await asyncio.to_thread(self._read, path))

    head = get

    def _read(self, path: str) -> bytes:
        file = self.root / path
        if not file.resolve().is_relative_to(self.root.resolve()) or not file.is_file():
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return file.read_bytes()
