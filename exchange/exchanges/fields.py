"""What a form asks for each kind of entry, so that one editor serves them all."""

from __future__ import annotations

import datetime as dt
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from babel import Locale
from pydantic.fields import FieldInfo

from exchange.errors import NotFoundError
from exchange.exchanges.ask import Ask
from exchange.exchanges.records import RECORDS
from exchange.words import Text, say, supported

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldType = Literal["text", "long", "date", "number", "choice"]
Choices = tuple[tuple[str, Text | str], ...]

LANGUAGES: Final = (
    "ar", "bn", "de", "en", "es", "fr", "ha", "hi", "id", "it", "ja", "ko", "ms", "nl", "pt", "ru", "sw",
    "th", "tl", "tr", "uk", "ur", "vi", "zh",
)
"""Languages that a form offers; any other ISO 639 code may be typed through the command line."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    name
        Key in the body of the entry.
    label
        What the form says beside it.
    type
        ``"text"`` a line, ``"long"`` a paragraph, ``"date"``, ``"number"`` or ``"choice"``.
    choices
        Value and word of each term; empty unless `type` is ``"choice"``. Nothing is chosen beforehand.
    required
        Whether the entry cannot be kept without it.
    low, high
        Bounds of a number, where there are any.
    """

    name: str
    label: Text
    type: FieldType
    choices: Choices
    required: bool
    low: float | None = None
    high: float | None = None


def fields(kind: str, language: str = "en") -> tuple[Field, ...]:
    """Return the fields of a kind of entry, in the order in which people fill them in.

    Parameters
    ----------
    kind
        One of `RECORDS`.
    language
        Of the reader: languages are named in it, and terms that have no order are sorted by it.

    Raises
    ------
    NotFoundError
        For a kind of entry that does not exist.
    """
    if kind not in RECORDS:
        known = ", ".join(RECORDS)
        raise NotFoundError.at("entry", f"{kind!r} is no kind of entry", f"Use one of {known}.")
    return tuple(_field(name, info, language) for name, info in RECORDS[kind].model_fields.items())


def _field(name: str, info: FieldInfo, language: str) -> Field:
    ask = next(part for part in info.metadata if isinstance(part, Ask))
    parts = _parts(info.annotation, info.metadata)
    choices = _choices(name, ask, language)
    kind = "choice" if choices else _type(parts)
    return Field(name, ask.label, kind, choices, info.is_required(), _bound(parts, "ge"), _bound(parts, "le"))


def _parts(annotation: Any, metadata: list[Any]) -> list[Any]:
    """Return the bare types and the constraints inside an annotation."""
    parts: list[Any] = []
    for one in metadata:
        parts += one.metadata if isinstance(one, FieldInfo) else [one]
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return [*parts, *_parts(inner, more)]
    if get_origin(annotation) in {types.UnionType, Union, tuple}:
        return parts + [part for one in get_args(annotation) for part in _parts(one, [])]
    return [*parts, annotation]


def _type(parts: list[Any]) -> FieldType:
    if dt.date in parts:
        return "date"
    if int in parts or float in parts:
        return "number"
    return "long" if any(isinstance(part, MaxLen) and part.max_length > 1000 for part in parts) else "text"


def _bound(parts: list[Any], name: str) -> float | None:
    bounds = [getattr(part, name) for part in parts if hasattr(part, name)]
    return float(bounds[0]) if bounds else None


def _choices(name: str, ask: Ask, language: str) -> Choices:
    if name == "language":
        return _sorted(_languages(language), language)
    if ask.choices is None:
        return ()
    return tuple(ask.choices.items()) if ask.ordered else _sorted(ask.choices, language)


def _languages(language: str) -> Mapping[str, Text | str]:
    names = Locale.parse(supported(language)).languages
    return {code: str(names.get(code, code)) for code in LANGUAGES}


def _sorted(terms: Mapping[str, Text | str], language: str) -> Choices:
    return tuple(sorted(terms.items(), key=lambda term: say(term[1], language).casefold()))
