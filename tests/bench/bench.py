"""Figures of the workbook, both sides in one run, with n and spread. Run by `make bench`; never a pass or fail."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from exchange import Workbook, cities, instruments
from exchange.matching import Pool, rank
from exchange.paths import NOTEBOOKS
from exchange.vocabulary import STAKEHOLDER_GROUPS
from tests.browser import chromium, visitor
from tests.serving import environment, exchange, running

RUNS = 5
SAVED = re.compile(r"^Saved \d")
IMPORTS = {"nothing": "", "pandas and ipywidgets": "import pandas, ipywidgets",
           "our imports": "from exchange import Workbook; import widgets"}


def main() -> None:
    """Print every table."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        exchange("demo", database=database)
        console.print(pages(database, Path(folder)))
        console.print(kernels(database))
        console.print(room(Path(folder)))
    console.print(matching())


def spread(values: list[float], unit: str, digits: int = 2) -> str:
    """Return the median, with the least, the most and n."""
    middle, least, most = (round(f(values), digits) for f in (statistics.median, min, max))
    return f"{middle} {unit} ({least} to {most}, n {len(values)})"


def timed(work: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return how many seconds each run took, after one that is not counted."""
    work()
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return took


def pages(database: Path, folder: Path) -> Table:
    """Compare notebook 01 in our server with the same notebook in plain Voilà."""
    table = Table("what", "exchange serve", "plain voila", "ratio", title="Notebook 01 in the browser")
    with running(database) as ours, plain_voila(database, folder) as plain, chromium() as browser:
        mine = [opened(browser, f"{ours.url}/assess/rotterdam") for _ in range(RUNS)]
        theirs = [opened(browser, f"{plain}/voila/render/01_self_assessment.ipynb") for _ in range(RUNS)]
    for n, (name, unit) in enumerate((("time to interactive", "s"), ("bytes", "MB"), ("requests", ""))):
        a, b = ([float(one[n]) for one in side] for side in (mine, theirs))
        table.add_row(name, spread(a, unit), spread(b, unit), f"{statistics.median(a) / statistics.median(b):.2f}")
    return table


def opened(browser: Browser, url: str) -> tuple[float, float, int]:
    """Open a page as a new visitor; return seconds until an answer was taken, megabytes and requests."""
    with visitor(browser) as (page, _trouble):
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[int] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        begin = time.perf_counter()
        page.goto(url, timeout=120_000)
        page.locator("[data-item] input[type=radio]").first.wait_for(state="attached", timeout=120_000)
        page.locator("[data-item] input[type=radio]:not(:checked)").first.check(force=True)
        page.get_by_text(SAVED).first.wait_for(timeout=60_000)
        return time.perf_counter() - begin, sum(sizes) / 1e6, len(sizes)


class plain_voila:  # noqa: N801 - a context manager that reads like a function
    """Plain Voilà on the same notebooks, as its documentation starts it."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._command = [sys.executable, "-m", "voila", str(NOTEBOOKS), "--port=8877", "--no-browser",
                         "--Voila.ip=127.0.0.1"]
        self._environment = environment(database)
        self._log = (folder / "voila.log").open("w")

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=self._log, stderr=self._log)
        time.sleep(6)
        return "http://127.0.0.1:8877"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._log.close()


def kernels(database: Path) -> Table:
    """Compare how long a kernel takes until it has answered, with different imports."""
    from jupyter_client.manager import start_new_kernel

    def start(code: str) -> None:
        manager, client = start_new_kernel(env=environment(database), stderr=subprocess.DEVNULL)
        try:
            client.execute_interactive(code or "1", timeout=60, output_hook=lambda _message: None)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    table = Table("imports", "start to first answer", "ratio", title="A kernel")
    found = {name: timed(lambda code=code: start(code)) for name, code in IMPORTS.items()}
    base = statistics.median(found["nothing"])
    for name, took in found.items():
        table.add_row(name, spread(took, "s"), f"{statistics.median(took) / base:.2f}")
    return table


def room(folder: Path, people: int = 60) -> Table:
    """Time what a facilitator waits for after one more answer, in a room of 60 people and 47 questions."""
    rng = np.random.default_rng(1)
    items = [item.id for item in instruments.load("resilience").items]
    groups = list(STAKEHOLDER_GROUPS)[:8]
    with Workbook.open(database=f"sqlite:///{folder / 'room.db'}") as nobody:
        nobody.store.load(nobody.viewer, {"city": [{"city_id": "1", "name": "Bench", "country": "NLD"}]})
    with Workbook.open("1", database=f"sqlite:///{folder / 'room.db'}") as workbook:
        one = workbook.assess.room()
        key = one.open()["assessment_id"]
        ids = {f"r-{n}": groups[n % len(groups)] for n in range(people)}
        said = [{"respondent_id": who, "item": item, "state": "answered", "level": int(rng.integers(4)), "note": ""}
                for who in ids for item in items]
        workbook.store.fill_room(workbook.viewer, key, ids, {1: said}, one.rule)
        levels = iter(int(level) for level in rng.integers(4, size=1000))

        def answer() -> None:
            one.say("r-0", str(rng.choice(items)), "answered", next(levels))

        def answer_and_map() -> None:
            answer()
            one.map(most=len(items)).html()

        table = Table("what", "time", title=f"A room of {people} people, {len(said):,} answers")
        for name, work in (("one more answer kept and counted", answer), ("is there something new?", one.mark),
                           ("map of all questions by group", lambda: one.map(most=len(items)).html()),
                           ("answer, then the map", answer_and_map)):
            table.add_row(name, spread([1000 * t for t in timed(work, 20)], "ms", 1))
    return table


def matching() -> Table:
    """Rank the peers of one city among 1,070 and among all cities of the gazetteer, hazards drawn by lot."""
    table = Table("cities", "pool made", "one city ranked", title="exchange match, in the process")
    everywhere = cities.load().table()
    rng = np.random.default_rng(1)
    named = ["MH0600", "MH0501", "GH0101", "MH0401", "EN0205", "MH0309"]
    for n in (1070, len(everywhere)):
        some = everywhere.sort_values("population", ascending=False).head(n).reset_index(drop=True)
        drawn = [(city, hazard) for city in some["city_id"]
                 for hazard in rng.choice(named, 3, replace=False)]
        hazards = {"city_id": [c for c, _ in drawn], "hazard_id": [h for _, h in drawn], "weight": [1.0] * len(drawn)}

        def made(some=some, hazards=hazards) -> Pool:
            import pandas as pd

            return Pool.of(some, hazards=pd.DataFrame(hazards))

        pool = made()
        table.add_row(f"{n:,}", spread(timed(made, 3), "s"),
                      spread([1000 * t for t in timed(lambda pool=pool: rank(pool, pool.ids[0]), 20)], "ms"))
    return table


if __name__ == "__main__":
    main()
