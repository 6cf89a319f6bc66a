"""The light pages: who gets in, what they say, and what they load."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest

CLOSED = ["/voila/tree", "/voila/render/00_start.ipynb", "/voila/api/contents", "/voila/files/00_start.ipynb",
          "/voila/templates/lab/static/index.css", "/voila/static/voila.js", "/voila/api/themes/x",
          "/api/kernels", "/api/contents", "/api/sessions", "/api/terminals", "/api/kernelspecs", "/login",
          "/logout", "/tree", "/lab", "/start/", "/assess", "/assess/", "/assess/UPPER",
          "/static/../app.py", "/static/%2e%2e/app.py"]


def token(page: str) -> str:
    return re.search(r'name="_xsrf" value="([^"]+)"', page)[1]


def test_the_portal_is_small_and_needs_no_script(server):
    page = server.visitor().get("/")
    assert page.status == 200
    assert len(page.body.encode()) < 60_000
    assert "<script" not in page.body
    assert page.header("content-security-policy").startswith("default-src 'none'")


def test_nothing_on_the_portal_points_to_another_host(server):
    page = server.visitor().get("/?city=rotterdam").body
    assert not re.findall(r'(?:src|href|action)="(?!/|#|")[^"]*"', page)
    assert not re.search(r'"//', page)


@pytest.mark.parametrize("path", ["/", "/help", "/nowhere", "/health"])
def test_every_page_carries_the_safety_headers(server, path):
    page = server.visitor().get(path)
    assert "frame-ancestors 'none'" in page.header("content-security-policy")
    assert page.header("x-content-type-options") == "nosniff"
    assert page.header("referrer-policy") == "same-origin"
    assert page.header("cache-control") == "no-store"
    assert not page.header("server")


def test_pages_travel_compressed(server):
    page = server.visitor().get("/", accept_encoding="gzip")
    assert page.header("content-encoding") == "gzip"
    assert "City Learning Exchange" in page.body


@pytest.mark.parametrize("path", CLOSED)
def test_addresses_that_are_not_ours_are_not_there(server, path):
    page = server.guest().get(path)
    assert page.status in {403, 404}
    assert "Traceback" not in page.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written_through_an_address_that_is_not_ours(server, method):
    assert server.guest().ask(method, "/api/contents/evil.py", "{}").status in {403, 404, 405}


def test_the_person_at_this_machine_is_signed_in_without_being_asked(server):
    page = server.visitor().get("/")
    cookie = next(c for c in page.headers["set-cookie"] if c.startswith("exchange-"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80",
                                  "10.0.0.1"])
def test_a_page_elsewhere_cannot_pose_as_this_machine(server, host):
    page = server.guest().get("/", host=host)
    assert page.status == 403
    assert "not open to you" in page.body
    assert "Rotterdam" not in page.body


def test_health_is_for_machines(server):
    said = json.loads(server.visitor().get("/health").body)
    assert said["status"] == "ok"
    assert set(said) == {"status", "version", "kernels", "most_kernels"}
    assert not server.visitor().get("/health").header("set-cookie")


def test_the_portal_shows_the_loop_of_the_city_and_the_one_next_thing(server):
    page = server.visitor().get("/?city=rotterdam").body
    assert "Rotterdam: where you are" in page
    assert page.count("x-button") == 1
    assert 'href="/match/rotterdam">Find peers for Rotterdam' in page
    assert "<p>47 of 47 questions, 3 unknown</p>" in page


def test_the_chosen_city_is_remembered(server):
    visitor = server.visitor()
    visitor.get("/?city=quito")
    assert "Quito: where you are" in visitor.get("/").body


def test_a_remembered_city_that_is_gone_is_forgotten(server):
    page = server.visitor().get("/", cookie="city=atlantis")
    assert page.status == 200
    assert "Find your city" in page.body


def test_demo_data_are_marked_and_real_data_are_not(server):
    visitor = server.visitor()
    assert "Demo data, fictional" in visitor.get("/?city=rotterdam").body
    assert "Demo data, fictional" not in visitor.get("/?city=lima").body


def test_links_name_the_network_only_where_it_does_not_go_without_saying(server):
    visitor = server.visitor()
    assert 'href="/assess/quito"' in visitor.get("/?city=quito").body
    assert 'href="/assess/quito?network=cdp"' in visitor.get("/?city=quito&network=cdp").body
    assert 'href="/assess/lima"' in visitor.get("/?city=lima").body


@pytest.mark.parametrize("query", ["mer", "MÉR", "merida mexico", "Mexico"])
def test_a_search_puts_case_and_accents_aside(server, query):
    page = server.visitor().get("/?" + urlencode({"q": query})).body
    assert re.findall(r"<span>([^<]+)</span> <small>", page) == ["Mérida"]


def test_a_search_without_a_find_says_so(server):
    page = server.visitor().get("/?q=%3Cscript%3E").body
    assert 'No city in this network has "&lt;script&gt;"' in page.replace("&#34;", '"')
    assert "<script" not in page


def test_a_long_list_says_how_many_it_leaves_out(server):
    page = server.visitor().get("/").body
    assert "60 of 73 cities are shown" in page


def test_a_network_of_few_cities_needs_no_search(server):
    page = server.visitor().get("/?network=cdp").body
    assert 'role="search"' not in page
    assert "Lima" in page


@pytest.mark.parametrize("path", ["/?city=atlantis", "/?network=none", "/assess/atlantis", "/learn/none",
                                  "/assess/rotterdam?network=cdp", "/nowhere"])
def test_what_is_not_there_is_said_politely(server, path):
    page = server.visitor().get(path)
    assert page.status == 404
    assert "There is no such page" in page.body
    assert "To the first page" in page.body


def test_an_empty_store_says_what_to_do(another_server):
    page = another_server(empty=True).visitor().get("/")
    assert page.status == 200
    assert "There is no network yet" in page.body
    assert "make run" in page.body
    assert "exchange import cdp" in page.body


def test_the_browser_says_which_language_until_one_is_chosen(server):
    visitor = server.visitor()
    assert '<html lang="es" dir="ltr">' in visitor.get("/", accept_language="fr, es-EC;q=0.8, en;q=0.5").body
    page = visitor.get("/").body
    chosen = {"_xsrf": token(page), "language": "ar", "next": "/help?x=1&language=es"}
    answer = visitor.post("/language", urlencode(chosen))
    assert answer.status == 303
    assert answer.header("location") == "/help?x=1"
    assert '<html lang="ar" dir="rtl">' in visitor.get("/help", accept_language="es").body


def test_the_switch_of_language_needs_our_own_form(server):
    assert server.guest().post("/language", "language=ar").status == 403


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "",
                                     "javascript:x", "\\\\evil.example", "///evil.example"])
def test_the_switch_of_language_never_leads_elsewhere(server, address):
    visitor = server.visitor()
    page = visitor.get("/").body
    answer = visitor.post("/language", urlencode({"_xsrf": token(page), "language": "es", "next": address}))
    assert answer.header("location") == "/"


def test_a_language_that_we_do_not_speak_is_not_kept(server):
    visitor = server.visitor()
    page = visitor.get("/").body
    visitor.post("/language", urlencode({"_xsrf": token(page), "language": "<b>", "next": "/"}))
    assert "language" not in visitor.cookies


def test_files_with_a_fingerprint_are_asked_for_once(server):
    visitor = server.guest()
    address = re.search(r'href="(/static/exchange.css\?v=\w+)"', visitor.get("/").body)[1]
    assert "max-age" in visitor.get(address).header("cache-control")
    assert visitor.get(address).header("x-content-type-options") == "nosniff"


def test_a_page_may_be_asked_for_its_headers_alone(server):
    answer = server.visitor().ask("HEAD", "/")
    assert answer.status == 200
    assert answer.body == ""
