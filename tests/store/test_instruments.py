"""The questionnaires that people bring themselves."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotAllowedError
from exchange.store import Viewer
from tests.store.worlds import LOCAL, QUITO, editor

HEAT = {"name": "heat", "version": "1", "content": {"title": "Heat"}, "by": "Ana"}


def test_a_questionnaire_is_kept_with_who_brought_it(store):
    store.load(LOCAL, {"instrument": [HEAT, {**HEAT, "version": "2", "content": {"title": "Heat again"}}]})
    kept = store.instruments(LOCAL, "heat")
    assert list(kept["version"]) == ["1", "2"]
    assert kept["content"][1] == {"title": "Heat again"}
    assert list(kept["by"]) == ["Ana", "Ana"]
    assert store.instruments(LOCAL, "cold").empty


def test_what_is_asked_is_no_secret_within_a_network_but_not_public(store):
    store.load(LOCAL, {"instrument": [HEAT]})
    participant = Viewer("participant", "r-1", frozenset({QUITO}))
    assert list(store.instruments(participant)["name"]) == list(store.instruments(editor(QUITO))["name"]) == ["heat"]
    assert store.instruments(Viewer("public")).empty
    with pytest.raises(NotAllowedError):
        store.load(editor(QUITO), {"instrument": [HEAT]})


def test_a_name_that_is_none_is_refused(store):
    with pytest.raises(InputError):
        store.load(LOCAL, {"instrument": [{**HEAT, "name": "two words"}]})
    assert store.instruments(LOCAL).empty
