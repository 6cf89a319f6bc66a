"""Lessons are found, opened and taken up; what a page asks is checked before it is looked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.words import text
from widgets.lesson_search import LessonSearch, Query, Results, card

CLIENT = "0123456789abcdef"


def lesson(n: int, **more: Any) -> dict[str, Any]:
    return {
        "lesson_id": f"lesson-{n}",
        "title": f"Squares that hold rain {n}",
        "language": "en",
        "city": "Rotterdam",
        "year": 2023,
        "hazards": [text("urban flood")],
        "problem": "Cellars were full.",
        "happened": "Streets stay dry.",
        "used_by": n,
        "body": [{"heading": text("What was done"), "text": "Two squares were lowered."}],
        "sources": [{"title": "Report", "link": "https://example.org/report"}],
        **more,
    }


class Library:
    """Forty-five lessons, and what was asked of them."""

    def __init__(self, fault: Exception | None = None):
        self.fault = fault
        self.asked: list[Query] = []
        self.used: list[tuple[str, str]] = []
        self.lessons = [lesson(n) for n in range(45)]

    def search(self, query: Query) -> Results:
        self.asked.append(query)
        if self.fault:
            raise self.fault
        found = [one for one in self.lessons if query.text.lower() in one["title"].lower()]
        facets = [
            {
                "key": "hazard",
                "label": text("Hazard"),
                "values": [{"value": "MH0606", "label": text("urban flood"), "n": len(found)}],
            },
            {"key": "year", "label": "Year", "values": [{"value": "2023", "label": "2023", "n": 3}]},
        ]
        return Results(len(found), found[query.start : query.start + query.size], facets)

    def use(self, lesson_id: str, phase: str) -> None:
        self.used.append((lesson_id, phase))


def made(library: Library | None = None, **options: Any) -> LessonSearch:
    library = library or Library()
    options.setdefault("for_you", [lesson(7, because=[text("You face urban floods.")])])
    return LessonSearch(library.search, use=library.use, **options)


def search(words="", seq=1, start=0, **filters):
    return {"kind": "search", "text": words, "filters": filters, "start": start, "seq": seq}


def use(lesson_id="lesson-1", phase="exploration", seq=1):
    return {"kind": "use", "key": lesson_id, "revision": 0, "client": CLIENT, "seq": seq, "phase": phase}


def test_the_first_page_is_there_before_anybody_asks():
    found = made().results
    assert (found["total"], len(found["lessons"])) == (45, 20)
    assert found["facets"][0] == {
        "key": "hazard",
        "label": "Hazard",
        "values": [{"value": "MH0606", "label": "urban flood", "n": 45}],
    }


def test_a_search_passes_words_filters_and_page_on():
    library = Library()
    widget = made(library)
    widget.receive(search(" rain 4 ", 3, 20, hazard=["MH0606", "MH0402"], year=[]))
    assert library.asked[-1] == Query("rain 4", {"hazard": ("MH0606", "MH0402")}, 20)
    assert (widget.results["seq"], widget.results["start"]) == (3, 20)


NONSENSE = [
    {"kind": "search"},
    search(None),
    search(7),
    search("x" * 201),
    search("", -1),
    search("", "1"),
    search("", 1, -1),
    search("", hazard="MH0606"),
    search("", hazard=[7]),
    search("", hazard=[""]),
    search("", hazard=["x"] * 51),
    {**search(), "filters": []},
    {**search(), "filters": {7: ["x"]}},
    {**search(), "start": "0"},
]


@pytest.mark.parametrize("message", NONSENSE, ids=range(len(NONSENSE)))
def test_what_nobody_can_have_asked_is_not_looked_for(message):
    library = Library()
    widget = made(library)
    widget.receive(message)
    assert len(library.asked) == 1


def test_a_search_that_cannot_be_done_says_why():
    library = Library()
    widget = made(library)
    library.fault = InputError.at("search", "the words are too short", "Write three letters.")
    widget.receive(search("a", 2))
    assert widget.results == {"seq": 2, "why": "the words are too short. Write three letters."}


def test_a_search_that_breaks_says_so_without_details():
    widget = made(Library(RuntimeError("secret detail")))
    assert "secret" not in widget.results["why"]


def test_a_lesson_is_taken_up_once_and_can_go_further():
    library = Library()
    widget = made(library)
    assert widget.receive(use())["kind"] == widget.receive(use())["kind"] == "saved"
    widget.receive(use(phase="utilisation", seq=2))
    assert library.used == [("lesson-1", "exploration"), ("lesson-1", "utilisation")]
    assert widget.uses == {"lesson-1": "utilisation"}


@pytest.mark.parametrize(
    "change",
    [{"lesson_id": "lesson-44"}, {"lesson_id": "nothing"}, {"phase": "mastery"}, {"phase": ["x"]}, {"phase": None}],
)
def test_what_was_never_offered_cannot_be_taken_up(change):
    library = Library()
    assert made(library).receive(use(**change))["kind"] == "refused"
    assert library.used == []


def test_a_search_without_use_refuses_it():
    assert LessonSearch(Library().search).receive(use())["kind"] == "refused"


def test_opening_reads_only_what_was_offered():
    read: list[str] = []

    def whole(lesson_id: str) -> dict[str, Any]:
        read.append(lesson_id)
        return lesson(1, body=[{"heading": "All", "text": ["one", "two"]}])

    widget = made(read=whole)
    widget.receive({"kind": "open", "lesson_id": "lesson-44"})
    widget.receive({"kind": "open", "lesson_id": 7})
    widget.receive({"kind": "open", "lesson_id": "lesson-1"})
    assert read == ["lesson-1"]
    assert widget.opened["body"] == [{"heading": "All", "text": ["one", "two"]}]


def test_a_lesson_that_may_not_be_read_says_why():
    def whole(_lesson_id: str) -> dict[str, Any]:
        raise NotAllowedError.at("lesson", "it is shared with partners only", "Ask Rotterdam.")

    widget = made(read=whole)
    widget.receive({"kind": "open", "lesson_id": "lesson-1"})
    assert widget.opened["body"][0]["text"] == ["it is shared with partners only. Ask Rotterdam."]


def test_a_lesson_of_the_library_becomes_a_card_with_what_failed():
    told = SimpleNamespace(
        lesson_id="x",
        title="Low roads",
        language="es",
        city="Quito",
        year=None,
        hazards=("MH0606", "MH9999"),
        problem="P",
        what_was_done="Done",
        result="",
        what_failed="The drain clogged.",
        preconditions=("a square",),
        cost_band="0-100k",
        duration_months=1,
        evidence=(SimpleNamespace(title="T", link=""),),
        staff=None,
        contact="",
        source="S",
        licence="CC BY 4.0",
        demo=True,
    )
    made_card = card(told, hazards={"MH0606": text("urban flood")}, because=[text("You face urban floods.")])
    assert (made_card["happened"], made_card["year"], made_card["hazards"]) == (
        "What failed: The drain clogged.",
        "",
        ["urban flood", "MH9999"],
    )
    assert [part["heading"] for part in made_card["body"]] == [
        "What was done",
        "What failed",
        "What it needs",
        "Cost",
        "How long it took",
    ]
    assert made_card["body"][-1]["text"] == ["1 month"]


def test_the_sentence_counts_the_lessons():
    assert made().sentence() == "45 lessons, 1 for this city"


def test_the_printed_face_has_both_tables_and_is_escaped():
    page = made(for_you=[lesson(1, title="<script>1</script>", because=["You face floods."])]).static()
    assert "<script>" not in page
    for words in ("For this city", "All lessons", "You face floods.", "Squares that hold rain 19"):
        assert words in page


TRANSFER = {
    "sentence": text("{title}: {fits} fit", title="Squares", fits=1),
    "parts": [{"part": "mandate", "label": text("Mandate"), "there": text("not known"), "here": text("not known"),
               "judgement": "unknown", "condition": "Ask", "by": "", "chosen": "",
               "choices": [{"value": "own", "label": text("the city decides alone")}]}],
}


class Judges:
    """Keeps what people judge and state."""

    def __init__(self):
        self.judged: list[tuple[str, ...]] = []
        self.stated: list[tuple[str, str]] = []

    def judge(self, *what: str) -> None:
        self.judged.append(what)

    def state(self, part: str, value: str) -> None:
        self.stated.append((part, value))

    def read(self, lesson_id: str) -> dict[str, Any]:
        if lesson_id == "lesson-99":
            raise NotFoundError.at(f"lesson {lesson_id}", "it is not here", "Search again.")
        return lesson(int(lesson_id.split("-")[1]), transfer=TRANSFER, trail=[text("Never taken up so far.")])


def judging(judges: Judges | None = None) -> LessonSearch:
    judges = judges or Judges()
    return made(read=judges.read, judge=judges.judge, state=judges.state)


def judge(key="lesson-1/mandate", judgement="adapt", condition="They agree", seq=1):
    return {"kind": "judge", "key": key, "revision": 0, "client": CLIENT, "seq": seq, "judgement": judgement,
            "condition": condition}


def test_an_open_lesson_shows_its_comparison_and_its_trail_in_the_readers_language():
    widget = made(read=Judges().read, language="es")
    widget.receive({"kind": "open", "lesson_id": "lesson-1"})
    assert widget.opened["trail"] == ["Nadie la ha adoptado hasta ahora."]
    part = widget.opened["transfer"]["parts"][0]
    assert part["choices"] == [{"value": "own", "label": "la ciudad decide sola"}]
    assert (widget.can_open, widget.can_judge) == (True, False)


def test_a_judgement_is_passed_on_once_and_the_lesson_is_shown_anew():
    judges = Judges()
    widget = judging(judges)
    for _ in range(2):
        assert widget.receive(judge())["kind"] == "saved"
    assert judges.judged == [("lesson-1", "mandate", "adapt", "They agree")]
    assert widget.opened["lesson_id"] == "lesson-1"


def test_what_the_city_states_is_passed_on():
    judges = Judges()
    widget = judging(judges)
    widget.receive({"kind": "open", "lesson_id": "lesson-2"})
    fact = {"kind": "fact", "key": "fact:mandate", "revision": 0, "client": CLIENT, "seq": 1, "value": "own"}
    assert widget.receive(fact)["kind"] == "saved"
    assert judges.stated == [("mandate", "own")]


@pytest.mark.parametrize("message", [
    judge("lesson-99/mandate"), judge("lesson-1"), judge("lesson-1/"), judge(judgement="lovely"), judge(judgement=7),
    judge(condition=7), judge(condition="x" * 1001), {**judge(), "kind": "fact"},
    {**judge("fact:mandate"), "kind": "fact", "value": 7},
])
def test_a_judgement_that_nobody_can_have_made_is_refused(message):
    judges = Judges()
    assert judging(judges).receive(message)["kind"] == "refused"
    assert not judges.judged
    assert not judges.stated


def test_who_may_not_judge_is_refused():
    assert made().receive(judge())["kind"] == "refused"
