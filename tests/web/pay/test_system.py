"""The system page and the public health page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, select, update

from reviewflow.store import clock, db
from reviewflow.store.letters import Letter
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Person
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def calm(engine: Engine) -> None:
    """Everything that the story promised is done."""
    with db.write(engine) as session:
        session.execute(update(Outbox).values(done_at=clock.moment(session).wall))


@pytest.fixture
def given_up(engine: Engine, calm: None) -> int:
    """A job that failed too often."""
    with db.write(engine) as session:
        now = clock.moment(session).wall
        why = '[["job.timeout", {"seconds": 60}], ["of.tomorrow", {}]]'
        row = {
            "kind": "live_values",
            "key": "live:1",
            "payload": '{"batch": 7}',
            "not_before_at": now,
            "attempts": 5,
        }
        made = insert(Outbox).values(parked_reason=why, **row).returning(Outbox.id)
        return session.scalars(made).one()


def test_it_says_what_needs_somebody_and_takes_it_up_again(
    browser: Make, engine: Engine, given_up: int, noted: Callable[[str], int]
) -> None:
    qian = browser("qian").open("/system")
    for words in (
        "1 thing needs somebody",
        "Compute live figures",
        "The work took longer than 60 seconds",
        "of.tomorrow",
        "sales_quarterly",
        "batch 0",
    ):
        assert words in qian.text, words
    qian.submit(f"/system/jobs/{given_up}/retry")
    assert "It is tried again." in qian.text
    assert "Everything runs" in qian.text
    assert noted("job.retried") == 1
    with db.read(engine) as session:
        again = session.scalars(select(Outbox).where(Outbox.id == given_up)).one()
    assert (again.parked_reason, again.attempts) == (None, 0)


def test_failed_letters_are_named_and_opened_by_hr_alone(browser: Make, engine: Engine, calm: None) -> None:
    with db.write(engine) as session:
        letter = session.scalars(select(Letter)).first()
        assert letter is not None
        failed = {
            "state": "failed",
            "problem": '[["letter.too_slow", {"seconds": 20}]]',
            "pdf": None,
            "sha256": None,
        }
        session.execute(update(Letter).where(Letter.id == letter.id).values(**failed))
    for login, opens in (("qian", False), ("hu", True)):
        page = browser(login).open("/system").text
        assert letter.ref in page
        assert "Printing took longer than 20 seconds" in page
        assert (f"/letters/{letter.id}" in page) is opens


def test_it_is_for_administrators_and_hr(browser: Make) -> None:
    for login in ("lin", "wang", "director", "fang", "zhao", "sun"):
        page = browser(login).open("/system")
        assert page.status == 403, login
        assert "System administrator" in page.text


def test_the_public_health_page_tells_one_word(browser: Make, engine: Engine, calm: None) -> None:
    nobody = browser("")
    answer = nobody.client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    with db.write(engine) as session:
        session.execute(update(Outbox).values(done_at=None, parked_reason="[]"))
    answer = nobody.client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "degraded"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_few_queries_and_all_of_it_in_chinese(
    browser: Make, engine: Engine, given_up: int, queries: Queries
) -> None:
    queries.of(browser("qian"), "/system")
    queries.of(browser("hu"), "/system")
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
    page = browser("qian").open("/system").text
    for words in ("1 件事需要处理", "已放弃的工作", "计算实时数据", "现行定义"):
        assert words in page, words
