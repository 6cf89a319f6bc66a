"""The commands that there are, for tests that hold them against what is said of them."""

from __future__ import annotations

import typer


def command_paths(app: typer.Typer) -> list[tuple[str, ...]]:
    """Return the words of every command, those of groups included."""
    return _paths(typer.main.get_command(app), ())


def _paths(command: object, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if isinstance(command, typer.core.TyperGroup):
        return [found for name, each in command.commands.items() for found in _paths(each, (*path, name))]
    return [path]
