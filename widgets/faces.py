"""A widget has two faces: the live one that people touch, and a printed one for when nobody is there."""

from __future__ import annotations

import os
from typing import Any

Bundle = dict[str, Any]


class TwoFaces:
    """Give a widget a printed face and a stable sentence; stands before the widget class among the bases.

    ``class PeerList(TwoFaces, anywidget.AnyWidget)`` then defines `static` and `sentence`, and nothing else.
    Live notebooks and apps show the widget. Where the environment says ``EXCHANGE_STATIC=1`` only the
    printed face is kept: notebooks that run unattended keep no widget state, and a widget without it shows an
    error instead of itself.
    """

    def static(self) -> str:
        """Return the printed face: HTML without scripts or ``<svg>``, which an untrusted notebook drops."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Return one sentence that says what is shown; the same at every run."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[Bundle, Bundle]:
        printed: Bundle = {"text/plain": self.sentence(), "text/html": self.static()}
        if static_only():
            return printed, {}
        live, metadata = _parts(super()._repr_mimebundle_(**kwargs))  # type: ignore[misc]
        return {**live, **printed}, metadata


def static_only() -> bool:
    """Return whether only printed faces are wanted (``EXCHANGE_STATIC=1``)."""
    return os.environ.get("EXCHANGE_STATIC") == "1"


def _parts(shown: object) -> tuple[Bundle, Bundle]:
    # Widget libraries return a bundle, a bundle with metadata, or nothing.
    match shown:
        case (dict(data), dict(metadata)):
            return data, metadata
        case dict(data):
            return data, {}
        case _:
            return {}, {}
