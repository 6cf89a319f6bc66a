"""Pictures say their finding, hold their numbers, and refuse what they cannot draw."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from xml.etree.ElementTree import fromstring

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.reports import pictures
from exchange.reports.pictures import NARROW, WIDE, geography
from exchange.words import text
from tests import small_pictures
from tests.small_pictures import EVERY

D = dt.date


def essentials(**means):
    return [{"number": n, "name": name, "mean": mean, "low": mean, "high": mean}
            for n, (name, mean) in enumerate(means.items(), start=1)]


@pytest.mark.parametrize(("picture", "finding"), [
    ("profile", "Recovery looks like the weakest essential; 6 items unknown"),
    ("disagreement", "The groups do not agree on Insurance"),
    ("gap_priority", "Learn first about Insurance"),
    ("peers_map", "Hamburg fits Rotterdam best; Antwerp is the nearest"),
    ("why_peer", "Dhaka earns 41 of 60 points; the most for: Same hazards"),
    ("rank_stability", "Dhaka stays in the top three under other weights"),
    ("round_links", "3 of 4 learners have a host; nobody was found for Tunis"),
    ("matrix", "50 of 51 learners have a host; nobody was found for Tunis"),
    ("exchange_path", "1 of 4 steps done, 1 late; next: Agree on the agenda"),
    ("before_after", "Early warning improved; Trust got worse; for 1 we cannot tell"),
    ("funnel", "6 of 42 lessons became part of how we work"),
    ("network", "Most is learnt from Kobe; 1 city has no link yet"),
    ("timeline", "2 events since Feb 2025; the latest: exchange with Dhaka"),
])
def test_the_title_states_the_finding(picture, finding):
    assert EVERY[picture].sentence() == finding


@pytest.mark.parametrize("picture", EVERY)
def test_the_alternative_text_begins_with_the_finding_and_is_the_name_of_the_image(picture):
    drawn = EVERY[picture]
    assert str(drawn.alt).startswith(drawn.sentence())
    assert f'aria-label="{drawn.alt}"'.replace("'", "&#x27;") in drawn.svg()


@pytest.mark.parametrize(("picture", "numbers"), [
    ("profile", ["Recovery 0.5", "Organise 2.3", "Natural buffers unknown", "Financial capacity not answered yet"]),
    ("disagreement", ["Insurance from 0 to 3"]),
    ("gap_priority", ["learn first: P3.3", "can wait: P6.6", "keep strong: P1.1", "fine for now: P9.1"]),
    ("peers_map", ["Hamburg 82", "Antwerp 60"]),
    ("why_peer", ["Same hazards 22 of 25", "Shared language not known"]),
    ("rank_stability", ["Dhaka 100 %", "Quito 40 %"]),
    ("round_links", ["Accra from Kobe", "Amman from Hamburg"]),
    ("matrix", ["50 pairs with 7 hosts"]),
    ("exchange_path", ["1 Know where you stand: done", "8 Agree on the agenda: late", "11 Write the report: waiting"]),
    ("before_after", ["Early warning +0.9", "Codes cannot tell", "Trust -0.6"]),
    ("funnel", ["shared 42", "learnt 30", "used 18", "part of how we work 6"]),
    ("network", ["4 cities in 3 regions, 2 links, 5 lessons"]),
    ("timeline", ["3 Feb 2025 first self-assessment", "1 Apr 2025 to 20 Nov 2025 exchange with Dhaka"]),
])
def test_the_alternative_text_holds_the_numbers(picture, numbers):
    assert not [number for number in numbers if number not in str(EVERY[picture].alt)]


@pytest.mark.parametrize(("picture", "row"), [
    ("profile", ["10 Recovery", "0.5", "0.4", "1.2", "–", "2"]),
    ("disagreement", ["P6.6 Learning", "do not know", "not applicable", "0"]),
    ("gap_priority", ["P3.3 Insurance", "3.0", "5.0", "learn first"]),
    ("peers_map", ["Hamburg", "82", "413", "yes"]),
    ("why_peer", ["Sum", "41.0", "60.0"]),
    ("rank_stability", ["Quito", "40", "0", "20", "20", "20", "20", "0", "0", "0", "0", "0", "20"]),
    ("round_links", ["Tunis", "nobody", "–", "no shared language with any host"]),
    ("exchange_path", ["visit and work", "8", "Agree on the agenda", "late", "March 2, 2026"]),
    ("before_after", ["Codes", "1.9", "2.0", "+0.1", "-0.4", "+0.5", "9", "cannot tell"]),
    ("funnel", ["used", "18", "43"]),
    ("network", ["Kobe", "Asia", "5", "0", ""]),
    ("timeline", ["1 Sep 2026", "exchange with Quito", "exchanges"]),
])
def test_the_table_holds_the_numbers(picture, row):
    assert row in [list(record.values()) for record in EVERY[picture].table.records()]


def test_an_essential_is_the_weakest_only_if_the_unknown_items_cannot_put_another_below_it():
    sure = essentials(Organise=2.0, Recovery=0.5)
    assert pictures.profile(sure).sentence() == "Recovery is the weakest essential"
    sure[0] |= {"low": 0.4}
    assert pictures.profile(sure).sentence() == "Recovery looks like the weakest essential"


@pytest.mark.parametrize(("means", "finding"), [
    ({"Organise": 1.0, "Recovery": 1.0, "Finance": 2.0}, "Organise and Recovery are the weakest essentials"),
    ({"Organise": 2.0, "Recovery": 2.0}, "All essentials stand at the same level, 2.0"),
    ({"Organise": None, "Recovery": None}, "No essential has an answer yet"),
    ({"Organise": None, "Recovery": 1.0}, "Only Recovery has answers yet, at level 1.0"),
    ({"Organise": None, "Recovery": 0.0, "Finance": 2.0}, "Recovery is the weakest essential"),
    ({"Organise": None, "Recovery": 1.0, "Finance": 2.0}, "Recovery looks like the weakest essential"),
])
def test_a_profile_without_one_weakest_essential_says_so(means, finding):
    assert pictures.profile(essentials(**means)).sentence() == finding


def test_what_is_not_answered_is_never_drawn_as_a_zero():
    wheel = pictures.profile([*essentials(A=1, B=2, C=3), {"number": 4, "name": "D"}], radar=True)
    rows = pictures.profile([{"number": 4, "name": "D"}])
    assert wheel.svg().count("<circle") == 3 + 1  # three essentials, and the sign in the key
    assert rows.svg().count("<circle") == 1


def test_groups_within_one_level_agree():
    same = [{"item": "P1.1", "group": "a", "level": 1}, {"item": "P1.1", "group": "b", "level": 2}]
    assert pictures.disagreement(same).sentence() == "On no question are the groups more than one level apart"


def test_every_state_has_a_sign_of_its_own_in_the_map_of_disagreement():
    drawn = small_pictures.disagreement().svg()
    for said in ("do not know", "not applicable", "split inside the group", "level, 0 to 3"):
        assert said in drawn


def test_every_item_is_drawn_in_the_field_that_its_numbers_say():
    items = [{"id": f"P{n % 10}.{n}", "gap": n % 4, "priority": n % 5 + 1} for n in range(47)]
    drawn = pictures.gap_priority(items)
    assert all(f'data-id="{item["id"]}"' in drawn.svg(width=width) for item in items for width in (WIDE, NARROW))
    first = sum(item["gap"] >= 1.5 and item["priority"] >= 3 for item in items)
    assert drawn.sentence().startswith(f"{first} questions to learn first")


def test_a_score_must_add_up():
    parts = [{"label": "Same hazards", "points": 20, "possible": 25}]
    assert pictures.why_peer("Dhaka", parts, total=20).sentence().startswith("Dhaka earns 20 of 25 points")
    with pytest.raises(InputError, match="the criteria add up to 20, the score is 70"):
        pictures.why_peer("Dhaka", parts, total=70)


@pytest.mark.parametrize(("shares", "finding"), [
    ((0.79, 0.1), "No peer stays in the top three under other weights"),
    ((0.9, 0.8), "A and B stay in the top three under other weights"),
    ((), "There is no peer to compare"),
])
def test_a_peer_is_steady_from_80_of_100_draws(shares, finding):
    peers = [{"name": name, "share": share} for name, share in zip("AB", shares, strict=False)]
    assert pictures.rank_stability(peers).sentence() == finding


def test_cities_without_a_host_are_named_or_counted():
    pairs = [{"learner": "Accra", "host": "Kobe"}]
    many = [{"name": f"City {n}", "why": "every host is full"} for n in range(5)]
    assert pictures.round_links(pairs).sentence() == "The one learner has a host"
    assert pictures.round_links(pairs, many).sentence().endswith("nobody was found for 5 of them")
    assert "City 4: every host is full" in pictures.round_links(pairs, many).svg()
    assert pictures.round_links([]).sentence() == "This round has no pairs yet"


def test_a_round_of_more_than_forty_cities_is_counted_by_region():
    assert "learners in" in small_pictures.matrix().svg().lower()
    assert "learners in" not in small_pictures.round_links().svg().lower()


@pytest.mark.parametrize(("states", "pauses", "finding"), [
    (["done", "done"], (), "All 2 steps are done"),
    (["done", "blocked"], (), "1 of 2 steps done; next: B"),
    (["done", "blocked"], [{"start": D(2026, 1, 1)}], "Paused after 1 of 2 steps"),
    (["next", "later"], [{"start": D(2026, 1, 1), "end": D(2026, 2, 1)}], "0 of 2 steps done; next: A"),
])
def test_the_path_names_the_step_whose_turn_it_is_or_the_pause(states, pauses, finding):
    steps = [{"phase": "plan", "number": n, "label": name, "state": state}
             for n, (name, state) in enumerate(zip("AB", states, strict=True), start=1)]
    assert pictures.exchange_path(steps, pauses=pauses).sentence() == finding


def test_a_pause_is_said_below_the_path():
    assert [str(note) for note in EVERY["exchange_path"].notes] == ["Paused from February 1, 2026 to February 20, 2026"]


def test_a_gate_says_whether_it_is_open():
    drawn = EVERY["exchange_path"].svg()
    assert "Gate is open" in drawn
    assert "Gate: 2 things missing" in drawn


def test_what_does_not_stand_out_from_chance_is_cannot_tell():
    flat = [{"label": "A", "before": 1, "after": 2, "low": -0.1, "high": 2, "n": 5},
            {"label": "B", "before": 1, "after": 3}]
    assert pictures.before_after(flat).sentence() == "Whether anything changed, we cannot tell"


def test_an_estimator_has_the_last_word_over_its_interval():
    few = [{"label": "A", "before": 1, "after": 2, "low": 0.5, "high": 1.5, "n": 4, "verdict": "too_few"}]
    picture = pictures.before_after(few)
    assert picture.sentence() == "Whether anything changed, we cannot tell"
    assert "too few, n 4" in picture.svg()


@pytest.mark.parametrize(("counts", "finding"), [
    ((40, 38, 10, 6), "6 of 40 lessons became part of how we work; most stop before they are used"),
    ((42, 30, 18, 6), "6 of 42 lessons became part of how we work"),
    ((0, 0, 0, 0), "No lesson has been shared yet"),
])
def test_the_funnel_says_where_most_lessons_stop_if_there_is_one_such_place(counts, finding):
    assert pictures.funnel(*counts).sentence() == finding


def test_a_funnel_that_widens_is_refused_with_every_place():
    with pytest.raises(InputError) as refused:
        pictures.funnel(1, 2, 3, 3)
    assert [finding.place for finding in refused.value.findings] == ["funnel, learnt", "funnel, used"]


def test_a_network_refuses_links_to_cities_that_it_does_not_have():
    with pytest.raises(InputError, match="'Atlantis' is not among the cities"):
        pictures.network([{"name": "Quito"}], [{"from": "Quito", "to": "Atlantis"}])


@pytest.mark.parametrize(("width", "drawn"), [(WIDE, 160), (NARROW, 40)])
def test_a_network_says_how_many_of_its_links_are_drawn(width, drawn):
    cities = [{"name": f"C{n}", "region": "R"} for n in range(30)]
    links = [{"from": f"C{a}", "to": f"C{b}", "adopted": 1} for a in range(30) for b in range(a)]
    svg = pictures.network(cities, links).svg(width=width)
    assert svg.count("learns from") == drawn
    assert f"Drawn are the {drawn} widest of 435 links" in svg


def test_a_timeline_counts_only_what_has_happened():
    events = [{"lane": "a", "date": D(2026, 5, 1), "label": "later"}]
    assert pictures.timeline([{"id": "a"}], events, today=D(2026, 1, 1)).sentence() == "Nothing has happened yet"


def test_tables_and_records_make_the_same_picture():
    rows = [{"label": "A", "before": 1.0, "after": 2.0, "low": 0.5, "high": 1.5, "n": 9},
            {"label": "B", "before": 1.0, "after": 2.0, "low": np.nan, "high": None, "n": None}]
    frame = pd.DataFrame(rows).astype({"n": "Int64"})
    assert pictures.before_after(frame).svg() == pictures.before_after(rows).svg()
    assert pictures.before_after([pictures.Change(**{**row, "low": None} if row["n"] is None else row)
                                  for row in rows]).svg() == pictures.before_after(rows).svg()


def test_missing_cells_are_all_named_at_once():
    with pytest.raises(InputError) as refused:
        pictures.why_peer("Dhaka", [{"label": "A", "points": None, "possible": 3}, {"points": 1, "possible": 3}])
    assert [str(finding) for finding in refused.value.findings] == [
        "criterion 1, points: the cell is empty. Fill it.", "criterion 2, label: the cell is empty. Fill it."]


@pytest.mark.parametrize("make", [
    lambda: pictures.profile([]), lambda: pictures.profile([], radar=True), lambda: pictures.disagreement([]),
    lambda: pictures.gap_priority([]), lambda: pictures.why_peer("A", []), lambda: pictures.rank_stability([]),
    lambda: pictures.round_links([]), lambda: pictures.exchange_path([]), lambda: pictures.before_after([]),
    lambda: pictures.funnel(0, 0, 0, 0), lambda: pictures.network([], []), lambda: pictures.timeline([], []),
    lambda: pictures.peers_map({"name": "A", "lon": 0, "lat": 0}, [], outlines=()),
])
def test_a_picture_of_nothing_can_be_shown(make):
    picture = make()
    assert picture.sentence()
    assert picture.svg()
    assert picture.html()


def test_titles_and_tables_are_said_in_the_language_of_the_reader():
    picture = pictures.why_peer("Dhaka", [{"label": text("yes"), "points": 2.5, "possible": 5}], language="es")
    assert "2,5" in picture.svg()
    assert "2,5" in picture.html()
    assert picture.in_language("en").svg() == picture.svg("en") != picture.svg()


# --- maps ----------------------------------------------------------------------------------------------------------


def test_the_projection_gives_the_published_corners():
    # Published extent of the projection: 5.4133 x 2.6346 radii of the earth.
    project = geography.Projection()
    assert project((180, 0))[0] == pytest.approx(2.70663, abs=1e-4)
    assert project((0, 90))[1] == pytest.approx(1.31737, abs=1e-4)
    assert project((0, 0)) == (0, 0)


def test_the_projection_keeps_areas():
    project = geography.Projection()

    def area(lat):
        (x0, y0), (x1, _), (_, y1) = project((0, lat)), project((1, lat)), project((0, lat + 1))
        return (x1 - x0) * (y1 - y0) / np.cos(np.radians(lat + 0.5))

    assert area(0) == pytest.approx(area(60), rel=0.02)


def test_distances_are_great_circles():
    assert geography.distance((4.48, 51.92), (12.57, 55.68)) == pytest.approx(675, abs=3)
    assert geography.distance((179, 0), (-179, 0)) == pytest.approx(222.4, abs=0.5)


def test_a_coast_that_crosses_the_180th_meridian_goes_on_beyond_it():
    ring = geography.unwrapped([(178, -17), (-179, -16), (179, -18)])
    assert ring == ((178, -17), (181, -16), (179, -18))


def test_packed_coasts_are_tenths_of_degrees_each_relative_to_the_one_before():
    assert geography.rings([[40, 500, 10, -5, -10, 0]]) == (((4.0, 50.0), (5.0, 49.5), (4.0, 49.5)),)


def test_cities_on_both_sides_of_the_180th_meridian_share_a_region():
    picture = pictures.peers_map(
        {"name": "Suva", "lon": 178.4, "lat": -18.1}, [{"name": "Apia", "lon": -171.8, "lat": -13.8, "score": 50}],
        outlines=())
    places = dict(_dots(picture))
    assert 0 < places["Suva"] < places["Apia"] < 720


def test_maps_are_never_mirrored():
    picture = small_pictures.peers_map()
    assert _dots(picture, "ar") == _dots(picture, "en")
    assert dict(_dots(picture, "ar"))["Antwerp"] < dict(_dots(picture, "ar"))["Hamburg"]


def _dots(picture, language="en"):
    svg = "{http://www.w3.org/2000/svg}"
    groups = fromstring(picture.svg(language)).iter(f"{svg}g")
    return [(group.get("data-id"), float(group.find(f"{svg}circle").get("cx"))) for group in groups]


def test_the_shipped_land_is_closed_over_the_globe():
    path = geography.DATA / "land.json"
    if not path.exists():
        pytest.skip("data/land.json is not built yet")
    coasts = geography.land()
    assert len(coasts) == len(json.loads(path.read_text(encoding="utf-8")))
    assert all(abs(lat) <= 90 and -200 <= lon <= 200 for ring in coasts for lon, lat in ring)
    assert max(abs(a[0] - b[0]) for ring in coasts for a, b in pairwise(ring)) < 180
