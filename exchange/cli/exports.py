"""`exchange export`: what the workbook gives out."""

from __future__ import annotations

import typer

exports = typer.Typer(no_args_is_help=True, help="Take answers, lessons and workbooks out.")
