"""Exchanges, their entries, and the decisions that lead to them."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.store import EditConflictError
from tests.store.worlds import LIMA, LOCAL, NAIROBI, QUITO, ROTTERDAM, editor, exchange, rows, secretariat

ANA, BEN = editor(ROTTERDAM), editor(QUITO, "Ben")


def test_an_exchange_is_read_back_by_both_cities(world):
    key = exchange(world, start=date(2026, 3, 1), end="2026-06-30", status="planned", about={"language": "en"},
                   pair_type="peer_to_peer", learning_level="discovery")
    for viewer in (ANA, BEN, secretariat("delta"), LOCAL):
        row = world.exchange(viewer, key)
        assert (row["title"], row["start"], row["end"], row["revision"]) == (
            "Early warning", date(2026, 3, 1), date(2026, 6, 30), 1)
    assert [row["exchange_id"] for row in rows(world.exchanges(ANA, city=QUITO, round="2026"))] == [key]
    assert world.exchanges(ANA, city=NAIROBI).empty


def test_the_pair_of_an_exchange_stays(world):
    key = exchange(world)
    with pytest.raises(InputError, match="network and pair cannot change"):
        world.put_exchange(ANA, {"exchange_id": key, "host_id": NAIROBI})
    world.put_exchange(ANA, {"exchange_id": key, "host_id": QUITO, "status": "agreed"})
    assert world.exchange(ANA, key)["status"] == "agreed"


@pytest.mark.parametrize(("change", "error", "words"), [
    ({"host_id": ROTTERDAM}, InputError, "learner and host are the same city"),
    ({"host_id": LIMA}, InputError, "is not a member of delta"),
    ({"network_id": "atlantis"}, NotFoundError, "network atlantis"),
    ({"pair_type": "friends"}, InputError, "'friends' is not one of the choices"),
    ({"start": "soon"}, InputError, "'soon' is not a day"),
    ({"budget": 3}, InputError, "'budget' is not a column of exchange"),
])
def test_an_exchange_that_cannot_be_is_refused(world, change, error, words):
    with pytest.raises(error, match=words):
        exchange(world, **change)
    assert world.exchanges(LOCAL).empty


def test_an_exchange_needs_a_network_and_two_cities(world):
    with pytest.raises(InputError) as caught:
        world.put_exchange(ANA, {"title": "?"})
    assert len(caught.value.findings) == 3


def test_an_outdated_change_to_an_exchange_is_a_conflict(world):
    key = exchange(world)
    world.put_exchange(ANA, {"exchange_id": key, "title": "Flood warning"}, base_revision=1)
    with pytest.raises(EditConflictError) as caught:
        world.put_exchange(BEN, {"exchange_id": key, "title": "Heat"}, base_revision=1)
    assert (caught.value.mine["title"], caught.value.theirs["title"]) == ("Heat", "Flood warning")


def test_entries_stand_in_the_order_in_which_they_were_added(world):
    key = exchange(world)
    for words in ("first", "second", "third"):
        world.put_entry(ANA, key, "objective", {"text": words})
    world.put_entry(BEN, key, "action", {"text": "map"}, side="host")
    assert [(row["body"]["text"], row["position"]) for row in world.entries(BEN, key, "objective")] == [
        ("first", 0), ("second", 1), ("third", 2)]
    assert [row["kind"] for row in world.entries(ANA, key)] == ["action", "objective", "objective", "objective"]


def test_an_entry_changes_without_touching_the_others(world):
    key = exchange(world)
    one, two = (world.put_entry(ANA, key, "objective", {"text": words}) for words in ("one", "two"))
    changed = world.put_entry(BEN, key, "objective", {"text": "ONE"}, entry_id=one["entry_id"], base_revision=1)
    assert (changed["revision"], changed["position"], changed["by"]) == (2, 0, "Ben")
    assert [row["body"]["text"] for row in world.entries(ANA, key)] == ["ONE", "two"]
    assert two["revision"] == 1


def test_an_outdated_change_to_an_entry_is_a_conflict_that_carries_both_versions(world):
    key = exchange(world)
    entry = world.put_entry(ANA, key, "objective", {"text": "one"})
    world.put_entry(BEN, key, "objective", {"text": "his"}, entry_id=entry["entry_id"], base_revision=1)
    with pytest.raises(EditConflictError, match="Ben changed it meanwhile") as caught:
        world.put_entry(ANA, key, "objective", {"text": "hers"}, entry_id=entry["entry_id"], base_revision=1)
    assert caught.value.mine["body"] == {"text": "hers"}
    assert caught.value.theirs["body"] == {"text": "his"}


def test_a_removed_entry_is_gone_but_in_the_history(world):
    key = exchange(world)
    entry = world.put_entry(ANA, key, "objective", {"text": "canary"})
    world.delete_entry(BEN, entry["entry_id"], base_revision=1)
    assert world.entries(ANA, key) == []
    assert "canary" in rows(world.audit(LOCAL, last=1))[0]["before"]
    with pytest.raises(EditConflictError, match="somebody removed it meanwhile"):
        world.put_entry(ANA, key, "objective", {"text": "!"}, entry_id=entry["entry_id"], base_revision=1)
    with pytest.raises(NotFoundError):
        world.put_entry(ANA, key, "objective", {"text": "!"}, entry_id=entry["entry_id"])


def test_a_city_speaks_for_its_own_side_alone(world):
    key = exchange(world)
    hers = world.put_entry(ANA, key, "rating", {"level": 4}, side="learner")
    with pytest.raises(NotAllowedError):
        world.put_entry(BEN, key, "rating", {"level": 1}, side="learner")
    with pytest.raises(NotAllowedError):
        world.put_entry(BEN, key, "rating", {"level": 1}, side="host", entry_id=hers["entry_id"])
    with pytest.raises(NotAllowedError):
        world.delete_entry(BEN, hers["entry_id"])
    with pytest.raises(NotAllowedError):
        world.put_entry(secretariat("delta"), key, "rating", {"level": 1}, side="learner")
    world.put_entry(secretariat("delta"), key, "note", {"text": "call on Monday"})


def decision(**columns):
    return {"network": "delta", "round": "2026", "learner": ROTTERDAM, "host": QUITO, "side": "learner",
            "status": "suggested", **columns}


def test_each_side_decides_for_itself_and_the_last_word_stands(world):
    world.put_decision(ANA, **decision(why="They know floods"))
    world.put_decision(BEN, **decision(side="host", status="declined", why="No time"))
    world.put_decision(BEN, **decision(side="host", status="accepted"))
    world.put_decision(secretariat("delta"), **decision(side="secretariat", status="locked"))
    stands = {row["side"]: (row["status"], row["why"], row["by"]) for row in rows(world.decisions(ANA, "delta"))}
    assert stands == {"learner": ("suggested", "They know floods", "Ana"), "host": ("accepted", "", "Ben"),
                      "secretariat": ("locked", "", "Sue")}
    assert len(world.decisions(LOCAL, city=QUITO, round="2026")) == 3
    assert world.decisions(LOCAL, city=NAIROBI).empty


@pytest.mark.parametrize(("viewer", "change"), [
    (ANA, {"side": "host", "status": "accepted"}),
    (ANA, {"status": "locked"}),
    (ANA, {"side": "secretariat"}),
    (secretariat("delta"), {}),
    (secretariat("delta"), {"side": "secretariat", "status": "accepted"}),
    (secretariat("coast"), {"side": "secretariat"}),
])
def test_nobody_decides_for_another(world, viewer, change):
    with pytest.raises(NotAllowedError):
        world.put_decision(viewer, **decision(**change))
    assert world.decisions(LOCAL).empty


def test_a_decision_is_about_two_members_of_the_network(world):
    with pytest.raises(NotFoundError, match="not a member of delta"):
        world.put_decision(ANA, **decision(host=LIMA))
    with pytest.raises(InputError, match="the same city"):
        world.put_decision(ANA, **decision(host=ROTTERDAM))


def test_weights_have_versions_and_the_old_ones_stay(world):
    assert world.weights(LOCAL) is None
    assert world.put_weights(LOCAL, {"hazard": 2.0}, why="expert prior") == 1
    assert world.put_weights(LOCAL, {"hazard": 1.5}, why="round 1") == 2
    assert world.put_weights(secretariat("delta"), {"hazard": 9}, why="ours", network="delta") == 3
    assert world.weights(LOCAL)["values"] == {"hazard": 1.5}
    assert world.weights(LOCAL, 1)["why"] == "expert prior"
    assert world.weights(ANA, network="delta")["values"] == {"hazard": 9}
    assert world.weights(editor(LIMA), network="coast")["version"] == 2
    assert list(world.all_weights(LOCAL)["version"]) == [1, 2, 3]
    with pytest.raises(NotAllowedError):
        world.put_weights(secretariat("delta"), {"hazard": 9}, why="for all")


def test_a_matching_is_kept_as_it_was_made(world):
    result = {"pairs": [[ROTTERDAM, QUITO, 0.7]]}
    world.put_run(secretariat("delta"), {"network_id": "delta", "method": "optimal", "seed": 7, "result": result,
                                         "weights": {"hazard": 1}, "data_hash": "abc"})
    world.put_run(ANA, {"network_id": "delta", "city_id": ROTTERDAM, "method": "ranking", "result": {}})
    newest, oldest = rows(world.match_runs(LOCAL, "delta"))
    assert (oldest["result"], oldest["seed"], newest["city_id"]) == (result, 7, ROTTERDAM)
    assert len(world.match_runs(ANA)) == 1
    with pytest.raises(NotAllowedError):
        world.put_run(ANA, {"network_id": "delta", "result": {}})
