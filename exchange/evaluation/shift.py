"""Did the city change, or its yardstick? Looking back, many find that they stood lower than they said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exchange.evaluation.paired import mean_change
from exchange.words import Text, text

if TYPE_CHECKING:
    import numpy.typing as npt

    from exchange.evaluation.result import Noun, Result


@dataclass(frozen=True)
class ResponseShift:
    """Three figures for the same cities and questions.

    Parameters
    ----------
    raw
        After minus before, as answered at the time.
    adjusted
        After minus what the city says, looking back, that it was: both with today's yardstick.
    shift
        How far the yardstick moved: looking back minus before.
    """

    raw: Result
    adjusted: Result
    shift: Result

    @property
    def sentence(self) -> Text:
        """What the three figures mean together."""
        match self.shift.verdict:
            case "down":
                return text("The yardstick moved: looking back, the level before seems {shift} lower than was "
                            "said at the time. The answers show a change of {raw}; with today's yardstick it is "
                            "{adjusted}.", shift=abs(self.shift.estimate or 0.0), raw=self.raw.estimate,
                            adjusted=self.adjusted.estimate)
            case "up":
                return text("The yardstick moved: looking back, the level before seems {shift} higher than was "
                            "said at the time.", shift=self.shift.estimate)
            case "too_few" if self.shift.n and not self.shift.changed:
                return text("Looking back, the level before is where it was put at the time.")
            case "too_few":
                return text("Too few looked back differently to say whether the yardstick moved.")
            case _:
                return text("No sign that the yardstick moved; it cannot be ruled out either.")


def response_shift(before: npt.ArrayLike, looking_back: npt.ArrayLike, after: npt.ArrayLike, *,
                   level: float = 0.95, of: Noun = "cities") -> ResponseShift:
    """Split a change into what changed and how far the yardstick moved.

    Parameters
    ----------
    before, looking_back, after
        One number a city (or a city's mean), shape (n,); cities without all three are left out.
    level
        Confidence level.
    of
        What the units are.

    References
    ----------
    Howard (1980), Response-shift bias, Evaluation Review 4 (the retrospective pre-test, or then-test).
    """
    pre, then, post = (np.asarray(values, dtype=float) for values in (before, looking_back, after))
    known = ~(np.isnan(pre) | np.isnan(then) | np.isnan(post))
    pre, then, post = pre[known], then[known], post[known]
    return ResponseShift(mean_change(post - pre, level=level, of=of), mean_change(post - then, level=level, of=of),
                         mean_change(then - pre, level=level, of=of))
