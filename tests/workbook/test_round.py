"""A round of the network: people decide, a city's no holds, the pairs follow as little as they must."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.matching.certificate import certificate
from exchange.matching.checks import check, totals
from exchange.store import Viewer
from exchange.workbook.board import STATES, state_of
from exchange.workbook.round import Wishes, decided, latest
from tests.workbook.worlds import REAL, editor, opened

ROTTERDAM, QUITO, LIMA = "demo-2747891", "demo-3652462", "demo-3936456"


@pytest.fixture
def writing(own):
    with opened(own, "rotterdam", "demo") as workbook:
        yield workbook


@pytest.fixture(scope="module")
def reading(demo):
    with opened(demo, "rotterdam", "demo") as workbook:
        yield workbook


def pairs(made):
    return set(zip(made.table()["learner"], made.table()["host"], strict=True))


def free_pair(board):
    """A learner, its host, and a host with a place left."""
    row = next(row for row in board.rows() if row["hosts"] and any(o["free"] for o in row["options"]))
    return row["learner_id"], row["hosts"][0]["host_id"], next(o["host_id"] for o in row["options"] if o["free"])


@pytest.mark.parametrize("method", ["optimal", "stable", "fair", "random"])
def test_every_method_keeps_to_the_round_of_the_network(reading, method):
    made = reading.pairing.make(method)
    check(made)
    assert reading.pairing.number == "3"
    assert (reading.pairing.proof(made).gap == 0) == (method in {"optimal", "fair"}) or method == "stable"


def test_every_city_without_a_host_is_told_why_by_name(reading):
    made = reading.pairing.make()
    told = reading.pairing.uncovered(made)
    assert {one["city_id"] for one in told} == set(totals(made).uncovered)
    assert all(one["name"] in str(one["why"]) for one in told)


def test_a_pair_of_an_earlier_round_is_avoided_and_can_still_be_locked(reading):
    held = reading.store.exchanges(reading.viewer, "demo")
    earlier = set(zip(held["learner_id"], held["host_id"], strict=True))
    again = pairs(reading.pairing.make(wishes=Wishes(repeat_points=0.0))) & earlier
    avoided = pairs(reading.pairing.make(wishes=Wishes(repeat_points=1000.0))) & earlier
    assert len(avoided) < len(again)
    one = next(iter(sorted(earlier)))
    assert one in pairs(reading.pairing.make(wishes=Wishes(lock=(one,))))
    with pytest.raises(NotFoundError):
        reading.pairing.round(Wishes(lock=(("nowhere", QUITO),)))


def test_a_pin_is_kept_the_rest_follows_and_the_record_says_who_and_why(writing):
    board = writing.board
    learner, host, other = free_pair(board)
    before = pairs(board.made)
    board.pin(learner, other, "Their mayors met.")
    check(board.made)
    assert pairs(board.made) == before - {(learner, host)} | {(learner, other)}
    assert len(board.changes) == 1
    shown = next(row for row in board.rows() if row["learner_id"] == learner)["hosts"][0]
    assert (shown["host_id"], shown["state"]) == (other, "pinned")
    assert "Their mayors met." in str(shown["decided"][0])
    line = writing.store.audit(writing.viewer).iloc[-1]
    assert (line["action"], line["who"]) == ("put decision", writing.viewer.name)
    assert "Their mayors met." in str(line["after"])
    assert writing.store.verify_audit().ok


def test_a_second_pin_of_a_learner_takes_the_place_of_the_first(writing):
    board = writing.board
    learner, host, other = free_pair(board)
    board.pin(learner, other, "First.")
    board.pin(learner, host, "On second thoughts.")
    assert writing.pairing.decided().locked == {(learner, host)}


def test_a_pair_that_is_taken_out_stays_out_until_it_is_released(writing):
    board = writing.board
    learner, host, _ = free_pair(board)
    board.forbid(learner, host, "A dispute.")
    assert (learner, host) not in pairs(board.made)
    options = next(row for row in board.rows() if row["learner_id"] == learner)["options"]
    assert next(o for o in options if o["host_id"] == host)["state"] == "forbidden"
    board.release(learner, host, "Settled.")
    board.show("optimal")
    assert (learner, host) in pairs(board.made)


def test_two_learners_swap_their_hosts(writing):
    board = writing.board
    both = [row for row in board.rows() if len(row["hosts"]) == 1][:12]
    one, two = next((a, b) for a in both for b in both if len({a["learner_id"], b["learner_id"],
                    a["hosts"][0]["host_id"], b["hosts"][0]["host_id"]}) == 4)
    hosts = one["hosts"][0]["host_id"], two["hosts"][0]["host_id"]
    board.swap(one["learner_id"], two["learner_id"], "Nearer.")
    assert {(one["learner_id"], hosts[1]), (two["learner_id"], hosts[0])} <= pairs(board.made)


def test_what_cannot_be_changes_nothing(writing):
    board = writing.board
    learner, _host, _other = free_pair(board)
    before, decisions = pairs(board.made), writing.pairing.decisions()
    with pytest.raises(InputError, match="cannot learn from itself"):
        board.pin(learner, learner, "No.")
    with pytest.raises(NotFoundError):
        board.pin(learner, "nowhere", "No.")
    with pytest.raises(InputError, match="not known"):
        board.show("magic")
    alone = next(row["learner_id"] for row in board.rows() if not row["hosts"])
    with pytest.raises(InputError, match="0 hosts, not one"):
        board.swap(alone, learner, "No.")
    assert (pairs(board.made), writing.pairing.decisions()) == (before, decisions)


def test_other_methods_change_the_board_and_store_nothing(writing):
    board = writing.board
    board.show("stable")
    assert board.method == "stable"
    assert board.changes
    assert writing.pairing.decisions() == []
    names = [row["method"] for row in board.comparison()]
    assert names == ["now", "optimal", "fair", "stable", "random"]


def test_suggested_pairs_are_answered_by_both_cities_and_then_an_exchange_begins(writing, own):
    assert writing.board.suggest() == len(pairs(writing.board.made))
    assert writing.board.suggest() == 0
    assert len(writing.store.match_runs(writing.viewer, "demo")) == 2
    learner, host = next(iter(sorted(pairs(writing.board.made))))
    with opened(own, learner, "demo", viewer=editor(learner)) as ours:
        waiting = [row["hosts"][0] for row in ours.board.mine() if row["learner_id"] == learner]
        assert [one["state"] for one in waiting] == ["suggested"]
        assert waiting[0]["sides"] == ["learner"]
        ours.board.answer(learner, host, "learner", "accepted", "We asked for it.")
        with pytest.raises(NotAllowedError):
            ours.board.answer(learner, host, "host", "accepted", "For them too.")
    with opened(own, host, "demo", viewer=editor(host, "Hugo")) as theirs:
        theirs.board.answer(learner, host, "host", "accepted", "")
        begun = theirs.store.exchanges(theirs.viewer, "demo", learner, round="3")
        assert [(row.learner_id, row.host_id) for row in begun.itertuples()] == [(learner, host)]
    assert writing.pairing.decided().locked == {(learner, host)}
    assert (learner, host) in pairs(writing.pairing.make())


def test_the_round_is_the_latest_in_which_a_city_assessed_itself(reading, demo, real):
    assert reading.pairing.number == "3"
    with opened(demo, "rotterdam", "demo", "2") as workbook:
        assert workbook.pairing.number == "2"
        assert workbook.pairing.decided().locked <= pairs(workbook.pairing.make())
    with opened(real, "rotterdam") as workbook:
        assert workbook.pairing.number == "1"
    assert (latest(["2", "10", "9"]), latest(["9", "spring"]), latest([])) == ("10", "spring", "")


def test_a_citys_no_goes_before_a_pin(writing, own):
    learner, host = next(iter(sorted(pairs(writing.board.made))))
    writing.board.pin(learner, host, "We think so.")
    with opened(own, host, "demo", viewer=editor(host)) as theirs:
        theirs.board.answer(learner, host, "host", "declined", "No staff this year.")
    said = writing.pairing.decided()
    assert (learner, host) in said.forbidden & said.overruled
    made = writing.pairing.make()
    assert (learner, host) not in pairs(made)
    assert certificate(made).gap == 0


def test_only_the_secretariat_decides_on_a_round(own):
    with opened(own, "rotterdam", "demo", viewer=editor(ROTTERDAM)) as ours:
        assert not ours.board.keeps
        assert all("Rotterdam" in {row["name"], row["hosts"][0]["name"]} for row in ours.board.mine())
        assert "secretariat" in ours.board.picture().plain()
        assert "secretariat" in ours.board.cohorts().plain()
        with pytest.raises(NotAllowedError):
            ours.board.pin(ROTTERDAM, QUITO, "Me.")


def test_a_secretariat_that_speaks_for_no_city_pins_and_forbids_but_answers_for_nobody(own):
    sue = Viewer("secretariat", "Sue", networks=frozenset({"demo"}))
    with opened(own, "rotterdam", "demo", viewer=sue) as workbook:
        learner, host, other = free_pair(workbook.board)
        workbook.board.pin(learner, other, "Yes.")
        workbook.board.forbid(learner, host, "No.")
        with pytest.raises(NotAllowedError):
            workbook.board.answer(learner, other, "host", "accepted", "For them.")


def test_a_secretariat_needs_no_city_of_its_own(own):
    with opened(own, network="demo") as workbook:
        learner, _host, other = free_pair(workbook.board)
        workbook.board.pin(learner, other, "Yes.")
        assert next(row for row in workbook.board.rows() if row["learner_id"] == learner)["hosts"][0]["sides"] == []


def test_a_round_that_cannot_be_is_said_and_breaks_no_page(writing, own):
    board = writing.board
    learner, _host, other = free_pair(board)
    board.pin(learner, other, "Yes.")
    capacity = writing.store.members(writing.viewer, "demo", city_id=other).iloc[0]
    writing.store.load(writing.viewer, {"member": [{"network_id": "demo", "city_id": other, "capacity": 0,
                                                    "readiness": capacity["readiness"], "consent": True}]})
    with opened(own, "rotterdam", "demo") as workbook:
        assert "0 places" in str(workbook.board.closed())
        assert "0 places" in workbook.board.picture().plain()


def test_a_network_of_one_city_and_one_of_a_few_have_sentences_instead(real, fresh):
    with opened(real, "rotterdam") as workbook:
        assert workbook.board.closed() is None
        assert workbook.board.picture().html()
        assert workbook.board.cohorts().html()
        assert workbook.match.steady().html()
        assert workbook.match.turning_point().html()
    members = [{"network_id": "lone", "city_id": REAL["city"][0]["city_id"]}]
    with opened(fresh) as workbook:
        workbook.store.load(workbook.viewer, {"network": [{"network_id": "lone", "name": "Lone"}],
                                              "city": REAL["city"][:1], "member": members})
    with opened(fresh, "rotterdam", "lone") as workbook:
        assert "no other city" in str(workbook.board.closed())
        assert "no other city" in workbook.board.picture().plain()
        assert "too few cities" in workbook.board.cohorts().plain()
        assert workbook.board.mine() == []


def test_what_each_side_said_makes_one_state():
    def state(**status):
        return state_of({side: {"status": one} for side, one in status.items()})

    assert state() == "proposed"
    assert state(secretariat="suggested") == "suggested"
    assert state(secretariat="locked") == "pinned"
    assert state(secretariat="declined") == "forbidden"
    assert state(secretariat="suggested", learner="accepted") == "accepted"
    assert state(learner="suggested", host="accepted") == "agreed"
    assert state(secretariat="locked", learner="accepted", host="declined") == "declined"
    assert set(STATES) == {"proposed", "suggested", "accepted", "agreed", "pinned", "forbidden", "declined"}
    said = decided({("a", "b"): {"secretariat": "locked"}, ("a", "c"): {"learner": "accepted", "host": "accepted"},
                    ("a", "d"): {"learner": "accepted"}, ("a", "e"): {"secretariat": "declined"}})
    assert said.locked == {("a", "b"), ("a", "c")}
    assert said.forbidden == {("a", "e")}
