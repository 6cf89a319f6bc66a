"""What an exchange costs: an estimate before it begins, and a ledger of what was planned and spent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.errors import Findings
from exchange.exchanges import modules
from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.records import Activity, Cost, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.exchanges.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What an estimate rests on; each can be changed, and each is shown.

    Parameters
    ----------
    experts
        People who travel, where the team is not named yet.
    days_to_prepare, days_to_read
        Working days for each module: of the learner to gather evidence, of the host to read it.
    days_to_report
        Working days of the host for the report; the learner reads it in half of them.
    interviews
        People whom the team meets for each module, half a day each.
    fare, night, interpreter
        A return journey, a night with meals, and a day of an interpreter, in `currency`.
    interpreted
        Whether the cities share no language.
    """

    experts: int = 5
    days_to_prepare: float = 4.0
    days_to_read: float = 1.5
    days_to_report: float = 8.0
    interviews: int = 6
    fare: float = 900.0
    night: float = 140.0
    interpreter: float = 600.0
    interpreted: bool = False
    currency: str = "EUR"


DEFAULT: Final = Assumptions()
"""Round figures to begin with; a city puts its own in their place."""

INTERPRETED: Final = 1.5
"""By so much a visit with consecutive interpreting is longer."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Effort and cost of an exchange, before it begins.

    Parameters
    ----------
    visit_days, travellers
        Days of the visit, and people who travel.
    learner_days, host_days
        Working days of each side, the visit included.
    money
        Travel and interpreting, in `currency`.
    """

    visit_days: int
    travellers: int
    learner_days: float
    host_days: float
    money: float
    currency: str


def estimate(exchange: Exchange, assumed: Assumptions = DEFAULT) -> Estimate:
    """Return the effort and cost of an exchange from its modules, its team and whether it needs an interpreter.

    Parameters
    ----------
    exchange
        With its modules and people. Where the host's team is not named yet, `assumed.experts` travel.
    assumed
        What the figures rest on.
    """
    chosen = exchange.modules
    days = visit_length(chosen, interpreted=assumed.interpreted)
    team = sum(one.role in {"chair", "expert", "coordinator"} for one in exchange.all(Person, HOST)) or assumed.experts
    online = exchange.visit is not None and exchange.visit.online
    money = 0.0 if online else team * (assumed.fare + days * assumed.night)
    money += days * assumed.interpreter if assumed.interpreted else 0.0
    learner = len(chosen) * (assumed.days_to_prepare + assumed.interviews / 2) + assumed.days_to_report / 2 + days
    host = len(chosen) * assumed.days_to_read * team + team * days + assumed.days_to_report
    return Estimate(days, 0 if online else team, learner, host, money, assumed.currency)


def visit_length(chosen: Iterable[str], *, interpreted: bool = False) -> int:
    """Return how many days a visit about these modules takes: one each, three for infrastructure."""
    days = sum(modules.visit_days(module) for module in chosen)
    return max(1, math.ceil(days * INTERPRETED) if interpreted else days)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, in the currency of the ledger."""

    what: str
    category: str
    stage: str
    paid_by: str | None
    amount: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was planned and spent, all in one currency.

    Parameters
    ----------
    currency
        Empty where nothing was noted.
    lines
        Activities and entries of the ledger.
    """

    currency: str
    lines: tuple[Line, ...]

    def total(self, stage: str, category: str | None = None) -> float:
        """Return the sum of what is planned or spent, of one kind or of all."""
        return sum(line.amount for line in self.lines
                   if line.stage == stage and category in {None, line.category})

    @property
    def planned(self) -> float:
        """All that is planned."""
        return self.total("planned")

    @property
    def spent(self) -> float:
        """All that was spent."""
        return self.total("spent")

    def paid(self) -> dict[str, float]:
        """Return who paid how much of what was spent; what both paid is shared in halves."""
        found = {LEARNER: 0.0, HOST: 0.0, "other": 0.0, "": 0.0}
        for line in self.lines:
            if line.stage != "spent":
                continue
            for payer in (LEARNER, HOST) if line.paid_by == "both" else (line.paid_by or "",):
                found[payer] += line.amount / (2 if line.paid_by == "both" else 1)
        return found


def ledger(exchange: Exchange) -> Ledger:
    """Return what an exchange costs, in the one currency of its lines without a rate.

    Raises
    ------
    InputError
        For lines in two currencies of which none has a rate: their sum would mean nothing.
    """
    costs = exchange.all(Cost)
    priced = [one for one in exchange.all(Activity) if one.cost is not None]
    plain = [one.currency or "" for one in priced] + [one.currency for one in costs if one.rate is None]
    currency = max(dict.fromkeys(plain), key=plain.count, default="")
    findings, all_lines = Findings(), list[Activity | Cost]([*priced, *costs])
    for one in all_lines:
        if one.currency != currency and not (isinstance(one, Cost) and one.rate):
            findings.add(f"exchange {exchange.exchange_id}, {one.what}",
                         f"it is in {one.currency} and the ledger in {currency}",
                         f"Enter it under costs with the rate: what one {one.currency} is worth in {currency}.")
    if not currency and costs:
        findings.add(f"exchange {exchange.exchange_id}, costs", "every line has a rate, so none is in the currency "
                     "of the ledger", "Leave the rate out where the currency is that of the ledger.")
    findings.raise_if_any()
    lines = [Line(one.what, "event", "spent", one.paid_by, one.cost or 0.0) for one in priced]
    lines += [Line(one.what, one.category, one.stage, one.paid_by, one.amount * (one.rate or 1.0)) for one in costs]
    return Ledger(currency, tuple(lines))
