"""What fictional teams note, spend and make together; data, as users would type them, in English."""

from __future__ import annotations

from typing import Final

INTERVIEWS: Final = (
    ("Head of the control room", "emergency_service", "The siren test showed three dead corners.",
     "Tests are done every month, and the faults are written down.", "Who pays for the three missing sirens?",
     "Test on a market day, with the traders."),
    ("Engineer of the water utility", "utility_operator", "Two pumps share one power line.",
     "Every pump has a card with its weak points.", "How long does the second line take to build?",
     "Put the shared line first on the list of repairs."),
    ("Head of planning", "practitioner", "Permits in the flood zone fell by half after the map was public.",
     "The map is open to everybody.", "What happens to the houses that are there already?",
     "Say in the permit what the buyer must know."),
    ("Speaker of the neighbourhoods", "citizen_community", "People trust the school more than the city's leaflet.",
     "Schools run the drill themselves.", "Who reaches those without children?",
     "Let the schools hand out the plan."),
    ("Head of finance", "policy_maker", "The contingency fund was used for roads last year.",
     "Every withdrawal is published.", "May the council change the rules in a year of elections?",
     "Ring-fence the fund by a by-law."),
    ("Researcher of the university", "academia_research", "The heat map and the map of clinics do not meet.",
     "Data are shared without a contract each time.", "Who keeps the map when the project ends?",
     "Give the map an owner inside the city."),
)
"""Who, group, what was said, what is strong, what is still to ask, what might be recommended."""

COSTS: Final = (
    ("Journeys and nights of the team", "travel", 6_200),
    ("Interpreter and translation of the pack", "words", 1_900),
    ("Rooms and meals", "event", 850),
)

PROJECTS: Final = (
    ("One exercise a year that both control rooms play", "scenarios and radio protocols"),
    ("A shared library of standard contracts with utilities", "texts of the contracts"),
    ("A guide to house checks for renters, in both languages", "drawings and translators"),
    ("A common sensor network on two rivers", "data, and a workshop for repairs"),
)
"""What is made, and what else is shared."""

OUTCOMES: Final = (
    ("The duty desk warns an hour earlier, without asking the mayor first.", "Duty desk", "+",
     "The rule was copied from the other city; the training is our own."),
    ("Finance asks for a line on resilience in every budget request.", "Head of finance", "+",
     "The visit made it a question of the mayor; the form was there before."),
    ("The planning board sends flood-zone permits back once.", "Planning board", "+",
     "The host's checklist, shortened to one page."),
    ("Inspections were postponed while the pilot was staffed.", "Inspectors", "-",
     "The pilot came out of this exchange and took their days."),
    ("The neighbourhood council still meets without the utilities.", "Neighbourhood council", "0",
     "It was recommended; nobody invited them."),
)
"""What is done differently, by whom, which way, and what the exchange contributed."""
