"""How much room words take, rather too much than too little: no browser has seen them yet."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_WIDTHS: Final = {
    **dict.fromkeys("iljI.,:;'|!·", 0.31),
    **dict.fromkeys("ftr()[]{}-/ \u00a0", 0.40),
    **dict.fromkeys("mwMW@%—…", 0.98),
    **dict.fromkeys("ABCDEGHKLNOPQRSTUVXYZ&", 0.72),
}
_WIDE_SCRIPTS: Final = frozenset("WF")
_INVISIBLE: Final = frozenset({"Mn", "Me", "Cf", "Cc"})
_BOLD: Final = 1.1


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in pixels, as the widest common typeface (DejaVu Sans) would set it."""
    return sum(map(_width, words)) * size * (_BOLD if bold else 1)


@lru_cache(maxsize=4096)
def _width(letter: str) -> float:
    if unicodedata.category(letter) in _INVISIBLE:
        return 0.0
    if unicodedata.east_asian_width(letter) in _WIDE_SCRIPTS:
        return 1.0
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, 0.64)


def wrap(words: str, width: float, size: float, lines: int = 2, *, bold: bool = False) -> list[str]:
    """Break a line into at most `lines` lines of `width` pixels; what does not fit ends in an ellipsis."""
    broken: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size, bold=bold) > width:
            broken.append(line)
            longer = word
        line = longer
    broken = [*broken, line] if line else broken
    kept = broken[:lines]
    if len(broken) > lines:
        kept[-1] = " ".join([kept[-1], *broken[lines:]])
    return [shorten(part, width, size, bold=bold) for part in kept]


def shorten(words: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return the words, or as many of their letters as fit and an ellipsis."""
    if width_of(words, size, bold=bold) <= width:
        return words
    while words and width_of(words + "…", size, bold=bold) > width:
        words = words[:-1]
    words = words.rstrip()
    # The mark keeps the ellipsis behind a Latin name that stands in a right-to-left line.
    return words + ("…\u200e" if words and unicodedata.bidirectional(words[-1]) == "L" else "…")
