"""A questionnaire as the simplest table: one row a question, one column a level, as anybody writes it in a spreadsheet.

Needed are ``item``, ``question`` and a column for each level, named by its number. A row whose item is ``scale`` says
what the levels mean where a question has no words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exchange.errors import Findings, InputError
from exchange.instruments.columns import Cells, Line, named, spoken
from exchange.instruments.files import parsed_json
from exchange.instruments.instrument import Instrument
from exchange.instruments.reading import Lines, from_xlsform
from exchange.instruments.records import Item, Section
from exchange.instruments.translation import ItemWords, SectionWords
from exchange.instruments.xlsform import CHOICES, SCALE, SETTINGS, SURVEY, facts, number_of, to_xlsform, written

_LEVEL = re.compile(r"(?P<value>-?[0-9]{1,2})(?P<tongue>::.*)?")
_RENAMED = {"question": "label", "label": "short", "help": "hint", "evidence_hint": "guidance_hint"}
_KEPT = ("needs_scenarios", "bounds_note", "quantities", "tags")


def to_plain(instrument: Instrument) -> list[Cells]:
    """Return the questions of an instrument, one row each, in all its languages.

    Title, source and what stands about sections are left out; `to_xlsform` keeps them too.
    """
    return [*(_scale(instrument) if any(not item.levels for item in instrument.items) else ()),
            *(_row(instrument, section, item) for section in instrument.sections for item in section.items)]


def _scale(whole: Instrument) -> Iterator[Cells]:
    row = {"item": SCALE}
    for choice in to_xlsform(whole)[CHOICES]:
        if choice["list_name"] == SCALE and choice["name"].lstrip("-").isdigit():
            row |= _level(choice["name"], choice)
    yield row


def _level(value: str, texts: Cells) -> Cells:
    return {head.replace("label", value, 1): words for head, words in texts.items() if head.startswith("label::")}


def _row(whole: Instrument, section: Section, item: Item) -> Cells:
    none, nothing = ItemWords(), SectionWords()
    row = {
        "item": item.id, "section_id": section.id,
        **spoken(whole, "section", section.name, lambda w: w.sections.get(section.id, nothing).name),
        **spoken(whole, "label", item.label, lambda w: w.items.get(item.id, none).label),
        **spoken(whole, "question", item.question, lambda w: w.items.get(item.id, none).question),
    }
    for n, level in enumerate(item.levels):
        row |= spoken(whole, str(level.value), level.text,
                      lambda w, n=n: (*w.items.get(item.id, none).levels, *[None] * 20)[n])  # type: ignore[misc]
    when = [[{name: limits.model_dump(mode="json", exclude_defaults=True) for name, limits in box.items()}
             for box in level.when] for level in item.levels]
    asks = {language: dict(words.items.get(item.id, none).asks) for language, words in whole.translations.items()}
    return {
        **row,
        **spoken(whole, "help", item.help, lambda w: w.items.get(item.id, none).help),
        **spoken(whole, "evidence_hint", item.evidence_hint, lambda w: w.items.get(item.id, none).evidence_hint),
        **facts(item), "when": written(when if any(when) else None),
        "asks": written({language: said for language, said in asks.items() if said}),
    }


def from_plain(lines: list[Line], place: str, *, name: str, title: str,
               version: str) -> tuple[Instrument, tuple[str, ...]]:
    """Return the instrument in a table of questions, and what was left out of it.

    Raises
    ------
    InputError
        With every finding, each with its row.
    """
    reader = _Reader(lines, place)
    reader.check()
    settings = Line(place, {"form_id": name, "form_title": title, "version": version})
    instrument, left_out = from_xlsform({**reader.tables(), SETTINGS: [settings]}, place, name)
    unknown = sorted(reader.unknown)
    more = (f"Columns that an instrument does not have were left out: {', '.join(unknown)[:200]}.",) if unknown else ()
    return instrument, (*left_out, *more)


class _Reader:
    def __init__(self, lines: list[Line], place: str) -> None:
        self.lines, self.place = lines, place
        self.unknown: set[str] = set()
        self.survey: list[Line] = []
        self.choices: list[Line] = []
        self.open = ""

    def check(self) -> None:
        findings = Findings()
        heads = {head for line in self.lines for head in line.cells}
        if not any(_LEVEL.fullmatch(head) for head in heads):
            findings.add(self.place, "it has no column for a level", "Name the columns of the levels 0, 1, 2, 3.")
        for needed in ("item", "question"):
            if not any(head.partition("::")[0] == needed for head in heads):
                findings.add(self.place, f"the column {needed!r} is missing or empty", "Add it; one row a question.")
        seen: set[str] = set()
        for line in self.lines:
            item = line.get("item")
            if not item:
                findings.add(line.place, "the item is missing", "Give each question an id, for example Q1.")
            elif item in seen:
                findings.add(line.place, f"{item[:40]} stands twice", "Give every question its own id.")
            seen.add(item)
        findings.raise_if_any()

    def tables(self) -> Lines:
        """Return the rows as the sheets of a form."""
        for line in self.lines:
            if line.get("item") == SCALE:
                self._levels(line, SCALE, [])
            else:
                self._question(line)
        if self.open:
            self.survey.append(Line(self.place, {"type": "end_group"}))
        return {SURVEY: self.survey, CHOICES: self.choices}

    def _question(self, line: Line) -> None:
        texts: Cells = {}
        for head, words in line.cells.items():
            column, *tongue = head.split("::", 1)
            if column in _RENAMED:
                texts["::".join([_RENAMED[column], *tongue])] = words
            elif column in _KEPT:
                texts[head] = words
            elif column not in {"item", "section", "section_id", "when", "asks"} and not _LEVEL.fullmatch(head):
                self.unknown.add(column)
        self._section(line)
        own = any(_LEVEL.fullmatch(head) for head in line.cells)
        name = f"{line.get('item')}_levels" if own else SCALE
        self.survey.append(Line(line.place, {"type": f"select_one {name}", "name": line.get("item"), **texts}))
        self.survey += self._asks(line)
        if own:
            self._levels(line, name, self._list(line, "when"))

    def _section(self, line: Line) -> None:
        """Begin a section where its name changes; a row without one belongs to the section above it."""
        said = {head: words for head, words in line.cells.items() if head.partition("::")[0] == "section"}
        same = line.get("section_id") or "/".join(said.values())
        if not same or same == self.open:
            return
        if self.open:
            self.survey.append(Line(line.place, {"type": "end_group"}))
        self.open = same
        number = 1 + sum(row.get("type") == "begin_group" for row in self.survey)
        names = {head.replace("section", "label", 1): words for head, words in said.items()}
        self.survey.append(Line(line.place, {"type": "begin_group", **names,
                                             "name": line.get("section_id") or f"part_{number}"}))

    def _levels(self, line: Line, name: str, when: list[object]) -> None:
        by_value: dict[int, Cells] = {}
        for head, words in line.cells.items():
            if level := _LEVEL.fullmatch(head):
                by_value.setdefault(int(level["value"]), {})["label" + (level["tongue"] or "")] = words
        for n, (value, texts) in enumerate(sorted(by_value.items())):
            bounds = written(when[n]) if n < len(when) else ""
            self.choices.append(Line(line.place, {"list_name": name, "name": str(value), "when": bounds, **texts}))

    def _list(self, line: Line, column: str) -> list[object]:
        found = parsed_json(f"{line.place}, {column}", line.get(column)) if line.get(column) else []
        if not isinstance(found, list):
            raise InputError.at(f"{line.place}, {column}", "it is no list", "Give a list with one entry a level.")
        return found

    def _asks(self, line: Line) -> Iterator[Line]:
        """Yield the questions for numbers in other languages, which the table holds in one cell."""
        found = parsed_json(f"{line.place}, asks", line.get("asks")) if line.get("asks") else {}
        by_quantity: dict[str, Cells] = {}
        for language, asks in found.items() if isinstance(found, dict) else ():
            for quantity, words in asks.items() if isinstance(asks, dict) else ():
                by_quantity.setdefault(quantity, {})[f"label::{named(language)}"] = str(words)
        for quantity, texts in by_quantity.items():
            yield Line(line.place, {"type": "decimal", "name": number_of(line.get("item"), quantity), **texts})
