"""A store in which nothing is yet, and the command inside this process."""

from __future__ import annotations

import json
import sys

import pytest

from exchange import cli
from tests.workbook import worlds


class Ended:
    """What a command printed, and its exit status."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        assert self.status in {0, 1}, self.err
        return json.loads(self.out)


@pytest.fixture
def fresh(tmp_path):
    """The address of a store in which nothing is yet."""
    return worlds.empty(tmp_path)


@pytest.fixture
def command(monkeypatch, capsys, fresh):
    """Run the command on the fresh store."""
    def run(*arguments):
        monkeypatch.setenv("EXCHANGE_DATABASE", fresh)
        monkeypatch.setattr(sys, "argv", ["exchange", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(ended.value.code or 0, *capsys.readouterr())

    return run
