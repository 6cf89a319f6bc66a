"""The numbers that readers are given stay what they are: golden notebooks, executed again and compared by nbval."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

from tests.make_golden import GOLDEN, NAMES, demo, pinned

FILES = sorted(GOLDEN.glob("*.ipynb"))


def test_there_is_a_golden_notebook_for_each_that_reports_numbers():
    assert {path.name.split(".")[0] for path in FILES} == set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_golden_notebook_has_an_output_to_compare_in_every_cell_that_shows_something(path):
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    silent = [cell.source for cell in code if not cell.outputs]
    assert all("parameters" in cell.metadata.get("tags", []) or cell in code[:2] or "register(" in cell.source
               for cell in code if cell.source in silent), silent
    assert sum(bool(cell.outputs) for cell in code) >= 4


def test_the_workbook_shows_the_same_again(tmp_path):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(GOLDEN)],
                          env=pinned(demo(tmp_path)), capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]
