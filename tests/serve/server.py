"""A server for the tests: our pages around seven small notebooks and two small invented networks."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from books import write

from exchange.serve.app import Options, run
from exchange.serve.overview import City, Network, Step
from exchange.words import text

DEMO = Network("demo", "Demo network", demo=True)
REAL = Network("cdp", "CDP cities")
CITIES = {
    "demo": [City("rotterdam", "Rotterdam", "Netherlands"), City("quito", "Quito", "Ecuador"),
             City("merida", "Mérida", "Mexico"),
             *(City(f"town-{n}", f"Town {n}", "Somewhere") for n in range(70))],
    "cdp": [City("quito", "Quito", "Ecuador"), City("lima", "Lima", "Peru")],
}


class Invented:
    """Two networks that nobody keeps."""

    def networks(self) -> list[Network]:
        return [DEMO, REAL]

    def cities(self, network: str) -> list[City]:
        return CITIES[network]

    def city(self, slug: str, network: str = "") -> tuple[City, Network] | None:
        seen = [n for n in (DEMO, REAL) if network in {"", n.network_id}]
        return next(((c, n) for n in seen for c in CITIES[n.network_id] if c.slug == slug), None)

    def steps(self, city: str, network: str) -> list[Step]:
        return [
            Step("assess", text("Assess"), text("47 of 47 questions, 3 unknown"), done=True),
            Step("discover", text("Discover"), text("2 lessons taken up"), done=True),
            Step("match", text("Match"), text("no peers chosen yet"), done=False),
            Step("exchange", text("Exchange"), text("no exchange yet"), done=False),
            Step("evaluate", text("Evaluate"), text("nothing to evaluate yet"), done=False),
            Step("learn", text("Learn"), text("one round in the network"), done=False),
        ]


class Nothing:
    """A store in which nobody has put a network yet."""

    def networks(self) -> list[Network]:
        return []

    def city(self, slug: str, network: str = "") -> None:
        return None


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    overview = Nothing() if given.pop("empty", False) else Invented()
    with tempfile.TemporaryDirectory() as folder:
        run(Options(port=0, notebooks=write(Path(folder)), database=f"sqlite:///{folder}/none.db",
                    overview=lambda viewer, language: overview, **given))
