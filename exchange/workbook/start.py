"""Where the city stands on its way round the loop, and what is the one next thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange import cities, hazards, vocabulary
from exchange.reports.sheet import Sheet
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from exchange.workbook import Workbook

LABELS: Final = {
    "assess": text("Assess"),
    "discover": text("Discover"),
    "match": text("Match"),
    "exchange": text("Exchange"),
    "evaluate": text("Evaluate"),
    "learn": text("Learn"),
}
"""The six steps, in order; their keys are also the addresses of their pages."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six steps of the loop, as far as a city has come with it."""

    key: str
    label: Text
    state: Text
    done: bool


class Start:
    """The first page: the state of the loop, and what is known of the city."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    def loop(self) -> tuple[Step, ...]:
        """Return the six steps with their state, in the order of the loop."""
        states = (self._assess(), self._discover(), self._match(), self._exchange(), self._evaluate(), self._learn())
        return tuple(Step(key, label, *state) for (key, label), state in zip(LABELS.items(), states, strict=True))

    def next_step(self) -> Step | None:
        """Return the first step that is not done."""
        return next((step for step in self.loop() if not step.done), None)

    def steps(self) -> Sheet:
        """Return the loop as a table, with the next thing to do in a sentence."""
        loop = self.loop()
        following = next((step for step in loop if not step.done), None)
        name = self._w.city["name"]
        said = (text("Next for {city}: {step}.", city=name, step=following.label) if following
                else text("{city} has been round the whole loop.", city=name))
        rows = tuple((n, step.label, step.state) for n, step in enumerate(loop, 1))
        return self._w.sheet(text("Six steps round the loop"), (text("Step"), text("What"), text("State")), rows, said)

    def facts(self) -> Sheet:
        """Return what is known of the city, each value with its source."""
        row, language = self._w.city, self._w.language
        country = cities.countries().get(row["country"])
        income = vocabulary.INCOME_GROUPS.get(row["income_group"] or "")
        spoken = sorted(cities.languages(row["country"]).items(), key=lambda share: -share[1])[:3]
        names = [cities.language_name(tag, language) for tag, _ in spoken]
        rows = (
            (text("Country"), country.said(language) if country else row["country"], "ISO 3166"),
            (text("Region"), row["region"] and cities.region_name(row["region"]), "UN M49"),
            (text("Population"), row["population"], "GeoNames"),
            (text("Income group of the country"), income, "World Bank"),
            (text("Languages of the country"), names or None, "Unicode CLDR"),
            (text("Time zone"), row["timezone"], "GeoNames"),
        )
        return self._w.sheet(text("What is known of {city}", city=row["name"]),
                             (text("Fact"), text("Value"), text("Source")), rows)

    def hazards(self) -> Sheet:
        """Return the city's hazards, the weightiest first, with where they were reported."""
        known = hazards.load()
        frame = self._w.store.hazards(self._w.viewer, city_ids=[self._w.city_id])
        ordered = rows_of(frame.sort_values(["weight", "hazard_id"], ascending=[False, True]))
        rows = tuple((known[row["hazard_id"]].label, row["weight"], row["source"]) for row in ordered
                     if row["hazard_id"] in known)
        title = count("{n} hazard is reported for {city}", "{n} hazards are reported for {city}", len(rows),
                      city=self._w.city["name"])
        return self._w.sheet(title, (text("Hazard"), text("Weight"), text("Source")), rows)

    def _assess(self) -> tuple[Text, bool]:
        total = self._w.assess.score().total
        said = total.applicable - total.blank
        return text("{said} of {total} questions answered, {unknown} unknown", said=said, total=total.applicable,
                    unknown=total.unknown), said > 0 and total.blank == 0

    def _discover(self) -> tuple[Text, bool]:
        taken = len({use["lesson_id"] for use in self._w.discover.uses()})
        return count("{n} lesson taken up", "{n} lessons taken up", taken), taken > 0

    def _match(self) -> tuple[Text, bool]:
        asked = {row["host_id"] for row in self._w.match.invitations()}
        return count("{n} city invited", "{n} cities invited", len(asked)), bool(asked)

    def _exchange(self) -> tuple[Text, bool]:
        rows = self._w.exchange.rows()
        return count("{n} exchange", "{n} exchanges", len(rows)), bool(rows)

    def _evaluate(self) -> tuple[Text, bool]:
        closed = [row for row in self._w.exchange.rows() if row["status"] == "closed"]
        return count("{n} exchange is closed", "{n} exchanges are closed", len(closed)), bool(closed)

    def _learn(self) -> tuple[Text, bool]:
        closed = self._w.store.exchanges(self._w.viewer, network=self._w.network_id, status="closed")
        return count("{n} exchange of the network to learn from", "{n} exchanges of the network to learn from",
                     len(closed)), False
