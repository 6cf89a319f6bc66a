"""What we say when something is wrong: the place, the finding and the remedy, all findings at once.

The tree::

    ExchangeError                 anything that a person can act on; the command line exits with 2
    |- InputError                 a file, a table or an answer is not what it should be
    |- NotFoundError              a city, exchange, lesson or network that we do not know
    |- NotAllowedError            this viewer may not see or do that
    |- ConflictError              somebody else changed it meanwhile; both versions are named
    `- StoreError                 the database is locked, newer, damaged, or its disk is full
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Parameters
    ----------
    place
        Where: ``"row 14, P3.2"`` or ``"answers.xlsx, sheet E03"``.
    finding
        What: ``"7 is not on the scale 0-3"``. No full stop.
    remedy
        What to do: ``'Use 0, 1, 2, 3, "unknown" or "not applicable".'``
    """

    place: str
    finding: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.finding}. {self.remedy}"


class ExchangeError(Exception):
    """Anything that a person can act on.

    Parameters
    ----------
    *findings
        Every finding, in the order of the input.
    """

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings

    @classmethod
    def at(cls, place: str, finding: str, remedy: str) -> Self:
        """Return the error with one finding."""
        return cls(Finding(place, finding, remedy))


class InputError(ExchangeError):
    """A file, a table or an answer is not what it should be; nothing was changed."""


class NotFoundError(ExchangeError):
    """A city, exchange, lesson or network that we do not know."""


class NotAllowedError(ExchangeError):
    """Something that the viewer may not see or do."""


class ConflictError(ExchangeError):
    """Somebody else changed it meanwhile."""


class StoreError(ExchangeError):
    """The database is locked, newer, damaged, or its disk is full."""


class Findings:
    """Collect all that is wrong, then raise once.

    Examples
    --------
    >>> findings = Findings()
    >>> findings.add("row 14, P3.2", "7 is not on the scale 0-3", "Use 0, 1, 2 or 3.")
    >>> findings.raise_if_any()
    Traceback (most recent call last):
    exchange.errors.InputError: row 14, P3.2: 7 is not on the scale 0-3. Use 0, 1, 2 or 3.
    """

    def __init__(self, *, most: int = 200) -> None:
        self._findings: list[Finding] = []
        self._most = most
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._findings)

    def add(self, place: str, finding: str, remedy: str) -> None:
        """Note one finding; past `most` they are only counted."""
        if len(self._findings) < self._most:
            self._findings.append(Finding(place, finding, remedy))
        else:
            self._more += 1

    def raise_if_any(self, error: type[ExchangeError] = InputError) -> None:
        """Raise `error` with all that was found, or return."""
        if self._more:
            self._findings.append(Finding("and more", f"{self._more} further findings", "Mend these first."))
        if self._findings:
            raise error(*self._findings)
