"""Our engine for papermill: `papermill --engine exchange` executes as `exchange run` does.

Papermill loads every registered engine while it is itself being imported; so nothing is imported here before use.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

PYTHON = frozenset({None, "", "python", "python3"})


class ExchangeEngine:
    """Executes in a fresh kernel of this Python, over sockets of its own; cell errors are papermill's to report."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str | None, **options: Any) -> Any:
        """Execute a notebook, as any engine of papermill does; return it with its outputs.

        Parameters
        ----------
        nb
            The notebook.
        kernel_name
            Only Python notebooks can be executed.
        **options
            Papermill's. Of them count `execution_timeout`, seconds for each cell, and `fork`, whether kernels are
            forked, which pays where one process executes many notebooks.

        Raises
        ------
        InputError
            For a notebook of another language.
        RuntimeError
            When the kernel died or a cell ran too long.
        """
        return _engine().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Return the name of a notebook's kernel, in papermill's way."""
        return _engine().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Return a notebook's language, in papermill's way."""
        return _engine().nb_language(nb, language)


@cache
def _engine() -> Any:
    from papermill.engines import Engine  # noqa: PLC0415

    class Managed(Engine):  # type: ignore[misc]  # no types
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str | None, *, fork: bool = False,
                                     execution_timeout: float | None = None, **_: Any) -> None:
            _refuse_other_languages(nb_man.nb, kernel_name)
            trouble = asyncio.run(_execute(nb_man, execution_timeout, fork=fork))
            if trouble is not None and trouble.kind != "cell":
                raise RuntimeError(trouble.message)

    return Managed


def _refuse_other_languages(notebook: Any, kernel_name: str | None) -> None:
    from exchange.errors import InputError  # noqa: PLC0415

    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if kernel_name not in PYTHON and language != "python":
        raise InputError.at(f"kernel {kernel_name}", "this engine executes Python only", "Use another engine.")


async def _execute(nb_man: Any, seconds: float | None, *, fork: bool) -> Any:
    from exchange.runs.client import Execution, execute  # noqa: PLC0415
    from exchange.runs.kernels import socket_folder  # noqa: PLC0415

    sockets = socket_folder()
    ways = {"started": nb_man.cell_start, "done": nb_man.cell_complete, "failed": nb_man.cell_exception}
    how = Execution(sockets, Path.cwd(), dict(os.environ), timeout=seconds or 10.0**9, fork=fork,
                    tell=lambda what, cell, index: ways[what](cell, index))
    try:
        return await execute(nb_man.nb, how)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
