"""What is true in the demo network, because we planted it: the evaluation has to find it again."""

from __future__ import annotations

from typing import Final

EFFECTS: Final = {"mentoring": 0.92, "peer_review": 0.82, "study_tour": 0.66, "conference": 0.20}
"""Form of an exchange -> mean rise of a targeted question of the learner that exchanges can move, in levels.

Forms are dealt out by lot, so a comparison between them is fair. The mean of the four is 0.65.
"""

TARGETED: Final = 0.60
"""Mean rise of all targeted questions of learners: some of them no exchange moves, and some cities shifted."""

DRIFT: Final = 0.09
"""Chance that any other question below the highest level rises by one from round to round, exchange or not."""

UNTARGETED: Final = 0.05
"""Mean rise of those questions that comes of it: some stand at the highest level, and some cities shifted."""

HOST_EFFECT: Final = 0.30
"""Mean rise of the questions that a host aims at: hosts learn too, but less."""

NO_EFFECT: Final = ("P3.3", "P8.6", "P4.4")
"""Questions that no exchange moves: insurance, communications, enforcement. They rise like untargeted ones."""

SHIFTED: Final = ("quito", "accra", "surat", "la-paz")
"""Cities that learnt in the first round to see their gaps, and moved their yardstick down for everything."""

SHIFT: Final = 0.60
"""Mean drop, in levels, of every question of those cities that stood above level 0, at the end of round 1."""

ADOPTION: Final = {True: 0.65, False: 0.30}
"""Chance that a lesson taken up in an exchange comes to be used, with and without a shared language."""

ADOPTION_OUTSIDE: Final = 0.15
"""The same for lessons that a city found by itself."""

ROUTINE: Final = 0.40
"""Chance that a used lesson becomes part of how the city works."""

SHARED_LANGUAGE: Final = 0.30
"""Two cities share a language that at least this share of the people of both countries speak."""

OVERCONFIDENCE: Final = 0.20
"""By so much the chances that cities give to their benefits at the start are too high."""

LEFT_OUT: Final = "low"
"""Income group whose cities take part in no exchange."""
