"""Small instruments and answers for the tests of the widgets; fictional, in our own words."""

# ruff: noqa: E501 - one question a line
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from widgets.keeping import Saved
from widgets.questionnaire_scenarios import Scenarios

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

ENGLISH = {
    "Organise": ["Plan making|Does the city's main plan deal with disaster risk?|No plan does|A plan covers some of it|A separate plan covers all of it|The main plan covers all of it",
                 "Coordination|Is there one body that brings the departments together?|No body has the task|One may invite, few come|One has the task and money, for some phases|One has the task and money, for all phases",
                 "Integration|Do other departments ask what a decision does to resilience?|Never|Now and then|In most departments, by habit|In all, before money is given"],
    "Know the risks": ["Hazards|Does the city know its main hazards and how likely they are?|Hardly|Most of them|All, without a date for the next look|All, looked at again on a schedule",
                       "Shared systems|Do utilities and the city see the weak points together?|Not even one by one|One by one|Some together|Together, with what depends on what"],
    "Learn from others": ["Other cities|Does the city look for what others already learnt?|It depends on a person|Now and then|In a network, little used|Actively, in several networks",
                          "Own lessons|Are lessons of an event written down and used?|No|Some are written|All are written, few are used|All are written and used"],
}
ARABIC = {
    "التنظيم": ["وضع الخطط|هل تتناول خطة المدينة الرئيسية مخاطر الكوارث؟|لا توجد خطة|خطة تغطي جزءاً منها|خطة مستقلة تغطيها كلها|الخطة الرئيسية تغطيها كلها",
                "التنسيق|هل توجد جهة واحدة تجمع الإدارات؟|لا جهة مكلفة|جهة تدعو وقليل يحضر|مكلفة ولها موارد لبعض المراحل|مكلفة ولها موارد لكل المراحل",
                "الإدماج|هل تسأل الإدارات الأخرى عن أثر قراراتها؟|أبداً|أحياناً|في معظمها|في كلها قبل صرف المال"],
    "معرفة المخاطر": ["الأخطار|هل تعرف المدينة أخطارها الرئيسية؟|بالكاد|معظمها|كلها دون موعد للمراجعة|كلها مع مراجعة منتظمة",
                      "النظم المشتركة|هل تُرى نقاط الضعف معاً؟|لا|كل على حدة|بعضها معاً|كلها معاً"],
    "التعلم من الآخرين": ["مدن أخرى|هل تبحث المدينة عما تعلمه الآخرون؟|بحسب الأشخاص|أحياناً|ضمن شبكة قليلة الاستعمال|بنشاط في عدة شبكات",
                          "دروسنا|هل تُكتب دروس الأحداث وتُستعمل؟|لا|بعضها يُكتب|كلها تُكتب وقليل يُستعمل|كلها تُكتب وتُستعمل"],
}


def instrument(language: str = "en") -> dict[str, Any]:
    """Return a form of seven items in three sections; the second asks for scenarios, the fourth for a number."""
    sections = []
    for number, (name, items) in enumerate((ARABIC if language == "ar" else ENGLISH).items(), 1):
        made = [_item(f"P{number}.{k}", *line.split("|")) for k, line in enumerate(items, 1)]
        sections.append({"id": f"E{number}", "number": number, "name": name, "short": name, "about": "", "items": made})
    sections[0]["items"][1] |= {"needs_scenarios": True, "scenarios": ["most_probable", "most_severe"]}
    sections[1]["items"][0] |= {"quantity": {"id": "share", "ask": "Share of hazards with a map", "unit": "percent",
                                             "low": 0, "high": 100, "whole": False}}
    sections[1]["items"][1] |= {"quantity": {
        "id": "share", "ask": "Share of systems seen together", "unit": "percent", "low": 0, "high": 100, "whole": False,
        "ladder": LADDER}}
    return {"name": "resilience", "version": "1", "language": language, "dir": "rtl" if language == "ar" else "ltr",
            "title": "Resilience of the city" if language != "ar" else "صمود المدينة", "about": "", "review": "",
            "scale": {"min": 0, "max": 3, "words": []}, "sections": sections}


LADDER = [[0, 0, [0]], [0, 25, [0]], [25, 25, [0, 1, 2, 3]], [25, 50, [0, 1, 2, 3]], [50, 50, [1, 2]], [50, 80, [1, 2]],
          [80, 80, [3]], [80, 100, [3]], [100, 100, [3]]]
"""Under 25 means level 0, from 80 level 3; from 50 it may be 1 or 2; from 25 to 50 no level has a place for it."""

HAZARDS = [{"label": "hazards of this city", "hazards": [["MH0600", "flooding"]]},
           {"label": "geological", "hazards": [["GH0101", "earthquake"], ["GH0300", "landslide"]]}]


def scenarios(record: Record | None = None, **described: str) -> Scenarios:
    """Return the two scenarios of the sample; those named are described, the others wait."""
    known = {name: {"hazard": "MH0600" if name in described else "", "words": described.get(name, ""),
                    "revision": int(name in described)} for name in ("most_probable", "most_severe")}
    return Scenarios(known, HAZARDS, (record or Record()).save)


def _item(item: str, label: str, question: str, *levels: str) -> dict[str, Any]:
    return {"id": item, "label": label, "question": question, "scale": [0, 3], "quantity": None,
            "levels": [{"value": value, "text": text} for value, text in enumerate(levels)],
            "needs_scenarios": False, "scenarios": [], "evidence_hint": "a dated plan", "help": ""}


def answers() -> dict[str, dict[str, Any]]:
    """Return three answers: a level, do not know, and not applicable."""
    return {
        "P1.1": {"state": "answered", "level": 1, "note": "The plan of 2025 covers floods only.", "confidence": "medium",
                 "evidence": [{"reference": "Resilience plan 2025, page 12", "sensitivity": "public"}], "revision": 3},
        "P1.2": {"state": "unknown", "level": None, "note": "", "revision": 1},
        "P2.1": {"state": "not_applicable", "level": None, "note": "", "revision": 1},
    }


@dataclass
class Record:
    """A store in miniature: the revision is the store's own, and an old one is a conflict."""

    rows: dict[str, tuple[int, Any]] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    fault: Exception | None = None

    def save(self, event: Any) -> Saved:
        """Write, or raise the fault that the test set."""
        if self.fault is not None:
            raise self.fault
        self.events.append(event)
        key = next(getattr(event, name) for name in ("item", "scenario", "entry_id") if hasattr(event, name))
        revision = event.revision + 1
        self.rows[key] = (revision, event)
        return Saved(revision, NOON)
