"""Reading questionnaires: the shipped ones by name, anybody's own by file, each checked as a whole."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from exchange.errors import Findings, InputError, NotFoundError
from exchange.instruments.checks import check_instrument, check_translation
from exchange.instruments.instrument import Instrument
from exchange.instruments.records import Record
from exchange.instruments.translation import Translation
from exchange.paths import DATA

SHIPPED = DATA / "instruments"
MOST_BYTES = 2_000_000
MOST_DEPTH = 20
MOST_ENTRIES = 50_000
"""Values in a file, each list and each name with its value counted."""
_NAME = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9_-]*)\.v(?P<version>[0-9]+(?:\.[0-9]+)*)\.json$")


def available() -> dict[str, tuple[str, ...]]:
    """Return the shipped instruments with their versions, the newest last."""
    found: dict[str, list[str]] = {}
    for path in sorted(SHIPPED.glob("*.json")):
        if match := _NAME.match(path.name):
            found.setdefault(match["name"], []).append(match["version"])
    return {name: tuple(sorted(versions, key=_order)) for name, versions in found.items()}


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def load(name: str, version: str | None = None, language: str = "en") -> Instrument:
    """Return a shipped instrument, by default the newest version, in a language.

    Parameters
    ----------
    name
        ``"resilience"``, ``"learning_capacity"``, ``"exchange_feedback"`` or ``"impact"``.
    version
        ``"1"``; the newest when it is left out.
    language
        BCP 47 tag; texts without a translation stay in English and are listed in ``untranslated``.

    Raises
    ------
    NotFoundError
        When no such instrument or version is shipped.
    """
    versions = available().get(name, ())
    if not versions:
        raise NotFoundError.at(name, "there is no such instrument",
                               f"Choose one of {', '.join(available())}.")
    chosen = version or versions[-1]
    if chosen not in versions:
        raise NotFoundError.at(f"{name} v{chosen}", "there is no such version",
                               f"Choose one of {', '.join(versions)}.")
    return _shipped(name, chosen).said(language)


@lru_cache(maxsize=32)
def _shipped(name: str, version: str) -> Instrument:
    return validate(SHIPPED / f"{name}.v{version}.json")


def validate(file: str | Path) -> Instrument:
    """Return the instrument in a file, with the translations that lie beside it.

    A translation of ``mine.v1.json`` is the file ``mine.v1.es.json`` in the same folder.

    Raises
    ------
    InputError
        With every finding, in the instrument and in its translations.
    """
    path = Path(file)
    findings = Findings()
    instrument = _record(Instrument, path, findings)
    findings.raise_if_any()
    assert isinstance(instrument, Instrument)  # noqa: S101 - otherwise there were findings
    check_instrument(instrument, path.name, findings)
    beside = {}
    for sibling in sorted(path.parent.glob(f"{path.stem}.*.json")):
        words = _record(Translation, sibling, findings)
        if isinstance(words, Translation):
            check_translation(instrument, words, sibling.name, findings)
            beside[words.language] = words
    findings.raise_if_any()
    return instrument.model_copy(update={"translations": {**instrument.translations, **beside}})


def schema() -> dict[str, object]:
    """Return the JSON schema of an instrument file, as shipped in ``data/instruments/schema.json``.

    Translations beside an instrument follow its ``$defs/Translation``.
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Instrument.model_json_schema()}


def _record(kind: type[Record], path: Path, findings: Findings) -> Record | None:
    try:
        return kind.model_validate(read_json(path))
    except InputError as error:
        for finding in error.findings:
            findings.add(finding.place, finding.finding, finding.remedy)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            place = ", ".join([path.name, *map(str, problem["loc"])])
            findings.add(place, in_words(problem["msg"]), "See data/instruments/schema.json.")
    return None


def in_words(message: str) -> str:
    """Return what pydantic says as we say it."""
    message = re.sub(r"^(Value error, )?(Input|String|Tuple|List|Dictionary) should", "it should", message)
    message = message.removeprefix("Value error, ").replace(" or instance of Instrument", "")
    return message.replace("Field required", "it is missing").replace(
        "Extra inputs are not permitted", "there is no such field").rstrip(".")


def read_json(path: Path) -> object:
    """Return the content of a JSON file that a stranger may have made.

    Raises
    ------
    InputError
        When it cannot be read, is too large or too deep, or says NaN, Infinity or one key twice.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError.at(path.name, f"the file has {size:,} bytes",
                                f"Give a file of at most {MOST_BYTES:,} bytes.")
        words = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError.at(path.name, f"it cannot be read ({error.strerror or error})",
                            "Check the name of the file and who may read it.") from error
    except UnicodeDecodeError as error:
        raise InputError.at(path.name, f"byte {error.start} is not UTF-8 text",
                            "Save it as UTF-8.") from error
    return parsed_json(path.name, words)


def parsed_json(place: str, words: str) -> object:
    """Return the content of JSON that a stranger may have written.

    Raises
    ------
    InputError
        When it is too deep, is no JSON, or says NaN, Infinity or one key twice.
    """
    if _depth(words) > MOST_DEPTH:
        raise InputError.at(place, f"it is nested more than {MOST_DEPTH} deep", "Give an instrument file.")
    try:
        content: object = json.loads(words, parse_constant=_refuse, object_pairs_hook=_no_key_twice)
    except json.JSONDecodeError as error:
        raise InputError.at(f"{place}, line {error.lineno}", f"this is not JSON ({error.msg})",
                            "Mend the line, or export the file again.") from error
    except ValueError as error:
        raise InputError.at(place, str(error), "Mend it, or export the file again.") from error
    if _entries(content) > MOST_ENTRIES:
        raise InputError.at(place, f"it has more than {MOST_ENTRIES:,} entries", "Give a smaller file.")
    return content


def _entries(content: object) -> int:
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return 1 + sum(map(_entries, inner))


def _depth(words: str) -> int:
    # Brackets inside strings count too: that only makes the limit stricter.
    depth = deepest = 0
    for sign in re.findall(r"[][{}]", words):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse(constant: str) -> float:
    message = f"{constant} is not a number"
    raise ValueError(message)


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            message = f"the key {key!r} stands twice"
            raise ValueError(message)
        seen[key] = value
    return seen
