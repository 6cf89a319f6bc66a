"""One decision that somebody takes with a button: to close an exchange, to accept what was learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from exchange.errors import ExchangeError
from exchange.reports.sheet import Sheet
from exchange.words import Text, direction, text
from widgets.faces import TwoFaces
from widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSE = text("When the report is adopted, close the exchange: each city leaves its lessons in the library.")
ACCEPT = text("Weights that were accepted are used for matching from then on. The old ones stay.")
_BUTTON = ipw.Layout(width="auto", min_height="44px", align_self="flex-start")


class Decision(TwoFaces, ipw.VBox):  # type: ignore[misc]
    """What is decided, where it needs one a line for the reason, a button, and what came of it.

    Parameters
    ----------
    question
        What is decided, in a sentence.
    verb
        Words of the button.
    act
        Takes the reason and returns what was done, in a sentence; an error in our own words is shown instead.
    language
        Of whoever decides.
    reason
        Label of the line for the reason; None where none is asked for.
    can_decide
        False shows the question alone.
    """

    def __init__(self, question: Text, verb: Text, act: Callable[[str], Text], language: str = "en", *,
                 reason: Text | None = None, can_decide: bool = True) -> None:
        self._question, self._act, self._language = question, act, language
        self.answer = SheetView(self._sheet())
        wide = ipw.Layout(width="min(100%, 480px)")
        self.why = ipw.Text(description=reason.said(language) if reason else "", layout=wide)
        self.button = ipw.Button(description=verb.said(language), layout=_BUTTON)
        self.button.on_click(self._decide)
        asked = ([self.why] if reason else []) + [self.button]
        super().__init__([self.answer, *(asked if can_decide else [])])
        self.add_class(f"lx-{direction(language)}")

    def _sheet(self, *said: Text) -> Sheet:
        return Sheet(self._question, None, said, self._language)

    def _decide(self, _button: Any) -> None:
        try:
            said = [self._act(self.why.value)]
        except ExchangeError as error:
            said = [text("{finding}", finding=str(finding)) for finding in error.findings]
        else:
            self.button.disabled = True
        self.answer.update(self._sheet(*said))

    def sentence(self) -> str:
        """Return what is decided."""
        return self._question.said(self._language)

    def static(self) -> str:
        """Return the question; nobody decides on paper."""
        return self._sheet().html()
