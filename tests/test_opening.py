"""From the workbook to the widgets: what people do is kept, what is kept is shown, and conflicts come back as such."""

from __future__ import annotations

import json

import pytest

from exchange.reports.sheet import Sheet
from exchange.words import text
from tests.workbook import worlds
from tests.workbook.worlds import opened, reader
from widgets import follow, lesson_search, peer_list, questionnaire, register, show
from widgets.opening import ADD
from widgets.picture_view import PictureView
from widgets.sheet_view import SheetView

PAGE, OTHER = "0123456789abcdef", "fedcba9876543210"
"""Two pages in two browsers."""

NEW = "00112233445566aa"
"""The id that a browser drew for a new entry."""


@pytest.fixture
def database(tmp_path):
    """The address of a copy of the demo network."""
    return worlds.copied(worlds.demo_file(), tmp_path)


@pytest.fixture
def quito(database):
    with opened(database, "quito") as workbook:
        yield workbook


@pytest.fixture
def real(tmp_path):
    """The address of a store with five real cities."""
    database = worlds.empty(tmp_path)
    worlds.fill_real(database)
    return database


def answer(item, level, *, client=PAGE, seq=1, revision=0):
    return {"kind": "answer", "key": item, "revision": revision, "client": client, "seq": seq, "state": "answered",
            "level": level, "note": "", "confidence": None, "evidence": [], "quantity": None}


def entry(key, body, *, client=PAGE, seq=1, revision=0):
    return {"kind": "entry", "key": key, "revision": revision, "client": client, "seq": seq, "body": body}


def removal(key, *, client=PAGE, seq=1, revision=0):
    return {"kind": "delete", "key": key, "revision": revision, "client": client, "seq": seq}


def heard(widget, message):
    """Let a widget hear a message as from its page; return what it sends back."""
    sent = []
    widget.send = sent.append
    widget._hear(widget, message, [])
    return sent[0] if sent else None


def blank(workbook):
    return next(row["item"] for row in workbook.assess.rows() if row["state"] == "blank")


# the questionnaire


def test_an_answer_is_kept_and_acknowledged_with_its_revision(quito):
    item = blank(quito)
    reply = heard(questionnaire(quito.assess.form()), answer(item, 3))
    assert (reply["kind"], reply["key"], reply["revision"]) == ("saved", item, 1)
    assert {"item": item, "state": "answered", "level": 3} in quito.assess.rows()


def test_an_answer_that_is_sent_again_after_the_kernel_died_is_written_once(quito):
    item = blank(quito)
    for _ in range(2):  # the second questionnaire knows nothing of the first
        reply = heard(questionnaire(quito.assess.form()), answer(item, 3))
        assert (reply["kind"], reply["revision"]) == ("saved", 1)


def test_of_two_people_who_both_saw_a_blank_the_second_gets_both_answers_to_choose_from(quito):
    item = blank(quito)
    mine, theirs = questionnaire(quito.assess.form()), questionnaire(quito.assess.form())
    heard(theirs, answer(item, 3, client=OTHER))
    reply = heard(mine, answer(item, 1))
    assert reply["kind"] == "conflict"
    assert (reply["theirs"]["level"], reply["theirs"]["revision"]) == (3, 1)
    assert {"item": item, "state": "answered", "level": 3} in quito.assess.rows()
    chosen = heard(mine, answer(item, 1, seq=2, revision=1))
    assert (chosen["kind"], chosen["revision"]) == ("saved", 2)


def test_the_same_page_may_change_its_mind_without_waiting(quito):
    item, form = blank(quito), questionnaire(quito.assess.form())
    for seq, level in enumerate((0, 1, 2), 1):
        assert heard(form, answer(item, level, seq=seq))["revision"] == seq


def test_an_answer_for_a_confirmed_round_is_refused_in_words(database):
    with opened(database, "lima", round_="1") as workbook:
        form = questionnaire(workbook.assess.form())
        assert not form.can_edit
        reply = heard(form, answer("P1.1", 3))
        assert reply["kind"] == "refused"
        assert "read these answers" in reply["why"]


