"""How far a company has come before a test of its figures begins; walked once, and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from reviewflow.store import db
from reviewflow.store.clock import mark_scratch
from tests.facts.company import APRIL, DEALS, FIRST_QUARTER, Company
from tests.flows.story import Story
from tests.flows.templates import Templates, Walks

Walk = Callable[[str], Company]


def _new(story: Story) -> None:
    """Nothing has happened yet; the jobs' business clock will be the story's."""
    with db.write(story.engine) as session:
        mark_scratch(session)


def _tracking(story: Story) -> None:
    """Q1 is on record, Lin agreed to her targets for Q2, it is 15 April."""
    company = Company(story)
    company.bring("orders.csv", FIRST_QUARTER)
    story.begin()
    company.run()
    story.agreed()
    story.at = datetime(2026, 4, 15, 9, tzinfo=UTC)


def _collecting(story: Story) -> None:
    """Lin's review collects its figures on 1 July; the imports cover the quarter."""
    company = Company(story)
    company.bring("orders.csv", APRIL)
    assert story.wait_for(story.review()) == ["end_tracking"]
    company.bring("deals.csv", DEALS)
    company.bring("orders2.csv", APRIL + "7,P003,2026-06-30,99000,1,Acme\n")


def _frozen(story: Story) -> None:
    """Lin's review is in evaluation, frozen as of the newest batch."""
    company = Company(story)
    review = company.leave_out_what_is_missing()
    assert story.wait_for(review) == ["cut_off"]
    company.run()


WALKS: Walks = {
    "new": (None, _new),
    "tracking": ("new", _tracking),
    "collecting": ("tracking", _collecting),
    "frozen": ("collecting", _frozen),
}


@pytest.fixture(scope="session")
def companies(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Templates:
    return Templates(tmp_path_factory.mktemp("companies"), request, WALKS)


@pytest.fixture
def walk(companies: Templates, database: str) -> Iterator[Walk]:
    with ExitStack() as copies:
        yield lambda name: Company(copies.enter_context(companies.copy(database, name)))


@pytest.fixture
def company(walk: Walk) -> Company:
    """Nothing has happened yet."""
    return walk("new")


@pytest.fixture
def tracking(walk: Walk) -> Company:
    return walk("tracking")


@pytest.fixture
def collecting(walk: Walk) -> Company:
    return walk("collecting")


@pytest.fixture
def frozen(walk: Walk) -> Company:
    return walk("frozen")
