"""What the widgets say: every sentence once, sent to the page in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel import Locale

from exchange.vocabulary import CONFIDENCE, LEARNING_PHASES, SENSITIVITY, SIDES, Terms
from exchange.words import catalogue, count, supported, text

if TYPE_CHECKING:
    from exchange.words import Text

Said = str | dict[str, str]
"""A sentence with ``{names}`` for its values, or one for each plural category of the language (by ``n``)."""

KEEP: Final[Terms] = {
    "saving": text("Saving …"),
    "saved": text("Saved {time}"),
    "not_saved": count("Not saved yet. {n} change kept in this browser.",
                       "Not saved yet. {n} changes kept in this browser.", 1),
    "volatile": text("This browser keeps nothing once the page is closed: leave it open until it is saved."),
    "lost": text("The connection was lost. What you entered is kept in this browser; open the page again to send it."),
    "resent": count("{n} change of an earlier visit was sent again.",
                    "{n} changes of an earlier visit were sent again.", 1),
    "open_again": text("Open again"),
    "try_again": text("Try again"),
    "clash": text("Somebody else changed this meanwhile. Which version should stand?"),
    "clash_mine": text("Your version"),
    "clash_theirs": text("Their version"),
    "keep_mine": text("Keep mine"),
    "take_theirs": text("Take theirs"),
    "browser_keeps": text("What this browser keeps"),
    "kept_now": count("{n} change waits in this browser and is removed from it as soon as it is saved.",
                      "{n} changes wait in this browser and are removed from it as soon as they are saved.", 1),
    "kept_nothing": text("Nothing of yours waits in this browser: all is saved."),
    "forget": text("Forget this browser"),
    "forget_ask": count("{n} change is not saved yet and would be lost.",
                        "{n} changes are not saved yet and would be lost.", 1),
    "forget_yes": count("Forget {n} unsaved change", "Forget {n} unsaved changes", 1),
    "forget_no": text("Keep them"),
    "forgotten": text("This browser has forgotten everything of the exchange."),
}
"""Saving, and trouble with it. Shared by all widgets that keep something."""

QUESTIONNAIRE: Final[Terms] = {
    **KEEP,
    "not_saved": count("Not saved yet. {n} answer kept in this browser.",
                       "Not saved yet. {n} answers kept in this browser.", 1),
    "lost": text("The connection was lost. Your answers are kept in this browser; open the page again to send them."),
    "label": text("Questionnaire"),
    "sections": text("Sections"),
    "section_of": text("Section {n} of {total}"),
    "progress": text("{answered} of {total} answered"),
    "progress_unknown": text("{answered} of {total} answered, {unknown} unknown"),
    "short_progress": text("{answered} of {total}"),
    "option": text("{number} {name} ({answered} of {total})"),
    "attention": count("{n} needs you", "{n} need you", 1),
    "only_these": text("{answered} of {total} answered in the sections that you chose"),
    "only_these_unknown": text("{answered} of {total} answered, {unknown} unknown, in the sections that you chose"),
    "keys": text("Keys: arrows move, digits choose a level, U do not know, N not applicable, Delete clears."),
    "only_blank": text("Show only unanswered"),
    "all_answered": text("Everything in this section is answered."),
    "unknown": text("Do not know"),
    "not_applicable": text("Not applicable"),
    "clear": text("Clear answer"),
    "last_time": text("Last time: {level}"),
    "help": text("How to read it"),
    "note": text("Note"),
    "note_of": text("Note on {item}"),
    "note_hint": text("Why this level? Who disagrees?"),
    "more": text("Evidence and confidence"),
    "confidence": text("How sure are you?"),
    "confidence_clear": text("Clear"),
    "confidence_clear_item": text("Clear how sure you are about {item}"),
    "confidence_said": text("Confidence: {level}"),
    "evidence": text("Evidence"),
    "evidence_said": count("{n} piece of evidence", "{n} pieces of evidence", 1),
    "evidence_hint": text("What would show it: {hint}"),
    "reference": text("Link or document"),
    "reference_hint": text("For example a web address, or title, page and year"),
    "sensitivity": text("Who may see it"),
    "sensitivity_choose": text("Choose …"),
    "evidence_unfinished": text("Name it and choose who may see it; then it is saved."),
    "evidence_add": text("Add evidence"),
    "evidence_remove": text("Remove this evidence"),
    "scenario_missing": text("{scenario}: not described yet"),
    "scenario": text("{scenario}: {words}"),
    "read_only": text("You can read these answers but not change them."),
    "back": text("Back: {name}"),
    "next": text("Next: {name}"),
    "left": text("What is left"),
    "left_none": text("Every question has an answer."),
    "left_here": count("{name}: {n} question", "{name}: {n} questions", 1),
    "topics": text("Choose sections"),
    "topics_hint": text("Only the sections that matter to you; what you leave out is not counted and not lost."),
    "topics_one": text("Keep at least one section."),
    "blank": text("not answered yet"),
    "version_level": text("Level {level}: {words}"),
    "version_note": text("Note: {note}"),
    "resent": count("{n} answer of an earlier visit was sent again.",
                    "{n} answers of an earlier visit were sent again.", 1),
}

REGISTER: Final[Terms] = {
    **KEEP,
    "edit": text("Edit"),
    "edit_named": text("Edit “{name}”"),
    "close": text("Done"),
    "remove": text("Delete"),
    "remove_named": text("Delete “{name}”"),
    "remove_ask": text("Delete “{name}”?"),
    "remove_ask_both": text("Delete “{name}”? It goes for both cities."),
    "gone": text("Deleted"),
    "remove_no": text("Keep it"),
    "removed": text("“{name}” was deleted."),
    "discard": text("Throw away"),
    "empty": text("Nothing here yet."),
    "entries": count("{n} entry", "{n} entries", 1),
    "untitled": text("New entry"),
    "needs": text("Still needed before it is saved: {fields}."),
    "needed": text("needed"),
    "by": text("Written by {name}"),
    "choose": text("Choose …"),
    "read_only": text("You can read these but not change them."),
}

PEERS: Final[Terms] = {
    **KEEP,
    "label": text("Peers"),
    "of_100": text("of 100 points"),
    "bounds": text("between {low} and {high} if all were known"),
    "points": text("{points} of {possible}"),
    "what_counts": text("What makes the score"),
    "not_scored": text("not known, not counted"),
    "reasons": text("Why {name}"),
    "not_known": text("What is not known"),
    "all_known": text("Nothing that we look at is missing."),
    "margin": text("{points} points ahead of {name}."),
    "margin_close": text("Almost level with {name}: {points} points apart. Either is a good choice."),
    "stability": text("In the top three under {share} % of other weightings."),
    "invite": text("Invite {name}"),
    "invite_why": text("Why {name}? One sentence; they will read it."),
    "invite_send": text("Send the invitation to {name}"),
    "invite_no": text("Not now"),
    "invite_needs": text("Write one sentence first."),
    "invite_waiting": text("The invitation to {name} is on its way."),
    "invited": text("{name} is invited."),
    "invited_why": text("You wrote: {why}"),
    "weights": text("Try other weights"),
    "weights_hint": text("See whether other weights would change the order. Nothing is stored."),
    "weights_back": text("Back to the agreed weights"),
    "weights_trying": text("You are looking at weights of your own."),
    "weights_changed": count("{n} peer is new in this order.", "{n} peers are new in this order.", 1),
    "weights_same": text("The same peers, in an order that may differ."),
    "weights_failed": text("The order could not be worked out with these weights."),
    "weight_share": text("{share} %"),
    "empty": text("No peer is found. Widen what you look for."),
}

LESSONS: Final[Terms] = {
    **KEEP,
    "label": text("Lessons of other cities"),
    "search": text("Search lessons"),
    "search_hint": text("A hazard, a place, a problem"),
    "found": count("{n} lesson", "{n} lessons", 1),
    "found_none": text("No lesson matches. Use fewer words or clear a filter."),
    "results": text("Lessons found"),
    "searching": text("Searching …"),
    "search_failed": text("The search did not work. Try other words."),
    "narrow": text("Narrow down"),
    "narrow_on": count("Narrow down ({n} chosen)", "Narrow down ({n} chosen)", 1),
    "clear_filters": text("Clear filters"),
    "value": text("{label} ({n})"),
    "for_you": text("For you"),
    "demo": text("Demo, fictional"),
    "problem": text("Problem"),
    "happened": text("What happened"),
    "used_by": count("Used by {n} city", "Used by {n} cities", 1),
    "used_by_none": text("Not used by another city yet"),
    "read": text("Read the lesson"),
    "close": text("Close"),
    "loading": text("Opening …"),
    "source": text("Source"),
    "want": text("We want to learn from this"),
    "wanted": text("Noted. How far are you with it?"),
    "more": text("Show more"),
}

ROOM: Final[Terms] = {
    "label": text("The room"),
    "rule": text("How will the room agree? The rule stands from the first answer on."),
    "open": text("Open the room"),
    "go": text("Go on"),
    "stay": text("Not yet"),
    "accept": count("Accept what the rule says on {n} question", "Accept what the rule says on {n} questions", 1),
    "decide": text("The room decides"),
    "level": text("The city's answer"),
    "why": text("Why (the reason of the room)"),
    "dissent": text("What the minority says"),
    "write": text("Write as the city's answer"),
    "choose": text("Choose a level first."),
    "working": text("Working …"),
    "done": text("Done."),
    "lost": text("The connection was lost. Open the page again."),
}

_GROUPS: Final[dict[str, Terms]] = {
    "keep": KEEP, "questionnaire": QUESTIONNAIRE, "register": REGISTER, "peers": PEERS, "lessons": LESSONS,
    "room": ROOM,
}


def strings(language: str, *groups: str) -> dict[str, Said]:
    """Return the sentences of the widgets as their page sides read them.

    Parameters
    ----------
    language
        BCP 47 tag of the reader.
    *groups
        Of ``keep``, ``questionnaire``, ``register``, ``peers``, ``lessons``, ``room``; all of them when none is named.

    Returns
    -------
    dict
        Name -> sentence, its ``{names}`` left for the page to fill; or name -> plural category -> sentence.
    """
    return {name: template(said, language) for group in groups or _GROUPS for name, said in _GROUPS[group].items()}


def template(said: Text, language: str) -> Said:
    """Return a sentence in a language with its ``{names}`` unfilled; one a plural category where it counts."""
    words = catalogue(language)
    if not said.plural:
        return words.gettext(said.template)
    return {category: words.ngettext(said.template, said.plural, n) for category, n in _examples(language).items()}


def terms(vocabulary: Terms, language: str) -> list[dict[str, str]]:
    """Return a vocabulary as an ordered list of ``{value, label}``."""
    return [{"value": value, "label": label.said(language)} for value, label in vocabulary.items()]


def confidence(language: str) -> list[dict[str, str]]:
    """Return the degrees of confidence, in order."""
    return terms(CONFIDENCE, language)


def sensitivity(language: str) -> list[dict[str, str]]:
    """Return who may see a piece of evidence, the widest first."""
    return terms(SENSITIVITY, language)


def phases(language: str) -> list[dict[str, str]]:
    """Return how far a lesson can come in a city, in order."""
    return terms(LEARNING_PHASES, language)


def sides(language: str) -> dict[str, str]:
    """Return the sides of an exchange."""
    return {side: label.said(language) for side, label in SIDES.items()}


def _examples(language: str) -> dict[str, int]:
    # A number for each plural category, so that the catalogue's own formula picks the sentence.
    category = Locale.parse(supported(language)).plural_form
    found: dict[str, int] = {}
    for n in range(200):
        found.setdefault(category(n), n)
    return found
