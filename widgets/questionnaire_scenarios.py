"""The scenarios above the questions that are about them, as a person describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from exchange.words import text
from widgets.keeping import Envelope, Message, Refusal, Saved, clean

KEY: Final = "scenario:"
"""What the key of a scenario begins with, so that it is never taken for a question."""

LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One scenario as it should stand: its hazard, and one sentence."""

    scenario: str
    hazard: str
    words: str
    revision: int

    def body(self) -> dict[str, Any]:
        """Return it as the page writes it."""
        return {"hazard": self.hazard, "words": self.words}


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What the questionnaire needs to ask for scenarios.

    Parameters
    ----------
    described
        Scenario -> ``{hazard, words, revision}``; the parts are empty where nobody has described it.
    hazards
        What to choose from: ``[{label, hazards: [[id, label], ...]}, ...]``.
    save
        Writes one `ScenarioEvent` and returns the receipt.
    current
        Scenario -> what the record holds now; asked after a conflict.
    """

    described: Mapping[str, Mapping[str, Any]]
    hazards: Sequence[Mapping[str, Any]]
    save: Callable[[ScenarioEvent], Saved]
    current: Callable[[str], Mapping[str, Any] | None] = lambda _scenario: None

    def read(self, envelope: Envelope, message: Message) -> ScenarioEvent:
        """Return the change that a message asks for; raise `Refusal` where it is none."""
        scenario, hazard = envelope.key.removeprefix(KEY), message.get("hazard")
        if not envelope.key.startswith(KEY) or scenario not in self.described:
            raise Refusal(text("This scenario is not asked for. Open the page again."))
        if not isinstance(hazard, str) or hazard not in {one for group in self.hazards for one, _ in group["hazards"]}:
            raise Refusal(text("Choose a hazard of the list."))
        words = " ".join(clean(message.get("words"), text("The sentence"), LONGEST).split())
        if not words:
            raise Refusal(text("Say in one sentence what happens."))
        return ScenarioEvent(scenario, hazard, words, envelope.revision)

    def theirs(self, key: str) -> dict[str, Any] | None:
        """Return what the record holds now, with its revision."""
        stored = self.current(key.removeprefix(KEY))
        return None if stored is None else {name: stored[name] for name in ("hazard", "words", "revision")}
