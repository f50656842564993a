"""The form for targets: suggestions, weights, and what is said of goals without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from reviewflow.store import db
from reviewflow.store.reviews import Goal
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.form_steps import path, save
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestTargets:
    """Proposing goals: prefilled, weights that read 100, what comes back stands as it was."""

    def test_prefilled_with_weights_and_suggestions(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        review = stage.review()
        with db.write(engine) as session:
            goal = session.get_one(Goal, (review, "sales_amount"))
            goal.last_e4, goal.suggested_e4 = 10_000_000_000, 11_000_000_000
        page = english(browser("wang")).open(path(review, "propose_targets"))
        fields = dict(page.form(path(review, "propose_targets")).fields)
        assert fields["targets-sales_amount-weight"] == "25"
        assert fields["targets-sales_amount-target"] == "1100000"
        assert "¥1,000,000.00" in page.text
        assert 'data-sum-of="weights" data-whole="100">100</output>' in page.text

    def test_weights_must_read_100(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        where = path(review, "propose_targets")
        wang = english(browser("wang")).open(where)
        wang.submit(
            where, **{"targets-sales_amount-weight": "20", "targets-sales_amount-target": "1,200,000"}
        )
        assert wang.status == 422
        assert "The weights sum to 95 instead of 100: 5 are missing." in wang.text
        assert 'value="1,200,000"' in wang.text
        wang.submit(where, **{"targets-sales_amount-weight": "twenty"})
        assert "This is not a number. Write it like 1234.50." in wang.text
        assert "Not a number: Sales, weight" in wang.text
        wang.submit(where, **{"targets-sales_amount-weight": "３０"})
        assert "The weights sum to 105 instead of 100: 5 too many." in wang.text
        assert "Weights: 5 too many" in wang.text

    def test_without_any_target_it_is_not_complete(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        where = path(review, "propose_targets")
        wang = english(browser("wang")).open(where)
        assert "No figures: there is no data of the last period (1 Jan – 31 Mar) yet." in wang.text
        assert wang.submit(where).status == 422
        assert "There is no target yet. Set at least one" in wang.text
        assert stage.subject(review).stage == "goal_proposal"
        wang.submit(where, **{"targets-visits-target": "60"})
        assert wang.path == f"/reviews/{review}"

    def test_before_the_last_period_is_over_it_says_so(self, stage: Stage, browser: Make) -> None:
        stage.show_time(datetime(2026, 3, 20, 9, tzinfo=UTC))
        wang = english(browser("wang")).open(path(stage.review(), "propose_targets"))
        assert "No figures yet: the last period ends on 31 Mar." in wang.text
        assert (
            "No figures yet: the last period ends on 31 Mar." in wang.open(f"/reviews/{stage.review()}").text
        )

    def test_each_weight_without_a_target_is_named(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        where = path(review, "propose_targets")
        wang = english(browser("wang")).open(where)
        assert "Without a target" not in wang.text, "where none is there, that is what is said"
        saved = save(wang, where, **{"targets-visits-target": "60"})
        aside = (
            "Without a target, Deal cycle and Conversion rate do not count; "
            "their weight goes to the others of their group."
        )
        assert saved.text.count(aside) == 2, "below the table, and in the question"
        assert re.search(
            r"Without a target, Sales, [^.]+ do not count; their weight goes to the other groups\.",
            saved.text,
        )
        wang.open(where)
        assert wang.text.count(aside) == 2

    @pytest.mark.parametrize(
        ("typed", "far"), [("55000", True), ("550001", False), ("2199999", False), ("2200000", True)]
    )
    def test_a_target_far_from_the_suggestion_is_pointed_at(
        self, stage: Stage, browser: Make, engine: Engine, typed: str, far: bool
    ) -> None:
        review = stage.review()
        with db.write(engine) as session:
            goal = session.get_one(Goal, (review, "sales_amount"))
            goal.last_e4, goal.suggested_e4 = 10_000_000_000, 11_000_000_000
        where = path(review, "propose_targets")
        wang = english(browser("wang")).open(where)
        assert "far from the suggested" not in wang.text
        saved = save(wang, where, **{"targets-sales_amount-target": typed}).text
        assert saved.count("is far from the suggested ¥1,100,000.00.") == (2 if far else 0)

    def test_an_indicator_left_empty_is_no_goal(self, stage: Stage, browser: Make, engine: Engine) -> None:
        review = stage.review()
        where = path(review, "propose_targets")
        wang = browser("wang").open(where)
        wang.submit(
            where,
            **{
                "targets-visits-weight": "", "targets-visits-target": "",
                "targets-sales_amount-weight": "31", "targets-sales_amount-target": "1000000.50",
            },
        )  # fmt: skip
        with db.read(engine) as session:
            goals = {g.indicator: g for g in session.scalars(select(Goal).where(Goal.review_id == review))}
        assert "visits" not in goals
        assert goals["sales_amount"].weight_e4 == 310_000
        assert goals["sales_amount"].target_e4 == 10_000_005_000

    def test_what_was_sent_back_stands_ready_to_be_changed(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        stage.move(stage.cast.lin, review, "send_back", "Too high.")
        page = english(browser("wang")).open(path(review, "propose_targets"))
        assert "This came back." in page.text
        assert dict(page.form(path(review, "propose_targets")).fields)["targets-visits-target"] == "10"
