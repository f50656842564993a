"""How far a company has come before a test of its figures begins."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cast import Cast
from tests.facts.company import APRIL, DEALS, FIRST_QUARTER, Company


@pytest.fixture
def company(engine: Engine, cast: Cast, tmp_path: Path) -> Company:
    return Company(engine, cast, tmp_path / "home")


@pytest.fixture
def tracking(company: Company) -> Company:
    """Q1 is on record, Lin agreed to her targets for Q2, it is 15 April."""
    company.bring("orders.csv", FIRST_QUARTER)
    company.story.begin()
    company.run()
    company.story.agreed()
    company.story.at = datetime(2026, 4, 15, 9, tzinfo=UTC)
    return company


@pytest.fixture
def collecting(tracking: Company) -> Company:
    """Lin's review collects its figures on 1 July; the imports cover the quarter."""
    tracking.bring("orders.csv", APRIL)
    review = tracking.story.review()
    assert tracking.story.wait_for(review) == ["end_tracking"]
    tracking.bring("deals.csv", DEALS)
    tracking.bring("orders2.csv", APRIL + "7,P003,2026-06-30,99000,1,Acme\n")
    return tracking


@pytest.fixture
def frozen(collecting: Company) -> Company:
    """Lin's review is in evaluation, frozen as of the newest batch."""
    review = collecting.leave_out_what_is_missing()
    assert collecting.story.wait_for(review) == ["cut_off"]
    collecting.run()
    return collecting
