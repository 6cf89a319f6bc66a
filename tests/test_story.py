"""The whole loop, as people live it: papermill for two rounds in an empty folder, then the same story in a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from exchange import Workbook
from exchange.paths import NOTEBOOKS
from tests.browser import chromium, have_chromium, visitor
from tests.serving import environment, exchange, running

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
PAGES = {"assess": "Assess", "discover": "Discover", "match": "Match", "exchange": "Exchange",
         "evaluate": "Evaluate", "learn": "Learn"}


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    """A store with the demo network, made by the command in an empty folder."""
    folder = tmp_path_factory.mktemp("story")
    made = exchange("demo", database=folder / "story.db", cwd=folder)
    assert made.returncode == 0, made.stderr
    assert "fictional" in made.stdout
    return folder / "story.db"


def papermill(notebook: str, output: Path, database: Path, **parameters: str) -> subprocess.CompletedProcess[str]:
    given = [part for name, value in parameters.items() for part in ("-p", name, value)]
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / f"{notebook}.ipynb"), str(output), *given]
    return subprocess.run(command, cwd=output.parent, env=environment(database, EXCHANGE_STATIC="1"),
                          capture_output=True, text=True, check=False, timeout=120)


def shown(notebook: nbformat.NotebookNode) -> str:
    """Everything that a reader of an executed notebook sees, as text."""
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error"]
    bundles = [o.data for o in outputs if "data" in o]
    assert not [b for b in bundles if "application/vnd.jupyter.widget-view+json" in b]
    return "\n".join(b.get("text/plain", "") + b.get("text/html", "") for b in bundles)


@pytest.mark.parametrize("round_", ["1", "2"])
def test_papermill_runs_the_whole_workbook(round_, database, tmp_path):
    for name in NAMES:
        output = tmp_path / f"{name}.ipynb"
        done = papermill(name, output, database, city="rotterdam", network="demo", round=round_)
        assert done.returncode == 0, f"{name}: {done.stderr[-3000:]}"
        notebook = nbformat.read(output, as_version=4)
        assert "Demo data, fictional" in shown(notebook), name
    assert "47" in shown(nbformat.read(tmp_path / "01_self_assessment.ipynb", as_version=4))


@pytest.mark.parametrize("language", ["es", "ar"])
def test_papermill_speaks_other_languages(language, database, tmp_path):
    output = tmp_path / "03.ipynb"
    done = papermill("03_peer_matching", output, database, city="quito", network="demo", language=language)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = shown(nbformat.read(output, as_version=4))
    assert f'lang="{language}"' in seen
    assert "Demo data, fictional" not in seen


@pytest.fixture(scope="module")
def served(database):
    with running(database) as server:
        yield server


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.skipif(not have_chromium(), reason="no Chromium on this machine")
class TestInTheBrowser:
    def test_every_page_opens_alone_and_without_complaint(self, served, browser):
        with visitor(browser) as (page, trouble):
            page.goto(served.url)
            assert page.get_by_text("Demo data, fictional").count()
            for step, title in PAGES.items():
                page.goto(f"{served.url}/{step}/{'demo' if step == 'learn' else 'rotterdam'}")
                page.get_by_role("heading", level=1, name=title).wait_for(timeout=60_000)
                page.wait_for_function("!document.querySelector('#loading')", timeout=60_000)
                assert page.get_by_text("Demo data, fictional").count(), step
            assert not trouble, trouble

    def test_an_answer_survives_a_reload_and_a_killed_kernel(self, served, browser, database):
        with visitor(browser) as (page, trouble):
            page.goto(f"{served.url}/assess/accra")
            open_item(page, "P6.4")
            choose(page, "P6.4", "3")
            saved(page)
            page.reload()
            open_item(page, "P6.4")
            assert page.locator("[data-item='P6.4'] input:checked").get_attribute("value") == "3"
            kill_kernels(served)
            choose(page, "P6.4", "1")
            page.wait_for_timeout(1500)
            page.goto(f"{served.url}/assess/accra")
            open_item(page, "P6.4")
            saved(page)
            assert not trouble.foreign
        answers = json.loads(exchange("answers", "--city", "accra", "--json", database=database).stdout)
        assert {"item": "P6.4", "state": "answered", "level": 1} in answers

    def test_a_city_goes_from_its_gaps_to_an_evaluated_exchange(self, served, browser, database):
        with visitor(browser) as (page, trouble):
            page.goto(f"{served.url}/discover/quito")
            page.get_by_role("searchbox").wait_for(timeout=60_000)
            page.get_by_role("searchbox").fill("colour and hour on lamp posts")
            page.get_by_role("searchbox").press("Enter")
            found = page.locator("li", has_text="Flood warnings in the words of the street").first
            found.wait_for(timeout=30_000)
            found.get_by_role("button", name=re.compile("We want to learn from this")).click()
            found.get_by_text(re.compile("How far are you with it")).wait_for(timeout=20_000)

            page.goto(f"{served.url}/match/quito")
            page.get_by_role("button", name=re.compile("^Invite ")).first.wait_for(timeout=60_000)
            invite = page.get_by_role("button", name=re.compile("^Invite ")).first
            peer = invite.inner_text().removeprefix("Invite ")
            invite.click()
            page.get_by_label(re.compile(f"^Why {peer}")).fill("They warn people in plain words; we do not yet.")
            page.get_by_role("button", name=f"Send the invitation to {peer}").click()
            page.get_by_text(f"{peer} is invited.").wait_for(timeout=20_000)

            mine = newest_exchange(database, "quito")
            page.goto(f"{served.url}/exchange/quito?exchange={mine}")
            page.get_by_role("button", name="Add an objective").click(timeout=60_000)
            page.get_by_label("What should be different afterwards").fill("A warning that every household understands")
            page.get_by_role("button", name="Done").first.click()
            saved(page)
            page.reload()
            page.get_by_text("A warning that every household understands").first.wait_for(timeout=60_000)

            page.goto(f"{served.url}/evaluate/quito")
            open_item(page, "I1.1")
            choose(page, "I1.1", "4")
            saved(page)
            page.get_by_text("What may be concluded").first.wait_for(timeout=30_000)

            page.goto(f"{served.url}/learn/demo")
            page.get_by_role("heading", name="The six promises").wait_for(timeout=60_000)
            assert not trouble, trouble
        trail = [use for use in uses(database, "quito") if use["lesson_id"] == "demo-lesson-005"]
        assert [use["phase"] for use in trail][-1:] == ["exploration"]


def newest_exchange(database: Path, city: str) -> str:
    with Workbook.open(city, "demo", database=f"sqlite:///{database}") as workbook:
        return max(workbook.exchange.rows(), key=lambda row: row["created_at"])["exchange_id"]


def uses(database: Path, city: str) -> list[dict]:
    with Workbook.open(city, "demo", database=f"sqlite:///{database}") as workbook:
        return workbook.discover.uses()


def saved(page) -> None:
    """Wait until the page says in words that the last change is kept."""
    page.get_by_text(re.compile(r"^Saved")).first.wait_for(timeout=20_000)


def open_item(page, item: str) -> None:
    """Turn to the section of an item, as a person does."""
    page.locator("[data-item]").first.wait_for(timeout=60_000)
    section = item[1:].split(".", maxsplit=1)[0]
    page.get_by_role("button", name=re.compile(rf"^{section}\s")).first.click()
    page.locator(f"[data-item='{item}']").wait_for(timeout=20_000)


def choose(page, item: str, level: str) -> None:
    page.locator(f"[data-item='{item}'] input[value='{level}']").check(force=True)


def kill_kernels(server) -> None:
    """End the kernels of this server, and nobody else's, without a word."""
    children = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True,
                              text=True, check=True).stdout
    pids = [int(line.split()[0]) for line in children.splitlines() if "ipykernel" in line]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
