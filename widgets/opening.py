"""From the workbook to the widgets: each takes what the facade offers and passes on what people do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import ipywidgets as ipw

from exchange.hazards import load as load_hazards
from exchange.lessons.transfer import STATED
from exchange.matching import CRITERIA
from exchange.reports.pictures import Picture
from exchange.words import Text, count, text
from widgets.decision import ACCEPT, CLOSE, Decision
from widgets.keeping import Saved
from widgets.lesson_search import LessonSearch, Query, Results, card
from widgets.match_board import MatchBoard, Move
from widgets.match_board import Shown as OnBoard
from widgets.peer_list import PeerList
from widgets.picture_view import PictureView
from widgets.profile_confirm import Confirmed, Line, Note, ProfileConfirm, ProfileEvent, View
from widgets.questionnaire import AnswerEvent, Questionnaire, ScenarioEvent, Scenarios
from widgets.register import EntryEvent, Field, Register
from widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from exchange.lessons import Lesson
    from exchange.matching import Peer, Ranking
    from exchange.reports.sheet import Sheet
    from exchange.workbook.assess import Assess, Sitting
    from exchange.workbook.board import Board
    from exchange.workbook.confirming import Confirming
    from exchange.workbook.discover import Discover
    from exchange.workbook.exchanging import Pair
    from exchange.workbook.learn import Learn
    from exchange.workbook.match import Match
    from exchange.workbook.telling import Telling

Shown = Any
"""What a notebook can show: a widget, a picture view, a sheet."""

ADD: Final = {
    "objective": text("Add an objective"),
    "module": text("Add a module"),
    "person": text("Add a person"),
    "activity": text("Add an activity"),
    "action": text("Add an action"),
    "benefit": text("Add a benefit"),
    "learning_point": text("Add a learning point"),
    "story": text("Add a story"),
    "evidence": text("Add a piece of evidence"),
    "milestone": text("Tick off a milestone"),
    "interview": text("Add a note"),
    "finding": text("Add a finding"),
    "recommendation": text("Add a recommendation"),
    "briefing": text("Add a department"),
    "joint_project": text("Add a joint project"),
    "cost": text("Add a cost"),
    "feedback": text("Add the feedback of a participant"),
    "look_back": text("Look back on a question"),
    "outcome": text("Add an outcome"),
    "design_change": text("Add what we do differently"),
}

NO_EXCHANGE: Final = text("This opens when there is an exchange.")


def show(thing: Shown) -> Shown:
    """Return something to look at: a picture can be pointed at, all else is shown as it is."""
    return PictureView(thing) if isinstance(thing, Picture) else thing


def follow(widgets: Shown | Iterable[Shown], make: Callable[[], Picture | Sheet]) -> Shown:
    """Return a picture or sheet that is made anew whenever something in the widgets was saved."""
    view = _view(make())
    followed = [widgets] if isinstance(widgets, ipw.DOMWidget) or not isinstance(widgets, Iterable) else widgets
    for widget in followed:
        if hasattr(widget, "on_saved"):
            widget.on_saved(partial(_renew, view, make))
    return view


def _view(thing: Picture | Sheet) -> PictureView | SheetView:
    return PictureView(thing) if isinstance(thing, Picture) else SheetView(thing)


def _renew(view: PictureView | SheetView, make: Callable[[], Any]) -> None:
    view.update(make())


def questionnaire(sitting: Sitting | None, language: str = "en") -> Shown:
    """Return the questionnaire of a sitting; a sentence where there is nothing to answer yet."""
    if sitting is None:
        return _note(language)

    def save(event: AnswerEvent) -> Saved:
        evidence = [{"reference": e.reference, "sensitivity": e.sensitivity} for e in event.evidence]
        revision, at = sitting.save(
            event.item, event.state, event.level, note=event.note, confidence=event.confidence, evidence=evidence,
            raw_value=event.quantity, base_revision=event.revision, client=event.client, seq=event.seq)
        return Saved(revision, at)

    def against(event: AnswerEvent) -> Text | None:
        return sitting.objection(event.item, event.level, event.quantity, event.note)

    form = Questionnaire(
        sitting.form(), sitting.stored(), save, sitting.browser_key, sitting.language, sitting.past,
        sections=sitting.sections, can_edit=sitting.can_edit, current=lambda item: sitting.stored().get(item),
        scenarios=_scenarios(sitting), objection=against)
    def chosen(change: Mapping[str, Any]) -> None:
        sitting.choose_sections(change["new"])
        form.tell_followers()

    if sitting.can_edit:
        form.observe(chosen, names="sections")
    return form


def _scenarios(sitting: Sitting) -> Scenarios | None:
    described = sitting.scenarios()
    if described is None:
        return None

    def save(event: ScenarioEvent) -> Saved:
        revision = sitting.describe(event.scenario, event.hazard, event.words, event.revision)
        return Saved(revision, datetime.now(UTC))

    def current(scenario: str) -> Mapping[str, Any] | None:
        return (sitting.scenarios() or {}).get(scenario)

    return Scenarios(described, sitting.hazards(), save, current)


def profile_confirm(assess: Assess, *sources: Shown) -> ProfileConfirm:
    """Return the profile of the city, to edit and to confirm; it follows where answers come from, and closes it."""
    desk = assess.confirming()

    def save(event: ProfileEvent) -> Saved:
        if event.act == "reopen":
            desk.reopen()
            return Saved(desk.state().revision, datetime.now(UTC))
        act = desk.confirm if event.act == "confirm" else desk.draft
        return Saved(*act(event.edits, event.who, event.revision))

    widget = ProfileConfirm(lambda: _profile(desk), save, desk.language, key=desk.browser_key, can_edit=desk.can_edit,
                            current=desk.stored)
    for source in sources:
        if hasattr(source, "on_saved"):
            source.on_saved(widget.refresh)
        if isinstance(source, Questionnaire):
            widget.on_saved(partial(_allow, source, assess))
    return widget


def _allow(form: Questionnaire, assess: Assess) -> None:
    form.allow(can_edit=assess.form().can_edit)


def _profile(desk: Confirming) -> View:
    """Return the profile as the widget shows it."""
    now = desk.state()
    lines = [Line(one.item, one.label, one.level, one.side, one.reason, one.chosen, one.words, one.derived,
                  one.edited)
             for one in now.lines]
    learning, unknown = ([Note(point.item, point.label, point.level, point.reason) for point in points]
                         for points in (now.proposal.learning, now.proposal.unknown))
    last = now.confirmed
    done = None if last is None else Confirmed(last.version, last.who, last.by, last.at, last.changed)
    return View(desk.city, lines, learning, unknown, now.others, now.answered, now.total, now.who, now.revision,
                now.closed, done, desk.instrument.scale.max)


def lesson_search(discover: Discover) -> LessonSearch:
    """Return the library: search, filters, lessons for this city, whether they would work here, and taking one up."""
    labels = {name: hazard.label for name, hazard in load_hazards().items()}
    used = discover.used_by()

    def brief(lesson: Lesson, **more: Any) -> dict[str, Any]:
        return card(lesson, discover.language, hazards=labels, used_by=used[lesson.lesson_id], **more)

    def search(query: Query) -> Results:
        found = discover.search(query.text, query.filters, start=query.start, limit=query.size)
        facets = [{"key": key, "label": label.said(discover.language),
                   "values": [{"value": value, "label": words, "n": n} for value, words, n in values]}
                  for key, label, values in found.facets]
        cards = [brief(one, similar=found.twins.get(one.lesson_id, 0)) for one in found.lessons]
        return Results(found.total, cards, facets, found.more)

    def read(lesson: str) -> dict[str, Any]:
        stated = {part: getattr(discover.circumstances(), part) for part in STATED} if discover.can_edit else {}
        return brief(discover.lesson(lesson), trail=discover.trail_of(lesson), transfer=discover.transfer(lesson),
                     stated=stated)

    def take_up(lesson: str, phase: str) -> None:
        discover.use(lesson, phase)

    def judge(lesson: str, part: str, judgement: str, condition: str) -> Saved:
        return Saved(*discover.judge(lesson, part, judgement, condition))

    may = discover.can_edit
    for_you = [brief(r.lesson, because=[text("Because {reasons}", reasons=list(r.reasons))])
               for r in discover.for_you()]
    return LessonSearch(search, discover.language, for_you, take_up if may else None, read=read,
                        uses={use["lesson_id"]: use["phase"] for use in discover.uses()},
                        judge=judge if may else None, state=discover.state if may else None, key=discover.browser_key)


def lesson_form(tell: Telling) -> Register:
    """Return the lessons that a city tells, as a list to keep."""

    def save(event: EntryEvent) -> Saved:
        return Saved(*tell.save(event.entry_id, event.values, event.revision))

    def delete(event: EntryEvent) -> Saved:
        return Saved(event.revision, tell.delete(event.entry_id))

    fields = [Field(f.name, f.label, f.type, dict(f.choices), f.required) for f in tell.fields()]
    return Register(
        tell.title(), "lesson", fields, tell.entries(), save, delete, tell.language, key=tell.browser_key,
        add=text("Tell a lesson"), can_edit=tell.can_edit,
        current=lambda entry: next((e for e in tell.entries() if e["entry_id"] == entry), None))


def peer_list(match: Match, top: int = 5) -> Shown:
    """Return the peers of the city as rows, with sliders for the weights and an invitation for each."""
    nobody = match.alone()
    if nobody is not None:
        return _note(match.language, nobody)

    def rows(ranking: Ranking) -> list[dict[str, Any]]:
        steady, invited = match.stability(ranking), match.invited()
        return [_peer(peer, match.country_of(peer.city_id), steady.get(peer.city_id, 0.0), invited.get(peer.city_id))
                for peer in ranking.peers]

    first = match.peers(top)
    weights = [{"key": name, "label": CRITERIA[name].label, "value": value}
               for name, value in first.weights.values.items()]
    return PeerList(rows(first), lambda city, why: match.invite(city, why) and None, weights,
                    lambda values: rows(match.peers(top, values)), match.language, key=match.browser_key,
                    can_invite=match.can_edit, empty=first.abstained or "")


def _peer(peer: Peer, country: str, stability: float, invited: str | None) -> dict[str, Any]:
    parts = [{"label": CRITERIA[name].label, "points": points, "possible": peer.possible[name]}
             for name, points in peer.contributions.items()]
    return {"city_id": peer.city_id, "name": peer.name, "country": country, "score": peer.score, "low": peer.low,
            "high": peer.high, "reasons": peer.reasons, "unknown": peer.unknown, "contributions": parts,
            "margin": peer.margin, "stability": stability, "invited": invited}


FIGURES: Final = {
    "total": text("total score"), "covered": text("cities with a host"), "worst_off": text("worst-off city"),
    "floor": text("lowest score of a first host"), "gini": text("Gini coefficient"),
    "hosts_used": text("hosts used"), "blocking_pairs": text("pairs that would rather swap"),
}
"""What is compared between ways to make the pairs of a round."""


def match_board(board: Board) -> Shown:
    """Return the pairs of the round for the secretariat to decide on; a sentence where there is no board."""
    closed = board.closed()
    if closed is not None:
        return _note(board.language, closed)

    def on_board() -> OnBoard:
        heads = (text("way to make the pairs"), *FIGURES.values())
        figures = [(row["name"], *(row[name] for name in FIGURES)) for row in board.comparison()]
        more = () if (needed := board.needed()) is None else (needed,)
        sentences = (board.totals(), board.proof(), *more)
        return OnBoard(board.rows(), sentences, board.changes, heads, figures, board.method)

    def decide(move: Move) -> None:
        if move.action == "suggest":
            board.suggest()
        elif move.action == "swap":
            board.swap(move.learner, move.other, move.why)
        elif move.action in ("accepted", "declined"):
            board.answer(move.learner, move.host, move.other, move.action, move.why)
        else:
            {"pin": board.pin, "release": board.release, "forbid": board.forbid}[move.action](
                move.learner, move.host, move.why)

    return MatchBoard(on_board, decide, board.methods, board.show, board.language, key=board.browser_key,
                      can_edit=board.keeps)


def suggestions(board: Board) -> MatchBoard:
    """Return the pairs that are suggested to the city, each to be agreed to or declined with a reason."""
    def answer(move: Move) -> None:
        board.answer(move.learner, move.host, move.other, move.action, move.why)

    return MatchBoard(lambda: OnBoard(board.mine()), answer, language=board.language, key=f"{board.browser_key}/mine",
                      can_edit=board.can_answer, mine=True)


def register(pair: Pair, kind: str) -> Shown:
    """Return one list of an exchange to keep; a sentence where there is no exchange yet."""
    if pair.row is None:
        return _note(pair.language)

    def save(event: EntryEvent) -> Saved:
        given = {name: value for name, value in event.values.items() if value not in ("", None)}
        row = pair.save(kind, given, entry_id=event.entry_id, base_revision=event.revision)
        return Saved(row["revision"], row["at"])

    def delete(event: EntryEvent) -> Saved:
        return Saved(event.revision, pair.delete(event.entry_id, base_revision=event.revision))

    fields = [Field(f.name, f.label, f.type, dict(f.choices), f.required) for f in pair.fields(kind)]
    return Register(
        pair.title(kind), kind, fields, [_in_line(entry) for entry in pair.entries(kind)], save, delete, pair.language,
        key=f"{pair.browser_key}/{kind}", add=ADD[kind], me=pair.me(kind),
        can_edit=pair.can_edit,
        current=lambda entry: next((_in_line(e) for e in pair.entries(kind) if e["entry_id"] == entry), None))


def close_exchange(pair: Pair) -> Shown:
    """Return the button that closes an exchange; a sentence where there is none yet."""
    if pair.row is None:
        return _note(pair.language)

    def act(_reason: str) -> Text:
        return count("The exchange is closed; {n} lesson is in the library.",
                     "The exchange is closed; {n} lessons are in the library.", len(pair.close()))

    return Decision(CLOSE, text("Close the exchange"), act, pair.language, can_decide=pair.can_edit)


def accept_weights(learn: Learn) -> Shown:
    """Return the button with which a secretariat accepts the suggested weights; the gates refuse what they should."""
    def act(reason: str) -> Text:
        return text("Version {n} of the weights is in use.", n=learn.weighing.accept(reason))

    return Decision(ACCEPT, text("Accept the suggested weights"), act, learn.language, reason=text("Why"),
                    can_decide=learn.weighing.can_accept)


def _in_line(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with lists of names as people type them: in one line, parted by semicolons."""
    body = {name: "; ".join(value) if isinstance(value, list) else value for name, value in entry["body"].items()}
    return {**entry, "body": body}


def _note(language: str, said: Text = NO_EXCHANGE) -> Sheet:
    from exchange.reports.sheet import Sheet as Page  # noqa: PLC0415 - only where there is nothing to open

    return Page(said, language=language)
