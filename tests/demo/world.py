"""The demo company as the tests see it, generated once."""

from __future__ import annotations

from datetime import date
from functools import cache

from reviewflow.core.values import Period
from reviewflow.demo.__main__ import SEED
from reviewflow.demo.company import Company, company, history_until
from reviewflow.demo.events import Records
from reviewflow.demo.trade import records

RUNNING = Period(date(2026, 7, 1), date(2026, 9, 30))
CLOSED = Period(date(2026, 4, 1), date(2026, 6, 30))
TODAY = date(2026, 10, 20)


@cache
def people() -> Company:
    return company(SEED, RUNNING)


@cache
def history() -> Records:
    return records(SEED, people(), history_until(TODAY, RUNNING))
