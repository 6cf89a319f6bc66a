"""In which language a query is written, as far as its small words tell."""

from __future__ import annotations

from typing import Final

from exchange.lessons.words import folded, words

_SMALL: Final = {
    "en": "the of and to in for how what with on from when our is are do does we who which that by after before it "
          "not people city without against",
    "es": "el la los las de del y en para como que con por cuando nuestra nuestro un una se al sin donde cual mas "
          "antes despues es son no hay quien contra lo su sus",
    "fr": "le la les des du de et en pour comment que avec sur quand notre un une se au aux sans ou dans qui est "
          "sont ne pas plus avant apres contre leur ses ces",
    "pt": "o a os as do da dos das e em para como que com por quando nossa nosso um uma no na sem ao mais antes "
          "depois nao sao quem contra seu sua",
}
_SETS: Final = {language: frozenset(listed.split()) for language, listed in _SMALL.items()}


def guess(query: str) -> str | None:
    """Return the language of a query: ar, en, es, fr or pt; None where its small words do not tell.

    Parameters
    ----------
    query
        What a person typed, usually a few words; a guess is only made where one language has the most small words.
    """
    if any("\u0600" <= letter <= "\u06ff" for letter in query):
        return "ar"
    typed = [folded(word) for word in words(query)]
    found = sorted(((sum(word in known for word in typed), language) for language, known in _SETS.items()),
                   reverse=True)
    (most, language), (next_most, _) = found[0], found[1]
    return language if most > next_most else None
