"""What people see: pages in Chromium, with nothing loaded from elsewhere."""

from __future__ import annotations

import os
import re
import signal
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

SHOWN = "#rendered_cells:not([hidden])"
KERNEL = re.compile(r"^kernel \d+")
WAIT = 30_000


class Tab:
    """One page in a browser of its own, and all that it asked for and complained about."""

    def __init__(self, context, server) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.server = server
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Tab:
        self.page.goto(self.server.address + path)
        return self

    def elsewhere(self) -> list[str]:
        local = {urlsplit(self.server.address).netloc, ""}
        return [url for url in self.asked if urlsplit(url).netloc not in local]


@pytest.fixture
def tab(chromium, server):
    @contextmanager
    def new(width: int = 1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="en", **options)
        try:
            opened = Tab(context, server)
            yield opened
            opened.page.close(run_before_unload=True)
        finally:
            context.close()

    return new


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [f"{v['id']}: {node['html']}" for v in found.response["violations"] for node in v["nodes"]]


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_notebook_page_works_and_loads_nothing_from_elsewhere(tab):
    with tab() as here:
        here.open("/assess/rotterdam")
        here.page.get_by_role("button", name="Answer").click()
        here.page.get_by_text("Heard for rotterdam.").wait_for()
        assert here.page.title() == "Assess · Rotterdam · City Learning Exchange"
        assert here.page.locator("main").count() == 1
        assert here.page.locator("main h1").all_inner_texts() == ["Assess"]
        assert here.page.locator("main .jupyter-button").count() == 1
        assert here.page.locator("#x-opening").count() == 0
        assert here.page.locator("[aria-current=step]").inner_text().split() == ["1", "Assess"]
        assert here.elsewhere() == []
        assert here.complaints == []
        assert violations(here.page) == []


def test_a_closed_tab_ends_its_kernel(tab, server):
    server.wait_for_kernels(0)
    with tab() as here:
        here.open("/assess/rotterdam").page.get_by_role("button", name="Answer").wait_for()
        assert server.kernels() == 1
    server.wait_for_kernels(0)


def test_a_page_left_for_another_ends_its_kernel(tab, server):
    server.wait_for_kernels(0)
    with tab() as here:
        here.open("/assess/rotterdam").page.get_by_role("button", name="Answer").wait_for()
        here.page.get_by_role("link", name="Help").click()
        here.page.get_by_role("heading", name="Is my work saved?").wait_for()
        server.wait_for_kernels(0)


def test_a_killed_kernel_is_said_at_once_with_the_way_back(tab):
    with tab(width=360) as here:
        here.open("/discover/rotterdam").page.wait_for_selector(SHOWN)
        said = here.page.get_by_text(KERNEL).inner_text()
        here.page.wait_for_timeout(500)
        os.kill(int(said.split()[1]), signal.SIGKILL)
        banner = here.page.get_by_role("alert").filter(has_text="What you saved is safe.")
        banner.wait_for()
        assert overflow(here.page) == 0
        banner.get_by_role("link", name="Reload the page").click()
        here.page.wait_for_selector(SHOWN)
        assert here.page.get_by_text(KERNEL).inner_text() != said
        assert here.page.get_by_role("alert").inner_text() == ""


def test_a_page_that_cannot_be_made_says_so_instead_of_spinning(tab):
    with tab() as here:
        here.open("/evaluate/rotterdam")
        here.page.get_by_role("alert").filter(has_text="The connection to the workbook was lost.").wait_for()
        assert here.page.locator("#x-opening").count() == 0


def test_a_broken_network_is_said_and_the_word_goes_when_it_is_back(tab):
    with tab() as here:
        wires = []
        keep = lambda wire: wires.append((wire, wire.connect_to_server()))  # noqa: E731
        here.page.route_web_socket("**/channels*", keep)
        here.open("/assess/rotterdam").page.get_by_role("button", name="Answer").wait_for()
        here.page.route("**/api/kernels/*", lambda route: route.abort())
        wires[0][0].close(code=3001)
        here.page.get_by_role("alert").filter(has_text="What you saved is safe.").wait_for()
        here.page.unroute("**/api/kernels/*")
        here.page.locator(".x-is-lost").wait_for(state="detached")
        here.page.get_by_role("button", name="Answer").click()
        here.page.get_by_text("Heard for rotterdam.").wait_for()


def test_the_language_is_switched_on_every_page(tab):
    with tab() as here:
        here.open("/start/rotterdam").page.wait_for_selector(SHOWN)
        here.page.locator(".x-menu summary").click()
        here.page.get_by_role("button", name="العربية").click()
        here.page.wait_for_selector("html[lang=ar][dir=rtl]")
        here.page.wait_for_selector(SHOWN)
        assert urlsplit(here.page.url).path == "/start/rotterdam"
        brand = here.page.locator(".x-brand").bounding_box()
        assert brand["x"] > 640
        here.open("/")
        assert here.page.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.parametrize(("path", "width"), [
    ("/", 1280), ("/", 360), ("/?city=rotterdam", 1280), ("/?city=rotterdam", 360), ("/help", 360),
    ("/nowhere", 1280),
])
def test_light_pages_have_no_barrier(tab, path, width):
    with tab(width) as here:
        here.open(path)
        assert violations(here.page) == []
        assert overflow(here.page) == 0
        assert here.elsewhere() == []


def test_colours_are_readable_by_night_too(tab):
    with tab(color_scheme="dark") as here:
        here.open("/?city=rotterdam")
        assert violations(here.page) == []


def test_the_narrowest_phone_shows_where_one_is(tab):
    with tab(width=320) as here:
        here.open("/exchange/rotterdam").page.wait_for_selector(SHOWN)
        assert overflow(here.page) == 0
        step = here.page.locator("[aria-current=step]")
        assert step.inner_text().split() == ["4", "Exchange"]
        box = step.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        targets = here.page.locator(".x-bar a, .x-bar summary").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(r => Math.min(r.width, r.height))")
        assert min(targets) >= 24


def test_the_portal_works_without_scripts(tab):
    with tab(java_script_enabled=False) as here:
        here.open("/")
        here.page.get_by_label("Name of the city or country").fill("merida")
        here.page.get_by_role("button", name="Search").click()
        here.page.get_by_role("link", name="Mérida").click()
        assert here.page.get_by_role("heading", level=1).inner_text() == "Mérida: where you are"
        following = here.page.get_by_role("link", name="Find peers for Mérida")
        assert following.get_attribute("href") == "/match/merida"


def test_the_content_is_one_key_away(tab):
    with tab() as here:
        here.open("/help")
        here.page.keyboard.press("Tab")
        assert here.page.evaluate("document.activeElement.textContent") == "Skip to the content"
        here.page.keyboard.press("Enter")
        assert here.page.evaluate("document.activeElement.id") == "content"
