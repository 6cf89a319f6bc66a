"""`exchange export`: what leaves the workbook as a file."""

from __future__ import annotations

from pathlib import Path

import typer

from exchange.cli.files import write
from exchange.cli.printing import say

exports = typer.Typer(no_args_is_help=True, help="Take answers, lessons and workbooks out.")


@exports.command("exchange")
def export_exchange(exchange: str, file: Path) -> None:
    """Write an exchange with all that both cities entered into a file, for `exchange import exchange`."""
    from exchange.workbook import Workbook
    from exchange.workbook.exchanging import of_id

    with Workbook.open() as workbook:
        made = of_id(workbook, exchange).file()
    write(file, made.encode())
    say(f"{file}: the exchange with all that both cities entered.")
