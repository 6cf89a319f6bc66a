"""A decision is taken by a person, with a reason where one is asked for, and refused in our own words."""

from __future__ import annotations

import pytest

from exchange.errors import InputError
from exchange.words import text
from tests.workbook import worlds
from tests.workbook.worlds import SCRIPT, editor, opened
from widgets import accept_weights, close_exchange
from widgets.decision import Decision


def made(act, **more):
    return Decision(text("Shall we?"), text("Yes"), act, reason=text("Why"), **more)


def test_the_reason_goes_to_whoever_acts_and_the_answer_is_shown_once():
    given = []
    decision = made(lambda why: given.append(why) or text("Done: {why}", why=why))
    decision.why.value = SCRIPT
    decision.button.click()
    assert given == [SCRIPT]
    assert decision.button.disabled
    assert "Done: &lt;script&gt;" in decision.answer.html
    assert "<script" not in decision.answer.html


def test_an_error_is_shown_with_its_remedy_and_the_button_stays():
    def refuse(_why):
        raise InputError.at("weights", "there is no reason", "Say why.")

    decision = made(refuse)
    decision.button.click()
    assert "weights: there is no reason. Say why." in decision.answer.html
    assert not decision.button.disabled


def test_who_may_not_decide_sees_the_question_alone():
    decision = made(lambda _: text("no"), can_decide=False)
    assert len(decision.children) == 1
    assert "Shall we?" in decision.static()


@pytest.fixture
def own(tmp_path):
    return worlds.copied(worlds.demo_file(), tmp_path)


def test_an_exchange_that_is_not_ready_is_not_closed_and_one_that_is_leaves_its_lessons(own):
    with opened(own, "quito") as workbook:
        host = workbook.match.peers(top=1).peers[0].city_id
        begun = close_exchange(workbook.exchange.open(workbook.match.invite(host, "They warn early.")))
        begun.button.click()
        assert "Do this before the exchange is closed" in begun.answer.html
        ready = close_exchange(workbook.exchange.open(closed=True))
        ready.button.click()
        assert "2 lessons are in the library" in ready.answer.html


def test_weights_are_accepted_by_the_secretariat_alone_and_the_gate_speaks(own):
    with opened(own, "quito", network="demo") as workbook:
        decision = accept_weights(workbook.learn)
        decision.why.value = "They look better"
        decision.button.click()
        assert "information only" in decision.answer.html
    with opened(own, "quito", network="demo", viewer=editor("demo-3652462")) as workbook:
        assert len(accept_weights(workbook.learn).children) == 1
