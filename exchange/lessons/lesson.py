"""A lesson: what a city met, did and learnt, in which circumstances, and what it would tell others."""

from __future__ import annotations

from typing import Annotated, Literal

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
    Identifiers are those of the vocabularies: hazards are HIPs 2025, items and essentials those of the
    `resilience` instrument, bands and groups those of `exchange.vocabulary`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lesson_id: Line
    title: Line
    language: Literal["en", "es", "fr", "pt", "ar"]
    city: str = Field("", max_length=200)
    country: str = Field("", max_length=3)
    city_id: str | None = None
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
    stakeholders: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()
    contact: str = Field("", max_length=200)
    sensitivity: Literal["public", "partner_only", "restricted"] = "public"
    source: Line = "written for this network"
    licence: Line = "CC BY 4.0"
    demo: bool = False


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
