"""The library of lessons: what cities already learnt, found by those whom it fits."""

from exchange.lessons.lesson import Lesson, Source, of_row, parse, population_band, row_of
from exchange.lessons.recommend import Recommendation, recommend
from exchange.lessons.starter import starter
from exchange.lessons.transfer import Circumstances, Judged, Part, Transfer, compare

__all__ = [
    "Circumstances",
    "Judged",
    "Lesson",
    "Part",
    "Recommendation",
    "Source",
    "Transfer",
    "compare",
    "of_row",
    "parse",
    "population_band",
    "recommend",
    "row_of",
    "starter",
]
