"""Notebook 02, run without a person, takes a city from its gaps to three lessons with a sheet each."""

from __future__ import annotations

import nbformat
import papermill
import pytest

from exchange.paths import NOTEBOOKS
from tests.workbook import worlds


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_notebook_ends_with_three_sheets(tmp_path, monkeypatch, language):
    monkeypatch.setenv("EXCHANGE_DATABASE", worlds.copied(worlds.demo_file(), tmp_path))
    out = tmp_path / "02.ipynb"
    papermill.execute_notebook(str(NOTEBOOKS / "02_lessons.ipynb"), str(out), {"city": "quito", "language": language},
                               progress_bar=False)
    cells = nbformat.read(out, as_version=4).cells
    sheets = ["".join(output["data"]["text/plain"]) for cell in cells if "discover.sheet(" in cell.source
              for output in cell.outputs if "data" in output]
    assert len(sheets) == 3
    for sheet in sheets:
        assert len(sheet.splitlines()) >= 7
