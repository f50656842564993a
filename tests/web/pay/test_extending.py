"""HR moves the deadline of an award."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from reviewflow.store import db
from reviewflow.store.people import RoleGrant
from reviewflow.web.errors import is_text
from tests.cast import HIRED
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


class TestExtendingTheDeadline:
    def test_hr_moves_it_with_a_reason_that_stands_beside_the_signatures(
        self, browser: Make, payday: Payday
    ) -> None:
        bonus = payday.lin["bonus"]
        page = browser("hu").open(f"/approvals/{bonus}")
        day = datetime.fromisoformat(payday.at).date() + timedelta(days=5)
        page.submit(f"/approvals/{bonus}/deadline", day=day.isoformat(), reason="The director travels.")
        assert "The deadline is" in page.text
        for text in (page.text, browser("director").open(f"/approvals/{bonus}").text):
            assert "Deadline of “" in text
            assert "The director travels." in text
        assert dict(page.form(f"/approvals/{bonus}/deadline").fields)["day"] == day.isoformat()

    def test_refusals_are_sentences(self, browser: Make, payday: Payday) -> None:
        bonus = payday.lin["bonus"]
        page = browser("hu").open(f"/approvals/{bonus}")
        for day, status, said in (
            ("soon", 422, "Choose the day until which it is in time."),
            ("2026-01-05", 409, "That day is over"),
        ):
            form = dict(page.open(f"/approvals/{bonus}").form(f"/approvals/{bonus}/deadline").fields)
            page.submit(f"/approvals/{bonus}/deadline", day=day, reason="Ill.")
            assert (page.status, said in page.text) == (status, True), said
            assert not is_text("due", form["due"])  # nobody wrote it: it is not “Your text”

    def test_nobody_else_not_ones_own_and_not_where_nothing_is_due(
        self, browser: Make, engine: Engine, story: Story, payday: Payday
    ) -> None:
        bonus = payday.lin["bonus"]
        for login in ("director", "fang", "sun"):
            assert "/deadline" not in browser(login).open(f"/approvals/{bonus}").text
        with db.write(engine) as session:
            row = {"person_id": payday.cast.lin, "role": "hr", "unit_id": 1, "from_on": HIRED}
            session.execute(insert(RoleGrant).values(granted_by=payday.cast.director, **row))
        lin = browser("lin").open(f"/approvals/{bonus}")
        assert lin.status == 200
        assert "/deadline" not in lin.text
        story.move(story.cast.director, bonus, "approve")
        assert "/deadline" not in browser("hu").open(f"/approvals/{bonus}").text
