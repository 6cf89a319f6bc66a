"""One questionnaire, any instrument: the form asks, the record keeps, the browser remembers until it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import anywidget
import traitlets

from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.vocabulary import ANSWERED, BLANK, SCENARIOS, STATES, UNKNOWN
from exchange.words import Text, direction, supported, text
from widgets import words as said
from widgets.answer import Answer, AnswerEvent, Evidence, checked, read_answer
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved
from widgets.questionnaire_scenarios import ScenarioEvent, Scenarios
from widgets.sources import source, style

__all__ = ["Answer", "AnswerEvent", "Evidence", "Questionnaire", "Saved", "ScenarioEvent", "Scenarios"]


class Questionnaire(Keeping, TwoFaces, anywidget.AnyWidget):
    """Ask an instrument, one section at a time; save every answer as it is given.

    Parameters
    ----------
    instrument
        What ``Instrument.for_form(language)`` returns.
    answers
        Item -> what is stored of it: state, level, note, confidence, evidence, quantity, revision; any of them
        may be missing. Items without an entry are blank. Items that the instrument does not ask are left out.
    save
        Writes one `AnswerEvent` and returns the receipt. It authorises again, and raises `ConflictError` where
        the stored revision is not the event's, another `ExchangeError` where the answer cannot be kept.
    assessment
        Key of what the browser keeps: it must name the person and the assessment.
    language
        Language of the interface, BCP 47.
    past
        Item -> the level of the city's own last assessment, or None.
    sections
        Ids of the sections that count; None for all. A person can change it; read it back from `sections`.
    can_edit
        False shows the answers and refuses every change.
    current
        Item -> what the record holds now; asked after a conflict, so that the person can choose.
    scenarios
        The scenarios to describe before the items that need them; None asks for none.
    objection
        Why an answer cannot be kept as it is, or None: the number says another level, a reason is missing.
    """

    _esm = source("dom.js", "keep.js", "answer.js", "scenarios.js", "questionnaire.js")
    _css = style("controls.css", "questionnaire.css")

    instrument = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    assessment = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    past = traitlets.Dict().tag(sync=True)
    sections = traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None).tag(sync=True)
    section = traitlets.Unicode("").tag(sync=True)
    can_edit = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003
    scenarios = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    hazards = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    terms = traitlets.Dict().tag(sync=True)

    def __init__(  # noqa: PLR0917 - in the order in which one says them
        self, instrument: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]],
        save: Callable[[AnswerEvent], Saved], assessment: str, language: str = "en",
        past: Mapping[str, int | None] | None = None, sections: Sequence[str] | None = None, *,
        can_edit: bool = True, current: Callable[[str], Mapping[str, Any] | None] | None = None,
        scenarios: Scenarios | None = None, objection: Callable[[AnswerEvent], Text | None] | None = None,
        **kwargs: Any,
    ) -> None:
        self._items = {item["id"]: item for section in instrument["sections"] for item in section["items"]}
        self._form = instrument
        self._known = {item: read_answer(answers[item]) for item in self._items if item in answers}
        self._current = current or (lambda _item: None)
        self._can_edit = can_edit
        self._objection = objection or (lambda _event: None)
        self._described = None if scenarios is None else {name: {**one} for name, one in scenarios.described.items()}
        self._spoken = supported(language)
        super().__init__(
            instrument=slim(instrument), answers={**self._known}, assessment=assessment, language=self._spoken,
            dir=direction(self._spoken),
            past={item: level for item, level in (past or {}).items() if level is not None},
            sections=None if sections is None else [*sections], can_edit=can_edit,
            scenarios=self._described, hazards=[*scenarios.hazards] if scenarios else [],
            words=said.strings(self._spoken, "questionnaire"), terms=_terms(self._spoken), **kwargs)
        handlers = {"answer": Handler(self._read, save, self._note_down, self._theirs)}
        if scenarios is not None:
            handlers["scenario"] = Handler(partial(self._read_scenario, scenarios), scenarios.save,
                                           self._note_scenario, scenarios.theirs)
        self._desk = Desk(self._spoken, handlers)

    @traitlets.validate("sections")
    def _check_sections(self, proposal: Mapping[str, Any]) -> list[str] | None:
        # The page may set it: only sections of the instrument count, in their order, and never none at all.
        if proposal["value"] is None:
            return None
        chosen = [section["id"] for section in self._form["sections"] if section["id"] in proposal["value"]]
        return chosen or None

    def refresh(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """Show what the record holds now; what a page has not sent yet stays as the person left it."""
        self._known.update({item: read_answer(answers[item]) for item in self._items if item in answers})
        self.answers = {**self._known}

    def allow(self, *, can_edit: bool) -> None:
        """Open the answers to changes, or close them; a page that is open follows."""
        self._can_edit = can_edit
        self.can_edit = can_edit

    def receive(self, message: object) -> dict[str, Any] | None:
        """Return the reply to one message of a page; None where it deserves none."""
        return self._desk.answer(message)

    def _must_be_open(self) -> None:
        if not self._can_edit:
            raise Refusal(text("You can read these answers but not change them."))

    def _read(self, envelope: Envelope, message: Message) -> AnswerEvent:
        self._must_be_open()
        item = self._items.get(envelope.key)
        if item is None:
            raise Refusal(text("This question is not in the questionnaire. Open the page again."))
        event = checked(item, envelope, message)
        against = self._objection(event)
        if against is not None:
            raise Refusal(text("{why}.", why=against))
        return event

    def _read_scenario(self, scenarios: Scenarios, envelope: Envelope, message: Message) -> ScenarioEvent:
        self._must_be_open()
        return scenarios.read(envelope, message)

    def _note_scenario(self, event: ScenarioEvent, saved: Saved) -> None:
        # In place, as with answers: the page that described it shows it already.
        self.scenarios[event.scenario] = {**event.body(), "revision": saved.revision}

    def _note_down(self, event: AnswerEvent, saved: Saved) -> None:
        self._known[event.item] = {**event.body(), "revision": saved.revision}
        # Changed in place, on purpose: the page has the answer already, and a new page of this kernel will get it.
        self.answers[event.item] = self._known[event.item]

    def _theirs(self, item: str) -> Answer | None:
        stored = self._current(item)
        return None if stored is None else read_answer(stored)

    def sentence(self) -> str:
        """Return how far it is answered."""
        return progress(self._known, [*self._items]).said(self._spoken)

    def static(self) -> str:
        """Return one table a section: item, answer, note."""
        return printed(self._form, self._known, self._spoken)


def slim(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form without what the page does not show: empty parts, and the scale that the levels repeat."""
    sections = [{**_some(section, "short"), "items": [_some(item, "scale", "needs_scenarios")
                                                      for item in section["items"]]} for section in form["sections"]]
    return {**_some(form, "scale", "review"), "sections": sections}


