"""The library of lessons: what cities already learnt, found by those whom it fits."""

from exchange.lessons.lesson import Lesson, Source, parse
from exchange.lessons.recommend import Recommendation, recommend
from exchange.lessons.starter import starter

__all__ = ["Lesson", "Recommendation", "Source", "parse", "recommend", "starter"]
