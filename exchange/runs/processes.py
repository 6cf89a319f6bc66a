"""Processes by number and start: a number alone may belong to somebody else by now."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

_DIE_WITH_PARENT: Final = 1


def started(pid: int) -> str:
    """Return when a process began, in the words of its system; "0" where that is not known."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return said.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"


def alive(pid: int, start: str) -> bool:
    """Return whether the process of that number, begun then, still runs; one that waits to be reaped does not."""
    if os.name != "posix":
        return _listed(pid)  # there, what asks elsewhere would interrupt the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    if start != "0" and started(pid) != start:
        return False
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return said.rpartition(")")[2].split()[0] not in {"Z", "X"}


def _listed(pid: int) -> bool:
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - a part of every Jupyter kernel; needed on Windows only

    return bool(psutil.pid_exists(pid))


def owner() -> str:
    """Return the name of this process among all that share a ledger: host, number, start."""
    return f"{socket.gethostname()}:{os.getpid()}:{started(os.getpid())}"


def is_gone(name: str) -> bool | None:
    """Return whether the owner of that name is gone; None when it is on another machine."""
    host, _, rest = name.rpartition(":")[0].rpartition(":")[0], "", name.split(":")[-2:]
    if host != socket.gethostname():
        return None
    pid, start = rest
    return not (pid.isdigit() and alive(int(pid), start))


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends, however that ends: on Linux at once, elsewhere its pipe tells."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it ended before we asked
