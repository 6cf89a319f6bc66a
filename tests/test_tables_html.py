"""Tables can be read by everybody, with eyes, by keyboard and by screen reader."""

from __future__ import annotations

import datetime as dt
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pandas as pd
import pytest

from exchange.reports.numbers import day, fixed
from exchange.reports.tables import Numbers, html_table
from exchange.words import text


def frame() -> pd.DataFrame:
    return pd.DataFrame({
        "city": ["Quito", "Dhaka", "Namibia's NA"],
        "level": [1.5, np.nan, 2.0],
        "answers": pd.array([14, 2000, None], dtype="Int64"),
        "why": [text("same hazards"), None, "R&D <b>"],
    })


def read(html: str) -> Element:
    return fromstring(html)


def test_heads_name_columns_and_the_first_cell_names_its_row():
    table = read(html_table(frame(), "Peers"))
    assert [head.get("scope") for head in table.iter("th")] == ["col"] * 4 + ["row"] * 3
    assert [head.text for head in table.iter("th")][4:] == ["Quito", "Dhaka", "Namibia's NA"]


def test_the_caption_names_the_table_also_for_the_keyboard():
    root = read(html_table(frame(), text("Peers of {city}", city="R&D")))
    assert root.find(".//caption").text == root.get("aria-label") == "Peers of R&D"
    assert root.get("tabindex") == "0"


def test_a_table_without_a_caption_is_no_stop_for_the_keyboard():
    assert "tabindex" not in html_table(frame())


def test_numbers_stand_under_one_another_on_the_right():
    cells = [row.findall("td") for row in read(html_table(frame())).findall(".//tbody/tr")]
    assert all(cell[0].get("class") == cell[1].get("class") == "lx-number" for cell in cells)
    assert all(cell[2].get("class") is None for cell in cells)
    assert "text-align:right" in cells[0][0].get("style")


def test_a_word_among_numbers_stands_with_them():
    table = Numbers((text("City"), text("Points")), (("Quito", fixed(22)), ("Dhaka", fixed(4)),
                                                      ("Kobe", text("not known"))))
    assert table.html().count('class="lx-number"') == 4


def test_an_empty_cell_says_that_it_is_empty():
    cells = [cell.text for cell in read(html_table(frame())).iter("td")]
    assert cells == ["1.5", "14", "same hazards", "–", "2,000", "–", "2", "–", "R&D <b>"]


@pytest.mark.parametrize(("language", "number", "direction"), [("en", "1.5", "ltr"), ("es", "1,5", "ltr"),
                                                              ("ar", "1.5", "rtl")])
def test_numbers_and_direction_follow_the_language(language, number, direction):
    root = read(html_table(frame(), "Peers", language))
    assert root.find(".//td").text == number
    assert (root.get("lang"), root.get("dir")) == (language, direction)


def test_heads_can_be_given_words():
    table = read(html_table(frame(), heads={"city": text("City"), "level": "Mean <level>"}))
    assert [head.text for head in table.iter("th")][:4] == ["City", "Mean <level>", "answers", "why"]


def test_records_say_what_the_cells_say():
    table = Numbers((text("When"), text("Change")), ((dt.date(2026, 3, 4), fixed(-0.04, signed=True)),))
    assert table.records() == [{"When": "March 4, 2026", "Change": "0.0"}]


@pytest.mark.parametrize(("value", "places", "signed", "language", "said"), [
    (2, 1, False, "en", "2.0"),
    (0.86, 1, True, "en", "+0.9"),
    (-0.6, 1, True, "es", "-0,6"),
    (-0.04, 1, False, "en", "0.0"),
    (1234.5, 0, False, "en", "1234"),
    (-0.6, 1, True, "ar", "\u200e-0.6"),
    (0.6, 1, False, "ar", "0.6"),
])
def test_a_number_keeps_its_decimals_and_its_sign_its_side(value, places, signed, language, said):
    assert fixed(value, places, signed=signed).said(language) == said


def test_days_are_short():
    assert day(dt.date(2026, 3, 4)).said("en") == "4 Mar 2026"
    assert "2026" in day(dt.date(2026, 3, 4)).said("ar")
