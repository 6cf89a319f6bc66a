"""60 questions in the browser: our questionnaire beside the same form in core ipywidgets, both in plain Voilà."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser
from rich.table import Table

from tests.bench import forms
from tests.bench.figures import spread
from tests.browser import chromium, visitor

ROOT = Path(__file__).resolve().parents[2]
PORT = 8878
RUNS = 5
SIDES = {
    "ours": ("[data-item] .lx-levels input", ".lx-save"),
    "core": (".widget-radio-box input", ".bench-said"),
}
"""Side -> where an answer is given, and where the kernel's receipt is read."""


def table(folder: Path, runs: int = RUNS) -> Table:
    """Return time until the kernel has answered a click, and what was sent until then, for both sides."""
    with voila(folder) as url, chromium() as browser:
        for side in SIDES:
            answered(browser, url, side)  # not counted: the first page of a server compiles
        # By turns, so that a busy moment of the machine falls on both.
        taken: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
        for _ in range(runs):
            for side, figures in taken.items():
                figures.append(answered(browser, url, side))
    shown = Table("what", "our questionnaire", "core ipywidgets", "ratio", title="60 questions in the browser")
    for name, unit in (("time to interactive", "s"), ("websocket bytes received", "kB"), ("HTTP bytes", "MB"),
                       ("DOM nodes", "")):
        ours, core = ([one[name] for one in taken[side]] for side in SIDES)
        ratio = statistics.median(ours) / statistics.median(core)
        shown.add_row(name, spread(ours, unit), spread(core, unit), f"{ratio:.2f}")
    mine, theirs = forms.models(forms.ours), forms.models(forms.core)
    shown.add_row("widget models", str(mine), str(theirs), f"{mine / theirs:.2f}")
    return shown


def answered(browser: Browser, url: str, side: str) -> dict[str, float]:
    """Open a form as a new visitor, answer one question, and wait until the kernel says that it has it."""
    place, receipt = SIDES[side]
    with visitor(browser) as (page, _trouble):
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        loaded: list[int] = []
        frames: list[int] = []

        def frame(event: dict[str, Any]) -> None:
            frames.append(len(event["response"]["payloadData"]))

        session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        session.on("Network.webSocketFrameReceived", frame)
        begin = time.perf_counter()
        page.goto(f"{url}/voila/render/{side}.ipynb", timeout=120_000)
        page.locator(place).first.wait_for(state="attached", timeout=120_000)
        page.locator(place).first.check(force=True)
        said = "(selector) => document.querySelector(selector)?.textContent.startsWith('Saved')"
        page.wait_for_function(said, arg=receipt, timeout=60_000)
        took = time.perf_counter() - begin
        nodes = page.evaluate("document.querySelectorAll('*').length")
        return {"time to interactive": took, "websocket bytes received": sum(frames) / 1e3,
                "HTTP bytes": sum(loaded) / 1e6, "DOM nodes": float(nodes)}


@contextmanager
def voila(folder: Path) -> Iterator[str]:
    """Serve a notebook of one line for each side, as Voilà's documentation starts it."""
    notebooks = folder / "forms"
    notebooks.mkdir()
    for side in SIDES:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(
            f"from tests.bench.forms import {side}\n{side}()")])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, notebooks / f"{side}.ipynb")
    command = [sys.executable, "-m", "voila", str(notebooks), f"--port={PORT}", "--no-browser", "--Voila.ip=127.0.0.1"]
    with (folder / "voila-forms.log").open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
        try:
            time.sleep(6)
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait(20)
