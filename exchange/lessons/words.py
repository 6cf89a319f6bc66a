"""How words are made comparable: accents folded, Arabic spellings unified, endings taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

import snowballstemmer

STEMMED: Final = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "pt": "portuguese"}
"""Languages whose endings we take off; words of others are folded only."""

_WORD = re.compile(r"[^\W_]+")
_ARABIC_WORD = re.compile(r"[\u0621-\u065f]+")
_ARABIC_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=\w{2})")
_ALEF: Final = str.maketrans(dict.fromkeys("أإآٱ", "ا"))  # with or without hamza or madda
_ARABIC: Final = {
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ة": "ه",
    "ؤ": "و",
    "ئ": "ي",
    "ـ": None,  # the stroke that only stretches a line
}
_LETTERS: Final = str.maketrans({**_ARABIC, "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def folded(text: str) -> str:
    """Return a text in lower case, without accents or vowel signs, with one spelling for each Arabic letter."""
    lower = unicodedata.normalize("NFKC", text).translate(_LETTERS).casefold().translate(_LETTERS)
    bare = (letter for letter in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", "".join(bare))


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; what is neither letter nor digit parts them."""
    return _WORD.findall(folded(text))


def stems(text: str, language: str) -> str:
    """Return the stems of a text, in order, parted by spaces.

    Parameters
    ----------
    text
        Any text; marks and emoji fall away.
    language
        BCP 47 tag; of a language that is not in `STEMMED` the folded words are returned.
    """
    name = STEMMED.get(language.split("-", 1)[0].lower())
    if name is None:
        return " ".join(words(text))
    # Endings carry accents (inundación, inundações), so the stemmer sees them; the stems are folded after.
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(stem for word in _WORD.findall(plain) if (stem := _stem(name, word)))


@lru_cache(maxsize=200_000)
def _stem(name: str, word: str) -> str:
    """Return the folded stem of one word; a library says the same words again and again."""
    stem = _arabic_stem(word) if name == "arabic" else _stemmer(name).stemWord(word)
    return " ".join(words(stem))


def _arabic_stem(word: str) -> str:
    """Return the stem of a word with or without its article; "floods" and "the floods" must meet.

    Without the article the stemmer takes a first letter like the one of "floods" for the word "then".
    """
    bare = _ARABIC_ARTICLE.sub("", word.translate(_ALEF), count=1)
    return str(_stemmer("arabic").stemWord("ال" + bare)) if _ARABIC_WORD.fullmatch(bare) else word


@cache
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name)
