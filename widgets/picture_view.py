"""A picture that can be pointed at: what a person chooses in it goes back to the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from exchange.reports.look import picture_css
from exchange.words import direction
from widgets.faces import TwoFaces
from widgets.sources import source, style

if TYPE_CHECKING:
    from exchange.reports.pictures import Picture


class PictureView(TwoFaces, anywidget.AnyWidget):
    """A live picture.

    Its parts that stand for something (a city, an essential, a question) can be clicked, or reached with the
    Tab and arrow keys and chosen with Enter.

    Parameters
    ----------
    picture
        What to show, in its own language.

    Attributes
    ----------
    chosen : str
        Id of what was chosen last; empty at first. To hear of choices: ``view.observe(function, "chosen")``.
    """

    _esm = source("dom.js", "picture_view.js")
    _css = picture_css() + style("picture_view.css")

    html = t.Unicode().tag(sync=True)
    language = t.Unicode("en").tag(sync=True)
    dir = t.Unicode("ltr").tag(sync=True)
    chosen = t.Unicode().tag(sync=True)

    def __init__(self, picture: Picture, **traits: Any) -> None:
        super().__init__(**_shown(picture), **traits)
        self.picture = picture

    def update(self, picture: Picture) -> None:
        """Show another picture in the same place; what was chosen stays chosen where it is still there."""
        self.picture = picture
        self.set_trait("language", picture.language)
        self.set_trait("dir", direction(picture.language))
        self.set_trait("html", picture.html())

    def static(self) -> str:
        """Return the picture with its drawing as an image."""
        return self.picture.printed()

    def sentence(self) -> str:
        """Return the finding."""
        return self.picture.sentence()


def _shown(picture: Picture) -> dict[str, str]:
    return {"html": picture.html(), "language": picture.language, "dir": direction(picture.language)}
