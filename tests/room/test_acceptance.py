"""The short form of `make accept-workshop`: ten phones, one kill of the server."""

from __future__ import annotations

from tests.room import acceptance


def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed():
    figures, wrong = acceptance.run(number=10, seconds=9, killed=1, every=0.3)
    assert wrong == {"lost": [], "doubled": [], "silently overwritten": [], "history": []}
    assert figures.acknowledged > 50
    assert figures.conflicts > 0
    assert len(figures.down) == 1
