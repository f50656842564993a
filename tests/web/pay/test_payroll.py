"""Payroll: approved money leaves once, exactly as it was confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, insert, select, update

from reviewflow.store import db
from reviewflow.store.pay import PayoutLine, PayoutRun
from reviewflow.store.people import Person, RoleGrant
from tests.cast import HIRED
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def approved(story: Story, payday: Payday) -> Payday:
    """Lin's two awards are signed."""
    for award in payday.lin.values():
        story.move(story.cast.director, award, "approve")
    return payday


def runs(engine: Engine) -> list[PayoutRun]:
    with db.read(engine) as session:
        return list(session.scalars(select(PayoutRun).order_by(PayoutRun.id)))


def test_a_file_is_made_once_with_what_was_confirmed(browser: Make, engine: Engine, approved: Payday) -> None:
    fang = browser("fang").open("/payroll")
    for words in (
        "2 approved awards wait for a payroll file",
        "¥32,500.00",
        "Put 2 awards, ¥32,500.00, into a payroll file?",
    ):
        assert words in fang.text, words
    form = fang.form("/payroll")
    done = fang.send(form)
    assert "The payroll file is made: 2 awards, ¥32,500.00." in done.text
    assert "No approved award waits for a payroll file" in done.text
    fang.send(form)  # a double click repeats the answer
    (run,) = runs(engine)
    assert run.total_minor == 3_250_000
    assert run.file_digest in done.text
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(PayoutLine)) == 2


def test_the_file_is_downloaded_as_it_was_written_and_that_is_noted(
    browser: Make, engine: Engine, approved: Payday, noted: Callable[[str], int]
) -> None:
    fang = browser("fang").open("/payroll")
    fang.send(fang.form("/payroll"))
    (run,) = runs(engine)
    answer = fang.client.get(f"/payroll/{run.id}.csv")
    assert hashlib.sha256(answer.data).hexdigest() == run.file_digest
    assert answer.headers["Content-Disposition"] == "attachment; filename=payroll-2026Q2-1.csv"
    assert noted("read.export") == 1
    assert browser("director").client.get(f"/payroll/{run.id}.csv").status_code == 200
    for login in ("lin", "wang", "zhao", "qian"):
        assert browser(login).client.get(f"/payroll/{run.id}.csv").status_code == 403


def test_what_changed_after_the_page_was_made_is_shown_and_nothing_is_written(
    browser: Make, engine: Engine, story: Story, approved: Payday
) -> None:
    fang = browser("fang").open("/payroll")
    form = fang.form("/payroll")
    story.move(story.cast.fang, approved.lin["commission"], "return_finance", "Wrong base.")
    answer = fang.send(form)
    assert answer.status == 409
    assert "¥32,500.00" in answer.text
    assert "¥18,000.00" in answer.text
    assert runs(engine) == []


def test_finance_does_not_export_their_own(browser: Make, engine: Engine, approved: Payday) -> None:
    with db.write(engine) as session:
        row = {"person_id": approved.cast.lin, "role": "finance", "unit_id": 1, "from_on": HIRED}
        session.execute(insert(RoleGrant).values(granted_by=approved.cast.hu, **row))
    lin = browser("lin").open("/payroll")
    assert "Your own award stays: somebody else in finance puts it into a file." in lin.text
    assert 'action="/payroll"' not in lin.text
    token = dict(lin.open("/settings").form("/settings").fields)
    values = {"cycle": str(approved.cycle), "currency": "CNY", "count": "2", "sum": "3250000"}
    assert "No file was made." in lin.post("/payroll", **{**token, **values, "form_key": "0" * 32}).text
    assert runs(engine) == []


def test_who_reads_and_that_only_finance_makes_files(browser: Make, engine: Engine, approved: Payday) -> None:
    values = {"cycle": str(approved.cycle), "currency": "CNY", "count": "2", "sum": "3250000"}
    readers = {"director": 200, "hu": 200, "sun": 200, "lin": 403, "wang": 403, "zhao": 403}
    for login, status in readers.items():
        who = browser(login).open("/payroll")
        assert who.status == status, login
        assert 'action="/payroll"' not in who.text
        token = dict(who.open("/settings").form("/settings").fields)
        assert who.post("/payroll", **{**token, **values}).status == 403, login
    assert runs(engine) == []


def test_somebody_for_one_unit_sees_its_awards_and_no_whole_file(
    browser: Make, engine: Engine, story: Story, approved: Payday
) -> None:
    with db.write(engine) as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == "finance").values(unit_id=story.cast.office)
        )
    fang = browser("fang").open("/payroll")
    assert "No approved award waits for a payroll file" in fang.text
    with db.write(engine) as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == "finance").values(unit_id=story.cast.company)
        )
    fang.open("/payroll")
    fang.send(fang.form("/payroll"))
    (run,) = runs(engine)
    with db.write(engine) as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == "finance").values(unit_id=story.cast.office)
        )
    assert fang.client.get(f"/payroll/{run.id}.csv").status_code == 404
    assert run.file_digest not in fang.open("/payroll").text


def test_queries_and_chinese(
    browser: Make, engine: Engine, story: Story, approved: Payday, queries: Queries
) -> None:
    fang = browser("fang")
    two = queries.of(fang, "/payroll")
    story.move(story.cast.director, approved.liu_awards["commission"], "approve")
    assert queries.of(fang, "/payroll") == two
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
    page = browser("fang").open("/payroll").text
    for words in ("3 笔已批准的奖励等待进入发薪文件", "生成发薪文件", "每笔金额只发放一次"):
        assert words in page, words
