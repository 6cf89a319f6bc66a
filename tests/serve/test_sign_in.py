"""Who may open what on a server with sign-in: every route, every role, one's own city and another's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Visitor

from exchange.errors import InputError
from exchange.serve.app import Options, run
from exchange.serve.identity import named_by_proxy
from exchange.store import Store
from tests.store.worlds import LIMA, LOCAL, ROTTERDAM, fill

HERE = Path(__file__).parent
KEY = "k" * 40

ROLES = {
    "secretariat": {"networks": ["delta"]},
    "facilitator": {"city_ids": [ROTTERDAM]},
    "city_editor": {"city_ids": [ROTTERDAM]},
    "city_reader": {"city_ids": [ROTTERDAM]},
    "participant": {"city_ids": [ROTTERDAM]},
    "public": {},
}


class Signed:
    """A server that runs, and the record behind it."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.url = f"sqlite:///{folder / 'exchange.db'}"
        self.store = Store.open(self.url)
        fill(self.store)
        (folder / "proxy.key").write_text(KEY)
        environment = {**os.environ, "EXCHANGE_SECRET_FILE": str(folder / "secret"), "PYTHONUNBUFFERED": "1",
                       "EXCHANGE_PROXY_KEY_FILE": str(folder / "proxy.key"), "EXCHANGE_TEST_SECRET": "server's own"}
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "signed_server.py"), json.dumps({"database": self.url, **options})],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)$", said.strip())[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.store.close()

    def invited(self, role, **more):
        """Somebody who came in by an invitation of this role."""
        name = more.pop("name", f"the {role}")
        self.known, key = self.store.invite(LOCAL, role, name, **(more or ROLES[role]))
        visitor = Visitor(self.port)
        visitor.get(f"/i/{key}")
        answer = visitor.post(f"/i/{key}", f"_xsrf={visitor.cookies['_xsrf']}")
        assert answer.status == 303, answer.body
        return visitor


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    server = Signed(tmp_path_factory.mktemp("signed"), sign_in="invited", look_seconds=0.5)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(signed):
    everybody = {role: signed.invited(role) for role in ROLES}
    everybody["stranger"] = signed.invited("city_editor", city_ids=[LIMA])
    everybody["nobody"] = Visitor(signed.port)
    return everybody


# What each sees: + the page, . no such thing, > the way to the sign-in, x refused.
MATRIX = """
route              secretariat facilitator city_editor city_reader participant public stranger nobody
/                  +           +           +           +           +           +      +        >
/help              +           +           +           +           +           +      +        >
/health            +           +           +           +           +           +      +        +
/sign-in           +           +           +           +           +           +      +        +
/start             >           >           >           >           >           >      >        >
/?city=rotterdam   +           +           +           +           .           .      .        >
/?city=quito       +           +           +           +           .           .      .        >
/?city=lima        .           .           .           .           .           .      +        >
/assess/lima       .           .           .           .           .           .      +        >
/learn/coast       .           .           .           .           .           .      +        >
/assess/rotterdam  +           +           +           +           .           .      .        >
/api/kernels/x     .           .           .           .           .           .      .        .
"""
SIGN = {200: "+", 404: ".", 302: ">", 403: "x"}


def test_each_role_opens_what_is_its_own_and_nothing_else(people):
    head, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    expected = {(line[0], who): sign for line in lines for who, sign in zip(head[1:], line[1:], strict=True)}
    assert set(head[1:]) == set(people)
    found = {(route, who): SIGN[visitor.get(route).status] for route, who in expected
             for visitor in [people[who]]}
    assert {key: sign for key, sign in found.items() if expected[key] != sign} == {}


def test_the_kernel_learns_from_the_server_alone_whom_it_serves(signed, people):
    page = people["city_editor"].get("/discover/rotterdam?EXCHANGE_ROLE=secretariat").body
    names = re.search(r"environment ([\w ]+)", page)[1].split()
    assert {"EXCHANGE_ROLE", "EXCHANGE_USER", "EXCHANGE_CITIES"} <= set(names)
    assert "EXCHANGE_SECRET_FILE" not in names
    assert "EXCHANGE_PROXY_KEY_FILE" not in names
    assert "EXCHANGE_TEST_SECRET" not in names


def test_nobody_reaches_the_kernel_of_another(signed, people):
    page = people["city_editor"].get("/assess/rotterdam").body
    kernel = re.search(r'"kernelId": "([0-9a-f-]{36})"|data-kernel="([0-9a-f-]{36})"|([0-9a-f]{8}-[0-9a-f-]{27})', page)
    kernel_id = next(filter(None, kernel.groups()))
    token = people["facilitator"].cookies["_xsrf"]
    for who in ("facilitator", "stranger", "public", "nobody"):
        assert people[who].get(f"/api/kernels/{kernel_id}").status == 403
        ended = people[who].post(f"/voila/api/shutdown/{kernel_id}", f"_xsrf={token}")
        assert ended.status == 403
    assert people["city_editor"].get(f"/api/kernels/{kernel_id}").status == 200


