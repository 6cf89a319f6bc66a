"""Free text is harmless wherever it stands, and keeps its words."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.reports.escape import escape
from exchange.reports.pictures import NARROW, WIDE
from tests.small_pictures import ALL

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "</svg><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</text><a href='javascript:alert(1)'>x</a>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "x onclick=alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{display:none}</style>",
    "<!--<script>-->",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<foreignObject><body onload=alert(1)></foreignObject>",
    "<use href='data:image/svg+xml,<svg onload=alert(1)>'>",
    "javascript:alert(1)",
    "</figure></details><form action=//evil><button>",
    "\x00\x08\x1b<b\x0bold>\u202eevil\u2069\ufffe",
)

TAGS_OF_SVG = {"svg", "g", "title", "text", "line", "rect", "circle", "path", "polygon"}
TAGS_OF_HTML = TAGS_OF_SVG | {
    "figure", "figcaption", "h3", "p", "details", "summary", "div", "table", "caption", "thead", "tbody", "tr", "th",
    "td", "picture", "source", "img",
}


class Reader(HTMLParser):
    """Read a page as a browser would, and keep what could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.other: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def test_there_are_24_payloads():
    assert len(set(PAYLOADS)) == 24


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_becomes_characters(payload):
    safe = escape(payload)
    assert not re.search(r"[<>\"']", safe)
    assert fromstring(f'<a b="{safe}">{safe}</a>').text == unescape(safe)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("picture", ALL)
def test_no_picture_carries_markup_of_a_name(picture, payload):
    drawn = ALL[picture](payload)
    for width in (WIDE, NARROW):
        root = fromstring(drawn.svg(width=width))
        assert {element.tag.split("}")[1] for element in root.iter()} <= TAGS_OF_SVG
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    check_page(drawn.html())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_printed_picture_carries_markup_of_a_name(payload):
    check_page(ALL["round_links"](payload).printed())


def check_page(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.tags <= TAGS_OF_HTML
    assert not reader.other
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name in {"href", "action"}]


@pytest.mark.parametrize("picture", ALL)
def test_a_name_with_markup_can_still_be_read(picture):
    reader = Reader()
    reader.feed(ALL[picture]('R&D <"Aalst">').html())
    assert 'R&D <"Aalst">' in "".join(reader.text)


def test_invisible_characters_that_turn_the_line_are_dropped():
    assert escape("Qui\u202eto \u2067x\u2069") == "Quito x"


def test_marks_that_languages_need_stay():
    assert escape("می\u200cروم \u200f\u200e") == "می\u200cروم \u200f\u200e"


@given(st.text())
def test_whatever_is_typed_stands_in_a_file_that_can_be_read(typed):
    safe = escape(typed)
    element = fromstring(f'<a b="{safe}">{safe}</a>'.encode())
    assert (element.text or "").replace("\r", "\n") == unescape(safe).replace("\r\n", "\n").replace("\r", "\n")
