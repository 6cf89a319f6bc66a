"""Which lessons fit this city, and the reason for each: its own low scores and its own hazards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exchange import hazards as hazard_terms
from exchange.lessons.lesson import Lesson
from exchange.words import Text, text

ITEM_WEIGHT, ESSENTIAL_WEIGHT, HAZARD_WEIGHT = 1.0, 0.3, 0.6
"""A lesson on the very question where a city is low counts most, one on the same essential least.

These are a stated hypothesis, not a finding; the reasons name what was counted.
"""


@dataclass(frozen=True)
class Recommendation:
    """A lesson, why it is shown, and how strongly (only for the order; never shown as a grade)."""

    lesson: Lesson
    reasons: tuple[Text, ...]
    strength: float


def recommend(lessons: Iterable[Lesson], levels: Mapping[str, int], hazards: Mapping[str, float],
              *, city_id: str | None = None, labels: Mapping[str, str] | None = None, top: int = 5,
              ) -> tuple[Recommendation, ...]:
    """Return the lessons that fit a city's gaps and hazards, the best fitting first.

    Parameters
    ----------
    lessons
        The library that this city may read.
    levels
        Item -> level 0-3, answered items only. Levels 0 and 1 are gaps.
    hazards
        Hazard id -> weight, larger for what matters more to the city.
    city_id
        The city itself: its own lessons are not recommended to it.
    labels
        Item -> label, for the reasons.
    top
        How many to return at the most. Lessons without any reason are never returned.
    """
    found = []
    for lesson in lessons:
        if lesson.city_id is not None and lesson.city_id == city_id:
            continue
        strength, reasons = _fit(lesson, levels, hazards, labels or {})
        if reasons:
            found.append(Recommendation(lesson, reasons, strength))
    return tuple(sorted(found, key=lambda r: (-r.strength, r.lesson.lesson_id))[:top])


def _fit(lesson: Lesson, levels: Mapping[str, int], hazards: Mapping[str, float], labels: Mapping[str, str],
         ) -> tuple[float, tuple[Text, ...]]:
    gaps = {item: level for item, level in levels.items() if level <= 1}
    strength, reasons = 0.0, []
    direct = sorted((gaps[item], item) for item in lesson.items if item in gaps)
    if direct:
        level, item = direct[0]
        strength += sum(ITEM_WEIGHT * (2 - low) / 2 for low, _ in direct)
        reasons.append(text("you scored {level} on {item} {label}", level=level, item=item,
                            label=labels.get(item, "")))
    near = {_essential(item) for item in gaps} & set(lesson.essentials)
    strength += ESSENTIAL_WEIGHT * len(near)
    shared = sorted((-hazards[h], h) for h in lesson.hazards if h in hazards)
    if shared and (direct or near):
        heaviest = max(hazards.values(), default=1.0) or 1.0
        strength += HAZARD_WEIGHT * sum(-weight for weight, _ in shared) / heaviest / len(lesson.hazards)
        known = hazard_terms.load()
        reasons.append(text("you share {hazards}", hazards=[known[h].label for _, h in shared[:3] if h in known]))
    return strength, tuple(reasons)


def _essential(item: str) -> str:
    """Return the essential of an item: ``"P2.4"`` is part of ``"E2"``."""
    return "E" + item.removeprefix("P").split(".")[0]