def _some(part: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in without and value not in (None, "", [])}


def progress(answers: Mapping[str, Answer], items: Sequence[str]) -> Text:
    """Return how far these items are answered; "do not know" is an answer, and is named."""
    states = [answers[item]["state"] if item in answers else BLANK for item in items]
    answered, unknown = len(states) - states.count(BLANK), states.count(UNKNOWN)
    if unknown:
        return text("{answered} of {total} answered, {unknown} unknown", answered=answered, total=len(states),
                    unknown=unknown)
    return text("{answered} of {total} answered", answered=answered, total=len(states))


def _terms(language: str) -> dict[str, Any]:
    return {"confidence": said.confidence(language), "sensitivity": said.sensitivity(language),
            "scenarios": said.terms(SCENARIOS, language)}


def printed(form: Mapping[str, Any], answers: Mapping[str, Answer], language: str) -> str:
    """Return the answers as HTML, one table a section, for notebooks that ran without a browser."""
    items = [item["id"] for section in form["sections"] for item in section["items"]]
    tables = "".join(_table(section, answers, language) for section in form["sections"])
    opening = f'<div lang="{escape(language)}" dir="{direction(language)}">'
    return f"{opening}<p>{escape(progress(answers, items).said(language))}</p>{tables}</div>"


def _table(section: Mapping[str, Any], answers: Mapping[str, Answer], language: str) -> str:
    columns = (text("Question"), text("Answer"), text("Note"))
    rows = tuple(_row(item, answers.get(item["id"], read_answer({}))) for item in section["items"])
    return Numbers(columns, rows).html(f"{section['number']} {section['name']}", language)


def _row(item: Mapping[str, Any], answer: Answer) -> tuple[object, ...]:
    return f"{item['id']} {item['label']}", _answer_said(item, answer), answer["note"]


def _answer_said(item: Mapping[str, Any], answer: Answer) -> Text:
    if answer["state"] == ANSWERED:
        levels = {level["value"]: level["text"] for level in item["levels"]}
        said = text("{level}: {words}", level=str(answer["level"]), words=levels.get(answer["level"], ""))
        if item.get("quantity") is None or answer["quantity"] is None:
            return said
        return text("{answer} ({value} {unit})", answer=said, value=answer["quantity"], unit=item["quantity"]["unit"])
    return STATES.get(answer["state"], STATES[BLANK])
