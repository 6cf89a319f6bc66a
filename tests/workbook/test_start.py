"""The first page: the six steps and what is known of the city."""

from __future__ import annotations

import pytest

from tests.workbook.worlds import opened


def facts(workbook):
    return {row[0]: row[1] for row in ([say(cell) for cell in row] for row in workbook.start.facts().numbers.rows)}


def say(cell):
    return cell.said() if hasattr(cell, "said") else cell


def test_the_loop_has_six_steps_whose_keys_are_the_addresses_of_their_pages(demo):
    with opened(demo, "rotterdam") as workbook:
        assert [step.key for step in workbook.start.loop()] == [
            "assess", "discover", "match", "exchange", "evaluate", "learn"]


def test_a_city_that_was_invited_by_three_sides_is_one_invited_city(demo):
    with opened(demo, "rotterdam") as workbook:
        hosts = {row["host_id"] for row in workbook.match.invitations()}
        state = next(step.state.said() for step in workbook.start.loop() if step.key == "match")
        assert len(workbook.match.invitations()) > len(hosts)
        assert state.startswith(f"{len(hosts)} ")


def test_the_next_step_is_the_first_that_is_not_done(demo, real):
    with opened(demo, "accra") as begun, opened(real, "quito") as new:
        assert begun.start.next_step().key == new.start.next_step().key == "assess"
        assert "Next for Accra: Assess." in begun.start.steps().plain()


def test_a_real_city_without_anything_yet_has_a_first_page(real):
    with opened(real, "Suva") as workbook:
        assert "0 of 47 questions answered" in workbook.start.steps().plain()
        assert workbook.start.hazards().plain() == "0 hazards are reported for Suva"
        assert facts(workbook)["Population"] is None


@pytest.mark.parametrize(("language", "country"), [("en", "Ecuador"), ("es", "Ecuador"), ("ar", "الإكوادور")])
def test_the_country_and_its_languages_are_named_in_the_readers_language(demo, language, country):
    with opened(demo, "quito", language=language) as workbook:
        assert country in workbook.start.facts().html()


def test_every_fact_has_a_source(demo):
    with opened(demo, "quito") as workbook:
        assert all(row[2] for row in workbook.start.facts().numbers.rows)


def test_hazards_stand_in_the_order_of_their_weight(demo):
    with opened(demo, "rotterdam") as workbook:
        weights = [row[1] for row in workbook.start.hazards().numbers.rows]
        assert weights == sorted(weights, reverse=True)
