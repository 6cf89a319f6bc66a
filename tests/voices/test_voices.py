"""What is shown of many answers is right, and is never about fewer than five people."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.assessments import voices
from exchange.assessments.voices import Block, Voice

GROUPS = ("policy_maker", "practitioner", "media", None)
ANSWERS = st.sampled_from([("answered", 0), ("answered", 1), ("answered", 2), ("answered", 3), ("unknown", None),
                           ("not_applicable", None), ("blank", None)])
LEVELS = st.lists(st.integers(0, 3), min_size=5, max_size=60)


def blocks_of(levels, group=None):
    return [Block(group, {str(level): 1}) for level in levels]


@given(LEVELS)
def test_median_quartiles_and_share_near_are_those_of_the_plain_numbers(levels):
    found = voices.spread(blocks_of(levels))
    assert (found.n, found.answered) == (len(levels), len(levels))
    assert found.median == pytest.approx(np.median(levels))
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(levels, [25, 75])))
    assert found.iqr == pytest.approx(np.subtract(*np.percentile(levels, [75, 25])))
    near = [abs(level - np.median(levels)) <= 1 for level in levels]
    assert found.near == pytest.approx(np.mean(near))
    assert found.counts == {str(level): n for level, n in sorted(Counter(levels).items())}


@given(st.lists(st.floats(-5, 5), min_size=1), st.floats(0, 1))
def test_a_quantile_is_numpys(numbers, share):
    assert voices.quantile(sorted(numbers), share) == pytest.approx(np.quantile(numbers, share), abs=1e-9)


@given(st.lists(st.integers(0, 3), max_size=4), st.integers(0, 20))
def test_of_fewer_than_five_levels_only_the_number_of_people_is_shown(levels, unknown):
    found = voices.spread([*blocks_of(levels), Block(None, {"unknown": unknown})])
    assert not found.shown
    assert found == voices.Spread(len(levels) + unknown)


PEOPLE = st.lists(st.tuples(st.sampled_from(GROUPS), ANSWERS), max_size=60)
EVENTS = st.lists(st.tuples(st.integers(0, 29), st.sampled_from(GROUPS), ANSWERS), max_size=120)


def published(blocks):
    """Return cell -> people in it, of everything that can be read off blocks: all, each group, all others."""
    cells = defaultdict(set)
    for block, members in blocks:
        cells["all"] |= set(members)
        cells[block.group or "others"] |= set(members)
    return dict(cells)


def told(events, closing):
    """Play a turn as the store does: each answer as it comes; return the cells after each, and the blocks."""
    group, said, blocks, states = {}, {}, [], []
    for who, its_group, (state, level) in events:
        group.setdefault(who, its_group)
        said[who] = Voice(str(who), group[who], state, level)
        blocks += voices.gather(waiting(said, blocks), Counter(group.values()))
        states.append(published(blocks))
    if closing:
        blocks += voices.gather(waiting(said, blocks), Counter(group.values()), closing=True)
        states.append(published(blocks))
    return states, blocks, said


def waiting(said, blocks):
    counted = {who for _, members in blocks for who in members}
    return [voice for who, voice in said.items() if str(who) not in counted]


@given(EVENTS, st.booleans())
def test_nothing_that_is_ever_shown_can_be_combined_to_something_about_fewer_than_five(events, closing):
    states, _, _ = told(events, closing)
    sets = [frozenset(cell) for state in states for cell in state.values()]
    # People who are in exactly the same things that were shown cannot be told apart by any sum or difference of them.
    alike = Counter(tuple(who in cell for cell in sets) for who in set().union(*sets))
    assert all(n >= voices.LEAST for n in alike.values())


@given(EVENTS, st.booleans())
def test_numbers_of_people_grow_in_steps_of_five_and_a_person_is_counted_once(events, closing):
    states, blocks, said = told(events, closing)
    assert all(len(cell) % 5 == 0 for state in states for cell in state.values())
    for before, after in pairwise(states):
        assert all(cell <= after[name] for name, cell in before.items())
    counted = [who for _, members in blocks for who in members]
    assert len(counted) == len(set(counted))
    assert all(sum(block.counts.values()) == len(members) == 5 for block, members in blocks)
    if closing:
        heard = sum(voice.state != "blank" for voice in said.values())
        assert len([who for who in counted if said[int(who)].state != "blank"]) >= heard - 4


@given(PEOPLE)
def test_a_group_stands_alone_only_with_five_of_its_own_answers(people):
    said = [Voice(str(n), group, *answer) for n, (group, answer) in enumerate(people)]
    registered = Counter(group for group, _ in people)
    made = voices.gather(said, registered, closing=True)
    one = voices.opinions("P1.1", {1: [block for block, _ in made]})
    for group, found in one.groups.items():
        heard = sum(voice.group == group and voice.state != "blank" for voice in said)
        assert 5 <= found.n <= heard
    assert one.whole.n == sum(found.n for found in one.groups.values()) + one.others.n
    assert one.others.n == 0 or one.others.n >= voices.LEAST


def test_an_answer_changed_after_it_was_counted_changes_nothing_that_is_shown():
    said = [Voice(str(n), "media", "answered", 1) for n in range(5)]
    (block, members), = voices.gather(said, {"media": 5})
    changed = [Voice("0", "media", "answered", 3), *said[1:]]
    assert voices.gather([voice for voice in changed if voice.respondent not in members], {"media": 5}) == []
    assert block.counts == {"1": 5}


def test_the_second_turn_counts_when_at_least_half_as_many_answered_again():
    ten, five = blocks_of([0] * 10), blocks_of([3] * 5)
    assert voices.opinions("P1.1", {1: ten, 2: five}).turn == 2
    assert voices.opinions("P1.1", {1: ten, 2: five[:4]}).turn == 1
    assert voices.opinions("P1.1", {}).turn == 0


def test_questions_come_in_the_order_in_which_people_are_apart():
    agreed = voices.opinions("P1.1", {1: blocks_of([2] * 5)})
    apart = voices.opinions("P1.2", {1: blocks_of([0, 0, 3, 3, 3])})
    some = voices.opinions("P1.3", {1: blocks_of([1, 1, 2, 2, 2])})
    silent = voices.opinions("P2.1", {})
    assert [one.item for one in voices.most_apart([silent, agreed, some, apart])] == ["P1.2", "P1.3", "P1.1", "P2.1"]


def test_groups_are_missing_when_nobody_of_them_spoke():
    assert voices.missing(["media", "insurer"], {"media"}) == ("insurer",)
    assert "citizen_community" in voices.missing([], {"media"})


def test_a_room_never_goes_back():
    order = list(voices.PHASES)
    for phase in order:
        assert all(order.index(to) > order.index(phase) for to in voices.follow(phase))
