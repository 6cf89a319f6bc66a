"""A city's answers as a Frictionless data package: tables and what they mean, for any program, out and back in."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from exchange.errors import InputError
from exchange.imports.answers import COLUMNS, Given, taken, written
from exchange.imports.limits import checked_file, checked_zip, unpacked
from exchange.imports.tables import parse_csv, write_csv
from exchange.instruments import Instrument
from exchange.instruments.files import parsed_json
from exchange.instruments.reading import built, plain_content
from exchange.vocabulary import CONFIDENCE, STATES

DESCRIPTOR, ANSWERS_FILE, QUESTIONS_FILE = "datapackage.json", "answers.csv", "questions.csv"
_PROFILE: Final = "data-package"
_QUESTIONS: Final = ("item", "section", "label", "question", "low", "high", "quantity", "unit")
_MEANING: Final = {
    "item": "the id of the question", "state": "answered, unknown, not_applicable or blank; blank is never a zero",
    "level": "the level on the scale of the questionnaire", "raw_value": "the number on which the level rests",
    "unit": "the unit of the number", "confidence": "how sure the city is", "note": "a sentence of explanation",
    "evidence": "pieces of evidence, as a JSON list of reference and sensitivity",
    "actions": "what the city means to do, as a JSON list of action, institution and timescale",
}


@dataclass(frozen=True)
class Package:
    """What a package holds.

    Parameters
    ----------
    city, round, instrument, version
        What the answers are about, as `datapackage.json` says it; empty where it says nothing.
    heads, rows
        The table of answers.
    questionnaire
        The questionnaire itself, where it is not a shipped one.
    """

    city: str
    round: str
    instrument: str
    version: str
    heads: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    questionnaire: Instrument | None = None

    def answers(self, instrument: Instrument) -> Given:
        """Return the answers, checked against the questionnaire; see `exchange.imports.answers.taken`."""
        return taken(instrument, self.heads, list(self.rows), ANSWERS_FILE)


def packed(instrument: Instrument, answers: Iterable[Mapping[str, Any]], *, city: Mapping[str, str],
           round_: str, created: str, demo: bool = False, own: bool = False) -> dict[str, bytes]:
    """Return the files of a package by their names.

    Parameters
    ----------
    instrument
        What was asked.
    answers
        One mapping an item; see `exchange.imports.answers.written`.
    city
        Its ``city_id``, ``name`` and ``country``.
    round_, created
        Of the assessment; an ISO moment.
    demo
        Whether all of it is fictional.
    own
        Whether the questionnaire is one that others may not have: it then travels with the answers.
    """
    descriptor = {
        "profile": _PROFILE, "name": re.sub(r"[^a-z0-9._-]+", "-", f"{instrument.name}-{city['city_id']}".lower()),
        "title": f"{instrument.title}: {city['name']}, round {round_}" + (" (demo data, fictional)" if demo else ""),
        "created": created, "version": "1",
        "exchange": {"instrument": instrument.name, "version": instrument.version, "round": round_, "demo": demo,
                     **city, **({"questionnaire": plain_content(instrument)} if own else {})},
        "resources": [_resource("answers", ANSWERS_FILE, _answer_fields(instrument)),
                      _resource("questions", QUESTIONS_FILE, _question_fields())],
    }
    if instrument.source:
        descriptor["sources"] = [{"title": instrument.source}]
    return {
        DESCRIPTOR: json.dumps(descriptor, ensure_ascii=False, indent=1).encode() + b"\n",
        ANSWERS_FILE: written(answers).encode(),
        QUESTIONS_FILE: write_csv(_QUESTIONS, list(map(dict, _questions(instrument)))).encode(),
    }


def _resource(name: str, path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "path": path, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
            "encoding": "utf-8", "dialect": {"lineTerminator": "\r\n"}, "schema": schema}


def _answer_fields(instrument: Instrument) -> dict[str, Any]:
    scale = instrument.scale
    kinds: dict[str, dict[str, Any]] = {
        "item": {"constraints": {"required": True, "enum": [item.id for item in instrument.items]}},
        "state": {"constraints": {"required": True, "enum": list(STATES)}},
        "level": {"type": "integer", "constraints": {"minimum": scale.min, "maximum": scale.max}},
        "raw_value": {"type": "number"}, "confidence": {"constraints": {"enum": list(CONFIDENCE)}},
    }
    fields = [{"name": name, "type": "string", "description": _MEANING[name], **kinds.get(name, {})}
              for name in COLUMNS]
    return {"fields": fields, "primaryKey": "item",
            "foreignKeys": [{"fields": "item", "reference": {"resource": "questions", "fields": "item"}}]}


def _question_fields() -> dict[str, Any]:
    numbers = {"low": "integer", "high": "integer"}
    return {"fields": [{"name": name, "type": numbers.get(name, "string")} for name in _QUESTIONS],
            "primaryKey": "item"}


def _questions(instrument: Instrument) -> Iterable[dict[str, str]]:
    for section in instrument.sections:
        for item in section.items:
            quantity = item.quantity
            yield {"item": item.id, "section": section.name, "label": item.label, "question": item.question,
                   "low": str(instrument.scale.min), "high": str(instrument.scale.max),
                   "quantity": (quantity.ask or "") if quantity else "", "unit": quantity.unit if quantity else ""}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a package in one zip file, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_package(path: Path) -> Package:
    """Return the answers in a package: a folder, its `datapackage.json`, or a zip file.

    Raises
    ------
    InputError
        When it is damaged, larger than the limits, or has no table of answers.
    """
    if path.name == DESCRIPTOR:
        path = path.parent
    files = _folder(path) if path.is_dir() else _zip(path)
    descriptor = parsed_json(f"{path.name}, {DESCRIPTOR}", _text(files[DESCRIPTOR], path.name))
    found = descriptor if isinstance(descriptor, dict) else {}
    resources = found.get("resources")
    _check_resources(resources if isinstance(resources, list) else [], path.name)
    about = found.get("exchange")
    about = about if isinstance(about, dict) else {}
    heads, rows = parse_csv(files[ANSWERS_FILE], f"{path.name}, {ANSWERS_FILE}")
    said = {name: value if isinstance(value := about.get(name), str) else ""
            for name in ("city_id", "round", "instrument", "version")}
    asked = built(about["questionnaire"], f"{path.name}, questionnaire") if about.get("questionnaire") else None
    if asked and (asked.name, asked.version) != (said["instrument"], said["version"]):
        raise InputError.at(f"{path.name}, questionnaire",
                            f"it is {asked.name} v{asked.version}, and the answers are to "
                            f"{said['instrument'][:40]} v{said['version'][:20]}", "Export the package again.")
    return Package(said["city_id"], said["round"], said["instrument"], said["version"], tuple(heads), tuple(rows),
                   asked)


def _check_resources(resources: list[object], place: str) -> None:
    paths = [part.get("path") for part in resources if isinstance(part, dict) and part.get("name") == "answers"]
    if paths != [ANSWERS_FILE]:
        raise InputError.at(f"{place}, {DESCRIPTOR}", "it does not describe a table of answers",
                            f"Give a package with the resource answers in {ANSWERS_FILE}.")


def _folder(path: Path) -> dict[str, bytes]:
    found = {}
    for name in (DESCRIPTOR, ANSWERS_FILE):
        if not (path / name).is_file():
            raise _missing(path.name, name)
        checked_file(path / name)
        found[name] = (path / name).read_bytes()
    return found


def _zip(path: Path) -> dict[str, bytes]:
    with checked_zip(path) as archive:
        names = archive.namelist()
        # Some programs put the folder into the zip file as well.
        inside = next((name.removesuffix(DESCRIPTOR) for name in sorted(names, key=len)
                       if name.rpartition("/")[2] == DESCRIPTOR), None)
        for name in (DESCRIPTOR, ANSWERS_FILE):
            if inside is None or inside + name not in names:
                raise _missing(path.name, name)
        return {name: unpacked(archive, f"{inside}{name}", path.name) for name in (DESCRIPTOR, ANSWERS_FILE)}


def _missing(place: str, name: str) -> InputError:
    return InputError.at(place, f"it holds no {name}", "Give a data package: a folder or a zip file.")


def _text(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at(f"{place}, {DESCRIPTOR}", f"byte {error.start + 1} is not UTF-8",
                            "Save it as UTF-8.") from error
