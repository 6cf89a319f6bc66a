"""Small notebooks, plans of them, and the command that runs them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from exchange import cli
from tests.serving import environment

SMALL = ("print('number', number)", "import pandas as pd\npd.DataFrame({'twice': [2 * number], 'said': ['=1+1']})")
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


class Ended(NamedTuple):
    """How a call ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def book(path, *cells, declares="number: int = 0  # which"):
    """Write a notebook with a parameters cell and these cells of code; return its path."""
    parameters = [new_code_cell(declares, metadata={"tags": ["parameters"]})] if declares is not None else []
    node = new_notebook(cells=[new_markdown_cell("# A small book"), *parameters, *map(new_code_cell, cells or SMALL)],
                        metadata={"kernelspec": KERNEL})
    nbformat.write(node, path)
    return path


def plan(path, rows):
    """Write a plan as JSON; return its path."""
    path.write_text(json.dumps(rows))
    return path


def small_plan(folder, many, *cells):
    """Write a notebook and a plan that runs it so many times, each with its own number."""
    book(folder / "small.ipynb", *cells)
    return plan(folder / "plan.json", [{"notebook": "small.ipynb", "parameters": {"number": n}} for n in range(many)])


def command(folder, *arguments):
    """Return the command `exchange run` on a folder of its own."""
    return [sys.executable, "-m", "exchange", "run", *map(str, arguments), "--folder", str(folder / "runs")]


def surroundings(folder, **more):
    """Return the environment of a call: a database and a home of its own, by which its processes are known."""
    return environment(folder / "exchange.db", HOME=str(folder), **more)


def run(folder, *arguments, **more):
    """Run the command inside this process, its workers in theirs; return what it printed, as JSON."""
    return called([*command(folder, *arguments)[2:], "--json"], surroundings(folder, **more))


def called(words, around):
    """Call the command `exchange` with these words in this environment: quicker than a process of its own."""
    out, err = io.StringIO(), io.StringIO()
    with (mock.patch.dict(os.environ, around, clear=True), mock.patch.object(sys, "argv", words),
          contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
    return Ended(status, out.getvalue(), err.getvalue())


def counts(done):
    """Return the counts of a call that printed JSON."""
    return {name: number for name, number in json.loads(done.stdout)["counts"].items() if number}


def published(folder):
    """Return the folders of published runs."""
    return sorted(path for path in (folder / "runs" / "published").iterdir() if path.is_dir())


def manifest(folder):
    """Return what a run says of itself."""
    return json.loads((folder / "manifest.json").read_text())


def outputs(folder):
    """Return what the cells of a run show, without times and identifiers."""
    node = nbformat.read(folder / "notebook.ipynb", as_version=4)
    return [[dict(output) for output in cell.outputs] for cell in node.cells if cell.cell_type == "code"]


def everything(folder):
    """Return name of run to its files and outputs, without times, identifiers and hashes of what has them."""
    found = {}
    for run_folder in published(folder):
        files = sorted(str(path.relative_to(run_folder)) for path in run_folder.rglob("*") if path.is_file())
        tables = [(run_folder / name).read_text() for name in files if name.endswith(".csv")]
        said = manifest(run_folder)
        asked = {name: said[name] for name in ("name", "parameters", "hashes", "seed", "state", "error")}
        found[run_folder.name] = [files, tables, outputs(run_folder), asked]
    return found


def path_of(folder: Path, name: str) -> Path:
    """Return where a published run of this name is."""
    (found,) = (one for one in published(folder) if one.name.startswith(f"{name}-"))
    return found
