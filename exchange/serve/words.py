"""What the pages of the server say: every sentence once, in English; catalogues say it in other languages.

A sentence with ``{names}`` gets its values where it is shown; see `filled`.
"""

from __future__ import annotations

from typing import Final

from exchange.words import Text, text


def filled(sentence: Text, **values: object) -> Text:
    """Return a sentence of this module with its values."""
    together = {**dict(sentence.values), **values}
    return Text(sentence.template, sentence.plural, tuple(sorted(together.items())))


NAME: Final = text("City Learning Exchange")
MOTTO: Final = text("Cities learn from one another")

# the bar
SKIP: Final = text("Skip to the content")
PATH: Final = text("The path")
LANGUAGE: Final = text("Language")
HELP: Final = text("Help")
CHOOSE_CITY: Final = text("Choose a city")
ANOTHER_CITY: Final = text("Choose another city")
DEMO: Final = text("Demo data, fictional")

# the portal
LEAD: Final = text("Assess your city, find what others already learnt, meet the cities that fit yours, "
                   "learn from each other, and see together what changed.")
WHERE_YOU_ARE: Final = text("{city}: where you are")
MEMBER: Final = text("Member of {network}")
START_PAGE: Final = text("What we know of {city}")
NEXT: Final = text("Next for {city}")
ROUND_THE_LOOP: Final = text("{city} has been round the whole loop. The next round begins with a new "
                             "assessment.")
SIX_STEPS: Final = text("The six steps")
DONE: Final = text("done")
NOW: Final = text("next")
FIND_CITY: Final = text("Find your city")
ALL_CITIES: Final = text("All cities")
SEARCH_LABEL: Final = text("Name of the city or country")
SEARCH: Final = text("Search")
NO_CITY_FOUND: Final = text('No city in this network has "{query}" in its name or country. Try a '
                            "shorter part of the name.")
MORE_CITIES: Final = text("{shown} of {n} cities are shown. Write part of a name to find the others.")
NETWORKS: Final = text("Networks")
SIGNED_IN: Final = text("You are working on this computer as {name}.")
SIGNED_IN_AS: Final = text("You are signed in as {name}.")
SIGN_OUT: Final = text("Sign out")

# signing in
SIGN_IN: Final = text("Sign in")
SIGN_IN_HOW: Final = text("Open the link of your invitation.")
SIGN_IN_ASK: Final = text("Without an invitation, ask the secretariat of your network. A link that was used, or whose "
                          "time is over, can be renewed there.")
INVITED: Final = text("You are invited")
INVITED_WHY: Final = text("This link is yours alone. It signs you in on this device.")
COME_IN: Final = text("Come in")

# the door to the workshop room
ROOM: Final = text("Answer together, in a workshop")
ROOM_WHY: Final = text("People in a hall join on their phones with a code, and answer alone; then the room looks at "
                       "the answers, discusses and agrees.")
ROOM_PHONES: Final = text("Let phones on this network join")
ROOM_IS_OPEN: Final = text("The room of {city} is open")
ROOM_OPEN: Final = text("Open the room of {city}")

# the portal of an empty store
EMPTY: Final = text("There is no network yet")
EMPTY_WHY: Final = text("The workbook needs cities before it can help them to meet. There are two ways "
                        "to begin.")
EMPTY_DEMO: Final = text("To look around, stop the server and make the demo network: 60 real cities "
                         "with fictional answers.")
EMPTY_IMPORT: Final = text("To begin with real cities, bring them in from a CDP Cities table.")
EMPTY_THEN: Final = text("Then open this page again.")

# the six steps
LABELS: Final[dict[str, Text]] = {
    "assess": text("Assess"),
    "discover": text("Discover"),
    "match": text("Match"),
    "exchange": text("Exchange"),
    "evaluate": text("Evaluate"),
    "learn": text("Learn"),
}
STEPS: Final[dict[str, Text]] = {
    "assess": text('Answer what you know about your city, question by question. "Do not know" is an '
                   "answer."),
    "discover": text("Find the lessons of other cities that fit your gaps and your hazards."),
    "match": text("See which cities fit yours, and the reasons."),
    "exchange": text("Plan an exchange with another city, and keep its notes and its promises."),
    "evaluate": text("Both cities say what changed, and how sure they are."),
    "learn": text("See what worked in the network, and for whom."),
}
BUTTONS: Final[dict[str, Text]] = {
    "assess": text("Assess {city}"),
    "discover": text("Find lessons for {city}"),
    "match": text("Find peers for {city}"),
    "exchange": text("Plan an exchange"),
    "evaluate": text("Evaluate the exchange"),
    "learn": text("See what the network learnt"),
}

# a notebook page
OPENING: Final = text("Opening the workbook …")
OPENING_SLOWLY: Final = text("Opening the workbook takes longer than usual. Please wait a little.")
LOST: Final = text("The connection to the workbook was lost. What you saved is safe.")
RELOAD: Final = text("Reload the page")
CELL_FAILED: Final = text("This part of the page could not be shown. What you saved is safe. Reload the "
                          "page; if it happens again, tell the person who runs the workbook.")
NEEDS_SCRIPTS: Final = text("The workbook needs JavaScript. Allow it for this address and reload the "
                            "page.")

# when something is wrong
FULL: Final = text("All places are taken at the moment")
FULL_WHY: Final = text("Too many workbooks are open. What you saved is safe. Close one that you no "
                       "longer need, or try again in a minute.")
NOT_FOUND: Final = text("There is no such page")
NOT_FOUND_WHY: Final = text("The address may be mistyped, or the city is not in the network.")
NOT_ALLOWED: Final = text("This page is not open to you")
NOT_ALLOWED_WHY: Final = text("Open the workbook on the computer that serves it, from its first page.")
GONE: Final = text("This invitation does not hold any more")
TOO_OFTEN: Final = text("Too many tries")
TOO_OFTEN_WHY: Final = text("Wait five minutes, then try again.")
MISTAKEN: Final = text("The address asks for something that this page does not know")
FAILED: Final = text("Something went wrong")
FAILED_WHY: Final = text("What you saved is safe. Try again; if it happens again, tell the person who "
                         "runs the workbook.")
TO_PORTAL: Final = text("To the first page")

# help
HELP_STEPS: Final = text("The six steps of the loop")
HELP_PARTS: Final[tuple[tuple[Text, Text], ...]] = (
    (text("Is my work saved?"),
     text("Yes, every answer is kept the moment you give it, and the page says so. You can close the "
          "page at any time and go on where you left.")),
    (text("What if nobody knows an answer?"),
     text('Say "do not know". It is an answer, it is shown as such, and it is never counted as a zero.')),
    (text("Who sees what we answer?"),
     text("Your answers are your city's own until it shares them. On this computer, everybody who can "
          "open this page can see them.")),
    (text("Is my city ranked?"),
     text("Never in public. Scores help a city to find what it needs and what it can offer.")),
    (text("Can I work by keyboard?"),
     text("Yes. Tab moves from one control to the next, arrow keys choose an answer, Enter opens a link "
          "or a menu.")),
    (text("What is demo data?"),
     text("Real cities with invented answers, for looking around. Every page that shows them says so.")),
)
