"""Build the reference data that we ship: cities, their names, countries, hazards, and the outline of the land.

Run it again when a source has a new edition::

    pip install -e ".[reference]"
    python data/build_reference.py --hips hips_2025.json --land land-10m.json

`--hips`: the Hazard Information Profiles as JSON (nodes with identifier, label, typeName, clusterName), as served by
PreventionWeb. `--land`: Natural Earth's 1:10m land as TopoJSON, the file land-10m.json of the npm package world-atlas 2
(``npm pack world-atlas@2``). Without one of them the files made from it stay as they are. README.md beside this script
says what each file holds and whom to thank.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale
from babel.core import get_global
from build_cities import build_cities, build_names
from build_land import coastline, outline, read_land

from exchange.cities.spelling import key

HERE = Path(__file__).parent
Row = dict[str, Any]

LANGUAGES = ("en", "es", "fr", "ar", "pt", "ru", "zh")

WRITTEN = {
    "TWN": ("Taiwan, Greater China", "Chinese Taipei"),
    "HKG": ("Hong Kong, China", "Hong Kong SAR"),
    "MAC": ("Macau", "Macao SAR"),
    "PSE": ("Palestine", "Palestinian Territories"),
    "CIV": ("Ivory Coast",),
    "COD": ("DR Congo", "DRC", "Congo, Democratic Republic of the"),
    "COG": ("Republic of the Congo", "Congo-Brazzaville"),
    "KOR": ("South Korea", "Korea, Republic of"),
    "PRK": ("North Korea",),
    "GBR": ("Great Britain", "England", "Scotland", "Wales", "Northern Ireland", "U.K."),
    "USA": ("United States", "U.S.A.", "U.S.", "EEUU", "EE. UU."),
    "TUR": ("Turkey", "Türkiye"),
    "CZE": ("Czech Republic",),
    "SWZ": ("Swaziland",),
    "MKD": ("Macedonia",),
    "MMR": ("Burma",),
    "CPV": ("Cape Verde",),
    "TLS": ("East Timor",),
    "NLD": ("Holland", "The Netherlands"),
    "VAT": ("Vatican",),
    "RUS": ("Russia",),
    "IRN": ("Iran",),
    "SYR": ("Syria",),
    "LAO": ("Laos",),
    "TZA": ("Tanzania",),
    "VNM": ("Vietnam",),
    "BOL": ("Bolivia",),
    "VEN": ("Venezuela",),
    "FSM": ("Micronesia",),
    "MDA": ("Moldova",),
    "ARE": ("UAE", "Emirates"),
}
"""Ways to write a country's name that no source has."""

TAXONOMY_NAMES = (
    "Preferred Term", "ISO Alt Term", "DGACM Alt Term", "English Short", "French Short", "Spanish Short",
    "English Formal", "M49 English", "M49 French", "M49 Spanish", "M49 Russian", "M49 Chinese", "M49 Arabic",
)
INCOME = {"Low": "low", "Lower middle": "lower_middle", "Upper middle": "upper_middle", "High": "high"}


def build_countries() -> dict[str, Row]:
    """Return the countries by ISO 3166-1 alpha-3 code."""
    made = {}
    for row in _taxonomy():
        code = row["ISO 3166-1 Alpha 3-Codes"] or row["x Alpha3 codes"]
        iso2 = row["ISO 3166-1 Alpha 2-Codes"] or row["x Alpha2 codes"]
        if not iso2 or row["Deprecated"] == "Y" or not _in_cldr(iso2):
            continue
        made[code] = {
            "iso2": iso2,
            "m49": int(row["m49 numerical code"]) if row["m49 numerical code"] else None,
            "names": {tag: Locale(tag).territories[iso2] for tag in LANGUAGES},
            "region": row["Region Name"],
            "subregion": row["Intermediate Region Name"] or row["Sub-region Name"],
            "income_group": INCOME.get(row["World Bank Income Level"]),
            "languages": _languages(iso2),
            "also": _spellings(code, iso2, row),
        }
    _drop_shared(made)
    return dict(sorted(made.items()))


