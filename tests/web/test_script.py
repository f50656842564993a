"""The script in a real browser: dialogs, keys, autosave, and text that survives a sign-out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template, render_template_string, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from reviewflow import create_app
from reviewflow.config import Settings
from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, db
from reviewflow.store.accounts import LoginSession
from reviewflow.store.audit import Audit
from reviewflow.web import rooms
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.post import act, write
from reviewflow.web.request import moment
from reviewflow.web.rooms import Room
from tests.web.browser import PASSWORD
from tests.web.chromium import MARKS
from tests.web.gallery import context

pytestmark = MARKS
PROVOKED = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
PATHS = ("/gallery", "/settings", "/help", "/password", "/nowhere")
FORM = """{% extends "web/base.html" %}
{% from "web/macros/form.html" import autosaves, form_keys, saved_status %}
{% block title %}Write{% endblock %}{% block content %}
<form method="post" action="/write" class="form" {{ autosaves("/draft") }}>{{ form_keys() }}
<label>Text <textarea name="text" class="form-control"></textarea></label>{{ saved_status() }}
<button class="btn btn-primary" type="submit">Send</button></form>{% endblock %}"""
SAVED = """{% from "web/macros/form.html" import saved_status %}{{ saved_status(at) }}"""


def keep(session: Session, now: Moment, viewer: Viewer, action: str, text: str) -> None:
    audit.record(session, now, viewer.person_id, action, detail={"text": text})


@pytest.fixture
def app(settings: Settings, signed_up: object, monkeypatch: pytest.MonkeyPatch) -> Flask:
    room = Room("script")

    @room.page("/gallery", SIGNED_IN)
    def gallery() -> str:
        return render_template("gallery.html", **context())

    @room.page("/write", SIGNED_IN)
    def form() -> str:
        return render_template_string(FORM)

    @room.action("/write", SIGNED_IN)
    def send() -> ResponseReturnValue:
        return act(keep, "sent", request.form["text"], then="/write", said="Sent.")

    @room.action("/draft", SIGNED_IN)
    def draft() -> str:
        write(keep, "drafted", request.form["text"])
        return render_template_string(SAVED, at=moment().wall)

    join_all = rooms.join_all

    def join(made: Flask) -> None:
        join_all(made)
        room.join(made)

    monkeypatch.setattr(rooms, "join_all", join)
    made = create_app(settings)
    ours = FileSystemLoader(Path(__file__).parent / "templates")
    monkeypatch.setattr(made.jinja_env, "loader", ChoiceLoader([made.jinja_env.loader, ours]))  # type: ignore[list-item]
    return made


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """Zhao's page. Anything the browser complains about, the policy first of all, fails the test."""
    made = chromium.new_page(base_url=address)
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Statuses are what the tests provoke; everything else is a fault.
        if message.type == "error" and not message.text.startswith(PROVOKED):
            said.append(message.text)

    made.on("console", note)
    made.on("pageerror", lambda error: said.append(str(error)))
    made.goto("/sign-in")
    made.fill("#username", "zhao")
    made.fill("#password", PASSWORD)
    made.click("main button[type=submit]")
    made.wait_for_url(lambda url: "sign-in" not in url)
    yield made
    made.close()
    assert said == []


def _texts(engine: Engine, action: str) -> list[str]:
    with db.read(engine) as session:
        return [str(row) for row in session.scalars(select(Audit.detail).where(Audit.action == action))]


def test_a_move_that_wants_a_note_asks_in_a_dialog(page: Page) -> None:
    page.goto("/gallery")
    dialog = page.locator("#ask-send_back")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Send back with a note").click()
    expect(dialog).to_be_visible()
    expect(dialog.locator("textarea")).to_be_focused()
    dialog.get_by_role("button", name="Back", exact=True).click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Agree").press(" ")
    expect(page.locator("#ask-agree")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ask-agree")).to_be_hidden()


def test_j_and_k_move_through_a_list(page: Page) -> None:
    page.goto("/gallery")
    page.locator("h1").click()
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    row = page.locator("table[data-keys] tr.at")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Collection rate")
    expect(row.locator("a")).to_be_focused()


def test_a_draft_saves_itself_and_says_when(page: Page, engine: Engine) -> None:
    page.goto("/write")
    page.fill("textarea", "half a sentence")
    expect(page.locator(".saved")).to_contain_text("Saved")
    assert len(_texts(engine, "drafted")) == 1
    page.click("text=Send")
    expect(page.locator(".toast-line")).to_contain_text("Sent.")
    expect(page.locator("textarea")).to_have_value("")


def test_a_draft_that_could_not_be_saved_says_so_and_tries_again(page: Page, engine: Engine) -> None:
    page.goto("/write")
    page.route("**/draft", lambda route: route.abort())
    page.fill("textarea", "half a sentence")
    expect(page.locator(".saved")).to_contain_text("Not saved, retrying")
    page.unroute("**/draft")
    page.evaluate(
        "document.querySelector('form[data-autosave]').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    expect(page.locator(".saved")).to_contain_text("Saved")
    expect(page.locator("textarea")).to_have_value("half a sentence")
    assert len(_texts(engine, "drafted")) == 1


def test_signed_out_while_writing_signs_in_over_the_page_and_goes_on(page: Page, engine: Engine) -> None:
    page.goto("/write")
    with db.write(engine) as session:
        session.execute(delete(LoginSession))
    page.fill("textarea", "a long text")
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    dialog.locator("[name=password]").fill("wrong")
    dialog.locator("button").click()
    expect(dialog.locator("[data-wrong]")).to_be_visible()
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("button").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".saved")).to_contain_text("Saved")
    page.click("text=Send")
    expect(page.locator(".toast-line")).to_contain_text("Sent.")
    assert ["a long text" in text for text in _texts(engine, "sent")] == [True]


def test_text_of_a_post_that_failed_is_back_in_the_form(page: Page, engine: Engine) -> None:
    page.goto("/write")
    with db.write(engine) as session:
        session.execute(delete(LoginSession))
    page.evaluate("document.querySelector('form[data-autosave]').removeAttribute('hx-post')")
    page.fill("textarea", "a long text")
    page.click("text=Send")
    page.wait_for_url("**/sign-in**")
    page.fill("#username", "zhao")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("textarea")).to_have_value("a long text")
    expect(page.locator(".toast-line")).to_contain_text("Your text from before is back.")


def test_no_page_is_wider_than_its_window(page: Page) -> None:
    for width in (360, 759, 760, 1099, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PATHS:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PATHS:
            page.goto(path)
            response = Axe().run(page).response
            assert response["passes"]
            found = response["violations"]
            serious = [
                (v["id"], [n["html"] for n in v["nodes"]])
                for v in found
                if v["impact"] in ("serious", "critical")
            ]
            assert serious == [], (path, width)
