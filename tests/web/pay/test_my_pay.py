"""My pay: what I get and why, as soon as it is decided, and never before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from reviewflow.services import move
from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.subjects import Subject
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


def export(story: Story, *awards: int) -> None:
    """Finance puts these into a payroll file."""
    viewer = story.viewer(story.cast.fang)
    with db.write(story.engine) as session:
        seen = [(key, session.get_one(Subject, key).version) for key in awards]
        move.move_many(session, story.moment, viewer, seen, "export")


def test_an_amount_shows_when_it_is_decided_and_not_before(
    browser: Make, story: Story, payday: Payday, noted: Callable[[str], int]
) -> None:
    lin = browser("lin").open("/my-pay")
    assert "Your pay for 2026Q2 is being decided" in lin.text
    assert "¥" not in lin.text
    assert noted("read.pay") == 0
    story.move(story.cast.director, payday.lin["bonus"], "approve")
    lin.open("/my-pay")
    for words in (
        "¥18,000.00 is yours for 2026Q2, 1 award is being decided",
        "12,000.00 × 1.50 × 91/91 = 18,000.00",
        "Now: With the sales director.",
        "Why this amount",
    ):
        assert words in lin.text, words
    assert noted("read.pay") == 1


def test_paid_is_another_state_than_approved(browser: Make, story: Story, payday: Payday) -> None:
    for award in payday.lin.values():
        story.move(story.cast.director, award, "approve")
    export(story, payday.lin["bonus"])
    page = browser("lin").open("/my-pay").text
    assert "In payroll since" in page
    strip = page[page.index("Approved, not paid yet") :]
    assert strip.index("¥14,500.00") < strip.index("¥18,000.00")


def test_nothing_due_says_why_and_a_correction_gives_its_reason(
    browser: Make, engine: Engine, story: Story, payday: Payday
) -> None:
    with db.write(engine) as session:
        zero = {"amount_minor": 0, "proposed_minor": 0, "zero_reason": "pay.no_base"}
        session.execute(update(Award).where(Award.id == payday.lin["bonus"]).values(**zero))
        changed = {"amount_minor": 1_400_000, "changed_reason": "One order was credited twice."}
        session.execute(update(Award).where(Award.id == payday.lin["commission"]).values(**changed))
    story.advance(payday.lin["bonus"])
    story.move(story.cast.director, payday.lin["commission"], "approve")
    page = browser("lin").open("/my-pay").text
    for words in ("Nothing due", "One order was credited twice.", "−¥500.00", "¥14,000.00 is yours"):
        assert words in page, words


def test_everybody_sees_their_own_alone(browser: Make, story: Story, payday: Payday) -> None:
    story.move(story.cast.director, payday.lin["bonus"], "approve")
    for login in ("wang", "zhao", "zhou"):
        page = browser(login).open("/my-pay")
        assert page.status == 200
        assert "No pay is proposed yet" in page.text
        assert "18,000" not in page.text
    assert browser("lin").open("/my-pay?cycle=999").status == 404


def test_queries_and_chinese(
    browser: Make, engine: Engine, story: Story, payday: Payday, queries: Queries
) -> None:
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
    for award in payday.lin.values():
        story.move(story.cast.director, award, "approve")
    lin = browser("lin")
    many = queries.of(lin, "/my-pay")
    for words in ("2026Q2 你的奖励为 ¥32,500.00", "为什么是这个金额", "已批准", "绩效奖金"):
        assert words in lin.text, words
    assert queries.of(browser("liu"), "/my-pay") <= many
