"""Kernels for unattended runs: one a run, over sockets in a private folder, with an environment that is named."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager

from exchange.runs.processes import alive, started

NAME: Final = "python3"
INHERITED: Final = frozenset({
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PGPASSFILE", "APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "SYSTEMROOT",
    "TEMP", "TMP", "USERPROFILE", "WINDIR",
})
"""What a kernel inherits of the environment: an allow-list, so that a password never goes along."""

ONE_THREAD: Final[Mapping[str, str]] = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""The machine is shared by kernels, not by the threads of one; and a process with threads cannot be forked."""

_ROOT_PREFIX: Final = "exchange-runs-"
_LONGEST_SOCKET: Final = 100
_numbers = itertools.count(1)


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a kernel.

    Parameters
    ----------
    folder
        A private folder: a profile of its own, without start-up files or history.
    more
        What this run is told.
    """
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    return {**inherited, **ONE_THREAD, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / "ipython"), **more}


class Specs(KernelSpecManager):
    """The one kernel, described without a file."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the names of the kernels that there are."""
        return {NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how the kernel is started."""
        if kernel_name != NAME:
            raise NoSuchKernel(kernel_name)
        argv = [sys.executable, "-m", "exchange.runs.kernel", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="City Learning Exchange", language="python")


class Manager(AsyncKernelManager):
    """The manager of one kernel, ordinary or forked."""

    @classmethod
    def make(cls, folder: Path, *, fork: bool) -> Manager:
        """Return the manager of a kernel that is not started yet.

        Parameters
        ----------
        folder
            From `socket_folder`.
        fork
            Whether it is forked from a process that has our imports, where that can be.
        """
        name = f"k{next(_numbers)}"
        sockets: dict[str, Any] = {"transport": "ipc", "ip": str(folder / name)} if os.name == "posix" else {}
        manager = cls(kernel_name=NAME, kernel_spec_manager=Specs(), connection_file=str(folder / f"{name}.json"),
                      **sockets)
        manager.kernel_id = str(uuid.uuid4())
        if fork:
            from exchange.runs.forking import ForkingProvisioner  # noqa: PLC0415 - Linux only

            manager.provisioner = ForkingProvisioner(
                kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager)
        return manager

    def sockets(self) -> list[Path]:
        """Return the files at which the kernel listens, or nothing where it listens on ports."""
        if self.transport != "ipc":
            return []
        return [Path(f"{self.ip}-{port}") for port in (self.shell_port, self.iopub_port, self.control_port)]


def socket_folder() -> Path:
    """Return a new private folder for kernels' sockets; those of processes that were killed are removed."""
    root = Path(tempfile.gettempdir())
    longest = len(str(root / f"{_ROOT_PREFIX}4194304-123456789012-abcdefgh" / "k1000000-5"))
    if os.name == "posix" and longest > _LONGEST_SOCKET and Path("/tmp").is_dir():  # noqa: S108
        root = Path("/tmp")  # noqa: S108
    for left in root.glob(f"{_ROOT_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            _remove_if_left_behind(left)
    return Path(tempfile.mkdtemp(prefix=f"{_ROOT_PREFIX}{os.getpid()}-{started(os.getpid())}-", dir=root))


def _remove_if_left_behind(folder: Path) -> None:
    pid, start = folder.name.removeprefix(_ROOT_PREFIX).split("-")[:2]
    mine = os.name == "posix" and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
    if mine and not alive(int(pid), start):
        shutil.rmtree(folder, ignore_errors=True)
