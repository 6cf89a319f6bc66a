"""The portal's view of a real store."""

from __future__ import annotations

import pytest

from exchange.serve.identity import environment
from exchange.serve.overview import Network
from exchange.serve.store_overview import StoreOverview
from exchange.store import Store, Viewer

LOCAL = Viewer.local()


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/exchange.db") as opened:
        opened.put_network(LOCAL, {"network_id": "demo", "name": "Demo network", "demo": True})
        opened.put_network(LOCAL, {"network_id": "cdp", "name": "CDP cities"})
        for city_id, slug, name, country, networks in [
            ("2747891", "rotterdam", "Rotterdam", "NLD", ["cdp"]),
            ("3652462", "quito", "Quito", "ECU", ["cdp"]),
            ("demo-3652462", "demo-quito", "Quito", "ECU", ["demo"]),
        ]:
            opened.put_city(LOCAL, {"city_id": city_id, "slug": slug, "name": name, "country": country})
            for network in networks:
                opened.put_member(LOCAL, {"network_id": network, "city_id": city_id})
        yield opened


def test_real_networks_come_before_invented_ones(store):
    assert StoreOverview(store, LOCAL, "en").networks() == [
        Network("cdp", "CDP cities"), Network("demo", "Demo network", demo=True)]


def test_members_are_listed_by_name_with_their_country_in_the_readers_language(store):
    listed = [(c.name, c.slug, c.country) for c in StoreOverview(store, LOCAL, "es").cities("cdp")]
    assert listed == [("Quito", "quito", "Ecuador"), ("Rotterdam", "rotterdam", "Países Bajos")]


def test_a_city_is_found_in_the_network_that_was_asked_for(store):
    overview = StoreOverview(store, LOCAL, "en")
    real, invented = overview.city("quito"), overview.city("quito", "demo")
    assert (real[0].slug, real[1].network_id) == ("quito", "cdp")
    assert (invented[0].slug, invented[1].network_id) == ("demo-quito", "demo")


@pytest.mark.parametrize(("slug", "network"), [("atlantis", ""), ("rotterdam", "demo"), ("quito", "none")])
def test_what_is_not_there_is_nothing(store, slug, network):
    assert StoreOverview(store, LOCAL, "en").city(slug, network) is None


def test_a_stranger_sees_no_network(store):
    overview = StoreOverview(store, Viewer("public"), "en")
    assert overview.networks() == []
    assert overview.city("quito") is None


def test_a_new_city_begins_with_the_assessment(store):
    steps = StoreOverview(store, LOCAL, "en").steps("quito", "cdp")
    assert [step.key for step in steps] == ["assess", "discover", "match", "exchange", "evaluate", "learn"]
    assert not steps[0].done


@pytest.mark.parametrize("viewer", [LOCAL, Viewer("public"), Viewer("city_editor", "ana", frozenset({"1", "2"})),
                                    Viewer("secretariat", "sec", networks=frozenset({"cdp"}))])
def test_a_kernel_knows_whom_it_serves_as_the_server_does(viewer, monkeypatch):
    for name, value in environment(viewer).items():
        monkeypatch.setenv(name, value)
    assert Viewer.from_environment() == viewer
