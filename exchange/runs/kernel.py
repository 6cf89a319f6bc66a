"""An ordinary kernel for unattended runs: without debugger and history, which nobody uses there."""

from __future__ import annotations

import sys
from typing import Final

OPTIONS: Final = ("--HistoryManager.enabled=False",)


def without_debugger() -> None:
    """Keep the debugger, its threads and its 25 MB out of a kernel in which nobody debugs."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # Python's own mark for "cannot be imported"


def main() -> None:
    """Become a kernel; the arguments are those of ipykernel."""
    without_debugger()
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    IPKernelApp.launch_instance([*sys.argv[1:], *OPTIONS])


if __name__ == "__main__":
    main()
