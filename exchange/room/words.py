"""What the room says, on phones, to the facilitator and on the wall: every sentence once, in English."""

from __future__ import annotations

from typing import Final

from exchange.serve.words import DEMO, LANGUAGE, filled
from exchange.vocabulary import STAKEHOLDER_GROUPS, STATES
from exchange.words import text

__all__ = ["DEMO", "LANGUAGE", "STAKEHOLDER_GROUPS", "STATES", "filled"]

ROOM: Final = text("Workshop room")
ROOM_OF: Final = text("{city}: workshop room")

# joining
JOIN: Final = text("Join the workshop")
CODE: Final = text("Code on the screen")
CODE_HINT: Final = text("Six letters and digits")
GO: Final = text("Go on")
NO_SUCH_CODE: Final = text("No room has the code {code}. Look at the screen again; there is no letter O and no "
                           "digit 0.")
GROUP: Final = text("Which group do you belong to?")
GROUP_WHY: Final = text("Your name is not asked. Whatever is shown is counted in fives, so that nobody can be told "
                        "from the others.")
TABLE: Final = text("Does your table answer together? Write its name or number.")
TABLE_HINT: Final = text("Leave it empty to answer alone.")
COME_IN: Final = text("Come in")
CHOOSE_GROUP: Final = text("Choose a group first.")
CONSENT: Final = text("With “Come in” you agree that your answers are used for this workshop. The facilitator can "
                      "delete them at the end.")

# a phone
QUESTION_OF: Final = text("Question {n} of {all}")
BACK: Final = text("Back")
NEXT: Final = text("Next")
NOTE: Final = text("A note, if you like")
UNKNOWN: Final = text("We do not know")
NOT_APPLICABLE: Final = text("Does not apply to us")
NEEDS_SCRIPT: Final = text("This page needs JavaScript to keep your answers. Allow it, or ask for a paper form.")
SAVED: Final = text("All saved at {time}")
NOTHING_YET: Final = text("Nothing answered yet")
WAITING: Final = text("Kept on this phone, {n} waiting")
LOST: Final = text("No connection. Go on answering: {n} kept on this phone, sent as soon as it is back.")
NO_STORAGE: Final = text("This phone keeps nothing. Leave the page open until all is saved.")
LOCKED: Final = text("The facilitator has closed this question.")
LOOK_UP: Final = text("The answers are on the screen. Look up, and discuss.")
AGAIN: Final = text("Second turn: answer once more, alone. Your first answer: {answer}")
NOT_ASKED: Final = text("This question is not asked in this turn.")
AGREEING: Final = text("The room agrees on the answer together.")
REFUSED: Final = text("This answer came after the question was closed. It is kept on this phone, and sent if the "
                      "question is opened again.")
CONFLICT: Final = text("Somebody at your table answered meanwhile.")
THEIRS: Final = text("At your table: {answer}")
MINE: Final = text("On this phone: {answer}")
KEEP_THEIRS: Final = text("Keep theirs")
USE_MINE: Final = text("Use mine")
ON_SCREEN: Final = text("The room is at question {n}")
TIME_LEFT: Final = text("Time left: {time}")
TIME_UP: Final = text("The time is up")
CLOSED: Final = text("The workshop is over. Thank you.")
CLOSED_WITH: Final = text("The workshop is over. {n} answers on this phone did not arrive in time.")

# the facilitator
PROJECTOR: Final = text("Open the projector page")
PROJECTOR_WHY: Final = text("Move it to the big screen and press F11.")
PHONES: Final = text("Phones join at {address}")
ONLY_HERE: Final = text("Phones cannot reach this room yet: it listens on this computer only. Stop it, and start it "
                        "with --host 0.0.0.0.")
