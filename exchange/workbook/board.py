"""The pairs of a round on the table: what stands, who decided it and why, and what each edit changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from exchange.errors import InputError
from exchange.matching.changes import Changes, alternates, resolve
from exchange.matching.checks import totals
from exchange.matching.cohorts import Rules
from exchange.matching.comparison import by_all_methods, compare
from exchange.matching.uncovered import places_needed
from exchange.reports import pictures
from exchange.words import Text, text
from exchange.workbook.context import rows_of
from exchange.workbook.round import DEFAULT, SEED, latest, totals_said

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

METHOD_NAMES: Final = {
    "optimal": text("the largest total"),
    "fair": text("the highest floor"),
    "stable": text("nobody would swap"),
    "random": text("by lot"),
}
"""How the pairs can be made, in the order in which they are offered."""

NOW: Final = text("on the board now")
STATES: Final = {
    "proposed": text("proposed"),
    "suggested": text("suggested to both"),
    "accepted": text("one city has agreed"),
    "agreed": text("both have agreed"),
    "pinned": text("pinned"),
    "forbidden": text("not to be paired"),
    "declined": text("declined"),
}
DECIDERS: Final = {"secretariat": text("The secretariat"), "learner": text("The learner"), "host": text("The host")}
SAID: Final = {
    "suggested": text("suggested it"), "accepted": text("agreed"), "declined": text("declined"),
    "locked": text("pinned it"), "forbidden": text("took it out"),
}
OPTIONS: Final = 6


class Board:
    """A round while people decide on it: every change is written, then the pairs follow as little as they must."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook
        self.method = "optimal"
        self.changes: tuple[Text, ...] | None = None
        self.methods = METHOD_NAMES
        self._made: Assignment | None = None

    @property
    def made(self) -> Assignment:
        """The pairs on the board."""
        if self._made is None:
            self._made = self._w.pairing.make(self.method)
        return self._made

    @property
    def keeps(self) -> bool:
        """Whether the viewer is the secretariat of the network, and so decides on the whole round."""
        return self._w.viewer.keeps(self._w.network_id)

    def closed(self) -> Text | None:
        """Return why there is no board: for whom it is not, or what the round cannot be; None where there is one."""
        if not self.keeps:
            return text("The pairs of a round are made by the secretariat of the network.")
        alone = self._w.match.alone()
        if alone is not None:
            return alone
        try:
            self._made = self._made or self._w.pairing.make(self.method)
        except InputError as error:
            said = [f"{one.place}: {one.finding}. {one.remedy}" for one in error.findings]
            return text("The round cannot be made as it was decided. {findings}", findings=" ".join(said))
        return None

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @property
    def can_answer(self) -> bool:
        """Whether the viewer speaks for the city."""
        return self._w.can_edit

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._w.viewer.name}/{self._w.network_id}/round/{self._w.pairing.number}"

    def show(self, method: str) -> None:
        """Make the pairs anew by another method; what people decided still holds. Nothing is stored."""
        if method not in METHOD_NAMES:
            raise InputError.at("method", f"{method!r} is not known", f"Use one of {', '.join(METHOD_NAMES)}.")
        before = self.made
        self._made = self._w.pairing.make(method)
        self.method, self.changes = method, Changes(before, self._made).said()

    def pin(self, learner: str, host: str, why: str) -> None:
        """Make a pair certain; another pin of the same learner gives way."""
        _differ(learner, host)
        pinned = [pair for pair, status in self._pinned().items() if status == "locked"]
        self._decide({**{pair: "suggested" for pair in pinned if pair[0] == learner}, (learner, host): "locked"}, why)

    def forbid(self, learner: str, host: str, why: str) -> None:
        """Take a pair out of the round."""
        self._decide({(learner, host): "declined"}, why)

    def release(self, learner: str, host: str, why: str) -> None:
        """Take a pin or a ban back."""
        self._decide({(learner, host): "suggested"}, why)

    def swap(self, learner: str, other: str, why: str) -> None:
        """Let two learners change hosts; each must have exactly one."""
        hosts = {}
        for city in (learner, other):
            own = [self.made.round.hosts[host] for host in self.made.host[self.made.learner == self._place(city)]]
            if len(own) != 1:
                raise InputError.at(self.made.round.name(city), f"it has {len(own)} hosts, not one",
                                    "Pin the host that you want.")
            hosts[city] = own[0]
        _differ(learner, hosts[other])
        _differ(other, hosts[learner])
        freed = {pair: "suggested" for city in (learner, other)
                 if self._pinned().get(pair := (city, hosts[city])) == "locked"}
        self._decide({**freed, (learner, hosts[other]): "locked", (other, hosts[learner]): "locked"}, why)

    def answer(self, learner: str, host: str, side: str, status: str, why: str) -> None:
        """Write what a city says to a suggestion; once both have agreed their exchange begins."""
        w, pair = self._w, (learner, host)
        number = next((n for n in self._rounds() if pair in self._said(n)), w.pairing.number)
        w.store.put_decision(w.viewer, network=w.network_id, round=number, learner=learner, host=host, side=side,
                             status=status, why=why)
        if state_of(self._said(number).get(pair, {})) == "agreed":
            w.match.begin(learner, host, why, number)
        if self.keeps:
            self._follow()

    def suggest(self) -> int:
        """Suggest the pairs on the board to both cities of each, and keep how they came about; return how many."""
        w, made = self._w, self.made
        said = {(row["learner_id"], row["host_id"]) for row in w.pairing.decisions() if row["side"] == "secretariat"}
        pairs = [(row["learner"], row["host"]) for row in rows_of(made.table())]
        new = [pair for pair in pairs if pair not in said]
        w.store.put_run(w.viewer, {
            "network_id": w.network_id, "weights": w.match.weights.record(), "method": self.method,
            "seed": SEED if self.method == "random" else None,
            "result": {"round": w.pairing.number, "pairs": made.table().to_dict("records")}})
        for learner, host in new:
            w.store.put_decision(w.viewer, network=w.network_id, round=w.pairing.number, learner=learner, host=host,
                                 side="secretariat", status="suggested",
                                 why=METHOD_NAMES[self.method].said(w.language))
        return len(new)

    def rows(self) -> list[Row]:
        """Return one row a learner of the round.

        Returns
        -------
        list
            learner_id, name, hosts (host_id, name, score, state, label, sides, decided), why (for a city without a
            host), options (host_id, name, score, free, state, decided). What is to be read is Text.
        """
        said, round_ = self._said(), self.made.round
        reasons = {one["city_id"]: one["why"] for one in self._w.pairing.uncovered(self.made)}
        hosts: dict[str, list[Row]] = {}
        for row in rows_of(self.made.table()):
            pair = (row["learner"], row["host"])
            hosts.setdefault(row["learner"], []).append(
                self._pair(pair, round_.name(row["host"]), row["score"], said.get(pair, {})))
        options = self._options(said)
        return [{"learner_id": learner, "name": round_.name(learner), "hosts": hosts.get(learner, []),
                 "why": reasons.get(learner, ""), "options": options.get(learner, [])} for learner in round_.learners]

    def mine(self) -> list[Row]:
        """Return the pairs that were suggested to the city, or by it, in the shape of `rows`."""
        w, found = self._w, []
        open_ = {pair: said for number in reversed(self._rounds()) for pair, said in self._said(number).items()}
        for pair, said in open_.items():
            if w.city_id in pair:
                learner, host = (w.name_of(city) for city in pair)
                found.append({"learner_id": pair[0], "name": learner, "why": "", "options": [],
                              "hosts": [self._pair(pair, host, None, said)]})
        return sorted(found, key=lambda row: (row["learner_id"] != w.city_id, row["name"], row["hosts"][0]["name"]))

    def totals(self) -> Text:
        """Return what the pairs on the board give."""
        return totals_said(totals(self.made))

    def proof(self) -> Text:
        """Return how far the pairs on the board are from the best."""
        return self._w.pairing.proof(self.made).words

    def needed(self) -> Text | None:
        """Return the smallest change with which every city would have a host."""
        needed = places_needed(self.made.round)
        if not needed:
            return None
        return text("With {places} every city that can be paired would have a host", places=[n.words for n in needed])

    def comparison(self) -> list[dict[str, Any]]:
        """Return what the board and each method give: name (Text) and the figures of `matching.comparison.compare`."""
        made = by_all_methods(self.made.round, np.random.default_rng(SEED))
        named = {"now": self.made, **{name: made[name] for name in METHOD_NAMES if name in made}}
        return [{**row, "name": METHOD_NAMES.get(row["method"], NOW)} for row in rows_of(compare(named))]

    def picture(self) -> Picture | Sheet:
        """Return who learns from whom."""
        closed = self.closed()
        if closed is not None:
            return self._w.sheet(closed, (), ())
        pool, made = self._w.pairing.pool(), self.made
        pairs = [{"learner": pool.names[a], "host": pool.names[b], "score": float(score),
                  "learner_region": _region(pool.regions[a]), "host_region": _region(pool.regions[b])}
                 for a, b, score in zip(made.learner, made.host, made.score, strict=True)]
        alone = [{"name": one["name"], "why": one["reason"]} for one in self._w.pairing.uncovered(made)]
        return pictures.round_links(pairs, alone, language=self.language)

    def cohorts(self) -> Sheet:
        """Return cohorts of the cities of the network."""
        if not self.keeps:
            return self._w.sheet(text("Cohorts are made by the secretariat of the network."), (), ())
        names = self._w.pairing.pool().names
        if len(names) < Rules().low:
            return self._w.sheet(text("There are too few cities for cohorts of four to eight."), (), ())
        found = self._w.pairing.cohorts()
        rows = tuple((number, [names[place] for place in group], round(mean, 1))
                     for number, (group, mean) in enumerate(zip(found.groups, found.means, strict=True), start=1))
        return self._w.sheet(text("Cohorts that suit each other"),
                             (text("Cohort"), text("Cities"), text("Mean score of two cities")), rows,
                             text("A good way to part the cities, found by swapping; not proven to be the best."),
                             *found.broken)

    def _place(self, city_id: str) -> int:
        self._w.pairing.pool().find(city_id)
        return self.made.round.learners.index(city_id)

    def _pinned(self) -> dict[tuple[str, str], str]:
        return {(row["learner_id"], row["host_id"]): row["status"] for row in self._w.pairing.decisions()
                if row["side"] == "secretariat"}

    def _decide(self, statuses: dict[tuple[str, str], str], why: str) -> None:
        """Check that the round can be made with these decisions of the secretariat, then write them, then follow."""
        w = self._w
        w.pairing.round(DEFAULT, statuses)
        for (learner, host), status in statuses.items():
            w.store.put_decision(w.viewer, network=w.network_id, round=w.pairing.number, learner=learner, host=host,
                                 side="secretariat", status=status, why=why)
        self._follow()

    def _follow(self) -> None:
        changed = resolve(self.made, self._w.pairing.round())
        self._made, self.changes = changed.after, changed.said()

    def _rounds(self) -> list[str]:
        """Return the round on the board, the one in which the city invites, and the last that was decided on."""
        w = self._w
        told = w.store.decisions(w.viewer, w.network_id, city=self._own)["round"].tolist()
        return list(dict.fromkeys(filter(None, (w.pairing.number, w.match.round, w.round or latest(told)))))

    @property
    def _own(self) -> str:
        return self._w.city_id if self._w.the_city else ""

    def _said(self, number: str | None = None) -> dict[tuple[str, str], dict[str, Row]]:
        said: dict[tuple[str, str], dict[str, Row]] = {}
        for row in self._w.pairing.decisions(number):
            said.setdefault((row["learner_id"], row["host_id"]), {})[row["side"]] = row
        return said

    def _pair(self, pair: tuple[str, str], host: str, score: float | None, said: dict[str, Row]) -> Row:
        sides = [side for side, city in zip(("learner", "host"), pair, strict=True)
                 if self._w.viewer.acts_for(city) and city == self._own and state_of(said) != "agreed"]
        return {"host_id": pair[1], "name": host, "score": score, "state": state_of(said),
                "label": STATES[state_of(said)], "sides": sides,
                "decided": [_decided(said[side]) for side in DECIDERS if side in said]}

    def _options(self, said: dict[tuple[str, str], dict[str, Row]]) -> dict[str, list[Row]]:
        round_ = self.made.round
        options: dict[str, list[Row]] = {}
        for row in rows_of(alternates(self.made, OPTIONS)):
            options.setdefault(row["learner"], []).append({
                "host_id": row["host"], "name": round_.name(row["host"]), "score": row["score"],
                "free": bool(row["free"]), "state": "", "decided": []})
        for (learner, host), sides in sorted(said.items()):
            if state_of(sides) in ("forbidden", "declined"):
                told = [_decided(sides[side]) for side in DECIDERS if side in sides]
                options.setdefault(learner, []).append({
                    "host_id": host, "name": round_.name(host), "score": None, "free": False,
                    "state": state_of(sides), "label": STATES[state_of(sides)], "decided": told})
        return options


