"""The commands of whoever keeps a server: backup, restore, doctor."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.options import AsJson
from exchange.cli.printing import print_json, say, show


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; without it, runs/backups/ and the time.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Copy the record while it is used, and verify the copy; prints the end of its history, to be noted elsewhere."""
    from exchange import paths
    from exchange.store import backup as copies

    target = file or paths.runs() / "backups" / f"exchange-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    target.parent.mkdir(parents=True, exist_ok=True)
    report = copies.backup(None, target)
    if as_json:
        print_json({"file": str(target), "rows": report.rows, "head": report.head})
    else:
        say(f"Backup {target}: {report.rows} lines of history, verified.", f"Note elsewhere: {report.head}")


def restore(file: Path, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Put a backup in the place of the record; it is verified first, and what was there is kept beside it."""
    from exchange.store import backup as copies

    if not yes:
        typer.confirm(f"Put {file.name} in the place of the record?", abort=True)
    report, before = copies.restore(file, None, datetime.now(UTC))
    say(f"Restored {file.name}: {report.rows} lines of history, verified.")
    if before is not None:
        say(f"The record of before is kept as {before}.")


def doctor(*, as_json: AsJson = False) -> None:
    """Look whether this machine is fit to serve; ends with status 2 where something must be mended."""
    from exchange.serve.doctor import ILL, examine

    checks = examine()
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        show([asdict(check) for check in checks], ("name", "state", "found", "remedy"), as_json=False, title="Doctor")
    if any(check.state == ILL for check in checks):
        raise typer.Exit(2)
