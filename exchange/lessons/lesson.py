"""A lesson: what a city met, did and learnt, in which circumstances, and what it would tell others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exchange.errors import Findings

Line = Annotated[str, Field(min_length=1, max_length=300)]
Paragraph = Annotated[str, Field(max_length=4000)]


class Source(BaseModel):
    """Where a lesson, or a piece of its evidence, can be looked up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line
    link: str = Field("", max_length=1000)


class Lesson(BaseModel):
    """One lesson with the context that decides whether it travels.

    Failure stories are lessons too: `what_failed` stands beside `result`, and a lesson may have only the former.
    `city` is the name of the city that tells it, `city_id` its id where it is in the network.
    Identifiers are those of the vocabularies: hazards are HIPs 2025, items (the indicators) and essentials those of
    the `resilience` instrument, bands and groups those of `exchange.vocabulary`. Size, income, cost, staff, mandate
    and form of government are those of the city that tells it, at the time: they decide whether the lesson travels.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lesson_id: Line
    title: Line
    language: Literal["en", "es", "fr", "pt", "ar"]
    city: str = Field("", max_length=200)
    country: str = Field("", max_length=3)
    city_id: str | None = None
    population_band: Literal["<100k", "100k-500k", "500k-1M", "1M-5M", ">5M"] | None = None
    income_group: Literal["low", "lower_middle", "upper_middle", "high"] | None = None
    year: int | None = Field(None, ge=1900, le=2100)
    hazards: tuple[str, ...] = ()
    essentials: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    problem: Paragraph
    what_was_done: Paragraph
    result: Paragraph = ""
    what_failed: Paragraph = ""
    preconditions: tuple[Line, ...] = ()
    cost_band: Literal["0-100k", "100k-500k", "500k-1M", "1M-10M", ">10M"] | None = None
    duration_months: int | None = Field(None, ge=0, le=600)
    staff: Literal["0-2", "3-10", "11-50", ">50"] | None = None
    mandate: Literal["own", "shared", "others"] | None = None
    government: Literal["elected_mayor", "council_manager", "council", "appointed", "metropolitan"] | None = None
    stakeholders: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()
    contact: str = Field("", max_length=200)
    sensitivity: Literal["public", "partner_only", "restricted"] = "public"
    source: Line = "written for this network"
    licence: Line = "CC BY 4.0"
    demo: bool = False


COLUMNS: Final = ("lesson_id", "title", "language", "city_id", "sensitivity", "source", "licence", "demo")
"""Fields of a lesson that the store keeps in columns of their own; all others are its body."""

BANDS: Final = ((100_000, "<100k"), (500_000, "100k-500k"), (1_000_000, "500k-1M"), (5_000_000, "1M-5M"))


def population_band(people: int | None) -> str | None:
    """Return how large a city of so many people is, as `vocabulary.POPULATION_BANDS` has it."""
    if people is None:
        return None
    return next((band for most, band in BANDS if people < most), ">5M")


def of_row(row: Mapping[str, Any]) -> Lesson:
    """Return a lesson as the store keeps it as a lesson."""
    return parse({**row["body"], **{name: row[name] for name in COLUMNS}})


def row_of(lesson: Lesson, network: str | None) -> dict[str, Any]:
    """Return a lesson as the store keeps it: columns, and the rest as its body."""
    whole = lesson.model_dump(mode="json")
    body = {name: value for name, value in whole.items() if name not in COLUMNS}
    return {**{name: whole[name] for name in COLUMNS}, "network_id": network, "body": body}


def parse(body: dict[str, object]) -> Lesson:
    """Return `body` as a lesson.

    Raises
    ------
    InputError
        Naming every field that is missing or wrong.
    """
    try:
        return Lesson.model_validate(body)
    except ValidationError as error:
        findings = Findings()
        place = f"lesson {body.get('lesson_id', 'without an id')}"
        for wrong in error.errors():
            field = ".".join(map(str, wrong["loc"])) or "the lesson"
            findings.add(f"{place}, {field}", wrong["msg"].lower(), "Mend this field or leave it out.")
        findings.raise_if_any()
        raise
