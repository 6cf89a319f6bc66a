"""What the answers add up to, and how far the unknown ones could still move it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import pandas as pd

from exchange.assessments.answers import Answer, checked, read
from exchange.instruments import Instrument
from exchange.vocabulary import ANSWERED, BLANK, NOT_APPLICABLE, STATES, UNKNOWN
from exchange.words import Text, count, text

CHOSEN = "chosen"
"""What the sections of a score are that leaves some out."""


@dataclass(frozen=True, slots=True)
class Part:
    """The score of one essential, or of all of them.

    An item that is not applicable leaves the maximum: it is neither a zero nor a full score. Unknown and
    blank items stay in the maximum and in `applicable`; the bounds say what they could still change.

    Parameters
    ----------
    id, name
        Of the section; "total" for the whole.
    sum
        Sum of the levels answered.
    max, official_max
        Highest possible sum of the applicable items, and of all items (9, 15, 12, 12, 9, 18, 12, 27, 21, 6
        and 141 in the resilience instrument).
    mean
        Mean of the levels answered, on the scale of the instrument; None without an answer.
    coverage
        Share of the applicable items that are answered; None when none is applicable.
    low, high
        Lowest and highest `sum` if the unknown and blank items were known.
    mean_low, mean_high
        Lowest and highest mean of all applicable items then; None when none is applicable.
    items, applicable, answered, unknown, not_applicable, blank
        Counts of items.
    """

    id: str
    name: str
    sum: int
    max: int
    official_max: int
    mean: float | None
    coverage: float | None
    low: int
    high: int
    mean_low: float | None
    mean_high: float | None
    items: int
    applicable: int
    answered: int
    unknown: int
    not_applicable: int
    blank: int


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a self-assessment.

    Parameters
    ----------
    instrument, version
        What was asked.
    essentials
        One `Part` a section, in order.
    total
        The whole.
    mean_of_essentials
        Mean of the means of the sections that have answers: each counts the same, whatever its number of
        items. None without an answer.
    mean_of_essentials_low, mean_of_essentials_high
        Its bounds over all sections with applicable items; None when there are none.
    sections_are
        "essentials" or "parts": what the sections are called; "chosen" where some are left out.
    """

    instrument: str
    version: str
    essentials: tuple[Part, ...]
    total: Part
    mean_of_essentials: float | None
    mean_of_essentials_low: float | None
    mean_of_essentials_high: float | None
    sections_are: str = "parts"

    @property
    def total_sum(self) -> int:
        """The sum over all items: 47 k when all 47 are at level k."""
        return self.total.sum

    def table(self) -> pd.DataFrame:
        """Return one row an essential and a last one for the total; columns as in `Part`."""
        rows = [{name: getattr(part, name) for name in Part.__dataclass_fields__} for part in self._parts]
        return pd.DataFrame(rows)

    @property
    def _parts(self) -> tuple[Part, ...]:
        return (*self.essentials, self.total)

    def finding(self) -> Text:
        """Return the finding in a sentence: "Recovery is the weakest essential; 3 items unknown"."""
        known = [part for part in self.essentials if part.mean is not None]
        if not known:
            return text("Nothing is answered yet")
        least = min(part.mean for part in known if part.mean is not None)
        weakest = [part.name for part in known if part.mean == least]
        if len(known) < 2:
            said = text("{name}: {mean} on average", name=weakest[0], mean=least)
        elif len(weakest) == len(known):
            said = text("All parts that are answered are equally strong")
        else:
            said = self._weakest(weakest)
        return text("{finding}; {rest}", finding=said, rest=self._open()) if self._open() else said

    def _weakest(self, names: Sequence[str]) -> Text:
        if self.sections_are == CHOSEN:
            return count("{names} is the weakest of those chosen", "{names} are the weakest of those chosen",
                         len(names), names=list(names))
        if self.sections_are == "essentials":
            return count("{names} is the weakest essential", "{names} are the weakest essentials",
                         len(names), names=list(names))
        return count("{names} is the weakest part", "{names} are the weakest parts",
                     len(names), names=list(names))

    def _open(self) -> Text | None:
        unknown = count("{n} item unknown", "{n} items unknown", self.total.unknown)
        blank = count("{n} item not answered yet", "{n} items not answered yet", self.total.blank)
        if self.total.unknown and self.total.blank:
            return text("{unknown}, {blank}", unknown=unknown, blank=blank)
        return unknown if self.total.unknown else blank if self.total.blank else None

    def notes(self) -> list[Text]:
        """Return what to know before comparing: which maxima are lower because items do not apply."""
        return [
            count("{name}: {n} item is not applicable, so the maximum is {max} instead of {official}",
                  "{name}: {n} items are not applicable, so the maximum is {max} instead of {official}",
                  part.not_applicable, name=part.name, max=part.max, official=part.official_max)
            for part in self.essentials if part.not_applicable
        ]


