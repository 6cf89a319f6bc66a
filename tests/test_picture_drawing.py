"""Drawings stay on their sheet, cover nothing, mirror where a language does, and are the same text every time.

To accept new drawings after looking at them: ``EXCHANGE_GOLDEN=write python -m pytest tests/test_picture_drawing.py``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from exchange.reports import pictures
from exchange.reports.look import DARK, LEVELS, LIGHT, ON_LEVELS, css_variables, picture_css
from exchange.reports.pictures import NARROW, WIDE
from exchange.reports.pictures.drawing import Canvas
from exchange.reports.pictures.measure import shorten, width_of, wrap
from exchange.reports.pictures.place import Room
from tests import small_pictures
from tests.small_pictures import EVERY

SVG = "{http://www.w3.org/2000/svg}"
GOLDEN = Path(__file__).parent / "golden_svg"
LANGUAGES = ["en", "ar"]
WIDTHS = [WIDE, NARROW]


def texts(svg: str):
    """Yield each line of words with its box: left, top, right, bottom. Turned lines are left out."""
    for element in fromstring(svg).iter(f"{SVG}text"):
        if element.get("transform"):
            continue
        words, size = "".join(element.itertext()), float(element.get("font-size"))
        wide = width_of(words, size, bold=element.get("font-weight") is not None)
        x, y = float(element.get("x")), float(element.get("y"))
        left = x - {None: 0.0, "middle": wide / 2, "end": wide}[element.get("text-anchor")]
        yield words, (left, y - 0.75 * size, left + wide, y + 0.22 * size)


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("picture", EVERY)
def test_all_words_are_on_the_sheet(picture, width, language):
    svg = EVERY[picture].svg(language, width=width)
    _, _, right, bottom = map(float, fromstring(svg).get("viewBox").split())
    outside = [(words, box) for words, box in texts(svg)
               if box[0] < 0 or box[2] > right or box[1] < 0 or box[3] > bottom]
    assert not outside


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("picture", small_pictures.ALL)
def test_all_words_are_on_the_sheet_when_names_are_very_long(picture, width):
    svg = small_pictures.ALL[picture]("Santa María de la Asunción del Río de las Piedras " * 3).svg(width=width)
    _, _, right, bottom = map(float, fromstring(svg).get("viewBox").split())
    assert not [words for words, box in texts(svg) if box[0] < 0 or box[2] > right or box[3] > bottom]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("picture", EVERY)
def test_no_words_cover_other_words(picture, width, language):
    boxes = list(texts(EVERY[picture].svg(language, width=width)))
    assert not [(a, b) for n, (a, one) in enumerate(boxes) for b, other in boxes[:n] if meet(one, other)]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_cover_other_words_in_a_network_of_60_cities(width):
    boxes = list(texts(small_pictures.big_network().svg(width=width)))
    assert len(boxes) > 66
    assert not [(a, b) for n, (a, one) in enumerate(boxes) for b, other in boxes[:n] if meet(one, other)]


def test_every_city_of_a_network_of_60_has_its_name():
    drawn = small_pictures.big_network().svg()
    assert all(f">City of Santa {chr(65 + n % 26)}{n}</text>" in drawn for n in range(60))


@pytest.mark.parametrize("picture", EVERY)
def test_letters_are_at_least_11_pixels_high_where_a_drawing_is_smallest(picture):
    # The wide drawing is shown from 620 pixels up, the narrow one on screens from 320 with 16 free on each side.
    for width, least in ((WIDE, 620), (NARROW, 288)):
        root = fromstring(EVERY[picture].svg(width=width))
        sizes = [float(element.get("font-size")) for element in root.iter(f"{SVG}text")]
        assert min(sizes) * least / width >= 11


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("picture", EVERY)
def test_right_to_left_words_are_isolated_and_anchors_stay_physical(picture, width):
    svg = EVERY[picture].svg("ar", width=width)
    root = fromstring(svg)
    assert not re.search(r"direction[=:]\s*\"?rtl", svg)
    assert root.get("style").startswith("direction:ltr")
    assert root.get("lang") == "ar"
    for element in root.iter(f"{SVG}text"):
        assert element.text.startswith("\u2067")
        assert element.text.endswith("\u2069")


def test_left_to_right_drawings_have_no_isolates():
    assert not re.search("[\u2066-\u2069]", "".join(picture.svg() for picture in EVERY.values()))


def test_a_right_to_left_drawing_is_the_mirror_of_the_other():
    left = [box for words, box in texts(EVERY["why_peer"].svg("en")) if words == "Same hazards"]
    right = [box for words, box in texts(EVERY["why_peer"].svg("fa")) if "Same hazards" in words]
    assert right[0][0] == pytest.approx(WIDE - left[0][2], abs=0.2)


@pytest.mark.parametrize("picture", EVERY)
def test_a_drawing_needs_nothing_from_outside_and_no_ids(picture):
    svg = EVERY[picture].svg()
    own = svg.replace('class="lx-wide"', "").replace("data-id=", "")
    assert not re.search(r"\b(id|href|class|url|src)\s*[=(]", own)
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("picture", EVERY)
def test_a_picture_is_an_image_with_a_name_a_heading_and_its_numbers_one_key_away(picture):
    page = EVERY[picture].html()
    assert page.count('role="img"') == 2
    assert f"<h3>{EVERY[picture].sentence()}</h3>" in page.replace("&#x27;", "'")
    assert "<details><summary>The numbers</summary>" in page
    assert page.index("lx-wide") < page.index("lx-narrow")
    assert page.count("display:none;") == 1


def test_a_printed_picture_is_an_image_that_an_untrusted_notebook_keeps():
    bundle = EVERY["profile"]._repr_mimebundle_()
    assert bundle["text/plain"] == EVERY["profile"].sentence()
    assert "<svg" not in bundle["text/html"]
    assert '<img src="data:image/svg+xml;base64,' in bundle["text/html"]
    assert "<table>" in bundle["text/html"]
    assert f'alt="{EVERY["profile"].alt}"' in bundle["text/html"]


def test_a_picture_says_the_same_at_every_run():
    for name, make in small_pictures.ALL.items():
        assert make().svg() == EVERY[name].svg()
        assert make()._repr_mimebundle_() == EVERY[name]._repr_mimebundle_()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_gets_a_png(language):
    png = EVERY["before_after"].png(language, scale=2)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == 2 * WIDE


def test_an_inline_drawing_takes_the_colours_of_the_page():
    page = EVERY["profile"].html()
    assert "var(--accent,#0b6e75)" in page
    assert 'fill="#0b6e75"' not in page
    assert "var(" not in EVERY["profile"].svg()


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted(map(luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_and_marks_stand_out_from_the_paper(palette):
    for text in (palette.ink, palette.muted, palette.accent):
        for ground in (palette.paper, palette.surface):
            assert contrast(text, ground) >= 4.5
    assert contrast(palette.accent, palette.accent_soft) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.control, palette.paper) >= 3


def test_digits_stand_out_from_their_levels():
    assert all(contrast(digit, level) >= 4.5 for digit, level in zip(ON_LEVELS, LEVELS, strict=True))


def test_levels_get_darker_step_by_step():
    assert sorted(LEVELS, key=luminance, reverse=True) == list(LEVELS)


def test_the_style_sheet_has_every_colour_by_day_and_by_night():
    css = css_variables()
    assert css.count("--accent:#0b6e75") == 1
    assert css.count("--accent:#5cc3c9") == 2  # for readers who want it dark, and for pages that force it
    assert "--level-3:#0b5a60" in css
    assert css.count("{") == css.count("}")
    assert picture_css().count("{") == picture_css().count("}")


def test_level_tiles_always_have_a_digit_or_a_sign():
    for level, state, sign in ((0, "", "0"), (1.5, "", "1.5"), (3, "", "3"), (None, "unknown", "?"),
                               (None, "not_applicable", "–")):
        canvas = Canvas()
        canvas.tile(20, 20, 26, level, state)
        canvas.reach(40)
        assert [words for words, _ in texts(canvas.svg("tile"))] == [sign]


@pytest.mark.parametrize(("words", "width", "lines"), [
    ("Current and future risk scenarios", 120, ["Current and", "future risk sc…"]),
    ("Quito", 120, ["Quito"]),
    ("", 120, []),
])
def test_long_names_are_broken_and_then_cut(words, width, lines):
    assert [line.rstrip("\u200e") for line in wrap(words, width, 14)] == lines


def test_a_cut_name_keeps_its_ellipsis_at_its_end_in_a_right_to_left_line():
    assert shorten("Stoke-on-Trent", 60, 14).endswith("…\u200e")
    assert shorten("الدار البيضاء", 40, 14).endswith("…")


def test_wide_scripts_get_wide_room():
    assert width_of("東京都", 10) == 30
    assert width_of("e\u0301", 10) == width_of("é", 10) == width_of("e", 10)


def test_a_label_goes_where_nothing_is():
    room = Room((0, 0, 200, 100))
    taken = [room.beside(100, 50, 6, 60, 18) for _ in range(12)]
    found = [spot for spot in taken if spot]
    assert len(set(found)) == len(found) < 12
    boxes = [(x - 30, y - 9, x + 30, y + 9) for x, y in found]
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if meet(a, b)]
    assert room.near(100, 50, 300, 10) is None


GOLDENS = {
    "profile-wide": ("profile", "en", WIDE),
    "profile-mirrored-narrow": ("profile", "fa", NARROW),
    "disagreement-narrow": ("disagreement", "en", NARROW),
    "peers_map-wide": ("peers_map", "en", WIDE),
    "why_peer-wide": ("why_peer", "en", WIDE),
    "exchange_path-wide": ("exchange_path", "en", WIDE),
    "before_after-mirrored": ("before_after", "fa", WIDE),
    "network-wide": ("network", "en", WIDE),
}
"""Picture, language, width. Persian mirrors, and has no catalogue whose changes would be seen here."""


@pytest.mark.parametrize("name", GOLDENS)
def test_a_drawing_is_the_one_that_was_looked_at(name):
    # One element a line, so that a difference can be read.
    picture, language, width = GOLDENS[name]
    drawn = EVERY[picture].svg(language, width=width).replace("><", ">\n<") + "\n"
    path = GOLDEN / f"{name}.svg"
    if os.environ.get("EXCHANGE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_pictures_are_all_of_those_that_the_screens_promise():
    promised = {"profile", "disagreement", "gap_priority", "peers_map", "why_peer", "rank_stability", "round_links",
                "exchange_path", "before_after", "funnel", "network", "timeline"}
    assert promised <= set(pictures.__all__) & set(EVERY)
