"""The questionnaires that people brought themselves, beside those that are shipped."""

from __future__ import annotations

import pandas as pd

from exchange.store import schema as t
from exchange.store.access import Viewer
from exchange.store.base import Base


class Instruments(Base):
    """Own instruments; they are written with `Store.load`, and a version that is there never changes."""

    def instruments(self, viewer: Viewer, name: str | None = None) -> pd.DataFrame:
        """Return the own instruments: name, version, content, at, by; in the order in which they came.

        Parameters
        ----------
        viewer
            Who asks. What is asked is no secret within a network: all but the public see it.
        name
            Only the versions of this one.
        """
        return self._frame(viewer, t.instrument, t.instrument.c["at"], t.instrument.c.version, name=name)
