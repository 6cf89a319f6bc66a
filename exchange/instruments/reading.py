"""A questionnaire from the rows of a form that anybody made: our own XLSForm again, or one that was written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from exchange.errors import Findings, InputError
from exchange.instruments.checks import check_instrument
from exchange.instruments.columns import Heads, Line, check_languages, language_of
from exchange.instruments.files import in_words, parsed_json
from exchange.instruments.instrument import Instrument
from exchange.instruments.translation import AWAITING_REVIEW
from exchange.instruments.xlsform import CHOICES, GROUP, SCALE, SETTINGS, SURVEY, number_of
from exchange.vocabulary import NOT_APPLICABLE, UNKNOWN

Lines = Mapping[str, list[Line]]
Said = dict[str, str]
Content = dict[str, Any]

TEXTS = frozenset({"label", "hint", "guidance_hint", "short", "about", "heading", "review"})
_SELECT = re.compile(r"select[_ ]one\s+(?P<list>\S+)")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_WHOLE = re.compile(r"-?[0-9]{1,4}(\.0*)?")
_NUMBERS = frozenset({"integer", "decimal"})
_QUIET = frozenset({"", "start", "end", "today", "note", "text", "calculate", "deviceid", "username", "audit"})


@dataclass
class _Choice:
    place: str
    value: int
    said: Said
    when: Any = ()


@dataclass
class _Item:
    line: Line
    choices: str
    asks: dict[str, Said] = field(default_factory=dict)


@dataclass
class _Section:
    id: str
    line: Line | None
    items: list[_Item] = field(default_factory=list)


def from_xlsform(tables: Lines, place: str, name: str) -> tuple[Instrument, tuple[str, ...]]:
    """Return the instrument that a form describes, and what was left out of it.

    Parameters
    ----------
    tables
        The rows of ``survey``, ``choices`` and, if it is there, ``settings``.
    place
        The name of the file.
    name
        The name of the instrument where the form gives no ``form_id``.

    Raises
    ------
    InputError
        With every finding: no question with levels, a choice that is no number, a list that is missing, a language
        that is not clear, and whatever does not hold together in the instrument.
    """
    settings = next(iter(tables.get(SETTINGS, [])), Line(place, {}))
    return _Reader(tables, settings, place).instrument(name)


class _Reader:
    def __init__(self, tables: Lines, settings: Line, place: str) -> None:
        self.tables, self.settings, self.place = tables, settings, place
        self.findings = Findings()
        self.left_out: list[str] = []
        self.lists: dict[str, list[_Choice]] = {}
        self.sections: list[_Section] = []
        self.shared = ""
        columns = {sheet: list(dict.fromkeys(head for line in lines for head in line.cells))
                   for sheet, lines in tables.items()}
        self.heads = Heads(language_of(settings.get("default_language")) or _first_language(columns) or "en")
        check_languages({f"{place}, {sheet}": names for sheet, names in columns.items()}, self.heads, TEXTS,
                        self.findings)
        self.languages = [language for language in self.heads.languages(
            head for names in columns.values() for head in names if self.heads.split(head)[0] in TEXTS)
            if language and language != self.heads.default]

    def instrument(self, name: str) -> tuple[Instrument, tuple[str, ...]]:
        self.lists = self._lists()
        self.sections = [section for section in self._sections() if section.items]
        if not self.sections:
            self.findings.add(self.place, "it has no question with levels",
                              "Add rows of the type select_one, with a list of numbered choices.")
        self._check_lists()
        self.findings.raise_if_any()
        self.shared = self._shared()
        content = self._content(name)
        self.findings.raise_if_any()
        return built(content, self.place), tuple(self.left_out)

    # what stands in the rows

    def _lists(self) -> dict[str, list[_Choice]]:
        found: dict[str, list[_Choice]] = {}
        for line in self.tables.get(CHOICES, []):
            value, name = line.get("name") or line.get("value"), line.get("list_name") or line.get("list name")
            if not name or value in {UNKNOWN, NOT_APPLICABLE}:
                continue
            if not _WHOLE.fullmatch(value):
                found.setdefault(name, []).append(_Choice(line.place, -1, {"": value}))
                continue
            when = self._json(line, "when")
            found.setdefault(name, []).append(_Choice(line.place, int(float(value)), self.heads.said(line, "label"),
                                                      when or ()))
        return {name: sorted(choices, key=lambda c: c.value) for name, choices in found.items()}

    def _sections(self) -> list[_Section]:
        """Return the outermost groups with their questions; questions before the first group have one of their own."""
        sections: list[_Section] = []
        depth, skipped = 0, 0
        last: _Item | None = None
        for line in (line for line in self.tables.get(SURVEY, []) if line.get("name") != GROUP):
            kind = line.get("type").replace("_", " ").strip()
            if kind in {"begin group", "begin repeat"}:
                depth += 1
                if depth == 1:
                    sections.append(_Section(line.get("name"), line))
                if kind == "begin repeat":
                    self.findings.add(line.place, "a repeated part cannot be scored", "Ask its questions once.")
            elif kind in {"end group", "end repeat"}:
                depth = max(0, depth - 1)
            elif select := _SELECT.match(line.get("type")):
                last = _Item(line, select["list"])
                if not sections or (depth == 0 and sections[-1].line is not None):
                    sections.append(_Section(f"part_{len(sections) + 1}", None))
                sections[-1].items.append(last)
            elif not self._is_number(line, kind, last):
                skipped += kind not in _QUIET
        if skipped:
            self.left_out.append(f"Questions without levels were left out ({skipped}): an instrument asks for levels.")
        return sections

    def _is_number(self, line: Line, kind: str, last: _Item | None) -> bool:
        """Take the question for a number to the item before it; return whether it is one."""
        start = "" if last is None else number_of(last.line.get("name"), "")
        if last is None or kind not in _NUMBERS or not line.get("name").startswith(start):
            return False
        last.asks[line.get("name").removeprefix(start)] = self.heads.said(line, "label")
        return True

    def _check_lists(self) -> None:
        used = {item.choices: item.line for section in self.sections for item in section.items}
        if self.lists.get(SCALE):
            used.setdefault(SCALE, self.settings)
        for name, line in used.items():
            if not self.lists.get(name):
                self.findings.add(line.place, f"there is no list of choices {name[:60]!r}", "Add it to the choices.")
            for choice in self.lists.get(name, []):
                if "" in choice.said:
                    self.findings.add(choice.place, f"the choice {choice.said[''][:60]!r} is not a number",
                                      f"Name the choices 0, 1, 2 from least to most; {UNKNOWN} and {NOT_APPLICABLE} "
                                      "are always there.")
                elif self.heads.default not in choice.said:
                    self.findings.add(choice.place, "the choice has no label", "Say what the level means.")
            values = [choice.value for choice in self.lists.get(name, [])]
            if len(set(values)) < len(values):
                self.findings.add(line.place, f"two choices of {name[:60]!r} have one number", "Number each once.")

    # what the instrument then holds

    def _content(self, name: str) -> Content:
        get, first = self.settings.get, self.heads.default
        heading, about = (self.heads.said(self.settings, column) for column in ("heading", "about"))
        version = get("version") if _VERSION.fullmatch(get("version")) else "1"
        if get("version") not in {"", version}:
            self.left_out.append(f"The version {get('version')[:40]!r} is not a number; it is 1 now.")
        own = get("form_id") or name
        scale = self._scale()
        words = {language: self._translation(language, own, version) for language in self.languages}
        for language in self.languages:
            _put(words[language], title=heading.get(language), about=about.get(language))
            scale_words = [said.get(language) for said in scale["said"]]
            words[language]["scale"] = scale_words if any(scale_words) else []
        return {
            "name": own, "version": version, "language": first,
            "title": heading.get(first) or get("form_title") or own, "about": about.get(first) or None,
            "source": get("source") or None, "sections_are": get("sections_are") or "parts",
            "scale": {"min": scale["min"], "max": scale["max"], "words": [said[first] for said in scale["said"]]},
            "sections": [self._section(n, section, get("form_title") or own)
                         for n, section in enumerate(self.sections, 1)],
            "translations": words,
        }

    def _shared(self) -> str:
        """Return the list that is the scale: the one called so, else the one that all questions have."""
        if self.lists.get(SCALE):
            return SCALE
        used = {item.choices for section in self.sections for item in section.items}
        only = next(iter(used)) if len(used) == 1 else ""
        # Words that rest on a quantity are those of a question, not of the scale.
        return "" if any(choice.when for choice in self.lists.get(only, [])) else only

    def _scale(self) -> Content:
        if self.shared:
            choices = self.lists[self.shared]
            said = [choice.said for choice in choices]
            for choice in choices:
                choice.said.setdefault(self.heads.default, str(choice.value))
            return {"min": choices[0].value, "max": choices[-1].value, "said": said}
        used = {item.choices for section in self.sections for item in section.items}
        values = [choice.value for name in used for choice in self.lists[name]]
        low, high = min(values), max(values)
        numbers = range(low, min(high, low + 20) + 1)
        return {"min": low, "max": high, "said": [{self.heads.default: str(n)} for n in numbers]}

    def _section(self, number: int, section: _Section, title: str) -> Content:
        line = section.line or Line(self.place, {})
        said = {column: self.heads.said(line, column).get(self.heads.default) for column in ("label", "short", "about")}
        given = line.get("number")
        return {
            "id": section.id, "number": int(float(given)) if _WHOLE.fullmatch(given) else number,
            "name": said["label"] or title, "short": said["short"] or said["label"] or title,
            "about": said["about"] or None, "items": list(map(self._item, section.items)),
        }

    def _item(self, item: _Item) -> Content:
        line, first = item.line, self.heads.default
        said = {c: self.heads.said(line, c).get(first) for c in ("label", "hint", "guidance_hint", "short")}
        question = said["label"] or said["short"] or line.get("name")
        levels = [] if item.choices == self.shared else [
            {"value": c.value, "text": c.said[first], "when": c.when} for c in self.lists[item.choices]]
        return {
            "id": line.get("name"), "label": said["short"] or question, "question": question, "levels": levels,
            "quantities": self._quantities(item), "needs_scenarios": line.get("needs_scenarios").split(),
            "evidence_hint": said["guidance_hint"] or None, "help": said["hint"] or None,
            "bounds_note": line.get("bounds_note") or None, "tags": self._json(line, "tags") or {},
        }

    def _quantities(self, item: _Item) -> Any:
        """Return the quantities of an item, each with its question as the form asks it."""
        found = self._json(item.line, "quantities") or ()
        for quantity in found if isinstance(found, list) else ():
            asked = item.asks.get(str(quantity.get("id"))) if isinstance(quantity, dict) else None
            if asked and self.heads.default in asked:
                quantity["ask"] = asked[self.heads.default]
        return found

    def _translation(self, language: str, name: str, version: str) -> Content:
        review = self.heads.said(self.settings, "review").get(language)
        words: Content = {"instrument": name, "version": version, "language": language,
                          "status": review or AWAITING_REVIEW, "sections": {}, "items": {}}
        for section in self.sections:
            if section.line is not None:
                _put(words["sections"].setdefault(section.id, {}), **{
                    key: self.heads.said(section.line, column).get(language)
                    for key, column in (("name", "label"), ("short", "short"), ("about", "about"))})
            for item in section.items:
                levels = [] if item.choices == self.shared else [c.said.get(language) for c in self.lists[item.choices]]
                _put(words["items"].setdefault(item.line.get("name"), {}), **{
                    key: self.heads.said(item.line, column).get(language)
                    for key, column in (("label", "short"), ("question", "label"), ("help", "hint"),
                                        ("evidence_hint", "guidance_hint"))},
                     levels=levels if any(levels) else None,
                     asks={q: said[language] for q, said in item.asks.items() if language in said} or None)
        for part in ("sections", "items"):
            words[part] = {key: texts for key, texts in words[part].items() if texts}
        return words

    def _json(self, line: Line, column: str) -> Any:
        try:
            return parsed_json(f"{line.place}, {column}", line.get(column)) if line.get(column) else None
        except InputError as error:
            for found in error.findings:
                self.findings.add(found.place, found.finding, found.remedy)
            return None


def _put(words: Content, **texts: object) -> None:
    words.update({name: value for name, value in texts.items() if value is not None})


def _first_language(columns: Mapping[str, Iterable[str]]) -> str:
    """Return the language of the first column of questions; empty where one names none."""
    if "label" in columns.get(SURVEY, ()):
        return ""
    labels = (head.partition("::")[2] for head in columns.get(SURVEY, ()) if head.startswith("label::"))
    return next(filter(None, map(language_of, labels)), "")


def plain_content(instrument: Instrument) -> Content:
    """Return an instrument as plain values, ready for JSON; `built` takes it back."""
    content: Content = instrument.model_dump(mode="json", exclude_defaults=True)
    return content


def built(content: object, place: str) -> Instrument:
    """Return the instrument in plain content, checked as a whole.

    Raises
    ------
    InputError
        With every finding.
    """
    findings = Findings()
    try:
        instrument = Instrument.model_validate(content)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            findings.add(", ".join([place, *map(str, problem["loc"])])[:200], in_words(problem["msg"]),
                         "Mend it in the form.")
        findings.raise_if_any()
        raise
    check_instrument(instrument, place, findings)
    findings.raise_if_any()
    return instrument
