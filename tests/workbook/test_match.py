"""Whom a city could learn from: scores that add up, weights that hold, invitations that begin one exchange."""

from __future__ import annotations

from math import fsum

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.matching import DEFAULT_WEIGHTS
from tests.workbook.worlds import REAL, SCRIPT, opened, reader, rename


@pytest.fixture(scope="module")
def quito(demo):
    with opened(demo, "quito") as workbook:
        yield workbook


@pytest.fixture
def writing(own):
    with opened(own, "quito") as workbook:
        yield workbook


def test_the_contributions_add_up_to_the_score_and_none_is_more_than_possible(quito):
    found = quito.match.report(top=60)
    assert len(found["peers"]) == found["considered"] > 10
    for peer in found["peers"]:
        assert fsum(peer["contributions"].values()) == pytest.approx(peer["score"], abs=1e-9)
        assert all(points <= peer["possible"][name] + 1e-9 for name, points in peer["contributions"].items())
        assert peer["low"] - 1e-9 <= peer["score"] <= peer["high"] + 1e-9
        assert peer["reasons"]


def test_the_report_says_how_firm_each_place_is_and_what_would_turn_it(quito):
    found = quito.match.report(top=60)
    assert sum(peer["in_top_three"] for peer in found["peers"]) == pytest.approx(3)
    assert found["peers"][0]["city"] in found["turning_point"]


def test_the_best_stand_first_and_nobody_is_its_own_peer(quito):
    peers = quito.match.report(top=60)["peers"]
    assert [p["score"] for p in peers] == sorted((p["score"] for p in peers), reverse=True)
    assert quito.city_id not in {p["city_id"] for p in peers}


def test_only_members_of_the_network_are_peers(both):
    with opened(both, "rotterdam") as workbook:
        assert {p["city_id"] for p in workbook.match.report(top=60)["peers"]} <= {c["city_id"] for c in REAL["city"]}


def test_other_weights_hold_for_every_part_of_the_page_until_others_are_tried(demo):
    with opened(demo, "quito") as workbook:
        standard = workbook.match.peers()
        only_hazards = dict.fromkeys(DEFAULT_WEIGHTS.values, 0.0) | {"problem_similarity": 1.0}
        ranked = workbook.match.peers(weights=only_hazards)
        assert set(ranked.peers[0].contributions) == {"problem_similarity"}
        assert workbook.match.peers() == ranked
        assert workbook.match.report(top=5)["weights"]["values"] == only_hazards
        workbook.match.peers(weights=DEFAULT_WEIGHTS.values)
        assert workbook.match.peers().peers == standard.peers


def test_weights_that_say_nothing_are_refused_and_the_old_ones_hold(demo):
    with opened(demo, "quito") as workbook:
        before = workbook.match.peers()
        for weights in (dict.fromkeys(DEFAULT_WEIGHTS.values, 0.0), {"charm": 1.0}, {"readiness": -1.0}):
            with pytest.raises(InputError):
                workbook.match.peers(weights=weights)
        assert workbook.match.peers() == before


def test_the_same_page_shows_the_same_stability_twice(quito):
    ranking = quito.match.peers()
    shares = quito.match.stability(ranking)
    assert shares == quito.match.stability(ranking)
    assert set(shares) >= {peer.city_id for peer in ranking.peers}
    assert all(0 <= share <= 1 for share in shares.values())


def test_an_invitation_that_is_repeated_begins_one_exchange_and_its_last_reason_counts(writing):
    host = writing.match.peers(top=1).peers[0].city_id
    before = len(writing.exchange.rows())
    first = writing.match.invite(host, "They warn in plain words.")
    assert writing.match.invite(host, "They warn in plain words, and early.") == first
    assert len(writing.exchange.rows()) == before + 1
    assert writing.match.invited()[host].endswith("early.")