def score(instrument: Instrument, answers: pd.DataFrame) -> Score:
    """Score the answers of one city to an instrument.

    Parameters
    ----------
    instrument
        What was asked.
    answers
        An `ANSWERS` table, or at least ``item, state, level``. An item without a row is blank.

    Returns
    -------
    Score
        Per essential and in total, with bounds. Blank is never counted as zero.

    Raises
    ------
    InputError
        With every finding in the answers; see `checked`.

    Notes
    -----
    The bounds put every open item at the lowest, then at the highest level: the sum and the mean rise with
    each level, so no other way of knowing them gives less or more.
    """
    given = {answer.item.id: answer for answer in read(instrument, answers)}
    grouped = [[given.get(item.id) or Answer(item) for item in section.items]
               for section in instrument.sections]
    low, high = instrument.scale.min, instrument.scale.max
    parts = tuple(
        _part(section.id, section.short, group, low, high)
        for section, group in zip(instrument.sections, grouped, strict=True)
    )
    total = _part("total", instrument.title, [answer for group in grouped for answer in group], low, high)
    return Score(
        instrument.name, instrument.version, parts, total,
        _mean([part.mean for part in parts]),
        _mean([part.mean_low for part in parts]),
        _mean([part.mean_high for part in parts]),
        instrument.sections_are,
    )


def score_of(instrument: Instrument, answers: pd.DataFrame, sections: Sequence[str] | None) -> Score:
    """Score only some sections; the others are neither counted nor guessed.

    Parameters
    ----------
    sections
        Their ids; None, or none that the instrument has, for all.
    """
    chosen = tuple(section for section in instrument.sections if sections is None or section.id in sections)
    if len(chosen) in (0, len(instrument.sections)):
        return score(instrument, answers)
    part = instrument.model_copy(update={"sections": chosen})
    asked = {item.id for item in part.items}
    return replace(score(part, answers[answers["item"].isin(asked)]), sections_are=CHOSEN)


def _part(name: str, words: str, answers: Sequence[Answer], low: int, high: int) -> Part:
    states = Counter(answer.state for answer in answers)
    levels = [answer.level for answer in answers if answer.level is not None]
    applicable = len(answers) - states[NOT_APPLICABLE]
    still_open = applicable - len(levels)
    lowest, highest = sum(levels) + low * still_open, sum(levels) + high * still_open
    return Part(
        id=name, name=words, sum=sum(levels), max=high * applicable, official_max=high * len(answers),
        mean=_ratio(sum(levels), len(levels)), coverage=_ratio(len(levels), applicable),
        low=lowest, high=highest,
        mean_low=_ratio(lowest, applicable), mean_high=_ratio(highest, applicable),
        items=len(answers), applicable=applicable, answered=states[ANSWERED],
        unknown=states[UNKNOWN], not_applicable=states[NOT_APPLICABLE], blank=states[BLANK],
    )


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(means: Sequence[float | None]) -> float | None:
    known = [mean for mean in means if mean is not None]
    return fmean(known) if known else None


def answered_levels(instrument: Instrument, answers: pd.DataFrame) -> dict[str, int]:
    """Return the level of each answered item: what matching and evaluation compare."""
    return {answer.item.id: answer.level for answer in read(instrument, answers) if answer.level is not None}


def progress(instrument: Instrument, answers: pd.DataFrame) -> dict[str, int]:
    """Return how many items are in each state, blank ones included."""
    states = Counter(checked(instrument, answers)["state"])
    return {state: states[state] for state in STATES}