def state_of(said: dict[str, Row]) -> str:
    """Return the one state of a pair of what each side decided, as in `STATES`."""
    status = {side: row["status"] for side, row in said.items()}
    if "declined" in (status.get("learner"), status.get("host")):
        return "declined"
    if status.get("secretariat") == "declined":
        return "forbidden"
    yes = [side for side in ("learner", "host") if status.get(side) in ("accepted", "suggested")]
    if len(yes) == 2:
        return "agreed"
    if status.get("secretariat") == "locked":
        return "pinned"
    return "accepted" if yes else "suggested" if status else "proposed"


def _decided(row: Row) -> Text:
    status = "forbidden" if row["side"] == "secretariat" and row["status"] == "declined" else row["status"]
    said = {"who": DECIDERS[row["side"]], "did": SAID[status], "by": row["by"], "day": row["at"].date()}
    if not row["why"]:
        return text("{who} {did} ({by}, {day})", **said)
    return text("{who} {did} ({by}, {day}): {why}", why=row["why"], **said)


def _differ(learner: str, host: str) -> None:
    if learner == host:
        raise InputError.at("pair", "a city cannot learn from itself", "Choose another host.")


def _region(region: str) -> Text | str:
    from exchange import cities  # noqa: PLC0415 - only for the picture

    return cities.region_name(region) if region else ""
