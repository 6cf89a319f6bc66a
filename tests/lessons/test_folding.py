"""Lessons that say nearly the same are shown as one, and nobody loses sight of what they may see."""

from __future__ import annotations

import random

import pytest

from exchange.lessons.folding import ALIKE, alike, bands, pairs
from exchange.store import Store
from tests.store.worlds import LOCAL, PUBLIC, ROTTERDAM, editor, fill

WORDS = [f"w{n}" for n in range(400)]


def test_nearly_all_texts_that_are_alike_share_a_mark_and_few_others_do():
    rng = random.Random(5)
    met = {True: [], False: []}
    for _ in range(400):
        one = rng.choices(WORDS, k=60)
        other = one[:]
        for place in rng.sample(range(60), rng.choice([1, 2, 40])):
            other[place] = rng.choice(WORDS)
        a, b = pairs(one), pairs(other)
        met[alike(a, b) >= ALIKE].append(bool(set(bands(a)) & set(bands(b))))
    assert sum(met[True]) / len(met[True]) > 0.93
    assert sum(met[False]) / len(met[False]) < 0.2


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'folds.db'}") as opened:
        fill(opened)
        yield opened


TEXT = ("The river rose in the night and reached the school before the sirens were heard by anybody in the lower "
        "streets so that parents carried their children through the water")


def put(store, key, text, **more):
    store.put_lesson(LOCAL, {"lesson_id": key, "title": "Night flood", "language": "en", "body": {"problem": text},
                             "city_id": ROTTERDAM, **more})


def test_a_copy_is_folded_under_the_best_and_counted_once(store):
    put(store, "a", TEXT)
    put(store, "b", TEXT + " again")
    put(store, "c", "Trees were planted along the river to give shade in summer")
    for query in ("river", ""):
        found = store.find_lessons(LOCAL, query)
        assert found.total == 2
        assert len(found.lessons) == 2
        assert sorted([*found.twins, *found.twins[next(iter(found.twins))]]) == ["a", "b"]
        assert found.facets["language"] == {"en": 2}


def test_a_twin_that_may_be_seen_stands_for_one_that_may_not(store):
    put(store, "a", TEXT, sensitivity="restricted")
    put(store, "b", TEXT)
    for query in ("river", ""):
        found = store.find_lessons(PUBLIC, query)
        assert [row["lesson_id"] for row in found.lessons] == ["b"]
        assert (found.total, found.twins) == (1, {})
    assert store.find_lessons(editor(ROTTERDAM), "river").total == 1


def test_pages_of_folded_lessons_hold_each_once(store):
    for n in range(30):
        put(store, f"l{n:02d}", f"river {TEXT} number" if n % 3 == 0 else f"river {' '.join(WORDS[n * 9:n * 9 + 9])}")
    for query in ("river", ""):
        whole = [row["lesson_id"] for row in store.find_lessons(LOCAL, query, limit=50).lessons]
        pages = [row["lesson_id"] for start in range(0, 30, 7)
                 for row in store.find_lessons(LOCAL, query, start=start, limit=7).lessons]
        assert pages == whole
        assert len(set(whole)) == len(whole) == store.find_lessons(LOCAL, query).total == 21
