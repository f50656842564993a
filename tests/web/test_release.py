"""Releasing everything that waits: what goes, what stays with its reason, and what changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow.store import db
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, promote
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    """Lin's review and that of a colleague wait for release."""
    told = Stage(engine, signed_up)
    (other,) = told.hire("Gao Rui")
    told.begin()
    told.judged()
    told.judged_of(other)
    return told


def open_page(stage: Stage, browser: Make) -> Browser:
    return english(browser("hu")).open(f"/cycles/{stage.cycle}/release")


def stages(engine: Engine) -> list[bool]:
    with db.read(engine) as session:
        rows = session.scalars(
            select(Review.released_at).where(Review.rating.is_not(None)).order_by(Review.id)
        )
        return [at is not None for at in rows]


def send_all(page: Browser, stage: Stage) -> Browser:
    return page.submit(f"/cycles/{stage.cycle}/release", press=("what", "all"))


def test_all_go_with_one_confirmation(stage: Stage, browser: Make, engine: Engine) -> None:
    hu = open_page(stage, browser)
    assert headline(hu) == "2 results wait for release"
    assert "Release 2 results?" in hu.text
    assert "108.00" in hu.text
    send_all(hu, stage)
    assert "2 results released." in hu.text
    assert hu.path == f"/cycles/{stage.cycle}"
    assert stages(engine) == [True, True]


def test_one_that_may_not_go_stays_and_says_why(stage: Stage, browser: Make, engine: Engine) -> None:
    review = stage.review()
    stage.set(Review, review, rating=None, rating_computed=None)
    hu = open_page(stage, browser)
    assert "What keeps it" in hu.text
    assert "There is no rating yet" in hu.text
    send_all(hu, stage)
    assert "1 result released." in hu.text
    assert "1 stays as it was. Lin Yue:" in hu.text
    assert hu.path == f"/cycles/{stage.cycle}/release"
    assert headline(hu) == "1 result waits for release"


def test_only_the_chosen_ones(stage: Stage, browser: Make, engine: Engine) -> None:
    hu = open_page(stage, browser)
    review = stage.review()
    chosen = f"{review}:{stage.version(review)}"
    assert f'value="{chosen}"' in hu.text
    hu.submit(f"/cycles/{stage.cycle}/release", press=("what", "chosen"), id=chosen)
    assert "1 result released." in hu.text
    assert sum(stages(engine)) == 1


def test_what_changed_meanwhile_stays(stage: Stage, browser: Make, engine: Engine) -> None:
    hu = open_page(stage, browser)
    form, review = hu.form(f"/cycles/{stage.cycle}/release"), stage.review()
    seen = f"{review}:{stage.version(review)}"
    stage.move(stage.cast.hu, review, "return_evaluation", note="Look again.")
    hu.send(form, press=("what", "chosen"), id=seen)
    assert "1 stays as it was." in hu.text
    assert sum(stages(engine)) == 0


def test_what_came_after_the_page_was_shown_does_not_go_with_it(
    stage: Stage, browser: Make, engine: Engine
) -> None:
    hu = open_page(stage, browser)
    form = hu.form(f"/cycles/{stage.cycle}/release")
    stage.show_time(stage.at + timedelta(hours=1))
    with db.write(engine) as session:
        late_one = stage.review()
        session.execute(update(Subject).where(Subject.id == late_one).values(entered_at=stage.at))
    hu.send(form, press=("what", "all"))
    assert "1 result released." in hu.text
    assert not stage.row(Review, late_one).released_at


@pytest.mark.parametrize("values", [{"id": "x"}, {"id": "1"}, {"what": "all", "shown_at": "yesterday"}])
def test_a_damaged_post_is_refused(stage: Stage, browser: Make, values: dict[str, str]) -> None:
    hu = open_page(stage, browser)
    hu.submit(f"/cycles/{stage.cycle}/release", **values)
    assert hu.status == 400


def test_nothing_was_selected(stage: Stage, browser: Make, engine: Engine) -> None:
    hu = open_page(stage, browser).submit(f"/cycles/{stage.cycle}/release", press=("what", "chosen"))
    assert "Nothing was selected." in hu.text
    assert sum(stages(engine)) == 0


def test_nobody_releases_their_own_result(stage: Stage, browser: Make, engine: Engine) -> None:
    promote(stage, "hr", stage.cast.company, stage.cast.lin)
    lin = english(browser("lin")).open(f"/cycles/{stage.cycle}/release")
    assert "What keeps it" in lin.text
    send_all(lin, stage)
    assert "1 result released. 1 stays as it was. Lin Yue:" in lin.text
    assert not stage.row(Review, stage.review()).released_at


def test_nothing_waits(engine: Engine, signed_up: Cast, browser: Make) -> None:
    told = Stage(engine, signed_up).begin()
    hu = english(browser("hu")).open(f"/cycles/{told.cycle}/release")
    assert headline(hu) == "No result waits for release"
    assert "Results arrive here" in hu.text


def test_it_speaks_chinese_and_asks_little(app: Flask, stage: Stage, browser: Make) -> None:
    hu = browser("hu").open(f"/cycles/{stage.cycle}/release")
    assert not words_of(hu) - NAMES - {"Gao", "East"}
    with app.app_context():
        engine = database.engine()
    with counted(engine) as queries:
        hu.open(f"/cycles/{stage.cycle}/release")
    assert len(queries) <= 15, queries
