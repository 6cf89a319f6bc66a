"""`papermill --engine exchange`: the same result as papermill's own engine and as `exchange run`."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import papermill
import pytest
from papermill.engines import papermill_engines

from exchange.runs.engine import ExchangeEngine
from tests.runs import books


@pytest.fixture(autouse=True)
def engine():
    """Register the engine as its entry point does, also where the package was installed before it had one."""
    papermill_engines.register("exchange", ExchangeEngine)


def shown(path):
    node = nbformat.read(path, as_version=4)
    return [[{**output} for output in cell.outputs] for cell in node.cells if cell.cell_type == "code"]


def test_both_engines_and_our_command_show_the_same(tmp_path):
    books.book(tmp_path / "small.ipynb")
    for name in ("exchange", None):
        papermill.execute_notebook(str(tmp_path / "small.ipynb"), str(tmp_path / f"{name}.ipynb"), {"number": 21},
                                   engine_name=name, progress_bar=False)
    assert shown(tmp_path / "exchange.ipynb") == shown(tmp_path / "None.ipynb")
    assert books.run(tmp_path, tmp_path / "small.ipynb", "-p", "number=21").returncode == 0
    (folder,) = books.published(tmp_path)
    assert shown(folder / "notebook.ipynb") == shown(tmp_path / "exchange.ipynb")
    node = nbformat.read(tmp_path / "exchange.ipynb", as_version=4)
    assert {cell.metadata.papermill.status for cell in node.cells} == {"completed"}


def test_a_cell_that_fails_is_papermills_to_report_and_the_rest_stays_pending(tmp_path):
    books.book(tmp_path / "boom.ipynb", "1 / 0", "print('never')")
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        papermill.execute_notebook(str(tmp_path / "boom.ipynb"), str(tmp_path / "out.ipynb"), engine_name="exchange",
                                   progress_bar=False)
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert [cell.metadata.papermill.status for cell in cells if cell.source in {"1 / 0", "print('never')"}] == [
        "failed", "pending"]


def test_a_kernel_that_dies_is_an_error_and_not_an_endless_wait(tmp_path):
    books.book(tmp_path / "dies.ipynb", "import os; os._exit(7)")
    with pytest.raises(RuntimeError, match="its kernel died"):
        papermill.execute_notebook(str(tmp_path / "dies.ipynb"), str(tmp_path / "out.ipynb"), engine_name="exchange",
                                   progress_bar=False)


def test_the_command_papermill_knows_the_engine(tmp_path):
    from importlib.metadata import entry_points

    if not [point for point in entry_points(group="papermill.engine") if point.name == "exchange"]:
        pytest.skip("installed before the entry point was there; run make setup")
    books.book(tmp_path / "small.ipynb", "print('number', number)")
    command = [sys.executable, "-m", "papermill", "--engine", "exchange", "-p", "number", "21", "--no-progress-bar"]
    done = subprocess.run([*command, tmp_path / "small.ipynb", tmp_path / "out.ipynb"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert shown(tmp_path / "out.ipynb")[-1][0]["text"] == "number 21\n"
