"""A process that has imported what notebooks import, and becomes a kernel whenever one is asked for (Linux).

It stays single-threaded, because a fork copies one thread only; sockets, threads and loops of a kernel are made after
the fork. Its parent asks over a socket: ``{"fork": ...}`` is answered with a process id and a handle on the process,
``{"ended": pid}`` with an exit code. It ends when its parent does, and so does every kernel.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from exchange.runs.kernel import OPTIONS, without_debugger

KERNEL_PARTS: Final = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.completer",
    "IPython.core.completerlib", "IPython.core.oinspect", "IPython.core.debugger", "IPython.core.pylabtools",
    "IPython.extensions.storemagic", "ipykernel.datapub", "matplotlib_inline.config")
LONGEST: Final = 1 << 20


def main() -> None:
    """Import, say how many threads that left running, then fork whenever asked."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    parent = int(sys.argv[2])
    handle = os.pidfd_open(parent)
    if os.getppid() != parent:
        os._exit(1)
    without_debugger()
    _import([*KERNEL_PARTS, *sys.argv[3].split(",")])
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended: dict[int, int] = {}
    asked.send(json.dumps({"threads": threads()}).encode())
    while True:
        message = asked.recv(LONGEST)
        if not message:
            os._exit(0)
        request = json.loads(message)
        _reap(ended)
        if "fork" in request:
            _fork(asked, request["fork"], handle)
        else:
            asked.send(json.dumps({"code": ended.pop(request["ended"], None)}).encode())


def threads() -> int:
    """Return how many threads this process has, those of compiled libraries too."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208


def _import(names: Iterable[str]) -> None:
    for name in filter(None, names):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _reap(ended: dict[int, int]) -> None:
    """Collect the exit codes of kernels that ended; none stays behind as a zombie for longer than to the next one."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ended[pid] = os.waitstatus_to_exitcode(status)


def _fork(asked: socket.socket, request: Mapping[str, Any], handle: int) -> None:
    if threads() > 1:
        asked.send(json.dumps({"refused": f"{threads()} threads"}).encode())
        return
    pid = os.fork()
    if pid == 0:
        asked.close()
        _become_a_kernel(request, handle)
    process = os.pidfd_open(pid)
    socket.send_fds(asked, [json.dumps({"pid": pid}).encode()], [process])
    os.close(process)


def _become_a_kernel(request: Mapping[str, Any], handle: int) -> None:
    code = 1
    try:
        code = _run(request, handle)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # The clean-up of the parent's imports is not this process's to do.
        os._exit(code)


def _run(request: Mapping[str, Any], handle: int) -> int:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    if request["cwd"]:
        os.chdir(request["cwd"])
    if "" not in sys.path:
        sys.path.insert(0, "")
    sys.argv = ["exchange.runs.kernel", *request["arguments"]]
    _draw_new_numbers()
    threading.Thread(target=_end_with, args=(handle,), daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - after the fork, from what is imported

    app: Any = IPKernelApp.instance(log_level=logging.CRITICAL)  # quiet: nobody is asked to connect by hand
    app.initialize([*request["arguments"], *OPTIONS])
    app.start()
    return 0


def _draw_new_numbers() -> None:
    """Let no two kernels draw the same random numbers because one process was the parent of both."""
    import random  # noqa: PLC0415

    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _end_with(handle: int) -> None:
    """End this kernel, and what it started, when whoever asked for it has ended."""
    select.select([handle], [], [])
    os.killpg(os.getpgrp(), signal.SIGKILL)


def sources(modules: Iterable[str]) -> str:
    """Return a mark of the code that modules of these packages are made of: it changes when a file does."""
    newest, files = 0, 0
    for name in sorted({module.split(".")[0] for module in modules}):
        package = importlib.util.find_spec(name)
        for folder in (package.submodule_search_locations or ()) if package else ():
            for file in Path(folder).rglob("*.py"):
                newest, files = max(newest, file.stat().st_mtime_ns), files + 1
    return f"{newest}-{files}"


if __name__ == "__main__":
    main()
