"""Free text becomes safe here, and nowhere else."""

from __future__ import annotations

import re
from html import escape as _markup

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return free text without the characters that no XML file may hold or that turn what follows.

    For documents whose library writes the markup itself; HTML and SVG want `escape`.
    """
    return _TURNS_TEXT.sub("", _NOT_IN_XML.sub("", text))


def escape(text: str) -> str:
    """Return free text as it may stand in HTML and SVG, between tags and inside quoted attributes.

    Markup becomes characters. Characters that no XML file may hold are dropped, because one of them would
    make a whole picture unreadable. So are the invisible ones that turn the direction of what follows: with
    them a name could make its neighbours read backwards.

    Parameters
    ----------
    text
        Anything that a person wrote, or a sentence that contains it.

    Returns
    -------
    str
        The same words, harmless.

    Examples
    --------
    >>> escape('<b onclick="go()">')
    '&lt;b onclick=&quot;go()&quot;&gt;'
    """
    return _markup(plain(text), quote=True)