def test_where_the_record_cannot_be_written_the_answer_stays_in_the_browser(quito):
    form = questionnaire(quito.assess.form())
    quito.close()
    assert heard(form, answer("P9.4", 3))["kind"] == "later"


def test_the_questionnaire_shows_the_last_round_beside_this_one(quito):
    assert questionnaire(quito.assess.form()).past == quito.assess.form().past != {}


def test_where_there_is_nothing_to_answer_there_is_a_sentence(real):
    with opened(real, "quito", language="ar") as workbook:
        shown = questionnaire(workbook.exchange.open().impact(), "ar")
        assert isinstance(shown, Sheet)
        assert 'lang="ar"' in shown.html()


# what follows


def test_a_picture_and_a_sheet_are_made_anew_after_a_saved_answer(quito):
    item, form = blank(quito), questionnaire(quito.assess.form())
    picture, sheet = follow(form, quito.assess.picture), follow(form, quito.assess.scores)
    before = (picture.html, sheet.html)
    heard(form, answer(item, 3))
    assert picture.html != before[0]
    assert sheet.html != before[1]
    assert (picture.html, sheet.html) == (quito.assess.picture().html(), quito.assess.scores().html())


def test_what_follows_is_left_alone_by_an_answer_that_was_refused(quito):
    form = questionnaire(quito.assess.form())
    made = []
    follow(form, lambda: made.append(1) or quito.assess.picture())
    heard(form, answer("P99.1", 3))
    assert len(made) == 1


def test_one_page_can_follow_several_lists(quito):
    pair = quito.exchange.open()
    lists = [register(pair, "objective"), register(pair, "module")]
    path = follow(lists, pair.next_things)
    before, renewed = path.html, []
    path.observe(renewed.append, "html")
    heard(lists[1], entry(NEW, {"essential": "E1", "why": ""}))
    assert heard(lists[0], entry(NEW[::-1], {"what": "A warning", "item": "", "outcome": ""}))["kind"] == "saved"
    assert path.html == pair.next_things().html()
    assert bool(renewed) == (path.html != before)


def test_a_followed_sentence_stays_where_there_is_nothing_to_follow(real):
    with opened(real, "quito") as workbook:
        pair = workbook.exchange.open()
        view = follow([register(pair, "objective")], pair.path)
        assert isinstance(view, SheetView)
        assert "no exchange yet" in view.sentence()


def test_show_makes_a_picture_one_that_can_be_pointed_at_and_leaves_all_else(quito):
    assert isinstance(show(quito.assess.picture()), PictureView)
    sheet = quito.assess.scores()
    assert show(sheet) is sheet
    assert show(quito) is quito


def test_a_sheet_has_the_style_of_pictures_because_it_holds_the_same_tables():
    assert ".lx-table" in SheetView._css
    assert ".lx-picture" in PictureView._css


def test_a_sheet_is_renewed_where_it_stands_with_its_language():
    view = SheetView(Sheet(text("One")))
    view.update(Sheet(text("Two"), language="ar"))
    assert view.sentence() == Sheet(text("Two"), language="ar").plain()
    assert view.html == view.static()
    assert (view.language, view.dir) == ("ar", "rtl")


# lists of an exchange


def test_a_new_entry_keeps_the_id_that_its_browser_drew_and_is_written_once(quito):
    pair = quito.exchange.open()
    body = {"what": "A warning that everybody understands", "item": "P9.1", "outcome": ""}
    for _ in range(2):  # sent again to a new kernel
        reply = heard(register(pair, "objective"), entry(NEW, body))
        assert (reply["kind"], reply["revision"]) == ("saved", 1)
    assert [e["entry_id"] for e in pair.entries("objective")].count(NEW) == 1


def test_an_entry_that_somebody_else_changed_comes_back_as_a_conflict(quito):
    pair = quito.exchange.open()
    body = {"what": "mine", "item": "", "outcome": ""}
    heard(register(pair, "objective"), entry(NEW, body))
    mine, theirs = register(pair, "objective"), register(pair, "objective")
    heard(theirs, entry(NEW, {**body, "what": "theirs"}, client=OTHER, revision=1))
    reply = heard(mine, entry(NEW, {**body, "what": "mine again"}, revision=1, seq=5))
    assert reply["kind"] == "conflict"
    assert (reply["theirs"]["what"], reply["theirs"]["revision"]) == ("theirs", 2)


