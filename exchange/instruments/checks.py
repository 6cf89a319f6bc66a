"""What a file must be beside its form: ids that are unique, levels that fit the scale, words for real ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from exchange.errors import Findings
from exchange.instruments.instrument import Instrument
from exchange.instruments.records import Item, Quantity, Range
from exchange.instruments.translation import Translation


def check_instrument(instrument: Instrument, place: str, findings: Findings) -> None:
    """Note everything in an instrument that does not hold together."""
    scale = instrument.scale
    if not 1 <= scale.max - scale.min <= 10:
        findings.add(f"{place}, scale", f"{scale.min} to {scale.max} does not make 2 to 11 levels",
                     "Mend min or max.")
        return
    if len(scale.words) != len(scale.numbers):
        findings.add(f"{place}, scale, words", f"{len(scale.words)} words for {len(scale.numbers)} levels",
                     "Give one for each level.")
    ids = [section.id for section in instrument.sections] + [item.id for item in instrument.items]
    for name in _twice(ids):
        findings.add(f"{place}, {name}", "the id stands twice", "Give every part its own id.")
    for name in _twice(str(section.number) for section in instrument.sections):
        findings.add(f"{place}, section {name}", "the number stands twice", "Number the sections 1, 2, 3.")
    for item in instrument.items:
        _check_item(instrument, item, f"{place}, {item.id}", findings)
    for words in instrument.translations.values():
        check_translation(instrument, words, f"{place}, {words.language}", findings)


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _check_item(instrument: Instrument, item: Item, place: str, findings: Findings) -> None:
    values = [level.value for level in item.levels]
    expected = list(instrument.scale.numbers)
    if values and values != expected:
        findings.add(f"{place}, levels", f"the levels are {values}",
                     f"Give the levels {expected}, in this order.")
    for name in _twice(quantity.id for quantity in item.quantities):
        findings.add(f"{place}, quantities", f"{name} stands twice", "Keep one of them.")
    known = {quantity.id: quantity for quantity in item.quantities}
    for quantity in item.quantities:
        _check_quantity(quantity, known, f"{place}, {quantity.id}", findings)
    for level in item.levels:
        for name, limits in chain.from_iterable(box.items() for box in level.when):
            _check_range(known.get(name), name, limits, f"{place}, level {level.value}", findings)
    before = item.tags.get("before_of")
    if before is not None and before not in {other.id for other in instrument.items}:
        findings.add(f"{place}, tags, before_of", f"there is no item {before}", "Name the item about now.")


def _check_quantity(quantity: Quantity, known: dict[str, Quantity], place: str,
                    findings: Findings) -> None:
    if (quantity.unit == "words") != bool(quantity.words):
        findings.add(place, "a quantity has either a unit or words", 'Give "unit": "words" with its words.')
    if quantity.high is not None and quantity.high <= quantity.low:
        findings.add(place, f"{quantity.high:g} is not above {quantity.low:g}", "Give low and high so.")
    other = quantity.no_less_than
    if other is not None and (other == quantity.id or other not in known):
        findings.add(place, f"there is no other quantity {other}", "Name one of the same item.")


def _check_range(quantity: Quantity | None, name: str, limits: Range, place: str,
                 findings: Findings) -> None:
    if quantity is None:
        findings.add(place, f"it rests on {name}, which the item does not have",
                     "Add it to the quantities.")
        return
    if quantity.words:
        for word in set(limits.one_of) - set(quantity.words):
            findings.add(place, f"{word!r} is not a word of {name}", f"Use {', '.join(quantity.words)}.")
    if bool(quantity.words) != bool(limits.one_of) or bool(quantity.words) == bool(limits.bounds):
        findings.add(place, f"the range of {name} does not fit its kind",
                     "Give one_of for words, and bounds for numbers.")
    high = float("inf") if quantity.high is None else quantity.high
    for bound in limits.bounds:
        if not quantity.low <= bound <= high:
            findings.add(place, f"{bound:g} lies outside {name}", f"Use {quantity.low:g} to {high:g}.")


def check_translation(instrument: Instrument, words: Translation, place: str, findings: Findings) -> None:
    """Note every text of a translation that belongs to nothing in the instrument."""
    if (words.instrument, words.version) != (instrument.name, instrument.version):
        findings.add(place, f"it translates {words.instrument} v{words.version}",
                     f"Put it beside that, or say {instrument.name} v{instrument.version}.")
    for name in words.sections.keys() - {section.id for section in instrument.sections}:
        findings.add(f"{place}, {name}", "there is no such section", "Use the ids of the instrument.")
    known = {item.id: item for item in instrument.items}
    for name, texts in words.items.items():
        item = known.get(name)
        if item is None:
            findings.add(f"{place}, {name}", "there is no such item", "Use the ids of the instrument.")
        elif len(texts.levels) not in {0, len(item.levels)}:
            findings.add(f"{place}, {name}, levels", f"{len(texts.levels)} texts, {len(item.levels)} levels",
                         "Give one for each level, in the order of the instrument.")
        elif unknown := texts.asks.keys() - {quantity.id for quantity in item.quantities}:
            findings.add(f"{place}, {name}, asks", f"there is no quantity {min(unknown)}",
                         "Use the ids of the instrument.")
    if len(words.scale) not in {0, len(instrument.scale.words)}:
        findings.add(f"{place}, scale", f"{len(words.scale)} texts for {len(instrument.scale.words)} levels",
                     "Give one for each level.")
