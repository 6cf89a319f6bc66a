"""How much of a stranger's file we read before we refuse it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from exchange.errors import InputError

MOST_BYTES = 10_000_000
"""Of a file."""
MOST_UNPACKED = 50_000_000
"""Of all parts of a zip file, unpacked."""
MOST_PART = 8_000_000
"""Of one part of a zip file that we read, unpacked."""
MOST_PARTS = 3_000
"""Parts of a zip file."""
MOST_RATIO = 200
"""Unpacked to packed size of a part of more than a megabyte."""
MOST_SHEETS = 20
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_ELEMENTS = 500_000
"""Of the XML of a workbook."""
MOST_TEXTS = 100_000
"""Distinct texts of a workbook."""

_END, _END_64, _OLE = b"PK\x05\x06", b"PK\x06\x07", b"\xd0\xcf\x11\xe0"
_END_SIZE, _BEFORE_END, _LONGEST_COMMENT = 22, 20, 65_535
_DIRECTORY_BYTES = 500_000
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError,
              ValueError, KeyError)
"""What the zip library raises on damaged files."""


def checked_file(path: Path) -> int:
    """Return the size of a file that may be read.

    Raises
    ------
    InputError
        When there is no such file, it is a folder, empty, unreadable or larger than `MOST_BYTES`.
    """
    try:
        if not path.is_file():
            raise InputError.at(path.name, "there is no such file", "Check the name and the folder.")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise InputError.at(path.name, "it cannot be read", "Check the name and who may read it.") from error
    if size == 0:
        raise InputError.at(path.name, "the file is empty", "Save it again.")
    if size > MOST_BYTES:
        raise InputError.at(path.name, f"it has {size:,} bytes",
                            f"Give a file of at most {MOST_BYTES:,} bytes.")
    return size


def checked_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip file after looking at nothing but its directory.

    Raises
    ------
    InputError
        When it is no zip file, is encrypted or damaged, has too many parts, or unpacks to too much.
    """
    size = checked_file(path)
    _check_directory(path, size)
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise _damaged(path.name) from error
    try:
        _check_parts(path.name, archive.infolist())
    except InputError:
        archive.close()
        raise
    return archive


def _check_directory(path: Path, size: int) -> None:
    # The library reads the whole directory of a zip file at once, so its length is looked at first.
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT - _BEFORE_END))
            tail = file.read()
    except OSError as error:
        raise InputError.at(path.name, "it cannot be read", "Check who may read it.") from error
    if head == _OLE:
        raise InputError.at(path.name, "it is protected by a password, or of the old .xls kind",
                            "Open it, and save it as .xlsx without a password.")
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise InputError.at(path.name, "it is not a workbook of the .xlsx or .xlsm kind", "Save it as .xlsx.")
    long = tail[max(0, end - _BEFORE_END) : end].startswith(_END_64)
    if long or int.from_bytes(tail[end + 12 : end + 16], "little") > _DIRECTORY_BYTES:
        raise InputError.at(path.name, "it has too many parts",
                            f"Give a file of at most {MOST_PARTS:,} parts.")


def _check_parts(place: str, parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise InputError.at(place, f"it has {len(parts):,} parts", f"Give a file of at most {MOST_PARTS:,}.")
    if len({part.filename for part in parts}) < len(parts):
        raise InputError.at(place, "two of its parts have one name",
                            "Save it again from a spreadsheet program.")
    for part in parts:
        if part.flag_bits & 1:
            raise InputError.at(place, "it is protected by a password", "Save it without one.")
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise InputError.at(place, f"{part.filename[:80]!r} is packed in a way that workbooks are not",
                                "Save it again from a spreadsheet program.")
        if part.file_size > max(1_000_000, MOST_RATIO * part.compress_size):
            raise _too_large(place, part.filename)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_large(place, "all of it")


def _too_large(place: str, what: str) -> InputError:
    return InputError.at(place, f"{what[:80]} unpacks to far more than a filled workbook holds",
                         "Take out what does not belong there, and save it again.")


def _damaged(place: str) -> InputError:
    return InputError.at(place, "the file is damaged", "Open it in a spreadsheet program and save it again.")


def unpacked(archive: zipfile.ZipFile, name: str, place: str, most: int = MOST_PART) -> bytes:
    """Return one part of a zip file.

    Raises
    ------
    InputError
        When it is missing, damaged, or larger than `most`.
    """
    try:
        part = archive.getinfo(name)
        if part.file_size > most:
            raise _too_large(place, name)
        return archive.read(part)
    except UNREADABLE as error:
        raise _damaged(place) from error
