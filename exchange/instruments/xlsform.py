"""A questionnaire as an XLSForm, the spreadsheet that ODK and KoboToolbox put on phones, and back again.

Each section is a group and each item a `select_one` whose choices are its levels, "do not know" and "not applicable".
Columns that XLSForm does not know (`short`, `quantities`, `when` ...) carry the rest; other programs pass over them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from exchange.instruments.columns import Cells, named, spoken
from exchange.instruments.instrument import Instrument
from exchange.instruments.records import Item, Quantity, Section
from exchange.instruments.translation import ItemWords, SectionWords
from exchange.vocabulary import NOT_APPLICABLE, SCENARIOS, STAKEHOLDER_GROUPS, STATES, UNKNOWN
from exchange.words import Text, text

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
SHEETS = (SURVEY, CHOICES, SETTINGS)
SCALE = "scale"
"""The list of choices that holds the words of the scale."""

WHY = text("Why? One sentence, and what proves it.")
GROUP = "stakeholder_group"
"""The question for whom somebody speaks; its choices are no levels."""
WHO = text("Which group do you belong to?")
FIRST = text("Agree on it first. The questions that need it appear when it is described.")

Tables = dict[str, list[Cells]]


def note_of(item: str) -> str:
    """Return the name of the question for the sentence beside a level."""
    return f"{item}_note"


def number_of(item: str, quantity: str) -> str:
    """Return the name of the question for a number on which a level rests."""
    return f"{item}_{quantity}"


def scenario_of(scenario: str) -> str:
    """Return the name of the question for a scenario."""
    return f"scenario_{scenario}"


def to_xlsform(instrument: Instrument) -> Tables:
    """Return the sheets of a questionnaire as rows of cells; nothing of the instrument is lost.

    Parameters
    ----------
    instrument
        In its first language, with its translations.

    Returns
    -------
    dict
        ``survey``, ``choices`` and ``settings``, each a list of rows: column -> text.
    """
    return {
        SURVEY: [_group(instrument), *_scenarios(instrument),
                 *(row for section in instrument.sections for row in _section(instrument, section))],
        CHOICES: list(_choices(instrument)),
        SETTINGS: [_settings(instrument)],
    }


def _group(whole: Instrument) -> Cells:
    return {"type": f"select_one {GROUP}s", "name": GROUP, **_ours(whole, "label", WHO)}


def _scenarios(whole: Instrument) -> Iterator[Cells]:
    """Yield a question for each scenario that must be agreed on before some of the items."""
    needed = {scenario for item in whole.items for scenario in item.needs_scenarios}
    for scenario, words in SCENARIOS.items():
        if scenario in needed:
            yield {"type": "text", "name": scenario_of(scenario), **_ours(whole, "label", words),
                   **_ours(whole, "hint", FIRST)}


def _section(whole: Instrument, section: Section) -> Iterator[Cells]:
    none = SectionWords()
    yield {
        "type": "begin_group", "name": section.id,
        **spoken(whole, "label", section.name, lambda w: w.sections.get(section.id, none).name),
        **spoken(whole, "short", section.short, lambda w: w.sections.get(section.id, none).short),
        **spoken(whole, "about", section.about, lambda w: w.sections.get(section.id, none).about),
        "number": str(section.number),
    }
    for item in section.items:
        yield from _item(whole, item)
    yield {"type": "end_group", "name": section.id}


def _item(whole: Instrument, item: Item) -> Iterator[Cells]:
    none = ItemWords()
    yield {
        "type": f"select_one {list_of(item)}", "name": item.id,
        **spoken(whole, "label", item.question, lambda w: w.items.get(item.id, none).question),
        **spoken(whole, "hint", item.help, lambda w: w.items.get(item.id, none).help),
        **spoken(whole, "guidance_hint", item.evidence_hint, lambda w: w.items.get(item.id, none).evidence_hint),
        **spoken(whole, "short", item.label, lambda w: w.items.get(item.id, none).label),
        **facts(item),
        "relevant": " and ".join(f"${{{scenario_of(scenario)}}} != ''" for scenario in item.needs_scenarios),
    }
    for quantity in item.quantities:
        if quantity.ask is not None:
            yield _number(whole, item, quantity)
    yield {"type": "text", "name": note_of(item.id), "relevant": f"${{{item.id}}} != ''",
           **_ours(whole, "label", WHY)}


def list_of(item: Item) -> str:
    """Return the name of the list of an item's choices."""
    return f"{item.id}_levels" if item.levels else SCALE


def facts(item: Item) -> Cells:
    """Return what an item carries beside its texts, one cell each."""
    quantities = [quantity.model_dump(mode="json", exclude_defaults=True) for quantity in item.quantities]
    return {"needs_scenarios": " ".join(item.needs_scenarios), "bounds_note": item.bounds_note or "",
            "quantities": written(quantities), "tags": written(item.tags)}


def written(value: object) -> str:
    """Return JSON on one line; nothing for what is empty."""
    return json.dumps(value, ensure_ascii=False) if value else ""


def _number(whole: Instrument, item: Item, quantity: Quantity) -> Cells:
    none = ItemWords()
    limits = [f". >= {quantity.low:.15g}", *([] if quantity.high is None else [f". <= {quantity.high:.15g}"])]
    return {
        "type": "integer" if quantity.whole else "decimal", "name": number_of(item.id, quantity.id),
        **spoken(whole, "label", quantity.ask, lambda w: w.items.get(item.id, none).asks.get(quantity.id)),
        "constraint": " and ".join(limits),
    }


def _choices(whole: Instrument) -> Iterator[Cells]:
    none = ItemWords()
    for item in whole.items:
        for n, level in enumerate(item.levels):
            when = [{name: limits.model_dump(mode="json", exclude_defaults=True) for name, limits in box.items()}
                    for box in level.when]
            yield {"list_name": list_of(item), "name": str(level.value), "when": written(when),
                   **spoken(whole, "label", level.text, lambda w, n=n, item=item: _at(  # type: ignore[misc]
                       w.items.get(item.id, none).levels, n))}
        if item.levels:
            yield from _states(whole, list_of(item))
    for n, (value, words) in enumerate(zip(whole.scale.numbers, whole.scale.words, strict=True)):
        yield {"list_name": SCALE, "name": str(value),
               **spoken(whole, "label", words, lambda w, n=n: _at(w.scale, n))}  # type: ignore[misc]
    yield from _states(whole, SCALE)
    for group, said in STAKEHOLDER_GROUPS.items():
        yield {"list_name": f"{GROUP}s", "name": group, **_ours(whole, "label", said)}


def _at(words: tuple[str | None, ...], n: int) -> str | None:
    return words[n] if n < len(words) else None


def _states(whole: Instrument, name: str) -> Iterator[Cells]:
    for state in (UNKNOWN, NOT_APPLICABLE):
        yield {"list_name": name, "name": state, **_ours(whole, "label", STATES[state])}


def _ours(whole: Instrument, column: str, words: Text) -> Cells:
    return {f"{column}::{named(language)}": words.said(language) for language in whole.languages}


def _settings(whole: Instrument) -> Cells:
    return {
        "form_title": whole.title, "form_id": whole.name, "version": whole.version,
        "default_language": named(whole.language), "source": whole.source or "", "sections_are": whole.sections_are,
        **spoken(whole, "heading", whole.title, lambda w: w.title),
        **spoken(whole, "about", whole.about, lambda w: w.about),
        **{f"review::{named(language)}": words.status for language, words in whole.translations.items()},
    }
