"""The one who writes: answers that arrive while it writes go together into its next transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from exchange.errors import ExchangeError
from exchange.store import Saved
from exchange.store.workshops import Said

AT_ONCE: Final = 100
"""Answers in one transaction at most."""

Outcome = Saved | ExchangeError
_Waiting = tuple[Said, asyncio.Future[Outcome]]


class Writer:
    """A queue of answers and the one task that writes them; what it acknowledges is on the disk.

    Parameters
    ----------
    write
        Writes some answers in one transaction and returns what became of each.
    """

    def __init__(self, write: Callable[[Sequence[Said]], list[Outcome]]) -> None:
        self._write = write
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()

    async def put(self, said: Said) -> Outcome:
        """Have an answer written, and return what became of it."""
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        await self._queue.put((said, done))
        return await done

    def waiting(self) -> int:
        """Return how many answers wait."""
        return self._queue.qsize()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < AT_ONCE and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await asyncio.to_thread(self._write, [said for said, _ in batch])
        except ExchangeError as error:  # a full disk, a locked file: the phones keep their answers and come again
            outcomes = [error] * len(batch)
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if not done.done():
                done.set_result(outcome)
