"""A workshop room over HTTP: joining, answering, leading it, and its end."""

from __future__ import annotations

import re

import pytest

from exchange import instruments
from exchange.errors import InputError
from exchange.room.book import chosen_items
from exchange.serve.local import Limiter
from tests.room.room_server import LOCAL, Phone, Visitor, room
from tests.store.worlds import rows


@pytest.fixture
def here(tmp_path):
    with room(tmp_path) as served:
        yield served


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    with room(tmp_path_factory.mktemp("room")) as served:
        yield served


def test_a_room_says_its_code_and_where_to_join(lasting):
    assert re.search(r"code [2-9A-HJKMNP-Z]{6}\n", lasting.said)
    wall = lasting.facilitator().get("/f/wall").body
    assert lasting.code in wall
    assert "<svg" in wall


def test_people_join_with_the_code_alone_and_without_a_name(lasting):
    guest = Visitor(lasting.port)
    assert guest.get(f"/?code={lasting.code.lower()}").headers["location"] == f"/r/{lasting.code}"
    page = guest.get(f"/r/{lasting.code}").body
    assert "practitioners" in page
    assert not re.search(r'name="(name|email|mail)"', page)


def test_a_wrong_code_is_refused(lasting):
    assert Visitor(lasting.port).get("/?code=AAAAAA").status == 404
    assert Visitor(lasting.port).get("/r/AAAAAA").status == 404


def test_whoever_tries_too_often_waits_and_nobody_else():
    now = [0.0]
    limiter = Limiter(3, 60, clock=lambda: now[0])
    for _ in range(3):
        assert not limiter.refuses("a")
        limiter.note("a")
    assert limiter.refuses("a")
    assert not limiter.refuses("b")
    now[0] = 61
    assert not limiter.refuses("a")


def test_a_seat_taken_twice_with_one_key_is_one_seat(here):
    phone = Phone(here.port).join(here.code)
    before = here.facilitator().get("/f").body
    page = Visitor(here.port).get(f"/r/{here.code}")
    again = Visitor(here.port, cookies={"_xsrf": ""})
    again.get(f"/r/{here.code}")
    again.post(f"/r/{here.code}", key=phone.cookies["seat"], group="media")
    assert page.status == 200
    assert here.facilitator().get("/f").body.count('<th scope="row">practitioners</th>') == 1
    assert "media</th>" not in here.facilitator().get("/f").body
    assert before.count("practitioners</th>") == 1


def test_without_a_group_nobody_comes_in(lasting):
    guest = Visitor(lasting.port)
    key = re.search(r'name="key" value="([^"]+)"', guest.get(f"/r/{lasting.code}").body)[1]
    refused = guest.post(f"/r/{lasting.code}", key=key, group="")
    assert refused.status == 400
    assert "Choose a group first." in refused.body
    assert "seat" not in guest.cookies


def test_an_answer_is_acknowledged_when_it_is_in_the_record(here):
    phone = Phone(here.port).join(here.code)
    assert phone.say("P1.1", 2, note="we <b>do</b>")["outcome"] == "saved"
    here.kill()
    with here.store() as store:
        said = [row for row in rows(store.answers(LOCAL, rows(store.assessments(LOCAL))[0]["assessment_id"],
                                                  respondent=None)) if row["respondent_id"] != "city"]
        assert [(row["item"], row["level"], row["note"]) for row in said] == [("P1.1", 2, "we <b>do</b>")]
        assert store.verify_audit().ok


def test_the_same_message_counts_once_however_often_it_comes(here):
    phone = Phone(here.port).join(here.code)
    message = phone.message("P1.1", 1)
    replies = [phone.send(message).json()["results"][0] for _ in range(3)]
    assert [reply["revision"] for reply in replies] == [1, 1, 1]
    other = {**message, "level": 3}
    assert phone.send(other).json()["results"][0]["outcome"] == "renumber"


