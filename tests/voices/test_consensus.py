"""The rule that a room chose proposes, says why, and leaves to people what it does not settle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.assessments import voices
from exchange.assessments.consensus import FACILITATOR, UNANIMOUS, Rule, propose, rule_of
from exchange.assessments.voices import Block
from exchange.errors import InputError

LEVELS = st.lists(st.integers(0, 3), min_size=5, max_size=40)


def room(levels, unknown=0, group=None):
    blocks = [Block(group, {str(level): 1}) for level in levels]
    return voices.opinions("P1.1", {1: [*blocks, *[Block(None, {"unknown": 1})] * unknown]})


@given(LEVELS, st.floats(0.5, 1))
def test_the_median_is_proposed_exactly_where_enough_are_near_and_it_is_a_level(levels, share):
    found = room(levels)
    proposal = propose(Rule.of("median", share), found)
    settled = found.whole.near >= share and found.whole.median % 1 == 0
    assert proposal.level == (found.whole.median if settled else None)
    assert str(proposal.why)


@given(LEVELS)
def test_unanimous_means_everybody(levels):
    assert propose(Rule.of(UNANIMOUS), room(levels)).level == (levels[0] if len(set(levels)) == 1 else None)
    assert propose(Rule.of(UNANIMOUS), room([2] * 9, unknown=1)).level is None


def test_the_facilitators_rule_proposes_nothing():
    assert propose(Rule.of(FACILITATOR), room([2] * 10)).level is None


def test_nothing_is_proposed_of_few_levels_of_many_unknown_or_where_groups_stand_apart():
    rule = Rule.of("median")
    assert "fewer than five" in str(propose(rule, room([2] * 4)).why)
    assert "most cannot say" in str(propose(rule, room([2] * 5, unknown=6)).why)
    apart = voices.opinions("P1.1", {1: [Block("media", {"2": 15}), Block("insurer", {"0": 1, "1": 0, "2": 0, "3": 0}),
                                         *[Block("insurer", {"0": 1})] * 4]})
    assert propose(rule, apart).level is None
    assert "apart" in str(propose(rule, apart).why)


@pytest.mark.parametrize(("kind", "share"), [("vote", 0.75), ("median", 0.4), ("median", 1.1), ("median", True),
                                             ("median", float("nan"))])
def test_a_rule_that_is_none_is_refused_with_what_to_do(kind, share):
    with pytest.raises(InputError, match="Use "):
        Rule.of(kind, share)


def test_a_rule_comes_back_from_the_record_as_it_was():
    assert rule_of({"kind": "median", "share": 0.8}) == Rule("median", 0.8)
    assert rule_of({}) == Rule()
