"""Every sentence can be said in every language that we speak, with its values where they belong."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from babel.messages.pofile import read_po

from exchange.locale import collect
from exchange.words import LANGUAGES, count, direction, say, supported, text

OTHERS = [language for language in LANGUAGES if language != "en"]


def catalogue(language):
    with collect.path(language).open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def sentences():
    return {message.id for message in collect.template() if message.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_code_and_the_notebooks_is_in_the_catalogue(language, sentences):
    known = {message.id for message in catalogue(language) if message.id}
    assert not sentences - known, "run make messages"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language):
    assert collect.missing(catalogue(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_values_of_its_sentence(language):
    for message in catalogue(language):
        if not message.id or not message.string:
            continue
        one = isinstance(message.id, str)
        allowed = set(re.findall(r"\{(\w+)\}", message.id if one else " ".join(message.id)))
        for said in [message.string] if one else message.string:
            found = set(re.findall(r"\{(\w+)\}", said))
            assert (found == allowed) if one else (found <= allowed), message.id


def test_lists_numbers_and_days_are_said_in_the_manner_of_the_language():
    assert say([1200, "a"], "en") == "1,200 and a"
    assert say(1200.5, "es") in {"1200,5", "1.200,5"}
    assert say(dt.date(2026, 11, 23), "es") == "23 de noviembre de 2026"
    assert say(-0.6, "ar").startswith("\u200e")
    assert say(None) == ""


def test_a_sentence_counts_as_its_language_does():
    cities = [count("{n} city", "{n} cities", n).said() for n in (1, 2)]
    assert cities == ["1 city", "2 cities"]


def test_a_text_in_a_text_is_said_in_the_same_language():
    outer = text("{who}: {what}", who=text("learner"), what="x")
    assert outer.said() == "learner: x"


def test_an_unknown_language_falls_back_to_english_and_direction_follows_the_script():
    assert supported("xx-YY") == "en"
    assert supported("es-MX") == "es"
    assert [direction(tag) for tag in ("ar", "en", "fa-IR")] == ["rtl", "ltr", "rtl"]
