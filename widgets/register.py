"""A list that a city, or two cities together, keep: objectives, people, activities, actions. Cards to add and edit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import anywidget
import traitlets

from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.words import Text, count, direction, say, supported, text
from widgets import words as said
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved, clean
from widgets.sources import source, style

FieldType = Literal["text", "long", "date", "number", "choice", "person"]
LONGEST: Final[dict[str, int]] = {"text": 300, "person": 300, "long": 4000}
_NEW_ID: Final = re.compile(r"[0-9a-f]{16}")

Values = dict[str, Any]
"""Field name -> text (also a date, as 2026-11-23), number, or nothing ("" and None)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked of every entry.

    Parameters
    ----------
    name, label
        Its key in the body, and what people read.
    type
        ``text`` one line, ``long`` several, ``date``, ``number``, ``choice`` one of `choices`, ``person`` a name
        (`choices` are then only suggested).
    choices
        Value -> label, or plain words.
    required
        An entry is kept in the browser, and not saved, until this is filled in.
    """

    name: str
    label: Text | str
    type: FieldType = "text"
    choices: Mapping[str, Text | str] | Sequence[str] = ()
    required: bool = False

    def options(self, language: str) -> list[dict[str, str]]:
        """Return the choices as the page shows them."""
        choices = self.choices if isinstance(self.choices, Mapping) else dict.fromkeys(self.choices, "")
        return [{"value": value, "label": say(label, language) or value} for value, label in choices.items()]


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """One entry as it should stand, or one that should go.

    Parameters
    ----------
    kind
        Of the register: ``objective``, ``person`` and so on.
    entry_id
        A new entry brings the id that its browser drew (16 hexadecimal digits); it must be kept as the entry's
        id, because the same entry may be sent again after a lost connection.
    values
        Every field of the register; empty when the entry should go.
    new
        Whether the register did not have it when it was opened.
    revision, client, seq
        The revision that the person saw (0: none), and the page's own count.
    """

    kind: str
    entry_id: str
    values: Values
    new: bool
    revision: int
    client: str
    seq: int

    def body(self) -> Values:
        """Return the values, as the page writes them."""
        return self.values


class Register(Keeping, TwoFaces, anywidget.AnyWidget):
    """An editable list of entries: add, edit in place, delete after asking; every change is saved as it is made.

    Parameters
    ----------
    title
        What the list holds: "Objectives".
    kind
        Its kind in the record.
    fields
        What is asked of each entry; the first one names it.
    entries
        Dictionaries with entry_id, revision, body, and where known ``by`` (who wrote it), ``side`` (``learner`` or
        ``host``) and ``can_edit`` (False: this person may only read it).
    save, delete
        Write, or remove, one `EntryEvent` and return the receipt; they authorise again.
    language
        Language of the interface.
    key
        Key of what the browser keeps: it must name the person and the list.
    add
        Words of the button that adds: "Add an objective".
    me
        ``by`` and ``side`` of who is writing, shown on new entries.
    can_edit
        False shows the list and refuses every change.
    current
        Entry id -> the entry as the record holds it now; asked after a conflict.
    """

    _esm = source("dom.js", "keep.js", "register.js")
    _css = style("controls.css", "register.css")

    title = traitlets.Unicode().tag(sync=True)
    fields = traitlets.List(traitlets.Dict()).tag(sync=True)
    entries = traitlets.List(traitlets.Dict()).tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    add = traitlets.Unicode().tag(sync=True)
    me = traitlets.Dict().tag(sync=True)
    can_edit = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003
    words = traitlets.Dict().tag(sync=True)
    sides = traitlets.Dict().tag(sync=True)

    def __init__(  # noqa: PLR0917 - in the order in which one says them
        self, title: Text | str, kind: str, fields: Sequence[Field], entries: Sequence[Mapping[str, Any]],
        save: Callable[[EntryEvent], Saved], delete: Callable[[EntryEvent], Saved], language: str = "en", *,
        key: str = "", add: Text | str = "", me: Mapping[str, str] | None = None, can_edit: bool = True,
        current: Callable[[str], Mapping[str, Any] | None] | None = None, **kwargs: Any,
    ) -> None:
        self._spoken = supported(language)
        self._kind, self._fields, self._can_edit, self._delete = kind, list(fields), can_edit, delete
        self._current = current or (lambda _entry: None)
        self._known = {str(entry["entry_id"]): self._shown(entry) for entry in entries}
        super().__init__(
            title=say(title, self._spoken), fields=[_field_shown(field, self._spoken) for field in fields],
            entries=[*self._known.values()], key=key or kind, language=self._spoken, dir=direction(self._spoken),
            add=say(add, self._spoken) or text("Add").said(self._spoken), me={**(me or {})}, can_edit=can_edit,
            words=said.strings(self._spoken, "register"), sides=said.sides(self._spoken), **kwargs)
        handlers = {"entry": Handler(self._read, save, self._note_down, self._theirs),
                    "delete": Handler(self._read_removal, self._remove, self._strike_out, self._theirs)}
        self._desk = Desk(self._spoken, handlers)

    def receive(self, message: object) -> dict[str, Any] | None:
        """Return the reply to one message of a page; None where it deserves none."""
        return self._desk.answer(message)

    def refresh(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Show what the record holds now; what a page has not sent yet stays as the person left it."""
        self._known = {str(entry["entry_id"]): self._shown(entry) for entry in entries}
        self.entries = [*self._known.values()]

    def _shown(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        body = entry["body"]
        return {"entry_id": str(entry["entry_id"]), "revision": int(entry["revision"]),
                "body": {field.name: _stored(field, body.get(field.name)) for field in self._fields},
                "by": str(entry.get("by") or ""), "side": str(entry.get("side") or ""),
                "can_edit": bool(entry.get("can_edit", True))}

    def _allowed(self, key: str) -> None:
        known = self._known.get(key)
        if not self._can_edit or (known is not None and not known["can_edit"]):
            raise Refusal(text("You can read this but not change it."))

    def _read(self, envelope: Envelope, message: Message) -> EntryEvent:
        self._allowed(envelope.key)
        if envelope.key not in self._known and not _NEW_ID.fullmatch(envelope.key):
            raise Refusal(text("This entry is not in the list. Open the page again."))
        body = message.get("body")
        if not isinstance(body, Mapping) or set(body) - {field.name for field in self._fields}:
            raise Refusal(text("This entry has parts that the list does not know. Open the page again."))
        values = {field.name: _checked(field, body.get(field.name)) for field in self._fields}
        missing = [field.label for field in self._fields if field.required and values[field.name] in ("", None)]
        if missing:
            raise Refusal(text("Fill in {fields}.", fields=missing))
        return self._event(envelope, values)

    def _read_removal(self, envelope: Envelope, _message: Message) -> EntryEvent:
        self._allowed(envelope.key)
        return self._event(envelope, {})

    def _event(self, envelope: Envelope, values: Values) -> EntryEvent:
        return EntryEvent(self._kind, envelope.key, values, envelope.key not in self._known, envelope.revision,
                          envelope.client, envelope.seq)

    def _remove(self, event: EntryEvent) -> Saved:
        if event.new:  # it was never in the record
            return Saved(0, datetime.now(UTC))
        return self._delete(event)

    def _note_down(self, event: EntryEvent, saved: Saved) -> None:
        before = self._known.get(event.entry_id, {**self.me, "can_edit": True})
        self._known[event.entry_id] = {**before, "entry_id": event.entry_id, "revision": saved.revision,
                                       "body": event.values}
        self._keep_for_new_pages()

    def _strike_out(self, event: EntryEvent, _saved: Saved) -> None:
        self._known.pop(event.entry_id, None)
        self._keep_for_new_pages()

    def _keep_for_new_pages(self) -> None:
        # In place, on purpose: the page that sent the change has it already; a new page of this kernel will get it.
        self.entries[:] = self._known.values()

    def _theirs(self, key: str) -> Values | None:
        stored = self._current(key)
        if stored is None:
            return None
        shown = self._shown(stored)
        return {**shown["body"], "revision": shown["revision"]}

    def sentence(self) -> str:
        """Return the title and how many entries there are."""
        entries = count("{title}: {n} entry", "{title}: {n} entries", len(self._known), title=self.title)
        return entries.said(self._spoken)

    def static(self) -> str:
        """Return the entries as one table."""
        signed = any(entry["by"] for entry in self._known.values())
        heads = [field.label for field in self._fields] + ([text("Written by")] if signed else [])
        rows = tuple(self._row(entry)[:len(heads)] for entry in self._known.values())
        table = Numbers(tuple(heads), rows).html(self.sentence(), self._spoken)
        return f'<div lang="{escape(self._spoken)}" dir="{direction(self._spoken)}">{table}</div>'

    def _row(self, entry: Mapping[str, Any]) -> tuple[object, ...]:
        return *(_printed(field, entry["body"][field.name], self._spoken) for field in self._fields), entry["by"]


def _field_shown(field: Field, language: str) -> dict[str, Any]:
    return {"name": field.name, "label": say(field.label, language), "type": field.type,
            "choices": field.options(language), "required": field.required, "most": LONGEST.get(field.type, 0)}


def _stored(field: Field, value: Any) -> Any:
    if field.type == "number":
        return None if value is None or value != value else value  # noqa: PLR0124
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _printed(field: Field, value: Any, language: str) -> object:
    if field.type == "date" and value:
        return date.fromisoformat(value)
    if field.type == "choice":
        return {option["value"]: option["label"] for option in field.options(language)}.get(value, value)
    return value


def _checked(field: Field, value: object) -> Any:
    if field.type == "number":
        return _number(field, value)
    words = clean("" if value is None else value, _label(field), LONGEST.get(field.type, 100))
    if field.type == "date" and words:
        return _day(field, words)
    if field.type == "choice" and words and words not in {option["value"] for option in field.options("en")}:
        raise Refusal(text("{what}: choose one of the list.", what=field.label))
    return words


def _label(field: Field) -> Text:
    return field.label if isinstance(field.label, Text) else text("{label}", label=field.label)


def _number(field: Field, value: object) -> float | int | None:
    if value is None:
        return None
    if type(value) in (int, float) and math.isfinite(value) and abs(value) < 1e15:  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    raise Refusal(text("{what} must be a number.", what=field.label))


def _day(field: Field, words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError as error:
        raise Refusal(text("{what} must be a date.", what=field.label)) from error
