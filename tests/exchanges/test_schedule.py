"""The calendar of an exchange: slack, the steps that decide, and pauses that push all of it back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import InputError
from exchange.exchanges.schedule import Rest, Task, earlier, later, schedule, tasks
from exchange.words import text

DAY = dt.timedelta(days=1)
START = dt.date(2026, 1, 1)
PLAN = tasks(("E2", "E4", "E9"))


def slots(**more):
    given_ = {"today": START, **more}
    return {slot.step: slot for slot in schedule(PLAN, START, **given_).slots}


def longest(plan, step):
    """Length of the longest chain that ends with a step, by looking at every chain."""
    one = next(task for task in plan if task.step == step)
    return one.days + max((longest(plan, before) for before in one.after), default=0)


@given(st.lists(st.tuples(st.integers(0, 60), st.sets(st.integers(0, 6))), min_size=1, max_size=7))
def test_every_step_ends_as_soon_as_its_longest_chain_allows_and_someone_always_decides_the_end(drawn):
    plan = [Task(n, text("step"), days, tuple(sorted(b for b in before if b < n)))
            for n, (days, before) in enumerate(drawn)]
    made = schedule(plan, START, today=START)
    for slot in made.slots:
        assert (slot.finish - START).days == longest(plan, slot.step)
        assert slot.slack >= 0
        assert slot.latest == slot.finish + slot.slack * DAY
    assert made.end == max(slot.finish for slot in made.slots)
    assert made.critical
    for slot in made.slots:  # a day more moves the end exactly where there is no slack
        slower = [Task(t.step, t.name, t.days + (t.step == slot.step), t.after) for t in plan]
        moved = schedule(slower, START, today=START).end - made.end
        assert (moved == DAY) == slot.critical


def test_the_visit_takes_a_day_a_module_and_half_as_long_again_with_an_interpreter():
    assert next(task.days for task in PLAN if task.step == 9) == 3
    assert next(task.days for task in tasks(("E2", "E8a")) if task.step == 9) == 4
    assert next(task.days for task in tasks(("E2", "E4", "E9"), interpreted=True) if task.step == 9) == 5


def test_the_evidence_is_critical_and_the_agenda_has_slack():
    found = slots()
    assert found[7].critical
    assert found[8].slack == 75
    assert found[6].slack > 0


def test_done_steps_take_no_more_time_and_are_critical_for_nobody():
    found = slots(done={1: dt.date(2026, 1, 5), 2: None}, today=dt.date(2026, 2, 1))
    assert found[1].finish == dt.date(2026, 1, 5)
    assert not found[1].critical
    assert found[3].start >= dt.date(2026, 2, 1)


def test_a_pause_moves_every_open_step_by_its_length():
    plain, rest = slots(), Rest(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    for step, slot in slots(rests=[rest]).items():
        moved = 30 if plain[step].finish > rest.start else 0
        assert (slot.finish - plain[step].finish).days == moved, step
        assert slot.slack == plain[step].slack


def test_a_pause_that_goes_on_moves_everything_by_a_day_each_day():
    ends = [schedule(PLAN, START, today=today, rests=[Rest(dt.date(2026, 3, 1))], done={1: None, 2: None}).end
            for today in (dt.date(2026, 4, 1), dt.date(2026, 4, 2))]
    assert ends[1] - ends[0] == DAY


def test_pauses_within_one_another_are_one_pause():
    one = schedule(PLAN, START, today=START, rests=[Rest(dt.date(2026, 3, 1), dt.date(2026, 4, 1))])
    two = schedule(PLAN, START, today=START, rests=[
        Rest(dt.date(2026, 3, 10), dt.date(2026, 4, 1)), Rest(dt.date(2026, 3, 1), dt.date(2026, 3, 20))])
    assert one == two


def test_a_visit_that_is_planned_late_gives_slack_and_one_that_is_planned_early_is_said_to_be():
    ready = slots()[9].start
    late = slots(visit=ready + 40 * DAY)
    assert late[9].start == ready + 40 * DAY
    assert late[7].slack == 40
    early = schedule(PLAN, START, today=START, visit=ready - 12 * DAY)
    assert {slot.step: slot.slack for slot in early.slots}[7] == -12
    assert any("12 days too early" in str(said) for said in early.sentences())


def test_a_pause_that_ends_before_it_begins_is_an_error():
    with pytest.raises(InputError, match="ends before it begins"):
        slots(rests=[Rest(dt.date(2026, 3, 1), dt.date(2026, 2, 1))])


rests = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40)), max_size=3).map(
    lambda some: sorted({START + a * 50 * DAY: Rest(START + a * 50 * DAY, START + (a * 50 + b) * DAY)
                         for a, b in some}.values(), key=lambda rest: rest.start))


@given(rests, st.integers(0, 300), st.integers(0, 200))
def test_days_within_pauses_do_not_count(paused, offset, days):
    day = START + offset * DAY
    inside = {rest.start + n * DAY for rest in paused for n in range((rest.end - rest.start).days)}
    end = later(day, days, paused)
    worked = [day + n * DAY for n in range((end - day).days) if day + n * DAY not in inside]
    assert len(worked) == days
    assert later(earlier(day, days, paused), days, paused) <= day or day in inside
