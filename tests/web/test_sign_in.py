"""Signing in and out: the defaults that had to change, each with its hole closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow.core.viewer import the_clock
from reviewflow.services import accounts
from reviewflow.store import clock, db
from reviewflow.store.accounts import Account
from reviewflow.store.audit import Audit
from tests.cast import Cast
from tests.web.browser import PASSWORD, Browser

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
TOLD = "a password told"

ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "////evil.example", "http:evil.example",
    "http:/evil.example", "https:///evil.example", "\\\\evil.example", "/\\evil.example", "\\/evil.example",
    "/\\/evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
    "https://192.0.2.1@evil.example", "//localhost@evil.example", "https://localhost.evil.example",
    "%2f%2fevil.example", "%5c%5cevil.example", "/%0d/evil.example", "/\t/evil.example", "\t//evil.example",
    " //evil.example", "//evil%E3%80%82example", "https:evil.example", "ftp://evil.example", "http://[::1]@evil.example",
    "//", "https://", "/\n/evil.example", "／／evil.example",
]  # fmt: skip


def test_signs_in_and_goes_where_one_was_going(browser: Make) -> None:
    lin = browser("").open("/settings")
    assert lin.path == "/sign-in"
    lin.submit("/sign-in", username="LIN ", password=PASSWORD)
    assert (lin.path, lin.status) == ("/settings", 200)
    assert "Lin Yue" in lin.text


@pytest.mark.parametrize("next_page", ELSEWHERE)
def test_never_leads_to_another_site(browser: Make, next_page: str) -> None:
    lin = browser("")
    lin.answer = lin.client.get("/sign-in", query_string={"next": next_page})
    lin.answer = lin.client.post(
        "/sign-in",
        query_string={"next": next_page},
        data={
            **dict(lin.form("/sign-in").fields),
            "username": "lin",
            "password": PASSWORD,
            "next": next_page,
        },
    )
    to = lin.answer.headers.get("Location", "/")
    assert to.startswith("/"), to
    assert not to.startswith(("//", "/\\")), to
    assert all(sign.isprintable() for sign in to)


def test_who_did_not_get_in_is_on_record_without_what_was_typed(
    browser: Make, engine: Engine, cast: Cast
) -> None:
    for login in ("lin", "my secret"):
        browser("").open("/sign-in").submit("/sign-in", username=login, password="wrong password")
    with db.read(engine) as session:
        rows = session.scalars(
            select(Audit).where(Audit.action == "signed_in_failed").order_by(Audit.id)
        ).all()
    assert [(row.actor_id, row.about_person_id) for row in rows] == [(None, cast.lin), (None, None)]
    assert not any("secret" in row.detail or "wrong" in row.detail for row in rows)


@pytest.mark.parametrize(
    ("login", "password"), [("nobody", PASSWORD), ("lin", "wrong password"), ("zhao", PASSWORD)]
)
def test_one_answer_for_unknown_wrong_and_disabled(
    app: Flask, browser: Make, engine: Engine, login: str, password: str
) -> None:
    with db.write(engine) as session:
        now = clock.moment(session)
        accounts.switch_off(session, now, the_clock(now.business.date()), "zhao")
    page = browser("").open("/sign-in").submit("/sign-in", username=login, password=password)
    assert page.status == 200
    assert "The sign-in name or the password is not right." in page.text
    assert "disabled" not in page.text
    assert "does not exist" not in page.text


def test_signing_out_is_a_post_with_a_token(browser: Make) -> None:
    lin = browser("lin")
    assert lin.open("/sign-out").status == 405
    assert lin.post("/sign-out").status == 400
    assert lin.open("/settings").path == "/settings"
    assert lin.sign_out().path == "/sign-in"
    assert lin.open("/settings").path == "/sign-in"


def test_no_remember_cookie_and_no_token_from_elsewhere(app: Flask, browser: Make, engine: Engine) -> None:
    lin = browser("").open("/sign-in").submit("/sign-in", username="lin", password=PASSWORD, remember="y")
    assert lin.client.get_cookie("remember_token") is None
    with app.test_request_context():
        security = app.extensions["security"]
        mark = security.datastore.find_user(login="lin").fs_uniquifier
        token = security.remember_token_serializer.dumps({"ver": "5", "uid": mark, "fs_paa": 0, "exp": 0})
    stranger = browser("")
    assert stranger.open("/settings", **{"Authentication-Token": token}).path == "/sign-in"
    assert stranger.open(f"/settings?auth_token={token}").path == "/sign-in"
    assert (
        stranger.open("/settings", Authorization="Basic bGluOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==").path
        == "/sign-in"
    )


def test_only_our_three_pages_of_the_library_exist(app: Flask) -> None:
    library = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")}
    assert library == {"security.login", "security.logout", "security.change_password"}


def test_passwords_are_argon2id_with_19_mib(app: Flask, engine: Engine) -> None:
    with db.read(engine) as session:
        stored = session.scalars(select(Account.password)).all()
    assert all(hashed and hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for hashed in stored)
    with app.app_context():
        made = app.extensions["security"].pwd_context.hash("x")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_older_hash_is_renewed_at_sign_in(browser: Make, engine: Engine) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with db.write(engine) as session:
        session.execute(update(Account).where(Account.login == "lin").values(password=old))
    assert browser("lin").open("/settings").path == "/settings"
    with db.read(engine) as session:
        renewed = session.scalar(select(Account.password).where(Account.login == "lin"))
    assert renewed
    assert "m=19456,t=2" in renewed


def test_a_new_password_is_needed_twice_and_long(browser: Make) -> None:
    zhao = browser("zhao").open("/password")
    zhao.submit("/password", password=PASSWORD, new_password="short", new_password_confirm="short")
    assert "at least 12 characters" in zhao.text
    zhao.submit(
        "/password", password=PASSWORD, new_password="a longer sentence", new_password_confirm="another one"
    )
    assert "The two new passwords differ." in zhao.text
    zhao.submit(
        "/password",
        password="wrong",
        new_password="a longer sentence",
        new_password_confirm="a longer sentence",
    )
    assert "The password is not right." in zhao.text
    zhao.submit(
        "/password",
        password=PASSWORD,
        new_password="a longer sentence",
        new_password_confirm="a longer sentence",
    )
    assert zhao.path == "/settings"
    assert "Your password is changed." in zhao.text
    assert browser("").sign_in("zhao", "a longer sentence").open("/settings").path == "/settings"


@pytest.fixture
def told(signed_up: Cast, engine: Engine) -> str:
    """The password that somebody else gave to Zhao's account."""
    with db.write(engine) as session:
        now = clock.moment(session)
        accounts.replace_password(session, now, the_clock(now.business.date()), "zhao", TOLD)
    return TOLD


