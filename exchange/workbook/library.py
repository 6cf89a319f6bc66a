"""Lessons that arrive as a table, and the open library as a data package that others can read."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import InputError, StoreError
from exchange.imports.columns import Columns, read_map
from exchange.imports.grid import read_grid
from exchange.imports.lessons import read_lessons
from exchange.lessons import Lesson, of_row, row_of
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from exchange.workbook import Workbook

KEPT: Final = "lessons.columns"
"""The setting with the maps of columns that were given, by the heads of their tables."""

LICENCES: Final = {
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC BY-SA 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
}

TITLE: Final = "Lessons of cities on disaster resilience"

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "lesson_id": ("string", "Identifier of the lesson"),
    "title": ("string", "What it is called"),
    "language": ("string", "Language of the words, as BCP 47"),
    "city": ("string", "The city that tells it"),
    "country": ("string", "ISO 3166 code of three letters"),
    "population_band": ("string", "How large the city is"),
    "income_group": ("string", "World Bank income group of the country"),
    "year": ("integer", "When it was learnt"),
    "hazards": ("string", "Hazards, as ids of the Hazard Information Profiles of 2025, parted by semicolons"),
    "essentials": ("string", "The essentials that it is about, parted by semicolons"),
    "items": ("string", "The indicators that it is about, parted by semicolons"),
    "problem": ("string", "What was wrong"),
    "what_was_done": ("string", "What the city did"),
    "result": ("string", "What came of it"),
    "what_failed": ("string", "What did not work"),
    "preconditions": ("string", "What it needed, parted by semicolons"),
    "cost_band": ("string", "What it cost, in US dollars"),
    "duration_months": ("integer", "How long it took"),
    "staff": ("string", "How many people it took"),
    "mandate": ("string", "Who had to decide"),
    "government": ("string", "How the city was governed"),
    "stakeholders": ("string", "Who took part, parted by semicolons"),
    "evidence": ("string", "Where it can be looked up, parted by semicolons"),
    "source": ("string", "Where the lesson comes from"),
    "licence": ("string", "Under which terms it may be used"),
    "demo": ("boolean", "Whether it is fictional"),
}
"""Columns of the open table. Persons to ask stay out of it: they agreed to be named inside the network."""


def take_in(workbook: Workbook, file: Path, map_file: Path | None, network: str) -> tuple[Text, ...]:
    """Bring a table of lessons into the library; return what was done, and what was left out.

    A map that is given is kept, and used again for the next table with the same heads.
    """
    store, viewer = workbook.store, workbook.viewer
    networks = {row["network_id"]: row for row in rows_of(store.networks(viewer))}
    if network and (network not in networks or networks[network]["demo"]):
        raise InputError.at(f"network {network}", "it is not there, or it is fictional",
                            f"Use one of {', '.join(name for name, row in networks.items() if not row['demo'])}, "
                            "or leave --network out.")
    kept = store.setting(viewer, KEPT) or {}
    heads = _heads(file)
    columns = read_map(map_file) if map_file else Columns.of(kept[heads], KEPT) if heads in kept else None
    found = read_lessons(file, columns)
    known = set(store.cities(viewer)["city_id"])
    rows = [row_of(_placed(lesson, known), network or None) for lesson in found.lessons]
    store.load(viewer, {"lesson": rows})
    said = [count("{n} lesson is in the library.", "{n} lessons are in the library.", len(rows))]
    if map_file is not None and columns is not None and kept.get(heads) != columns.kept():
        store.put_setting(viewer, KEPT, {**kept, heads: columns.kept()})
        said.append(text("The map of columns is kept for the next table with the same heads."))
    elif heads in kept and map_file is None:
        said.append(text("The map of columns that was kept from the last time was used."))
    return (*said, *found.report)


def _heads(file: Path) -> str:
    return sha256("\x1f".join(read_grid(file).heads).encode()).hexdigest()[:16]


def _placed(lesson: Lesson, known: set[str]) -> Lesson:
    """Return a lesson that names a city of the record only."""
    return lesson if lesson.city_id in known else lesson.model_copy(update={"city_id": None})


def package(workbook: Workbook, folder: Path) -> tuple[Text, ...]:
    """Write all public lessons as a Frictionless data package, with a description that data portals harvest.

    Lessons for partner cities only and restricted ones never leave, whoever asks.
    """
    rows = [row for row in workbook.store.lessons(workbook.viewer) if row["demo"] == workbook.fictional]
    lessons = sorted((of_row(row) for row in rows if row["sensitivity"] == "public"), key=lambda one: one.lesson_id)
    table = _table(lessons)
    files = {
        "lessons.csv": table,
        "datapackage.json": _json(_description(lessons, table, workbook)),
        "dataset.jsonld": _json(_linked(lessons, workbook)),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode())
    except OSError as error:
        raise StoreError.at(str(folder), f"it cannot be written ({error.strerror})",
                            "Name a folder in which you may write.") from error
    stayed = len(rows) - len(lessons)
    said = [count("{n} lesson was written to {folder}.", "{n} lessons were written to {folder}.", len(lessons),
                  folder=folder.name)]
    if stayed:
        said.append(count("{n} lesson is not public and stayed.", "{n} lessons are not public and stayed.", stayed))
    return tuple(said)


def _table(lessons: list[Lesson]) -> str:
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, list(_FIELDS), lineterminator="\n")
    writer.writeheader()
    for lesson in lessons:
        whole = lesson.model_dump(mode="json")
        whole["evidence"] = [f"{one['title']} {one['link']}".strip() for one in whole["evidence"]]
        writer.writerow({name: _cell(whole[name]) for name in _FIELDS})
    return page.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    words = "; ".join(map(str, value)) if isinstance(value, list) else value
    # A spreadsheet would run it as a formula.
    return f"'{words}" if isinstance(words, str) and words[:1] in {"=", "+", "-", "@"} else words


def _description(lessons: list[Lesson], table: str, workbook: Workbook) -> dict[str, Any]:
    schema = {"fields": [{"name": name, "type": kind, "description": meaning}
                         for name, (kind, meaning) in _FIELDS.items()],
              "primaryKey": ["lesson_id"], "missingValues": [""]}
    schema["fields"][0]["constraints"] = {"required": True, "unique": True}  # type: ignore[index]
    raw = table.encode()
    return {
        "profile": "tabular-data-package", "name": "city-lessons", "title": TITLE,
        "description": _about(workbook), "version": workbook.today().isoformat(),
        "created": workbook.store.now().isoformat(timespec="seconds"),
        "keywords": ["disaster risk reduction", "resilience", "cities", "lessons learned"],
        "licenses": _licences(lessons),
        "sources": [{"title": source} for source in sorted({lesson.source for lesson in lessons})],
        "resources": [{"name": "lessons", "path": "lessons.csv", "profile": "tabular-data-resource", "format": "csv",
                       "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(raw),
                       "hash": f"sha256:{sha256(raw).hexdigest()}", "schema": schema}],
    }


def _about(workbook: Workbook) -> str:
    words = "What cities met, did and learnt, with the circumstances that decide whether a lesson travels."
    return f"{words} Demo data, fictional." if workbook.fictional else words


def _licences(lessons: list[Lesson]) -> list[dict[str, str]]:
    """Return each licence with how often it is used in its title; a licence of a row stands in the row."""
    found = []
    for name, n in sorted(Counter(lesson.licence for lesson in lessons).items()):
        key, path = LICENCES.get(name, ("other", ""))
        found.append({"name": key, "title": f"{name} ({n} lessons)", **({"path": path} if path else {})})
    return found or [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": LICENCES["CC BY 4.0"][1]}]


def _linked(lessons: list[Lesson], workbook: Workbook) -> dict[str, Any]:
    """Return the description as schema.org and DCAT have it, for portals and search engines."""
    licence = sorted({LICENCES.get(lesson.licence, ("", lesson.licence))[1] for lesson in lessons})
    file = {"contentUrl": "lessons.csv", "encodingFormat": "text/csv", "dcat:downloadURL": "lessons.csv",
            "dcat:mediaType": "text/csv", "@type": ["DataDownload", "dcat:Distribution"]}
    years = sorted(lesson.year for lesson in lessons if lesson.year)
    return {
        "@context": ["https://schema.org", {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}],
        "@type": ["Dataset", "dcat:Dataset"], "name": TITLE, "dct:title": TITLE, "description": _about(workbook),
        "inLanguage": sorted({lesson.language for lesson in lessons}), "license": licence,
        "dct:license": licence, "dateModified": workbook.today().isoformat(),
        "creditText": "; ".join(sorted({lesson.source for lesson in lessons})),
        "spatialCoverage": sorted({lesson.country for lesson in lessons if lesson.country}),
        **({"temporalCoverage": f"{years[0]}/{years[-1]}"} if years else {}),
        "variableMeasured": list(_FIELDS), "distribution": [file], "dcat:distribution": [file],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
