"""Find: what is there for the reader, and nothing that is not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine

from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, promote
from tests.web.test_inbox import english, headline
from tests.web.test_people import CAST_WORDS

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def hits(page: Browser) -> set[str]:
    """The addresses of what was found."""
    return set(re.findall(r'href="(/(?:people|reviews|cycles)/\d+)"', main_of(page)))


def test_without_words_there_is_the_field(stage: Stage, browser: Make) -> None:
    zhao = browser("zhao").open("/find")
    assert headline(zhao) == "Find"
    assert 'name="q"' in main_of(zhao)
    assert hits(zhao) == set()


def test_hr_finds_people_reviews_and_cycles(stage: Stage, browser: Make) -> None:
    hu = english(browser("hu")).open("/find?q=lin")
    lin, review = stage.cast.lin, stage.review()
    assert hits(hu) == {f"/people/{lin}", f"/reviews/{review}"}
    assert headline(hu) == "2 hits for “lin”"
    assert f"/cycles/{stage.cycle}" in hits(hu.open("/find?q=2026q2"))
    assert f"/people/{lin}" in hits(hu.open("/find?q=P003"))


def test_a_name_is_found_without_its_blanks(stage: Stage, browser: Make) -> None:
    assert f"/people/{stage.cast.lin}" in hits(browser("hu").open("/find?q=linyue"))
    assert hits(browser("lin").open("/find?q=LinYue")) == {f"/reviews/{stage.review()}"}


@pytest.mark.parametrize(
    ("login", "finds"), [("lin", True), ("wang", True), ("director", True), ("zhao", False)]
)
def test_a_review_is_found_by_who_may_open_it(stage: Stage, browser: Make, login: str, finds: bool) -> None:
    found = hits(browser(login).open("/find?q=lin+yue"))
    assert found == ({f"/reviews/{stage.review()}"} if finds else set())


def test_ones_own_review_is_found_by_its_cycle(stage: Stage, browser: Make) -> None:
    assert hits(browser("lin").open("/find?q=2026")) == {f"/reviews/{stage.review()}"}


def test_hr_of_a_unit_finds_that_unit(stage: Stage, browser: Make) -> None:
    promote(stage, "hr", stage.cast.sales)
    zhao = browser("zhao")
    assert f"/people/{stage.cast.lin}" in hits(zhao.open("/find?q=lin"))
    assert hits(zhao.open("/find?q=fang+jie")) == set()


def test_what_is_typed_is_text_and_no_pattern(stage: Stage, browser: Make) -> None:
    hu = english(browser("hu"))
    for words in ("%25", "_", "%27%22%3Cb%3E"):
        page = hu.open(f"/find?q={words}")
        assert hits(page) == set(), words
    assert "&lt;b&gt;" in hu.text
    assert "Nothing found" in hu.text


def test_it_speaks_chinese_and_asks_little(app: Flask, stage: Stage, browser: Make) -> None:
    hu = browser("hu")
    assert not words_of(hu.open("/find?q=i")) - NAMES - CAST_WORDS - {"HR"}
    with app.app_context():
        engine = database.engine()
    with counted(engine) as queries:
        hu.open("/find?q=i")
    assert len(queries) <= 12, queries
