"""How the fields of an entry are asked for, and what they may hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from exchange import vocabulary
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Ask:
    """How a field is asked for: its label, and the terms to choose from where there are any."""

    label: Text
    choices: Mapping[str, Text] | None = None
    ordered: bool = True

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept only the terms, where there are any."""
        schema = handler(source)
        return core_schema.no_info_after_validator_function(self._check, schema) if self.choices else schema

    def _check(self, value: str | None) -> str | None:
        if value is not None and self.choices is not None and value not in self.choices:
            raise PydanticCustomError("term", "{value} is none of {terms}",
                                      {"value": repr(value), "terms": ", ".join(self.choices)})
        return value


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _names(value: Any) -> Any:
    """Accept names in one line, parted by semicolons, as people type them into a form."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(";") if part.strip())


Line = Annotated[str, Field(min_length=1, max_length=300)]
Paragraph = Annotated[str, Field(min_length=1, max_length=4000)]
MaybeLine = Annotated[Line | None, BeforeValidator(_empty_is_none)]
MaybeParagraph = Annotated[Paragraph | None, BeforeValidator(_empty_is_none)]
MaybeDate = Annotated[dt.date | None, BeforeValidator(_empty_is_none)]
MaybeNumber = Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, BeforeValidator(_empty_is_none)]
Amount = Annotated[Annotated[float, Field(ge=0, le=1e12)] | None, BeforeValidator(_empty_is_none)]
Rate = Annotated[Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None, BeforeValidator(_empty_is_none)]
Names = Annotated[tuple[Line, ...], BeforeValidator(_names), Field(max_length=20)]
Scale = Annotated[int, Field(ge=1, le=5)]
MaybeScale = Annotated[Scale | None, BeforeValidator(_empty_is_none)]
MaybeLevel = Annotated[Annotated[int, Field(ge=0, le=3)] | None, BeforeValidator(_empty_is_none)]
Share = Annotated[Annotated[float, Field(ge=0, le=1)] | None, BeforeValidator(_empty_is_none)]
Item = Annotated[str, Field(pattern=r"^P(10|[1-9])\.[1-9]$")]
MaybeItem = Annotated[Item | None, BeforeValidator(_empty_is_none)]
Code = Annotated[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None, BeforeValidator(_empty_is_none)]
Currency = Annotated[Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None, BeforeValidator(_empty_is_none)]
Choice = Annotated[str | None, BeforeValidator(_empty_is_none)]

Side = Annotated[Literal["learner", "host"], Ask(text("Side"), vocabulary.SIDES)]
