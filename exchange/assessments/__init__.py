"""From answers to levels with bounds, and from levels to a profile: strengths, gaps, needs and offers."""

from exchange.assessments.answers import ANSWERS, Answer, checked, read
from exchange.assessments.profile import (
    NEED,
    OFFER,
    Edits,
    Line,
    Point,
    Profile,
    changed,
    given,
    lines,
    profile,
)
from exchange.assessments.scoring import Part, Score, answered_levels, progress, score, score_of

__all__ = [
    "ANSWERS", "NEED", "OFFER", "Answer", "Edits", "Line", "Part", "Point", "Profile", "Score", "answered_levels",
    "changed", "checked", "given", "lines", "profile", "progress", "read", "score", "score_of",
]
