"""From answers to levels with bounds, and from levels to a profile: strengths, gaps, needs and offers."""

from exchange.assessments.answers import ANSWERS, Answer, checked, read
from exchange.assessments.profile import Point, Profile, profile
from exchange.assessments.scoring import Part, Score, answered_levels, progress, score, score_of

__all__ = [
    "ANSWERS", "Answer", "Part", "Point", "Profile", "Score", "answered_levels", "checked", "profile",
    "progress", "read", "score", "score_of",
]
