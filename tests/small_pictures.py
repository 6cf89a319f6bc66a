"""Small worlds for the pictures: one of each, with a name that a test may choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from exchange.reports import pictures
from exchange.reports.pictures import Picture
from exchange.reports.pictures.geography import Ring
from exchange.words import text

COAST: tuple[Ring, ...] = (((-10, 36), (0, 44), (-4, 48), (8, 54), (20, 55), (28, 41), (10, 44), (-10, 36)),)


def profile(name: str = "Recovery") -> Picture:
    return pictures.profile([
        {"number": 1, "name": "Organise", "mean": 2.3, "low": 2.3, "high": 2.3, "past": 1.7},
        {"number": 2, "name": "Risk scenarios", "mean": 1.8, "low": 1.4, "high": 2.0, "past": None, "unknown": 1},
        {"number": 3, "name": "Financial capacity"},
        {"number": 4, "name": "Natural buffers", "low": 0, "high": 3, "unknown": 3},
        {"number": 10, "name": name, "mean": 0.5, "low": 0.4, "high": 1.2, "unknown": 2},
    ])


def disagreement(name: str = "Insurance") -> Picture:
    return pictures.disagreement([
        {"item": "P1.1", "label": "One body", "group": "policy makers", "level": 2},
        {"item": "P1.1", "label": "One body", "group": "citizens", "level": 1.5, "spread": 2},
        {"item": "P3.3", "label": name, "group": "policy makers", "level": 3},
        {"item": "P3.3", "label": name, "group": "citizens", "level": 0},
        {"item": "P6.6", "label": "Learning", "group": "policy makers", "state": "unknown"},
        {"item": "P6.6", "label": "Learning", "group": "citizens", "state": "not_applicable"},
    ])


def gap_priority(name: str = "Insurance") -> Picture:
    return pictures.gap_priority([
        {"id": "P3.3", "label": name, "gap": 3, "priority": 5},
        {"id": "P1.1", "label": "One body", "gap": 0, "priority": 4},
        {"id": "P6.6", "label": "Learning", "gap": 2, "priority": 1},
        {"id": "P9.1", "label": "Warning", "gap": 1, "priority": 2},
    ])


def peers_map(name: str = "Antwerp") -> Picture:
    return pictures.peers_map(
        {"name": "Rotterdam", "lon": 4.48, "lat": 51.92},
        [{"name": name, "lon": 4.4, "lat": 51.22, "score": 60},
         {"name": "Hamburg", "lon": 9.99, "lat": 53.55, "score": 82}],
        agreed=["Hamburg"], outlines=COAST)


def why_peer(name: str = "Dhaka") -> Picture:
    return pictures.why_peer(name, [
        {"label": "Same hazards", "points": 22, "possible": 25},
        {"label": "Strong where we are weak", "points": 19, "possible": 25},
        {"label": "Shared language", "points": 0, "possible": 10, "known": False},
    ])


def rank_stability(name: str = "Dhaka") -> Picture:
    return pictures.rank_stability([
        {"name": name, "ranks": (1, 1, 2, 3, 1)}, {"name": "Quito", "ranks": (2, 5, 4, 12, 3)}])


def round_links(name: str = "Tunis") -> Picture:
    return pictures.round_links(
        [{"learner": "Accra", "host": "Kobe", "score": 71.26}, {"learner": "Amman", "host": "Hamburg"},
         {"learner": "Quito", "host": "Kobe"}],
        [{"name": name, "why": text("no shared language with any host")}])


def matrix(name: str = "Tunis") -> Picture:
    regions = ("Africa", "Europe", "Asia")
    return pictures.round_links(
        [{"learner": f"Learner {n}", "host": f"Host {n % 7}", "learner_region": regions[n % 3],
          "host_region": regions[n % 2]} for n in range(50)],
        [{"name": name, "why": "every host is full"}])


def exchange_path(name: str = "Agree on the agenda") -> Picture:
    return pictures.exchange_path(
        [{"phase": "plan", "number": 1, "label": "Know where you stand", "state": "done", "date": dt.date(2026, 1, 12)},
         {"phase": "do", "number": 8, "label": name, "state": "next", "date": dt.date(2026, 3, 2)},
         {"phase": "do", "number": 9, "label": "Meet", "state": "later"},
         {"phase": "after", "number": 11, "label": "Write the report", "state": "blocked"}],
        {"plan": (), "do": (text("the team is named"), text("the agenda is agreed"))},
        today=dt.date(2026, 3, 10), pauses=[{"start": dt.date(2026, 2, 1), "end": dt.date(2026, 2, 20)}])


def before_after(name: str = "Early warning") -> Picture:
    return pictures.before_after([
        {"label": name, "before": 1.2, "after": 2.1, "low": 0.5, "high": 1.3, "n": 14},
        {"label": "Codes", "before": 1.9, "after": 2.0, "low": -0.4, "high": 0.5, "n": 9},
        {"label": "Trust", "before": 2.0, "after": 1.4, "low": -1.0, "high": -0.2, "n": 12},
    ])


def network(name: str = "Kobe") -> Picture:
    return pictures.network(
        [{"name": "Rotterdam", "region": "Europe"}, {"name": name, "region": "Asia"},
         {"name": "Dhaka", "region": "Asia"}, {"name": "Quito", "region": "Americas"}],
        [{"from": name, "to": "Rotterdam", "adopted": 5}, {"from": "Rotterdam", "to": "Dhaka", "adopted": 0}])


def timeline(name: str = "first self-assessment") -> Picture:
    return pictures.timeline(
        [{"id": "a", "name": "assessments"}, {"id": "x", "name": "exchanges"}],
        [{"lane": "a", "date": dt.date(2025, 2, 3), "label": name},
         {"lane": "x", "date": dt.date(2025, 4, 1), "end": dt.date(2025, 11, 20), "label": "exchange with Dhaka"},
         {"lane": "x", "date": dt.date(2026, 9, 1), "label": "exchange with Quito"}],
        today=dt.date(2026, 6, 1))


def radar(name: str = "Recovery") -> Picture:
    rows = [{"number": n, "name": name if n == 10 else f"Essential {n}", "mean": n / 4, "past": n / 5}
            for n in range(1, 11)]
    return pictures.profile(rows, radar=True)


def funnel(_: str = "") -> Picture:
    return pictures.funnel(42, 30, 18, 6)


ALL: dict[str, Callable[..., Picture]] = {
    make.__name__: make for make in (
        profile, radar, disagreement, gap_priority, peers_map, why_peer, rank_stability, round_links, matrix,
        exchange_path, before_after, network, timeline)
}
"""Every picture that holds words from outside; each takes one of them."""

EVERY: dict[str, Picture] = {**{name: make() for name, make in ALL.items()}, "funnel": funnel()}


def big_network(cities: int = 60) -> Picture:
    """As many cities as a network picture is meant for, with long names, in six regions of unequal size."""
    sizes = (3, 5, 8, 11, 14, 19)
    region = [text("Region {n}", n=number) for number, size in enumerate(sizes) for _ in range(size)]
    names = [f"City of Santa {chr(65 + n % 26)}{n}" for n in range(cities)]
    links = [{"from": names[n], "to": names[(n * 7 + 3) % cities], "adopted": n % 4} for n in range(cities)
             if (n * 7 + 3) % cities != n]
    return pictures.network([{"name": name, "region": region[n % len(region)]} for n, name in enumerate(names)], links)