def _taxonomy() -> list[dict[str, str]]:
    folder = resources.files("hdx.location")
    file = next(path for path in folder.iterdir() if path.name.endswith("C&T Taxonomy.csv"))
    with file.open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _in_cldr(iso2: str) -> bool:
    return iso2 in Locale("en").territories


def _languages(iso2: str) -> dict[str, float]:
    spoken = get_global("territory_languages").get(iso2, {})
    shares = {tag.replace("_", "-"): round(known["population_percent"] / 100, 4) for tag, known in spoken.items()
              if tag != "und" and (known["population_percent"] >= 0.1 or known["official_status"] == "official")}
    return dict(sorted(shares.items(), key=lambda share: (-share[1], share[0])))


def _spellings(code: str, iso2: str, row: dict[str, str]) -> list[str]:
    names = {row[column] for column in TAXONOMY_NAMES} | set(WRITTEN.get(code, ()))
    names |= {Locale(tag).territories[iso2] for tag in LANGUAGES}
    known = pycountry.countries.get(alpha_3=code)
    if known:
        names |= {known.name, getattr(known, "official_name", ""), getattr(known, "common_name", "")}
    names |= {re.sub(r"\s*\(.*?\)", "", name) for name in names}
    return sorted({key(name) for name in names} - {""})


def _drop_shared(made: dict[str, Row]) -> None:
    """Drop the spellings that two countries share: they name neither."""
    owners = defaultdict(set)
    for code, row in made.items():
        for spelling in row["also"]:
            owners[spelling].add(code)
    for code, row in made.items():
        first = key(row["names"]["en"])
        row["also"] = [s for s in row["also"] if owners[s] == {code} or s == first]


def build_hazards(hips: Path) -> list[Row]:
    """Return the hazards of the 2025 edition: id, label, kind and cluster."""
    nodes = json.loads(hips.read_text(encoding="utf-8"))["nodes"]
    return [{"hazard_id": node["identifier"], "label": " ".join(node["label"].replace("Nitr ate", "Nitrate").split()),
             "kind": KINDS[node["typeName"]], "cluster": node["clusterName"], "edition": "2025"}
            for node in sorted(nodes, key=lambda node: node["identifier"])]


KINDS = {
    "Meteorological and Hydrological": "meteorological_hydrological", "Extraterrestrial": "extraterrestrial",
    "Geological": "geological", "Environmental": "environmental", "Chemical": "chemical", "Biological": "biological",
    "Technological": "technological", "Societal": "societal",
}


def _read_gz(name: str) -> list[dict[str, str]]:
    path = HERE / name
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write_gz(name: str, lines: str) -> None:
    """Write text so that the same content gives the same bytes: no time and no name in the header."""
    with (HERE / name).open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(lines.encode())


def _csv(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> None:
    """Write the files beside this script, and say how large they are."""
    parser = argparse.ArgumentParser(description="Build the reference data that the workbook ships.")
    parser.add_argument("--hips", type=Path, help="Hazard Information Profiles, JSON")
    parser.add_argument("--land", type=Path, help="Natural Earth land 1:10m, TopoJSON (land-10m.json of world-atlas)")
    asked = parser.parse_args()
    rings = read_land(asked.land) if asked.land else None
    countries = build_countries()
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(row, ensure_ascii=False)}" for code, row in countries.items())
    (HERE / "countries.json").write_text(f'{{"countries": {{\n{lines}\n}}}}\n', encoding="utf-8")
    known = {row["city_id"]: row["coast_km"] for row in _read_gz("cities.csv.gz")}
    cities = build_cities(countries, coastline(rings) if rings else None, known)
    _write_gz("cities.csv.gz", _csv(cities))
    _write_gz("city_names.txt.gz", "".join("\t".join(row) + "\n" for row in build_names(cities, countries)))
    if asked.hips:
        (HERE / "hazards.csv").write_text(_csv(build_hazards(asked.hips)), encoding="utf-8")
    if rings:
        land = ",\n".join(json.dumps(steps, separators=(",", ":")) for steps in outline(rings))
        (HERE / "land.json").write_text(f"[{land}]\n", encoding="utf-8")
    for name in ("cities.csv.gz", "city_names.txt.gz", "countries.json", "hazards.csv", "land.json"):
        print(f"{name}: {(HERE / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
