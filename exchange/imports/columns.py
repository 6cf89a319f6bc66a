"""What stands in which column: the map from somebody's table of lessons to our fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from exchange.errors import Findings, InputError
from exchange.imports.limits import checked_file

FIELDS: Final = (
    "lesson_id", "title", "language", "city", "country", "year", "hazards", "essentials", "items", "problem",
    "what_was_done", "result", "what_failed", "preconditions", "cost_band", "duration_months", "staff", "mandate",
    "government", "stakeholders", "population_band", "income_group", "evidence", "evidence_link", "contact",
    "sensitivity", "source", "licence",
)
"""What a map may name. Several values of one cell are parted by semicolons."""

_KEYS: Final = frozenset({"column", "value", "words", "where"})
_ALSO: Final = {"lesson": "result", "challenge": "what_failed", "failure": "what_failed", "hazard": "hazards",
                "essential": "essentials", "date": "year", "action": "what_was_done", "link": "evidence_link"}
_SHAPE: Final = ("Write it as: title: Name of the column. Or with braces: {column: Name, words: {theirs: ours}, "
                 "where: {Other column: value}}, or {value: the same for all}.")


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from: a column or one value for all rows, with their words for ours, for some rows."""

    column: str = ""
    value: str = ""
    words: tuple[tuple[str, str], ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    def of(self, row: Mapping[str, str]) -> str:
        """Return the field of a row; empty where the rule does not speak of the row."""
        if any(row[name].casefold() != wanted.casefold() for name, wanted in self.where):
            return ""
        found = row[self.column] if self.column else self.value
        return {theirs.casefold(): ours for theirs, ours in self.words}.get(found.casefold(), found)


@dataclass(frozen=True)
class Columns:
    """The map of one kind of table."""

    rules: Mapping[str, Rule]

    @classmethod
    def of(cls, given: object, place: str) -> Columns:
        """Return the map that is written in a file, or kept in the record.

        Raises
        ------
        InputError
            Naming every field that we do not have, and every entry of another shape.
        """
        findings = Findings()
        if not isinstance(given, Mapping) or not given:
            raise InputError.at(place, "it is no map of columns", _SHAPE)
        rules = {}
        for name, entry in given.items():
            rule = _rule(entry)
            if name not in FIELDS:
                findings.add(f"{place}, {name}", "there is no such field", f"Use {', '.join(FIELDS)}.")
            elif rule is None:
                findings.add(f"{place}, {name}", "it is neither a column nor a value", _SHAPE)
            else:
                rules[str(name)] = rule
        findings.raise_if_any()
        return cls(rules)

    @classmethod
    def of_heads(cls, heads: Sequence[str]) -> Columns:
        """Return the map of a table whose columns are called as our fields are."""
        named = {head.casefold().replace(" ", "_"): head for head in heads}
        rules = {field: Rule(head) for name, head in named.items() if (field := _ALSO.get(name, name)) in FIELDS}
        return cls(rules)

    def checked(self, place: str, heads: Sequence[str]) -> Columns:
        """Return the map if the table has all of its columns, and it says where the lessons' words are.

        Raises
        ------
        InputError
            Naming each column that is missing.
        """
        findings = Findings()
        for name, rule in self.rules.items():
            for column in filter(None, (rule.column, *(other for other, _ in rule.where))):
                if column not in heads:
                    findings.add(f"{place}, {name}", f"there is no column {column!r}",
                                 f"The table has {', '.join(heads)}. Correct the map.")
        if not {"problem", "what_was_done", "result", "what_failed"} & set(self.rules):
            findings.add(place, f"no column holds the words of the lessons; there are {', '.join(heads)}",
                         "Write a map (problem: Name of the column) and give it with --map.")
        findings.raise_if_any()
        return self

    def values(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return our fields of a row."""
        return {name: rule.of(row) for name, rule in self.rules.items()}

    def kept(self) -> dict[str, Any]:
        """Return the map as it is kept for the next time."""
        return {name: {"column": rule.column, "value": rule.value, "words": dict(rule.words),
                       "where": dict(rule.where)} for name, rule in self.rules.items()}


def read_map(file: Path) -> Columns:
    """Read a map of columns from a YAML (or JSON) file.

    Raises
    ------
    InputError
        When it cannot be read, or has another shape.
    """
    import yaml  # type: ignore[import-untyped] # noqa: PLC0415 - only where a map is read

    checked_file(file)
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError.at(file.name, "it is not YAML in UTF-8", _SHAPE) from error
    return Columns.of(given, file.name)


def _rule(entry: object) -> Rule | None:
    if isinstance(entry, str) and entry:
        return Rule(entry)
    if not isinstance(entry, Mapping) or set(entry) - _KEYS or not (entry.get("column") or entry.get("value")):
        return None
    parts = {name: entry.get(name) or {} for name in ("words", "where")}
    if not all(isinstance(part, Mapping) for part in parts.values()):
        return None
    words, where = (tuple((str(key), str(value)) for key, value in part.items()) for part in parts.values())
    return Rule(str(entry.get("column") or ""), str(entry.get("value") or ""), words, where)
