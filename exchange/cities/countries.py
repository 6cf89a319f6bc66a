"""The countries that cities belong to: codes, names, region, income group and the languages spoken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, UnknownLocaleError

from exchange.cities.spelling import key
from exchange.paths import DATA
from exchange.words import Text, supported, text

if TYPE_CHECKING:
    from collections.abc import Mapping

REGIONS: Final = {
    "Africa": text("Africa"),
    "Americas": text("Americas"),
    "Asia": text("Asia"),
    "Europe": text("Europe"),
    "Oceania": text("Oceania"),
}
"""Regions of UN M49, as stored and as shown."""


@dataclass(frozen=True)
class _CountryName(Text):
    """A country's name in a sentence: each language has its own."""

    names: tuple[tuple[str, str], ...] = ()

    def said(self, language: str = "en") -> str:
        return dict(self.names).get(supported(language), self.template)


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory.

    Parameters
    ----------
    iso3, iso2
        ISO 3166-1 codes; Kosovo has the user-assigned XKX and XK.
    m49
        United Nations M49 number, None where there is none.
    names
        Its name by language: en, es, fr, ar, ru, zh where known.
    region, subregion
        Of UN M49, in English; empty where there is none.
    income_group
        Of the World Bank: low, lower_middle, upper_middle, high, or None where it is not classified.
    languages
        BCP 47 tag to the share of people who use it, 0 to 1. Shares overlap: many people use several.
    """

    iso3: str
    iso2: str
    m49: int | None
    names: Mapping[str, str]
    region: str
    subregion: str
    income_group: str | None
    languages: Mapping[str, float]

    @property
    def name(self) -> str:
        """Its English name."""
        return self.names["en"]

    @property
    def label(self) -> Text:
        """Its name as a text, for sentences in any language."""
        return _CountryName(self.name, names=tuple(self.names.items()))

    def said(self, language: str = "en") -> str:
        """Return its name in a language of the interface."""
        return self.label.said(language)

    def __str__(self) -> str:
        return self.name


@cache
def countries() -> Mapping[str, Country]:
    """Return all countries by their ISO 3166-1 alpha-3 code."""
    return MappingProxyType({code: _country(code, row) for code, row in _file().items()})


def find_country(name: str) -> Country | None:
    """Return the country meant by a name or code, or None.

    Parameters
    ----------
    name
        A name in English, Spanish, French, Arabic, Russian, Chinese or Portuguese, an ISO 3166-1 code of two or
        three letters, or an official style such as ``"Bolivia (Plurinational State of)"``.
    """
    code = _codes().get(name.strip().upper()) or _named().get(key(name))
    return countries().get(code or "")


def languages(iso3: str) -> Mapping[str, float]:
    """Return who speaks what in a country: BCP 47 tag to share of people, 0 to 1; empty for an unknown country."""
    country = countries().get(iso3)
    return country.languages if country else MappingProxyType({})


def language_name(tag: str, language: str = "en") -> str:
    """Return what people of `language` call the language `tag` (BCP 47); the tag itself where we have no name."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(supported(language)) or tag
    except (UnknownLocaleError, ValueError):
        known: Mapping[str, str] = Locale.parse(supported(language)).languages
        return known.get(tag.split("-", maxsplit=1)[0], tag)


def region_name(region: str) -> Text:
    """Return a region of UN M49 in words that can be said in any language."""
    return REGIONS.get(region) or text("{region}", region=region)


@cache
def _file() -> dict[str, dict[str, Any]]:
    with (DATA / "countries.json").open(encoding="utf-8") as file:
        loaded: dict[str, dict[str, Any]] = json.load(file)["countries"]
    return loaded


def _country(code: str, row: Mapping[str, Any]) -> Country:
    return Country(
        iso3=code, iso2=row["iso2"], m49=row["m49"], names=MappingProxyType(row["names"]), region=row["region"],
        subregion=row["subregion"], income_group=row["income_group"], languages=MappingProxyType(row["languages"]),
    )


@cache
def _codes() -> dict[str, str]:
    return {code: c.iso3 for c in countries().values() for code in (c.iso2, c.iso3)}


@cache
def _named() -> dict[str, str]:
    return {name: code for code, row in _file().items() for name in row["also"]}
