"""Phrases that fictional cities write; they are data, as users would type them, and stay in English."""

from __future__ import annotations

from typing import Final

from exchange.demo import prose

OUTCOMES: Final = ("new_knowledge", "enhanced_skills", "improved_consensus", "enhanced_connectivity",
                   "new_improved_actions")

WHY_MODULE: Final = "Several of its questions are low, and the other city is ahead (demo)."

TEAM: Final = {
    "learner": (("lead", "Deputy mayor", "policy_maker"), ("coordinator", "Risk officer", "practitioner"),
                ("expert", "Head of the water utility", "utility_operator"),
                ("expert", "Fire officer", "emergency_service"), ("interviewee", "Head of planning", "practitioner"),
                ("interviewee", "Speaker of the neighbourhoods", "citizen_community")),
    "host": (("chair", "Chief resilience officer", "policy_maker"),
             ("coordinator", "Programme officer", "practitioner"),
             ("expert", "Engineer of public works", "practitioner"),
             ("expert", "University partner", "academia_research")),
}
"""Side -> role, function and stakeholder group. Persons are functions, never names."""

OWNERS: Final = ("Risk officer", "Head of planning", "Head of public works", "Fire officer", "Programme officer",
                 "Head of finance", "Water utility", "Health department")

DEPARTMENTS: Final = ("Planning", "Public works", "Finance", "Health", "Parks", "Education", "Civil protection",
                      "Transport", "Housing")

EVIDENCE: Final = ("Plan in force", "Map of hazards", "Budget extract", "Report of the last exercise",
                   "Agreement with the utility", "Table of assets", "Minutes of the coordination body",
                   "Record of an interview")

DESIGN_CHANGES: Final = (
    "Interpreters were booked when the date was set.",
    "The evidence pack came as one page a module first.",
    "Each action got a budget line before the visit ended.",
    "Two people own each learning point.",
    "A mentoring call every two months follows the visit.",
    "Neighbourhood groups sat at the table from the first day.",
)

LEARNING_POINTS: Final = (
    ("Ask the utility for its weakest point first.", "single"),
    ("One page a module is read, forty pages are not.", "single"),
    ("Test the sirens on a market day.", "single"),
    ("Ring-fence maintenance together with the building cost.", "single"),
    ("The goal is fewer people cut off, not more pumps.", "double"),
    ("A map that neighbours drew is used more than ours.", "double"),
    ("Recovery is planned before the event or not at all.", "double"),
    ("Failures go on the agenda before successes.", "triple"),
    ("We choose what to learn by what we decided wrongly.", "triple"),
)

STORIES: Final = (
    ("The night shift used the new check list on its own when the river rose.", "+"),
    ("Two departments that had not met for a year now share one budget line.", "+"),
    ("A school asked to join the drill after its pupils had drawn the map.", "+"),
    ("The report was praised and put away; nothing has changed yet.", "0"),
    (prose.STORIES["+"], "+"),
    (prose.STORIES["0"], "0"),
    (prose.STORIES["-"], "-"),
    ("The pilot took staff from inspections, and inspections fell behind.", "-"),
)


def finding(label: str, *, good: bool) -> str:
    """Return a finding about a question."""
    return f"Worth showing to others: {label} (demo)." if good else f"Could be better: {label} (demo)."


def objective(label: str) -> str:
    """Return an objective about a question."""
    return f"A level higher: {label} (demo)."


def recommendation(label: str) -> str:
    """Return a recommendation about a question."""
    return f"Name an owner and a first step for: {label} (demo)."
