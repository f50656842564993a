"""A review while its period runs: live figures, and which of two periods is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow.core.values import Period
from reviewflow.services import launch
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db
from reviewflow.store.accounts import LoginSession
from reviewflow.store.reviews import Review
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import NAMES, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestTracking:
    """Every indicator live against pace; new events show by themselves."""

    @pytest.fixture
    def tracked(self, stage: Stage) -> int:
        review = stage.agreed()
        number = stage.sell((date(2026, 4, 10), 300_000), (date(2026, 5, 10), 200_000))
        stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
        stage.live(review, number, "sales_amount", "gross_margin", "visits")
        return review

    def test_bullets_projection_and_what_is_needed(self, tracked: int, browser: Make) -> None:
        page = english(browser("lin")).open("/my-review")
        assert headline(page) == "Quarterly sales review 2026Q2"
        assert "day 45 of 91" in page.text
        # 500,000 in 45 of 91 days: 1,011,111 at the end, 101 % of a million; 46 days left for the other half.
        assert "Sales: ¥500k of ¥1.00M, 101% of the target at the end" in page.text
        assert "¥76k a week" in page.text
        assert "so far ¥78k a week" in page.text
        assert 'class="tick-now" x1="39.6%"' in page.text, "pace today: 45/91 of the target on 0 to 125"
        assert "It cannot be computed: no source delivers the data that it needs." in page.text

    def test_new_events_are_swapped_in_with_few_queries(
        self, tracked: int, stage: Stage, browser: Make, app: Flask
    ) -> None:
        lin = english(browser("lin")).open("/my-review")
        url = re.search(r'hx-get="([^"]*/live[^"]*)"', lin.text)
        assert url is not None
        path = url[1].replace("&amp;", "&")
        with app.app_context(), counted(database.engine()) as asked:
            lin.fragment(path)
        assert lin.status == 204, "nothing is new"
        assert len(asked) <= 5
        stage.live(tracked, stage.sell((date(2026, 5, 14), 250_000)))
        with app.app_context(), counted(database.engine()) as asked:
            lin.fragment(path)
        assert "¥750k" in lin.text
        assert 'id="live"' in lin.text
        assert "<main" not in lin.text
        assert len(asked) <= 5, asked

    def test_when_the_period_is_over_the_page_loads_again(
        self, tracked: int, stage: Stage, browser: Make
    ) -> None:
        lin = browser("lin").open("/my-review")
        stage.wait_for(tracked)
        lin.fragment(f"/reviews/{tracked}/live?seen=old")
        assert lin.status == 204
        assert lin.answer.headers["HX-Refresh"] == "true"

    def test_watching_does_not_keep_anybody_signed_in(
        self, tracked: int, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        lin = browser("lin").open("/my-review")
        with db.write(engine) as session:
            earlier = session.scalars(select(LoginSession.seen_at)).one() - timedelta(minutes=5)
            session.execute(update(LoginSession).values(seen_at=earlier))
        lin.fragment(f"/reviews/{tracked}/live?seen=old")
        with db.read(engine) as session:
            assert session.scalars(select(LoginSession.seen_at)).one() == earlier


class TestNextQuarter:
    """A cycle that was launched early is not what its people look at now."""

    def _early(self, stage: Stage) -> int:
        """Lin's review of the third quarter, launched in the second."""
        quarter = Period(date(2026, 7, 1), date(2026, 9, 30))
        with db.write(stage.engine) as session:
            plan = LaunchPlan("2026Q3", "sales_quarterly", quarter, "CNY")
            cycle = launch.launch(session, stage.moment, stage.viewer(stage.cast.hu), plan)
            launch.launch_range(session, stage.moment, cycle, 1, 100)
            query = select(Review.id).where(Review.cycle_id == cycle, Review.person_id == stage.cast.lin)
            return session.scalars(query).one()

    def test_my_review_and_my_standing_stay_with_the_running_period(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.agreed()
        stage.show_time(datetime(2026, 6, 20, 9, tzinfo=UTC))
        later = self._early(stage)
        lin = english(browser("lin")).open("/my-review")
        assert lin.path == f"/reviews/{review}"
        assert f'href="/reviews/{later}"' in lin.text, "it stands among my reviews"
        assert "My standing, 2026Q2" in lin.open("/inbox").text
        stage.show_time(datetime(2026, 7, 2, 9, tzinfo=UTC))
        assert lin.open("/my-review").path == f"/reviews/{later}"

    def test_a_period_that_has_not_begun_says_when_it_does(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        stage.show_time(datetime(2026, 3, 20, 9, tzinfo=UTC))
        page = english(browser("lin")).open("/my-review")
        assert page.path == f"/reviews/{review}", "the next one, where none has begun"
        assert "begins 1 Apr" in page.text
        assert "The period begins on 1 Apr." in page.text
        assert "It cannot be computed" not in page.text
        assert "No figures yet" not in page.open("/inbox").text
        assert "The period begins on 1 Apr." in page.text
        assert not words_of(browser("lin").open(f"/reviews/{review}")) - NAMES
