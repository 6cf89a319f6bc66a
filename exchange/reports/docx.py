"""A document as a file for word processors: headings, lists and tables with styles that an office can change."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from docx import Document as Blank
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from exchange.reports.document import Points, Prose
from exchange.reports.escape import plain
from exchange.reports.look import LIGHT
from exchange.reports.tables import Numbers
from exchange.words import direction, say

if TYPE_CHECKING:
    from exchange.reports.document import Document, Part

FONT: Final = "Calibri"
_ACCENT: Final = RGBColor.from_string(LIGHT.accent.lstrip("#").upper())
_MUTED: Final = RGBColor.from_string(LIGHT.muted.lstrip("#").upper())

_AFTER: Final = {
    "w:bidi": ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc",
               "w:textDirection", "w:textAlignment", "w:outlineLvl", "w:rPr", "w:sectPr"),
    "w:rtl": ("w:cs", "w:em", "w:lang", "w:eastAsianLayout"),
    "w:bidiVisual": ("w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd",
                     "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
}
"""Element -> those that the format wants after it."""


def written(document: Document) -> bytes:
    """Return the file, as bytes."""
    return _Writer(document).file()


class _Writer:
    """Writes one document; `rtl` turns every paragraph and table round."""

    def __init__(self, document: Document) -> None:
        self.said = document
        self.rtl = direction(document.language) == "rtl"
        self.out = Blank()

    def file(self) -> bytes:
        self._styles()
        self._properties()
        self._paragraph(self.said.title, "Title")
        self._paragraph(self.said.subtitle, "Subtitle")
        for section in self.said.sections:
            self._paragraph(section.heading, "Heading 1")
            for part in section.parts:
                self._part(part)
        if self.said.note:
            self._write(self.out.sections[0].footer.paragraphs[0], self.said.note)
        stream = io.BytesIO()
        self.out.save(stream)
        return stream.getvalue()

    def _styles(self) -> None:
        page = self.out.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.2)
        page.top_margin = page.bottom_margin = Cm(2)
        sizes = {"Normal": 11, "Title": 26, "Subtitle": 13, "Heading 1": 15, "List Bullet": 11}
        for name, size in sizes.items():
            style = self.out.styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(script), FONT)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(theme), None)
        for name in ("Title", "Heading 1"):
            self.out.styles[name].font.color.rgb = _ACCENT
        self.out.styles["Subtitle"].font.color.rgb = _MUTED
        self.out.styles["Subtitle"].font.italic = False
        self.out.styles["Normal"].paragraph_format.space_after = Pt(6)

    def _properties(self) -> None:
        about = self.out.core_properties
        about.title, about.language = self._said(self.said.title)[:250], self.said.language
        about.author = about.comments = ""

    def _said(self, words: object) -> str:
        return plain(say(words, self.said.language))

    def _part(self, part: Part) -> None:
        match part:
            case Prose():
                self._paragraph(part.words)
            case Points():
                for before, words in part.items:
                    self._point(before, words)
            case Numbers():
                self._table(part)

    def _paragraph(self, words: object, style: str = "Normal") -> None:
        self._write(self.out.add_paragraph(style=style), words)

    def _point(self, before: object, words: object) -> None:
        paragraph = self.out.add_paragraph(style="List Bullet")
        if before:
            self._write(paragraph, f"{self._said(before)} ", bold=True)
        self._write(paragraph, words)

    def _write(self, paragraph: Any, words: object, *, bold: bool = False) -> None:
        run = paragraph.add_run(self._said(words))
        run.bold = bold or None
        if self.rtl:
            self._turn(paragraph._p.get_or_add_pPr(), "w:bidi")  # noqa: SLF001 - python-docx has no name for it
            self._turn(run._r.get_or_add_rPr(), "w:rtl")  # noqa: SLF001

    @staticmethod
    def _turn(properties: Any, name: str) -> None:
        """Add a mark where the format wants it: before those that come after it in its order."""
        if properties.find(qn(name)) is None:
            properties.insert_element_before(OxmlElement(name), *_AFTER.get(name, ()))

    def _table(self, part: Numbers) -> None:
        heads, rows = [self._said(head) for head in part.columns], part.cells(self.said.language)
        table = self.out.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        if self.rtl:
            self._turn(table._tbl.tblPr, "w:bidiVisual")  # noqa: SLF001
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            self._cell(cell, head, bold=True, shade=LIGHT.accent_soft)
        self._turn(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")  # noqa: SLF001 - repeated on every page
        for row in rows:
            cells = table.add_row().cells
            for cell, said in zip(cells, row, strict=True):
                self._cell(cell, plain(said))
        self.out.add_paragraph()

    def _cell(self, cell: Any, said: str, *, bold: bool = False, shade: str = "") -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        self._write(paragraph, said, bold=bold)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # the start: on the right where the paragraph is turned round
        for run in paragraph.runs:
            run.font.size = Pt(9.5)
        if shade:
            fill = OxmlElement("w:shd")
            fill.set(qn("w:val"), "clear")
            fill.set(qn("w:fill"), shade.lstrip("#").upper())
            cell._tc.get_or_add_tcPr().append(fill)  # noqa: SLF001
