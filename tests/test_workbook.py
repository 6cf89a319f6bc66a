"""The facade joins the domain to the store: one city, one network, six steps, and nothing that breaks a page."""

from __future__ import annotations

import shutil

import pytest

from exchange import Workbook
from exchange.demo import truths
from exchange.errors import ConflictError, InputError, NotFoundError
from exchange.learning import aims
from exchange.workbook.assess import Occasion, Sitting
from widgets import follow, questionnaire, register


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The demo network, made once."""
    path = tmp_path_factory.mktemp("workbook") / "demo.db"
    with Workbook.open(database=f"sqlite:///{path}") as workbook:
        workbook.make_demo(20260101)
    return path


@pytest.fixture
def database(made, tmp_path):
    return f"sqlite:///{shutil.copy(made, tmp_path / 'copy.db')}"


@pytest.fixture
def quito(database):
    with Workbook.open("quito", database=database) as workbook:
        yield workbook


@pytest.mark.parametrize("name", ["quito", "Quito", "3652462", "demo-quito", "QUITO"])
def test_a_city_is_opened_by_any_of_its_names(name, database):
    with Workbook.open(name, database=database) as workbook:
        assert workbook.city["name"] == "Quito"
        assert workbook.fictional


def test_numbers_from_the_command_line_are_taken_as_names(database):
    with Workbook.open(3652462, round=1, database=database) as workbook:  # type: ignore[arg-type]
        assert (workbook.city["name"], workbook.round) == ("Quito", "1")


def test_an_unknown_city_or_network_is_said_with_a_remedy(database):
    with pytest.raises(NotFoundError, match="no city of this name"):
        Workbook.open("Nowhereville", database=database)
    with pytest.raises(NotFoundError, match="There is: demo"):
        Workbook.open("quito", "moon", database=database)
    with pytest.raises(InputError, match="several cities"):
        Workbook.open("Springfield", database=database)


def test_an_empty_store_says_what_to_do(tmp_path):
    with Workbook.open(database=f"sqlite:///{tmp_path / 'new.db'}") as workbook, \
            pytest.raises(NotFoundError, match="exchange demo"):
        _ = workbook.network


def test_a_network_can_be_looked_at_without_a_city(database):
    with Workbook.open("", "demo", database=database) as workbook:
        assert "fictional" in workbook.heading().said()
        assert workbook.learn.funnel().sentence()


def test_an_answer_is_kept_scored_and_drawn(quito):
    sitting = quito.assess.form()
    before = quito.assess.score().total
    item = next(row["item"] for row in quito.assess.rows() if row["state"] == "blank")
    revision, _at = sitting.save(item, "answered", 2)
    after = quito.assess.score().total
    assert (after.sum, after.blank) == (before.sum + 2, before.blank - 1)
    assert revision == 1
    assert {"item": item, "state": "answered", "level": 2} in quito.assess.rows()


def test_two_people_who_answer_the_same_question_are_told(quito):
    mine, theirs = (Sitting(quito, Occasion(round=quito.assess.round)) for _ in range(2))
    item = next(row["item"] for row in quito.assess.rows() if row["state"] == "blank")
    theirs.save(item, "answered", 3, client="aaaaaaaa", seq=1)
    with pytest.raises(ConflictError):
        mine.save(item, "answered", 1, base_revision=99, client="bbbbbbbb", seq=1)


def test_the_questionnaire_shows_the_citys_own_past_only(quito):
    past = quito.assess.form().past
    assert past
    with Workbook.open("lima", database=str(quito.store.engine.url)) as lima:
        assert lima.assess.form().past != past


def test_lessons_are_found_in_other_words_of_the_language_and_counted(quito):
    found = quito.discover.search("inundaciones")
    assert found.total
    assert {facet for facet, _, _ in found.facets} == {"hazard", "essential", "language", "country", "year"}
    spanish = quito.discover.search("", {"language": ["es"]})
    assert {lesson.language for lesson in spanish.lessons} == {"es"}
    assert spanish.total == 16


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "a* NEAR(b)", "🙂", "'; DROP TABLE lesson; --", " "])
def test_a_query_is_text_whatever_it_holds(query, quito):
    assert quito.discover.search(query).total >= 0


def test_recommended_lessons_name_their_reasons_and_come_from_others(quito):
    for one in quito.discover.for_you():
        assert one.reasons
        assert one.lesson.city_id != quito.city_id


def test_an_invitation_that_is_repeated_begins_one_exchange(quito):
    host = quito.match.peers(top=1).peers[0].city_id
    first = quito.match.invite(host, "They warn in plain words.")
    assert quito.match.invite(host, "They warn in plain words, and early.") == first
    assert quito.match.invited()[host].endswith("early.")


def test_other_weights_hold_until_others_are_tried(quito):
    only_hazards = dict.fromkeys(quito.match.weights.values, 0.0) | {"problem_similarity": 1.0}
    ranked = quito.match.peers(weights=only_hazards)
    assert set(ranked.peers[0].contributions) == {"problem_similarity"}
    assert quito.match.peers().peers == ranked.peers
    with pytest.raises(InputError, match="all are zero"):
        quito.match.peers(weights=dict.fromkeys(only_hazards, 0.0))


def test_a_city_without_an_exchange_gets_sentences_on_every_page(database):
    with Workbook.open("quito", round="99", database=database) as workbook:
        pair = workbook.exchange.open()
        assert pair.row is None
        for page in (pair.path, pair.next_things, pair.benefits, pair.ratings, pair.before_and_after,
                     pair.conclusions):
            assert "exchange" in page().plain()
        assert pair.impact() is None
        assert register(pair, "objective").plain()
        assert questionnaire(pair.impact()).plain()


def test_an_entry_that_is_sent_twice_is_written_once_and_the_other_city_cannot_change_it(quito):
    pair = quito.exchange.open()
    mine = {"what": "A warning that everybody understands"}
    for _ in range(2):
        row = pair.save("objective", mine, entry_id="0123456789abcdef", base_revision=0)
    assert row["revision"] == 1
    written = [e["body"]["what"] for e in pair.entries("objective") if e["entry_id"] == "0123456789abcdef"]
    assert written == [mine["what"]]
    others = [e for e in pair.entries("benefit") if e["side"] not in {None, pair.side}]
    assert all(not entry["can_edit"] for entry in others)


def test_a_wrong_entry_names_every_field_and_writes_nothing(quito):
    pair = quito.exchange.open()
    before = pair.entries("activity")
    with pytest.raises(InputError) as error:
        pair.save("activity", {"modality": "picnic", "date": "yesterday"})
    assert len(error.value.findings) >= 3
    assert pair.entries("activity") == before


def test_a_picture_follows_the_answers(quito):
    form = questionnaire(quito.assess.form())
    view = follow(form, quito.assess.scores)
    item = next(row["item"] for row in quito.assess.rows() if row["state"] == "blank")
    shown = view.html
    answer = {"state": "answered", "level": 3, "note": "", "confidence": None, "evidence": [], "quantity": None}
    form._hear(None, {"kind": "answer", "key": item, "revision": 0, "client": "0123456789abcdef", "seq": 1, **answer},
               None)
    assert view.html != shown
    assert view.html == quito.assess.scores().html()


def test_what_was_planted_in_the_demo_network_is_found_again(database):
    with Workbook.open("", "demo", database=database) as workbook:
        found = aims.where_aimed(workbook.learn.aims).targeted
    assert found.low <= truths.TARGETED <= found.high


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_can_be_said_in_every_language(language, database):
    with Workbook.open("rotterdam", language=language, database=database) as w:
        pair = w.exchange.open(closed=True)
        pages = [w.start.steps, w.start.facts, w.start.hazards, w.assess.scores, w.assess.picture, w.assess.profile,
                 w.discover.trail, w.match.map, w.match.why, w.match.left_out, pair.path, pair.next_things,
                 pair.benefits, pair.ratings, pair.before_and_after, pair.conclusions, w.learn.network, w.learn.funnel,
                 w.learn.time_to_use, w.learn.change, w.learn.where_aimed, w.learn.what_works, w.learn.forecasts,
                 w.learn.load, w.learn.left_out, w.learn.promises]
        for page in pages:
            bundle = page()._repr_mimebundle_()
            assert f'lang="{language}"' in bundle["text/html"], page
            assert "{" not in bundle["text/plain"], page


def test_a_city_with_a_hostile_name_runs_no_script(database):
    with Workbook.open("quito", database=database) as w:
        w.store.put_city(w.viewer, {"city_id": w.city_id, "name": "<script>alert(1)</script>"})
    with Workbook.open("demo-quito", database=database) as w:
        for page in (w.start.steps, w.start.facts, w.match.map, w.match.left_out, w.learn.network):
            assert "<script>" not in page()._repr_mimebundle_()["text/html"]
        assert "<script>" not in w._repr_mimebundle_()["text/html"]