SEATS: Final = text("{n} in the room")
QUESTIONS: Final = text("Questions")
WHO: Final = text("Who is missing")
GROUP_HEAD: Final = text("Group")
IN_ROOM: Final = text("In the room")
ANSWERED: Final = text("Answered")
MISSING: Final = text("Missing")
STATE: Final = text("State")
OPEN: Final = text("open")
IS_LOCKED: Final = text("locked")
SHOW: Final = text("Show")
SHOW_JOIN: Final = text("Show how to join")
LOCK: Final = text("Lock")
UNLOCK: Final = text("Unlock")
LOCK_ALL: Final = text("Lock all")
UNLOCK_ALL: Final = text("Unlock all")
TURN: Final = text("Where the room is")
TO_REVEALED: Final = text("End the first turn and show the answers")
TO_DISCUSSION: Final = text("Begin the discussion")
TO_SECOND: Final = text("Ask the marked questions again")
TO_AGREEING: Final = text("Go on to agreeing")
TO_AGREED: Final = text("All is agreed")
NO_WAY_BACK: Final = text("This cannot be undone: what was seen was seen.")
UNDO: Final = text("Undo the last step")
TIMER: Final = text("Timer, minutes")
START_TIMER: Final = text("Start the timer")
STOP_TIMER: Final = text("Stop the timer")
AGREE: Final = text("What the room agrees on")
AGREED: Final = text("Agreed: {answer}")
LEVEL: Final = text("Level")
WHY: Final = text("Why (a sentence)")
DISSENT: Final = text("Who sees it differently, and why (a sentence, no names)")
AGREE_LATER: Final = text("When the turns are over, go on to agreeing: then the room's answers are kept here.")
KEEP_AGREED: Final = text("Keep as the answer of {city}")
AGREE_CONFLICT: Final = text("Somebody else kept another answer meanwhile: {theirs}. Yours was {mine}. Nothing was "
                             "overwritten; look, and keep the one that is right.")
MOVED: Final = text("Somebody else moved the room meanwhile. This is how it stands now.")
PAPER: Final = text("Print the paper form")
KEYING: Final = text("Type in paper forms")
EXPORT_CSV: Final = text("Export as a table")
EXPORT_JSON: Final = text("Export everything")
END: Final = text("End the workshop")
BACK_TO_ROOM: Final = text("Back to the room")
ADDRESS_KEY: Final = text("To run the room from another device, open there: {address}")

# paper
PAPER_HOW: Final = text("Mark one box for each question. Do not write your name.")
PAPER_GROUP: Final = text("Your group")
KEYING_HOW: Final = text("One line a form. For each question a digit, ? for “do not know”, - for “does not apply”, "
                         ". for no answer.")
KEYING_ANSWERS: Final = text("Answers, in the order of the form: {n} signs")
KEYING_TWICE: Final = text("The same again, to be sure")
KEYING_SAVE: Final = text("Keep this form")
KEYING_DONE: Final = text("Kept as form {n}. Write this number on the paper.")
KEYING_DIFFERS: Final = text("The two lines differ at question {item}. Nothing was kept.")
KEYING_WRONG: Final = text("There must be {n} signs, each a level, ?, - or a full stop. Nothing was kept.")

# the wall
JOIN_AT: Final = text("Join with your phone")
OR_TYPE: Final = text("or open {address} and type")
ANSWERS_STEP: Final = text("{n} answers or more")
FEW_ANSWERS: Final = text("Waiting for the first answers")
FINDING: Final = text("Middle answer: level {level}. Half of the answers lie from {low} to {high}; {near} % are within "
                      "one level of the middle.")
FINDING_ONE: Final = text("Everybody who gave a level says {level}.")
FINDING_NONE: Final = text("Too few answers to show. At least five people must give a level.")
LEVEL_N: Final = text("level {n}")

# the end
END_WHY: Final = text("After the end phones cannot answer any more. Export first what you need.")
END_NOW: Final = text("End the workshop of {city}")
ENDED: Final = text("The workshop is over")
ENDED_WHY: Final = text("The agreed answers of {city} stay. The answers of single people are still here.")
WIPE: Final = text("Delete the answers of all people")
WIPE_WHY: Final = text("Their answers, notes and groups go for good, also from the history. Write the name of the "
                       "city to confirm.")
WIPED: Final = text("The answers of single people were deleted.")
NOT_CONFIRMED: Final = text("The name was not that of the city. Nothing was deleted.")
PROFILE: Final = text("The profile of {city} is in the workbook, step 1.")

# when something is wrong
NO_SEAT: Final = text("This page is for people in the room. Join first.")
FACILITATOR_ONLY: Final = text("This page is for the facilitator. Open it on the computer that serves the room, or "
                               "with the facilitator's link.")
TOO_OFTEN: Final = text("Too many wrong codes. Wait a minute, then try again.")
WRONG: Final = text("Something went wrong. What was saved is safe.")
