"""The history: whoever changes it behind our back is found out."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import InputError, StoreError
from exchange.store import Store, Viewer, schema
from exchange.store.audit import START
from tests.store.worlds import LOCAL, QUITO, ROTTERDAM, begin, editor, rows

ANA = editor(ROTTERDAM)
FIELDS = ["at", "who", "role", "action", "subject", "city_id", "before", "after", "salt", "digest", "previous", "hash"]


@pytest.fixture
def history(world):
    """A store with some 20 rows of history."""
    assessment = begin(world)
    for number in range(12):
        world.save_answer(ANA, assessment, f"P1.{number % 4}", "answered", number % 3, note=f"note {number}")
    world.put_priorities(ANA, ROTTERDAM, [{"item": "P1.1", "weight": 1}])
    return world


def tamper(store, *statements, **values):
    with store.engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement) if isinstance(statement, str) else statement, values)


def test_a_history_that_nobody_touched_is_whole(history):
    report = history.verify_audit()
    assert report.ok
    assert report.findings == ()
    assert report.first_bad_seq is None
    assert report.rows == len(history.audit(LOCAL))


def test_an_empty_history_is_whole(store):
    report = store.verify_audit()
    assert (report.ok, report.rows, report.head) == (True, 0, f"0:{START}")


def test_its_numbers_have_no_gap(history):
    assert list(history.audit(LOCAL)["seq"]) == list(range(1, history.verify_audit().rows + 1))


def test_the_last_rows_can_be_asked_for(history):
    assert list(history.audit(LOCAL, last=2)["seq"]) == list(history.audit(LOCAL)["seq"])[-2:]


def test_each_row_says_who_did_what_to_what(history):
    row = rows(history.audit(LOCAL, last=1))[0]
    assert (row["who"], row["role"], row["action"], row["subject"], row["city_id"]) == (
        "Ana", "city_editor", "put priorities", f"priorities of {ROTTERDAM}", ROTTERDAM)


@pytest.mark.parametrize("field", FIELDS)
def test_an_edited_field_is_found_at_its_row(history, field):
    tamper(history, f'UPDATE audit SET "{field}" = \'forged\' WHERE seq = 5')
    report = history.verify_audit()
    assert not report.ok
    assert report.first_bad_seq == 5


def test_a_wiped_field_is_found(history):
    tamper(history, "UPDATE audit SET before = NULL, after = NULL, salt = NULL WHERE seq = 5")
    assert history.verify_audit().first_bad_seq == 5


def test_a_removed_row_is_found(history):
    tamper(history, "DELETE FROM audit WHERE seq = 5")
    assert history.verify_audit().first_bad_seq == 5


def test_rows_that_changed_places_are_found(history):
    tamper(history, "UPDATE audit SET seq = 9999 WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 6",
           "UPDATE audit SET seq = 6 WHERE seq = 9999")
    assert history.verify_audit().first_bad_seq == 5


def test_rows_cut_off_at_the_end_are_found(history):
    last = history.verify_audit().rows
    tamper(history, f"DELETE FROM audit WHERE seq > {last - 3}")
    report = history.verify_audit()
    assert report.first_bad_seq == last - 2
    assert "rows at the end are missing" in str(report.findings[0])


def test_a_row_put_at_the_end_is_found(history):
    last = history.verify_audit().rows
    tamper(history, f"INSERT INTO audit SELECT {last + 1}, at, who, role, action, subject, city_id, before, after, "
           f"salt, digest, previous, hash FROM audit WHERE seq = {last}")
    assert history.verify_audit().first_bad_seq == last + 1


def test_a_history_rewritten_from_the_start_is_found_by_a_head_that_was_noted(history):
    noted = history.verify_audit().head
    with history.engine.begin() as connection:
        connection.execute(sa.delete(schema.audit))
        head = {"seq": 0, "hash": START}
        connection.execute(sa.update(schema.setting).where(schema.setting.c.key == schema.HEAD).values(value=head))
    history.put_setting(LOCAL, "colour", "teal")
    assert history.verify_audit().ok
    report = history.verify_audit(noted)
    assert not report.ok
    assert "the head that was noted earlier" in str(report.findings[0])


def test_a_head_that_was_noted_is_still_good_after_more_history(history):
    noted = history.verify_audit().head
    history.put_setting(LOCAL, "colour", "teal")
    assert history.verify_audit(noted).ok


def test_nothing_is_written_on_a_history_without_its_end(history):
    tamper(history, "DELETE FROM setting WHERE key = 'audit.head'")
    with pytest.raises(StoreError, match="the end of its history is missing"):
        history.put_setting(LOCAL, "colour", "teal")


def test_a_write_that_fails_leaves_no_history(history):
    before = history.verify_audit().head
    with pytest.raises(InputError):
        history.put_hazards(LOCAL, ROTTERDAM, [{"hazard_id": "MH0600", "edition": "2025", "weight": -1}])
    with pytest.raises(StoreError), history.write(LOCAL) as writing:
        _note_and_fail(writing)
    assert history.verify_audit().head == before


def _note_and_fail(writing):
    writing.note("nothing", "nothing")
    raise StoreError.at("here", "it failed", "Try again.")


EDIT, DELETE, SWAP, CUT, COPY = "edit", "delete", "swap", "cut", "copy"


@st.composite
def tamperings(draw):
    return draw(st.sampled_from([EDIT, DELETE, SWAP, CUT, COPY])), draw(st.integers(0, 2**32))


@pytest.fixture(scope="module")
def copyable(tmp_path_factory, prepared_file):
    """A history in a SQLite file, and its rows as they should be."""
    path = tmp_path_factory.mktemp("history") / "exchange.db"
    path.write_bytes(prepared_file.read_bytes())
    with Store.open(f"sqlite:///{path}") as store:
        for number in range(15):
            store.put_setting(Viewer.local(), f"key{number % 4}", {"value": number})
        with store.engine.connect() as connection:
            good = [dict(row) for row in connection.execute(sa.select(schema.audit)).mappings()]
        yield store, good


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tampering=tamperings())
def test_any_tampering_with_the_history_is_found(copyable, tampering):
    store, good = copyable
    kind, seed = tampering
    forged = forge([dict(row) for row in good], kind, random.Random(seed))
    _replace(store, forged)
    found = store.verify_audit()
    assert not found.ok
    changed = [row["seq"] for row, was in zip(forged, good, strict=False) if row != was] or [len(forged) + 1]
    assert found.first_bad_seq is not None
    assert found.first_bad_seq <= changed[0]
    _replace(store, good)
    assert store.verify_audit().ok


def _replace(store, history):
    with store.engine.begin() as connection:
        connection.execute(sa.delete(schema.audit))
        if history:
            connection.execute(sa.insert(schema.audit), history)


def forge(history, kind, rng):
    """Return the rows of a history after one forgery; never the same as before."""
    place = rng.randrange(len(history))
    row = history[place]
    if kind == EDIT:
        field = rng.choice(FIELDS)
        row[field] = _another(row[field], rng, nullable=field in ("city_id", "before", "after", "salt"))
    elif kind == DELETE:
        del history[place]
    elif kind == SWAP:
        other = rng.choice([number for number in range(len(history)) if number != place])
        row["seq"], history[other]["seq"] = history[other]["seq"], row["seq"]
        history.sort(key=lambda entry: entry["seq"])
    elif kind == CUT:
        del history[place:]
    else:
        history.append({**row, "seq": len(history) + 1})
    return history


def _another(value, rng, *, nullable):
    if value is None:
        return rng.choice(["", "null", QUITO])
    if nullable and rng.random() < 0.2:
        return None
    place = rng.randrange(len(value) + 1)
    letter = rng.choice([letter for letter in '0a " ' if value[place:place + 1] != letter])
    return rng.choice([value[:place] + letter + value[place:], value[:place] + letter + value[place + 1:]])
