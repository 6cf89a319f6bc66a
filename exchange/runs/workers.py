"""The executor of one machine: a few worker processes that are replaced when they die."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import asdict
from types import TracebackType
from typing import Protocol, Self

from exchange.runs.client import Trouble
from exchange.runs.job import Job
from exchange.runs.kernels import INHERITED
from exchange.runs.work import Outcome, Terms


class Executor(Protocol):
    """Who carries runs out. Entered before use."""

    slots: int

    async def run(self, job: Job, attempt: int) -> Outcome:
        """Carry one run out; return how it ended, whatever happened."""
        ...

    async def __aenter__(self) -> Self:
        """Get ready."""
        ...

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        """Leave nothing behind."""
        ...


class Processes:
    """Worker processes on this machine.

    Parameters
    ----------
    terms
        What holds for all runs.
    slots
        How many runs at once.
    """

    def __init__(self, terms: Terms, slots: int) -> None:
        self.slots = slots
        self._terms = terms
        self._many = min(slots, os.cpu_count() or 1)
        self._workers: list[_Worker] = []
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await asyncio.gather(*(worker.end() for worker in self._workers))

    async def run(self, job: Job, attempt: int) -> Outcome:
        """Give a run to the worker that has least to do."""
        async with self._starting:
            self._workers = [worker for worker in self._workers if not worker.dead]
            while len(self._workers) < self._many:
                self._workers.append(await _Worker.start(self._terms))
            worker = min(self._workers, key=lambda one: len(one.waiting))
            answer = worker.ask(job, attempt)
        return await answer


class _Worker:
    """Our side of one worker process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.waiting: dict[str, asyncio.Future[Outcome]] = {}
        self.dead = False
        self._process = process
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, terms: Terms) -> Self:
        kept = {name: value for name, value in os.environ.items() if name in INHERITED}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "exchange.runs.worker", str(os.getpid()), env=kept, limit=1 << 24,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        worker = cls(process)
        worker._say(asdict(terms))
        return worker

    def ask(self, job: Job, attempt: int) -> asyncio.Future[Outcome]:
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting[job.key] = answer
        self._say({"job": job.as_dict(), "attempt": attempt})
        if self.dead:
            self._give_up()
        return answer

    async def end(self) -> None:
        """Close its pipe, which it takes as the end; where it does not, end it."""
        self._process.stdin.close()  # type: ignore[union-attr]  # it has one
        with contextlib.suppress(ProcessLookupError):
            try:
                await asyncio.wait_for(self._process.wait(), 3)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        await self._listening

    def _say(self, said: object) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._process.stdin.write(json.dumps(said).encode() + b"\n")  # type: ignore[union-attr]

    async def _listen(self) -> None:
        try:
            while line := await self._process.stdout.readline():  # type: ignore[union-attr]
                said = json.loads(line)
                answer = self.waiting.pop(said["key"], None)
                if answer is not None and not answer.done():
                    answer.set_result(Outcome.of(said["outcome"]))
        except (ValueError, KeyError):
            pass  # it died in the middle of a word
        finally:
            self.dead = True
            self._give_up()

    def _give_up(self) -> None:
        lost = Trouble("worker", "its worker died", again=True)
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_result(Outcome("", 0.0, f"pid {self._process.pid}", lost))
        self.waiting.clear()