def test_an_invitation_waits_for_the_other_city_and_both_see_it(own):
    with opened(own, "quito") as workbook:
        host = workbook.match.peers(top=1).peers[0].city_id
        made = workbook.match.invite(host, "They warn in plain words.")
    with opened(own, host) as other:
        row = next(row for row in other.exchange.rows() if row["exchange_id"] == made)
        assert (row["status"], row["learner_id"]) == ("proposed", "demo-3652462")


def test_the_same_city_can_be_invited_again_in_another_round(writing, own):
    host = writing.match.peers(top=1).peers[0].city_id
    first = writing.match.invite(host, "now")
    with opened(own, "quito", round_="9") as later:
        assert later.match.invited() == {}
        assert later.match.invite(host, "later") != first


def test_nobody_invites_itself_or_a_stranger_and_nothing_is_begun(writing):
    before = (writing.exchange.rows(), writing.match.invitations())
    with pytest.raises(InputError):
        writing.match.invite(writing.city_id, "we are good")
    with pytest.raises(NotFoundError):
        writing.match.invite("12345", "who")
    assert (writing.exchange.rows(), writing.match.invitations()) == before


def test_a_reader_invites_nobody(own):
    with opened(own, "quito", viewer=reader("demo-3652462")) as workbook:
        assert not workbook.match.can_edit
        with pytest.raises(NotAllowedError):
            workbook.match.invite("demo-2747891", "please")


def test_complementarity_is_left_out_by_name_where_nobody_assessed_itself(real):
    with opened(real, "rotterdam") as workbook:
        found = workbook.match.report(top=10)
        assert any("strengths where you are weak" in line for line in found["left_out"])
        assert all("complementarity" not in peer["contributions"] for peer in found["peers"])


def test_a_city_of_which_too_little_is_known_is_suggested_nobody_and_is_told_why(real):
    with opened(real, "Suva") as workbook:
        found = workbook.match.report(top=10)
        assert found["peers"] == []
        assert "Too little is known about Suva" in found["abstained"]
        for page in (workbook.match.map, workbook.match.why, workbook.match.left_out):
            assert page()._repr_mimebundle_()["text/plain"]


def test_a_network_of_one_city_says_that_there_is_nobody_else_on_every_page(fresh):
    with opened(fresh) as workbook:
        one = {name: rows[:1] for name, rows in REAL.items()}
        workbook.store.load(workbook.viewer, one)
    with opened(fresh, "rotterdam") as workbook:
        for page in (workbook.match.map, workbook.match.why, workbook.match.left_out):
            assert "There is no other city in Delta cities" in page().plain()
        assert workbook.start.steps().plain()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_hostile_name_is_shown_as_text_on_every_page(own, language):
    with opened(own, "quito") as workbook:
        best = workbook.match.peers(top=1).peers[0].city_id
        rename(workbook, SCRIPT)
    with opened(own, best) as workbook:
        rename(workbook, f'"><img src=x onerror=alert(1)>{SCRIPT}')
    with opened(own, "demo-quito", language=language) as workbook:
        for page in (workbook.match.map(), workbook.match.why(), workbook.match.left_out()):
            html = page.html()
            assert "<script" not in html
            assert "<img src=x" not in html
            assert f'lang="{language}"' in html


def test_a_peer_without_a_place_is_left_out_of_the_map_by_name(own):
    with opened(own, "quito") as workbook:
        best = workbook.match.peers(top=1).peers[0]
        row = workbook.store.city(workbook.viewer, best.city_id)
        workbook.store.load(workbook.viewer, {"city": [{**row, "lat": None, "lon": None}]})
    with opened(own, "quito") as workbook:
        assert f"Not on the map, because we do not know where they are: {best.name}." in workbook.match.map().html()


def test_a_city_that_has_only_been_invited_is_not_drawn_as_agreed(own):
    with opened(own, "quito") as workbook:
        before = workbook.match.map().html()
        history = {row["host_id"] for row in workbook.exchange.rows()}
        peer = next(p for p in workbook.match.peers(top=5).peers if p.city_id not in history)
        workbook.match.invite(peer.city_id, "They warn in plain words.")
        assert workbook.match.map().html() == before
