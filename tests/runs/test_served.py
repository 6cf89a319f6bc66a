"""The server shows the index of runs and their pages, to whoever keeps the record, and nothing else of their folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from exchange.serve.executed import Executed
from exchange.store import Viewer

RUN = "published/quito-abababababab"


@pytest.fixture
def root(tmp_path):
    for name in ("index.html", f"{RUN}/index.html", f"{RUN}/tables/01.csv", f"{RUN}/secret.txt", "exchange.db"):
        path = tmp_path / "runs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}")
    (tmp_path / "outside.html").write_text("outside")
    (tmp_path / "runs" / "published" / "link-abababababab").mkdir()
    (tmp_path / "runs" / "published" / "link-abababababab" / "index.html").symlink_to(tmp_path / "outside.html")
    return tmp_path / "runs"


def asked(root, path, viewer=None):
    class SignedIn(Executed):
        def prepare(self):
            self.viewer = viewer or Viewer.local()

    async def ask():
        sockets, port = bind_unused_port()
        pages = [(r"/runs(?:/(.*))?", SignedIn, {"root": root})]
        server = HTTPServer(Application(pages, static_path=str(Path(__file__).parent),
                                        log_function=lambda _: None))
        server.add_sockets([sockets])
        client = AsyncHTTPClient(force_instance=True)
        try:
            return await client.fetch(f"http://127.0.0.1:{port}{path}", raise_error=False)
        finally:
            client.close()
            server.stop()

    return asyncio.run(ask())


@pytest.mark.parametrize(("path", "name"), [
    ("/runs", "index.html"), ("/runs/", "index.html"), ("/runs/index.html", "index.html"),
    (f"/runs/{RUN}/index.html", f"{RUN}/index.html"),
    (f"/runs/{RUN}/tables/01.csv", f"{RUN}/tables/01.csv")])
def test_the_index_and_the_files_of_runs_are_shown_and_may_run_no_script(root, path, name):
    answer = asked(root, path)
    assert (answer.code, answer.body.decode()) == (200, f"this is {name}")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")


@pytest.mark.parametrize("path", [
    "/runs/exchange.db", f"/runs/{RUN}/secret.txt", "/runs/../outside.html", "/runs/%2e%2e/outside.html",
    f"/runs/{RUN}/../../exchange.db", "/runs/published/link-abababababab/index.html", "/runs//etc/passwd",
    "/runs/published/none-abababababab/index.html"])
def test_nothing_else_of_the_folder_or_beside_it_is_shown(root, path):
    assert asked(root, path).code == 404


def test_a_city_does_not_see_what_the_secretariat_ran(root):
    assert asked(root, "/runs/index.html", Viewer("city_editor", "Ana", frozenset({"1"}))).code == 403
