"""Review and forms in a real browser: the drawer, new figures by themselves, drafts, sums, the last question."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from reviewflow.store.subjects import Answer
from tests.cast import Cast
from tests.flows.story import RUBRIC
from tests.web.chromium import MARKS, Open
from tests.web.stage import Stage

pytestmark = MARKS


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def test_a_number_opens_over_the_page_and_new_events_show_by_themselves(
    stage: Stage, signed_in: Open
) -> None:
    review = stage.agreed()
    stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
    stage.live(review, stage.sell((date(2026, 4, 10), 300_000), (date(2026, 5, 10), 200_000)))
    page = signed_in("lin")
    page.goto("/my-review")
    number = page.locator("#trace-of-sales_amount")
    expect(number).to_have_text("¥500k")
    number.click()
    drawer = page.locator("dialog#trace")
    expect(drawer).to_be_visible()
    expect(drawer).to_contain_text("SO-001-002")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    stage.live(review, stage.sell((date(2026, 5, 14), 250_000)))
    expect(number).to_have_text("¥750k", timeout=5_000)


def test_a_self_review_takes_three_clicks_and_the_fields(
    stage: Stage, signed_in: Open, engine: Engine
) -> None:
    review = stage.frozen()
    page = signed_in("lin")
    page.goto("/inbox")
    page.get_by_role("link", name="Start: Self-review").click()
    submit = page.locator("#progress").get_by_role("button", name="Submit")
    for number, key in enumerate(RUBRIC, start=1):
        page.locator(f"[name=rubric-{key}-level][value='4']").check()
        expect(page.locator("#progress")).to_contain_text(f"{number} of 5 complete")
    expect(page.locator(".saved")).to_contain_text("Saved")
    submit.click()
    page.locator("#ask-submit").get_by_role("button", name="Submit").click()
    expect(page.locator(".toast-line")).to_contain_text("Self-review submitted.")
    body = json.loads(stage.row(Answer, (review, "self_review", 1, 1)).body)
    assert {row["level"] for row in body["rubric"].values()} == {4}


def test_what_is_typed_is_there_again(stage: Stage, signed_in: Open) -> None:
    review = stage.frozen()
    page = signed_in("wang")
    page.goto(f"/subjects/{review}/tasks/manager_review")
    page.fill("[name=suggest]", "Agree payment dates in every offer.")
    expect(page.locator(".saved")).to_contain_text("Saved")
    page.goto("/inbox")
    page.goto(f"/subjects/{review}/tasks/manager_review")
    expect(page.locator("[name=suggest]")).to_have_value("Agree payment dates in every offer.")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#task-missing")).to_contain_text("Customer focus")
    expect(page.locator("[name=suggest]")).to_have_value("Agree payment dates in every offer.")


def test_the_sum_of_weights_follows_the_typing(stage: Stage, signed_in: Open) -> None:
    page = signed_in("wang")
    page.goto(f"/subjects/{stage.review()}/tasks/propose_targets")
    total = page.locator("[data-sum-of=weights]")
    expect(total).to_have_text("100")
    page.fill("[name=targets-sales_amount-weight]", "24.5")
    expect(total).to_have_text("99.5")
    page.fill("[name=targets-visits-weight]", "6.5")
    expect(total).to_have_text("100")


def test_the_inbox_by_keyboard(stage: Stage, signed_in: Open) -> None:
    page = signed_in("wang")
    page.goto("/inbox")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(".todo.at")).to_contain_text("Propose targets: Lin Yue")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/tasks/propose_targets"))
