"""What the network learns: what was planted is found again, and nothing is claimed where there is nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.demo import truths
from exchange.errors import InputError
from exchange.learning import aims, forecast, kinds, network
from exchange.matching import CRITERIA
from tests.workbook.worlds import SCRIPT, opened, rename

PAGES = ("summary", "network", "links", "funnel", "time_to_use", "change", "where_aimed", "what_works", "for_whom",
         "costs", "load", "left_out", "forecasts", "design_changes", "promises")


@pytest.fixture(scope="module")
def learn(demo):
    """What the demo network learns, looked at without a city."""
    with opened(demo, network="demo") as workbook:
        yield workbook.learn


def test_the_rise_that_was_planted_where_exchanges_aimed_lies_within_its_interval(learn):
    found = aims.where_aimed(learn.aims)
    assert found.targeted.low <= truths.TARGETED <= found.targeted.high
    assert found.difference.low <= truths.TARGETED - truths.UNTARGETED <= found.difference.high
    assert found.others.high < found.targeted.low


def test_the_page_shows_the_same_numbers_as_the_estimate(learn):
    found, table = aims.where_aimed(learn.aims), learn.where_aimed().numbers
    for row, result in zip(table.rows, (found.targeted, found.others, found.difference), strict=True):
        assert row[1:5] == (result.n, result.estimate, result.low, result.high)


def test_hosts_learn_less_than_learners(learn):
    host = aims.where_aimed(learn.aims, side="host").targeted
    assert host.low <= truths.HOST_EFFECT <= host.high
    assert host.high < aims.where_aimed(learn.aims).targeted.estimate


def test_the_form_that_was_planted_as_weakest_is_found_as_the_weakest(learn):
    found = kinds.what_works(kinds.outcomes(learn.held, learn.aims, learn.uses), by="modality")
    by_name = {kind.name: kind.result.estimate for kind in found}
    assert min(by_name, key=by_name.get) == min(truths.EFFECTS, key=truths.EFFECTS.get) == "conference"


def test_the_group_that_was_left_out_is_named_and_no_other(learn):
    table = network.left_out(learn.held, learn.members)
    assert list(table.loc[table["left_out"], "group"]) == [truths.LEFT_OUT]


def test_forecasts_are_found_to_be_too_sure_of_themselves_by_what_was_planted(learn):
    bins = forecast.calibration(learn.held).bins
    too_sure = ((bins["chance"] - bins["reached"]) * bins["n"]).sum() / bins["n"].sum()
    assert too_sure == pytest.approx(truths.OVERCONFIDENCE, abs=0.06)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_can_be_read_in_every_language_whatever_the_cities_are_called(own, language):
    with opened(own, "mumbai") as workbook:
        rename(workbook, SCRIPT)
    with opened(own, "copenhagen") as workbook:
        rename(workbook, f'"><img src=x onerror=alert(1)>{SCRIPT}')
    with opened(own, network="demo", language=language) as workbook:
        for name in PAGES:
            page = getattr(workbook.learn, name)()
            html = page.html()
            assert "<script" not in html, name
            assert "<img src=x" not in html, name
            assert f'lang="{language}"' in html, name


@pytest.mark.parametrize("name", PAGES)
def test_a_network_in_which_nothing_has_happened_claims_nothing(real, name):
    with opened(real, network="delta") as workbook:
        said = getattr(workbook.learn, name)()._repr_mimebundle_()["text/plain"]
        assert said
        assert "Up by" not in said
        assert "nan" not in said.lower().split()


def test_a_round_counts_only_its_own_exchanges(demo, learn):
    with opened(demo, network="demo", round_="1") as first:
        assert {one.round for one in first.learn.held} == {"1"}
        assert len(first.learn.held) < len(learn.held)


def test_of_cities_of_one_name_each_keeps_its_own_links(own):
    with opened(own, "mumbai") as workbook:
        rename(workbook, "Copenhagen")
    with opened(own, network="demo") as workbook:
        html = workbook.learn.network().html()
        assert "Copenhagen (demo-mumbai)" in html
        assert "Copenhagen (demo-copenhagen)" in html


def test_weights_are_shown_with_what_would_change_and_wait_for_a_person(learn):
    page = learn.weighing.sheet()
    assert len(page.numbers.rows) == 6
    assert "information only" in page.plain()
    with pytest.raises(InputError, match="information only"):
        learn.weighing.accept("They look better")
    assert "experts' weights are in use" in learn.weighing.versions().plain()


def test_accepted_weights_are_a_new_version_that_matching_uses_and_the_old_one_stays(own, monkeypatch):
    with opened(own, "quito", network="demo") as workbook:
        weighing = workbook.learn.weighing
        better = replace(weighing.suggested, n=600, gain=0.05, standing="may_propose",
                         learnt={name: float(name == "readiness") for name in weighing.suggested.learnt})
        weighing.__dict__["suggested"] = better
        with pytest.raises(InputError, match="there is no reason"):
            weighing.accept(" ")
        before = workbook.match.report(top=3)["peers"]
        assert weighing.accept("Six hundred exchanges say so") == 1
        weighing.__dict__["suggested"] = replace(better, learnt={**better.learnt, "readiness": 0.5, "reciprocity": 0.5})
        assert weighing.accept("And a few more") == 2
    with opened(own, "quito", network="demo") as workbook:
        found = workbook.match.report(top=3)
        assert found["weights"]["values"]["reciprocity"] == 0.5
        assert found["peers"] != before
        assert [row[0] for row in workbook.learn.weighing.versions().numbers.rows] == [1, 2]


def test_criteria_are_scored_as_they_stood_when_the_round_began(learn):
    table = learn.weighing.finished
    assert len(table) == sum(one.status == "closed" for one in learn.held)
    scores = table[list(CRITERIA)]
    assert scores.notna().to_numpy().mean() > 0.9
    assert ((scores.dropna() >= 0) & (scores.dropna() <= 1)).to_numpy().all()
