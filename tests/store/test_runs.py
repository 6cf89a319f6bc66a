"""The ledger: who has which run, what became of it, and what happens to runs whose owner is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exchange.errors import NotAllowedError
from exchange.store import Store, Viewer
from tests.store import worlds

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture
def local():
    """The person at this machine."""
    return Viewer.local()


def row(key, subject="s"):
    return {"run_key": key, "subject": subject, "name": "n", "notebook": "n.ipynb", "occasion": "", "language": "en",
            "parameters": {"city": "quito"}, "hashes": {"data": key}, "seed": 1}


def states(store, local):
    return {one["run_key"]: one["state"] for one in store.runs(local)}


def publish(store, local, key):
    assert store.claim_run(local, key, owner="me", at=NOW, lease=LEASE)
    store.run_published(local, key, folder=f"published/{key}", worker="w", seconds=1.5, at=NOW)


def test_a_run_that_is_planned_twice_stands_once_and_a_published_one_stays_published(store, local):
    assert store.plan_runs(local, [row("a"), row("b", "t")], NOW) == {"a": "planned", "b": "planned"}
    publish(store, local, "a")
    assert store.plan_runs(local, [row("a"), row("b", "t")], NOW) == {"a": "published", "b": "planned"}
    assert len(store.runs(local)) == 2


def test_of_two_that_want_a_run_one_gets_it(store, local, url):
    store.plan_runs(local, [row("a")], NOW)
    with Store.open(url) as other:
        got = [one.claim_run(local, "a", owner=name, at=NOW, lease=LEASE)
               for one, name in ((store, "me"), (other, "you"))]
    assert got == [True, False]
    assert store.claim_run(local, "a", owner="me", at=NOW, lease=LEASE), "one may try one's own again"
    assert store.runs(local)[0]["attempts"] == 2


def test_a_failed_run_keeps_its_error_and_is_planned_again(store, local):
    store.plan_runs(local, [row("a")], NOW)
    store.claim_run(local, "a", owner="me", at=NOW, lease=LEASE)
    store.run_failed(local, "a", error={"kind": "cell", "message": "boom", "cell": 3}, folder="", worker="w", at=NOW)
    assert store.runs(local)[0]["error"] == {"kind": "cell", "message": "boom", "cell": 3}
    assert store.plan_runs(local, [row("a")], NOW) == {"a": "planned"}
    assert store.runs(local)[0]["error"] == {}


def test_a_newer_run_on_the_same_subject_supersedes_the_older_one(store, local):
    store.plan_runs(local, [row("a"), row("b"), row("c", "other")], NOW)
    for key in "acb":
        publish(store, local, key)
    assert states(store, local) == {"a": "superseded", "b": "published", "c": "published"}


@pytest.mark.parametrize(("gone", "later", "freed"), [
    (True, 0, 1), (False, 3600, 0), (None, 0, 0), (None, 3600, 1)])
def test_runs_are_free_again_when_their_owner_is_gone_or_its_lease_has_run_out(store, local, gone, later, freed):
    store.plan_runs(local, [row("a")], NOW)
    store.claim_run(local, "a", owner="me", at=NOW, lease=LEASE)
    assert store.release_lost_runs(local, lambda _: gone, NOW + timedelta(seconds=later)) == freed
    assert states(store, local) == {"a": "planned" if freed else "running"}


def test_a_lease_that_is_renewed_holds_longer(store, local):
    store.plan_runs(local, [row("a")], NOW)
    store.claim_run(local, "a", owner="me", at=NOW, lease=LEASE)
    store.renew_leases(local, "me", NOW + timedelta(seconds=120))
    assert store.release_lost_runs(local, lambda _: None, NOW + timedelta(seconds=100)) == 0


def test_the_ledger_is_no_part_of_the_history_of_the_record(store, local):
    before = store.verify_audit().rows
    store.plan_runs(local, [row("a")], NOW)
    publish(store, local, "a")
    assert store.verify_audit().rows == before


@pytest.mark.parametrize("viewer", [Viewer("secretariat", "Sue", frozenset(), frozenset({"delta"})), Viewer("public")])
def test_only_whoever_keeps_the_record_runs_anything_or_sees_the_ledger(store, local, viewer):
    store.plan_runs(local, [row("a")], NOW)
    assert store.runs(viewer) == []
    with pytest.raises(NotAllowedError):
        store.plan_runs(viewer, [row("b")], NOW)
    with pytest.raises(NotAllowedError):
        store.claim_run(viewer, "a", owner="me", at=NOW, lease=LEASE)


def test_a_thousand_runs_are_planned_and_found_again(store, local):
    rows = [row(f"k{number}", f"s{number}") for number in range(1000)]
    store.plan_runs(local, rows, NOW)
    assert set(store.plan_runs(local, rows, NOW).values()) == {"planned"}
    assert len(store.runs(local, [f"k{number}" for number in range(700)])) == 700


def test_fingerprints_change_with_what_is_known_and_not_with_who_wrote_it_when(world, local):
    def marks():
        return (world.digests_of_cities(local, {worlds.ROTTERDAM, worlds.QUITO}),
                world.digests_of_exchanges(local, {exchange}), world.digest_of_everything(local))

    exchange = world.put_exchange(local, {
        "network_id": "delta", "round": "1", "learner_id": worlds.ROTTERDAM, "host_id": worlds.QUITO})
    cities, exchanges, everything = marks()
    world.put_exchange(local, {"exchange_id": exchange, "title": "Water"})
    after = marks()
    assert after[0] == cities
    assert after[1] != exchanges
    assert after[2] != everything
    world.put_city(local, {"city_id": worlds.QUITO, "population": 1})
    assert {city for city, mark in marks()[0].items() if mark != cities[city]} == {worlds.QUITO}
