"""How well a search finds what was judged relevant: the measures, and the test collections."""

from __future__ import annotations

import csv
import math
import re
import sqlite3
from collections import defaultdict
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared(name):
    """Return a file of the shared test data, or skip and say which is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data {name} are not beside the project")
    return path


def ndcg(found, gains, k=10):
    """Return the normalised discounted cumulative gain of the first k: gain = grade, discount log2."""
    gained = sum(gains.get(one, 0) / math.log2(rank + 2) for rank, one in enumerate(found[:k]))
    best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:k]))
    return gained / best if best else 0.0


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def plain_fts5(texts):
    """Return a search over a dict of texts with SQLite's own index as it comes, to be measured against."""
    keys = list(texts)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE d USING fts5(t, tokenize = 'porter unicode61 remove_diacritics 2')")
    database.executemany("INSERT INTO d (rowid, t) VALUES (?, ?)", [(n, texts[key]) for n, key in enumerate(keys)])

    def search(query, k=10):
        words = dict.fromkeys(re.findall(r"\w+", query.lower()))
        match = " OR ".join(f'"{word}"' for word in words)
        ranked = "SELECT rowid FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?"
        return [keys[n] for n, in database.execute(ranked, (match, k))]

    return search


def cranfield():
    """Return documents (id -> title, text), queries, and for each query the grades (4 best, 1 least) of documents."""
    documents = {key: (" ".join(f.get("T", "").split()) or "-", f.get("W", ""))
                 for key, f in _fields(shared("cranfield/cran.all.1400"))}
    queries = [" ".join(f["W"].split()) for _, f in _fields(shared("cranfield/cran.qry"))]
    grades = defaultdict(dict)
    for line in shared("cranfield/cranqrel").read_text().splitlines():
        query, document, code = line.split()[:3]
        # The codes say 1 for a complete answer and 4 for a little interest; -1 is none.
        grades[int(query)][document] = 5 - int(code) if int(code) > 0 else 0
    return documents, queries, [grades[n] for n in range(1, len(queries) + 1)]


def _fields(path):
    for block in re.split(r"^\.I ", path.read_text(encoding="latin-1"), flags=re.MULTILINE)[1:]:
        parts = re.split(r"^\.([TABW])\s*$", block, flags=re.MULTILINE)
        yield parts[0].strip(), dict(zip(parts[1::2], [part.strip() for part in parts[2::2]], strict=True))


def operations():
    """Return the distinct lessons and challenges of IFRC's table, each with operation, sector and sub-dimension."""
    kinds = {"Lessons Learnt": {}, "Challenges": {}}
    with shared("ifrc_operational_learning.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            words, told = " ".join(row["Modified Excerpt"].split()), kinds.get(row["Learning"].strip(), {})
            about = tuple(row[name].strip() for name in ("Lead Title", "DREF Sector", "DREF Subdimension", "Hazard",
                                                         "DREF Dimension"))
            if words:
                told.setdefault(words, []).append(about)
    return kinds["Lessons Learnt"], kinds["Challenges"]
