"""What is asked: questionnaires as versioned data, in several languages, each with one check.

`load` returns a shipped instrument, `validate` anybody's own; `lint` looks for levels that leave a number out
or claim it twice; `derive` says which level a number means.
"""

from exchange.instruments.files import available, load, schema, validate
from exchange.instruments.instrument import Instrument
from exchange.instruments.lint import LintFinding, lint
from exchange.instruments.records import UNITS, Item, Level, Quantity, Range, Scale, Section
from exchange.instruments.rubric import Derived, derive, holding, objection
from exchange.instruments.translation import AWAITING_REVIEW, Translation

__all__ = [
    "AWAITING_REVIEW", "UNITS", "Derived", "Instrument", "Item", "Level", "LintFinding", "Quantity", "Range",
    "Scale", "Section", "Translation", "available", "derive", "holding", "lint", "load", "objection", "schema",
    "validate",
]
