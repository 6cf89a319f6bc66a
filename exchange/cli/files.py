"""Files that the command writes: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from exchange.errors import StoreError


def write(file: Path, content: bytes) -> None:
    """Write a file in one step, so that nobody ever finds half of it.

    Raises
    ------
    StoreError
        When it cannot be written; what stood there stays.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}.")
    except OSError as error:
        raise _cannot(file, error) from error
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        made.chmod(0o644 & ~_mask())
        made.replace(file)
    except OSError as error:
        raise _cannot(file, error) from error
    finally:
        with contextlib.suppress(OSError):
            made.unlink()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot(file: Path, error: OSError) -> StoreError:
    return StoreError.at(str(file), f"it cannot be written ({error.strerror or error})",
                         "Name another file or folder, or free some space.")
