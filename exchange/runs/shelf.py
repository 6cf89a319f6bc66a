"""Where runs are kept: a folder appears whole or not at all, and what was left half done is swept away.

Under the root stand ``published/NAME-KEY/`` and ``failed/NAME-KEY-ATTEMPT/``, each with a notebook, a page, its
tables and a manifest, and ``index.html``. What is being written is in ``.staging/`` until it is moved in one step.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from exchange.errors import StoreError
from exchange.runs.job import Job
from exchange.runs.processes import is_gone, owner

MANIFEST: Final = "manifest.json"
NOTEBOOK: Final = "notebook.ipynb"
PAGE: Final = "index.html"

_FILE: Final = re.compile(r"(?:[a-z0-9]+/)?[a-z0-9][a-z0-9_-]*\.(?:ipynb|html|json|csv)")
_OWNER: Final = "owner"


class Shelf:
    """The runs of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.published = self.root / "published"
        self.failed = self.root / "failed"
        self._staging = self.root / ".staging"

    def prepare(self) -> None:
        """Make the folders.

        Raises
        ------
        StoreError
            When they cannot be made.
        """
        try:
            for folder in (self.published, self.failed, self._staging):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError.at(f"folder {self.root}", f"it cannot be used ({error.strerror})",
                                "Name another with --folder, or mend its rights.") from error

    def publish(self, job: Job, files: Mapping[str, bytes]) -> Path:
        """Put a finished run in its place; where it is there already, keep that one.

        Raises
        ------
        OSError
            When the disk will not take it; nothing is left in the run's place then.
        """
        return self._place(files, self.published / job.folder)

    def fail(self, job: Job, attempt: int, files: Mapping[str, bytes]) -> Path:
        """Keep what a failed run had come to, under the name of a failure."""
        return self._place(files, self.failed / f"{job.folder}-{attempt}")

    def find(self, job: Job) -> Path | None:
        """Return the folder of a published run, or None when there is none or it is not whole."""
        folder = self.published / job.folder
        return folder if manifest(folder).get("run") == job.key and is_whole(folder) else None

    def sweep(self) -> int:
        """Remove what killed processes left half written; return how many folders that were."""
        left = [folder for folder in self._folders(self._staging) if _is_left_behind(folder)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return len(left)

    def _folders(self, where: Path) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from (path for path in where.iterdir() if path.is_dir() and not path.is_symlink())

    def _place(self, files: Mapping[str, bytes], target: Path) -> Path:
        if target.parent not in {self.published, self.failed}:
            msg = f"{target} is no place for a run"
            raise ValueError(msg)
        staged = self._staging / uuid.uuid4().hex
        try:
            _write(staged / _OWNER, owner().encode())
            whole = staged / "run"
            for name, content in files.items():
                if not _FILE.fullmatch(name):
                    msg = f"{name!r} is no file of a run"
                    raise ValueError(msg)
                _write(whole / name, content)
            for folder in {(whole / name).parent for name in files} | {whole}:
                _sync_folder(folder)
            _move(whole, target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        return target


def manifest(folder: Path) -> dict[str, Any]:
    """Return what a run's folder says of itself; nothing where it says nothing."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def is_whole(folder: Path) -> bool:
    """Return whether every file that the manifest names is there, as it was written."""
    files = manifest(folder).get("files")
    if not isinstance(files, dict) or NOTEBOOK not in files:
        return False
    try:
        return all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == said for name, said in files.items())
    except OSError:
        return False


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: readers see the old one or the new one."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        _write(beside, text.encode())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move(whole: Path, target: Path) -> None:
    try:
        whole.rename(target)
    except OSError:
        if is_whole(target):
            return  # the same run was published meanwhile
        if not target.exists():
            raise
        target.rename(whole.with_name("damaged"))
        whole.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_left_behind(folder: Path) -> bool:
    try:
        return is_gone((folder / _OWNER).read_text(encoding="utf-8")) is True
    except OSError:
        # Killed before it could sign: only a folder that is older than any write.
        return _age(folder) > 3600


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0
