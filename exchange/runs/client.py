"""One notebook in one fresh kernel: executed cell by cell, ended whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty as _Empty
from typing import Any, Final

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from exchange.runs.kernels import Manager, environment

READY_SECONDS: Final = 60.0
LONGEST_MESSAGE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong in a run.

    Parameters
    ----------
    kind
        ``"cell"``, ``"timeout"``, ``"kernel"``, ``"worker"``, ``"disk"`` or ``"program"``.
    message
        In a sentence or two.
    cell
        Number of the failing cell, from 1; None where no cell is to blame.
    again
        Whether another try may help.
    """

    kind: str
    message: str
    cell: int | None = None
    again: bool = False

    def as_dict(self) -> dict[str, object]:
        """Return it for the ledger and the manifest."""
        return {"kind": self.kind, "message": self.message, "cell": self.cell}


@dataclass
class Execution:
    """How a notebook is to be executed.

    Parameters
    ----------
    sockets
        A private folder, from `socket_folder`.
    folder
        The working directory of the kernel.
    told
        Environment variables of this run.
    seed
        From which Python and numpy draw their random numbers.
    timeout
        Seconds for each cell.
    fork
        Whether to fork the kernel where that can be.
    tell
        Is told of each cell: ``"started"``, then ``"done"`` or ``"failed"``, the cell, and its place from 0.
    """

    sockets: Path
    folder: Path
    told: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    timeout: float = 600.0
    fork: bool = True
    tell: Callable[[str, NotebookNode, int], None] = field(default=lambda _what, _cell, _index: None)


async def execute(notebook: NotebookNode, how: Execution) -> Trouble | None:
    """Execute a notebook in place; return what went wrong, or None.

    The outputs of all cells up to the failing one are in the notebook, the error too.
    """
    manager = Manager.make(how.sockets, fork=how.fork)
    at = [0]
    try:
        await manager.start_kernel(env=environment(how.sockets, how.told), cwd=str(how.folder))
        await _run_cells(notebook, manager, how, at)
    except CellExecutionError as error:
        return Trouble("cell", f"{error.ename}: {error.evalue}"[:LONGEST_MESSAGE], at[0])
    except CellTimeoutError:
        return Trouble("timeout", f"the cell ran longer than {how.timeout:g} seconds", at[0], again=True)
    except DeadKernelError:
        return Trouble("kernel", "its kernel died", at[0] or None, again=True)
    except (TimeoutError, RuntimeError) as error:
        return Trouble("kernel", f"its kernel did not start: {error}"[:LONGEST_MESSAGE], again=True)
    finally:
        await _end(manager)
    return None


async def _run_cells(notebook: NotebookNode, manager: Manager, how: Execution, at: list[int]) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(notebook, km=manager, timeout=how.timeout, record_timing=False,
                            store_widget_state=False)
    client.kc = manager.client()
    try:
        await _connect(client.kc, manager)
        await _seed(client, how.seed)
        for index, cell in enumerate(notebook.cells):
            at[0] = index + 1
            how.tell("started", cell, index)
            try:
                await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
            except CellExecutionError:
                how.tell("failed", cell, index)
                raise
            how.tell("done", cell, index)
    finally:
        client.kc.stop_channels()
    notebook.metadata.language_info = {"name": "python"}


async def _connect(kernel: Any, manager: Manager) -> None:
    """Connect once the kernel listens, and wait until what it says is heard on both channels."""
    until = time.monotonic() + READY_SECONDS
    sockets = manager.sockets()
    while not all(path.exists() for path in sockets):
        await _wait(manager, until, 0.005)
    kernel.start_channels(hb=False)
    kernel.allow_stdin = False
    answered = heard = False
    while not (answered and heard):
        kernel.kernel_info()
        with contextlib.suppress(_Empty):
            await kernel.get_shell_msg(timeout=0.5)
            answered = True
        with contextlib.suppress(_Empty):
            await kernel.get_iopub_msg(timeout=0.1)
            heard = True
        await _wait(manager, until, 0)


async def _wait(manager: Manager, until: float, seconds: float) -> None:
    await asyncio.sleep(seconds)
    if not await manager.is_alive():
        raise DeadKernelError("Kernel died")
    if time.monotonic() > until:
        raise TimeoutError(f"not within {READY_SECONDS:g} seconds")


async def _seed(client: NotebookClient, seed: int) -> None:
    code = f"import random as _r, numpy as _n\n_r.seed({seed})\n_n.random.seed({seed})\ndel _r, _n"
    kernel: Any = client.kc
    message = kernel.execute(code, silent=True, store_history=False)
    # The first import of a kernel may take longer than a cell is given.
    limit, client.timeout = client.timeout, int(READY_SECONDS)
    await client.async_wait_for_reply(message)
    client.timeout = limit


async def _end(manager: Manager) -> None:
    with contextlib.suppress(RuntimeError, OSError, asyncio.TimeoutError):
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)
    with contextlib.suppress(RuntimeError, OSError):
        await manager._async_cleanup_resources()  # noqa: SLF001 - the only one that can be awaited
    for path in Path(manager.connection_file).parent.glob(f"{Path(manager.connection_file).stem}*"):
        with contextlib.suppress(OSError):
            path.unlink()
