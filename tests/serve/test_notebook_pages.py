"""Notebooks as pages: whose kernel, which parameters, and what is said when it fails."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import time

import pytest


def printed(page: str) -> list[str]:
    """What the cells of a page printed."""
    outputs = re.findall(r'<script type="application/vnd.voila.cell-output\+json">(.*?)</script>', page)
    shown = [json.loads(output)["data"].get("text/plain", "") for output in outputs]
    streams = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    return [html.unescape(said).strip() for said in (*shown, *streams)]


def kernel_id(page: str) -> str:
    config = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page)
    return json.loads(config[1])["kernelId"]


@pytest.fixture
def visitor(server):
    guest = server.guest()
    yield guest
    for opened in guest.__dict__.pop("opened", []):
        guest.post(f"/voila/api/shutdown/{opened}", "", x_xsrftoken=guest.cookies["_xsrf"])


@pytest.fixture(scope="module")
def owner(server):
    """Somebody who has a page open, and the page."""
    visitor = server.guest()
    page = visitor.get("/start/rotterdam")
    yield visitor, page
    visitor.post(f"/voila/api/shutdown/{kernel_id(page.body)}", "", x_xsrftoken=visitor.cookies["_xsrf"])


def opened(visitor, path: str):
    page = visitor.get(path)
    if page.status == 200:
        visitor.__dict__.setdefault("opened", []).append(kernel_id(page.body))
    return page


def test_a_notebook_page_is_whole(visitor):
    page = opened(visitor, "/assess/rotterdam")
    assert page.status == 200
    assert "<title>Assess · Rotterdam · City Learning Exchange</title>" in page.body
    assert page.body.count("<h1") == 1
    assert page.body.count("<main") == 1
    assert '<a href="/assess/rotterdam" aria-current="step">' in page.body
    assert "Demo data, fictional" in page.body
    assert page.body.rstrip().endswith("</html>")


def test_a_notebook_page_may_load_from_this_server_only(owner):
    _, page = owner
    policy = page.header("content-security-policy")
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy
    assert "*" not in policy
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.body)


def test_the_city_and_the_network_of_the_address_reach_the_notebook(visitor):
    assert printed(opened(visitor, "/learn/cdp").body) == ["learn cdp"]
    asked = opened(visitor, "/exchange/quito?exchange=E-7&round=2&network=cdp&language=es")
    assert printed(asked.body) == ["asked E-7 2 es cdp"]
    assert '<html lang="es"' in asked.body


def test_a_value_of_an_address_is_never_run(visitor):
    said = "\"'); print(1)\n#"
    page = opened(visitor, "/exchange/quito?exchange=" + "%22%27%29%3B%20print%281%29%0A%23")
    assert printed(page.body) == [f"asked {said}  en demo"]


def test_a_value_that_nobody_can_have_typed_is_refused_in_words(visitor):
    page = visitor.get("/exchange/quito?exchange=a%7Fb")
    assert page.status == 400
    assert "is not a text" in page.body


def test_links_between_notebooks_lead_to_their_pages(owner):
    _, page = owner
    assert '<a href="/assess/rotterdam">assess your city</a>' in page.body
    assert ".ipynb" not in page.body


def test_the_start_page_without_a_city_asks_for_one(visitor):
    assert visitor.get("/start").header("location") == "/"
    visitor.get("/?city=quito")
    assert printed(opened(visitor, "/start").body) == ["city quito"]


def test_a_page_remembers_its_city_for_those_that_name_none(visitor):
    opened(visitor, "/start/quito")
    assert "Quito: where you are" in visitor.get("/").body


def test_a_kernel_is_told_whom_it_serves_and_inherits_little(visitor):
    page = opened(visitor, "/discover/rotterdam")
    names = set(printed(page.body)[0].split()[1:])
    assert {"EXCHANGE_USER", "EXCHANGE_ROLE", "EXCHANGE_LANG", "EXCHANGE_DATABASE"} <= names
    assert not names & {"EXCHANGE_TEST_SECRET", "PYTHONDONTWRITEBYTECODE", "QUERY_STRING", "HTTP_COOKIE"}


def test_a_failed_cell_is_said_in_words_and_nothing_of_it_is_shown(visitor):
    page = opened(visitor, "/match/rotterdam")
    assert [said.split(".")[0] for said in printed(page.body)] == ["This part of the page could not be shown"]
    assert "private detail" not in page.body
    assert "KeyError" not in page.body
    assert "never reached" not in page.body


def test_a_mistake_that_we_have_words_for_is_said_in_them(visitor):
    page = opened(visitor, "/match/rotterdam?round=ours")
    assert printed(page.body) == ["row 3: <7> is not on the scale 0-3. Use 0, 1, 2 or 3."]
    assert "<7>" not in page.body


def test_warnings_of_libraries_are_not_shown(visitor):
    assert "nobody should read this" not in opened(visitor, "/assess/rotterdam").body


def test_a_kernel_that_dies_while_the_page_is_made_ends_the_page_with_words(server, visitor):
    before = server.kernels()
    page = visitor.get("/evaluate/rotterdam")
    assert page.status == 200
    assert page.body.rstrip().endswith("<script>exchangeLost()</script>")
    server.wait_for_kernels(before)


def test_a_kernel_answers_to_its_owner_alone(server, owner):
    visitor, page = owner
    kernel = f"/api/kernels/{kernel_id(page.body)}"
    assert visitor.get(kernel).status == 200
    stranger = server.visitor()
    assert stranger.get(kernel).status in {403, 404}
    forged = "2|1:0|10:1|8:exchange|8:bG9jYWw=|forged"
    stranger.cookies = {**visitor.cookies, f"exchange-{server.port}": forged}
    assert stranger.get(kernel).status in {403, 404}
    token = {"x_xsrftoken": visitor.cookies["_xsrf"]}
    assert stranger.ask("DELETE", kernel, **token).status in {403, 404}
    assert stranger.post(kernel.replace("/api/kernels", "/voila/api/shutdown"), "", **token).status == 403
    assert stranger.get(f"{kernel}/channels", upgrade="websocket", connection="Upgrade").status in {403, 404}
    assert visitor.get(kernel).status == 200


def test_nobody_can_have_code_run_over_the_address_of_a_kernel(owner):
    visitor, page = owner
    kernel = f"/api/kernels/{kernel_id(page.body)}"
    token = {"x_xsrftoken": visitor.cookies["_xsrf"]}
    for path in (f"{kernel}/execute", f"{kernel}/restart", f"{kernel}/interrupt", "/api/kernels"):
        assert visitor.post(path, "{}", **token).status == 404


def test_who_leaves_before_the_page_is_there_leaves_no_kernel(server, visitor):
    before = server.kernels()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    connection.request("GET", "/learn/demo", headers={"cookie": cookies})
    connection.getresponse().read(200)
    assert server.kernels() == before + 1
    connection.close()
    server.wait_for_kernels(before)


def test_a_browsers_guess_starts_no_kernel(server, visitor):
    before = server.kernels()
    assert visitor.get("/assess/rotterdam", sec_purpose="prefetch;prerender").status == 503
    assert server.kernels() == before


def test_when_all_places_are_taken_the_next_visitor_is_told_when_to_come_back(another_server):
    server = another_server(most_kernels=1)
    visitor = server.guest()
    assert visitor.get("/start/rotterdam").status == 200
    page = visitor.get("/start/quito")
    assert page.status == 503
    assert page.header("retry-after") == "60"
    assert "All places are taken at the moment" in page.body
    assert "Traceback" not in page.body


def test_a_kernel_that_nobody_uses_ends(another_server):
    server = another_server(idle_seconds=1, cull_seconds=1)
    assert server.guest().get("/start/rotterdam").status == 200
    server.wait_for_kernels(0)


def test_a_server_that_is_told_to_stop_leaves_no_kernel(another_server):
    server = another_server()
    page = server.guest().get("/discover/rotterdam").body
    pid = int(printed(page)[1].split()[1])
    os.kill(pid, 0)
    assert server.stop() == 0
    until = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
