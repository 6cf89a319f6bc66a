"""What was planted in the demo network is found again, within the intervals that the evaluation gives."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from exchange.demo import demo_network, truths
from exchange.evaluation.before_after import before_after
from exchange.evaluation.shift import response_shift
from exchange.exchanges.exchange import exchanges
from exchange.exchanges.records import LookBack
from exchange.learning import aims, flow, forecast, kinds, network, promises

ROUNDS = ["1", "2", "3"]
TODAY = dt.date(2026, 11, 1)


class World:
    """The demo network as the tables that evaluation and learning read."""

    def __init__(self, seed):
        rows = demo_network(seed)
        self.rows = rows
        self.held = exchanges(rows["exchange"], rows["entry"])
        self.slugs = {row["city_id"]: row["slug"] for row in rows["city"]}
        answers = pd.DataFrame(rows["answer"]).merge(pd.DataFrame(rows["assessment"])[
            ["assessment_id", "city_id", "round"]])
        agreed = answers[(answers["respondent_id"] == "city") & (answers["state"] == "answered")]
        self.answers = agreed[["city_id", "round", "item", "level"]]
        self.aims = aims.aims(self.held, self.answers, ROUNDS)
        self.uses = pd.DataFrame(rows["lesson_use"]).assign(at=lambda t: [at.isoformat() for at in t["at"]])
        self.members = pd.DataFrame(rows["member"]).merge(pd.DataFrame(rows["city"])[
            ["city_id", "region", "income_group"]])
        sharing = {(row["learner_id"], row["host_id"]) for row in rows["exchange"] if row["about"]["shared_language"]}
        self.outcomes = kinds.outcomes(self.held, self.aims, self.uses, sharing)
        movable = self.aims[~self.aims["item"].isin(truths.NO_EFFECT)]
        self.movable = kinds.outcomes(self.held, movable, self.uses, sharing)
        self.shifted = {city for city, slug in self.slugs.items() if slug in truths.SHIFTED}


@pytest.fixture(scope="module", params=[20260101, 1, 3])
def world(request):
    return World(request.param)


def holds(result, truth):
    return result.low <= truth <= result.high


def test_exchanges_move_what_they_aim_at_and_little_else(world):
    found = aims.where_aimed(world.aims)
    assert holds(found.targeted, truths.TARGETED)
    assert found.targeted.verdict == "up"
    assert holds(found.others, truths.UNTARGETED)
    assert holds(found.difference, truths.TARGETED - truths.UNTARGETED)
    assert found.difference.verdict == "up"


def test_hosts_learn_too_but_less(world):
    assert holds(aims.where_aimed(world.aims, side="host").targeted, truths.HOST_EFFECT)


def test_mentoring_works_better_than_a_conference(world):
    found = kinds.unlike(world.movable, "modality", "mentoring", "conference")
    assert holds(found, truths.EFFECTS["mentoring"] - truths.EFFECTS["conference"])
    assert found.verdict == "up"
    by_form = {kind.name: kind for kind in kinds.what_works(world.movable, "modality")}
    assert by_form["conference"].against_others.verdict == "down"


def test_each_form_of_exchange_has_its_planted_effect(world):
    unmoved = world.movable[~world.movable["learner_id"].isin(world.shifted)]
    for kind in kinds.what_works(unmoved, "modality", level=1 - 0.05 / 12):  # four forms, three networks
        assert holds(kind.result, truths.EFFECTS[kind.name]), kind


def test_a_shared_language_raises_adoption(world):
    found = kinds.unlike(world.outcomes, "shared_language", "yes", "no", "adopted")
    assert holds(found, truths.ADOPTION[True] - truths.ADOPTION[False])
    assert found.verdict == "up"


def test_questions_that_no_exchange_moves_read_too_few_or_cannot_tell(world):
    still = world.aims[world.aims["item"].isin(truths.NO_EFFECT)]
    assert not aims.where_aimed(still).targeted.told


def test_a_yardstick_that_moved_down_is_found_where_it_was_planted(world):
    first = [one for one in world.held if one.round == "1"]
    frames = {True: [], False: []}
    for one in first:
        recalled = {record.item: record.level for record in one.all(LookBack, "learner")}
        mine = world.aims[(world.aims["exchange_id"] == one.exchange_id) & (world.aims["side"] == "learner")]
        mine = mine[mine["item"].isin(list(recalled))]
        frames[one.learner_id in world.shifted].append(mine.assign(looking_back=mine["item"].map(recalled)))
    moved, still = (pd.concat(frames[one]) for one in (True, False))
    assert response_shift(moved["before"], moved["looking_back"], moved["after"]).shift.verdict == "down"
    assert response_shift(still["before"], still["looking_back"], still["after"]).shift.estimate == 0


def test_a_city_whose_yardstick_moved_went_down_where_it_did_not_aim(world):
    first = {one.exchange_id for one in world.held if one.round == "1" and one.learner_id in world.shifted}
    found = aims.where_aimed(world.aims[world.aims["exchange_id"].isin(first)])
    assert found.others.estimate < -0.2
    assert found.difference.estimate > 0


def test_the_group_that_is_left_out_is_found(world):
    found = network.left_out(world.held, world.members).set_index("group")
    assert bool(found.loc[truths.LEFT_OUT, "left_out"])
    assert not found.drop(index=truths.LEFT_OUT)["left_out"].any()


def test_forecasts_were_too_bold_by_as_much_as_planted(world):
    found = forecast.calibration(world.held)
    chance = (found.bins["chance"] * found.bins["n"]).sum() / found.n
    noise = 3 * (0.25 / found.n) ** 0.5
    assert chance - found.base_rate == pytest.approx(truths.OVERCONFIDENCE, abs=noise)


def test_lessons_are_used_more_often_within_exchanges(world):
    found = promises.promises(world.held, world.aims, world.uses, today=TODAY)
    assert found[0].promise == "faster_transfer"
    assert found[0].answer == "kept"
    outside = flow.furthest(world.uses[world.uses["exchange_id"].isna()])["used"]
    assert outside.mean() == pytest.approx(truths.ADOPTION_OUTSIDE, abs=3 * (0.25 / len(outside)) ** 0.5)


def test_the_account_of_one_exchange_says_what_happened_and_what_may_not_be_concluded(world):
    one = next(one for one in world.held if world.slugs[one.learner_id] == "quito" and one.round == "1")
    levels = world.aims[world.aims["exchange_id"] == one.exchange_id]
    account = before_after(one, levels[["city_id", "item", "before", "after"]])
    assert account.learner.shift is not None
    assert {moved.item for moved in account.learner.targeted} == set(one.targeted())
    said = " ".join(str(sentence) for sentence in account.conclusions({"learner": "Quito", "host": "Kobe"}))
    assert "Quito reached" in said
    assert set(account.host.ratings) == {"assess", "reflect_short", "reflect_long"}
