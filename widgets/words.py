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
    "evidence_open": text("Open the link"),
    "evidence_remove": text("Remove this evidence"),
    "number_means": text("{value} means level {level}."),
    "number_allows": text("{value} allows the levels {levels}. Choose one, and say why in the note."),
    "number_between": text("{value} lies between levels. Choose one, and say why in the note."),
    "number_wrong": text("A number from {low} to {high}, please."),
    "number_wrong_open": text("A number of {low} or more, please."),
    "reason": text("Why this level? The number alone does not decide, so this sentence is needed."),
    "scenarios": text("The scenarios"),
    "scenarios_hint": text("Some questions of this section ask what would happen. Agree on the scenarios first, so "
                           "that everybody answers for the same event."),
    "scenario_hazard": text("Hazard"),
    "scenario_choose": text("Choose …"),
    "scenario_words": text("In one sentence: what happens, where, how often?"),
    "scenario_hint": text("For example: the river reaches the old town, as it does about once in ten years"),
    "scenarios_change": text("Change the scenarios"),
    "scenario_said": text("{hazard}. {words}"),
    "scenario_first": text("First describe:"),
    "scenario_unfinished": text("Choose the hazard and write the sentence; then it is saved."),
    "errors": count("{n} thing needs you before it is saved", "{n} things need you before they are saved", 1),
    "errors_label": text("What needs you"),
    "error_reason": text("{item}: say why this level"),
    "error_number": text("{item}: the number is not possible"),
    "error_refused": text("{item}: it could not be saved"),
    "error_clash": text("{item}: somebody else changed it too"),
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

PROFILE: Final[Terms] = {
    **KEEP,
    "label": text("The city's profile"),
    "title": text("The profile of {city}"),
    "need": text("What we want to learn"),
    "need_hint": text("Your gaps. Keep those that you want to work on."),
    "need_rest": count("{n} more gap, left out so far", "{n} more gaps, left out so far", 1),
    "need_none": text("The answers show no gap so far."),
    "offer": text("What others can learn from us"),
    "offer_hint": text("Your strengths. Keep those that you would show a visitor."),
    "offer_rest": count("{n} more strength, left out so far", "{n} more strengths, left out so far", 1),
    "offer_none": text("The answers show no strength so far."),
    "words": text("In our words"),
    "words_of": text("In our words, {item}"),
    "add": text("Add"),
    "add_choose": text("Choose a question …"),
    "add_need": text("Something else that we want to learn"),
    "add_offer": text("Something else that we can show"),
    "learning": text("How well we learn"),
    "learning_hint": text("Three of the answers tell how well a city learns, from others and from itself."),
    "unknown": text("To find out"),
    "act_title": text("Confirm"),
    "act_done": text("Agreed"),
    "act": text("Confirming closes the answers of this round. What the city shares can be seen by others from then "
                "on. Nothing is lost, and you can open the answers again."),
    "who": text("Who confirms, by name or function (needed)"),
    "who_missing": text("Say who confirms, by name or function."),
    "errors": text("One thing is missing"),
    "confirm": text("Confirm the profile of {city}"),
    "confirm_again": text("Confirm it again"),
    "closed": text("The answers are closed. To correct one, open them again; what was confirmed stays on record."),
    "reopen": text("Open the answers again"),
    "read_only": text("You can read this but not change it."),
    "nothing": text("Answer a question first; then there is something to agree on."),
    "version_confirmed": text("Confirmed by {who}"),
    "version_draft": text("A draft"),
    "version_in": text("{item} is in. {words}"),
    "version_out": text("{item} is left out. {words}"),
}

REGISTER: Final[Terms] = {
    **KEEP,
    "show_all": text("Show all {n}"),
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
    "found_more": count("More than {n} lesson", "More than {n} lessons", 1),
    "similar": count("{n} more says nearly the same", "{n} more say nearly the same", 1),
    "trail": text("Who learned it"),
    "transfer": text("Would it work here?"),
    "there": text("There"),
    "here": text("Here"),
    "judgement": text("Judgement on {part}"),
    "condition": text("What would have to be true"),
    "state": text("Choose …"),
    "state_label": text("{part}, here"),
}

BOARD: Final[Terms] = {
    **KEEP,
    "label": text("Pairs of the round"),
    "label_mine": text("Suggested to us"),
    "find": text("Find a city"),
    "which": text("Show"),
    "all": text("all cities"),
    "alone": text("without a host"),
    "decided": text("decided by somebody"),
    "changed": text("changed by the last edit"),
    "shown": count("{n} city shown", "{n} cities shown", 1),
    "method": text("Pairs made for"),
    "making": text("Making the pairs …"),
    "learns_from": text("learns from"),
    "nobody": text("nobody"),
    "score": text("{score} points"),
    "change": text("Edit"),
    "change_named": text("Change the host of {name}"),
    "answer": text("Answer"),
    "answer_named": text("Answer on {learner} and {host}"),
    "done": text("Close"),
    "who": text("Who decided"),
    "nobody_decided": text("Nobody has decided yet."),
    "host": text("Host for {name}"),
    "option_free": text("{name}, {score} points, a place is free"),
    "option_full": text("{name}, {score} points, full"),
    "option_now": text("{name}, now"),
    "option_out": text("{name}, {state}"),
    "why": text("Why? One sentence; it is kept in the record."),
    "needs_why": text("Write one sentence first."),
    "pin": text("Pin this host"),
    "release": text("Leave it to the round again"),
    "forbid": text("Never this pair"),
    "swap_with": text("Swap hosts with"),
    "swap": text("Swap"),
    "choose": text("Choose …"),
    "accept": text("Agree for the {side}"),
    "decline": text("Decline for the {side}"),
    "learner": text("learner"),
    "host_side": text("host"),
    "on_its_way": text("This is on its way."),
    "last_edit": text("What the last edit changed"),
    "no_change": text("No other pair changed."),
    "compare": text("Compare ways to make the pairs"),
    "suggest": text("Suggest these pairs to their cities"),
    "suggest_hint": text("Both cities of a pair then see it, and each can agree or decline. A city's no always holds."),
    "suggested": text("Suggested. Both cities of each pair can answer now."),
    "read_only": text("You can read these pairs but not change them."),
    "failed": text("The pairs could not be made."),
    "empty": text("There are no cities in this round."),
    "empty_mine": text("Nothing is suggested to this city in this round."),
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
    "keep": KEEP, "questionnaire": QUESTIONNAIRE, "profile": PROFILE, "register": REGISTER, "peers": PEERS,
    "lessons": LESSONS, "board": BOARD, "room": ROOM,
}


def strings(language: str, *groups: str) -> dict[str, Said]:
    """Return the sentences of the widgets as their page sides read them.

    Parameters
    ----------
    language
        BCP 47 tag of the reader.
    *groups
        Which of them, such as ``keep`` or ``lessons``; all when none is named.

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
