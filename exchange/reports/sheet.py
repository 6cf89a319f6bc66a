"""A sheet: what was found in a sentence, what else to know, and the numbers in a table."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.words import Text, direction


@dataclass(frozen=True)
class Sheet:
    """Something to read, the same in a notebook, on a page and in a document.

    Parameters
    ----------
    title
        The finding, or what the table shows.
    numbers
        The table; None where there is nothing to count.
    sentences
        What else to know, a paragraph each.
    language
        BCP 47 tag of the reader.
    """

    title: Text
    numbers: Numbers | None = None
    sentences: tuple[Text, ...] = ()
    language: str = "en"

    def html(self) -> str:
        """Return the sheet as HTML, everything escaped."""
        language = self.language
        parts = [f'<section class="lx-sheet" lang="{language}" dir="{direction(language)}">']
        parts += [f"<p>{escape(sentence.said(language))}</p>" for sentence in self.sentences]
        if self.numbers and self.numbers.rows:
            parts.append(self.numbers.html(self.title, language))
        else:
            parts.insert(1, f"<p><strong>{escape(self.title.said(language))}</strong></p>")
        return "".join(parts) + "</section>"

    def plain(self) -> str:
        """Return the sheet as lines of text: stable, so that two runs can be compared."""
        said = [self.title.said(self.language), *(s.said(self.language) for s in self.sentences)]
        records = self.numbers.records(self.language) if self.numbers else []
        return "\n".join([*said, *(" | ".join(record.values()) for record in records)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.plain()}
