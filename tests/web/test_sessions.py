"""Sessions: kept as a hash, ended at once, and never revived."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from reviewflow.core.viewer import the_clock
from reviewflow.services import accounts, sign_in
from reviewflow.store import clock, db
from reviewflow.store.accounts import LoginSession
from tests.cast import ZONE
from tests.web.browser import PASSWORD, Browser

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
COOKIE = "session"


def _cookie(browser: Browser) -> str:
    found = browser.client.get_cookie(COOKIE)
    return found.value if found else ""


def _with(app: Flask, cookie: str) -> Browser:
    thief = Browser(app)
    thief.client.set_cookie(COOKIE, cookie)
    return thief


def _count(engine: Engine) -> int:
    with db.read(engine) as session:
        return session.scalar(select(func.count()).select_from(LoginSession)) or 0


def _switch(engine: Engine, how: Callable[..., None]) -> None:
    with db.write(engine) as session:
        now = clock.moment(session)
        how(session, now, the_clock(now.business.date()), "lin")


def _age(engine: Engine, **ages: timedelta) -> None:
    with db.write(engine) as session:
        now = clock.moment(session).wall
        session.execute(update(LoginSession).values({name: now - age for name, age in ages.items()}))


def test_nobody_signed_in_means_no_row(browser: Make, engine: Engine) -> None:
    browser("").open("/sign-in")
    assert _count(engine) == 0


def test_a_session_says_how_long_it_lasts_and_does_not_last_longer_for_it(
    browser: Make, engine: Engine
) -> None:
    lin = browser("lin")
    for ages, most, put_off in (
        ({"seen_at": timedelta(minutes=28)}, 120, True),
        ({"seen_at": timedelta(minutes=28)}, 120, True),  # asked again
        ({"seen_at": timedelta(minutes=10)}, 1200, True),
        ({"seen_at": timedelta(minutes=28), "expires_at": -timedelta(seconds=60)}, 60, False),
        ({"seen_at": timedelta(minutes=1), "expires_at": -timedelta(minutes=20)}, 1200, False),
    ):
        _age(engine, **ages)
        said = json.loads(lin.open("/signed-in-for").text)
        assert most - 10 < said["seconds"] <= most
        assert said["put_off"] is put_off
        with db.read(engine) as session:
            ends = clock.moment(session).wall + timedelta(seconds=said["seconds"])
        around = {ends.astimezone(ZoneInfo(ZONE)) + timedelta(seconds=off) for off in (-10, 0, 10)}
        assert said["at"] in {f"{at:%H:%M}" for at in around}
    _age(engine, seen_at=timedelta(0), expires_at=-timedelta(minutes=20))
    page = lin.open("/settings").text
    assert 1190 < int(re.findall(r'data-left="(\d+)"', page)[0]) <= 1200
    assert 1190 < json.loads(lin.open("/still-signed-in").text)["seconds"] <= 1200
    _age(engine, seen_at=timedelta(0), expires_at=-timedelta(hours=2))
    assert 'data-left="1800"' in lin.open("/settings").text
    _age(engine, seen_at=timedelta(minutes=31))
    assert "/sign-in" in lin.open("/signed-in-for").path


def test_the_database_knows_only_a_hash_of_the_token(browser: Make, engine: Engine) -> None:
    lin = browser("lin")
    with db.read(engine) as session:
        row = session.scalars(select(LoginSession)).one()
    assert row.token_hash not in _cookie(lin)
    assert _cookie(lin).removeprefix("t.") not in json.dumps([row.token_hash, row.data])


def test_the_token_changes_at_sign_in_and_the_csrf_token_too(app: Flask, engine: Engine) -> None:
    lin = Browser(app).open("/sign-in")
    before, token = _cookie(lin), dict(lin.form("/sign-in").fields)["csrf_token"]
    lin.sign_in("lin")
    assert _cookie(lin) != before
    assert _with(app, before).open("/settings").path == "/sign-in"
    assert lin.post("/language", csrf_token=token, language="en").status == 400


def test_signing_in_again_replaces_the_session(app: Flask, browser: Make, engine: Engine) -> None:
    lin = browser("lin")
    first = _cookie(lin)
    lin.sign_out().sign_in("lin")
    assert _count(engine) == 1
    assert _with(app, first).open("/settings").path == "/sign-in"


def test_dead_after_signing_out(app: Flask, browser: Make, engine: Engine) -> None:
    lin = browser("lin")
    stolen = _cookie(lin)
    lin.sign_out()
    assert _with(app, stolen).open("/settings").path == "/sign-in"
    assert _count(engine) == 0


def test_dead_everywhere_else_after_a_new_password(app: Flask, browser: Make) -> None:
    other, lin = browser("lin"), browser("lin")
    stolen = _cookie(lin)
    new = "a longer sentence"
    lin.open("/password").submit("/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert lin.open("/settings").path == "/settings", "the browser that changed it stays"
    assert _cookie(lin) != stolen
    assert other.open("/settings").path == "/sign-in"
    assert _with(app, stolen).open("/settings").path == "/sign-in"


def test_dead_after_switching_off_and_not_revived_by_switching_on(
    app: Flask, browser: Make, engine: Engine
) -> None:
    lin = browser("lin")
    stolen = _cookie(lin)
    _switch(engine, accounts.switch_off)
    assert lin.open("/settings").path == "/sign-in"
    _switch(engine, accounts.switch_on)
    assert _with(app, stolen).open("/settings").path == "/sign-in"
    assert lin.sign_in("lin").open("/settings").path == "/settings"


def test_ended_elsewhere_on_demand(browser: Make, engine: Engine) -> None:
    other, lin = browser("lin"), browser("lin")
    lin.open("/settings").submit("/settings/sessions")
    assert lin.status == 200
    assert _count(engine) == 1
    assert other.open("/settings").path == "/sign-in"


@pytest.mark.parametrize(
    ("idle", "alive"),
    [(timedelta(minutes=29), True), (timedelta(minutes=30), False), (timedelta(hours=13), False)],
)
def test_idle_for_half_an_hour_is_over(browser: Make, engine: Engine, idle: timedelta, alive: bool) -> None:
    lin = browser("lin")
    _age(engine, seen_at=idle)
    assert (lin.open("/settings").path == "/settings") is alive


@pytest.mark.parametrize(("left", "alive"), [(timedelta(minutes=1), True), (timedelta(0), False)])
def test_twelve_hours_are_the_most(browser: Make, engine: Engine, left: timedelta, alive: bool) -> None:
    lin = browser("lin")
    with db.read(engine) as session:
        row = session.scalars(select(LoginSession)).one()
    assert row.expires_at - row.created_at == timedelta(hours=12)
    _age(engine, expires_at=-left)
    assert (lin.open("/settings").path == "/settings") is alive


def test_looking_at_pages_writes_at_most_once_a_minute(browser: Make, engine: Engine) -> None:
    lin = browser("lin").open("/settings")
    _age(engine, seen_at=timedelta(seconds=50))
    with db.read(engine) as session:
        before = session.scalars(select(LoginSession.seen_at)).one()
    lin.open("/settings")
    with db.read(engine) as session:
        assert session.scalars(select(LoginSession.seen_at)).one() == before
    _age(engine, seen_at=timedelta(seconds=70))
    lin.open("/settings")
    with db.read(engine) as session:
        assert session.scalars(select(LoginSession.seen_at)).one() > before


def test_an_ended_session_is_not_written_back(app: Flask, browser: Make, engine: Engine) -> None:
    lin = browser("lin").open("/settings")
    form = lin.form("/language")
    _age(engine, expires_at=timedelta(0))
    with db.write(engine) as session:
        assert sign_in.sweep(session, clock.moment(session)) == 1
    lin.send(form, language="en")
    assert _count(engine) == 0
    assert lin.path == "/sign-in"


def test_a_forged_cookie_is_nobody(app: Flask) -> None:
    for cookie in ("t.", "t.x", "s.x", "s.", "x", "t." + "a" * 3000):
        assert _with(app, cookie).open("/settings").path == "/sign-in"


def test_a_signed_cookie_cannot_name_an_account(app: Flask, engine: Engine) -> None:
    from reviewflow.store.accounts import Account

    with db.read(engine) as session:
        mark = session.scalar(select(Account.fs_uniquifier).where(Account.login == "lin"))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert _with(app, "s." + signer.dumps({"_user_id": mark})).open("/settings").path == "/sign-in"


def test_a_static_file_needs_no_session(browser: Make, engine: Engine) -> None:
    lin = browser("lin")
    _age(engine, seen_at=timedelta(minutes=20))
    with db.read(engine) as session:
        before = session.scalars(select(LoginSession.seen_at)).one()
    lin.open("/static/app.js")
    assert "Set-Cookie" not in lin.answer.headers
    assert "Cookie" not in lin.answer.headers.get("Vary", "")
    with db.read(engine) as session:
        assert session.scalars(select(LoginSession.seen_at)).one() == before
