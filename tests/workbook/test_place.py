"""Which city and which network somebody means."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotFoundError
from tests.workbook.worlds import opened, reader


@pytest.mark.parametrize("name", ["merida", "Mérida", "Merida", "MÉRIDA", "demo-merida", "3523349", "demo-3523349",
                                  " merida "])
def test_a_city_is_opened_by_id_by_short_name_and_by_name_with_or_without_its_accents(demo, name):
    with opened(demo, name) as workbook:
        assert workbook.city_id == "demo-3523349"


@pytest.mark.parametrize(("name", "slug"), [("Кито", "demo-quito"), ("ロッテルダム", "demo-rotterdam"),
                                            ("روتردام", "demo-rotterdam"), ("Gemeente Rotterdam", "demo-rotterdam")])
def test_a_city_is_opened_by_its_name_in_another_script(demo, name, slug):
    with opened(demo, name) as workbook:
        assert workbook.city["slug"] == slug


@pytest.mark.parametrize("name", ["rotterdam", "Rotterdam", "2747891", "ロッテルダム"])
def test_a_name_means_the_real_city_before_its_fictional_double(both, name):
    with opened(both, name) as workbook:
        assert (workbook.city_id, workbook.network_id, workbook.fictional) == ("2747891", "delta", False)


def test_a_real_city_that_could_not_be_placed_comes_before_a_double_with_the_same_short_name(both):
    with opened(both, "Suva") as workbook:
        assert workbook.city_id == "cdp-7"


def test_the_double_is_still_opened_by_its_own_name_or_in_its_own_network(both):
    with opened(both, "demo-rotterdam") as one, opened(both, "rotterdam", "demo") as other:
        assert one.city_id == other.city_id == "demo-2747891"
        assert one.fictional
        assert other.fictional


def test_of_two_real_cities_of_one_name_the_double_is_not_taken_instead(both):
    with pytest.raises(InputError, match=r"Tunis \(TUN, cdp-8\), Tunis \(TUN, cdp-9\)"), opened(both, "Tunis"):
        pass


def test_a_city_that_is_only_in_the_demo_network_is_not_in_a_real_one(both):
    with pytest.raises(NotFoundError, match="not in the network delta"), opened(both, "Accra", "delta"):
        pass


def test_a_name_that_means_several_cities_is_refused_with_the_candidates(demo):
    with pytest.raises(InputError) as error, opened(demo, "Springfield"):
        pass
    (finding,) = error.value.findings
    assert finding.finding == "it can mean several cities"
    assert "springfield-us" in finding.remedy


@pytest.mark.parametrize("name", [
    "Nowhereville", "x" * 5000, "🙂", "'; DROP TABLE city; --", "../../etc/passwd", "%", "\x00"])
def test_a_name_that_nobody_knows_is_said_with_a_remedy(demo, name):
    with pytest.raises(NotFoundError, match="cities find"), opened(demo, name):
        pass


def test_an_unknown_network_is_said_with_those_that_there_are(both):
    with pytest.raises(NotFoundError, match="There is: delta, demo"), opened(both, "quito", "moon"):
        pass


def test_without_city_or_network_the_real_network_is_opened(both):
    with opened(both) as workbook:
        assert (workbook.the_city, workbook.network_id) == (None, "delta")


def test_a_city_that_is_in_no_network_is_not_put_into_somebody_elses(own):
    with opened(own) as workbook:
        workbook.store.load(workbook.viewer, {"city": [{"city_id": "1", "slug": "alone", "name": "Alone",
                                                        "country": "NLD"}]})
    with opened(own, "alone") as workbook:
        assert workbook.heading().said() == "Alone."
        with pytest.raises(NotFoundError, match="Alone is in none"):
            _ = workbook.network


def test_who_is_in_no_network_finds_none_and_even_then_a_double_is_marked_as_fictional(demo):
    stranger = reader("2747891")
    with opened(demo, viewer=stranger) as workbook:
        assert workbook.the_network is None
    with opened(demo, "quito", viewer=stranger) as workbook:  # it is visible as the author of public lessons
        assert workbook.the_network is None
        assert "fictional" in workbook.heading().said()
    with pytest.raises(NotFoundError), opened(demo, "quito", "demo", viewer=stranger):
        pass
