"""Every view of a review: in both languages, and with few queries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine

from reviewflow.services import pay
from reviewflow.store import db
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import MANAGER_REVIEW, RUBRIC
from tests.web.browser import Browser
from tests.web.reading import NAMES, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
LOGINS = ("lin", "wang", "hu", "director")
VIEWS = ("goals", "tracking", "data", "evaluation", "feedback", "reward")


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


@pytest.fixture
def closed_book(stage: Stage) -> int:
    """A review with everything in it: awards proposed, one correction of the rating, a returned goal."""
    review = stage.released()
    stage.move(stage.cast.lin, review, "acknowledge")
    with db.write(stage.engine) as session:
        pay.propose(session, stage.moment, stage.cycle, review, review)
    stage.show_time()
    return review


@pytest.mark.parametrize("login", LOGINS)
def test_every_view_in_both_languages(closed_book: int, browser: Make, login: str) -> None:
    who = browser(login)
    who.open("/settings").submit("/language", press=("language", "zh"))
    typed = set(re.findall(r"[A-Za-z]{3,}", json.dumps([RUBRIC, MANAGER_REVIEW, "Three new accounts."])))
    for view in VIEWS:
        page = who.open(f"/reviews/{closed_book}?view={view}")
        if page.status == 404:
            continue
        left = words_of(page) - NAMES - typed
        assert not left, (view, left)
    english(who)
    for view in VIEWS:
        assert not re.search(
            r"[一-鿿]", re.sub("中文", "", who.open(f"/reviews/{closed_book}?view={view}").text)
        ), view


@pytest.mark.parametrize("login", LOGINS)
def test_few_queries_in_every_stage(stage: Stage, browser: Make, app: Flask, login: str) -> None:
    who = browser(login).open("/inbox")  # the first page writes the session and reads what is pinned
    review = stage.review()

    def look() -> None:
        for path in (f"/reviews/{review}", f"/reviews/{review}/history"):
            with app.app_context(), counted(database.engine()) as asked:
                assert who.open(path).status == 200
            assert len(asked) <= 15, (stage.subject(review).stage, path, len(asked), asked)

    look()
    stage.agreed()
    look()
    stage.wait_for(review)
    stage.measure(review)
    look()
    stage.wait_for(review)
    stage.score(review)
    look()
    stage.answer(stage.cast.lin, review, "self_review", {"rubric": RUBRIC})
    stage.answer(stage.cast.wang, review, "manager_review", MANAGER_REVIEW)
    stage.advance(review)
    look()
    stage.move(stage.cast.hu, review, "release")
    stage.print_letters()
    look()
    stage.move(stage.cast.lin, review, "acknowledge")
    with db.write(stage.engine) as session:
        pay.propose(session, stage.moment, stage.cycle, review, review)
    look()
