"""The quick index gives what the record's own index gives, follows every change, and gives way where it cannot."""

from __future__ import annotations

import random

import pytest

from exchange.store import Store
from exchange.store import lesson_tantivy as quick
from exchange.store.lesson_engines import SqlEngine
from tests.store.worlds import LOCAL

pytest.importorskip("tantivy")

WORDS = ["flood", "river", "heat", "school", "water", "alarm", "bridge", "clinic", "slope", "market", "roof", "drain"]


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'quick.db'}") as opened:
        rng = random.Random(2)
        opened.load(LOCAL, {"lesson": [{"lesson_id": f"l{n}", "title": " ".join(rng.sample(WORDS, 2)),
                                        "language": "en", "body": {"problem": " ".join(rng.choices(WORDS, k=20))}}
                                       for n in range(300)]})
        yield opened


def found(store, engine, query, limit=20, *, follows=True):
    store._words = engine
    if isinstance(engine, quick.TantivyEngine):
        with store.read() as connection:
            assert engine.follow(connection) == follows
    return [row["lesson_id"] for row in store.search_lessons(LOCAL, query, limit=limit)]


def test_it_finds_the_same_lessons_as_the_record(store, tmp_path):
    engine = quick.TantivyEngine(tmp_path / "index")
    for query in ("flood", "floods schools", "river heat alarm", '"clinic" AND (roof', "nothing"):
        assert set(found(store, engine, query, 300)) == set(found(store, SqlEngine(), query, 300)), query


def test_most_of_the_first_ten_are_the_same(store, tmp_path):
    engine, rng, shared = quick.TantivyEngine(tmp_path / "index"), random.Random(4), []
    for _ in range(30):
        query = " ".join(rng.sample(WORDS, 2))
        shared.append(len(set(found(store, engine, query, 10)) & set(found(store, SqlEngine(), query, 10))))
    assert sum(shared) / len(shared) > 7


def test_it_follows_new_changed_and_deleted_lessons_also_after_a_restart(store, tmp_path):
    engine = quick.TantivyEngine(tmp_path / "index")
    assert found(store, engine, "volcano") == []
    store.put_lesson(LOCAL, {"lesson_id": "new", "title": "volcano", "language": "en", "body": {}})
    assert found(store, engine, "volcano") == ["new"]
    store.put_lesson(LOCAL, {"lesson_id": "new", "title": "glacier"})
    again = quick.TantivyEngine(tmp_path / "index")
    assert found(store, again, "volcano") == []
    assert found(store, again, "glaciers") == ["new"]
    store.delete_lesson(LOCAL, "new")
    assert found(store, again, "glacier") == []


def test_an_index_that_was_cut_off_or_is_newer_than_the_record_is_made_anew(store, tmp_path):
    engine = quick.TantivyEngine(tmp_path / "index")
    wanted = found(store, engine, "flood", 300)
    stamp = tmp_path / "index" / "followed.json"
    for damage in (stamp.unlink, lambda: stamp.write_text('{"changed": 999999}')):
        damage()
        again = found(store, quick.TantivyEngine(tmp_path / "index"), "flood", 300)
        assert sorted(again) == sorted(wanted)


def test_where_another_program_writes_the_index_the_record_answers(store, tmp_path):
    import tantivy

    engine = quick.TantivyEngine(tmp_path / "index")
    assert found(store, engine, "flood")
    held = tantivy.Index.open(str(tmp_path / "index")).writer(heap_size=15_000_000, num_threads=1)
    store.put_lesson(LOCAL, {"lesson_id": "new", "title": "volcano", "language": "en", "body": {}})
    assert found(store, engine, "volcano", follows=False) == ["new"]
    held.rollback()
    del held
    assert found(store, engine, "volcano") == ["new"]


def test_a_small_library_does_without_and_a_large_one_takes_it(store, monkeypatch, tmp_path):
    assert isinstance(_engine(store), SqlEngine)
    monkeypatch.setattr(quick, "FROM", 100)
    monkeypatch.setattr(quick, "installed", lambda: False)
    assert isinstance(_engine(store), SqlEngine)
    monkeypatch.setattr(quick, "installed", lambda: True)
    assert isinstance(_engine(store), quick.TantivyEngine)
    assert found(store, _engine(store), "flood")
    assert (tmp_path / "quick.db.lessons" / "meta.json").exists()
    with Store.open(str(store.engine.url)) as other:
        assert [row["lesson_id"] for row in other.find_lessons(LOCAL, "flood").lessons]


def _engine(store):
    with store.read() as connection:
        return store._engine(connection)
