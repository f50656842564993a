"""The gate: no endpoint without a policy, nobody past it who should not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from reviewflow import create_app
from reviewflow.config import Settings
from reviewflow.web import rooms
from reviewflow.web.gate import PUBLIC, SIGNED_IN, Gate, Ungated, close, gate, granted
from reviewflow.web.rooms import Room
from tests.web.browser import Browser

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


def _view() -> str:
    return "seen"


def test_endpoints_without_a_policy_stop_the_start_and_are_all_named() -> None:
    app = Flask("x", static_folder=None)
    app.add_url_rule("/a", "a", _view)
    app.add_url_rule("/b", "b", _view)
    app.add_url_rule("/c", "c", _view)
    gate(app).add("c", PUBLIC)
    with pytest.raises(Ungated, match="a has no policy; b has no policy"):
        close(app, {})


def test_a_policy_without_a_route_stops_the_start() -> None:
    with pytest.raises(Ungated, match="gone has a policy and no route"):
        close(Flask("x", static_folder=None), {"gone": SIGNED_IN})


def test_no_route_can_be_added_later(app: Flask) -> None:
    with pytest.raises(Ungated):
        app.add_url_rule("/late", "late", _view)
    with pytest.raises(Ungated):
        app.route("/late")(_view)
    room = Room("late")
    room.page("/late", PUBLIC)(_view)
    with pytest.raises(Ungated):
        room.join(app)


def test_the_check_comes_first(app: Flask) -> None:
    first = app.before_request_funcs[None][0]
    assert first.__module__ == "reviewflow.web.gate"


@pytest.fixture
def gated(settings: Settings, signed_up: object, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with one more room: a page for auditors and finance, one for everybody."""
    room = Room("doors")
    room.page("/vault", granted("auditor", "finance"))(_named("vault"))
    room.page("/lobby", SIGNED_IN)(_named("lobby"))
    room.page("/street", PUBLIC)(_named("street"))
    room.action("/ring", PUBLIC)(_named("ring"))
    join_all = rooms.join_all

    def join(app: Flask) -> None:
        join_all(app)
        room.join(app)

    monkeypatch.setattr(rooms, "join_all", join)
    return create_app(settings)


def _named(name: str) -> Callable[[], str]:
    def view() -> str:
        return f"{name} is open"

    view.__name__ = name
    return view


@pytest.mark.parametrize(
    ("login", "path", "status", "words"),
    [
        ("", "/street", 200, "street is open"),
        ("", "/lobby", 200, "登录"),
        ("", "/vault", 200, "登录"),
        ("lin", "/lobby", 200, "lobby is open"),
        ("lin", "/vault", 403, "审计员、财务"),
        ("fang", "/vault", 200, "vault is open"),
        ("hu", "/vault", 403, "请向 HR 申请"),
    ],
)
def test_who_gets_in(gated: Flask, login: str, path: str, status: int, words: str) -> None:
    browser = Browser(gated)
    if login:
        browser.sign_in(login)
    browser.open(path, **{"Accept-Language": "zh"})
    assert browser.status == status
    assert words in browser.text


def test_a_grant_that_ended_opens_nothing_any_more(gated: Flask, engine: object) -> None:
    from datetime import date

    from sqlalchemy import Engine, update

    from reviewflow.store import db
    from reviewflow.store.people import RoleGrant

    fang = Browser(gated).sign_in("fang").open("/vault")
    assert fang.status == 200
    assert isinstance(engine, Engine)
    with db.write(engine) as session:
        session.execute(update(RoleGrant).values(until_on=date(2020, 1, 1)))
    assert fang.open("/vault").status == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 400),
    ],
)
def test_posts_from_elsewhere_are_refused(gated: Flask, headers: dict[str, str], status: int) -> None:
    """The last one comes from us, and lacks only the token."""
    assert gated.test_client().post("/ring", headers=headers).status_code == status


def test_signed_out_fragments_get_401_and_pages_are_sent_to_sign_in(gated: Flask) -> None:
    nobody = gated.test_client()
    assert nobody.get("/lobby", headers={"HX-Request": "true"}).status_code == 401
    answer = nobody.get("/lobby?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/lobby?a%3D1")


def test_policies_are_counted_by_endpoint() -> None:
    made = Gate()
    made.add("a", SIGNED_IN, upload=True)
    assert made.uploads == {"a"}
