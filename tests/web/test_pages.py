"""The frame's own pages and every macro, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import Engine, select

from reviewflow import create_app
from reviewflow.config import Settings
from reviewflow.store import db
from reviewflow.store.people import Person
from reviewflow.web import rooms
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.icons import icon, shapes
from reviewflow.web.rooms import Room
from tests.cast import Cast
from tests.flows.story import Story
from tests.messages import ROOT
from tests.web.browser import Browser
from tests.web.gallery import context

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def gallery(settings: Settings, signed_up: object, monkeypatch: pytest.MonkeyPatch) -> Flask:
    room = Room("gallery")

    @room.page("/gallery", SIGNED_IN)
    def show() -> str:
        return render_template("gallery.html", **context())

    join_all = rooms.join_all

    def join(app: Flask) -> None:
        join_all(app)
        room.join(app)

    monkeypatch.setattr(rooms, "join_all", join)
    app = create_app(settings)
    ours = FileSystemLoader(Path(__file__).parent / "templates")
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([app.jinja_env.loader, ours]))  # type: ignore[list-item]
    return app


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (
            "zhao",
            ("On pace", "Stage 2 of 3 · Tracking", "142 of 210", "¥846k", "Wang Qiang changed this at 10:42"),
        ),
        ("lin", ("正常", "第 2 / 3 环节 · Tracking", "142 / 210", "¥84.6万", "Wang Qiang 在 10:42 作了更改")),
    ],
)
def test_every_macro_speaks_both_languages(gallery: Flask, login: str, words: tuple[str, ...]) -> None:
    page = Browser(gallery).sign_in(login).open("/gallery")
    assert page.status == 200
    for expected in words:
        assert expected in page.text
    assert not re.search(r"<[^>]*\sstyle=", page.text)
    assert page.text.count("<h1>") == 1
    assert page.text.count('<main class="content"') == 1
    assert 'class="skip" href="#content"' in page.text


def test_every_macro_is_in_the_gallery() -> None:
    """A macro nobody has looked at is not there."""
    shown = (Path(__file__).parent / "templates" / "gallery.html").read_text("utf-8")
    called_by_others = {"pages", "ask", "form_keys"}
    for path in (ROOT / "templates" / "web" / "macros").glob("*.html"):
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text("utf-8")):
            assert re.search(rf"\b{name}\b", shown) or name in called_by_others, f"{path.name}: {name}"


def test_a_greyed_button_stays_reachable_and_says_why(gallery: Flask) -> None:
    page = Browser(gallery).sign_in("zhao").open("/gallery").text
    button = re.search(r"<button[^>]*btn-locked[^>]*>", page)
    assert button
    assert 'aria-disabled="true"' in button[0]
    assert " disabled" not in button[0].replace("aria-disabled", "")
    assert 'aria-describedby="why-start"' in button[0]
    assert 'id="why-start"' in page


def test_table_heads_sort_and_the_address_keeps_the_rest(gallery: Flask) -> None:
    page = Browser(gallery).sign_in("zhao").open("/gallery?unit=3&page=2").text
    assert 'aria-sort="ascending"' in page
    assert re.search(r'href="/gallery\?unit=3&amp;sort=-actual"', page)


def test_every_icon_named_in_a_template_exists() -> None:
    names = set()
    for path in (ROOT / "templates" / "web").rglob("*.html"):
        names |= set(re.findall(r'icon\("([a-z0-9-]+)"', path.read_text("utf-8")))
    assert names <= shapes().keys(), names - shapes().keys()


def test_an_icon_escapes_its_label() -> None:
    assert "&lt;b&gt;" in icon("check", "<b>")
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_the_language_switch_changes_pages_and_not_the_person(browser: Make, engine: Engine) -> None:
    lin = browser("lin").open("/help")
    lin.submit("/language", press=("language", "en"))
    assert lin.path == "/help"
    assert 'lang="en"' in lin.text
    with db.read(engine) as session:
        assert session.scalar(select(Person.language).where(Person.name == "Lin Yue")) == "zh"


def test_settings_change_the_person_and_the_theme(browser: Make, engine: Engine) -> None:
    lin = browser("lin").open("/settings").submit("/settings", language="en", theme="dark")
    assert "设置已保存" in lin.text
    page = lin.open("/settings").text
    assert 'lang="en" data-bs-theme="dark"' in page
    with db.read(engine) as session:
        assert session.scalar(select(Person.language).where(Person.name == "Lin Yue")) == "en"


def test_settings_refuse_what_is_no_choice(browser: Make) -> None:
    lin = browser("zhao").open("/settings").submit("/settings", language="xx", theme="dark")
    assert lin.status == 422
    assert "1 thing needs mending" in lin.text


def test_the_bar_shows_rooms_that_exist_and_no_others(browser: Make) -> None:
    page = browser("zhao").open("/settings")
    for label, there in (("Inbox", True), ("Feedback", True), ("Goals", False), ("Approvals", False)):
        assert _in_the_bar(page, label) is there, label


def test_ones_own_review_and_pay_stand_in_the_bar_once_there_is_a_review(
    browser: Make, engine: Engine, signed_up: Cast
) -> None:
    fang = browser("fang")
    for label in ("My review", "My pay"):
        assert not _in_the_bar(fang.open("/settings"), label), label
    Story(engine, signed_up).begin()
    for label in ("My review", "My pay"):
        assert _in_the_bar(fang.open("/settings"), label), label
        assert not _in_the_bar(browser("hu").open("/settings"), label), label


def _in_the_bar(page: Browser, label: str) -> bool:
    return f'<span class="entry-word">{label}</span>' in page.text


def test_help_has_the_terms_in_both_languages(browser: Make) -> None:
    assert "回款率" in browser("").open("/help?language=en").text
    assert "Collection rate" in browser("").open("/help?language=zh").text


def test_a_page_that_is_not_there(browser: Make) -> None:
    page = browser("zhao").open("/nowhere")
    assert page.status == 404
    assert "There is no such page" in page.text


def test_the_front_door_leads_somewhere(browser: Make) -> None:
    for login in ("lin", "wang", "hu", "fang", "director", "zhao"):
        assert browser(login).open("/").status == 200
