"""Who may see and change what: every method, every role, one's own city and another's."""

from __future__ import annotations

import random

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from exchange.store import Store, Viewer, access, schema
from tests.store import worlds
from tests.store.worlds import LIMA, LOCAL, NAIROBI, PUBLIC, QUITO, ROTTERDAM, rows

CITIES = {"R": ROTTERDAM, "Q": QUITO, "N": NAIROBI, "L": LIMA}

VIEWERS = {
    "local": LOCAL,
    "secretariat": worlds.secretariat("delta"),
    "other secretariat": worlds.secretariat("coast"),
    "editor": worlds.editor(ROTTERDAM),
    "reader": worlds.reader(ROTTERDAM),
    "facilitator": worlds.facilitator(ROTTERDAM),
    "fellow": worlds.editor(QUITO),
    "stranger": worlds.editor(LIMA),
    "participant": worlds.participant(ROTTERDAM, "r-pat"),
    "public": PUBLIC,
}


@pytest.fixture(scope="module")
def full_store(tmp_path_factory):
    """A store in which Rotterdam, learner of Quito, has one of everything and shares nothing."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('access') / 'exchange.db'}") as store:
        worlds.fill(store)
        ana = VIEWERS["editor"]
        held = worlds.exchange(store)
        store.load(LOCAL, {
            "assessment": [
                {"assessment_id": "a-self", "city_id": ROTTERDAM, "instrument": "resilience", "round": "1"},
                {"assessment_id": "a-eval", "city_id": ROTTERDAM, "instrument": "impact", "round": "1",
                 "purpose": "exchange", "subject": held, "side": "learner", "status": "confirmed"}],
            "respondent": [{"assessment_id": "a-self", "respondent_id": "r-pat"},
                           {"assessment_id": "a-self", "respondent_id": "r-other"}],
            "answer": [{"assessment_id": key, "respondent_id": who, "item": "P1.1", "state": "answered", "level": 1}
                       for key, who in (("a-self", "city"), ("a-self", "r-pat"), ("a-self", "r-other"),
                                        ("a-eval", "city"))],
            "lesson": [{"lesson_id": f"l-{kind}", "title": kind, "language": "en", "body": {}, "city_id": ROTTERDAM,
                        "sensitivity": kind} for kind in ("public", "partner_only", "restricted")],
        })
        store.put_profile(ana, "a-self", {"who": "Ana"})
        store.put_hazards(ana, ROTTERDAM, [{"hazard_id": "MH0600", "edition": "2025", "weight": 1}])
        store.put_priorities(ana, ROTTERDAM, [{"item": "P1.1", "weight": 1}])
        store.use_lesson(ana, "l-public", ROTTERDAM, "exploration")
        store.put_entry(ana, held, "objective", {"text": "learn"})
        store.put_decision(ana, network="delta", round="1", learner=ROTTERDAM, host=QUITO, side="learner",
                           status="suggested")
        store.put_run(ana, {"network_id": "delta", "city_id": ROTTERDAM, "result": {}})
        store.put_weights(VIEWERS["secretariat"], {"hazard": 1}, why="ours", network="delta")
        store.share(ana, ROTTERDAM, "anonymous", network="delta")
        yield store


def found(read):
    """Return how many rows a read gives; 0 too where it says that there is nothing to see."""
    try:
        return len(read())
    except NotFoundError:
        return 0


def reads(store, viewer):
    """Return how many rows each way of reading gives to a viewer."""
    held = store.exchanges(LOCAL)["exchange_id"][0]
    return {
        "networks": found(lambda: store.networks(viewer)),
        "cities": "".join(letter for letter, city in CITIES.items() if city in set(store.cities(viewer)["city_id"])),
        "members": found(lambda: store.members(viewer)),
        "hazards": found(lambda: store.hazards(viewer)),
        "priorities": found(lambda: store.priorities(viewer)),
        "assessments": found(lambda: store.assessments(viewer)),
        "answers": found(lambda: store.answers(viewer, "a-self", respondent=None)),
        "evaluation": found(lambda: store.answers(viewer, "a-eval")),
        "latest": found(lambda: store.latest_answers(viewer)),
        "respondents": found(lambda: store.respondents(viewer, "a-self")),
        "profiles": found(lambda: store.profiles(viewer)),
        "lessons": found(lambda: store.lessons(viewer)),
        "search": found(lambda: store.search_lessons(viewer, "public partner_only restricted")),
        "uses": found(lambda: store.lesson_uses(viewer)),
        "exchanges": found(lambda: store.exchanges(viewer)),
        "entries": found(lambda: store.entries(viewer, held)),
        "decisions": found(lambda: store.decisions(viewer)),
        "runs": found(lambda: store.match_runs(viewer)),
        "weights": found(lambda: store.all_weights(viewer)),
        "shares": found(lambda: store.shares(viewer)),
        "levels": len(store.shared_levels(viewer, "delta")),
        "audit": min(1, found(lambda: store.audit(viewer))),
        "settings": 0 if store.setting(viewer, schema.HEAD) is None else 1,
    }


SEES = """
             local  secretariat  other_secretariat  editor  reader  facilitator  fellow  stranger  participant  public
