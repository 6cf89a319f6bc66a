"""Print how quickly a library of 100,000 lessons is filled and searched, by both indexes. No pass or fail.

Run it with ``make bench-lessons``, or ``python -m tests.bench.bench_lessons 20000`` for a smaller one. Lessons are made
up: sentences of the shared test data where they are beside the project, else of our own lessons, put together anew by a
seed. Each part runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from exchange.lessons import starter
from exchange.store import Store, Viewer
from exchange.store import lesson_search as finding
from exchange.store import lesson_tantivy as quick
from exchange.store.lesson_engines import Engine, SqlEngine, groups_of

SIZE = 100_000
QUERIES = 300
AT_ONCE = 10_000
LOCAL = Viewer.local()
READER = Viewer("public")


def main() -> None:
    """Fill a library, search it by each index, and print the figures."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory() as folder:
        filled = part("fill", folder, size)
        table = Table("index", "query p50 CPU ms", "p50 ms", "p95 ms", "least to most", "n",
                      "page with facets p50 CPU ms", "follows / CPU s", "memory MB",
                      title=f"{size:,} lessons, queries of 2 to 5 words by a stranger")
        for name in ("fts5", "tantivy"):
            row = part(name, folder, size)
            keys = ("cpu", "p50", "p95", "range", "n", "page", "rate", "memory")
            table.add_row(name, *(f"{row[key]}" for key in keys))
    console = Console()
    console.print(f"Filled at {filled['rate']:,.0f} lessons a CPU second (record, words, stems, tags, twins), "
                  f"{filled['memory']} MB at most, {filled['disk']} MB on disk, load average {filled['load']}.")
    console.print(table)


def part(what: str, folder: str, size: int) -> dict[str, object]:
    """Run one part in a process of its own and return its figures."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.bench_lessons", "--part", what, folder, str(size)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout))


def fill(folder: Path, size: int) -> dict[str, object]:
    """Fill the library and return how quickly."""
    rng, known = random.Random(1), sentences()
    begin = time.process_time()
    with Store.open(f"sqlite:///{folder / 'bench.db'}") as store:
        for start in range(0, size, AT_ONCE):
            store.load(LOCAL, {"lesson": [made(n, rng, known) for n in range(start, min(start + AT_ONCE, size))]})
    took = time.process_time() - begin
    disk = sum(file.stat().st_size for file in folder.iterdir()) // 1_000_000
    return {"rate": size / took, "memory": memory(), "disk": disk, "load": Path("/proc/loadavg").read_text().split()[0]}


def made(n: int, rng: random.Random, known: list[str]) -> dict[str, object]:
    """Return one made-up lesson."""
    said = rng.sample(known, 5)
    return {"lesson_id": f"b{n}", "title": said[0][:80], "language": rng.choice(["en", "en", "es", "fr"]),
            "sensitivity": rng.choice(["public", "public", "public", "restricted"]),
            "body": {"problem": said[1], "what_was_done": said[2], "result": said[3], "what_failed": said[4],
                     "hazards": [rng.choice(["MH0606", "GH0101", "MH0501"])], "essentials": [f"E{rng.randint(1, 10)}"],
                     "country": rng.choice(["NLD", "ECU", "KEN"]), "year": rng.randint(2000, 2025)}}


def sentences() -> list[str]:
    """Return the sentences of which lessons are made."""
    shared = Path(__file__).resolve().parents[3] / "shared" / "data" / "ifrc_operational_learning.csv"
    if shared.exists():
        with shared.open(encoding="utf-8-sig", newline="") as file:
            return sorted({" ".join(row["Modified Excerpt"].split())[:300] for row in csv.DictReader(file)} - {""})
    return [words for one in starter({}) for words in (one.problem, one.what_was_done, one.result, one.what_failed)]


def search(name: str, folder: Path, size: int) -> dict[str, object]:
    """Search the library by one index and return how quickly."""
    rng, known = random.Random(2), sentences()
    engine: Engine = SqlEngine() if name == "fts5" else quick.TantivyEngine(folder / "index")
    queries = [" ".join(rng.sample(rng.choice(known).split() * 2, rng.randint(2, 5))) for _ in range(QUERIES)]
    visible = finding.visible_to(READER, {})
    with Store.open(f"sqlite:///{folder / 'bench.db'}") as store:
        store._words = engine
        quick.FROM = sys.maxsize  # each index is measured by itself
        with store.read() as connection:
            begin = time.process_time()
            if isinstance(engine, quick.TantivyEngine):
                assert engine.follow(connection)
            took = time.process_time() - begin
            lasted, worked = [], []
            for query in queries:
                groups = groups_of(query, "en")
                begin, begun = time.perf_counter(), time.process_time()
                found = engine.find(connection, visible, groups, "all", 10)
                if len(found) < finding.ENOUGH:
                    engine.find(connection, visible, groups, "any", 10)
                lasted.append(1000 * (time.perf_counter() - begin))
                worked.append(1000 * (time.process_time() - begun))
        pages = []
        for query in queries[:60]:
            begun = time.process_time()
            store.find_lessons(READER, query, language="en")
            pages.append(1000 * (time.process_time() - begun))
    lasted.sort()
    return {"cpu": round(statistics.median(worked), 2), "p50": round(statistics.median(lasted), 2),
            "p95": round(lasted[int(0.95 * len(lasted))], 2),
            "range": f"{lasted[0]:.2f} to {lasted[-1]:.2f}", "n": len(lasted),
            "page": round(statistics.median(pages), 1), "memory": memory(),
            "rate": f"{size / took:,.0f}" if name == "tantivy" else "with the record"}


def memory() -> int:
    """Return the most memory that this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        what, folder, size = sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
        print(json.dumps(fill(folder, size) if what == "fill" else search(what, folder, size)))
    else:
        main()