def test_a_room_that_is_stopped_is_opened_again_with_code_port_seats_and_answers(here):
    phone = Phone(here.port).join(here.code)
    phone.say("P1.1", 2)
    code, port = here.code, here.port
    here.kill()
    here.start()
    assert (here.code, here.port) == (code, port)
    assert phone.state()["answers"]["P1.1"][:2] == ["answered", 2]
    assert phone.say("P1.1", 3, base=1)["revision"] == 2


def test_two_phones_of_one_table_never_overwrite_each_other_unseen(here):
    one, two = (Phone(here.port).join(here.code, table="Table 3") for _ in range(2))
    assert one.say("P1.1", 1, base=0)["outcome"] == "saved"
    other = two.say("P1.1", 3, base=0)
    assert other["outcome"] == "conflict"
    assert other["theirs"]["level"] == 1
    assert two.say("P1.1", 3, base=other["theirs"]["revision"])["outcome"] == "saved"
    assert one.state()["answers"]["P1.1"][1] == 3


@pytest.mark.parametrize("wrong", [
    {"item": "P99"}, {"item": 7}, {"level": 9}, {"level": "2"}, {"level": True}, {"state": "yes"}, {"note": "x" * 2001},
    {"client": "x"}, {"seq": 0}, {"seq": 2**60}, {"base": "1"}, {"state": "unknown", "level": 2}])
def test_what_a_phone_cannot_mean_is_refused_and_changes_nothing(lasting, wrong):
    phone = Phone(lasting.port).join(lasting.code)
    assert phone.send({**phone.message("P1.1", 2), **wrong}).json()["results"][0]["outcome"] == "invalid"
    assert phone.state()["answers"] == {}


@pytest.mark.parametrize("body", [
    "", "{}", "[]", '{"messages": 1}', '{"messages": []}', '{"messages": [1]}', "[" * 5000])
def test_a_body_that_is_no_message_is_refused(lasting, body):
    phone = Phone(lasting.port).join(lasting.code)
    reply = phone.ask("POST", f"/r/{lasting.code}/answers", body, Content_Type="application/json", X_Room="1")
    assert reply.status == 400


def test_a_locked_question_takes_only_what_was_written_before(here):
    phone, desk = Phone(here.port).join(here.code), here.facilitator()
    before = phone.state()["revision"]
    late = phone.message("P1.1", 2, room=before)
    here.step(desk, "lock", "P1.1")
    assert "P1.1" not in phone.state()["open"]
    assert phone.say("P1.1", 1, room=phone.state()["revision"])["outcome"] == "locked"
    assert phone.send(late).json()["results"][0]["outcome"] == "saved"
    here.step(desk, "unlock", "P1.1")
    assert phone.say("P1.1", 1, room=phone.state()["revision"])["outcome"] == "saved"


def test_the_last_step_can_be_undone(here):
    desk, phone = here.facilitator(), Phone(here.port).join(here.code)
    here.step(desk, "show", "P2.1")
    here.step(desk, "lock")
    assert (phone.state()["item"], phone.state()["open"]) == ("P2.1", [])
    here.step(desk, "undo")
    assert len(phone.state()["open"]) == 10
    here.step(desk, "undo")
    assert phone.state()["item"] == ""


def test_two_facilitators_do_not_undo_each_other_unseen(here):
    desk = here.facilitator()
    here.step(desk, "show", "P2.1")
    stale = here.step(desk, "show", "P3.1", revision="1")
    assert stale.headers["location"] == "/f?moved=1"
    assert Phone(here.port).join(here.code).state()["item"] == "P2.1"


def test_the_timer_runs_on_every_phone(here):
    desk, phone = here.facilitator(), Phone(here.port).join(here.code)
    here.step(desk, "timer", value="3")
    assert 170 <= phone.state()["left"] <= 180
    here.step(desk, "timer", value="0")
    assert phone.state()["left"] is None
    assert here.step(desk, "timer", value="999").status == 400


