"""What a room shows: the map of disagreement, what to discuss, who is missing, and what was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange.assessments import consensus, voices
from exchange.assessments.voices import Spread
from exchange.reports import pictures
from exchange.vocabulary import ANSWERED, STAKEHOLDER_GROUPS, STATES
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from exchange.assessments.voices import Opinions
    from exchange.reports.pictures import Picture
    from exchange.workbook.context import Row

    Page = tuple[Text, tuple[Text, ...], tuple[tuple[object, ...], ...], *tuple[Text, ...]]

EVERYBODY: Final = text("everybody")
OTHERS: Final = text("all others")

MOST_DRAWN: Final = 15
"""Questions on the map: so many can be read from the back of a room."""

SAID: Final = {
    voices.FIRST: text("Everybody answers alone."),
    voices.REVEALED: text("The first answers are shown."),
    voices.DISCUSSION: text("The room discusses."),
    voices.SECOND: text("Everybody answers alone, for the second time."),
    voices.AGREEING: text("The room agrees on the city's answers."),
    voices.AGREED: text("The city has agreed."),
}


def agreement_map(opinions: Sequence[Opinions], labels: Mapping[str, str], most: int, language: str) -> Picture:
    """Return questions by groups, those first on which people agree least."""
    ranked = [one for one in voices.most_apart(opinions) if one.whole.shown]
    groups = [group for group in STAKEHOLDER_GROUPS if any(group in one.groups for one in ranked)]
    others = bool(groups) and any(one.others.shown for one in ranked)
    rows = [pictures.Opinion(one.item, name, labels[one.item], found.median,
                             "" if found.shown else pictures.WITHHELD, found.iqr or 0, found.n)
            for one in ranked for name, found in _columns(one, groups, others=others)]
    return pictures.disagreement(rows, most=most, language=language)


def _columns(one: Opinions, groups: Sequence[str], *, others: bool) -> list[tuple[Text, Spread]]:
    return [(EVERYBODY, one.whole),
            *((STAKEHOLDER_GROUPS[group], one.groups.get(group, Spread())) for group in groups),
            *([(OTHERS, one.others)] if others else [])]


def to_discuss(opinions: Sequence[Opinions], labels: Mapping[str, str], row: Row | None,
               agreed: Collection[str]) -> Page:
    """Return the questions that the rule does not settle and nobody decided yet, the furthest apart first."""
    ranked = [one for one in voices.most_apart(opinions) if one.whole.n]
    rule = consensus.rule_of(row["rule"] if row else {})
    proposals = {one.item: consensus.propose(rule, one) for one in ranked}
    left = [one for one in ranked if proposals[one.item].level is None and one.item not in agreed]
    title = (count("{n} question to discuss", "{n} questions to discuss", len(left)) if ranked
             else text("Nothing to discuss yet: numbers are shown from five answers up"))
    heads = (text("Question"), text("People"), text("Median (middle half)"), text("Within one level"),
             text("What the rule says"))
    waiting = sum(one.item not in agreed for one in ranked) - len(left)
    more = count("The rule settles {n} more question; somebody has to accept it.",
                 "The rule settles {n} more questions; somebody has to accept them.", waiting)
    agreeing = row is not None and row["phase"] == voices.AGREEING
    rows = tuple(_row(one, labels, proposals[one.item].why) for one in left)
    return title, heads, rows, *([more] if waiting and agreeing else [])


def _row(one: Opinions, labels: Mapping[str, str], says: Text) -> tuple[object, ...]:
    whole = one.whole
    half = (text("{median} ({low} to {high})", median=whole.median, low=whole.low, high=whole.high) if whole.shown
            else None)
    near = None if whole.near is None else text("{percent} %", percent=round(100 * whole.near))
    return _name(one.item, labels), whole.n, half, near, says


def _name(item: str, labels: Mapping[str, str]) -> Text:
    return text("{item} {label}", item=item, label=labels[item])


def presence(row: Row | None, missing: Collection[str]) -> Page:
    """Return where a room stands, by which rule it agrees, and which groups are missing: groups, never people."""
    if row is None:
        return text("The city answers alone until somebody opens a room."), (), ()
    absent = (text("Nobody has answered yet of: {groups}.", groups=[STAKEHOLDER_GROUPS[group] for group in missing])
              if missing else text("Of each invited group somebody has answered."))
    return (SAID[row["phase"]], (), (), absent, consensus.rule_of(row["rule"]).said(),
            text("Numbers are about five people or more and grow in steps of five, so that nobody can be singled out. "
                 "An answer that is changed after it was counted counts from the next turn."))


def agreed(found: Mapping[str, Row], labels: Mapping[str, str]) -> Page:
    """Return what a city agreed on otherwise than by its rule, or with dissent, beside what everybody said."""
    by_rule = sum(row["by_rule"] for row in found.values())
    rows = tuple((_name(item, labels), _answer(found[item]), counted(found[item]["counts"]),
                  found[item]["dissent"] or None)
                 for item in labels if item in found and (not found[item]["by_rule"] or found[item]["dissent"]))
    heads = (text("Question"), text("Agreed"), text("What people said (how many)"), text("The minority says"))
    title = (text("{n} questions are agreed, {by_rule} of them by the rule", n=len(found), by_rule=by_rule) if found
             else text("Nothing is agreed yet"))
    return title, heads, rows


def _answer(row: Row) -> Text:
    said = text("level {level}", level=row["level"]) if row["state"] == ANSWERED else STATES[row["state"]]
    return text("{said}: {why}", said=said, why=row["why"]) if row["why"] else said


def counted(counts: Mapping[str, int]) -> list[Text]:
    """Return each level or state with how many people chose it."""
    return [text("{said} ({n})", said=STATES.get(said, said), n=n) for said, n in counts.items()]
