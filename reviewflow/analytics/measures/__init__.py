"""Measures by the engine: exact sums and counts for any number of people and periods in few queries."""

from reviewflow.analytics.measures.engine import Events, Results, TooLarge, Unreadable, compute
from reviewflow.analytics.measures.queries import warm

__all__ = ["Events", "Results", "TooLarge", "Unreadable", "compute", "warm"]
