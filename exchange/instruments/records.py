"""What a questionnaire is made of: sections, questions, levels in words, and the numbers behind them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from exchange.vocabulary import Terms
from exchange.words import text

Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,39}$")]
Scenario = Literal["most_probable", "most_severe"]
Tag = Literal["learning_indicator", "learning_level", "promise", "dimension", "category",
              "indicator", "kirkpatrick", "moment", "before_of"]
"""What an item stands for, beside its section: the evaluation and the profile look for these."""

UNITS: Terms = {
    "percent": text("percent"), "hours": text("hours"), "days": text("days"), "per_year": text("times a year"),
    "people": text("people"), "number": text("number"), "words": text("in words"),
}
"""Units of quantities."""


def _one_line(words: str) -> str:
    if words != words.strip() or any(ord(sign) < 32 for sign in words):
        raise ValueError("the text has a line break, or a blank at one end")
    return words


Words = Annotated[str, Field(min_length=1, max_length=800), AfterValidator(_one_line)]
"""A text that a person reads: one line, no blanks around it."""


class Record(BaseModel):
    """What all parts of an instrument share: they never change, and know no other fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Range(Record):
    """The values for which a level holds: between bounds, or some of the words of a quantity."""

    at_least: float | None = None
    """This value or more."""
    above: float | None = None
    """More than this value."""
    at_most: float | None = None
    """This value or less."""
    below: float | None = None
    """Less than this value."""
    one_of: tuple[str, ...] = ()
    """Words of a quantity that is told in words."""

    @property
    def bounds(self) -> tuple[float, ...]:
        """The bounds that are given."""
        return tuple(b for b in (self.at_least, self.above, self.at_most, self.below) if b is not None)

    def holds(self, value: float | str) -> bool:
        """Return whether `value` lies in the range."""
        if isinstance(value, str):
            return value in self.one_of
        return not (
            (self.at_least is not None and value < self.at_least)
            or (self.above is not None and value <= self.above)
            or (self.at_most is not None and value > self.at_most)
            or (self.below is not None and value >= self.below)
        )


class Quantity(Record):
    """What a level rests on: a number with its unit, or a few words in order."""

    id: Id
    unit: Literal["percent", "hours", "days", "per_year", "people", "number", "words"]
    ask: Words | None = None
    """The question for the number; without it nobody is asked."""
    low: float = 0
    """The least possible value."""
    high: float | None = None
    """The greatest possible value; without it there is none."""
    whole: bool = False
    """Only whole numbers are possible."""
    words: tuple[str, ...] = ()
    """The possible words, from least to most."""
    better: Literal["more", "less"] = "more"
    """In which direction things get better."""
    no_less_than: Id | None = None
    """Another quantity of the item that this one never falls below."""


class Level(Record):
    """One answer: its number, its sentence, and the quantities for which it holds."""

    value: int
    text: Words
    when: tuple[dict[Id, Range], ...] = ()
    """The level holds when all ranges of any one of these hold."""


class Item(Record):
    """One question with its levels."""

    id: Id
    label: Words
    question: Words
    levels: tuple[Level, ...] = ()
    """Without them the words of the scale are the levels."""
    quantities: tuple[Quantity, ...] = ()
    """What the levels rest on; none for most items."""
    needs_scenarios: tuple[Scenario, ...] = ()
    """Scenarios to agree on before answering."""
    evidence_hint: Words | None = None
    """What could prove the level."""
    help: Words | None = None
    """How to read the question."""
    bounds_note: Words | None = None
    """Where our bounds close a gap of the official ones, and how."""
    tags: dict[Tag, str] = Field(default_factory=dict)
    """What the item stands for in the evaluation and the profile."""

    @property
    def quantity(self) -> Quantity | None:
        """The number that people are asked for, if there is one."""
        return next((q for q in self.quantities if q.ask is not None), None)


class Section(Record):
    """A part of the questionnaire; in the resilience instrument an essential."""

    id: Id
    number: Annotated[int, Field(ge=1)]
    name: Words
    short: Words
    """One or two words, for pictures and sentences."""
    about: Words | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=200)]


class Scale(Record):
    """The numbers of the levels, and a word or two for each."""

    min: int
    max: int
    words: tuple[Words, ...]
    """From the lowest level to the highest."""

    @property
    def numbers(self) -> range:
        """All numbers of the scale, in order."""
        return range(self.min, self.max + 1)
