"""Papers that can be handed over: all from one register, whole, safe, and readable in each language."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest

from exchange.errors import InputError
from exchange.reports.document import Document, Points, Prose, Section, table
from exchange.reports.papers import PAPERS
from tests.workbook import worlds
from tests.workbook.worlds import SCRIPT, opened, rename

BREAK = f'</style><b>"\'&{SCRIPT}\x0b\u202e'


@pytest.fixture
def own(tmp_path):
    return worlds.copied(worlds.demo_file(), tmp_path)


def pair_of(workbook):
    return workbook.exchange.open(closed=True)


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_paper_says_the_same_as_a_page_and_as_a_file_whatever_people_typed(own, name, language):
    with opened(own, "quito") as workbook:
        rename(workbook, BREAK)
    with opened(own, "demo-quito", language=language) as workbook:
        pair = pair_of(workbook)
        for kind, given in (("objective", {"what": BREAK}), ("action", {"what": BREAK, "owner": BREAK}),
                            ("interview", {"who": BREAK, "date": "2026-01-01", "what": BREAK, "to_ask": BREAK})):
            pair.save(kind, given)
        made = pair.paper(name)
    page, file = made.html(), docx.Document(io.BytesIO(made.docx()))
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert not re.search(r"(src|href)=|https?://|@import|url\(", page)
    ET.fromstring(re.sub(r"<meta[^>]*>", "", page.replace("<!doctype html>\n", "")))  # every tag is closed
    in_file = {p.text for p in file.paragraphs} | {c.text for t in file.tables for r in t.rows for c in r.cells}
    for line in made.lines():
        for cell in line.split(" | "):
            assert any(cell in said for said in in_file), cell
    assert 'dir="rtl"' in page if language == "ar" else 'dir="ltr"' in page


def test_a_file_in_arabic_is_turned_round_and_its_tables_too(own):
    with opened(own, "quito", language="ar") as workbook:
        made = pair_of(workbook).paper("report").docx()
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    paragraphs = len(re.findall(r"<w:pStyle", xml))
    assert xml.count("<w:bidi/>") >= paragraphs
    assert xml.count("<w:bidiVisual/>") == xml.count("<w:tbl>") > 3
    for properties in re.findall(r"<w:pPr>(.*?)</w:pPr>", xml):  # the order that the format asks for
        tags = re.findall(r"<w:(pStyle|bidi|spacing|jc)\b", properties)
        assert tags == sorted(tags, key=["pStyle", "bidi", "spacing", "jc"].index), properties


def test_the_report_holds_what_both_cities_entered_and_what_may_not_be_concluded(own):
    with opened(own, "quito") as workbook:
        pair = pair_of(workbook)
        record, made = pair.record(), pair.paper("report")
    said = "\n".join(made.lines())
    for kind in ("objective", "recommendation", "learning_point", "action", "story"):
        for one in record.records[kind]:
            assert one.what in said, kind
    assert "orphan: nobody pays" in said or not any(one.orphan for one in record.records["action"])
    assert "What may be concluded" in said
    assert "Demo data, fictional" in made.note.said()


def test_an_agreement_is_signed_by_both_and_a_hand_over_is_for_one(own):
    with opened(own, "quito") as workbook:
        pair = pair_of(workbook)
        agreement, handover = (list(pair.paper(name).lines()) for name in ("agreement", "handover"))
        assert [line.split(" | ")[0] for line in agreement[-2:]] == [pair.names["learner"], pair.names["host"]]
        assert handover[1].endswith(f"For {pair.names[pair.side]}.")
        assert any("only one person knows" in line for line in handover)


def test_a_debrief_is_shown_on_a_wall_one_section_a_page(own):
    with opened(own, "quito") as workbook:
        made = pair_of(workbook).paper("debrief")
    assert 'class="slides"' in made.html(slides=True)
    assert made.html(slides=True).count("<section>") == len(made.sections)


def test_another_paper_and_costs_that_cannot_be_added_up_are_errors(own):
    with opened(own, "quito") as workbook:
        pair = pair_of(workbook)
        with pytest.raises(InputError, match="Use one of report, agreement"):
            pair.paper("poem")
        pair.save("cost", {"what": "x", "amount": 5, "currency": "USD", "stage": "spent", "category": "other"})
        with pytest.raises(InputError, match="ledger in EUR"):
            pair.paper("report")
        assert "cannot be added up" in pair.costs().plain()


def test_a_section_that_has_nothing_to_say_is_left_out(own):
    with opened(own, "quito") as workbook:
        host = workbook.match.peers(top=1).peers[0].city_id
        pair = workbook.exchange.open(workbook.match.invite(host, "They warn early."))
        made = pair.paper("report")
    assert [str(section.heading) for section in made.sections] == ["The exchange"]


def test_two_cities_of_one_name_keep_both_their_columns():
    heads = ("Tunis", "Tunis")
    made = Document("t", "s", (Section("h", (table(heads, [(1, 2)]), Prose("p"), Points((("a", "b"),)))),))
    (written,) = docx.Document(io.BytesIO(made.docx())).tables
    assert [[cell.text for cell in row.cells] for row in written.rows] == [["Tunis", "Tunis"], ["1", "2"]]
