"""The form of an entry follows from its record: one editor for all of them."""

from __future__ import annotations

import pytest

from exchange.errors import NotFoundError
from exchange.exchanges.fields import fields
from exchange.exchanges.records import RECORDS
from exchange.words import say


def by_name(kind, language="en"):
    return {field.name: field for field in fields(kind, language)}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_form_asks_for_every_field_of_its_record_once(kind):
    assert [field.name for field in fields(kind)] == list(RECORDS[kind].model_fields)
    assert all(str(field.label) for field in fields(kind))
    assert all(bool(field.choices) == (field.type == "choice") for field in fields(kind))


def test_types_follow_from_the_record():
    activity = by_name("activity")
    assert {name: field.type for name, field in activity.items()} == {
        "what": "text", "modality": "choice", "date": "date", "place": "text", "language": "choice",
        "cost": "number", "currency": "text", "paid_by": "choice"}
    assert by_name("objective")["what"].type == "long"
    assert by_name("learning_point")["owners"].type == "text"


def test_what_is_required_and_the_bounds_of_numbers_follow_from_the_record():
    benefit = by_name("benefit")
    assert [name for name, field in benefit.items() if field.required] == ["what", "side", "owner"]
    assert (benefit["chance"].low, benefit["chance"].high) == (0, 1)
    assert (by_name("rating")["level"].low, by_name("rating")["level"].high) == (1, 5)
    assert benefit["baseline"].low is None


def test_choices_keep_their_order_where_they_have_one():
    assert [value for value, _ in by_name("recommendation")["horizon"].choices] == ["short", "medium", "long"]
    assert [value for value, _ in by_name("module")["essential"].choices][-3:] == ["E8b", "E9", "E10"]


def test_terms_without_an_order_are_sorted_by_the_word_of_the_reader():
    for language in ("en", "es", "ar"):
        words = [say(word, language).casefold() for _, word in by_name("activity", language)["modality"].choices]
        assert words == sorted(words)


def test_languages_are_named_in_the_language_of_the_reader():
    assert dict(by_name("activity", "es")["language"].choices)["es"] == "español"
    assert dict(by_name("activity", "en")["language"].choices)["es"] == "Spanish"


def test_a_kind_that_does_not_exist_is_an_error():
    with pytest.raises(NotFoundError, match="poem"):
        fields("poem")