def test_with_a_password_that_somebody_else_set_only_that_page_opens(app: Flask, told: str) -> None:
    """Otherwise whoever told it could go on signing in."""
    zhao = Browser(app).sign_in("zhao", told)
    assert zhao.path == "/password"
    assert "Somebody else set your password and knows it." in zhao.text
    for path in ("/", "/inbox", "/settings", "/feedback"):
        assert zhao.open(path).path == "/password"
    part = zhao.client.get("/inbox", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/password")
    with zhao.client.get("/static/app.js") as script:
        assert script.status_code == 200
    page = zhao.open("/password")
    page.submit("/language", language="zh")
    assert zhao.path == "/password"
    assert "你的密码由他人设置" in zhao.text
    assert zhao.sign_out().path == "/sign-in"


def test_nothing_is_posted_with_it_either(app: Flask, told: str, engine: Engine) -> None:
    zhao = Browser(app).sign_in("zhao", told)
    token = dict(zhao.form("/password").fields)["csrf_token"]
    answer = zhao.client.post("/settings", data={"csrf_token": token, "language": "zh", "theme": "dark"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password")
    with db.read(engine) as session:
        assert session.scalar(select(Account.theme).where(Account.login == "zhao")) == "auto"


def test_with_a_password_of_one_s_own_everything_opens(app: Flask, told: str) -> None:
    zhao, own = Browser(app).sign_in("zhao", told), "a longer sentence"
    zhao.submit("/password", password=told, new_password=told, new_password_confirm=told)
    assert "The new password is the old one." in zhao.text
    zhao.submit("/password", password=told, new_password=own, new_password_confirm=own)
    assert zhao.path == "/settings"
    assert Browser(app).sign_in("zhao", own).open("/settings").path == "/settings"


def test_the_sign_in_page_speaks_chinese(browser: Make) -> None:
    page = browser("").open("/sign-in?language=zh")
    assert 'lang="zh-CN"' in page.text
    assert "登录名或邮箱" in page.text
    page.submit("/sign-in", username="lin", password="x")
    assert "登录名或密码不正确。" in page.text


class TestThrottle:
    def test_ten_failures_then_a_pause(self, app: Flask, browser: Make) -> None:
        guesser = Browser(app, "198.51.100.1")
        for _ in range(10):
            assert guesser.sign_in("lin", "guess").status == 200
        assert guesser.sign_in("lin", "guess").status == 429
        assert "15 minutes" in guesser.text
        assert guesser.sign_in("lin").status == 429, "even with the right password"

    def test_the_owner_can_still_sign_in_from_elsewhere(self, app: Flask) -> None:
        guesser = Browser(app, "198.51.100.1")
        for _ in range(11):
            guesser.sign_in("lin", "guess")
        assert Browser(app, "203.0.113.5").sign_in("lin").status == 200

    def test_many_addresses_do_not_lock_out_a_known_device(self, app: Flask) -> None:
        owner = Browser(app, "203.0.113.5").sign_in("lin").sign_out()
        for n in range(50):
            Browser(app, f"198.51.100.{n + 1}").sign_in("lin", "guess")
        assert Browser(app, "198.51.100.200").sign_in("lin").status == 429
        assert owner.sign_in("lin").open("/settings").path == "/settings"

    def test_one_address_cannot_spray(self, app: Flask) -> None:
        sprayer = Browser(app, "198.51.100.1")
        answers = [sprayer.sign_in(f"person{n}", "Spring2026!!").status for n in range(61)]
        assert answers[:60] == [200] * 60
        assert answers[60] == 429

    def test_success_costs_nothing(self, app: Flask) -> None:
        office = Browser(app, "203.0.113.5")
        for _ in range(12):
            assert office.sign_in("lin").sign_out().status == 200
