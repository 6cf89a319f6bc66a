"""The library finds what people judged relevant, at least as well as the plain index that everybody has."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from exchange.lessons import parse, recommend
from exchange.store import Store
from tests.lessons.quality import cranfield, mean, ndcg, operations, plain_fts5
from tests.store.worlds import LOCAL

pytestmark = pytest.mark.shared


def filled(folder, lessons):
    store = Store.open(f"sqlite:///{folder / 'quality.db'}")
    store.load(LOCAL, {"lesson": [{"lesson_id": key, "title": title, "language": "en", "body": {"problem": words}}
                                  for key, (title, words) in lessons.items()]})
    return store


def found_by(store, query, k=10):
    return [row["lesson_id"] for row in store.search_lessons(LOCAL, query, limit=k)]


def test_on_the_cranfield_collection_words_alone_reach_a_gain_of_36(tmp_path):
    documents, queries, grades = cranfield()
    with filled(tmp_path, documents) as store:
        ours = mean(ndcg(found_by(store, query), grade) for query, grade in zip(queries, grades, strict=True))
    search = plain_fts5({key: " ".join(parts) for key, parts in documents.items()})
    plain = mean(ndcg(search(query), grade) for query, grade in zip(queries, grades, strict=True))
    print(f"\nCranfield, {len(queries)} queries, nDCG@10: ours {ours:.4f}, plain FTS5 {plain:.4f}")
    assert ours >= 0.36


def test_a_challenge_finds_the_lessons_of_its_own_operation(tmp_path):
    lessons, challenges = operations()
    texts = {f"i{n}": words for n, words in enumerate(lessons)}
    relevant = defaultdict(dict)
    for key, words in texts.items():
        for about in lessons[words]:
            relevant[about[:3]][key] = 1
    wanted = {words: relevant[about[0][:3]] for words, about in challenges.items() if relevant.get(about[0][:3])}
    asked = random.Random(1).sample(sorted(wanted), 400)
    with filled(tmp_path, {key: (words[:80], words) for key, words in texts.items()}) as store:
        ours = [found_by(store, query) for query in asked]
    search = plain_fts5(texts)
    figures = {}
    for name, found in (("ours", ours), ("plain FTS5", [search(query) for query in asked])):
        gain = mean(ndcg(one, wanted[query]) for one, query in zip(found, asked, strict=True))
        hit = mean(any(key in wanted[query] for key in one) for one, query in zip(found, asked, strict=True))
        figures[name] = (gain, hit)
    print(f"\nIFRC, 400 challenges over {len(texts)} lessons: "
          + "; ".join(f"{name} nDCG@10 {gain:.4f}, hit@10 {hit:.4f}" for name, (gain, hit) in figures.items()))
    assert figures["ours"][0] >= 0.21
    assert figures["ours"][1] >= 0.34


def test_recommendations_are_at_least_three_times_better_than_random_facets():
    """A profile is what one operation found hard (its challenges); good are the lessons of that same operation."""
    told, hard = operations()
    items, hazards = _ids(told, hard, 2), _hazard_ids(told, hard)
    lessons, source = [], {}
    for n, (words, abouts) in enumerate(told.items()):
        about = abouts[0]
        lessons.append(parse({"lesson_id": f"i{n:05d}", "title": "-", "language": "en", "problem": words[:100],
                              "what_was_done": "", "items": [items[about[2]]],
                              "essentials": ["E" + items[about[2]][1:].split(".")[0]], "hazards": [hazards[about[3]]]}))
        source[f"i{n:05d}"] = {one[0] for one in abouts}
    rng = random.Random(3)
    profiles = defaultdict(list)
    for abouts in hard.values():
        profiles[abouts[0][0]].append(abouts[0])
    chosen = rng.sample(sorted(key for key, rows in profiles.items() if len(rows) >= 3), 60)
    ours, chance = [], []
    for operation in chosen:
        rows = profiles[operation]
        levels, threats = {items[row[2]]: 0 for row in rows}, {hazards[row[3]]: 1.0 for row in rows}
        best = recommend(lessons, levels, threats, top=10)
        ours.append(mean(operation in source[one.lesson.lesson_id] for one in best))
        blind = recommend(lessons, dict.fromkeys(rng.sample(sorted(set(items.values())), len(levels)), 0),
                          dict.fromkeys(rng.sample(sorted(set(hazards.values())), len(threats)), 1.0), top=10)
        chance.append(mean(operation in source[one.lesson.lesson_id] for one in blind))
    print(f"\nRecommendations, precision@10 over {len(chosen)} operations: by profile {mean(ours):.4f}, "
          f"random facets {mean(chance):.4f}")
    assert mean(ours) >= 3 * mean(chance)
    assert mean(ours) > 0


def _ids(told, hard, place):
    """Return an item for each sub-dimension; those of one dimension are of one essential."""
    pairs = sorted({(about[4], about[place]) for abouts in (*told.values(), *hard.values()) for about in abouts})
    dimensions = {name: n for n, name in enumerate(dict.fromkeys(pair[0] for pair in pairs), 1)}
    return {sub: f"P{dimensions[dimension]}.{n}" for n, (dimension, sub) in enumerate(pairs)}


def _hazard_ids(told, hard):
    from exchange import hazards

    names = sorted({about[3] for abouts in (*told.values(), *hard.values()) for about in abouts})
    return dict(zip(names, hazards.load(), strict=False))
