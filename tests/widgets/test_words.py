"""Widgets say the same sentences in every language, and send only code of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exchange.reports.look import DARK, LIGHT
from exchange.words import LANGUAGES
from widgets import words
from widgets.sources import source, style

ALL_SCRIPTS = sorted(
    path.name for path in (Path(words.__file__).parent / "static").glob("*.js") if path.name != "picture_view.js"
)  # it shows the markup of our own pictures
ALL_STYLES = sorted(path.name for path in (Path(words.__file__).parent / "static").glob("*.css"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_speaks_every_language(language):
    said = words.strings(language)
    assert all(said.values())
    assert "{n}" in said["kept_now"]["other"]


def test_a_sentence_that_counts_has_a_form_for_each_plural_category():
    assert set(words.strings("en", "keep")["kept_now"]) == {"one", "other"}
    assert set(words.strings("ar", "keep")["kept_now"]) == {"zero", "one", "two", "few", "many", "other"}


def test_no_sentence_has_a_value_that_it_has_not_in_english():
    names = re.compile(r"\{(\w+)\}")
    for language in LANGUAGES:
        for name, said in words.strings(language).items():
            allowed = set(names.findall(str(words.strings("en")[name])))
            assert set(names.findall(str(said))) <= allowed, name


def test_scripts_use_no_sink_for_markup_and_no_other_host():
    for line in source(*ALL_SCRIPTS).splitlines():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://", line
        ), line


def test_styles_load_nothing():
    assert "url(" not in style(*ALL_STYLES)
    assert "@import" not in style(*ALL_STYLES)


def test_widgets_have_the_colours_of_the_one_look():
    css = style("controls.css")
    assert f"--accent: {LIGHT.accent};" in css
    assert f"--accent: light-dark({LIGHT.accent}, {DARK.accent});" in css


def test_every_colour_that_a_style_names_is_defined():
    css = style(*ALL_STYLES)
    assert set(re.findall(r"var\((--[\w-]+)[,)]", css)) - {"--page-bar"} <= set(re.findall(r"(--[\w-]+):", css))


def test_joined_sources_keep_code_and_leave_out_comments():
    joined = source("dom.js")
    assert "const h = (tag" in joined
    assert not [line for line in joined.splitlines() if line.startswith("//")]


def test_every_sentence_that_a_script_says_exists():
    said = set(re.findall(r"say\('([a-z_0-9]+)'", source(*ALL_SCRIPTS)))
    assert len(said) > 50
    assert said <= set(words.strings("en"))


@pytest.mark.parametrize("name", ["questionnaire", "register", "peer_list", "lesson_search"])
def test_the_rules_of_one_widget_win_over_the_shared_ones_of_another_on_the_same_page(name):
    path = Path(words.__file__).parent / "static" / f"{name}.css"
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [part.strip() for part in re.findall(r"(?:^|[{}])\s*([^{}@]+?)\s*\{", css)]
    assert len(selectors) > 20
    each = [one.strip() for selector in selectors for one in re.split(r",(?![^(]*\))", selector)]
    assert [one for one in each if not one.startswith(".lx.lx-")] == []
