"""Two cities plan and keep an exchange; each writes its own side, and the path follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from exchange.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from exchange.exchanges.records import RECORDS
from exchange.workbook.exchanging import SHARED
from tests.workbook.worlds import SCRIPT, editor, opened, reader, rename

PAGES = ("path", "next_things", "timeline", "can_show", "people", "effort", "pack", "agenda", "costs", "papers",
         "benefits", "ratings", "before_and_after", "conclusions", "indicators", "voices", "follow_up", "promises")
NEW = "0123456789abcdef"
GOOD = {
    "objective": {"what": "A warning that everybody understands", "item": "P9.1"},
    "module": {"essential": "E9"},
    "person": {"name": "Ana", "role": "lead", "group": "practitioner", "mandate": "yes"},
    "activity": {"what": "Visit", "modality": "study_tour", "date": "2027-03-01", "place": "Quito"},
    "evidence": {"what": "Map", "module": "E9"},
    "milestone": {"what": "pack_sent", "date": "2027-01-01"},
    "benefit": {"what": "Fewer late warnings", "owner": "Ana"},
    "action": {"what": "Write it down", "owner": "Ana"},
    "learning_point": {"what": "Plain words help", "loop": "single", "phase": "exploration", "owners": "Ana; Ben"},
    "story": {"what": "A school moved uphill", "direction": "+"},
    "interview": {"who": "Engineer", "date": "2027-03-02", "what": "Pumps are tested monthly"},
    "finding": {"what": "Sirens work"},
    "recommendation": {"what": "Test monthly", "horizon": "short"},
    "briefing": {"department": "Finance"},
    "joint_project": {"what": "One map for both rivers", "owner": "Ana"},
    "cost": {"what": "Journey", "amount": 900, "currency": "EUR", "stage": "spent", "category": "travel"},
    "feedback": {"group": "practitioner", "relevance": 4},
    "look_back": {"item": "P9.1", "level": 1},
    "outcome": {"what": "Warns an hour earlier", "actor": "The duty desk"},
    "design_change": {"what": "One page a module first"},
}
"""An entry of every kind that notebooks 04 and 05 keep."""


@pytest.fixture
def pair(own):
    """An exchange of Quito that is under way or agreed."""
    with opened(own, "quito") as workbook:
        yield workbook.exchange.open()


@pytest.fixture
def sides(own):
    """The same exchange as its learner and as its host see it."""
    with opened(own, "rotterdam") as host:
        row = next(row for row in host.exchange.rows() if row["host_id"] == host.city_id)
        with opened(own, row["learner_id"]) as learner:
            yield learner.exchange.open(row["exchange_id"]), host.exchange.open(row["exchange_id"])


@pytest.fixture
def begun(own):
    """A new exchange, proposed by Quito to its best peer, and the workbook of Quito."""
    with opened(own, "quito") as workbook:
        best = workbook.match.peers(top=1).peers[0].city_id
        yield workbook, workbook.exchange.open(workbook.match.invite(best, "They warn in plain words."))


def test_a_city_without_an_exchange_gets_a_sentence_on_every_page(real):
    with opened(real, "quito") as workbook:
        for closed in (False, True):
            pair = workbook.exchange.open(closed=closed)
            assert "no exchange yet" in pair._repr_mimebundle_()["text/plain"]
            for page in PAGES:
                assert "no exchange yet" in getattr(pair, page)().plain()
            assert pair.impact() is None
            for kind in RECORDS:
                assert pair.entries(kind) == []
                assert pair.title(kind).said()
                assert pair.fields(kind)


def test_what_is_kept_needs_an_exchange(real):
    with opened(real, "quito") as workbook, pytest.raises(NotFoundError, match="Invite a city first"):
        workbook.exchange.open().save("objective", GOOD["objective"])


def test_the_latest_exchange_that_both_agreed_to_is_opened_and_a_named_one_instead(own):
    with opened(own, "quito") as workbook:
        assert workbook.exchange.open().row["status"] == "closed"
        rows = workbook.exchange.rows()
        for row in rows:
            assert workbook.exchange.open(row["exchange_id"]).exchange_id == row["exchange_id"]
        with pytest.raises(NotFoundError, match="has none of this id"):
            workbook.exchange.open("demo-exchange-9-99")


def test_an_exchange_of_other_cities_is_not_opened(own):
    with opened(own, "quito") as workbook, opened(own, "rotterdam") as other:
        strange = next(row for row in other.exchange.rows()
                       if "demo-3652462" not in {row["learner_id"], row["host_id"]})
        with pytest.raises(NotFoundError):
            workbook.exchange.open(strange["exchange_id"])


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_of_entry_is_saved_changed_and_removed(pair, kind):
    before = len(pair.entries(kind))
    row = pair.save(kind, GOOD[kind], entry_id=NEW, base_revision=0)
    assert (row["entry_id"], row["revision"]) == (NEW, 1)
    assert row["side"] == (None if kind in SHARED else pair.side)
    changed = pair.save(kind, {**GOOD[kind], **CHANGED.get(kind, {"what": "otherwise"})}, entry_id=NEW, base_revision=1)
    assert changed["revision"] == 2
    pair.delete(NEW, base_revision=2)
    assert len(pair.entries(kind)) == before


CHANGED = {"module": {"essential": "E1"}, "person": {"name": "Ben"}, "milestone": {"what": "agenda_agreed"},
           "briefing": {"department": "Health"}, "feedback": {"relevance": 5}, "look_back": {"level": 2}}


def test_an_entry_that_is_sent_twice_is_written_once(pair):
    for _ in range(2):
        row = pair.save("objective", GOOD["objective"], entry_id=NEW, base_revision=0)
    assert row["revision"] == 1
    assert [e["entry_id"] for e in pair.entries("objective")].count(NEW) == 1


def test_of_two_people_who_change_an_entry_the_second_is_told(pair):
    pair.save("objective", GOOD["objective"], entry_id=NEW, base_revision=0)
    pair.save("objective", {"what": "first"}, entry_id=NEW, base_revision=1)
    for attempt in ({"base_revision": 1}, {"base_revision": 0}):
        with pytest.raises(ConflictError):
            pair.save("objective", {"what": "second"}, entry_id=NEW, **attempt)
    with pytest.raises(ConflictError):
        pair.delete(NEW, base_revision=1)
    assert next(e for e in pair.entries("objective") if e["entry_id"] == NEW)["body"]["what"] == "first"


@pytest.mark.parametrize("kind", GOOD)
def test_a_wrong_entry_names_every_field_and_writes_nothing(pair, kind):
    before = pair.entries(kind)
    with pytest.raises(InputError) as error:
        pair.save(kind, {"surprise": 1})
    assert len(error.value.findings) >= 2
    assert all(finding.remedy for finding in error.value.findings)
    assert pair.entries(kind) == before


def test_the_other_citys_entries_are_read_and_neither_changed_nor_removed(sides):
    learner, host = sides
    theirs = next(e for e in host.entries("objective") if e["side"] == "learner")
    assert not theirs["can_edit"]
    assert next(e for e in learner.entries("objective") if e["entry_id"] == theirs["entry_id"])["can_edit"]
    with pytest.raises(NotAllowedError, match="not yours"):
        host.save("objective", {"what": "ours now"}, entry_id=theirs["entry_id"], base_revision=theirs["revision"])
    with pytest.raises(NotAllowedError, match="not yours"):
        host.delete(theirs["entry_id"])
    assert next(e for e in learner.entries("objective") if e["entry_id"] == theirs["entry_id"]) == {
        **theirs, "can_edit": True}


def test_what_belongs_to_both_is_kept_by_either(sides):
    learner, host = sides
    learner.save("module", {"essential": "E1"}, entry_id=NEW, base_revision=0)
    assert next(e for e in host.entries("module") if e["entry_id"] == NEW)["can_edit"]
    host.save("module", {"essential": "E2"}, entry_id=NEW, base_revision=1)


def test_evidence_that_one_city_brought_stays_its_own_when_it_is_changed(own):
    with opened(own, "quito") as workbook:
        pair = workbook.exchange.open()
        piece = next(e for e in pair.entries("evidence") if e["can_edit"] and e["side"])
        row = pair.save("evidence", {**piece["body"], "what": "a better map"}, entry_id=piece["entry_id"],
                        base_revision=piece["revision"])
        assert row["side"] == piece["side"]


def test_an_entry_of_another_exchange_or_of_another_kind_is_not_touched(own):
    with opened(own, "quito") as workbook:
        pair, other = (workbook.exchange.open(row["exchange_id"]) for row in workbook.exchange.rows()[:2])
        strange = next(e for e in other.entries("objective") if e["can_edit"])
        with pytest.raises(NotFoundError):
            pair.delete(strange["entry_id"])
        with pytest.raises(ConflictError):
            pair.save("objective", {"what": "x"}, entry_id=strange["entry_id"], base_revision=strange["revision"])
        mine = next(e for e in pair.entries("objective") if e["can_edit"])
        with pytest.raises(NotFoundError):
            pair.save("story", GOOD["story"], entry_id=mine["entry_id"], base_revision=mine["revision"])
        assert strange in other.entries("objective")
        assert mine in pair.entries("objective")


def test_a_reader_reads_both_sides_and_changes_neither(own):
    with opened(own, "quito", viewer=reader("demo-3652462")) as workbook:
        pair = workbook.exchange.open()
        assert pair.entries("objective")
        assert not any(entry["can_edit"] for entry in pair.entries("objective"))
        assert pair.path().sentence()
        with pytest.raises(NotAllowedError):
            pair.save("objective", GOOD["objective"])


def test_the_path_shows_the_days_on_which_steps_were_done(own):
    with opened(own, "quito") as workbook:
        pair = workbook.exchange.open(closed=True)
        record = pair.record()
        lines = [" ".join(row.values()) for row in pair.path().table.records()]
        for step, day in (("9 Meet", record.visit.date), ("12 Adopt the report", record.milestone("report_adopted"))):
            assert day.strftime("%B %-d, %Y") in next(line for line in lines if step in line)


def test_a_visit_whose_day_has_passed_without_a_word_is_late(begun):
    workbook, pair = begun
    day = workbook.today() - timedelta(days=3)
    pair.save("activity", {**GOOD["activity"], "date": day.isoformat()})
    assert "1 late" in pair.path().sentence()


def test_a_pause_is_said_with_its_reason_until_the_work_goes_on(begun):
    _, pair = begun
    pair.save("milestone", {"what": "pause", "date": "2026-03-01", "note": "An election"})
    assert pair.path().sentence().startswith("Paused after")
    assert "Paused since March 1, 2026: Quito: An election" in pair.path().html()
    assert "paused" in pair.next_things().plain()
    pair.save("milestone", {"what": "resume", "date": "2026-05-01"})
    assert "Paused from March 1, 2026 to May 1, 2026" in pair.path().html()
    assert not pair.path().sentence().startswith("Paused")


def test_a_pause_that_both_cities_tick_off_is_one_pause(sides):
    learner, host = sides
    for pair, day in ((learner, "2026-03-01"), (host, "2026-03-04")):
        pair.save("milestone", {"what": "pause", "date": day})
    learner.save("milestone", {"what": "resume", "date": "2026-05-01"})
    assert len(learner.path().notes) == 1


def test_the_next_things_name_who_does_them_and_follow_what_is_entered(begun):
    workbook, pair = begun
    before = pair.next_things().plain()
    assert "finish the self-assessment and confirm it" in before
    assert len(pair.next_things().numbers.rows) == 3
    store, row = pair._w.store, workbook.assess.rounds()[-1]
    store.confirm_assessment(workbook.viewer, row["assessment_id"])
    assert "finish the self-assessment" not in pair.next_things().plain()


def test_rating_the_impact_in_the_questionnaire_counts_as_rating_it(own):
    with opened(own, "quito") as workbook:
        row = next(row for row in workbook.exchange.rows() if row["learner_id"] == workbook.city_id)
        store, pair = workbook.store, workbook.exchange.open(row["exchange_id"])
        for entry in pair.entries("rating"):
            store.delete_entry(workbook.viewer, entry["entry_id"])
        wanted = ("learner", "reflect_short")
        assert wanted not in pair._rated()
        sitting = pair.impact("reflect_short")
        sitting.save(next(iter(sitting.instrument.items)).id, "answered", 4)
        assert wanted in pair._rated()


def test_each_city_rates_the_impact_for_its_own_side(sides):
    learner, host = (pair.impact() for pair in sides)
    item = next(iter(learner.instrument.items)).id
    learner.save(item, "answered", 4)
    assert learner.assessment_id != host.assessment_id
    assert host.stored() == {}


def test_before_anything_is_wanted_or_rated_the_page_says_so(begun):
    _, pair = begun
    assert "Neither city has said yet" in pair.benefits().plain()
    assert "Neither city has rated" in pair.ratings().plain()
    assert "No targeted question" in pair.before_and_after().plain()
    assert pair.conclusions().plain()


def test_wanted_and_reached_stand_beside_each_other(begun):
    _, pair = begun
    pair.save("benefit", {**GOOD["benefit"], "measure": "late warnings", "baseline": 9, "target": 3, "result": 2})
    (row,) = pair.benefits().numbers.records()
    assert (row["City"], row["Before"], row["Target"], row["Afterwards"], row["Reached"]) == (
        "Quito", "9", "3", "2", "yes")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_can_be_read_in_every_language_whatever_the_cities_are_called(own, language):
    with opened(own, "quito") as workbook:
        host = workbook.exchange.open(closed=True).row["host_id"]
        rename(workbook, SCRIPT)
    with opened(own, host) as workbook:
        rename(workbook, f'"><img src=x onerror=alert(1)>{SCRIPT}')
    with opened(own, "demo-quito", language=language) as workbook:
        pair = workbook.exchange.open(closed=True)
        pair.save("objective", {"what": SCRIPT})
        pair.save("milestone", {"what": "pause", "date": "2026-03-01", "note": SCRIPT})
        for page in [pair, *(getattr(pair, name)() for name in PAGES)]:
            html = page._repr_mimebundle_()["text/html"] + (page.html() if hasattr(page, "html") else "")
            assert "<script" not in html
            assert "<img src=x" not in html
            assert f'lang="{language}"' in html


def test_demo_data_is_marked_on_the_exchange_too(pair):
    assert pair.heading().said().endswith("Demo data, fictional.")


def test_a_day_in_a_form_may_be_a_date_or_its_text(pair):
    for day in ("2027-03-01", date(2027, 3, 1)):
        assert pair.save("activity", {**GOOD["activity"], "date": day})["body"]["date"] == "2027-03-01"


def test_a_result_without_a_baseline_and_an_impossible_date_are_not_kept(pair):
    for kind, given, words in (("benefit", {**GOOD["benefit"], "result": 3}, "without a baseline"),
                               ("milestone", {"what": "pack_sent", "date": "0206-01-01"}, "no date of an exchange")):
        before = pair.entries(kind)
        with pytest.raises(InputError, match=words):
            pair.save(kind, given)
        assert pair.entries(kind) == before


def test_what_is_rated_in_the_questionnaire_stands_beside_what_is_entered(begun):
    _, pair = begun
    sitting = pair.impact("reflect_long")
    sitting.save("I1.2", "answered", 4)
    (rating,) = pair.record().records["rating"]
    assert (rating.category, rating.level, rating.side, rating.stage) == ("intelligence", 4, "learner", "reflect_long")
    assert "knowledge of risk" in pair.ratings().plain()


def test_the_calendar_moves_with_a_pause_and_names_what_decides_the_end(begun):
    workbook, pair = begun
    before = pair.calendar()
    assert [slot.step for slot in before.critical]
    day = workbook.today()
    pair.save("milestone", {"what": "pause", "date": (day - timedelta(days=20)).isoformat(), "note": "A flood"})
    assert pair.calendar().rested == 20
    assert "Pauses took 20 days" in pair.timeline().plain()


def test_who_leads_needs_a_stand_in_and_the_page_says_so(begun):
    _, pair = begun
    pair.save("person", GOOD["person"])
    assert "name one" in pair.people().plain()
    pair.save("person", {**GOOD["person"], "name": "Ben", "role": "stand_in", "stands_in_for": "Ana"})
    assert "name one" not in pair.people().plain()
    assert "Ben" in pair.people().plain()


def test_an_exchange_is_closed_when_its_report_is_adopted_and_leaves_lessons_once(own):
    with opened(own, "quito") as workbook:
        pair = workbook.exchange.open(closed=True)
        workbook.store.put_exchange(workbook.viewer, {"exchange_id": pair.exchange_id, "status": "active"})
        pair = workbook.exchange.open(pair.exchange_id)
        made = pair.close()
        assert pair.row["status"] == "closed"
        assert made == [f"from-{pair.exchange_id}-{side}" for side in ("learner", "host")]
        lesson = workbook.store.lesson(workbook.viewer, made[0])
        learnt = pair.record().all(RECORDS["learning_point"], "learner")
        assert all(one.what.rstrip(".") in lesson["body"]["result"] for one in learnt)
        assert (lesson["sensitivity"], lesson["demo"]) == ("partner_only", True)
        workbook.store.put_lesson(workbook.viewer, {"lesson_id": made[1], "title": "In our own words"})
        assert pair.close() == made
        assert workbook.store.lesson(workbook.viewer, made[1])["title"] == "In our own words"
        assert made[0] in {one["lesson_id"] for one in workbook.store.search_lessons(workbook.viewer, learnt[0].what)}


def test_a_city_that_closes_its_side_writes_its_own_lesson_only(own):
    with opened(own, "quito") as workbook:
        name = workbook.exchange.open(closed=True).exchange_id
    with opened(own, "quito", viewer=editor("demo-3652462")) as workbook:
        pair = workbook.exchange.open(name)
        assert pair.close() == [f"from-{name}-{pair.side}"]


def test_an_exchange_is_not_closed_before_its_report_is_adopted(begun):
    _, pair = begun
    with pytest.raises(InputError) as error:
        pair.close()
    assert {finding.place for finding in error.value.findings} >= {f"exchange {pair.exchange_id}, step 3"}
    assert pair.row["status"] == "proposed"


def test_one_exchange_is_answered_promise_by_promise(own):
    with opened(own, "quito") as workbook:
        found = workbook.exchange.open(closed=True).promises().numbers.rows
        assert sum(bool(row[0]) for row in found) == 6
        assert all(row[2] for row in found)


def test_the_questionnaire_asks_for_the_stage_that_has_come(begun):
    workbook, pair = begun
    assert pair.stage == "assess"
    for days, stage in ((-10, "assess"), (5, "reflect_short"), (340, "reflect_long")):
        end = workbook.today() - timedelta(days=days)
        workbook.store.put_exchange(workbook.viewer, {"exchange_id": pair.exchange_id, "end": end})
        again = workbook.exchange.open(pair.exchange_id)
        assert (again.stage, again.impact().occasion.stage) == (stage, stage)
        assert "rates the impact" in again.impact_when().plain()
