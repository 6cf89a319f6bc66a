"""An exchange that is being planned and kept: how far it is, what is next, when, with whom, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.exchanges import path
from exchange.reports import pictures
from exchange.vocabulary import PHASES
from exchange.words import text
from exchange.workbook.milestones import day_of, pauses
from exchange.workbook.pair import NONE_YET, Entries

if TYPE_CHECKING:
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet


class Planning(Entries):
    """The pages of the fourth step."""

    def path(self) -> Picture | Sheet:
        """Return how far the exchange has come: three phases, thirteen steps, and what the gates ask for."""
        if self.row is None:
            return self._note(NONE_YET)
        record, known = self.record(), self._known()
        gates = {phase: path.gate(phase, record, **known) for phase in PHASES}
        steps = [{"phase": s.phase, "number": s.number, "name": s.name, "state": s.state, "date": day_of(s, record)}
                 for s in path.steps(record, **known)]
        return pictures.exchange_path(steps, gates, today=known["today"], pauses=pauses(record, self.names),
                                      language=self.language)

    def next_things(self) -> Sheet:
        """Return the next three things to do, and by whom."""
        if self.row is None:
            return self._note(NONE_YET)
        things = path.next_things(self.record(), **self._known())
        if not things:
            return self._note(text("Nothing is due."))
        rows = tuple((thing.who, thing.what, thing.due) for thing in things)
        return self._w.sheet(text("The next things to do"), (text("Who"), text("What"), text("By when")), rows)
