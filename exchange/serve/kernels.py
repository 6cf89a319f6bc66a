"""The kernels behind the pages: each belongs to one visitor, and no more run than the machine can bear."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Dict, Integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_client.manager import KernelManager

    from exchange.store import Viewer

KERNEL: Final = "python3"
"""The one kernel: the interpreter that runs the server, whatever kernels the machine has."""

_KEPT: Final = frozenset({
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "EXCHANGE_NOW",
    "APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "WINDIR",
})
"""What a kernel inherits of the server's environment: an allow-list, so that a password never goes along."""

_LONGEST_SOCKET: Final = 103
"""Characters of the longest path of a local socket that every system takes (macOS has the shortest)."""


class FullError(Exception):
    """As many kernels run as may."""


class Kernels(AsyncMappingKernelManager):
    """The running kernels, and whose each is."""

    most = Integer(40, config=True, help="How many kernels may run at once.")
    owners = Dict(help="Kernel id -> the visitor for whom it was opened.")
    _starting = 0

    def full(self) -> bool:
        """Whether no further kernel may start; those on their way are counted."""
        return len(self) + self._starting >= self.most

    def belongs(self, kernel_id: str, viewer: Viewer | None) -> bool:
        """Whether a kernel was opened for this visitor."""
        return viewer is not None and self.owners.get(kernel_id) == viewer

    async def start_for(self, viewer: Viewer, environment: Mapping[str, str]) -> str:
        """Start a kernel that belongs to a visitor.

        Parameters
        ----------
        viewer
            Whose it is.
        environment
            What it is told beside the few variables that every kernel inherits.

        Returns
        -------
        str
            The kernel's id.

        Raises
        ------
        FullError
            Where no further kernel may start.
        """
        if self.full():
            raise FullError
        self._starting += 1
        try:
            kernel_id = await self._async_start_kernel(
                kernel_name=KERNEL, cwd=self.root_dir, env=self._told(environment))
        finally:
            self._starting -= 1
        self.owners[kernel_id] = viewer
        return kernel_id

    async def end(self, kernel_id: str) -> None:
        """End a kernel now, if it still runs."""
        if kernel_id in self:
            await self._async_shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    async def end_of(self, viewer: Viewer) -> None:
        """End all kernels of a visitor."""
        for kernel_id in [kernel for kernel, owner in self.owners.items() if owner == viewer]:
            await self.end(kernel_id)

    def remove_kernel(self, kernel_id: str) -> KernelManager:
        """Forget a kernel that ended, and whose it was."""
        self.owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def _told(self, environment: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name in _KEPT}
        # One thread each: forty kernels share a laptop. A profile of its own: no start-up file, no history.
        own = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
               "IPYTHONDIR": str(Path(self.connection_dir) / "ipython")}
        return {**inherited, **own, **environment}


class Specs(KernelSpecManager):
    """The one kernel, described without a file."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the names of the kernels that there are."""
        return {KERNEL: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how the kernel is started."""
        if kernel_name != KERNEL:
            raise NoSuchKernel(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}",
                "--HistoryManager.enabled=False"]
        return KernelSpec(argv=argv, display_name="City Learning Exchange", language="python")


def connection_folder() -> Path:
    """Return a new private folder for the kernels' sockets; those of servers that were killed are removed."""
    root = Path(tempfile.gettempdir())
    longest = len(str(root / "exchange-4194304-abcdefgh" / f"kernel-{'0' * 36}-ipc-5"))
    if os.name == "posix" and longest > _LONGEST_SOCKET and Path("/tmp").is_dir():  # noqa: S108
        root = Path("/tmp")  # noqa: S108
    for folder in root.glob("exchange-*-*"):
        _remove_if_left_behind(folder)
    return Path(tempfile.mkdtemp(prefix=f"exchange-{os.getpid()}-", dir=root))


def _remove_if_left_behind(folder: Path) -> None:
    pid = folder.name.split("-")[1]
    if os.name != "posix" or not pid.isdigit() or folder.is_symlink() or folder.stat().st_uid != os.getuid():
        return
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        shutil.rmtree(folder, ignore_errors=True)
    except PermissionError:
        return