def test_a_removed_entry_is_gone_from_the_store_and_stays_in_the_history(quito):
    pair = quito.exchange.open()
    heard(register(pair, "objective"), entry(NEW, {"what": "x", "item": "", "outcome": ""}))
    reply = heard(register(pair, "objective"), removal(NEW, revision=1))
    assert reply["kind"] == "saved"
    assert NEW not in {e["entry_id"] for e in pair.entries("objective")}
    history = quito.store.audit(quito.viewer, subject=f"entry {NEW}")
    assert list(history["action"]) == ["put entry", "delete entry"]


def test_an_entry_that_was_removed_meanwhile_is_not_written_again(quito):
    pair = quito.exchange.open()
    body = {"what": "x", "item": "", "outcome": ""}
    heard(register(pair, "objective"), entry(NEW, body))
    mine, theirs = register(pair, "objective"), register(pair, "objective")
    heard(theirs, removal(NEW, client=OTHER, revision=1))
    reply = heard(mine, entry(NEW, {**body, "what": "y"}, revision=1))
    assert reply["kind"] == "refused"
    assert "removed it meanwhile" in reply["why"]
    assert NEW not in {e["entry_id"] for e in pair.entries("objective")}


def test_the_other_citys_entry_can_be_neither_changed_nor_removed_from_the_page(quito):
    pair = quito.exchange.open()
    theirs = next(e for e in pair.entries("benefit") if not e["can_edit"])
    page = register(pair, "benefit")
    body = dict.fromkeys((field["name"] for field in page.fields), "")
    shown = next(e for e in page.entries if e["entry_id"] == theirs["entry_id"])
    assert shown["can_edit"] is False
    for message in (entry(theirs["entry_id"], {**body, "what": "ours", "owner": "we"}, revision=theirs["revision"]),
                    removal(theirs["entry_id"], revision=theirs["revision"], seq=2)):
        assert heard(page, message)["kind"] == "refused"
    assert theirs in pair.entries("benefit")


def test_what_an_entry_lacks_is_said_and_nothing_is_written(quito):
    pair = quito.exchange.open()
    before = pair.entries("activity")
    body = {field.name: "" for field in pair.fields("activity")} | {"cost": None}
    full = {"what": "Visit", "modality": "study_tour", "date": "2027-03-01", "place": "Quito", "cost": 5}
    for seq, wrong in enumerate(({}, {"what": "Visit"}, full), 1):  # the last one names no currency
        reply = heard(register(pair, "activity"), entry(NEW, {**body, **wrong}, seq=seq))
        assert reply["kind"] == "refused"
    assert "currency" in reply["why"]
    assert pair.entries("activity") == before


def test_a_list_of_owners_stands_in_one_line_and_comes_back_as_a_list(quito):
    pair = quito.exchange.open(closed=True)
    body = {"what": "Plain words help", "loop": "single", "phase": "exploration", "owners": "Ana; Ben"}
    heard(register(pair, "learning_point"), entry(NEW, body))
    assert next(e for e in pair.entries("learning_point") if e["entry_id"] == NEW)["body"]["owners"] == ["Ana", "Ben"]
    page = register(pair, "learning_point")
    assert next(e for e in page.entries if e["entry_id"] == NEW)["body"]["owners"] == "Ana; Ben"
    again = heard(page, entry(NEW, body, seq=2, revision=1))
    assert (again["kind"], again["revision"]) == ("saved", 1)


@pytest.mark.parametrize("kind", ADD)
def test_every_list_that_a_notebook_shows_opens_with_its_entries(quito, kind):
    pair = quito.exchange.open(closed=True)
    page = register(pair, kind)
    assert len(page.entries) == len(pair.entries(kind))
    assert page.add == ADD[kind].said()
    assert json.dumps(page.entries)
    assert "['" not in json.dumps(page.entries)


