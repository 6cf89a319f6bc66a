"""Kernels that are forked from a process which has our imports already: quick to start, cheap to keep (Linux).

Wherever that cannot be - another system, a library that left a thread running, a process that could not be started -
the kernel is started in the ordinary way. Kernels that were forked share the seed of hashes and the layout of memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from exchange.runs import zygote
from exchange.runs.kernels import INHERITED, ONE_THREAD

PRELOAD: Final = ("numpy", "pandas", "ipywidgets", "nbformat", "exchange.workbook", "exchange.store",
                  "exchange.reports.pictures", "exchange.evaluation.before_after", "exchange.learning.network",
                  "exchange.matching.pool", "widgets", "sqlalchemy.dialects.sqlite")
"""What is imported before the fork. A part that is not there is left out."""

_LOG: Final = logging.getLogger(__name__)
_LOOK_AGAIN: Final = 2.0


def possible() -> bool:
    """Return whether this system can fork kernels."""
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open") and hasattr(socket, "send_fds")


class CannotForkError(Exception):
    """The process that forks kernels refused, or is no more."""


class Zygote:
    """Our side of the process that forks: started on first use, started anew when its code changed or it ended."""

    _kept: Final[dict[tuple[str, ...], Zygote]] = {}
    _lock: Final = threading.Lock()

    def __init__(self, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
        command = [sys.executable, "-m", zygote.__name__, str(theirs.fileno()), str(os.getpid()), ",".join(preload)]
        self.code = zygote.sources(preload)
        self.looked = time.monotonic()
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,  # noqa: S603
                                        env={**inherited, **ONE_THREAD, "PYTHONHASHSEED": "0"})
        theirs.close()
        self._socket = ours
        self._one_at_a_time = threading.Lock()
        self._ready = False

    @classmethod
    def get(cls, preload: tuple[str, ...]) -> Zygote:
        """Return the running process with these imports."""
        with cls._lock:
            kept = cls._kept.get(preload)
            if kept is not None and kept.process.poll() is None and not kept.is_outdated(preload):
                return kept
            if kept is not None:
                kept.close()
            made = cls._kept[preload] = cls(preload)
            return made

    @classmethod
    def close_all(cls) -> None:
        """End every such process of this one."""
        with cls._lock:
            for kept in cls._kept.values():
                kept.close()
            cls._kept.clear()

    def close(self) -> None:
        """End the process; its kernels go on."""
        self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def fork(self, request: Mapping[str, object]) -> tuple[int, int]:
        """Return process id and handle of a new kernel.

        Raises
        ------
        CannotForkError
            When it refuses or has ended.
        """
        answer, handles = self._ask({"fork": dict(request)}, handles=1)
        if "refused" in answer:
            raise CannotForkError(answer["refused"])
        if not handles:
            raise CannotForkError("it sent no handle")
        return int(answer["pid"]), handles[0]

    def exit_code(self, pid: int) -> int | None:
        """Return how a kernel ended; None where nobody knows."""
        try:
            answer, _ = self._ask({"ended": pid})
        except CannotForkError:
            return None
        return None if answer["code"] is None else int(answer["code"])

    def _ask(self, question: object, *, handles: int = 0) -> tuple[dict[str, Any], list[int]]:
        with self._one_at_a_time:
            try:
                if not self._ready:
                    if not self._socket.recv(zygote.LONGEST):
                        raise CannotForkError("it ended while it imported")
                    self._ready = True
                self._socket.send(json.dumps(question).encode())
                message, fds, _, _ = socket.recv_fds(self._socket, zygote.LONGEST, max(handles, 1))
            except OSError as error:
                raise CannotForkError(str(error)) from error
        if not message:
            raise CannotForkError("it ended")
        answer: dict[str, Any] = json.loads(message)
        return answer, list(fds)

    def is_outdated(self, preload: tuple[str, ...]) -> bool:
        """Return whether the code that it imported has changed."""
        now = time.monotonic()
        if now - self.looked < _LOOK_AGAIN:
            return False
        self.looked = now
        return zygote.sources(preload) != self.code


class Forked:
    """A forked kernel as a process that a kernel manager can look after."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int, parent: Zygote) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = handle
        self._parent = parent

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            code = self._parent.exit_code(self.pid)
            self.returncode = 1 if code is None else code
            os.close(self._handle)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended; return the exit code, or None when the time was up."""
        if self.returncode is None:
            select.select([self._handle], [], [], timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to this process, never to another one that got its number."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it now."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ForkingProvisioner(LocalProvisioner):
    """Starts kernels by forking; in the ordinary way where that cannot be."""

    preload: Any = List(Unicode(), list(PRELOAD), help="Modules that are imported before the fork.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel."""
        arguments = cmd[cmd.index("-f"):] if "-f" in cmd else []
        if possible() and arguments:
            try:
                return await self._fork(arguments, **kwargs)
            except CannotForkError as why:
                _LOG.warning("kernels are started in the ordinary way: %s", why)
        return await super().launch_kernel(cmd, **kwargs)

    async def wait(self) -> int | None:
        """Wait until the kernel has ended; a forked one tells at once."""
        process = self.process
        if not isinstance(process, Forked):
            code: int | None = await super().wait()
            return code
        while process.poll() is None:
            await _until_readable(process)
        self.process = None
        return process.returncode

    async def _fork(self, arguments: list[str], **kwargs: Any) -> Any:
        env = {name: str(value) for name, value in (kwargs.get("env") or os.environ).items()}
        cwd = str(kwargs["cwd"]) if kwargs.get("cwd") else None
        parent = await asyncio.to_thread(Zygote.get, tuple(self.preload))
        pid, handle = await asyncio.to_thread(parent.fork, {"arguments": arguments, "env": env, "cwd": cwd})
        self.process: Any = Forked(pid, handle, parent)
        self.pid = self.pgid = pid  # it leads a group of its own
        self.cwd = cwd or str(Path.cwd())
        return self.connection_info


async def _until_readable(process: Forked) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    handle = process._handle  # noqa: SLF001 - two halves of one thing
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
