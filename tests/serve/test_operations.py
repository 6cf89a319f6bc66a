"""What an operator runs and watches: doctor, figures, health."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from exchange.serve.doctor import CARE, ILL, WELL, examine
from exchange.store import Store
from tests.store.worlds import fill


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_SECRET_FILE", str(tmp_path / "secret"))
    url = f"sqlite:///{tmp_path / 'exchange.db'}"
    with Store.open(url) as store:
        fill(store)
    return url


def states(url):
    return {check.name: check for check in examine(url)}


def test_a_machine_that_is_well_has_nothing_to_mend(url):
    found = states(url)
    assert {name for name, check in found.items() if check.state == ILL} == set()
    assert {"history", "pragma journal_mode", "disk", "clock", "fonts", "browser"} <= set(found)
    assert found["history"].state == WELL


def test_the_doctor_says_that_notebooks_run_as_the_server(url):
    assert states(url)["notebooks apart from the server"].state == CARE


def test_the_doctor_finds_a_file_that_others_may_read(url, tmp_path):
    (tmp_path / "exchange.db").chmod(0o644)
    check = states(url)["file exchange.db"]
    assert (check.state, check.remedy) == (ILL, "chmod 600 exchange.db")


def test_the_doctor_finds_a_history_that_was_changed(url):
    with Store.open(url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET who = 'nobody' WHERE seq = 1")
    assert states(url)["history"].state == ILL


def test_the_doctor_finds_a_clock_that_runs_behind_the_history(url):
    with Store.open(url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET at = '2099-01-01T00:00:00.000000+00:00'")
    assert states(url)["clock and history"].state == ILL


def exchange(*arguments, url, **more):
    return subprocess.run([sys.executable, "-m", "exchange", *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, "EXCHANGE_DATABASE": url, **more}, timeout=120)


def test_the_commands_of_an_operator_end_with_what_they_did(url, tmp_path):
    made = exchange("backup", str(tmp_path / "copy.db"), url=url)
    assert "verified" in made.stdout
    assert exchange("backup", str(tmp_path / "copy.db"), url=url).returncode == 2
    assert "Restored copy.db" in exchange("restore", str(tmp_path / "copy.db"), "--yes", url=url).stdout
    assert exchange("doctor", "--json", url=url).returncode == 0
    (tmp_path / "exchange.db").chmod(0o644)
    ill = exchange("doctor", "--json", url=url)
    assert ill.returncode == 2
    assert any(check["state"] == "ill" for check in json.loads(ill.stdout))
    invited = exchange("invite", "new", "--name", "Ana", "--role", "city_editor", "--city", "Rotterdam", "--json",
                       url=url)
    known = json.loads(invited.stdout)
    assert "/i/" in known["link"]
    assert exchange("invite", "revoke", known["invitation_id"], url=url).returncode == 0
    listed = json.loads(exchange("invite", "list", "--json", url=url).stdout)
    assert [bool(row["revoked_at"]) for row in listed] == [True]


def test_the_figures_are_for_programs_on_this_machine(server):
    visitor = server.guest()
    body = visitor.get("/metrics").body
    assert 'exchange_requests_total{page="Portal",status="200"}' in body
    assert "exchange_kernels " in body
    assert "process_resident_memory_bytes" in body
    assert visitor.get("/metrics", X_Forwarded_For="192.0.2.1").status == 403
    assert visitor.get("/metrics", Host="room.test").status == 403
