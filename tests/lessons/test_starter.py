"""The starter set covers what a new network looks for first, failures too, and says that it is fictional."""

from __future__ import annotations

from collections import Counter

from exchange import hazards, instruments
from exchange.lessons import starter

LESSONS = starter({})


def test_there_are_enough_in_three_languages():
    languages = Counter(lesson.language for lesson in LESSONS)
    assert len(LESSONS) >= 60
    assert languages["es"] >= 15
    assert languages["fr"] >= 10
    assert set(languages) == {"en", "es", "fr"}


def test_every_essential_has_several_and_every_reference_is_known():
    asked = instruments.load("resilience")
    essentials = Counter(essential for lesson in LESSONS for essential in lesson.essentials)
    assert set(essentials) == {section.id for section in asked.sections}
    assert min(essentials.values()) >= 5
    assert {item for lesson in LESSONS for item in lesson.items} <= {item.id for item in asked.items}
    for lesson in LESSONS:
        assert {"E" + item[1:].split(".")[0] for item in lesson.items} <= set(lesson.essentials), lesson.lesson_id


def test_the_main_kinds_of_hazard_are_there():
    known = hazards.load()
    kinds = Counter(known[hazard].kind for lesson in LESSONS for hazard in lesson.hazards)
    assert set(kinds) >= {"meteorological_hydrological", "geological", "biological", "technological", "environmental",
                          "chemical", "societal"}


def test_there_are_stories_of_nothing_but_failure():
    assert sum(not lesson.result for lesson in LESSONS) >= 6
    assert all(lesson.result or lesson.what_failed for lesson in LESSONS)


def test_each_has_the_circumstances_that_decide_whether_it_travels():
    for lesson in LESSONS:
        told = (lesson.population_band, lesson.income_group, lesson.cost_band, lesson.staff, lesson.mandate,
                lesson.government, lesson.duration_months, lesson.year, lesson.stakeholders, lesson.preconditions)
        assert all(told), lesson.lesson_id


def test_all_are_marked_fictional():
    assert all(lesson.demo and "fictional" in lesson.source for lesson in LESSONS)
    assert len({lesson.title for lesson in LESSONS}) == len(LESSONS)
