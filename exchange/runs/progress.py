"""How far a call is: a live table at a terminal, plain lines elsewhere, a JSON line for each event on request."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

WAYS: Final = ("auto", "table", "lines", "jsonl", "none")
_EVERY: Final = 10
"""At most so many plain lines say how far it is."""

_LAST: Final = 5


class Progress:
    """What is known of a call under way; the base of each way to show it."""

    def __init__(self) -> None:
        self.total = self.done = self.failed = self.again = 0
        self.under_way: dict[str, int] = {}
        self.troubles: list[str] = []
        self._began = time.monotonic()

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Take note of an event and show it."""
        kind = event["event"]
        run = str(event.get("run", ""))
        if kind == "planned":
            self.total, self._began = int(event["todo"]), time.monotonic()
        elif kind == "started":
            self.under_way[run] = int(event["attempt"])
        elif kind in {"published", "failed", "elsewhere"}:
            self.under_way.pop(run, None)
            self.done += 1
        if kind == "failed":
            self.failed += 1
        if kind == "again":
            self.again += 1
        if kind in {"failed", "again"}:
            self.troubles = [*self.troubles, f"{event['name']}: {said(event['error'])}"][-_LAST:]
        self.show(event)

    def show(self, event: Mapping[str, Any]) -> None:
        """Show an event; the base shows nothing."""

    @property
    def rate(self) -> float:
        """Runs a minute."""
        return 60 * self.done / max(time.monotonic() - self._began, 0.001)

    def summary(self) -> str:
        """Return how far it is, in a line."""
        left = self.total - self.done
        remaining = f", about {_duration(60 * left / self.rate)} to go" if left and self.done else ""
        failures = f", {self.failed} failed" if self.failed else ""
        again = f", {self.again} tried again" if self.again else ""
        return f"{self.done} of {self.total} runs, {self.rate:.0f} a minute{remaining}{failures}{again}"


class Lines(Progress):
    """Plain lines: every failure, and how far it is, a dozen times at most."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def show(self, event: Mapping[str, Any]) -> None:
        """Print what is worth a line."""
        kind = event["event"]
        if kind == "planned":
            self._say(planned(event))
        elif kind in {"failed", "again"}:
            self._say(f"{'failed' if kind == 'failed' else 'trying again'}: {self.troubles[-1]}")
        if kind in {"published", "failed"} and self.done % max(1, self.total // _EVERY) == 0:
            self._say(self.summary())

    def _say(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


class JsonLines(Progress):
    """One JSON object a line for each event."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def show(self, event: Mapping[str, Any]) -> None:
        """Print the event."""
        whole = {**event, "done": self.done, "total": self.total}
        self._out.write(json.dumps(whole, ensure_ascii=True) + "\n")
        self._out.flush()


class LiveTable(Progress):
    """A table that changes in place."""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live

    def show(self, event: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Draw the table anew."""
        table = Table("run", "try", box=None)
        for run, attempt in self.under_way.items():
            table.add_row(Text(run), str(attempt))
        self._live.update(Group(Text(self.summary(), style="bold"), table, *map(Text, self.troubles)))


@contextmanager
def shown(way: str, out: TextIO | None = None) -> Iterator[Progress]:
    """Give what shows the progress of a call in one of `WAYS`, on the error output."""
    out = out or sys.stderr
    if way == "auto":
        way = "table" if out.isatty() else "lines"
    if way == "table":
        with Live(console=Console(file=out), refresh_per_second=4, transient=True) as live:
            yield LiveTable(live)
        return
    yield Lines(out) if way == "lines" else JsonLines(out) if way == "jsonl" else Progress()


def said(error: Mapping[str, Any]) -> str:
    """Return an error of a run in words."""
    place = f"cell {error['cell']}: " if error.get("cell") else ""
    return f"{place}{error['message']}".replace("\n", " ")


def planned(event: Mapping[str, Any]) -> str:
    """Return what a call begins with, in words."""
    parts = [f"{event['todo']} to run", f"{event['unchanged']} unchanged"]
    if event["recovered"]:
        parts.append(f"{event['recovered']} were finished before the last interruption")
    if event["elsewhere"]:
        parts.append(f"{event['elsewhere']} run elsewhere")
    return f"{event['total']} runs planned: {', '.join(parts)}."


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
