"""Every route there is, whoever added it: headers, tokens, and looking that changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import Rule

from reviewflow import config, create_app
from reviewflow.store import db, schema
from reviewflow.web.gate import PUBLIC, gate
from tests.web.browser import Browser

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
LOGINS = ("lin", "wang", "hu", "fang", "director", "zhao")
NEEDED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ODD = (
    "/nowhere",
    "/sign-in?next=//x",
    "/static/nothing.css",
    "/settings?page=-1&sort=;drop",
    "/%00",
    "/help?language=xx",
)


def _paths(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Every rule with this method, its arguments filled in with 1 or x."""
    for rule in app.url_map.iter_rules():
        if rule.methods and method in rule.methods and rule.endpoint != "static":
            path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?\w+>", "1", rule.rule)
            yield rule, path


def _digest(engine: Engine) -> str:
    """Of all rows, except when a session was last used."""
    lines = []
    with db.read(engine) as session:
        for table in schema.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "seen_at"]
            lines += sorted(repr((table.name, tuple(row))) for row in session.execute(select(*columns)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _check_headers(headers: dict[str, str], static: bool = False) -> None:
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for name, value in NEEDED.items():
        assert headers[name] == value, name
    assert static or headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("login", ["", *LOGINS])
def test_every_answer_has_the_headers_and_every_page_is_clean(app: Flask, browser: Make, login: str) -> None:
    who = browser(login)
    for path in [path for _, path in _paths(app, "GET")] + list(ODD):
        answer = who.client.get(path)
        _check_headers(dict(answer.headers), static=path.startswith("/static/"))
        assert answer.status_code < 500, (path, answer.get_data(as_text=True))
        _check_markup(path, answer.get_data(as_text=True) if answer.mimetype == "text/html" else "")
        answer.close()


def _check_markup(path: str, html: str) -> None:
    """What the policy would refuse must not be in a page."""
    assert not re.search(r"<[^>]*\sstyle=", html), path
    assert not re.search(r"<[^>]*\son[a-z]+=", html), path
    assert not re.search(r"<script(?![^>]*\ssrc=)", html), path
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), path
    assert "hx-on" not in html, path


@pytest.mark.parametrize("login", LOGINS)
def test_looking_changes_nothing(app: Flask, browser: Make, engine: Engine, login: str) -> None:
    who = browser(login)
    who.open("/settings")
    before = _digest(engine)
    for rule, path in _paths(app, "GET"):
        for headers in ({}, {"HX-Request": "true"}):
            who.client.get(path, headers=headers).close()
        assert _digest(engine) == before, rule.rule


def test_every_post_needs_its_token(app: Flask, browser: Make, engine: Engine) -> None:
    people = [browser(login).open("/settings") for login in LOGINS]
    foreign = dict(browser("lin").open("/settings").form("/settings").fields)["csrf_token"]
    before = _digest(engine)
    for rule, path in _paths(app, "POST"):
        answers = set()
        for who in people:
            for data in ({}, {"csrf_token": "x"}, {"csrf_token": foreign}):
                answers.add(who.client.post(path, data=data).status_code)
        assert answers <= {400, 403}, rule.rule
        assert 400 in answers or gate(app).policies[rule.endpoint].roles, rule.rule
    assert _digest(engine) == before


def test_nobody_sees_more_than_the_public_pages(app: Flask, browser: Make) -> None:
    nobody = browser("").client
    for rule, path in _paths(app, "GET"):
        answer = nobody.get(path)
        if gate(app).policies[rule.endpoint] is not PUBLIC:
            assert answer.headers["Location"].startswith("/sign-in"), rule.rule


def test_pages_take_few_queries(app: Flask, browser: Make, engine: Engine) -> None:
    """The frame itself: session, clock, standing and one for each entry of the bar that counts."""
    from sqlalchemy import event

    from reviewflow.web import database, navigation

    lin = browser("lin")
    asked: list[str] = []
    with app.app_context():
        event.listen(database.engine(), "before_cursor_execute", lambda c, cur, sql, *rest: asked.append(sql))
    lin.open("/help")
    assert len([sql for sql in asked if not sql.startswith(("PRAGMA", "BEGIN"))]) <= 3 + len(
        navigation._counters
    ), asked


class TestOverHttps:
    """Everywhere but in a demo over plain HTTP."""

    @pytest.fixture
    def secure(self, database_url: str, signed_up: object, tmp_path: object) -> Flask:
        return create_app(
            config.load(
                {
                    "REVIEWFLOW_ENV": "production",
                    "REVIEWFLOW_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
                    "REVIEWFLOW_BASE_URL": "https://reviews.example",
                    "REVIEWFLOW_HOME": str(tmp_path),
                    "REVIEWFLOW_PROXIES": "1",
                    "REDIS_URL": "redis://127.0.0.1:1/0",
                    "DATABASE_URL": database_url,
                }
            )
        )

    def test_cookies_are_secure_and_bound_to_the_host(self, secure: Flask) -> None:
        answer = secure.test_client().get("/sign-in", base_url="https://reviews.example")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session=")
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"

    @pytest.mark.parametrize("host", ["evil.example", "reviews.example.evil.example", "localhost"])
    def test_other_hosts_are_refused(self, secure: Flask, host: str) -> None:
        client = secure.test_client()
        assert client.get("/sign-in", base_url=f"https://{host}").status_code == 400
        spoofed = client.get(
            "/sign-in", base_url="https://reviews.example", headers={"X-Forwarded-Host": host}
        )
        assert spoofed.status_code == 400

    def test_signing_in_works_while_redis_is_away(self, secure: Flask) -> None:
        lin = Browser(secure)
        lin.client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
        lin.client.environ_base["HTTP_HOST"] = "reviews.example"
        lin.client.environ_base["HTTP_REFERER"] = "https://reviews.example/sign-in"
        lin.answer = lin.client.get("/sign-in", base_url="https://reviews.example")
        form = lin.form("/sign-in")
        data = {**dict(form.fields), "username": "lin", "password": "correct horse battery"}
        answer = lin.client.post("/sign-in", base_url="https://reviews.example", data=data)
        assert answer.status_code in (302, 303), answer.get_data(as_text=True)


def test_a_demo_works_over_plain_http_from_another_device(
    database_url: str, signed_up: object, tmp_path: object
) -> None:
    app = create_app(
        config.load({"REVIEWFLOW_ENV": "demo", "REVIEWFLOW_HOME": str(tmp_path), "DATABASE_URL": database_url,
                     "REDIS_URL": "redis://127.0.0.1:1/0"})
    )  # fmt: skip
    answer = app.test_client().get("/sign-in", base_url="http://192.168.1.20:8000")
    assert answer.status_code == 200
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Lin Yue" in answer.get_data(as_text=True)


def test_too_much_is_refused(browser: Make) -> None:
    lin = browser("lin")
    assert lin.post("/settings", text="x" * (2 * 1024 * 1024 + 1)).status == 413
    many = {f"field{n}": "x" for n in range(4_000)}
    answer = lin.client.post("/settings", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413
