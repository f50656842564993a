"""What the rows of the audit hold, in words: whatever it is, the page says it and does not fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.intake import take_in
from reviewflow.services.people_import.people import COLUMNS
from reviewflow.store import db
from reviewflow.store.audit import Audit, row
from reviewflow.store.people import Person, Unit
from reviewflow.web.pages.audit.details import CHANGED, LABELS
from tests.web.browser import Browser
from tests.web.pay.payday import Payday
from tests.web.pay.test_audit import rows

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]

HOSTILE: tuple[Any, ...] = (
    True, 0, -1, 10**30, 1.5, "", "x", "None", "{}", "%s", "%(value)s", [], [[]], [{}], [None, 1], {}, {"a": [1]},
    "0001-01-01", "0000-00-00", "2026-02-30", "9999-12-31", "20260101", "2026-W01-1", "２０２６-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+99:99", "2026-01-01T25:00:00+00:00",
)  # fmt: skip
PEOPLE = """\
format = 1
kind = "mapping"
name = "hr"
zone = "Asia/Shanghai"
currency = "CNY"

[[read]]
file = "units.csv"
kind = "unit"
key = "code"
columns = { name = "name" }

[[read]]
file = "people.csv"
kind = "people"
key = "id"

[read.columns]
name = "name"
email = "mail"
language = "language"
zone = "zone"
hired = "hired"
left = "left"
unit = "unit"
position = "job"
manager = "boss"
dotted_manager = "other"
"""


def write(engine: Engine, moment: Moment, payday: Payday, *told: tuple[str, Any]) -> None:
    with db.write(engine) as session:
        for action, detail in told:
            values = row(moment.wall, payday.cast.hu, action, payday.cast.lin, payday.lin["bonus"], detail)
            session.execute(insert(Audit), [values])


def newest(sun: Browser, many: int) -> str:
    return " | ".join(rows(sun.open("/audit?person=P003"))[:many])


def chinese(who: Browser) -> Browser:
    return who.open("/settings").submit("/language", press=("language", "zh"))


@pytest.mark.parametrize("action", ["read.export", "move.approve", "rating.restored", "person.changed"])
def test_whatever_a_row_holds_the_page_shows_it(
    browser: Make, engine: Engine, moment: Moment, payday: Payday, action: str
) -> None:
    keys = [*LABELS, "something", "%s", ""]
    told = [(action, dict.fromkeys(keys, value)) for value in HOSTILE]
    told += [(action, {"to": "director_approval"}), (action, {}), (action, {"role": "x"})]
    write(engine, moment, payday, *told)
    with db.write(engine) as session:
        for text in ("[]", "3", '"x"', "null", '["a", {}]'):
            values = {**row(moment.wall, None, action, payday.cast.lin), "detail": text}
            session.execute(insert(Audit), [values])
    sun = browser("sun")
    for path in ("/audit?person=P003", "/audit.csv?person=P003"):
        assert sun.open(path).status == 200
    assert chinese(sun).open("/audit?person=P003").status == 200


def test_what_a_cycles_file_was_filtered_by(browser: Make, engine: Engine, payday: Payday) -> None:
    hu, sun = browser("hu"), browser("sun")
    path = f"/cycles/{payday.cycle}/people.csv"
    for odd in ("role=x", "what=x", "cycle=1", "name=x", "from=0001-01-01T00:00:00%2B14:00", "sort=nonsense"):
        assert hu.client.get(f"{path}?{odd}&part=nonsense&unit=x").status_code == 200, odd
    with db.read(engine) as session:
        noted = session.scalars(select(Audit.detail).where(Audit.action == "read.export")).all()
    assert {tuple(json.loads(one)) for one in noted} == {("cycle", "file")}
    asked = f"part=feedback&late=1&rating=A&answer=not_yet&unit={payday.cast.east}&sort=-due"
    assert hu.client.get(f"{path}?{asked}").status_code == 200
    told = "cycle: 2026Q2, unit: east, part: Feedback, late: yes, rating: A, answer: not answered yet"
    told += ", file: 2026Q2_people.csv"
    assert told in rows(sun.open("/audit"))[0]
    told = "周期：2026Q2，部门：east，部分：反馈，逾期：是，评级：A，答复：尚未答复，文件：2026Q2_people.csv"
    assert told in rows(chinese(sun).open("/audit"))[0]


def test_days_are_days_and_nothing_else_is(
    browser: Make, engine: Engine, moment: Moment, payday: Payday
) -> None:
    write(
        engine,
        moment,
        payday,
        ("rating.restored", {"from": "20260101", "to": "2026-W01-1"}),
        ("deadline.moved", {"from": "2026-05-03T16:00:00+00:00", "to": "2026-05-04T16:00:00"}),
        ("role.granted", {"role": "hr", "unit": "east", "from": "2026-05-03", "until": "9999-12-31"}),
    )
    found = newest(browser("sun"), 3)
    assert "from: 20260101, to: 2026-W01-1" in found
    assert "from: 4 May 00:00, to: 2026-05-04T16:00:00" in found
    assert "role: HR, unit: east, from: 3 May" in found
    assert "9999" not in found


def test_fields_that_an_import_changes_have_words(
    browser: Make, engine: Engine, moment: Moment, payday: Payday
) -> None:
    assert CHANGED.keys() >= set(COLUMNS.values())
    with db.read(engine) as session:
        unit = session.get_one(Unit, payday.cast.office)
        lin = session.get_one(Person, payday.cast.lin)
        other = "zh" if lin.language == "en" else "en"
        units = f"code,name\n{unit.code},{unit.name}\n"
    people = (
        "id,name,mail,language,zone,hired,left,unit,job,boss,other\n"
        f"P003,Lin Yun,lin.yun@example.com,{other},Europe/Berlin,2020-02-03,,{unit.code},Clerk,P004,P002\n"
    )
    files = [("units.csv", units.encode()), ("people.csv", people.encode())]
    done = take_in(engine, the_clock(moment.business.date()), PEOPLE, files)
    assert done.people is not None
    assert (done.people.changed, done.people.files[1].bad) == (("P003",), ())
    with db.read(engine) as session:
        stored = session.scalars(select(Audit.detail).where(Audit.action == "person.changed")).one()
    assert set(json.loads(stored)["fields"]) <= CHANGED.keys()
    sun = browser("sun")
    words = "Dotted-line manager, E-mail, Hire date, Language, Unit and position, Name, Manager, Time zone"
    assert f"fields: {words}" in newest(sun, 3)
    assert "字段：虚线上级、" in newest(chinese(sun), 3)
