"""What threatens cities: the hazards of the UNDRR-ISC Hazard Information Profiles, and who else calls them what.

Identifiers belong to an edition ("MH0600" is flooding in the edition of 2025); store `EDITION` with them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from exchange.errors import NotFoundError
from exchange.paths import DATA
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping

EDITION: Final = "2025"
"""The edition of the profiles that we ship."""

SAME_HAZARD, SAME_CLUSTER, SAME_KIND = 1.0, 0.4, 0.1
"""How alike two hazards are at each level of the classification. A hypothesis, the same that matching makes: two kinds
of flood share much of what a city must do, a storm and a heatwave a little."""

KINDS: Final = {
    "meteorological_hydrological": text("weather and water"),
    "extraterrestrial": text("from space"),
    "geological": text("geological"),
    "environmental": text("environmental"),
    "chemical": text("chemical"),
    "biological": text("biological"),
    "technological": text("technological"),
    "societal": text("societal"),
}
"""The eight kinds of hazards, as stored and as shown."""

Source = Literal["cdp", "ifrc"]
Crosswalk: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""What others call a hazard, and its identifiers here."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard.

    Parameters
    ----------
    hazard_id
        Its identifier in the profiles, such as ``"MH0600"``.
    label
        Its name. The hazards that cities report most can be translated, the others are shown in English.
    kind
        One of `KINDS`.
    cluster
        Its group within the kind, in English.
    edition
        Edition of the profiles that the identifier belongs to.
    """

    hazard_id: str
    label: Text
    kind: str
    cluster: str
    edition: str = EDITION


@cache
def load() -> Mapping[str, Hazard]:
    """Return all hazards by their identifier, in its order."""
    rows = _rows("hazards.csv")
    return MappingProxyType({row["hazard_id"]: Hazard(
        row["hazard_id"], LABELS.get(row["hazard_id"]) or text("{label}", label=row["label"]), row["kind"],
        row["cluster"], row["edition"]) for row in rows})


def get(hazard_id: str) -> Hazard:
    """Return a hazard by its identifier.

    Raises
    ------
    NotFoundError
        When the edition has none of this identifier.
    """
    found = load().get(hazard_id)
    if found is None:
        raise NotFoundError.at(f"hazard {hazard_id}", f"the profiles of {EDITION} have no such identifier",
                               "Use one such as MH0600 (flooding); older editions had other identifiers.")
    return found


def similarity(a: str, b: str) -> float:
    """Return how alike two hazards are, 0 to 1: the same, of one cluster, of one kind, or nothing in common.

    Parameters
    ----------
    a, b
        Identifiers.

    Raises
    ------
    NotFoundError
        When one of them is not in the edition.
    """
    one, other = get(a), get(b)
    if one.hazard_id == other.hazard_id:
        return SAME_HAZARD
    if (one.kind, one.cluster) == (other.kind, other.cluster):
        return SAME_CLUSTER
    return SAME_KIND if one.kind == other.kind else 0.0


@cache
def crosswalk(source: Source) -> Crosswalk:
    """Return what each hazard label of another vocabulary is called here.

    Parameters
    ----------
    source
        ``"cdp"``: CDP Cities 2021, 36 labels. ``"ifrc"``: operational learning of IFRC, 17 labels.

    Returns
    -------
    Mapping
        Label to identifiers: several where the label is broader than any one hazard, none where the profiles have no
        such hazard (population movement, for example, is a consequence). The files say for each how well it fits.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows(f"crosswalk_{source}_hazards.csv"):
        named = (row["hazard_id"],) if row["hazard_id"] else ()
        found[row["label"]] = (*found.get(row["label"], ()), *named)
    return MappingProxyType(found)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LABELS: Final = {
    "BI0101": text("airborne diseases"),
    "BI0103": text("diarrhoeal diseases"),
    "BI0108": text("diseases carried by insects and other vectors"),
    "BI0110": text("waterborne diseases"),
    "BI0204": text("cholera"),
    "BI0207": text("dengue"),
    "BI0401": text("insect pests"),
    "EN0103": text("air pollution"),
    "EN0205": text("wildfires"),
    "EN0302": text("saltwater intrusion"),
    "EN0401": text("ocean acidification"),
    "EN0402": text("sea level rise"),
    "GH0101": text("earthquake"),
    "GH0201": text("lava flows"),
    "GH0202": text("volcanic ash"),
    "GH0203": text("pyroclastic flows"),
    "GH0204": text("lahars"),
    "GH0205": text("volcanic gases"),
    "GH0300": text("landslide"),
    "GH0301": text("rockfall"),
    "GH0304": text("mudslide"),
    "GH0307": text("liquefaction"),
    "GH0309": text("subsidence"),
    "GH0405": text("coastal erosion"),
    "MH0102": text("lightning"),
    "MH0103": text("thunderstorm"),
    "MH0202": text("fog"),
    "MH0205": text("smoke"),
    "MH0301": text("strong wind"),
    "MH0305": text("tornado"),
    "MH0307": text("storm outside the tropics"),
    "MH0309": text("tropical cyclone"),
    "MH0401": text("drought"),
    "MH0402": text("heavy rain"),
    "MH0404": text("hail"),
    "MH0405": text("heavy snow"),
    "MH0406": text("snowstorm"),
    "MH0501": text("heatwave"),
    "MH0502": text("cold wave"),
    "MH0504": text("freeze"),
    "MH0506": text("freezing rain"),
    "MH0600": text("flooding"),
    "MH0601": text("coastal flooding"),
    "MH0603": text("flash flooding"),
    "MH0604": text("river flooding"),
    "MH0605": text("groundwater flooding"),
    "MH0606": text("surface water flooding"),
    "MH0703": text("storm surge"),
    "MH0705": text("tsunami"),
    "MH0801": text("avalanche"),
    "SO0103": text("civil unrest"),
    "TL0105": text("attack on a supply chain"),
    "TL0205": text("dam failure"),
    "TL0207": text("failure of critical infrastructure"),
    "TL0209": text("power outage"),
    "TL0210": text("failure of the water supply"),
    "TL0305": text("fire"),
    "TL0401": text("air accident"),
    "TL0403": text("maritime accident"),
    "TL0404": text("rail accident"),
    "TL0405": text("road accident"),
}
"""Our words for the hazards that the crosswalks and the demo use; every one can be translated."""
