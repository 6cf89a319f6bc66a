"""What other cities learnt is found, narrowed, recommended and taken up."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.lessons import starter
from tests.workbook.worlds import opened, reader

LIBRARY = len(starter({}))


@pytest.fixture(scope="module")
def quito(demo):
    with opened(demo, "quito") as workbook:
        yield workbook


@pytest.fixture
def writing(own):
    with opened(own, "quito") as workbook:
        yield workbook


def test_the_whole_library_is_listed_where_nothing_is_asked_and_the_readers_language_comes_first(demo):
    with opened(demo, "quito", language="es") as workbook:
        found = workbook.discover.search()
        assert found.total == LIBRARY
        assert len(found.lessons) == 30
        languages = [lesson.language for lesson in found.lessons]
        assert languages == sorted(languages, key=lambda one: one != "es")


def test_pages_of_a_search_follow_one_another(quito):
    whole = quito.discover.search(limit=LIBRARY).lessons
    pages = [quito.discover.search(start=start, limit=25).lessons for start in range(0, LIBRARY, 25)]
    assert sum(pages, ()) == whole


def test_a_facet_says_how_many_lessons_it_leaves(quito):
    for key, _, values in quito.discover.search().facets:
        for value, words, n in values[:4]:
            assert words
            assert quito.discover.search("", {key: [value]}).total == n, (key, value)


def test_several_facets_narrow_together_and_values_of_one_widen(quito):
    spanish = quito.discover.search("", {"language": ["es"]}).total
    either = quito.discover.search("", {"language": ["es", "fr"]}).total
    both = quito.discover.search("", {"language": ["es"], "hazard": ["GH0101"]}).total
    assert both <= spanish < either


@pytest.mark.parametrize("query", [
    '"', "AND OR NOT", "a* NEAR(b)", "🙂", "'; DROP TABLE lesson; --", "\x00", "x" * 9999])
def test_a_query_is_words_whatever_it_holds(quito, query):
    assert quito.discover.search(query).total >= 0


def test_recommended_lessons_say_why_and_are_not_the_citys_own(quito):
    recommended = quito.discover.for_you()
    assert len(recommended) == 3
    for one in recommended:
        assert one.reasons
        assert one.lesson.city_id != quito.city_id


def test_a_lesson_that_is_taken_up_stands_in_the_trail_with_how_far_it_came(writing):
    before = len(writing.discover.uses())
    fresh = next(lesson for lesson in writing.discover.search(limit=LIBRARY).lessons
                 if lesson.lesson_id not in {use["lesson_id"] for use in writing.discover.uses()})
    for phase in ("exploration", "utilisation"):
        writing.discover.use(fresh.lesson_id, phase)
    assert len(writing.discover.uses()) == before + 2
    row = next(line for line in writing.discover.trail().plain().splitlines() if line.startswith(fresh.title))
    assert "| used |" in row
    assert writing.discover.used_by()[fresh.lesson_id] >= 1


def test_a_step_that_is_told_twice_is_one_step(writing):
    first = writing.discover.use("demo-lesson-005", "exploration")
    before = len(writing.discover.uses())
    assert writing.discover.use("demo-lesson-005", "exploration") == first
    assert len(writing.discover.uses()) == before


def test_what_cannot_be_taken_up_is_refused(writing):
    with pytest.raises(InputError):
        writing.discover.use("demo-lesson-005", "enthusiasm")
    with pytest.raises(NotFoundError):
        writing.discover.use("demo-lesson-999")


def test_a_reader_looks_at_lessons_and_takes_none_up(own):
    with opened(own, "quito", viewer=reader("demo-3652462")) as workbook:
        assert workbook.discover.search().total == LIBRARY
        with pytest.raises(NotAllowedError):
            workbook.discover.use("demo-lesson-005")


def test_a_real_network_shows_no_fictional_lesson(both):
    with opened(both, "quito") as workbook:
        assert workbook.discover.search().total == 0
        assert workbook.discover.for_you() == ()
        assert "0 lessons" in workbook.discover.trail().plain()
