"""Indicators: the catalogue, its formulas over exact measures, and what can be computed when."""

from reviewflow.core.indicators.catalogue import (
    CUSTOMER_SETS,
    DIRECTIONS,
    EVENT_KINDS,
    GROUPS,
    MISSING_RULES,
    UNIT_PLACES,
    Catalogue,
    Indicator,
    Measure,
    MinimumSample,
    load,
)
from reviewflow.core.indicators.expression import BadFormula, Formula, NothingToDivideBy, Ratio, read_formula
from reviewflow.core.indicators.figures import Coverage, Pace, computable, evaluate, pace
from reviewflow.core.indicators.history import begin_of_history, is_history

__all__ = [
    "CUSTOMER_SETS",
    "DIRECTIONS",
    "EVENT_KINDS",
    "GROUPS",
    "MISSING_RULES",
    "UNIT_PLACES",
    "BadFormula",
    "Catalogue",
    "Coverage",
    "Formula",
    "Indicator",
    "Measure",
    "MinimumSample",
    "NothingToDivideBy",
    "Pace",
    "Ratio",
    "begin_of_history",
    "computable",
    "evaluate",
    "is_history",
    "load",
    "pace",
    "read_formula",
]
