"""Posts: once for each form, one transaction, and no text lost whatever goes wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from reviewflow import create_app
from reviewflow.config import Settings
from reviewflow.core.conflict import Conflict, Difference
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, db
from reviewflow.store.accounts import FormPost
from reviewflow.store.audit import Audit
from reviewflow.web import rooms
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.post import act, write
from reviewflow.web.rooms import Room
from tests.web.browser import Browser

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
LONG = "A sentence that somebody has written <b>with care</b>."
FORM = """{% extends "web/base.html" %}{% from "web/macros/form.html" import form_keys %}
{% block title %}Note{% endblock %}{% block content %}
<form method="post" action="/note" enctype="multipart/form-data">{{ form_keys() }}
<input type="hidden" name="version" value="3"><textarea name="text"></textarea></form>{% endblock %}"""


def note(session: Session, moment: Moment, viewer: Viewer, text: str) -> int:
    """A service that leaves a trace, or refuses, as the text says."""
    audit.record(session, moment, viewer.person_id, "noted", detail={"text": text})
    if text.startswith("refuse"):
        raise Refused(
            [Reason("account.unknown", {"login": "x"}), Reason("account.login_taken", {"login": "y"})]
        )
    if text.startswith("conflict"):
        at = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)
        raise Conflict(7, "Wang Qiang", at, [Difference("New customers", "14", "13")])
    if text.startswith("break"):
        raise RuntimeError("secret detail")
    return len(text)


@pytest.fixture
def app(settings: Settings, signed_up: object, monkeypatch: pytest.MonkeyPatch) -> Flask:
    room = Room("notes")

    @room.page("/note", SIGNED_IN)
    def show() -> str:
        return render_template_string(FORM)

    @room.action("/note", SIGNED_IN, upload=True)
    def save() -> ResponseReturnValue:
        return act(note, request.form["text"], then="/note", said=lambda length: f"{length} signs kept")

    @room.action("/draft", SIGNED_IN)
    def draft() -> ResponseReturnValue:
        return str(write(note, request.form["text"]))

    join_all = rooms.join_all

    def join(made: Flask) -> None:
        join_all(made)
        room.join(made)

    monkeypatch.setattr(rooms, "join_all", join)
    return create_app(settings)


def _noted(engine: Engine) -> int:
    with db.read(engine) as session:
        return session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "noted")) or 0


def test_one_effect_then_a_redirect_that_says_so(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note").submit("/note", text="abc")
    assert (zhao.status, zhao.path) == (200, "/note")
    assert "3 signs kept" in zhao.text
    assert "3 signs kept" not in zhao.open("/note").text
    assert _noted(engine) == 1


def test_the_same_form_twice_has_one_effect_and_one_answer(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note")
    form = zhao.form("/note")
    first = zhao.send(form, follow=False, text="abc").answer
    second = zhao.send(form, follow=False, text="abc").answer
    assert (first.status_code, first.headers["Location"]) == (303, "/note")
    assert (second.status_code, second.headers["Location"]) == (303, "/note")
    assert _noted(engine) == 1


def test_another_text_under_the_same_key_is_refused_and_kept(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note")
    form = zhao.form("/note")
    zhao.send(form, text="abc").send(form, text=LONG)
    assert zhao.status == 422
    assert "already sent" in zhao.text
    assert "with care" in zhao.text
    assert _noted(engine) == 1


def test_a_new_page_has_a_new_key(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao")
    for _ in range(2):
        zhao.open("/note").submit("/note", text="abc")
    assert _noted(engine) == 2


def test_another_file_is_another_body(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note")
    fields = dict(zhao.form("/note").fields)
    statuses = []
    for content in (b"one", b"one", b"two"):
        data = {**fields, "text": "abc", "file": (io.BytesIO(content), "a.csv")}
        statuses.append(zhao.client.post("/note", data=data, content_type="multipart/form-data").status_code)
    assert statuses == [303, 303, 422]
    assert _noted(engine) == 1


def test_keys_belong_to_one_account(browser: Make, engine: Engine) -> None:
    zhao, fang = browser("zhao").open("/note"), browser("fang").open("/note")
    key = dict(zhao.form("/note").fields)["form_key"]
    zhao.submit("/note", text="abc", form_key=key)
    fang.submit("/note", text="other", form_key=key)
    assert _noted(engine) == 2


def test_a_form_without_a_key_does_nothing(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note").submit("/note", text="abc", form_key="")
    assert zhao.status == 400
    assert _noted(engine) == 0


def test_a_refusal_lists_all_reasons_and_frees_the_key(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note")
    form = zhao.form("/note")
    zhao.send(form, text=f"refuse {LONG}")
    assert zhao.status == 409
    assert "for 2 reasons" in zhao.text
    assert "no account with the sign-in name x" in zhao.text
    assert "The sign-in name y is already in use" in zhao.text
    assert "with care" in zhao.text
    assert "<b>with care" not in zhao.text
    assert _noted(engine) == 0
    assert zhao.send(form, text="abc").status == 200


def test_a_conflict_shows_both_and_can_be_sent_again_on_the_new_version(
    browser: Make, engine: Engine
) -> None:
    zhao = browser("zhao").open("/note").submit("/note", text=f"conflict {LONG}")
    assert zhao.status == 409
    for words in (
        "Wang Qiang changed this at 10:41",
        "Nothing is lost",
        "New customers",
        "14",
        "13",
        "with care",
    ):
        assert words in zhao.text
    again = zhao.form("/note")
    assert dict(again.fields)["version"] == "7"
    assert dict(again.fields)["text"].startswith("conflict")
    assert _noted(engine) == 0


def test_a_fault_of_ours_shows_a_reference_and_no_detail(browser: Make, engine: Engine) -> None:
    zhao = browser("zhao").open("/note").submit("/note", text=f"break {LONG}")
    assert zhao.status == 500
    assert "secret detail" not in zhao.text
    assert "Traceback" not in zhao.text
    assert "data-reference" in zhao.text
    assert "with care" in zhao.text
    assert dict(zhao.form("/note").fields)["text"].startswith("break")
    assert _noted(engine) == 0
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(FormPost)) == 0


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("refuse", 409, "no account with the sign-in name x"),
        ("conflict", 409, "Wang Qiang changed this meanwhile"),
        ("break", 500, "something failed on our side"),
    ],
)
def test_a_fragment_gets_one_line(browser: Make, text: str, status: int, words: str) -> None:
    zhao = browser("zhao").open("/note")
    token = dict(zhao.form("/note").fields)["csrf_token"]
    answer = zhao.client.post(
        "/draft", data={"csrf_token": token, "text": text}, headers={"HX-Request": "true"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in page
    assert "<html" not in page


def test_a_fragment_is_sent_on_by_header(browser: Make) -> None:
    zhao = browser("zhao").open("/note")
    data = {**dict(zhao.form("/note").fields), "text": "abc"}
    answer = zhao.client.post("/note", data=data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/note")


def test_an_hour_of_writing_is_not_lost(app: Flask, browser: Make, engine: Engine) -> None:
    """The token lives as long as the session; autosave keeps the session alive."""
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
    zhao = browser("zhao").open("/note")
    assert zhao.submit("/note", text=LONG).status == 200


def test_reading_cannot_write(app: Flask, browser: Make) -> None:
    from sqlalchemy import update
    from sqlalchemy.exc import SQLAlchemyError

    from reviewflow.store.people import Person
    from reviewflow.web.request import reader

    with app.test_request_context(), pytest.raises(SQLAlchemyError):
        reader().execute(update(Person).values(name="x"))
