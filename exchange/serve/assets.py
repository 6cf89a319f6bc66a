"""Files that never change under their address: a browser asks for each of them once."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from tornado.web import HTTPError, StaticFileHandler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_YEAR = 365 * 24 * 3600


class Static(StaticFileHandler):
    """A file that we ship, taken by browsers for what it says it is."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002
        """Forbid guessing."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")


class Assets(Static):
    """Files of several folders under one address that carries their fingerprint."""

    def initialize(self, roots: Sequence[str]) -> None:  # type: ignore[override]
        """Take the folders, the first in which a file is found wins."""
        self.roots = [str(Path(root)) for root in roots]
        super().initialize(path=self.roots[0])

    def get_absolute_path(self, root: str, path: str) -> str:  # type: ignore[override]  # noqa: ARG002
        """Return the file of the first folder that has it."""
        for candidate in self.roots:
            if Path(candidate, path).is_file():
                self.root = candidate
                return super().get_absolute_path(candidate, path)
        raise HTTPError(HTTPStatus.NOT_FOUND)

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:  # noqa: ARG002
        """Return for how long a browser may keep it: the address changes when the file does."""
        return _YEAR


def fingerprint(folders: Iterable[str]) -> str:
    """Return a short name of what the folders hold: it changes when a package in them does."""
    seen = hashlib.sha256()
    for folder in folders:
        for pattern in ("*.js", "*/package.json", "@*/*/package.json"):
            for file in sorted(Path(folder).glob(pattern)):
                state = file.stat()
                seen.update(f"{file}:{state.st_size}:{state.st_mtime_ns};".encode())
    return seen.hexdigest()[:12]
