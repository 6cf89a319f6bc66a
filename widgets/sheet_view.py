"""A sheet that is renewed where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from exchange.reports.look import picture_css
from exchange.words import direction
from widgets.faces import TwoFaces
from widgets.sources import source, style

if TYPE_CHECKING:
    from exchange.reports.sheet import Sheet


class SheetView(TwoFaces, anywidget.AnyWidget):
    """A live sheet: sentences and a table.

    Parameters
    ----------
    sheet
        What to show, in its own language.
    """

    _esm = source("dom.js", "picture_view.js")
    _css = picture_css() + style("picture_view.css")

    html = t.Unicode().tag(sync=True)
    language = t.Unicode("en").tag(sync=True)
    dir = t.Unicode("ltr").tag(sync=True)
    chosen = t.Unicode().tag(sync=True)

    def __init__(self, sheet: Sheet, **traits: Any) -> None:
        super().__init__(html=sheet.html(), language=sheet.language, dir=direction(sheet.language), **traits)
        self.sheet = sheet

    def update(self, sheet: Sheet) -> None:
        """Show another sheet in the same place."""
        self.sheet = sheet
        self.set_trait("language", sheet.language)
        self.set_trait("dir", direction(sheet.language))
        self.set_trait("html", sheet.html())

    def static(self) -> str:
        """Return the sheet as it stands."""
        return self.sheet.html()

    def sentence(self) -> str:
        """Return the sheet as lines of text."""
        return self.sheet.plain()
