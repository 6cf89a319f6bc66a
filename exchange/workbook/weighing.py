"""What finished exchanges suggest about the weights of matching, and the person who accepts it, or not."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from exchange.errors import InputError
from exchange.learning.weights import adjusted, learn_weights
from exchange.matching import CRITERIA, DEFAULT_WEIGHTS, Weights, rank
from exchange.matching.criteria import VERSION
from exchange.words import count, text
from exchange.workbook.context import rows_of
from exchange.workbook.match import in_use, pool_of

if TYPE_CHECKING:
    from exchange.learning.weights import LearntWeights
    from exchange.matching import Pool
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook

SEED = 20260101
"""Of the draws of cities: the same network twice suggests the same weights."""


class Weighing:
    """Weights that are learnt, shown, and accepted by a person; they are never put to use by themselves."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    @cached_property
    def finished(self) -> pd.DataFrame:
        """The finished exchanges: learner_id, outcome, and what each criterion said when the round began.

        The outcome is the mean change of the questions that the learner aimed at, adjusted for where it began.
        """
        learn = self._w.learn
        aims = learn.aims[(learn.aims["side"] == "learner") & learn.aims["targeted"]]
        means = aims.groupby("exchange_id")[["before", "after"]].mean()
        pools: dict[str, Pool] = {}
        rows = []
        for one in learn.held:
            if one.status != "closed":
                continue
            if one.round not in pools:
                pools[one.round] = pool_of(self._w, one.round)
            said = _scores(pools[one.round], one.learner_id, one.host_id)
            before, after = (means[name].get(one.exchange_id, np.nan) for name in ("before", "after"))
            rows.append({"learner_id": one.learner_id, "before": before, "change": after - before, **said})
        table = pd.DataFrame(rows, columns=["learner_id", "before", "change", *CRITERIA])
        return table.assign(outcome=adjusted(table["change"], table["before"]))

    @cached_property
    def suggested(self) -> LearntWeights:
        """The weights that the finished exchanges suggest.

        Raises
        ------
        InputError
            When there are too few to say anything, or all ended alike.
        """
        table = self.finished
        return learn_weights(table[list(CRITERIA)], table["outcome"], DEFAULT_WEIGHTS.shares(), table["learner_id"],
                             np.random.default_rng(SEED))

    def sheet(self) -> Sheet:
        """Return the experts' weights, those in use and those suggested, and what would change."""
        w = self._w
        try:
            found = self.suggested
        except InputError:
            return w.sheet(text("Too few exchanges are finished to learn weights from: the weights stay."), (), ())
        now = in_use(w).shares()
        rows = tuple((CRITERIA[name].label, found.prior[name], now.get(name, 0.0), found.learnt[name], found.low[name],
                      found.high[name], text("{n} %", n=round(100 * found.from_data[name]))) for name in found.prior)
        heads = (text("Criterion"), text("Experts"), text("In use"), text("Suggested"), text("At least"),
                 text("At most"), text("From our exchanges"))
        others, of = self.other_firsts()
        changed = count("With the suggested weights {changed} of {n} city would get another first peer.",
                        "With the suggested weights {changed} of {n} cities would get another first peer.", of,
                        changed=others)
        return w.sheet(text("What our exchanges suggest about the weights"), heads, rows, found.sentence, changed)

    def other_firsts(self) -> tuple[int, int]:
        """Return how many cities would get another first peer with the suggested weights, of how many."""
        pool, now, then = self._w.match.pool(), in_use(self._w), self._weights("suggested")
        firsts = [[rank(pool, city, weights, 1).peers for weights in (now, then)] for city in pool.ids]
        told = [(old[0].city_id, new[0].city_id) for old, new in firsts if old and new]
        return sum(old != new for old, new in told), len(told)

    def versions(self) -> Sheet:
        """Return every version of the weights that was accepted, with who did so and why; old ones stay."""
        w = self._w
        kept = [row for row in rows_of(w.store.all_weights(w.viewer)) if row["network_id"] in {None, w.network_id}]
        rows = tuple((row["version"], row["at"].date(), row["by"], row["why"]) for row in kept)
        title = text("Versions of the weights") if rows else text("The experts' weights are in use.")
        return w.sheet(title, (text("Version"), text("Accepted on"), text("By"), text("Why")), rows)

    @property
    def can_accept(self) -> bool:
        """Whether the viewer is the secretariat of the network, who alone may accept them."""
        return self._w.viewer.keeps(self._w.network_id)

    def accept(self, why: str) -> int:
        """Put the suggested weights to use as a new version, and return its number; the old ones stay.

        Parameters
        ----------
        why
            The reason of the person who accepts them.

        Raises
        ------
        InputError
            When a gate refuses: too few exchanges, or no better prediction; or without a reason.
        NotAllowedError
            For anybody but the secretariat.
        """
        found = self.suggested
        if not found.may_be_proposed:
            raise InputError.at("weights", str(found.sentence).rstrip("."), "Keep the weights that are in use.")
        if not why.strip():
            raise InputError.at("weights", "there is no reason", "Say in a sentence why they are accepted.")
        return self._w.store.put_weights(self._w.viewer, self._weights(why.strip()).record(), why=why.strip(),
                                         network=self._w.network_id)

    def _weights(self, why: str) -> Weights:
        return Weights(VERSION, dict(self.suggested.learnt), why)

    def record(self) -> dict[str, Any]:
        """Return the suggestion as plain values, for JSON."""
        try:
            return self.suggested.record()
        except InputError as error:
            return {"n": len(self.finished), "may_be_proposed": False, "sentence": str(error)}


def _scores(pool: Pool, learner: str, host: str) -> dict[str, float]:
    """Return what each criterion says of a pair, 0 to 1; NaN where it cannot be told."""
    if learner not in pool.index or host not in pool.index:
        return dict.fromkeys(CRITERIA, np.nan)
    here, there = pool.index[learner], pool.index[host]
    parts = {name: criterion.measure(pool, here) for name, criterion in CRITERIA.items()}
    return {name: float(part.value[there]) if part.known[there] else np.nan for name, part in parts.items()}