def test_requests_by_wrong_visitors_read_nothing(people):
    rng = random.Random(1)
    wrong = [people["stranger"], people["public"], people["nobody"]]
    routes = ["/?city=rotterdam", "/assess/rotterdam", "/match/rotterdam", "/exchange/quito", "/evaluate/nairobi",
              "/learn/delta", "/?network=delta", "/?city=2747891"]
    for _ in range(150):
        visitor, route = rng.choice(wrong), rng.choice([r for r in routes if "nairobi" not in r])
        answer = visitor.get(route)
        assert answer.status in {302, 404}, route
        assert "Rotterdam" not in answer.body


def test_a_link_is_looked_at_without_being_used_up(signed):
    _, key = signed.store.invite(LOCAL, "public", "press")
    for _ in range(3):
        assert Visitor(signed.port).get(f"/i/{key}").status == 200
    visitor = Visitor(signed.port)
    visitor.get(f"/i/{key}")
    assert visitor.post(f"/i/{key}", f"_xsrf={visitor.cookies['_xsrf']}").status == 303
    again = Visitor(signed.port)
    again.get(f"/i/{key}")
    assert again.post(f"/i/{key}", f"_xsrf={again.cookies['_xsrf']}").status == 410


def test_the_cookie_is_signed_and_out_of_reach_of_scripts(signed):
    visitor = signed.invited("public")
    name = f"exchange-{signed.port}"
    forged = Visitor(signed.port, {**visitor.cookies, name: visitor.cookies[name][:-4] + "aaaa"})
    assert forged.get("/").status == 302
    _, key = signed.store.invite(LOCAL, "public", "press")
    another = Visitor(signed.port)
    another.get(f"/i/{key}")
    cookie = another.post(f"/i/{key}", f"_xsrf={another.cookies['_xsrf']}").header("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_who_is_taken_back_or_signs_out_is_outside_at_once(signed):
    visitor = signed.invited("public")
    assert visitor.get("/").status == 200
    signed.store.revoke(LOCAL, signed.known)
    assert visitor.get("/").status == 302
    leaving = signed.invited("public")
    kept = dict(leaving.cookies)
    assert leaving.post("/sign-out", f"_xsrf={leaving.cookies['_xsrf']}").status == 303
    assert Visitor(signed.port, kept).get("/").status == 302


def test_the_open_notebook_of_somebody_who_is_taken_back_ends(signed):
    visitor = signed.invited("city_editor", name="Luz", city_ids=[LIMA])
    before = json.loads(visitor.get("/health").body)["kernels"]
    assert visitor.get("/assess/lima").status == 200
    assert json.loads(visitor.get("/health").body)["kernels"] == before + 1
    signed.store.revoke(LOCAL, signed.known)
    until = time.monotonic() + 20
    while json.loads(visitor.get("/health").body)["kernels"] > before and time.monotonic() < until:
        time.sleep(0.2)
    assert json.loads(visitor.get("/health").body)["kernels"] == before


def test_the_server_beyond_this_machine_wants_a_sign_in():
    with pytest.raises(InputError, match="serving beyond this machine needs a sign-in"):
        run(Options(host="192.0.2.1"))


def token(name="ana", key=KEY, seconds=60, alg="HS256"):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    body = f"{part({'alg': alg, 'typ': 'JWT'})}.{part({'sub': name, 'exp': time.time() + seconds})}"
    seal = hmac.new(key.encode(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def test_a_proxy_names_people_with_its_key_alone(tmp_path):
    server = Signed(tmp_path, sign_in="proxy")
    try:
        server.store.invite(LOCAL, "city_editor", "ana", city_ids=[ROTTERDAM])
        visitor = Visitor(server.port)
        assert visitor.get("/?city=rotterdam", X_Exchange_Identity=token()).status == 200
        for wrong in (token("bob"), token(key="x" * 40), token(seconds=-1), token(alg="none"), "", "a.b.c"):
            assert Visitor(server.port).get("/", X_Exchange_Identity=wrong).status == 403
    finally:
        server.stop()


def test_ten_thousand_changed_tokens_name_nobody():
    rng, good = random.Random(1), token()
    assert named_by_proxy(good, KEY.encode(), time.time()) == "ana"
    letters = "ABCabc019-_."
    for _ in range(10_000):
        at = rng.randrange(len(good) - 1)  # the last letter carries bits that mean nothing
        letter = rng.choice([letter for letter in letters if letter != good[at]])
        assert named_by_proxy(good[:at] + letter + good[at + 1:], KEY.encode(), time.time()) == ""
    assert named_by_proxy(good, b"", time.time()) == ""
