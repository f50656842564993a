"""Drafts in a real browser: nothing typed is lost, and what is wrong is said where it stands."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from reviewflow.store.subjects import Answer
from tests.cast import Cast
from tests.web.chromium import MARKS, Open
from tests.web.stage import Stage

pytestmark = MARKS


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def _told(stage: Stage, review: int, task: str = "manager_review") -> tuple[str, int]:
    """(suggestion, version) of the stored draft."""
    row = stage.row(Answer, (review, task, 1, 1))
    return json.loads(row.body)["suggest"], row.version


def _until(page: Page, words: str) -> None:
    """Look at the inbox again until it says so: the last save and the next page are asked for at once."""
    for _ in range(20):
        if words in page.locator(".todo").first.inner_text():
            return
        page.reload()
    pytest.fail(page.locator(".todo").first.inner_text())


def test_what_was_typed_last_is_saved_when_the_page_is_left(stage: Stage, signed_in: Open) -> None:
    review = stage.frozen()
    where = f"/subjects/{review}/tasks/manager_review"
    page = signed_in("wang")
    page.goto(where)
    page.fill("[name=suggest]", "Agree payment dates.")
    page.locator("nav.entries a").first.click()
    page.wait_for_url("**/inbox")
    _until(page, "Draft, 1 of 8 – go on")
    page.get_by_role("link", name="go on").first.click()
    expect(page.locator("[name=suggest]")).to_have_value("Agree payment dates.")
    page.locator("[name=rubric-integrity-level][value='4']").check()
    page.go_back()
    page.wait_for_url("**/inbox")
    _until(page, "Draft, 2 of 8 – go on")
    assert _told(stage, review) == ("Agree payment dates.", 2), "each was saved once"
    page.goto(where)
    expect(page.locator("[name=rubric-integrity-level][value='4']")).to_be_checked()
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert _told(stage, review)[1] == 2, "nothing came a second time"


def test_a_hidden_page_saves_at_once_and_goes_on(stage: Stage, signed_in: Open) -> None:
    review = stage.frozen()
    page = signed_in("wang")
    page.goto(f"/subjects/{review}/tasks/manager_review")
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate("document.querySelector('[name=suggest]').value = 'One.'")
    page.locator("[name=suggest]").dispatch_event("input")
    page.evaluate(hide, True)
    expect(page.locator(".saved")).to_contain_text("Saved")
    expect(page.locator("#version")).to_have_value("1")
    page.evaluate(hide, False)
    page.fill("[name=suggest]", "One. Two.")
    expect(page.locator("#version")).to_have_value("2")
    assert _told(stage, review) == ("One. Two.", 2)
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))")


def test_a_text_too_long_for_the_last_request_is_there_again(stage: Stage, signed_in: Open) -> None:
    review = stage.frozen()
    where = f"/subjects/{review}/tasks/manager_review"
    page = signed_in("wang")
    page.goto(where)
    long = "中" * 25_000
    page.fill("[name=suggest]", long)
    expect(page.locator(".counter")).to_have_text("25,000 / 3,000")
    page.goto("/inbox")
    page.goto(where)
    expect(page.locator("[name=suggest]")).to_have_value(long)
    expect(page.locator(".saved")).to_contain_text("Saved")
    expect(page.locator("[name=suggest]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#task-missing")).to_contain_text("Too long: ")


def _typed_in_two_tabs(signed_in: Open, where: str) -> Page:
    """Wang has the form open twice; the second saved first. Returns the first."""
    first, second = signed_in("wang"), signed_in("wang")
    for page in (first, second):
        page.goto(where)
    second.fill("[name=suggest]", "From the second tab.")
    expect(second.locator(".saved")).to_contain_text("Saved")
    first.fill("[name=suggest]", "From the first tab.")
    return first


@pytest.mark.parametrize("way", ["reload", "compare"])
def test_two_tabs_show_both_texts(stage: Stage, signed_in: Open, way: str) -> None:
    review = stage.frozen()
    first = _typed_in_two_tabs(signed_in, f"/subjects/{review}/tasks/manager_review")
    expect(first.locator(".saved")).to_contain_text("You changed this in another window meanwhile.")
    first.fill("[name=suggest]", "From the first tab, longer.")
    if way == "reload":
        first.reload()
    else:
        first.get_by_role("button", name="Compare").click()
    expect(first.locator("main tbody tr").first).to_contain_text("From the second tab.")
    expect(first.locator("main tbody tr").first).to_contain_text("From the first tab, longer.")
    first.get_by_role("button", name="Send mine as a new proposal").click()
    expect(first.locator("[name=suggest]")).to_have_value("From the first tab, longer.")
    assert _told(stage, review)[0] == "From the first tab, longer."
    first.reload()
    expect(first.locator("[name=suggest]")).to_have_value("From the first tab, longer.")


def test_keeping_theirs_ends_the_conflict(stage: Stage, signed_in: Open) -> None:
    review = stage.frozen()
    first = _typed_in_two_tabs(signed_in, f"/subjects/{review}/tasks/manager_review")
    first.goto("/inbox")
    first.goto(f"/subjects/{review}/tasks/manager_review")
    first.get_by_role("link", name="Keep theirs").click()
    expect(first.locator("[name=suggest]")).to_have_value("From the second tab.")


def test_a_wrong_number_is_said_at_its_field_and_in_the_bar(stage: Stage, signed_in: Open) -> None:
    page = signed_in("wang")
    page.goto(f"/subjects/{stage.review()}/tasks/propose_targets")
    bar, weight = page.locator("#task-missing summary"), page.locator("[name=targets-sales_amount-weight]")
    expect(bar).to_have_text("1 missing")
    page.fill("[name=targets-visits-target]", "60")
    expect(page.locator("#progress")).to_contain_text("1 of 1 complete")
    expect(page.locator("#untargeted")).to_contain_text("Without a target, Sales")
    expect(page.locator("#untargeted-asked")).to_contain_text("Without a target, Sales")
    for typed, short, sentence in (
        ("abc", "Not a number: Sales, weight", "This is not a number."),
        ("-5", "Not above zero: Sales, weight", "The weight must be greater than zero."),
        ("9" * 18, "Too large: Sales, weight", "This number is too large."),
    ):
        weight.fill(typed)
        expect(bar).to_have_text(short)
        expect(weight).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#targets-sales_amount-weight-mistake")).to_contain_text(sentence)
    page.reload()
    expect(weight).to_have_attribute("aria-invalid", "true")
    weight.fill("３０")
    expect(bar).to_have_text("Weights: 5 too many")
    expect(page.locator("[data-sum-of=weights]")).to_have_text("105")
    expect(page.locator("#targets-mistake")).to_contain_text("5 too many")
    expect(weight).not_to_have_attribute("aria-invalid", "true")
    weight.fill("２５")
    expect(page.locator("#progress")).to_contain_text("1 of 1 complete")
    expect(page.locator("#task .mistake")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_bar_is_one_small_line_on_a_phone(stage: Stage, signed_in: Open, language: str) -> None:
    review = stage.frozen()
    page = signed_in("wang")
    if language == "zh":
        page.locator("button[name=language]:visible").first.click()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/subjects/{review}/tasks/manager_review")
    page.fill("[name=suggest]", "Agree payment dates.")
    expect(page.locator(".saved .icon")).to_have_count(1)
    bar, button = page.locator(".task-bar"), page.locator("#progress .btn")
    assert bar.bounding_box()["height"] <= 60  # type: ignore[index]
    assert button.evaluate("(one) => one.scrollWidth <= one.clientWidth && one.offsetHeight <= 46")
    page.locator("#task-missing summary").click()
    expect(page.locator("#task-missing li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#task-missing a").first.click()
    expect(page.locator("#task-missing li").first).to_be_hidden()
