"""When two spellings mean one name: case, accents, spaces, hyphens and forms of Arabic letters do not count."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKS: Final = re.compile(
    "[\u0300-\u036f"  # accents of Latin, Greek and Cyrillic
    "\u0591-\u05c7"  # points of Hebrew
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"  # vowel signs of Arabic, hamza and madda on a letter
)
"""Marks that people leave out. Vowel signs of Indic scripts and the marks of kana stay: they tell names apart."""

_LETTERS: Final = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "ng", "ə": "e",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ـ": None,
    "&": " and ",
    **dict.fromkeys("'’‘‛`´ʹʻʼʽʾʿ′ˈ"),
})
_ELIDED: Final = re.compile(r"\b(dell|nell|sull)['’](?=\w)")
_SHORT: Final = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


def words(name: str) -> list[str]:
    """Return the words of a name in their plainest spelling: ``"St. John's"`` gives ``["saint", "johns"]``."""
    lower = unicodedata.normalize("NFKC", name).casefold()
    lower = _ELIDED.sub(r"\1 l", lower)  # dell'Aquila: of L'Aquila
    plain = _MARKS.sub("", unicodedata.normalize("NFD", lower))
    plain = unicodedata.normalize("NFC", plain).translate(_LETTERS)
    apart = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in plain)
    return [_SHORT.get(word, word) for word in apart.split()]


def key(name: str) -> str:
    """Return what two spellings of one name have in common.

    >>> key("Høje-Taastrup") == key("hoje taastrup")
    True
    """
    return "".join(words(name))
