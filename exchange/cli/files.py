"""Files that the command writes: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from exchange.errors import StoreError


def write(file: Path, content: bytes) -> None:
    """Write a file by way of a neighbour, so that nobody ever finds half of it.

    Raises
    ------
    StoreError
        When it cannot be written there.
    """
    half = file.with_name(f".{file.name}.part")
    try:
        half.write_bytes(content)
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True) if half.parent.is_dir() else None
        raise StoreError.at(str(file), f"it cannot be written ({error.strerror})", "Name another file.") from error
