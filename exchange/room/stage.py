"""Where a workshop room stands: which question is on the screen, which are locked, until when the timer runs.

How people answer together (turns, what is counted and shown, what is agreed) is `exchange.assessments.voices`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from exchange.errors import InputError

MOST_MINUTES: Final = 180


@dataclass(frozen=True, slots=True)
class Stage:
    """The room as the facilitator set it.

    Parameters
    ----------
    item
        The question on the screen; empty while people join.
    locked
        Question -> revision of the room with which it was locked. Whoever wrote before that may still arrive.
    ends
        When the timer ends.
    """

    item: str = ""
    locked: Mapping[str, int] = field(default_factory=dict)
    ends: datetime | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return the room as it was stored."""
        ends = datetime.fromisoformat(stored["ends"]) if stored["ends"] else None
        return cls(stored["item"], stored["locked"], ends)

    def stored(self) -> dict[str, Any]:
        """Return the room as JSON."""
        return {"item": self.item, "locked": dict(self.locked), "ends": self.ends.isoformat() if self.ends else None}

    def takes(self, item: str, seen_revision: int) -> bool:
        """Return whether an answer counts that was written when the room stood at this revision."""
        return seen_revision < self.locked.get(item, seen_revision + 1)

    def put_on_screen(self, item: str) -> Self:
        """Show a question; empty shows again how to join."""
        return replace(self, item=item, ends=None)

    def lock(self, items: Sequence[str], revision: int) -> Self:
        """Take no more answers to some questions, from this revision of the room on."""
        return replace(self, locked={**dict.fromkeys(items, revision), **self.locked})

    def unlock(self, items: Sequence[str]) -> Self:
        """Take answers again."""
        return replace(self, locked={item: at for item, at in self.locked.items() if item not in items})

    def run_timer(self, minutes: int, now: datetime) -> Self:
        """Start the timer; 0 stops it.

        Raises
        ------
        InputError
            For more than three hours.
        """
        if not 0 <= minutes <= MOST_MINUTES:
            raise InputError.at("timer", f"{minutes} minutes is not between 0 and {MOST_MINUTES}", "Choose fewer.")
        return replace(self, ends=now + timedelta(minutes=minutes) if minutes else None)

    def left(self, now: datetime) -> int | None:
        """Return the seconds that the timer still runs; None without one."""
        return None if self.ends is None else max(0, round((self.ends - now).total_seconds()))
