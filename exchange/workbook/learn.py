"""What the network learns: who learned from whom, what became of it, what works for whom, and who is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange import cities, instruments
from exchange.evaluation.change import change
from exchange.evaluation.result import VERDICTS
from exchange.exchanges.exchange import Exchange, exchanges
from exchange.learning import aims, flow, forecast, kinds, network, promises
from exchange.learning.promises import ANSWERS
from exchange.reports import pictures
from exchange.vocabulary import INCOME_GROUPS, MODALITIES
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of
from exchange.workbook.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook

BUSIEST: Final = 10
MOST_NAMED: Final = 12
MOST_USERS: Final = 4
NOTHING_YET: Final = text("There is no finished exchange to learn from yet.")


class Learn:
    """The sixth step of the loop: the network looks at itself."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @cached_property
    def held(self) -> tuple[Exchange, ...]:
        """The exchanges of the network that the viewer may see, with their entries."""
        w = self._w
        rows = rows_of(w.store.exchanges(w.viewer, w.network_id, round=w.round or None))
        return exchanges(rows, (e for row in rows for e in w.store.entries(w.viewer, row["exchange_id"])))

    @cached_property
    def members(self) -> pd.DataFrame:
        """The cities of the network, with what they offer to host."""
        w = self._w
        offered = w.store.members(w.viewer, w.network_id)[["city_id", "capacity"]]
        return w.store.cities(w.viewer, w.network_id).merge(offered, on="city_id")

    @cached_property
    def uses(self) -> pd.DataFrame:
        """How far each lesson came in each city of the network."""
        frame = self._w.store.lesson_uses(self._w.viewer)
        mine = frame[frame["city_id"].isin(set(self.members["city_id"]))]
        return mine.assign(at=[at.isoformat() for at in mine["at"]])

    @cached_property
    def aims(self) -> pd.DataFrame:
        """The levels before and after each finished exchange, for both its cities."""
        w = self._w
        own = w.store.assessments(w.viewer, instrument="resilience", purpose="self")
        rounds = list(dict.fromkeys(own.loc[own["city_id"].isin(set(self.members["city_id"])), "round"]))
        answers = [w.store.latest_answers(w.viewer, w.network_id, round=name).assign(round=name) for name in rounds]
        known = pd.concat(answers) if answers else pd.DataFrame(columns=["city", "round", "item", "level", "state"])
        answered = known[known["state"] == "answered"].rename(columns={"city": "city_id"})
        return aims.aims(self.held, answered[["city_id", "round", "item", "level"]], rounds)

    def summary(self) -> Sheet:
        """Return what the network has learnt so far, in a few sentences; the pages below show what they rest on."""
        if not any(one.status == "closed" for one in self.held):
            return self._note()
        aimed, table = aims.where_aimed(self.aims), self.outcomes()
        stages = flow.funnel(self.uses, shared=self.uses["lesson_id"].nunique()).set_index("stage")["uses"]
        said = [text("Questions that exchanges aimed at, against all others. {sentence}",
                     sentence=aimed.difference.sentence),
                text("Of {n} lessons that cities looked at, {used} are in use and {routine} are part of how they work.",
                     n=int(stages["shared"]), used=int(stages["used"]), routine=int(stages["institutionalised"]))]
        told = [text("Against all other forms: {form}. {sentence}", form=MODALITIES.get(kind.name, kind.name),
                     sentence=kind.against_others.sentence) for kind in kinds.what_works(table)
                if kind.against_others.told] if len(table) else []
        said += told or [text("Which form of exchange works better cannot be told yet.")]
        said.append(forecast.calibration(self.held).sentence)
        load = network.load(self.held, self.members)
        said.append(text("The five busiest hosts carry {share} % of all hosting.",
                         share=round(100 * float(load["share"].head(5).sum()))))
        groups = network.left_out(self.held, self.members)
        missing = [INCOME_GROUPS.get(group, group) for group in groups.loc[groups["left_out"], "group"]]
        if missing:
            said.append(text("Cities of these groups are left out: {groups}.", groups=missing))
        title = text("What {network} has learnt so far", network=self._w.network["name"])
        return self._w.sheet(title, (), (), *said)

    def network(self) -> Picture | Sheet:
        """Return who learned from whom: cities by region, links as wide as the lessons that are in use."""
        links = network.links(self.held, self.uses)
        if links.empty:
            return self._note()
        active = set(links["learner_id"]) | set(links["host_id"])
        shown = [{"name": self._name(row["city_id"]), "region": cities.region_name(row["region"] or "")}
                 for row in rows_of(self.members) if row["city_id"] in active]
        arrows = [{"source": self._name(row["host_id"]), "target": self._name(row["learner_id"]),
                   "adopted": int(row["adopted"])} for row in rows_of(links)]
        return pictures.network(shown, arrows, language=self._w.language)

    def links(self) -> Sheet:
        """Return who learned from whom as a table: the pairs with most lessons in use."""
        table = network.links(self.held, self.uses)
        rows = tuple((self._name(row["learner_id"]), self._name(row["host_id"]), row["exchanges"], row["lessons"],
                      row["adopted"]) for row in rows_of(table.head(BUSIEST)))
        if not rows:
            return self._note()
        heads = (text("Learner"), text("Host"), text("Exchanges"), text("Lessons taken up"), text("Of these in use"))
        said = [count("{n} more pair is not shown.", "{n} more pairs are not shown.", len(table) - len(rows))
                ] if len(table) > len(rows) else []
        return self._w.sheet(text("The pairs with most lessons in use"), heads, rows, *said)

    def funnel(self) -> Picture:
        """Return how far the lessons came that cities looked at, counted once a city."""
        stages = flow.funnel(self.uses, shared=self.uses["lesson_id"].nunique()).set_index("stage")["uses"]
        return pictures.funnel(*(int(stages[stage]) for stage in flow.STAGES), language=self._w.language)

    def time_to_use(self) -> Sheet:
        """Return how long lessons take to be used."""
        return self._w.sheet(flow.time_to_use(self.uses, self._w.today()).sentence, (), ())

    def lesson_trails(self) -> Sheet:
        """Return the lessons that were taken up most: told by whom, who uses them, and how many nobody took up."""
        w = self._w
        told = {row["lesson_id"]: row for row in w.store.lessons(w.viewer) if row["demo"] == w.fictional}
        trails = flow.trails(self.uses[self.uses["lesson_id"].isin(set(told))])
        idle = [row["title"] for key, row in told.items() if key not in set(trails["lesson_id"])]
        rows = tuple((told[row["lesson_id"]]["title"], told[row["lesson_id"]]["body"].get("city", ""), row["cities"],
                      row["used"], [self._name(city) for city in row["users"][:MOST_USERS]], row["last"])
                     for row in rows_of(trails.head(BUSIEST)))
        said = count("{n} lesson was never taken up: {names}.", "{n} lessons were never taken up, among them {names}.",
                     len(idle), names=idle[:MOST_NAMED]) if idle else text("Every lesson was taken up by somebody.")
        heads = (text("Lesson"), text("Told by"), text("Took it up"), text("Use it"), text("Who uses it"),
                 text("Last step"))
        return w.sheet(text("Where lessons went"), heads, rows, said)

    def change(self) -> Picture | Sheet:
        """Return what changed in the questions that learners aimed at, by essential."""
        rows = self.aims
        rows = rows[(rows["side"] == "learner") & rows["targeted"]]
        if rows.empty:
            return self._note()
        asked = instruments.load("resilience", language=self._w.language)
        section = rows["item"].map(lambda item: asked.section_of(item).id)
        means = rows.assign(city=rows["city_id"], item=section).groupby(["city", "item"], as_index=False)[
            ["before", "after"]].mean()
        overall = means.groupby("item")[["before", "after"]].mean()
        found = {one.item: one.result for one in change(means).items}
        drawn = [{"label": s.short, **overall.loc[s.id].to_dict(), "low": found[s.id].low, "high": found[s.id].high,
                  "n": found[s.id].n, "verdict": found[s.id].verdict} for s in asked.sections if s.id in found]
        return pictures.before_after(drawn, language=self._w.language)

    def where_aimed(self) -> Sheet:
        """Return what changed where exchanges aimed, against what changed elsewhere in the same cities."""
        found = aims.where_aimed(self.aims)
        rows = tuple((what, result.n, result.estimate, result.low, result.high, result.sentence) for what, result in (
            (text("Targeted questions"), found.targeted), (text("All other questions"), found.others),
            (text("The difference"), found.difference)))
        return self._w.sheet(text("Did more change where exchanges aimed?"), self._heads(text("What")), rows)

    def what_works(self) -> Sheet:
        """Return how each form of exchange moved the questions that it aimed at."""
        table = self.outcomes()
        found = kinds.what_works(table, by="modality") if len(table) else ()
        rows = tuple((MODALITIES.get(kind.name, kind.name), kind.result.n, kind.result.estimate, kind.result.low,
                      kind.result.high, kind.against_others.sentence) for kind in found)
        title = text("Forms of exchange, and how they compare with all others") if rows else NOTHING_YET
        return self._w.sheet(title, self._heads(text("Form of the exchange")), rows)

    def forecasts(self) -> Sheet:
        """Return how the chances that cities gave to their benefits compare with what came true."""
        found = forecast.calibration(self.held)
        rows = tuple((text("{low} to {high}", low=row["low"], high=row["high"]), int(row["n"]), row["chance"],
                      row["reached"]) for row in rows_of(found.bins) if row["n"])
        heads = (text("Chance given"), text("Forecasts"), text("Mean chance"), text("Came true"))
        return self._w.sheet(text("How good were our forecasts?"), heads, rows, found.sentence)

    def load(self) -> Sheet:
        """Return who hosts most, against what was offered, and which cities take no part."""
        table = network.load(self.held, self.members)
        busy = table[table["hosted"] > 0].head(BUSIEST)
        rows = tuple((self._name(row["city_id"]), row["hosted"], row["learnt"], row["most"], row["capacity"])
                     for row in rows_of(busy))
        idle = [self._name(city) for city in network.without(self.held, self.members)]
        said = [count("{n} city takes no part yet: {names}.", "{n} cities take no part yet, among them {names}.",
                      len(idle), names=idle[:MOST_NAMED])] if idle else []
        heads = (text("City"), text("Hosted"), text("Learnt"), text("Most in one round"), text("Offered a round"))
        return self._w.sheet(text("Who hosts most"), heads, rows, *said)

    def left_out(self) -> Sheet:
        """Return whether some income groups take part less than chance would have it."""
        table = network.left_out(self.held, self.members)
        rows = tuple((INCOME_GROUPS.get(row["group"], row["group"]), row["cities"], row["taking_part"],
                      round(row["expected"], 1), text("yes") if row["left_out"] else text("cannot tell"))
                     for row in rows_of(table))
        heads = (text("Income group"), text("Cities"), text("Take part"), text("Expected by chance"),
                 text("Left out"))
        return self._w.sheet(text("Which groups are left out?"), heads, rows)

    def promises(self) -> Sheet:
        """Return the six promises of city-to-city learning, each answered with the evidence of this network."""
        found = promises.promises(self.held, self.aims, self.uses, today=self._w.today())
        return self._w.sheet(text("What was promised, and what is there"),
                             (text("Promise"), text("Answer"), text("Evidence")), promise_rows(found))

    @cached_property
    def weighing(self) -> Weighing:
        """What the finished exchanges suggest about the weights of matching."""
        return Weighing(self._w)

    def for_whom(self) -> Sheet:
        """Return how each form of exchange moved the targeted questions, by the income group of the learner."""
        income = {row["city_id"]: row["income_group"] for row in rows_of(self.members)}
        found = kinds.for_whom(self.outcomes(), income)
        rows = tuple((INCOME_GROUPS[one.group], MODALITIES.get(one.name, one.name), one.result.n, one.result.estimate,
                      one.result.low, one.result.high, VERDICTS[one.result.verdict]) for one in found)
        heads = (text("Income group"), *self._heads(text("Form of the exchange")))
        if not rows:
            return self._note()
        return self._w.sheet(text("Which form moved what it aimed at, and for whom"), heads, rows,
                             text("So many lines are looked at together that each must be clearer than alone."))

    def costs(self) -> Sheet:
        """Return what an adopted action cost in money and days, apart for each currency."""
        table = forecast.cost_per_adopted(self.held)
        rows = tuple((row["currency"] or text("not noted"), row["exchanges"], row["cost"], row["days"], row["adopted"],
                      row["cost_each"] and round(row["cost_each"]), row["days_each"] and round(row["days_each"], 1))
                     for row in rows_of(table))
        heads = (text("Currency"), text("Exchanges"), text("Spent"), text("Working days"), text("Adopted actions"),
                 text("Spent on each"), text("Days for each"))
        return self._w.sheet(text("What an adopted action cost") if rows else NOTHING_YET, heads, rows)

    def design_changes(self) -> Sheet:
        """Return what was done differently because of an earlier evaluation, the most frequent first."""
        table = forecast.design_changes(self.held)
        table = table[table["because_of"].notna()]
        if table.empty:
            return self._w.sheet(text("Nothing was done differently yet because of an earlier evaluation."), (), ())
        times = table.groupby(["what", "because_of"])["exchange_id"].nunique().rename("times").reset_index()
        often = times.sort_values("times", ascending=False, kind="stable")
        rows = tuple((row["what"], row["because_of"], row["times"]) for row in rows_of(often))
        return self._w.sheet(text("What we do differently now, and which evaluation made us"),
                             (text("What we do differently"), text("Because of"), text("Exchanges")), rows)

    def outcomes(self) -> pd.DataFrame:
        """Return what came of each finished exchange."""
        pairs = {(one.learner_id, one.host_id): one.about.get("shared_language") for one in self.held}
        sharing = {pair for pair, yes in pairs.items() if yes} if any(v is not None for v in pairs.values()) else None
        return kinds.outcomes(self.held, self.aims, self.uses, sharing)

    def report(self) -> dict[str, Any]:
        """Return all that the network learns as plain values, for the command line and other programs."""
        language, table = self._w.language, self.outcomes()
        found, times = aims.where_aimed(self.aims), flow.time_to_use(self.uses, self._w.today())
        compared = [kind for by in kinds.KINDS for kind in kinds.what_works(table, by=by)]
        shared = self.uses["lesson_id"].nunique()
        return {
            "network": self._w.network_id, "fictional": self._w.fictional,
            "exchanges": sum(one.took_place for one in self.held),
            "finished": sum(one.status == "closed" for one in self.held),
            "links": [{"learner": self._name(row["learner_id"]), "host": self._name(row["host_id"]),
                       "exchanges": row["exchanges"], "lessons": row["lessons"], "adopted": row["adopted"]}
                      for row in rows_of(network.links(self.held, self.uses))],
            "funnel": rows_of(flow.funnel(self.uses, shared=shared).drop(columns="label")),
            "time_to_use": {**asdict(times), "sentence": times.sentence.said(language)},
            "where_aimed": {name: getattr(found, name).record(language)
                            for name in ("targeted", "others", "difference")},
            "what_works": [{"by": kind.by, "kind": kind.name, "exchanges": kind.exchanges,
                            "mean": kind.result.record(language),
                            "against_others": kind.against_others.record(language)} for kind in compared],
            "forecasts": self._forecasts(), "costs": rows_of(forecast.cost_per_adopted(self.held)),
            "load": [{**row, "city": self._name(row["city_id"])}
                     for row in rows_of(network.load(self.held, self.members))],
            "left_out": rows_of(network.left_out(self.held, self.members)),
            "without": [self._name(city) for city in network.without(self.held, self.members)],
            "design_changes": rows_of(forecast.design_changes(self.held)),
            "promises": [{"promise": one.question.said(language), "answer": ANSWERS[one.answer].said(language),
                          "evidence": [said.said(language) for said in one.evidence]}
                         for one in promises.promises(self.held, self.aims, self.uses, today=self._w.today())],
            "weights": self.weighing.record(),
        }

    def _forecasts(self) -> dict[str, Any]:
        found = forecast.calibration(self.held)
        return {"n": found.n, "brier": found.brier, "base_rate": found.base_rate, "skill": found.skill,
                "sentence": found.sentence.said(self._w.language), "bins": rows_of(found.bins)}

    def _heads(self, first: Text) -> tuple[Text, ...]:
        return (first, text("Cities"), text("Mean change in levels"), text("At least"), text("At most"),
                text("What may be concluded"))

    def _name(self, city_id: str) -> str:
        return self._names[city_id]

    @cached_property
    def _names(self) -> dict[str, str]:
        """City id -> its name; with its short name where two cities have the same one."""
        rows = rows_of(self.members)
        times = Counter(row["name"] for row in rows)
        return {row["city_id"]: row["name"] if times[row["name"]] == 1 else f"{row['name']} ({row['slug']})"
                for row in rows}

    def _note(self) -> Sheet:
        return self._w.sheet(NOTHING_YET, (), ())


def promise_rows(found: Iterable[promises.Promise]) -> tuple[tuple[object, ...], ...]:
    """Return promises as rows: each named and answered once, with one line a piece of evidence."""
    return tuple(("" if n else one.question, "" if n else ANSWERS[one.answer], evidence)
                 for one in found for n, evidence in enumerate(one.evidence))
