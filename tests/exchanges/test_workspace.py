"""What two cities need around a visit: costs in one currency, an agenda that fits a day, a pack that can be read."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from exchange.errors import InputError
from exchange.exchanges.agenda import EVENING, MORNING, agenda
from exchange.exchanges.entry import parse, refuse
from exchange.exchanges.exchange import Exchange
from exchange.exchanges.ledger import Assumptions, estimate, ledger, visit_length
from exchange.exchanges.pack import pack, synthesis, too_many_others

ROW = {"exchange_id": "x1", "learner_id": "1", "host_id": "2", "round": "1", "status": "agreed"}


def entry(kind, side=None, **body):
    return {"exchange_id": "x1", "kind": kind, "side": side, "position": 0, "body": body}


def held(*entries):
    return Exchange.of(ROW, entries)


def cost(amount, currency="EUR", stage="spent", **more):
    return entry("cost", what=f"line of {amount}", amount=amount, currency=currency, stage=stage, category="travel",
                 **more)


MODULES = [entry("module", essential=module) for module in ("E2", "E4", "E9")]
VISIT = entry("activity", what="Visit", modality="peer_review", date="2026-06-01", place="Quito", cost=500,
              currency="EUR", paid_by="both")


# costs


def test_the_ledger_adds_what_was_planned_and_spent_and_who_paid():
    found = ledger(held(VISIT, cost(100, paid_by="host"), cost(900, stage="planned")))
    assert (found.currency, found.planned, found.spent) == ("EUR", 900, 600)
    assert found.total("spent", "travel") == 100
    assert found.paid() == {"learner": 250, "host": 350, "other": 0, "": 0}


def test_two_currencies_are_an_error_that_names_the_line_unless_a_rate_is_stated():
    with pytest.raises(InputError, match=r"line of 50.*USD.*ledger in EUR.*what one USD is worth in EUR"):
        ledger(held(VISIT, cost(50, "USD")))
    assert ledger(held(VISIT, cost(50, "USD", rate=0.9))).spent == pytest.approx(545)


def test_two_activities_in_two_currencies_name_the_remedy():
    other = entry("activity", what="Call", modality="webinar", date="2026-07-01", place="online", cost=5,
                  currency="USD")
    with pytest.raises(InputError, match="Enter it under costs with the rate"):
        ledger(held(VISIT, other))


def test_a_ledger_in_which_every_line_has_a_rate_has_no_currency():
    with pytest.raises(InputError, match="every line has a rate"):
        ledger(held(cost(50, "USD", rate=0.9)))


def test_without_costs_the_ledger_is_empty():
    assert (ledger(held()).currency, ledger(held()).spent) == ("", 0)


def test_the_estimate_follows_from_modules_team_and_interpreter():
    alone = estimate(held(*MODULES))
    assert (alone.visit_days, alone.travellers) == (3, 5)
    assert alone.money == 5 * (900 + 3 * 140)
    spoken = estimate(held(*MODULES), Assumptions(interpreted=True))
    assert spoken.visit_days == 5
    assert spoken.money == 5 * (900 + 5 * 140) + 5 * 600
    more = estimate(held(*MODULES, entry("module", essential="E8a")))
    assert more.visit_days == 6
    assert more.learner_days > alone.learner_days


def test_a_named_team_travels_and_nobody_travels_to_a_meeting_online():
    team = [entry("person", "host", name=f"Expert {n}", role="expert", group="practitioner", mandate="yes")
            for n in range(2)]
    assert estimate(held(*MODULES, *team)).travellers == 2
    call = entry("activity", what="Call", modality="webinar", date="2026-07-01", place="online")
    found = estimate(held(*MODULES, call))
    assert (found.travellers, found.money) == (0, 0)


def test_a_visit_lasts_at_least_a_day():
    assert visit_length(()) == 1


# agenda


@pytest.mark.parametrize("interpreted", [False, True])
@pytest.mark.parametrize("modules", [(), ("E2",), ("E2", "E4", "E9"), ("E1", "E8a")])
def test_every_day_fits_between_morning_and_evening_without_gaps_and_ends_with_a_debrief(modules, interpreted):
    found = agenda(held(*(entry("module", essential=module) for module in modules)), interpreted=interpreted)
    assert {one.day for one in found} == set(range(1, visit_length(modules, interpreted=interpreted) + 1))
    for day in {one.day for one in found}:
        today = [one for one in found if one.day == day]
        assert today[0].start == MORNING
        assert today[-1].end <= EVENING
        assert all(first.end == second.start for first, second in pairwise(today))
        assert any("Debrief" in str(one.what) for one in today)
    assert {one.module for one in found} - {None} == set(modules)
    assert "Welcome" in str(found[0].what)
    assert "First recommendations" in str(found[-1].what)


def test_leaders_and_experts_are_called_by_name_where_they_are_named():
    people = [entry("person", "learner", name="Mayor A", role="political_lead", group="policy_maker", mandate="yes"),
              entry("person", "host", name="Expert B", role="expert", group="practitioner", mandate="yes")]
    found = agenda(held(*MODULES, *people))
    assert found[0].who == ("Mayor A",)
    assert any(one.who == ("Expert B",) for one in found)


# evidence


def pieces(module, n):
    return [entry("evidence", what=f"{module} {k}", module=module) for k in range(n)]


def test_the_pack_asks_for_three_to_five_pieces_and_up_to_eight_on_response():
    rows = [*MODULES, *pieces("E2", 2), *pieces("E4", 6), *pieces("E9", 8),
            entry("evidence", what="overview", module="E1", overview="yes")]
    found = {part.module: str(part.advice) for part in pack(held(*rows))}
    assert found == {"E1": "enough", "E2": "add the overview", "E4": "take out 1: 5 are the most that anybody reads",
                     "E9": "enough"}


def test_pieces_on_other_modules_are_at_most_four():
    assert too_many_others(held(*MODULES, *pieces("E7", 6))) == 2
    assert too_many_others(held(*MODULES, *pieces("E7", 4))) == 0


def test_the_synthesis_holds_what_fits_on_a_page():
    aims = [entry("objective", "learner", what=f"aim {n}", item="P2.1") for n in range(9)]
    found = synthesis(held(*MODULES, *aims, *pieces("E2", 3)), {"P2.1": 1, "P2.2": 2, "P9.1": 0})
    assert found.learner_wants == tuple(f"aim {n}" for n in range(5))
    assert found.weakest == (("E9", 0.0, 1), ("E2", 1.5, 2))
    assert {"P2.3", "P4.1", "P9.2"} <= set(found.unknown)
    assert "P2.1" not in found.unknown
    assert found.pieces == 3


# what no new entry may say


def test_a_result_without_a_baseline_money_without_a_currency_and_impossible_dates_are_refused():
    benefit = {"what": "Warn more", "side": "learner", "owner": "Ana", "result": 3}
    with pytest.raises(InputError, match="a follow-up without a baseline shows no change"):
        refuse(parse("benefit", benefit))
    refuse(parse("benefit", {**benefit, "baseline": 1}))
    project = {"what": "A map", "owner": "Ana", "learner_money": 10}
    with pytest.raises(InputError, match="the money has no currency"):
        refuse(parse("joint_project", project))
    backwards = {**project, "currency": "EUR", "start": "2026-02-01", "end": "2026-01-01"}
    with pytest.raises(InputError, match="2026-01-01 is before the start"):
        refuse(parse("joint_project", backwards))
    with pytest.raises(InputError, match="no date of an exchange"):
        refuse(parse("milestone", {"what": "pack_sent", "side": "learner", "date": "0206-01-01"}))


def test_resources_are_pooled_when_both_cities_give_something():
    project = {"what": "A map", "owner": "Ana", "learner_days": 3}
    assert not parse("joint_project", project).pooled
    assert parse("joint_project", {**project, "host_money": 5, "currency": "EUR"}).pooled


def test_an_amount_is_never_negative_and_a_rate_is_above_zero():
    for wrong in ({"amount": -1}, {"rate": 0}):
        with pytest.raises(InputError):
            parse("cost", {"what": "x", "amount": 1, "currency": "EUR", "stage": "spent", "category": "other", **wrong})


def test_a_day_of_the_record_is_a_date():
    found = parse("interview", {"who": "Engineer", "side": "host", "date": "2026-06-01", "what": "Pumps are tested"})
    assert found.date == dt.date(2026, 6, 1)
