"""A city tells its own lessons in a form, and holds those of others against its own circumstances."""

from __future__ import annotations

import pytest

from exchange.errors import ConflictError, InputError, NotAllowedError
from tests.workbook.worlds import opened, reader

TOLD = {"title": "Night buses to shelters", "problem": "Shelters were too far", "what_was_done": "Buses ran all night",
        "what_failed": "Drivers were not asked", "hazard": "MH0501", "hazard_2": "", "item": "P9.2", "year": "2024",
        "preconditions": "a bus company\nfuel", "cost_band": "0-100k", "duration_months": 3, "staff": "3-10",
        "language": "en", "sensitivity": "public"}


@pytest.fixture
def quito(own):
    with opened(own, "quito") as workbook:
        yield workbook


def test_what_a_city_tells_is_found_by_others_with_its_context(quito):
    quito.tell.save("0123456789abcdef", TOLD, 0)
    lesson = quito.discover.search("night buses").lessons[0]
    assert (lesson.title, lesson.city, lesson.country, lesson.demo) == ("Night buses to shelters", "Quito", "ECU", True)
    assert (lesson.population_band, lesson.income_group) == ("1M-5M", "upper_middle")
    assert (lesson.hazards, lesson.items, lesson.essentials) == (("MH0501",), ("P9.2",), ("E9",))
    assert (lesson.preconditions, lesson.result) == (("a bus company", "fuel"), "")
    entry = next(e for e in quito.tell.entries() if e["entry_id"] == "0123456789abcdef")
    assert {name: entry["body"][name] for name in TOLD} == TOLD


def test_a_lesson_keeps_what_the_form_does_not_show(quito):
    key = quito.tell.entries()[0]["entry_id"]
    row = quito.store.lesson(quito.viewer, key)
    body = {**row["body"], "hazards": ["MH0501", "MH0604", "MH0606"], "stakeholders": ["media", "insurer"]}
    quito.store.put_lesson(quito.viewer, {"lesson_id": key, "body": body})
    entry = next(e for e in quito.tell.entries() if e["entry_id"] == key)
    quito.tell.save(key, {**entry["body"], "hazard": "GH0101"}, entry["revision"])
    lesson = quito.discover.lesson(key)
    assert lesson.hazards == ("GH0101", "MH0604", "MH0606")
    assert lesson.stakeholders == ("media", "insurer")


def test_two_who_change_one_lesson_meet(quito):
    entry = quito.tell.entries()[0]
    quito.tell.save(entry["entry_id"], {**entry["body"], "title": "One"}, entry["revision"])
    with pytest.raises(ConflictError):
        quito.tell.save(entry["entry_id"], {**entry["body"], "title": "Other"}, entry["revision"])


def test_every_field_that_does_not_fit_is_named(quito):
    with pytest.raises(InputError) as caught:
        quito.tell.save("0123456789abcdef", {**TOLD, "year": "12", "cost_band": "cheap"}, 0)
    assert {finding.place.split(", ")[1] for finding in caught.value.findings} == {"year", "cost_band"}
    assert "0123456789abcdef" not in {e["entry_id"] for e in quito.tell.entries()}


def test_a_lesson_that_is_taken_back_is_gone(quito):
    quito.tell.save("0123456789abcdef", TOLD, 0)
    quito.tell.delete("0123456789abcdef")
    assert "0123456789abcdef" not in {e["entry_id"] for e in quito.tell.entries()}


def part(workbook, lesson, name):
    return next(one for one in workbook.discover.transfer(lesson).parts if one.part == name)


def test_what_people_judge_is_kept_with_their_name_and_what_would_have_to_be_true(quito):
    lesson = quito.discover.for_you()[0].lesson.lesson_id
    quito.discover.judge(lesson, "budget", "blocks", "The ministry pays half")
    found = part(quito, lesson, "budget")
    assert (found.judgement, found.condition, found.by) == ("blocks", "The ministry pays half", quito.viewer.name)
    assert "The ministry pays half" in quito.discover.sheet(1).plain()
    for wrong in ({"part": "weather"}, {"judgement": "lovely"}):
        with pytest.raises(InputError):
            quito.discover.judge(**{"lesson_id": lesson, "part": "budget", "judgement": "fits", **wrong})


def test_what_the_city_states_about_itself_changes_every_comparison(quito):
    lesson = next(one.lesson for one in quito.discover.for_you(30) if one.lesson.mandate == "own")
    assert part(quito, lesson.lesson_id, "mandate").judgement == "unknown"
    quito.discover.state("mandate", "others")
    assert part(quito, lesson.lesson_id, "mandate").judgement == "blocks"
    quito.discover.state("mandate", "")
    assert part(quito, lesson.lesson_id, "mandate").judgement == "unknown"
    with pytest.raises(InputError):
        quito.discover.state("mandate", "perhaps")
    with pytest.raises(InputError):
        quito.discover.state("weather", "own")


def test_a_city_goes_from_its_gaps_to_three_lessons_with_a_sheet_each(quito):
    sheets = [quito.discover.sheet(n).plain() for n in (1, 2, 3)]
    assert len(set(sheets)) == 3
    for sheet in sheets:
        assert "Hazard" in sheet
        assert "Form of government" in sheet
    assert quito.discover.sheet(500).plain() == "No further lesson fits the gaps of Quito."


def test_a_reader_sees_the_comparison_and_changes_nothing(own):
    with opened(own, "quito", viewer=reader("demo-3652462")) as workbook:
        lesson = workbook.discover.for_you()[0].lesson.lesson_id
        assert workbook.discover.transfer(lesson).parts
        for write in (lambda: workbook.discover.judge(lesson, "budget", "fits"),
                      lambda: workbook.discover.state("mandate", "own"),
                      lambda: workbook.tell.save("0123456789abcdef", TOLD, 0)):
            with pytest.raises(NotAllowedError):
                write()


def test_another_city_does_not_see_what_this_one_judged(own):
    with opened(own, "quito") as workbook:
        lesson = workbook.discover.for_you()[0].lesson.lesson_id
        workbook.discover.judge(lesson, "budget", "blocks", "Between us")
    with opened(own, "rotterdam", viewer=reader("demo-2747891")) as workbook:
        assert part(workbook, lesson, "budget").by == ""


def test_the_trail_of_a_lesson_says_who_learned_from_whom_and_what_became_of_it(quito):
    quito.discover.use("demo-lesson-064", "exploration")
    quito.discover.use("demo-lesson-064", "utilisation", "In two departments")
    said = [str(line) for line in quito.discover.trail_of("demo-lesson-064")]
    assert len(said) == 1
    assert said[0].startswith("Quito from Hamburg: explored ")
    assert "used " in said[0]
    assert said[0].endswith("In two departments")
    assert [str(line) for line in quito.discover.trail_of("demo-lesson-072")] == ["Never taken up so far."]


def test_to_have_looked_at_a_lesson_is_not_to_use_it(quito):
    quito.discover.use("demo-lesson-064", "exploration")
    assert quito.discover.used_by()["demo-lesson-064"] == 0
    quito.discover.use("demo-lesson-064", "utilisation")
    assert quito.discover.used_by()["demo-lesson-064"] == 1
