"""The web application over the cast, each with an account: lin, wang, hu, fang, zhao, director."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from reviewflow import config, create_app
from reviewflow.config import Settings
from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.services import accounts
from reviewflow.store import clock, db
from reviewflow.web import database
from tests.cast import Cast
from tests.web.browser import PASSWORD, Browser
from tests.web.chromium import address, chromium, signed_in

__all__ = ["address", "chromium", "signed_in"]
LOGINS = ("director", "wang", "lin", "hu", "fang", "zhao")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Test settings: plain HTTP, every host, throttling in memory."""
    return config.load(
        {
            "REVIEWFLOW_ENV": "test",
            "REVIEWFLOW_HOME": str(tmp_path / "home"),
            "DATABASE_URL": database_url,
        }
    )


@pytest.fixture
def signed_up(engine: Engine, cast: Cast) -> Cast:
    """The cast, each with an account named by their family name."""
    hashed = accounts.hash_password(PASSWORD)
    with db.write(engine) as session:
        now: Moment = clock.moment(session)
        for login in LOGINS:
            made = accounts.open_account(
                session, now, the_clock(now.business.date()), getattr(cast, login), login, None
            )
            accounts.renew_hash(session, now, the_clock(now.business.date()), made, hashed)
    return cast


@pytest.fixture
def app(settings: Settings, signed_up: Cast) -> Iterator[Flask]:
    made = create_app(settings)
    yield made
    with made.app_context():
        database.engine().dispose()


@pytest.fixture
def browser(app: Flask) -> Callable[[str], Browser]:
    """Make a browser in which somebody is signed in, on no page yet: ``browser("lin")``; with "" nobody is."""

    def make(login: str) -> Browser:
        made = Browser(app)
        return made.sign_in(login, follow=False) if login else made

    return make