def test_who_may_only_read_gets_pages_that_cannot_be_changed(database):
    with opened(database, "quito", viewer=reader("demo-3652462")) as workbook:
        page = register(workbook.exchange.open(), "objective")
        assert page.can_edit is False
        assert heard(page, entry(NEW, {"what": "x", "item": "", "outcome": ""}))["kind"] == "refused"
        assert questionnaire(workbook.assess.form()).can_edit is False
        assert peer_list(workbook.match).can_invite is False
        assert lesson_search(workbook.discover).can_use is False


# lessons and peers


def test_a_lesson_is_searched_narrowed_and_taken_up_once(quito):
    library = lesson_search(quito.discover)
    assert library.results["total"] == quito.discover.search().total
    heard(library, {"kind": "search", "text": "flood", "filters": {"language": ["en"]}, "start": 0, "seq": 1})
    assert library.results["total"] == quito.discover.search("flood", {"language": ["en"]}).total
    lesson, before = library.results["lessons"][0]["lesson_id"], len(quito.discover.uses())
    for page in (library, lesson_search(quito.discover)):  # sent again to a new kernel
        reply = heard(page, {"kind": "use", "key": lesson, "revision": 0, "client": PAGE, "seq": 1,
                             "phase": "exploration"})
        assert reply["kind"] == "saved", reply
    assert len(quito.discover.uses()) == before + 1


def test_the_lessons_for_this_city_say_why(quito):
    assert all(card["because"] for card in lesson_search(quito.discover).for_you)


def test_peers_are_invited_once_and_weighed_anew(quito):
    peers, before = peer_list(quito.match), len(quito.exchange.rows())
    best = peers.rows[0]["city_id"]
    message = {"kind": "invite", "key": best, "revision": 0, "client": PAGE, "seq": 1, "why": "They warn early."}
    for page in (peers, peer_list(quito.match)):
        assert heard(page, message)["kind"] == "saved"
    assert len(quito.exchange.rows()) == before + 1
    assert peer_list(quito.match).rows[0]["invited"] == "They warn early."
    only = {weight["key"]: 0.0 for weight in peers.weights} | {"problem_similarity": 1.0}
    reply = heard(peers, {"kind": "weights", "seq": 2, "values": only})
    assert {part["label"] for row in reply["rows"] for part in row["contributions"]} == {"shared hazards"}
    refused = heard(peers, {"kind": "weights", "seq": 3, "values": dict.fromkeys(only, 0.0)})
    assert refused["rows"] is None
    assert "nothing tells one city from another" in refused["why"]


def test_where_nobody_can_be_suggested_the_page_says_why(real, tmp_path):
    with opened(real, "Suva") as workbook:
        assert "Too little is known about Suva" in peer_list(workbook.match).sentence()
    alone = worlds.empty(tmp_path, "alone.db")
    with opened(alone) as workbook:
        workbook.store.load(workbook.viewer, {name: rows[:1] for name, rows in worlds.REAL.items()})
    with opened(alone, "rotterdam") as workbook:
        assert "no other city" in peer_list(workbook.match).plain()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_widget_has_a_printed_face_without_anything_that_runs(database, language):
    with opened(database, "quito") as workbook:
        pair = workbook.exchange.open()
        pair.save("objective", {"what": worlds.SCRIPT})
        for peer in workbook.match.peers(top=2).peers:
            row = workbook.store.city(workbook.viewer, peer.city_id)
            workbook.store.load(workbook.viewer, {"city": [{**row, "name": f"{worlds.SCRIPT} {peer.city_id}"}]})
        worlds.rename(workbook, worlds.SCRIPT)
    with opened(database, "demo-quito", language=language) as workbook:
        pair = workbook.exchange.open()
        for widget in (questionnaire(workbook.assess.form()), register(pair, "objective"), peer_list(workbook.match),
                       lesson_search(workbook.discover), show(workbook.assess.picture()),
                       follow([], workbook.assess.scores)):
            assert worlds.is_html_of(widget.static(), language), type(widget).__name__
            assert widget.sentence()
