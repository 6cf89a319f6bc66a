"""What local governments add to the names of their cities: "City of", "Municipalidad de", "stad", "市"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from exchange.cities.spelling import key, words

Kind = Literal["", "area", "city", "town", "village"]
"""What the words around a name say it is: an area wider than a city, a city, a town, a village, or nothing certain."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(map(key, listed.split()))


_AREAS: Final = _set("""
    area agglomeration canton combined comarca communaute condado county departamento departement grand gran
    intercommunal intermunicipal kabupaten kreis landkreis mancomunidad metropole novads oblast prefecture province
    provincia rajono regency regiao region regional shire state territory
    محافظة ولاية منطقة область район
""")
"""Words that speak of more than one city: what they were taken from is never an answer, only a candidate."""

_ORGANS: Final = _set("""
    administration administrative assembly authority corporation council executive government govt local municipal
    municipality peoples unit
    alcaldia ayuntamiento autonomo cabildo concejo distrital distrito gad gobierno honorable ilustre intendencia
    municipalidad municipio presidencia provincial camara governo prefeitura
    ajuntament concello udala mairie municipalite comune gemeinde gemeente kommun kommune kunta
    dimos bashkia belediyesi buyuksehir primaria municipiul municipiului obec obcina obshtina opcina savivaldybe
    miesto pasvaldiba valstspilsetas linnavalitsus magistrat urzad bandaraya majlis pemerintah perbandaran
    администрация муниципалитет мэрия δημος بلدية أمانة עיריית เทศบาล नगर निगम
""")
_PLACES: Final = _set("""
    city town township village borough district greater historic metropolitan royal special capital
    ciudad cidade ville commune citta capitale metropolitana metropolitano stadt stad by grad mesto miasto
    estancia turistica climatica hidromineral hauptstadt landeshauptstadt bundeshauptstadt hanse hansestadt freie
    universitatsstadt stoleczne hlavni statutarni mestna stolichna oras orasul linn kaupunki kota bandar thanh pho
    muang shi cho machi mura город місто مدينة עיר เมือง นคร
""")
_ADDED: Final = _ORGANS | _PLACES | _AREAS
_LINKS: Final = _set("of de d di du da do dos das del della dello dei degli dell des van und and y e")
_THE: Final = ("the", "la", "le", "el")
_ARTICLES: Final = {"della": "la", "du": "le", "des": "les"}
"""Links that may have swallowed the first word of the name: Comune della Spezia is La Spezia."""

_GLUED: Final = re.compile(
    "(?<=..)(?:市人民政府|市政府|市役所|特别市|特別市|直辖市|直轄市|市|区|區|町|村|縣|县|府|都"
    "|특별자치시|특별시|광역시|시|군)$"
)
"""Endings that are written without a space. Two characters of the name must be left before them."""

_BETWEEN: Final = re.compile(r"\s*[/&–]\s*|(?<=\w)-(?=\w)|\s(?:and|y|e|et|und)\s")
"""What stands between two names."""

_ENDINGS: Final = {
    "DEU": (("s", ""),), "DNK": (("s", ""),), "NOR": (("s", ""),), "SWE": (("s", ""),),
    "FIN": (("gin", "ki"), ("een", "e"), ("den", "ti"), ("run", "rku"), ("n", "")),
    "GRC": (("aion", "a"), ("on", "es")),
    "ISL": (("urborg", ""), ("arbaer", "i"), ("baer", "")),
    "LTU": (("iu", "iai"), ("io", "ys"), ("io", "is"), ("aus", "us"), ("os", "a"), ("es", "e"), ("o", "as")),
    "LVA": (("as", "a"), ("es", "e")),
}
"""How names change before the word for city, by country, and their own ending: Helsingin kaupunki is Helsinki."""

_PEOPLE: Final[dict[Kind, tuple[float, float]]] = {"village": (0, 50_000), "town": (0, 150_000)}
_PEOPLE_IN_JAPAN: Final[dict[Kind, tuple[float, float]]] = {
    "village": (0, 45_000), "town": (0, 52_000), "city": (15_000, float("inf")),
}
"""Least and most people of a place that calls itself so. Japan has laws for it: a town may become a city from 50,000
people on, its largest village has 41,000, and few cities have shrunk below 15,000. Elsewhere "city" says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name.

    Parameters
    ----------
    keys
        Spellings (`spelling.key`) that are looked for together.
    kind
        What the words that were taken off say that it is.
    within
        What the words that were left say; it counts unless they are the first name of a place, as Grand Rapids is.
    """

    keys: tuple[str, ...]
    kind: Kind
    within: Kind


