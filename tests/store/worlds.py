"""A small world: the network `delta` of Rotterdam, Quito and Nairobi, and `coast` of Nairobi and Lima."""

from __future__ import annotations

import pandas as pd

from exchange.store import Viewer

ROTTERDAM, QUITO, NAIROBI, LIMA = "2747891", "3652462", "184745", "3936456"

LOCAL = Viewer("secretariat", "local", frozenset("*"), frozenset("*"))


def editor(city_id, name="Ana"):
    return Viewer("city_editor", name, frozenset({city_id}))


def reader(city_id):
    return Viewer("city_reader", "Rob", frozenset({city_id}))


def facilitator(*city_ids):
    return Viewer("facilitator", "Fay", frozenset(city_ids))


def secretariat(network="delta", *city_ids):
    return Viewer("secretariat", "Sue", frozenset(city_ids), frozenset({network}))


def participant(city_id, respondent):
    return Viewer("participant", respondent, frozenset({city_id}))


PUBLIC = Viewer("public")

CITIES = [
    {"city_id": ROTTERDAM, "slug": "rotterdam", "name": "Rotterdam", "country": "NLD", "population": 598_199},
    {"city_id": QUITO, "slug": "quito", "name": "Quito", "country": "ECU", "population": 1_399_814},
    {"city_id": NAIROBI, "slug": "nairobi", "name": "Nairobi", "country": "KEN", "population": 2_750_547},
    {"city_id": LIMA, "slug": "lima", "name": "Lima", "country": "PER", "population": 7_737_002},
]
NETWORKS = [{"network_id": "delta", "name": "Delta cities"}, {"network_id": "coast", "name": "Coast cities"}]
MEMBERS = [{"network_id": network, "city_id": city, "capacity": 2, "consent": True}
           for network, city in (("delta", ROTTERDAM), ("delta", QUITO), ("delta", NAIROBI),
                                 ("coast", NAIROBI), ("coast", LIMA))]


def fill(store):
    store.load(LOCAL, {"network": NETWORKS, "city": CITIES, "member": MEMBERS})


def begin(store, city_id=ROTTERDAM, viewer=None, **occasion):
    """Open a self-assessment and return its identifier."""
    occasion = {"version": "1", "round": "2026", **occasion}
    row = store.open_assessment(viewer or editor(city_id), city_id, "resilience", **occasion)
    return row["assessment_id"]


def exchange(store, learner=ROTTERDAM, host=QUITO, **columns):
    """Begin an exchange in `delta` and return its identifier."""
    row = {"network_id": "delta", "round": "2026", "learner_id": learner, "host_id": host, "title": "Early warning"}
    return store.put_exchange(editor(learner), {**row, **columns})


def rows(frame):
    """Return a data frame as a list of dicts with None for empty cells."""
    return [{name: None if pd.api.types.is_scalar(value) and pd.isna(value) else value
             for name, value in row.items()} for row in frame.to_dict("records")]