networks       2         1               1            1       1          1         1        1           0         0
cities        RQNL      RQN             RNL          RQN     RQN        RQN       RQN      RNL          R         R
members        5         3               2            3       3          3         3        2           0         0
hazards        1         1               0            1       1          1         1        0           0         0
priorities     1         0               0            1       1          1         0        0           0         0
assessments    2         1               0            2       2          2         1        0           1         0
answers        3         0               0            3       1          3         0        0           1         0
evaluation     1         1               0            1       1          1         1        0           0         0
latest         1         0               0            1       1          1         0        0           0         0
respondents    3         0               0            3       1          3         0        0           1         0
profiles       1         0               0            1       1          1         0        0           0         0
lessons        3         2               1            3       3          3         2        1           1         1
search         3         2               1            3       3          3         2        1           1         1
uses           1         1               0            1       1          1         1        0           0         0
exchanges      1         1               0            1       1          1         1        0           0         0
entries        1         1               0            1       1          1         1        0           0         0
decisions      1         1               0            1       1          1         1        0           0         0
runs           1         1               0            1       1          1         0        0           0         0
weights        1         1               0            1       1          1         1        0           0         0
shares         1         1               0            1       1          1         0        0           0         0
levels         3         1               0            1       1          1         2        0           0         0
audit          1         0               0            1       0          1         0        0           0         0
settings       1         0               0            0       0          0         0        0           0         0
"""


def column(words, name):
    """Return one column of a table written as text: the name of each row to its cell."""
    header, *lines = [line.split() for line in words.splitlines() if line.strip()]
    place = header.index(name.replace(" ", "_"))
    return {line[0]: line[1 + place] for line in lines}


@pytest.mark.parametrize("name", VIEWERS)
def test_each_role_sees_what_is_its_own_and_nothing_else(full_store, name):
    assert {key: str(value) for key, value in reads(full_store, VIEWERS[name]).items()} == column(SEES, name)


def writes(store, viewer):
    """Return every way of writing about Rotterdam, as something to try."""
    held = store.exchanges(LOCAL)["exchange_id"][0]
    hazard = {"hazard_id": "MH0600", "edition": "2025", "weight": 1}
    pair = {"network": "delta", "round": "1", "learner": ROTTERDAM, "host": QUITO}
    return {
        "network": lambda: store.put_network(viewer, {"network_id": "delta", "name": "Delta cities"}),
        "found": lambda: store.put_network(viewer, {"network_id": "own", "name": "Own"}),
        "city": lambda: store.put_city(viewer, {"city_id": ROTTERDAM, "name": "Rotterdam"}),
        "member": lambda: store.put_member(viewer, {"network_id": "delta", "city_id": ROTTERDAM, "capacity": 2}),
        "hazards": lambda: store.put_hazards(viewer, ROTTERDAM, [hazard]),
        "priorities": lambda: store.put_priorities(viewer, ROTTERDAM, [{"item": "P1.1", "weight": 1}]),
        "open": lambda: store.open_assessment(viewer, ROTTERDAM, "resilience", version="1", round="1"),
        "scenarios": lambda: store.set_scenarios(viewer, "a-self", {}),
        "describe": lambda: store.put_scenario(viewer, "a-self", "most_severe", hazard="MH0600", words="A flood"),
        "scope": lambda: store.set_scope(viewer, "a-self", ["E1"]),
        "profile": lambda: store.put_profile(viewer, "a-self", {"who": viewer.name}),
        "confirm": lambda: store.confirm_assessment(viewer, "a-eval"),
        "respondent": lambda: store.put_respondent(viewer, "a-self", respondent_id="r-other"),
        "answer": lambda: store.save_answer(viewer, "a-self", "P1.1", "answered", 1),
        "voice": lambda: store.save_answer(viewer, "a-self", "P1.1", "answered", 1, respondent="r-pat"),
        "share": lambda: store.share(viewer, ROTTERDAM, "anonymous", network="delta"),
        "unshare": lambda: store.unshare(viewer, ROTTERDAM, audience="public"),
        "lesson": lambda: store.put_lesson(viewer, {"lesson_id": "l-restricted", "title": "restricted"}),
        "use": lambda: store.use_lesson(viewer, "l-public", ROTTERDAM, "exploration"),
        "exchange": lambda: store.put_exchange(viewer, {"exchange_id": held, "title": "Early warning"}),
        "entry": lambda: store.put_entry(viewer, held, "note", {}),
        "side": lambda: store.put_entry(viewer, held, "rating", {}, side="learner"),
        "decide": lambda: store.put_decision(viewer, **pair, side="learner", status="suggested"),
        "lock": lambda: store.put_decision(viewer, **pair, side="secretariat", status="locked"),
        "run": lambda: store.put_run(viewer, {"network_id": "delta", "city_id": ROTTERDAM, "result": {}}),
        "round": lambda: store.put_run(viewer, {"network_id": "delta", "result": {}}),
        "weights": lambda: store.put_weights(viewer, {"hazard": 1}, why="ours", network="delta"),
        "setting": lambda: store.put_setting(viewer, "colour", "teal"),
        "load": lambda: store.load(viewer, {"network": []}),
    }


MAY = """
            local  secretariat  other_secretariat  editor  reader  facilitator  fellow  stranger  participant  public
