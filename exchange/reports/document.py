"""A document that can be handed over: the same sections as a web page, as slides and as a file for a word processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.escape import escape, plain
from exchange.reports.look import LIGHT, css_variables, picture_css
from exchange.reports.tables import Numbers
from exchange.words import Text, direction, say, text

if TYPE_CHECKING:
    from collections.abc import Iterable

Words = Text | str


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    words: Words


@dataclass(frozen=True, slots=True)
class Points:
    """A list, each point with a word before it where there is one."""

    items: tuple[tuple[Words, Words], ...]


Part = Prose | Points | Numbers


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: Words
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """What is handed over.

    Parameters
    ----------
    title, subtitle
        What it is, and about what.
    sections
        In the order of reading.
    note
        What every page says at its foot, for example that all is fictional; empty for nothing.
    language
        BCP 47 tag of the reader.
    """

    title: Words
    subtitle: Words
    sections: tuple[Section, ...]
    note: Words = ""
    language: str = "en"

    def html(self, *, slides: bool = False) -> str:
        """Return a page that needs nothing else: no script, no picture, no font from elsewhere.

        Parameters
        ----------
        slides
            Whether each section fills a page of its own, to be shown on a wall.
        """
        say_ = self._said
        head = f"<header><h1>{say_(self.title)}</h1><p>{say_(self.subtitle)}</p></header>"
        body = "".join(self._section(section) for section in self.sections)
        note = f"<footer><p>{say_(self.note)}</p></footer>" if self.note else ""
        kind = "slides" if slides else "paper"
        return (f'<!doctype html>\n<html lang="{escape(self.language)}" dir="{direction(self.language)}" '
                f'data-theme="light"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,'
                f'initial-scale=1"><title>{say_(self.title)}</title><style>{css_variables()}{picture_css()}{_CSS}</style>'
                f'</head><body class="{kind}"><main>{head}{body}</main>{note}</body></html>\n')

    def _said(self, words: object) -> str:
        return escape(say(words, self.language))

    def _typed(self, words: Words) -> str:
        """Return words; what a person typed runs in the direction of its own letters."""
        return f"<bdi>{self._said(words)}</bdi>" if isinstance(words, str) else self._said(words)

    def _section(self, section: Section) -> str:
        parts = "".join(self._part(part) for part in section.parts)
        return f"<section><h2>{self._said(section.heading)}</h2>{parts}</section>"

    def _part(self, part: Part) -> str:
        match part:
            case Prose():
                return f"<p>{self._typed(part.words)}</p>"
            case Points():
                items = "".join(f"<li>{self._point(before, words)}</li>" for before, words in part.items)
                return f"<ul>{items}</ul>"
            case Numbers():
                return part.html("", self.language)

    def _point(self, before: Words, words: Words) -> str:
        return f"<strong>{self._typed(before)}</strong> {self._typed(words)}" if before else self._typed(words)

    def docx(self) -> bytes:
        """Return a file that word processors open, written from right to left where the language is."""
        from exchange.reports.docx import written  # noqa: PLC0415 - a third of a second that most pages do not need

        return written(self)

    def lines(self) -> Iterable[str]:
        """Yield everything that the document says, as plain text, for those who look for something in it."""
        yield from (plain(say(words, self.language)) for words in (self.title, self.subtitle))
        for section in self.sections:
            yield plain(say(section.heading, self.language))
            for part in section.parts:
                yield from self._lines(part)

    def _lines(self, part: Part) -> Iterable[str]:
        match part:
            case Prose():
                yield plain(say(part.words, self.language))
            case Points():
                yield from (plain(f"{say(a, self.language)} {say(b, self.language)}".strip()) for a, b in part.items)
            case Numbers():
                yield from (plain(" | ".join(row)) for row in part.cells(self.language))


def table(heads: tuple[Words, ...], rows: Iterable[tuple[Any, ...]]) -> Numbers:
    """Return a table of a document; cells that say nothing show a dash."""
    return Numbers(heads, tuple(rows))


def signatures(names: Iterable[str]) -> Numbers:
    """Return lines on which each city signs."""
    heads: tuple[Words, ...] = (text("City"), text("Name and function"), text("Date"), text("Signature"))
    return Numbers(heads, tuple((name, "", "", "") for name in names))


_CSS: Final = f"""
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 var(--font)}}
main{{max-width:860px;margin:0 auto;padding:40px 24px 24px}}
header{{border-bottom:3px solid var(--accent);padding-bottom:16px;margin-bottom:24px}}
h1{{font-size:31px;line-height:1.2;margin:0 0 8px;text-wrap:balance}}
header p{{margin:0;color:var(--muted);font-size:18px}}
h2{{font-size:20px;line-height:1.3;margin:32px 0 8px;color:var(--accent)}}
p,li{{max-width:72ch;overflow-wrap:anywhere}}
p{{margin:0 0 12px}} ul{{padding-inline-start:20px;margin:0 0 12px}} li{{margin-bottom:6px}}
.lx-table table{{width:100%}} .lx-table td,.lx-table th{{overflow-wrap:break-word}}
.lx-table thead th{{border-bottom:2px solid var(--control)}}
footer{{max-width:860px;margin:0 auto;padding:0 24px 40px;color:var(--muted);font-size:14px}}
.slides main{{max-width:none;padding:0}}
.slides header,.slides section{{min-height:100vh;margin:0;padding:6vh 8vw;border:0;display:flex;flex-direction:column;\
justify-content:center;break-after:page}}
.slides header{{background:{LIGHT.accent};color:{LIGHT.on_accent}}} .slides header p{{color:inherit}}
.slides h1{{font-size:clamp(32px,5vw,64px)}} .slides h2{{font-size:clamp(26px,3.4vw,44px);margin:0 0 3vh}}
.slides p,.slides li{{font-size:clamp(18px,2vw,28px);max-width:48ch;line-height:1.4}}
.slides .lx-table table{{font-size:clamp(15px,1.5vw,22px)}}
@page{{margin:18mm}}
@media print{{main{{padding:0;max-width:none}} h2{{break-after:avoid}} tr,li{{break-inside:avoid}}
.slides header,.slides section{{min-height:0;height:100vh}}}}
@media (max-width:480px){{main{{padding:24px 16px}} h1{{font-size:25px}}}}
"""
