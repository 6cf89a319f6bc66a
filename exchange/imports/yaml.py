"""YAML that a stranger may have made: plain values only, no aliases, no tags, nothing twice, nothing deep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from exchange.errors import InputError
from exchange.imports.limits import checked_file
from exchange.instruments.files import MOST_DEPTH

MOST_YAML = 500_000
"""Bytes: reading YAML is slow."""
MOST_EVENTS = 50_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}


def read_yaml(path: Path) -> object:
    """Return the content of a YAML file: what the same file would be as JSON.

    Raises
    ------
    InputError
        When it is no YAML, too large or too deep, or has an alias, a tag, a key that is no text or stands twice.
    """
    size = checked_file(path)
    if size > MOST_YAML:
        raise InputError.at(path.name, f"it has {size:,} bytes", f"Give YAML of at most {MOST_YAML:,} bytes, or JSON.")
    try:
        words = path.read_bytes().decode("utf-8-sig")
        return _Tree(path.name).built(_events(words, path.name))
    except UnicodeDecodeError as error:
        raise InputError.at(path.name, f"byte {error.start + 1} is not UTF-8", "Save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise InputError.at(f"{path.name}{where}", "this is not YAML", "Mend the line, or give JSON.") from error


def _events(words: str, place: str) -> Iterator[yaml.Event]:
    depth = 0
    for number, event in enumerate(yaml.parse(words, Loader=_LOADER)):
        if number > MOST_EVENTS:
            raise InputError.at(place, "it has far more entries than a questionnaire", "Give a smaller file.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError.at(_at(place, event), "it repeats a part by a name (&, *)", "Write the part out.")
        if getattr(event, "tag", None) not in {None, "!"}:
            raise InputError.at(_at(place, event), "it names a type (!)", "Leave the type away.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise InputError.at(_at(place, event), f"it is nested more than {MOST_DEPTH} deep", "Give an instrument.")
        yield event


def _at(place: str, event: yaml.Event) -> str:
    return f"{place}, line {event.start_mark.line + 1}"


class _Tree:
    def __init__(self, place: str) -> None:
        self.place = place
        self.documents: list[object] = []

    def built(self, events: Iterator[yaml.Event]) -> object:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self.documents.append(self._value(event, events))
        if len(self.documents) != 1:
            raise InputError.at(self.place, f"it holds {len(self.documents)} documents", "Give one.")
        return self.documents[0]

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event]) -> object:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(inner, events) for inner in _until(yaml.SequenceEndEvent, events)]
        found: dict[str, object] = {}
        for key in _until(yaml.MappingEndEvent, events):
            if not isinstance(key, yaml.ScalarEvent):
                raise InputError.at(_at(self.place, key), "a key is no text", "Use plain keys.")
            if key.value in found:
                raise InputError.at(_at(self.place, key), f"the key {key.value[:60]!r} stands twice", "Keep one.")
            found[key.value] = self._value(next(events), events)
        return found


def _until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _scalar(event: yaml.ScalarEvent) -> object:
    words: str = event.value
    if event.style is not None:
        return words
    if words.lower() in _PLAIN:
        return _PLAIN[words.lower()]
    if _NUMBER.fullmatch(words):
        return float(words) if "." in words else int(words)
    return words
