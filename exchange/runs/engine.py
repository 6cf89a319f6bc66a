"""Our engine for papermill: `papermill --engine exchange` executes as `exchange run` does."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any, Final

from papermill.engines import Engine

from exchange.errors import InputError
from exchange.runs.client import Execution, Trouble, execute
from exchange.runs.kernels import NAME, socket_folder

_PYTHON: Final = frozenset({None, "", NAME, "python"})


class ExchangeEngine(Engine):  # type: ignore[misc]  # no types
    """Executes in a fresh kernel of this Python, over sockets of its own; cell errors are papermill's to report."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str | None, *, start_timeout: float = 60,  # noqa: ARG003
                                 execution_timeout: float | None = None, fork: bool = False, **_: Any) -> None:
        """Execute the notebook of a papermill manager in place.

        Parameters
        ----------
        nb_man
            Papermill's; it is told of each cell, and saves.
        kernel_name
            Only Python notebooks can be executed.
        start_timeout
            Taken for papermill's sake; a kernel has a minute to start.
        execution_timeout
            Seconds for each cell; none by default, as in papermill.
        fork
            Whether to fork kernels, which pays where one process executes many notebooks.

        Raises
        ------
        InputError
            For a notebook of another language.
        RuntimeError
            When the kernel died or a cell ran too long.
        """
        language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
        if kernel_name not in _PYTHON and language != "python":
            raise InputError.at(f"kernel {kernel_name}", "this engine executes Python only", "Use another engine.")
        trouble = asyncio.run(_execute(nb_man, execution_timeout, fork=fork))
        if trouble is not None and trouble.kind != "cell":
            raise RuntimeError(trouble.message)


async def _execute(nb_man: Any, seconds: float | None, *, fork: bool) -> Trouble | None:
    sockets = socket_folder()
    ways = {"started": nb_man.cell_start, "done": nb_man.cell_complete, "failed": nb_man.cell_exception}
    how = Execution(sockets, Path.cwd(), dict(os.environ), timeout=seconds or 10.0**9, fork=fork,
                    tell=lambda what, cell, index: ways[what](cell, index))
    try:
        return await execute(nb_man.nb, how)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