def test_the_wall_shows_nothing_of_fewer_than_five(here):
    desk, phones = here.facilitator(), here.phones(9)
    here.step(desk, "show", "P1.1")
    for phone in phones[:4]:
        phone.say("P1.1", 3, note="a secret")
    assert "Waiting for the first answers" in desk.get("/f/wall").body
    for phone in phones[4:]:
        phone.say("P1.1", 1)
    assert "5 answers or more" in desk.get("/f/wall").body
    here.step(desk, "lead", value="revealed")
    wall = desk.get("/f/wall").body
    assert sum(map(int, re.findall(r'bar-number">(\d+)', wall))) == 5
    assert "secret" not in wall
    assert "r-" not in re.sub(r"<[^>]+>", "", wall)


def test_a_whole_workshop_from_the_first_answer_to_the_agreed_one(here):
    desk, phones = here.facilitator(), here.phones(10)
    for number, phone in enumerate(phones):
        phone.say("P1.1", 0 if number < 5 else 3)
    here.step(desk, "lead", value="revealed")
    assert phones[0].say("P1.1", 1, room=10**6)["outcome"] == "locked"
    here.step(desk, "lead", value="second", asked=["P1.1"])
    assert phones[0].state()["before"]["P1.1"][:2] == ["answered", 0]
    assert phones[0].state()["open"] == ["P1.1"]
    for phone in phones:
        assert phone.say("P1.1", 2)["outcome"] == "saved"
    here.step(desk, "lead", value="agreeing")
    here.step(desk, "show", "P1.1")
    assert "Everybody who gave a level says 2." in desk.get("/f").body
    kept = desk.post("/f/agree", item="P1.1", answer="2", why="It is written down", dissent="Not adopted", base="0")
    assert kept.status == 303
    again = desk.post("/f/agree", item="P1.1", answer="3", why="", dissent="", base="0")
    assert again.status == 409
    assert "Nothing was overwritten" in again.body
    exported = desk.get("/f/export.csv").body
    assert "It is written down" in exported
    assert "r-" not in exported


def test_a_paper_form_is_typed_twice_and_counts_like_a_phone(here):
    desk = here.facilitator()
    page = desk.get("/f/keying").body
    sheet = re.search(r'name="sheet" value="([^"]+)"', page)[1]
    form = {"group": "media", "sheet": sheet}
    differs = desk.post("/f/keying", first="3210?-.321", second="3210?-.322", **form)
    assert differs.status == 400
    assert "P10.1" in differs.body
    assert desk.post("/f/keying", first="9", second="9", **form).status == 400
    for _ in range(2):  # the same sheet again is the same form
        assert "Kept as form 1" in desk.post("/f/keying", first="3210?-.321", second="3210?-.321", **form).body
    with here.store() as store:
        said = rows(store.answers(LOCAL, rows(store.assessments(LOCAL))[0]["assessment_id"], respondent=None))
        assert len([row for row in said if row["respondent_id"].startswith("paper-")]) == 9
    printed = desk.get("/f/paper").body
    assert printed.count("<section>") == 10


def test_after_the_end_nobody_answers_and_wiping_leaves_no_word_in_any_file(here, tmp_path):
    desk, phone = here.facilitator(), Phone(here.port).join(here.code)
    phone.say("P1.1", 1, note="canary-in-the-mine")
    phone.say("P1.1", 2, note="canary-in-the-mine again", base=1)
    assert any(b"canary-in-the-mine" in file.read_bytes() for file in tmp_path.glob("exchange.db*"))
    desk.get("/f/end")
    desk.post("/f/end")
    assert phone.send(phone.message("P1.1", 3)).status == 410
    assert phone.get(f"/r/{here.code}").status == 410
    assert desk.post("/f/end", name="Quito").status == 200
    assert any(b"canary-in-the-mine" in file.read_bytes() for file in tmp_path.glob("exchange.db*"))
    assert "were deleted" in desk.post("/f/end", name="rotterdam").body
    assert not any(b"canary-in-the-mine" in file.read_bytes() for file in tmp_path.glob("*") if file.is_file())
    with here.store() as store:
        assert store.verify_audit().ok


