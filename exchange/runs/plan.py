"""A plan: a table of runs, as CSV, YAML or JSON; a row that is wrong is refused, the others go on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from exchange.errors import ExchangeError, Finding, InputError
from exchange.notebooks import Value
from exchange.runs.drafts import Draft
from exchange.runs.job import NAME, Template, asked

LARGEST: Final = 10_000_000
MOST: Final = 100_000
_OWN: Final = frozenset({"notebook", "name", "parameters", "occasion"})


@dataclass(frozen=True)
class Plan:
    """What a plan asks for.

    Parameters
    ----------
    drafts
        The rows that can be run.
    refused
        What is wrong with the others.
    """

    drafts: tuple[Draft, ...]
    refused: tuple[Finding, ...]


def read_plan(file: Path) -> Plan:
    """Return a plan.

    Parameters
    ----------
    file
        ``.csv`` with a column `notebook`, optionally `name` and `occasion`, and a column for each parameter;
        ``.json`` or ``.yaml`` with a list of ``{notebook, name, parameters: {...}}``.

    Raises
    ------
    InputError
        When the file cannot be read at all.
    """
    rows = _rows(file)
    drafts: list[Draft] = []
    refused: list[Finding] = []
    known: dict[str, Template] = {}
    for number, row in enumerate(rows, 1):
        place = f"{file.name}, run {number}"
        try:
            drafts.append(_draft(row, file.parent, known))
        except ExchangeError as error:
            refused += [Finding(f"{place}, {f.place}", f.finding, f.remedy) for f in error.findings]
    return Plan(tuple(drafts), tuple(refused))


def draft(notebook: str, given: Mapping[str, Value], *, name: str = "", occasion: str = "",
          beside: Path | None = None, known: dict[str, Template] | None = None) -> Draft:
    """Return one run that is wanted, checked.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    """
    templates = {} if known is None else known
    if notebook not in templates:
        templates[notebook] = Template.load(notebook, beside)
    if name and not NAME.fullmatch(name):
        raise InputError.at(f"name {name!r:.80}", "a run cannot be called so",
                            "Use up to 61 small letters, digits, - and _.")
    template = templates[notebook]
    return Draft(template, asked(template, given), name, occasion)


def _draft(row: Any, beside: Path, known: dict[str, Template]) -> Draft:
    if not isinstance(row, Mapping) or not isinstance(row.get("notebook"), str):
        raise InputError.at("notebook", "the run names none", "Give each run a notebook.")
    parameters = row.get("parameters") or {}
    if not isinstance(parameters, Mapping):
        raise InputError.at("parameters", "they are no table of names and values", "Write name: value.")
    for name in (key for key in row if key not in _OWN):
        raise InputError.at(f"{name!r:.60}", "it belongs to no run", "Put it under parameters.")
    name, occasion = row.get("name") or "", row.get("occasion") or ""
    if not isinstance(name, str) or not isinstance(occasion, str) or len(occasion) > 100:
        raise InputError.at("name or occasion", "it is not a short text", "Put it in quotation marks.")
    return draft(row["notebook"], dict(parameters), name=name, occasion=occasion, beside=beside, known=known)


def _rows(file: Path) -> list[Any]:
    text = _text(file)
    try:
        match file.suffix.lower():
            case ".csv":
                rows: Any = [_of_csv(row) for row in csv.DictReader(io.StringIO(text), strict=True)]
            case ".json":
                rows = json.loads(text)
            case ".yaml" | ".yml":
                rows = _yaml(text)
            case other:
                raise InputError.at(f"plan {file.name}", f"{other or 'it'} is not a kind of plan",
                                    "Use .csv, .yaml or .json.")
    except (ValueError, csv.Error, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError.at(f"plan {file.name}", f"it cannot be read: {said}", "Mend the file.") from None
    if isinstance(rows, Mapping):
        rows = rows.get("runs")
    if not isinstance(rows, list):
        raise InputError.at(f"plan {file.name}", "it is no list of runs",
                            "Begin with a list, or with runs: and a list.")
    if len(rows) > MOST:
        raise InputError.at(f"plan {file.name}", f"it has {len(rows)} runs", f"Give at most {MOST} in one plan.")
    return rows


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise InputError.at(f"plan {file.name}", "it is larger than 10 MB", "Cut it into several plans.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.at(f"plan {file.name}", "it is not UTF-8 text", "Save it as UTF-8.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no path"
        raise InputError.at(f"plan {str(file)!r:.80}", f"it cannot be read ({why})", "Check its path.") from None


def _of_csv(row: Mapping[Any, Any]) -> dict[str, Any]:
    if None in row:
        return {"notebook": None}  # more cells than columns: refused as a row
    said = {name: cell for name, cell in row.items() if cell}
    return {**{name: said[name] for name in ("notebook", "name", "occasion") if name in said},
            "parameters": {name: cell for name, cell in said.items() if name not in _OWN}}


def _yaml(text: str) -> Any:
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - few plans need it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
