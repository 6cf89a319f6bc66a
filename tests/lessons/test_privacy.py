"""A deleted or restricted lesson is found by nobody who may not see it, by whatever back end and whatever query."""

from __future__ import annotations

import random

import pytest

from exchange.store import Store
from exchange.store import lesson_tantivy as quick
from exchange.store.lesson_meaning import Meaning
from tests.lessons.worlds import Letters
from tests.store.test_lessons import may_see
from tests.store.worlds import (
    LIMA,
    LOCAL,
    NAIROBI,
    PUBLIC,
    QUITO,
    ROTTERDAM,
    editor,
    facilitator,
    fill,
    participant,
    reader,
    secretariat,
)

VOCABULARY = ["flood", "river", "heat", "school", "water", "alarm", "bridge", "clinic", "inundación", "calor", "الماء"]
VIEWERS = [LOCAL, PUBLIC, editor(ROTTERDAM), reader(QUITO), editor(NAIROBI), editor(LIMA), facilitator(LIMA, QUITO),
           secretariat("delta"), secretariat("coast"), secretariat("coast", ROTTERDAM), participant(QUITO, "r1")]


def library(store, rng):
    """Fill a library with lessons of every sensitivity, many alike; return the rows with `deleted`."""
    fill(store)
    made = []
    for number in range(120):
        city = rng.choice([ROTTERDAM, QUITO, NAIROBI, LIMA, None])
        network = rng.choice([None, {LIMA: "coast"}.get(city, "delta")]) if city else rng.choice(["delta", "coast"])
        title = " ".join(rng.sample(VOCABULARY, 3))
        made.append({"lesson_id": f"l{number}", "title": title, "language": rng.choice(["en", "es", "ar"]),
                     "city_id": city, "network_id": network, "demo": False,
                     "body": {"country": "NLD", "hazards": ["MH0606"], "essentials": ["E4"]},
                     "sensitivity": rng.choice(["public", "partner_only", "restricted"])})
    store.load(LOCAL, {"lesson": made})
    gone = set(rng.sample([row["lesson_id"] for row in made], 20))
    for key in gone:
        store.delete_lesson(LOCAL, key)
    return [{**row, "deleted": row["lesson_id"] in gone} for row in made]


def attack(store, rows, queries, rng):
    """Ask as random viewers and hold every answer against the rule in plain Python."""
    allowed = {viewer: {row["lesson_id"] for row in rows if may_see(viewer, row)} for viewer in VIEWERS}
    for n in range(queries):
        viewer = rng.choice(VIEWERS)
        query = " ".join(rng.sample(VOCABULARY, rng.randrange(4)))
        filters = rng.choice([{}, {"country": "NLD"}, {"sensitivity": "restricted"}, {"hazard": "MH0606"}])
        if n % 2:
            found = {row["lesson_id"] for row in store.search_lessons(viewer, query, filters, limit=500)}
            assert found <= allowed[viewer]
            continue
        hits = store.find_lessons(viewer, query, filters, start=rng.choice([0, 5]), limit=rng.choice([3, 500]))
        found = {row["lesson_id"] for row in hits.lessons} | {key for keys in hits.twins.values() for key in keys}
        assert found <= allowed[viewer]
        # Not even a count gives away what is hidden.
        assert hits.total <= len(allowed[viewer])
        assert all(n <= len(allowed[viewer]) for counts in hits.facets.values() for n in counts.values())


def opened(request, tmp_path, back_end):
    if back_end == "postgres":
        return Store.open(request.getfixturevalue("postgres_url"))
    store = Store.open(f"sqlite:///{tmp_path / 'private.db'}")
    if back_end == "tantivy":
        pytest.importorskip("tantivy")
        store._words = quick.TantivyEngine(tmp_path / "index")
    if back_end == "meaning":
        store.meaning = Meaning(Letters())
    return store


BACK_ENDS = ["fts5", "tantivy", "meaning", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_nobody_finds_what_is_not_theirs_in_a_hundred_queries(request, tmp_path, back_end):
    rng = random.Random(11)
    with opened(request, tmp_path, back_end) as store:
        attack(store, library(store, rng), 120, rng)


@pytest.mark.slow
@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_nobody_finds_what_is_not_theirs_in_ten_thousand_queries(request, tmp_path, back_end):
    rng = random.Random(12)
    with opened(request, tmp_path, back_end) as store:
        attack(store, library(store, rng), 10_000, rng)


@pytest.mark.parametrize("back_end", ["fts5", "tantivy", "meaning"])
def test_a_lesson_that_was_deleted_or_closed_a_moment_ago_is_gone_at_once(request, tmp_path, back_end):
    with opened(request, tmp_path, back_end) as store:
        fill(store)
        for key in ("a", "b"):
            store.put_lesson(LOCAL, {"lesson_id": key, "title": "river flood", "language": "en", "city_id": QUITO,
                                     "body": {"problem": f"school {key}"}})
        assert {row["lesson_id"] for row in store.search_lessons(PUBLIC, "river flood")} == {"a", "b"}
        store.put_lesson(LOCAL, {"lesson_id": "a", "sensitivity": "restricted"})
        assert {row["lesson_id"] for row in store.search_lessons(PUBLIC, "river flood")} == {"b"}
        store.delete_lesson(LOCAL, "b")
        assert store.search_lessons(PUBLIC, "river flood") == []
        assert {row["lesson_id"] for row in store.search_lessons(LOCAL, "river flood")} == {"a"}
