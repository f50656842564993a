"""HR moves a deadline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestExtendingTheDeadline:
    def test_hr_moves_it_with_a_reason_and_it_stands_in_the_history(
        self, stage: Stage, browser: Make
    ) -> None:
        hu, review = english(browser("hu")), stage.review()
        hu.open(f"/reviews/{review}")
        assert 'value="2026-04-08"' in hu.text
        hu.submit(f"/reviews/{review}/deadline", day="2026-04-15", reason="Wang is ill.")
        assert "The deadline is Wed 15 Apr now." in hu.text
        text = english(browser("lin")).open(f"/reviews/{review}/history").text
        assert "Deadline of “Targets are proposed” moved from 8 Apr to 15 Apr" in text
        assert "Wang is ill." in text
        assert (
            "截止日由"
            in browser("wang")
            .open("/settings")
            .submit("/language", press=("language", "zh"))
            .open(f"/reviews/{review}/history")
            .text
        )

    def test_refusals_are_sentences(self, stage: Stage, browser: Make) -> None:
        hu, review = english(browser("hu")), stage.review()
        for day, reason, status, said in (
            ("2026-03-01", "Ill.", 409, "That day is over: today is 2026-04-01"),
            ("2026-04-15", "", 409, "Say in a sentence why the deadline moves."),
            ("soon", "Ill.", 422, "Choose the day until which it is in time."),
        ):
            hu.open(f"/reviews/{review}").submit(f"/reviews/{review}/deadline", day=day, reason=reason)
            assert (hu.status, said in hu.text) == (status, True), said

    def test_an_older_page_is_a_conflict(self, stage: Stage, browser: Make) -> None:
        hu, review = english(browser("hu")), stage.review()
        form = hu.open(f"/reviews/{review}").form(f"/reviews/{review}/deadline")
        hu.open(f"/reviews/{review}").submit(f"/reviews/{review}/deadline", day="2026-04-15", reason="Ill.")
        form.fields = [(n, {"day": "2026-04-20", "reason": "Away."}.get(n, v)) for n, v in form.fields]
        assert hu.send(form).status == 409
        assert "Hu Min changed this" in hu.text

    def test_nobody_else_and_not_ones_own(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        for login in ("lin", "wang", "director"):
            assert "/deadline" not in browser(login).open(f"/reviews/{review}").text
        own = stage.review(stage.cast.hu)
        assert "/deadline" not in browser("hu").open(f"/reviews/{own}").text
