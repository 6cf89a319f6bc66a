"""How a notebook becomes a page: two at a time, templates compiled once, errors in words that help."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import jinja2
import nbformat
from jupyter_core.utils import ensure_async
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from voila.notebook_renderer import NotebookRenderer

from exchange import errors
from exchange.serve import words
from exchange.serve.kernels import KERNEL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jinja2.bccache import Bucket

log = logging.getLogger(__name__)

_OURS: Final = frozenset(
    kind.__name__ for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ExchangeError))
"""Names of the errors whose words are written for people."""


class Compiled(jinja2.BytecodeCache):
    """Templates compiled once for the life of the server.

    The exporter makes a new environment for each page; compiling its templates is three quarters of its work.
    In memory only: compiled code is not read from a disk.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was compiled before."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


class Gate:
    """Lets few pages render at once, so that the server stays awake for everybody else.

    Parameters
    ----------
    places
        How many at once.
    patience
        Seconds after which a page no longer counts: a notebook with one slow cell must not block the others.
    """

    def __init__(self, places: int, patience: float = 5.0) -> None:
        self._places = asyncio.Semaphore(places)
        self._patience = patience

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place, and leave it at the end or when patience ends."""
        await self._places.acquire()
        here = [True]

        def leave() -> None:
            if here:
                here.clear()
                self._places.release()

        timer = asyncio.get_running_loop().call_later(self._patience, leave)
        try:
            yield
        finally:
            timer.cancel()
            leave()


class Renderer(NotebookRenderer):  # type: ignore[misc]  # Voilà carries no types
    """Voilà's renderer, with our way to load a notebook and to say what failed."""

    compiled = Compiled()

    async def initialize(self, **kwargs: Any) -> None:
        """Load the notebook and its template."""
        await super().initialize(**kwargs)
        self.exporter.environment.bytecode_cache = self.compiled

    async def load_notebook(self, path: str) -> NotebookNode:
        """Read the notebook from its file; the kernel is ours, whatever the file says."""
        node: NotebookNode = await asyncio.to_thread(nbformat.read, self.root_dir / path, as_version=4)
        node.metadata["kernelspec"] = {"name": KERNEL, "display_name": "Python", "language": "python"}
        return node

    async def _jinja_cell_generator(self, nb: NotebookNode, kernel_id: str) -> AsyncIterator[NotebookNode]:  # noqa: ARG002
        """Run the cells one after the other and yield each; stop after one that failed."""
        try:
            for index, cell in enumerate(nb.cells):
                failed = not await self._run(cell, index)
                yield cell
                if failed:
                    break
        finally:
            await ensure_async(self.executor.kc.stop_channels())

    async def _run(self, cell: NotebookNode, index: int) -> bool:
        if cell.cell_type != "code":
            return True
        cell.outputs = []
        try:
            await self.executor.async_execute_cell(cell, index, store_history=False)
        except (CellExecutionError, CellTimeoutError) as error:
            name = getattr(error, "ename", type(error).__name__)
            log.warning("%s, cell %d: %s", self.notebook_path, index, name)
            log.info("%s", error)
            cell.outputs = [_apology(error, self.notebook.metadata.exchange.lang)]
            return False
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        return True


def _apology(error: Exception, language: str) -> NotebookNode:
    """Return what a reader sees in place of a failed cell; plain text, so that it needs no escaping."""
    ours = getattr(error, "ename", "") in _OURS
    said = str(getattr(error, "evalue", "")) if ours else words.CELL_FAILED.said(language)
    return NotebookNode(output_type="display_data", data={"text/plain": said}, metadata={})  # type: ignore[no-untyped-call]
