"""One form of 60 questions, twice: with our questionnaire, and with core ipywidgets as a careful author writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ipywidgets as ipw

from exchange import instruments
from widgets.questionnaire import AnswerEvent, Questionnaire, Saved

QUESTIONS = 60


def form() -> dict[str, Any]:
    """Return the resilience questionnaire, filled up to 60 questions from the one about learning."""
    asked, more = (instruments.load(name).for_form("en") for name in ("resilience", "learning_capacity"))
    left = QUESTIONS - sum(len(section["items"]) for section in asked["sections"])
    sections = list(asked["sections"])
    for section in more["sections"]:
        if left > 0:
            sections.append({**section, "number": len(sections) + 1, "items": section["items"][:left]})
            left -= len(sections[-1]["items"])
    return {**asked, "sections": sections}


def ours() -> Questionnaire:
    """Return the form as one widget; it answers each change, and keeps nothing."""

    def save(event: AnswerEvent) -> Saved:
        return Saved(event.revision + 1, datetime.now(UTC))

    return Questionnaire(form(), {}, save, "bench/form")


def core() -> ipw.Widget:
    """Return the form as an accordion of radio buttons and notes; a line says when an answer arrived."""
    said = ipw.HTML("", _dom_classes=["bench-said"])

    def answered(_change: object) -> None:
        said.value = f"Saved {datetime.now(UTC):%H:%M:%S}"

    def item(one: dict[str, Any]) -> ipw.VBox:
        levels = [(f"{level['value']} {level['text']}", str(level["value"])) for level in one["levels"]]
        radio = ipw.RadioButtons(options=[*levels, ("Do not know", "unknown"), ("Not applicable", "not_applicable")],
                                 value=None, layout=ipw.Layout(width="100%"))
        radio.observe(answered, names="value")
        note = ipw.Textarea(placeholder="Why this level? Who disagrees?", layout=ipw.Layout(width="100%"))
        note.observe(answered, names="value")
        return ipw.VBox([ipw.HTML(f"<b>{one['id']} {one['label']}</b><br>{one['question']}"), radio, note])

    sections = form()["sections"]
    parts = ipw.Accordion([ipw.VBox([item(one) for one in section["items"]]) for section in sections],
                          titles=[f"{section['number']} {section['name']}" for section in sections], selected_index=0)
    return ipw.VBox([said, parts])


def models(make: Any) -> int:
    """Return how many widget models a form is made of."""
    before = set(ipw.widgets.widget._instances)
    kept = make()
    made = len(set(ipw.widgets.widget._instances) - before)
    kept.close()
    return made
