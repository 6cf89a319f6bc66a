"""Invitations: a link signs in once or until a date, can be taken back, and its key is kept by nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.store import Store, Viewer, schema
from tests.store.worlds import (
    LIMA,
    LOCAL,
    PUBLIC,
    ROTTERDAM,
    editor,
    facilitator,
    fill,
    participant,
    reader,
    rows,
    secretariat,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def timed(sqlite_url):
    """A small world in which the test tells the time."""
    now = [NOW]
    with Store.open(sqlite_url, clock=lambda: now[0]) as store:
        fill(store)
        yield store, now


def test_a_link_signs_one_person_in(timed):
    store, _ = timed
    _, key = store.invite(LOCAL, "city_editor", "Ana", city_ids=[ROTTERDAM])
    token = store.accept(key)
    assert store.signed_in(token) == Viewer("city_editor", "Ana", frozenset({ROTTERDAM}))
    with pytest.raises(NotFoundError, match="not valid, or not any more"):
        store.accept(key)


def test_a_link_for_many_signs_each_of_them_in(timed):
    store, _ = timed
    _, key = store.invite(LOCAL, "city_reader", "the council", city_ids=[ROTTERDAM], once=False)
    assert store.accept(key) != store.accept(key)


def test_an_invitation_ends_on_its_day_and_the_sessions_with_it(timed):
    store, now = timed
    _, key = store.invite(LOCAL, "public", "press", once=False, expires_at=NOW + timedelta(days=1))
    token = store.accept(key)
    now[0] = NOW + timedelta(days=1)
    assert store.signed_in(token) is None
    with pytest.raises(NotFoundError):
        store.accept(key)


def test_a_session_ends_after_two_weeks(timed):
    store, now = timed
    _, key = store.invite(LOCAL, "public", "press")
    token = store.accept(key)
    now[0] = NOW + timedelta(days=13)
    assert store.signed_in(token)
    now[0] = NOW + timedelta(days=14)
    assert store.signed_in(token) is None


def test_who_is_taken_back_is_nobody_with_the_next_request(timed):
    store, _ = timed
    known, key = store.invite(LOCAL, "city_editor", "Ana", city_ids=[ROTTERDAM], once=False)
    token = store.accept(key)
    store.revoke(LOCAL, known)
    assert store.signed_in(token) is None
    assert store.known_as("Ana") is None
    with pytest.raises(NotFoundError):
        store.accept(key)


def test_signing_out_ends_one_session_alone(timed):
    store, _ = timed
    _, key = store.invite(LOCAL, "public", "press", once=False)
    one, two = store.accept(key), store.accept(key)
    store.sign_out(one)
    assert store.signed_in(one) is None
    assert store.signed_in(two)


def test_neither_key_nor_token_is_in_the_record(timed):
    store, _ = timed
    _, key = store.invite(LOCAL, "public", "press")
    token = store.accept(key)
    with store.engine.connect() as connection:
        everything = str([connection.execute(sa.select(table)).all() for table in schema.METADATA.sorted_tables])
    assert key not in everything
    assert token not in everything
    assert "digest" not in store.invitations(LOCAL).columns


def test_the_newest_invitation_of_a_name_says_what_somebody_is_whom_a_proxy_names(timed):
    store, now = timed
    store.invite(LOCAL, "city_reader", "ana@example.org", city_ids=[ROTTERDAM])
    now[0] = NOW + timedelta(seconds=1)
    store.invite(LOCAL, "city_editor", "ana@example.org", city_ids=[ROTTERDAM])
    assert store.known_as("ana@example.org").role == "city_editor"
    assert store.known_as("bob@example.org") is None
    assert store.known_as("") is None


@pytest.mark.parametrize(("role", "more", "words"), [
    ("mayor", {}, "'mayor' is not a role"),
    ("city_editor", {}, "a city editor needs a city"),
    ("secretariat", {"city_ids": [ROTTERDAM]}, "a secretariat needs a network"),
    ("secretariat", {"networks": ["*"]}, "network"),
    ("public", {"city_ids": [ROTTERDAM]}, "the public acts for no city"),
    ("city_editor", {"city_ids": ["999"]}, "city 999: there is none"),
])
def test_an_invitation_that_makes_no_sense_is_refused(timed, role, more, words):
    with pytest.raises((InputError, NotFoundError), match=words.replace("*", r"\*")):
        timed[0].invite(LOCAL, role, "Ana", **more)


@pytest.mark.parametrize("viewer", [secretariat("delta"), editor(ROTTERDAM), facilitator(ROTTERDAM), reader(LIMA),
                                    participant(LIMA, "r-1"), PUBLIC], ids=lambda viewer: viewer.role)
def test_only_who_keeps_the_record_invites_lists_and_revokes(timed, viewer):
    store, _ = timed
    known, _ = store.invite(LOCAL, "public", "press")
    for act in (lambda: store.invite(viewer, "public", "me"), lambda: store.invitations(viewer),
                lambda: store.revoke(viewer, known)):
        with pytest.raises(NotAllowedError):
            act()
    assert len(rows(store.invitations(LOCAL))) == 1