network       x         x               .            .       .          .         .        .           .         .
found         x         .               .            .       .          .         .        .           .         .
city          x         x               .            x       .          x         .        .           .         .
member        x         x               .            x       .          x         .        .           .         .
hazards       x         x               .            x       .          x         .        .           .         .
priorities    x         .               .            x       .          x         .        .           .         .
open          x         .               .            x       .          x         .        .           .         .
scenarios     x         .               .            x       .          x         .        .           .         .
describe      x         .               .            x       .          x         .        .           .         .
scope         x         .               .            x       .          x         .        .           .         .
profile       x         .               .            x       .          x         .        .           .         .
confirm       x         .               .            x       .          x         .        .           .         .
respondent    x         .               .            x       .          x         .        .           .         .
answer        x         .               .            x       .          x         .        .           .         .
voice         x         .               .            x       .          x         .        .           x         .
share         x         .               .            x       .          .         .        .           .         .
unshare       x         .               .            x       .          .         .        .           .         .
lesson        x         .               .            x       .          x         .        .           .         .
use           x         .               .            x       .          x         .        .           .         .
exchange      x         x               .            x       .          x         x        .           .         .
entry         x         x               .            x       .          x         x        .           .         .
side          x         .               .            x       .          x         .        .           .         .
decide        x         .               .            x       .          x         .        .           .         .
lock          x         x               .            .       .          .         .        .           .         .
run           x         .               .            x       .          x         .        .           .         .
round         x         x               .            .       .          .         .        .           .         .
weights       x         x               .            .       .          .         .        .           .         .
setting       x         .               .            .       .          .         .        .           .         .
load          x         .               .            .       .          .         .        .           .         .
"""


@pytest.mark.parametrize("name", VIEWERS)
def test_each_role_changes_what_is_its_own_and_nothing_else(full_store, name):
    happened = {}
    for what, write in writes(full_store, VIEWERS[name]).items():
        before = full_store.verify_audit().rows
        try:
            write()
            happened[what] = "x"
        except (NotAllowedError, NotFoundError):
            happened[what] = "."
            assert full_store.verify_audit().rows == before
    assert happened == column(MAY, name)


def test_every_table_has_a_rule_for_reading_or_is_read_by_nobody():
    inner = {"answer_op", "lesson_tag", "lesson_vector"}
    for name, rows_of in schema.METADATA.tables.items():
        if name in inner:
            with pytest.raises(KeyError):
                access.readable(PUBLIC, rows_of)
        else:
            access.readable(PUBLIC, rows_of)


def test_a_thousand_requests_by_wrong_viewers_read_nothing(full_store):
    rng = random.Random(1)
    wrong = [VIEWERS["stranger"], VIEWERS["other secretariat"], PUBLIC, worlds.participant(LIMA, "r-pat"),
             worlds.reader(LIMA), worlds.facilitator(LIMA)]
    held = full_store.exchanges(LOCAL)["exchange_id"][0]
    requests = [
        lambda viewer: full_store.assessment(viewer, "a-self"),
        lambda viewer: full_store.lesson(viewer, rng.choice(["l-restricted", "l-partner_only"])),
        lambda viewer: full_store.exchange(viewer, held),
        lambda viewer: full_store.entries(viewer, held),
        lambda viewer: full_store.save_answer(viewer, "a-self", "P1.1", "answered", 3, respondent="r-pat"),
        lambda viewer: full_store.put_exchange(viewer, {"exchange_id": held, "title": "Taken"}),
    ]
    for _ in range(1000):
        with pytest.raises((NotFoundError, NotAllowedError)) as refusal:
            rng.choice(requests)(rng.choice(wrong))
        assert "Rotterdam" not in str(refusal.value)


def test_what_is_hidden_and_what_does_not_exist_look_the_same(full_store):
    with pytest.raises(NotFoundError) as hidden:
        full_store.assessment(VIEWERS["stranger"], "a-self")
    with pytest.raises(NotFoundError) as missing:
        full_store.assessment(VIEWERS["stranger"], "a-none")
    assert str(hidden.value).replace("a-self", "a-none") == str(missing.value)


def test_a_city_that_leaves_a_network_is_seen_by_it_no_more(full_store):
    before = {row["city_id"] for row in rows(full_store.cities(VIEWERS["editor"]))}
    assert NAIROBI in before
    with full_store.write(LOCAL) as writing:
        writing.connection.execute(schema.member.delete().where(
            schema.member.c.city_id == NAIROBI, schema.member.c.network_id == "delta"))
    assert {row["city_id"] for row in rows(full_store.cities(VIEWERS["editor"]))} == before - {NAIROBI}
    full_store.put_member(LOCAL, {"network_id": "delta", "city_id": NAIROBI, "capacity": 2, "consent": True})


def test_the_local_viewer_is_the_user_of_this_machine():
    local = Viewer.local()
    assert local.role == "secretariat"
    assert local.name
    assert local.everything
    assert local.acts_for(ROTTERDAM)


@pytest.mark.parametrize(("arguments", "words"), [
    (("mayor",), "'mayor' is not a role"),
    (("city_editor", "Ana", frozenset("*")), "a city_editor cannot have everything"),
    (("public", "", frozenset({QUITO})), "the public acts for no city or network"),
])
def test_a_viewer_that_cannot_be_is_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        Viewer(*arguments)


def test_a_secretariat_with_all_networks_sees_all_but_answers_for_no_city():
    assert not Viewer("secretariat", "Sue", frozenset(), frozenset("*")).acts_for(QUITO)
