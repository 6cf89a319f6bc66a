"""Golden notebooks: executed with their outputs kept, for nbval to compare. Run by `make golden`; read the diff."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from exchange.notebooks import prepare
from exchange.paths import NOTEBOOKS
from tests.serving import environment, exchange

GOLDEN = Path(__file__).resolve().parent / "golden"
NAMES = ("01_self_assessment", "03_peer_matching", "05_evaluation", "06_network_learning")
PINNED = {"EXCHANGE_STATIC": "1", "EXCHANGE_NOW": "2026-11-23T10:00:00Z", "EXCHANGE_ROLE": "secretariat",
          "EXCHANGE_USER": "golden", "EXCHANGE_CITIES": "*", "EXCHANGE_NETWORKS": "*"}
"""A day that does not pass and a person without a name: the same outputs on every machine."""


def pinned(database: Path) -> dict[str, str]:
    """Return the environment in which golden notebooks are made and checked."""
    return environment(database, **PINNED)


def demo(folder: Path) -> Path:
    """Make the demo network in a folder, as it is on the pinned day."""
    database = folder / "golden.db"
    made = exchange("demo", database=database, **PINNED)
    if made.returncode:
        sys.exit(made.stderr)
    return database


def main() -> None:
    """Execute each notebook for Rotterdam and keep what it shows."""
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(pinned(demo(Path(folder))))
        for name in NAMES:
            source = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
            notebook = prepare(source, {"city": "rotterdam", "network": "demo"}, "en")
            NotebookClient(notebook, timeout=120, store_widget_state=False, record_timing=False).execute()
            for metadata in (notebook.metadata, *(cell.metadata for cell in notebook.cells)):
                metadata.pop("papermill", None)
            notebook.metadata.language_info = {"name": "python"}
            nbformat.write(notebook, GOLDEN / f"{name}.rotterdam.ipynb")
            print(f"{name}.rotterdam.ipynb")


if __name__ == "__main__":
    main()