def read(name: str, country: str | None = None) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """Take a name apart.

    Parameters
    ----------
    name
        As people or files write it.
    country
        ISO 3166-1 alpha-3 code: it decides on some words.

    Returns
    -------
    tuple
        The readings, the most literal first: a later one counts only when no earlier one is known. And what stood
        after a comma or in brackets: ``"Durham, NC"`` has ``"NC"``.
    """
    bare, tails = _apart(name)
    return tuple(_readings(words(bare), country)), tails


def halves(name: str) -> tuple[str, ...]:
    """Return the names in "Jbail-Byblos", "Bolzano/Bozen" or "Brighton & Hove", each with what stood in brackets."""
    bare, tails = _apart(name)
    parts = [part.strip() for part in _BETWEEN.split(bare) if words(part)]
    return tuple(", ".join((part, *tails)) for part in parts) if len(parts) > 1 else ()


def _apart(name: str) -> tuple[str, tuple[str, ...]]:
    tails = re.findall(r"[(（](.+?)[)）]", name)
    bare, *after = re.split(r"[,،、]", re.sub(r"[(（].*?[)）]", " ", name))
    named = [part.strip() for part in (bare, *after, *tails) if words(part)]
    return (named[0], tuple(named[1:])) if named else ("", ())


def short(name: str) -> set[str]:
    """Return the keys by which a name in the gazetteer is also known: without 市 or a leading "Ciudad"."""
    parts = words(name)
    if parts[:1] == ["ciudad"] and len(parts) > 1:
        parts = parts[2:] if parts[1] in ("de", "del") else parts[1:]
    return {_GLUED.sub("", "".join(parts))} - {""}


def forms(readings: tuple[Reading, ...], country: str | None) -> tuple[tuple[Reading, str], ...]:
    """Return readings for the names behind inflected ones, with their countries: "stockholms" is "stockholm" in SWE.

    Parameters
    ----------
    readings
        From `read`.
    country
        ISO 3166-1 alpha-3 code; None for all countries that inflect names.
    """
    endings = _ENDINGS if country is None else {country: _ENDINGS.get(country, ())}
    return tuple(
        (replace(reading, keys=tuple(k[: -len(old)] + new for k in reading.keys if k.endswith(old))), land)
        for land, pairs in endings.items() for reading in readings for old, new in pairs
    )


def fits(kind: Kind, people: int, country: str) -> bool:
    """Return whether a place of so many people in a country (ISO 3166-1 alpha-3) may call itself that."""
    kinds = _PEOPLE_IN_JAPAN if country == "JPN" else _PEOPLE
    least, most = kinds.get(kind, (0, float("inf")))
    return least <= people <= most


def _readings(parts: list[str], country: str | None) -> list[Reading]:
    """Take words off both ends, as few as possible first."""
    ways = [(front, back) for front in _fronts(parts) for back in _backs(parts, country) if front + back < len(parts)]
    found = []
    for front, back in sorted(ways, key=sum):
        left = parts[front : len(parts) - back]
        if front and _ADDED.union(_LINKS).issuperset(left):
            continue  # "City of" names no city, though there is a town called Of
        off, rest = parts[:front] + parts[len(parts) - back :], "".join(left)
        article = _ARTICLES.get(parts[front - 1], "") if front else ""
        ciudad = "ciudad" + rest if "ciudad" in off else rest  # Ciudad de Juárez is written Ciudad Juárez
        keys = (article + rest, ciudad, rest, _GLUED.sub("", rest))
        found.append(Reading(tuple(dict.fromkeys(keys)), _kind(off), _kind(left)))
    return found


def _fronts(parts: list[str]) -> list[int]:
    off = [0]
    for count, word in enumerate(parts, 1):
        article = word in _THE and _ADDED.intersection(parts[count : count + 1])  # the City of, de la Ciudad de
        if not (word in _ADDED or article or (word in _LINKS and count > 1)):
            break
        off.append(count)
    return off


def _backs(parts: list[str], country: str | None) -> list[int]:
    if parts[-1:] == ["city"] and country in ("USA", "CAN"):
        return [0]  # Park City is not Park
    off = [0]
    for count, word in enumerate(reversed(parts), 1):
        if word not in _ADDED:
            break
        off.append(count)
    return off


_KINDS: Final[tuple[Kind, ...]] = ("village", "town", "city")


def _kind(off: list[str]) -> Kind:
    """Return what the words taken off say; "Greater" alone and an Italian metropolitan city are wider than a city."""
    said = set(off)
    if {"city", "and", "county"} <= said or {"special", "administrative"} <= said:
        return ""
    if said & _AREAS or {"citta", "metropolitana"} <= said or said == {"greater"}:
        return "area"
    for kind in _KINDS:
        if kind in said:
            return kind
    return ""
