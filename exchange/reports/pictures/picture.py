"""A picture: a finding as its title, a drawing, and the numbers behind it; the same live and printed."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from exchange.reports.escape import escape
from exchange.reports.look import FONT, FONT_OF_IMAGES, FONT_OF_IMAGES_RTL, LIGHT, THEMED, Palette
from exchange.reports.pictures.drawing import NARROW, WIDE, Canvas
from exchange.words import Text, direction, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.reports.tables import Numbers

_NARROW_SCREEN = "(max-width: 640px)"


@dataclass(frozen=True)
class Picture:
    """A picture of the workbook. The functions of `exchange.reports.pictures` make them.

    Parameters
    ----------
    title
        The finding, by a rule that the function documents; no full stop.
    alt
        The finding and what is drawn, with its numbers where there are few.
    table
        All numbers.
    draw
        Draws on a canvas, in its language, for its width.
    language
        BCP 47 tag used where none is named.
    notes
        What was left out, by name, or must be known to read the picture.
    """

    title: Text
    alt: Text
    table: Numbers
    draw: Callable[[Canvas], None] = field(repr=False, compare=False)
    language: str = "en"
    notes: tuple[Text, ...] = ()

    def sentence(self, language: str | None = None) -> str:
        """Return the finding."""
        return self.title.said(language or self.language)

    def in_language(self, language: str) -> Self:
        """Return the same picture for readers of another language."""
        return replace(self, language=language)

    def svg(self, language: str | None = None, *, width: int = WIDE) -> str:
        """Return the drawing as an SVG file; `width` is 720 or, for phones, 328."""
        return self._drawn(language or self.language, width, LIGHT, FONT)

    def png(self, language: str | None = None, scale: float = 2, *, width: int = WIDE) -> bytes:
        """Return the drawing as a PNG file, for documents; `scale` 2 prints well."""
        import resvg_py  # noqa: PLC0415 - three megabytes that only documents need

        language = language or self.language
        font = FONT_OF_IMAGES_RTL if direction(language) == "rtl" else FONT_OF_IMAGES
        return bytes(resvg_py.svg_to_bytes(svg_string=self._drawn(language, width, LIGHT, font), zoom=scale))

    def html(self, language: str | None = None, *, heading: int = 3) -> str:
        """Return the figure for a page: title, drawing, notes, and the numbers one key away.

        The page should have `look.picture_css`, which shows the drawing that fits; else the wide one shows.
        Colours are those of the page (`look.css_variables`). The title is a heading of the third level, or of
        that of `heading`.
        """
        language = language or self.language
        wide = self._drawn(language, WIDE, THEMED, FONT)
        narrow = self._drawn(language, NARROW, THEMED, FONT, hidden=True)
        return self._figure(wide + narrow, language, heading)

    def printed(self, language: str | None = None) -> str:
        """Return the figure with the drawing as an image, which an untrusted notebook keeps."""
        language = language or self.language
        wide, narrow = (_data(self.svg(language, width=width)) for width in (WIDE, NARROW))
        image = (
            f'<picture><source media="{_NARROW_SCREEN}" srcset="{narrow}"><img src="{wide}" width="{WIDE}" '
            f'alt="{escape(self.alt.said(language))}" style="max-width:100%;height:auto"></picture>'
        )
        return self._figure(image, language, 3)

    def _drawn(self, language: str, width: int, palette: Palette, font: str, *, hidden: bool = False) -> str:
        canvas = Canvas(width, language, palette)
        self.draw(canvas)
        return canvas.svg(self.alt.said(language), font, hidden=hidden)

    def _figure(self, image: str, language: str, heading: int) -> str:
        notes = "".join(f'<p class="lx-picture-note">{escape(note.said(language))}</p>' for note in self.notes)
        numbers = escape(text("The numbers").said(language))
        return (
            f'<figure class="lx-picture" lang="{escape(language)}" dir="{direction(language)}">'
            f"<figcaption><h{heading}>{escape(self.sentence(language))}</h{heading}></figcaption>{image}{notes}"
            f"<details><summary>{numbers}</summary>{self.table.html(self.title, language)}</details></figure>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.sentence(), "text/html": self.printed()}


def _data(svg: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode("ascii")
