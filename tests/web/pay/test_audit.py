"""The audit as auditors read it, and its chain."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, update

from reviewflow.core.moment import Moment
from reviewflow.store import audit_chain, clock, db
from reviewflow.store.audit import Audit, row
from reviewflow.store.people import Person, RoleGrant
from tests.cast import HIRED
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


def seal(engine: Engine) -> None:
    with db.write(engine) as session:
        audit_chain.seal(session, clock.moment(session), everything=True)


def rows(page: Browser) -> list[str]:
    """The table's rows as plain words."""
    body = (
        page.text[page.text.index("<tbody>") : page.text.index("</tbody>")] if "<tbody>" in page.text else ""
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in body.split("</tr>") if "<td" in one]


def test_who_did_or_read_what_about_whom(browser: Make, engine: Engine, payday: Payday) -> None:
    browser("director").open(f"/approvals/{payday.lin['bonus']}")
    seal(engine)
    page = browser("sun").open("/audit?what=pay&person=Lin")
    found = rows(page)
    assert any("Deng Rui looked at pay Lin Yue" in one for one in found), found
    assert any("award proposed by the plan" in one for one in found)
    assert not any("Liu Fang" in one for one in found)
    assert f"/approvals/{payday.lin['bonus']}" in page.text


def test_steps_have_their_titles_and_where_they_led(browser: Make, payday: Payday) -> None:
    found = rows(browser("sun").open("/audit?what=moves&person=P003"))
    assert any("step: Agree Lin Yue to “Tracking”, as employee" in one for one in found), found
    assert len(found) > 4


def test_details_stand_in_words_and_not_as_they_are_stored(
    browser: Make, engine: Engine, moment: Moment, payday: Payday
) -> None:
    extended = {"from": "2026-04-08", "to": "2026-04-15", "reason": "Ill.", "stage": "director_approval"}
    with db.write(engine) as session:
        for action, detail in (
            ("role.granted", {"role": "hr", "unit": "east", "from": "2026-05-03", "until": None}),
            ("deadline.extended", extended),
            ("rating.restored", {"from": "A", "to": "B", "computed": "B", "cause": "scored"}),
            ("person.changed", {"fields": ["name", "manager"]}),
            ("read.export", {"something": "new"}),
        ):
            about, subject = payday.cast.lin, payday.lin["bonus"]
            session.execute(insert(Audit), [row(moment.wall, payday.cast.hu, action, about, subject, detail)])
    sun = browser("sun")
    found = " | ".join(rows(sun.open("/audit?person=P003")))
    for words in (
        "role: HR, unit: east, from: 3 May",
        "stage: With the sales director, from: 8 Apr, to: 15 Apr, reason: Ill.",
        "from: A, to: B, by the rule: B, why: The points were computed again.",
        "fields: Name",
        "something: new",
    ):
        assert words in found, words
    assert "director_approval" in sun.open("/audit.csv?person=P003").text
    sun.open("/settings").submit("/language", press=("language", "zh"))
    found = " | ".join(rows(sun.open("/audit?person=P003")))
    for words in ("角色：", "环节：", "原因：Ill.", "为什么："):
        assert words in found, words


def test_days_and_pages(browser: Make, engine: Engine) -> None:
    sun = browser("sun").open("/audit")
    assert len(rows(sun)) == 50
    assert 'rel="next"' in sun.text
    assert rows(sun.open("/audit?from=2026-04-01&until=2026-04-01"))
    assert rows(sun.open("/audit?from=1999-01-01&until=1999-12-31")) == []
    assert "No row matches" in sun.text
    assert sun.open("/audit?from=nonsense&what=;drop&page=-1").status == 200


def test_the_file_has_the_same_rows_no_formulas_and_is_noted(
    browser: Make, engine: Engine, payday: Payday, noted: Callable[[str], int]
) -> None:
    with db.write(engine) as session:
        session.execute(update(Person).where(Person.id == payday.cast.lin).values(name="=1+1"))
    answer = browser("sun").client.get("/audit.csv?person=P003&what=moves")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "id,at,actor_id,actor,action,about_id,about,subject_id,detail,seal"
    assert len(lines) > 4
    assert "'=1+1" in lines[1]
    assert noted("read.export") == 1


def test_it_is_for_auditors(browser: Make) -> None:
    for login in ("lin", "wang", "hu", "director", "fang", "zhao", "qian"):
        who = browser(login)
        for path in ("/audit", "/audit.csv", "/audit/chain"):
            assert who.open(path).status == 403, (login, path)


def test_an_auditor_of_one_unit_reads_of_its_people_alone(
    browser: Make, engine: Engine, payday: Payday
) -> None:
    with db.write(engine) as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == "auditor").values(unit_id=payday.cast.office)
        )
    page = browser("sun").open("/audit")
    assert rows(page)
    assert not any("Lin Yue" in one or "Liu Fang" in one for one in rows(page))
    assert rows(page.open("/audit?person=Lin")) == []


def test_the_chain_holds_and_a_change_is_found(browser: Make, engine: Engine) -> None:
    seal(engine)
    sun = browser("sun").open("/audit/chain")
    assert "The chain holds: nothing was changed" in sun.text
    head = re.search(r'class="digest">([0-9a-f]{64})<', sun.text)
    assert head
    assert "The head that you noted is in the chain" in sun.open(f"/audit/chain?anchor={head[1]}").text
    assert "is not in the chain" in sun.open(f"/audit/chain?anchor={'0' * 64}").text
    with db.write(engine) as session:  # as somebody could who owns the database file
        connection = session.connection()
        triggers = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='audit'"
        for (name,) in connection.exec_driver_sql(triggers).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit SET actor_id=1 WHERE id=3")
    sun.open("/audit/chain")
    assert "The chain is broken in 1 place" in sun.text


def test_few_queries_and_all_of_it_in_chinese(
    browser: Make, engine: Engine, moment: Moment, queries: Queries
) -> None:
    sun = browser("sun")
    many = queries.of(sun, "/audit")
    assert queries.of(sun, "/audit?from=2026-04-01&until=2026-04-01") <= many
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
        session.execute(insert(Audit), [row(moment.wall, 1, "something.new")])
    page = browser("sun").open("/audit").text
    for words in ("做了或看了什么", "校验审计链", "步骤：", "反馈书已打印", "something.new"):
        assert words in page, words


def test_a_step_of_an_award_says_what_was_approved(browser: Make, story: Story, payday: Payday) -> None:
    story.move(story.cast.director, payday.lin["bonus"], "approve")
    found = rows(browser("sun").open("/audit?what=moves"))
    said = "step: Approve Lin Yue Performance bonus ¥18,000.00 to “Approved”, as sales director"
    assert any(said in one for one in found), found


def test_who_earns_an_award_does_not_read_its_amount(
    browser: Make, engine: Engine, story: Story, payday: Payday
) -> None:
    story.move(story.cast.director, payday.lin["bonus"], "return", "Please check the base.")
    with db.write(engine) as session:
        row_ = {"person_id": payday.cast.lin, "role": "auditor", "unit_id": 1, "from_on": HIRED}
        session.execute(insert(RoleGrant).values(granted_by=payday.cast.hu, **row_))
    page = browser("lin").open("/audit?what=moves")
    assert "Performance bonus to “Returned to the preparer”, as sales director" in " ".join(rows(page))
    assert "¥18,000.00" not in page.text


def test_a_download_names_its_file(browser: Make, payday: Payday) -> None:
    sun = browser("sun")
    sun.open("/audit.csv")
    found = rows(sun.open("/audit?what=data"))
    assert any("downloaded a file" in one and "file: audit.csv" in one for one in found), found
