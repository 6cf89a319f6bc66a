"""What people write in the fictional exchanges: a few plain sentences for each module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Theme:
    """What an exchange says when it is about one module."""

    objective: str
    host_objective: str
    benefit: str
    measure: str
    baseline: float
    target: float
    actions: tuple[str, str]
    learnt: str
    host_learnt: str


THEMES: Final = {
    "E1": Theme("One office may task all departments in a crisis", "See how a smaller city coordinates",
                "A standing resilience board that meets", "Meetings with decisions a year", 1, 6,
                ("Give the resilience board a mandate in the by-laws",
                 "Put one resilience line in each budget request"),
                "A mandate on paper changed nothing until the finance office asked for it.",
                "Explaining our board showed us that it has no stand-in."),
    "E2": Theme("Agree on two scenarios with all utilities", "Test our scenarios on another city's rivers",
                "Scenarios that all utilities sign", "Utilities that signed", 2, 8,
                ("Draw one chain of failures with the utilities", "Renew the flood map with the wards"),
                "Old photographs date floods better than our gauges do.",
                "Their wards found an error in our method."),
    "E3": Theme("A ring-fenced fund for small risks", "Learn how to pay out within days",
                "A contingency fund that is protected", "Fund in percent of the budget", 0, 1,
                ("Set up a ring-fenced contingency fund", "Offer a home check with the insurers"),
                "The rules for paying out matter more than the size of the fund.",
                "We saw that our rules exclude tenants."),
    "E4": Theme("Building rules that inspectors can apply", "See enforcement in informal areas",
                "Permits checked on site", "Share of permits checked, percent", 20, 60,
                ("Train and list the masons", "Link zoning to the renewed hazard maps"),
                "Inspectors need a page with pictures, not a code of three hundred pages.",
                "Their masons enforce more than our inspectors."),
    "E5": Theme("Green drainage in every new street", "Compare upkeep by residents",
                "Streets that hold rain", "Streets rebuilt", 3, 15,
                ("Write green drainage into the street manual", "Pay residents for the upkeep of two parks"),
                "Upkeep must have a name before the first tree is planted.",
                "Their residents keep a park for a tenth of what we pay."),
    "E6": Theme("Learn from others in an organised way", "Write down what we tell visitors",
                "Lessons written down and found again", "Lessons used in a decision", 0, 5,
                ("Keep an open record of lessons by question", "Train crews in the languages they speak"),
                "Exit interviews hold most of what we forget.",
                "Preparing for the visit was our best review in years."),
    "E7": Theme("Neighbourhoods that take part in drills", "See drills designed by residents",
                "Households in the yearly drill", "Share of households, percent", 10, 40,
                ("Let each neighbourhood write its own drill", "Keep consent-based lists of people who need help"),
                "People practise what they have written themselves.",
                "We have no list of those who live alone."),
    "E8a": Theme("Know which failures pull others down", "Look at cheap back-up power",
                 "Critical sites with tested back-up", "Sites tested", 5, 20,
                 ("Keep a shared register of back-up power", "Test back-up power every quarter"),
                 "Five hospitals counted on the same two generators.",
                 "Their register is simpler than ours and is used more."),
    "E8b": Theme("Treat the injured of the worst day", "See triage outside hospitals",
                 "Beds that can be opened within a day", "Beds", 80, 200,
                 ("Agree on mutual aid with three hospitals", "Train two people a street in first aid"),
                 "Private hospitals join when insurers ask.", "Their street medics reach people before we do."),
    "E9": Theme("Warnings that people act on", "See warnings in the words of the street",
                "Households that act on a warning", "Share of households, percent", 30, 60,
                ("Name a colour and an hour in every warning", "Let the duty desk warn without a signature"),
                "A colour on a lamp post beats a river level in metres.",
                "Our duty desk still waits for three signatures."),
    "E10": Theme("A recovery plan before the disaster", "Hear what failed in their recovery",
                 "A recovery ordinance", "Ordinance adopted, 0 or 1", 0, 1,
                 ("Adopt a recovery ordinance in quiet times", "Help families to clear their titles"),
                 "The pause before rebuilding must be agreed in quiet times.",
                 "Our ordinance says nothing on small firms."),
}
"""Module -> what is said about it."""

STORIES: Final = {
    "+": "The duty desk warned on its own for the first time, eight minutes after the threshold.",
    "0": "The report was well received, and nothing has followed from it yet.",
    "-": "The officer who went on the visit left, and with her the contact and most of the notes.",
}