FACILITATOR_PAGES = ["/f", "/f/wall", "/f/paper", "/f/keying", "/f/export.csv", "/f/export.json", "/f/end"]


@pytest.mark.parametrize("path", FACILITATOR_PAGES)
def test_only_the_facilitator_opens_the_desk(lasting, path):
    phone = Phone(lasting.port).join(lasting.code)
    assert phone.get(path).status == 403
    assert Visitor(lasting.port).get(path).status == 403
    assert Visitor(lasting.port, host="127.0.0.1").get(path, X_Forwarded_For="192.0.2.9").status == 403
    assert lasting.facilitator().get(path).status == 200


@pytest.mark.parametrize("path", ["/f/act", "/f/agree", "/f/keying", "/f/end"])
def test_only_the_facilitator_does_anything_at_the_desk(lasting, path):
    phone = Phone(lasting.port).join(lasting.code)
    assert phone.post(path, action="lock", item="P1.1", revision="1").status == 403
    desk = lasting.facilitator()
    desk.cookies.pop("_xsrf")
    assert desk.post(path, action="lock", item="P1.1", revision="1", _xsrf="").status == 403


def test_a_phone_reads_nothing_of_another_and_a_page_elsewhere_sends_nothing(lasting):
    one, two = lasting.phones(2)
    one.say("P1.1", 2, note="only mine")
    assert "only mine" not in two.get(f"/r/{lasting.code}").body + str(two.state())
    stranger = Visitor(lasting.port)
    assert stranger.get(f"/r/{lasting.code}/state").status == 403
    assert one.send(one.message("P1.1", 1), Content_Type="text/plain").status == 403


def test_the_facilitator_comes_from_another_device_with_the_key_alone(tmp_path):
    with room(tmp_path, "--key-only") as served:
        key = re.search(r"key=(\S+)", served.said)[1]
        desk = Visitor(served.port, host="127.0.0.1")
        assert desk.get("/f").status == 403
        assert desk.get("/f?key=wrong").status == 403
        assert desk.get(f"/f?key={key}").status == 302
        assert desk.get("/f").status == 200


def test_what_people_write_stays_text(here):
    payload = "</script><img src=x onerror=alert(1)>"
    phone = Phone(here.port).join(here.code, table=payload[:40])
    phone.say("P1.1", 1, note=payload)
    for body in (phone.get(f"/r/{here.code}").body, here.facilitator().get("/f").body):
        assert "<img src=x" not in body


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_first_page_is_small_in_every_language(lasting, language):
    phone = Phone(lasting.port, language=language).join(lasting.code)
    page = phone.get(f"/r/{lasting.code}", Accept_Encoding="identity")
    assert f'lang="{language}"' in page.body
    assert ('dir="rtl"' in page.body) == (language == "ar")
    parts = re.findall(r'"(/static/[^"]+)"', page.body)
    assert len(parts) == 2
    weight = len(page.body.encode()) + sum(len(phone.get(part).body.encode()) for part in parts)
    assert weight <= 60_000


def test_every_page_lets_nothing_foreign_in(lasting):
    phone = Phone(lasting.port).join(lasting.code)
    for path in ("/", f"/r/{lasting.code}", f"/r/{lasting.code}/state", "/f", "/nowhere", "/health"):
        headers = phone.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_questions_are_chosen_by_name_by_essential_or_all():
    asked = instruments.load("resilience")
    assert chosen_items(asked, "P1.1, E2")[0] == "P1.1"
    assert len(chosen_items(asked, "")) == 10
    assert len(chosen_items(asked, "all")) == 47
    with pytest.raises(InputError, match="question P99: it is neither a question nor an essential"):
        chosen_items(asked, "P99")
