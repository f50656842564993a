"""Before a session ends the page says so, and after it the page goes on; also without a connection.

The browser's clock goes on by hand; the server's session grows older in its row.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select, update

from reviewflow.services import sign_in
from reviewflow.store import clock, db
from reviewflow.store.accounts import LoginSession
from tests.web.browser import PASSWORD
from tests.web.chromium import MARKS, Open

pytestmark = MARKS
LONG = "28:10"


@pytest.fixture
def page(signed_in: Open) -> Page:
    return signed_in("zhao")


@pytest.fixture
def idle(page: Page, engine: Engine) -> Page:
    page.clock.install()
    page.goto("/settings")
    age(engine, timedelta(minutes=28, seconds=10))
    return page


def age(engine: Engine, age: timedelta, left: timedelta = timedelta(hours=9)) -> None:
    with db.write(engine) as session:
        now = clock.moment(session).wall
        session.execute(update(LoginSession).values(seen_at=now - age, expires_at=now + left))


def left(engine: Engine) -> timedelta:
    with db.read(engine) as session:
        newest = select(LoginSession.seen_at).order_by(LoginSession.seen_at.desc()).limit(1)
        seen_at = session.scalars(newest).one()
        return seen_at + sign_in.IDLE - clock.moment(session).wall


def test_shortly_before_the_end_a_dialog_offers_to_stay(idle: Page, engine: Engine) -> None:
    dialog = idle.locator("#ending")
    idle.clock.fast_forward("20:00")
    expect(dialog).to_be_hidden()
    idle.clock.fast_forward("08:10")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("you will be signed out at")
    assert Axe().run(idle).response["violations"] == []
    stay = dialog.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    assert left(engine) < timedelta(minutes=2)  # to be asked does not count as being there
    stay.click()
    expect(dialog).to_be_hidden()
    assert left(engine) > timedelta(minutes=29)
    age(engine, timedelta(minutes=28, seconds=10))
    idle.clock.fast_forward(LONG)
    expect(dialog).to_be_visible()


def test_whoever_works_in_another_window_is_not_asked(idle: Page, engine: Engine) -> None:
    age(engine, timedelta(minutes=1))
    with idle.expect_response("**/signed-in-for"):
        idle.clock.fast_forward(LONG)
    expect(idle.locator("#ending")).to_be_hidden()


def test_the_last_end_cannot_be_put_off(idle: Page, engine: Engine) -> None:
    """On a page that was opened half an hour before it, though somebody is there."""
    age(engine, timedelta(0), left=timedelta(minutes=20))
    idle.reload()
    age(engine, timedelta(0), left=timedelta(seconds=110))
    idle.clock.fast_forward("18:10")
    dialog = idle.locator("#ending")
    expect(dialog).to_contain_text("You have been signed in for nearly 12 hours: you will be signed out at")
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_hidden()
    assert Axe().run(idle).response["violations"] == []
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    age(engine, timedelta(0), left=timedelta(0))
    idle.clock.fast_forward("01:52")
    expect(dialog).to_contain_text("after 12 hours in any case")


def test_an_answer_that_says_nothing_is_asked_for_again(idle: Page, engine: Engine) -> None:
    idle.route("**/signed-in-for", lambda route: route.fulfill(status=503, body="later"))
    with idle.expect_response("**/signed-in-for"):
        idle.clock.fast_forward(LONG)
    idle.unroute("**/signed-in-for")
    idle.clock.fast_forward("00:11")
    expect(idle.locator("#ending")).to_be_visible()


def test_without_a_connection_nobody_stays_and_it_says_so(idle: Page, engine: Engine) -> None:
    idle.clock.fast_forward(LONG)
    dialog = idle.locator("#ending")
    stay = dialog.get_by_role("button", name="Stay signed in")
    idle.route("**/still-signed-in", lambda route: route.abort())
    stay.click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no connection.")
    idle.unroute("**/still-signed-in")
    stay.click()
    expect(dialog).to_be_hidden()


def test_what_comes_too_late_signs_in_over_the_page(idle: Page, engine: Engine) -> None:
    idle.clock.fast_forward(LONG)
    dialog = idle.locator("#ending")
    expect(dialog).to_be_visible()
    age(engine, timedelta(minutes=31))
    idle.clock.fast_forward("02:00")
    expect(dialog).to_contain_text("You were signed out")
    dialog.get_by_role("button", name="Sign in").click()
    again = idle.locator("#sign-in-again")
    expect(again).to_be_visible()
    again.locator("[name=password]").fill(PASSWORD)
    again.locator("button").click()
    expect(again).to_be_hidden()
    expect(dialog).to_be_hidden()
    assert left(engine) > timedelta(minutes=29)


def test_a_post_without_a_connection_stays_on_the_page(page: Page) -> None:
    page.clock.install()
    page.goto("/settings")
    page.route("**/still-signed-in", lambda route: route.abort())
    page.clock.fast_forward("11:00")
    save = page.get_by_role("button", name="Save")
    save.click()
    expect(page.locator(".toast-line")).to_contain_text("There is no connection.")
    page.unroute("**/still-signed-in")
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        save.click()
    assert posted.value.status == 303
