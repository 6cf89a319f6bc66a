"""What every page of the workbook knows, and what it says where nothing is there yet."""

from __future__ import annotations

import pytest

from exchange import Workbook
from exchange.errors import InputError, NotFoundError, StoreError
from tests.workbook.worlds import SCRIPT, opened, rename


def test_the_heading_names_city_and_network_and_marks_demo_data(demo):
    with opened(demo, "quito") as workbook:
        assert workbook.heading().said() == "Quito, Demo network (fictional). Demo data, fictional."
        assert "lx-demo" in workbook._repr_mimebundle_()["text/html"]


def test_the_heading_of_a_network_without_a_city_names_the_network_alone(demo):
    with opened(demo, network="demo") as workbook:
        assert workbook.heading().said() == "Demo network (fictional). Demo data, fictional."


def test_the_heading_of_a_real_network_says_nothing_of_demo_data(real):
    with opened(real, "quito") as workbook:
        assert workbook.heading().said() == "Quito, Delta cities."
        assert "lx-demo" not in workbook._repr_mimebundle_()["text/html"]


def test_an_empty_store_says_what_to_do_in_its_heading_and_in_its_error(fresh):
    with opened(fresh) as workbook:
        assert "Make the demo network" in workbook._repr_mimebundle_()["text/plain"]
        with pytest.raises(NotFoundError, match="exchange demo"):
            workbook.learn.network()


def test_a_page_that_needs_a_city_says_so(demo):
    with opened(demo, network="demo") as workbook:
        for page in (workbook.start.steps, workbook.assess.picture, workbook.discover.trail, workbook.match.map,
                     workbook.exchange.open):
            with pytest.raises(NotFoundError, match="Name one, for example rotterdam"):
                page()


def test_a_name_that_is_markup_is_shown_as_text(own):
    with opened(own, "quito") as workbook:
        rename(workbook, SCRIPT)
    with opened(own, "demo-quito") as workbook:
        bundle = workbook._repr_mimebundle_()
        assert "<script" not in bundle["text/html"]
        assert SCRIPT in bundle["text/plain"]


@pytest.mark.parametrize(("asked", "spoken"), [
    ("es", "es"), ("es-MX", "es"), ("ar_EG", "ar"), ("tlh", "en"), ("", "en")])
def test_a_language_that_we_do_not_speak_becomes_english(demo, asked, spoken):
    with opened(demo, "quito", language=asked) as workbook:
        assert workbook.language == spoken


def test_a_wrong_address_of_the_database_is_said_in_our_words(tmp_path):
    with pytest.raises(InputError, match="it is not a URL"):
        Workbook.open(database="hello")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be opened"):
        Workbook.open(database=f"sqlite:///{tmp_path}/file/x.db")


def test_a_workbook_that_could_not_be_opened_leaves_no_database_open(demo, monkeypatch):
    closed = []
    monkeypatch.setattr("exchange.store.Store.close", lambda store: closed.append(str(store)))
    with pytest.raises(NotFoundError):
        Workbook.open("Nowhereville", database=demo)
    assert len(closed) == 1


def test_a_closed_workbook_says_so(demo):
    with opened(demo, "quito") as workbook:
        pass
    with pytest.raises(StoreError, match="was closed"):
        workbook.start.hazards()
