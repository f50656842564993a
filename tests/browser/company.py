"""The company of the story, brought in as a real one is: by its files, through the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow import intake
from reviewflow.core.viewer import Grant, the_clock
from reviewflow.services import accept, accounts, grant
from reviewflow.store import db, staff
from reviewflow.store.clock import moment
from reviewflow.store.company import set_company
from reviewflow.store.people import Person, Unit
from tests.browser import exports
from tests.browser.house import House

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery"
LONG_AGO = date(2020, 1, 6)

NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "deng": "Deng Rui", "wang": "Wang Fang", "lin": "Lin Yue", "hu": "Hu Min", "fang": "Fang Jie",
        "zhao": "Zhao Lei",
    },
    "zh": {"deng": "邓锐", "wang": "王芳", "lin": "林悦", "hu": "胡敏", "fang": "方洁", "zhao": "赵磊"},
}  # fmt: skip
NUMBERS = {"deng": "P001", "wang": "P002", "lin": "P003", "hu": "P004", "fang": "P005", "zhao": "P006"}
_GRANTS = (
    ("hu", "hr", "sales", "deng"),
    ("hu", "data_inputter", "company", "deng"),
    ("fang", "finance", "company", "deng"),
    ("deng", "sales_director", "company", "fang"),
)
"""HR looks after the sales unit, so that its two people are whom a launch takes in, and imports for all."""


@dataclass(frozen=True)
class Cast:
    """The people's names in the story's language: director, manager, rep, HR, finance and a stranger."""

    deng: str
    wang: str
    lin: str
    hu: str
    fang: str
    zhao: str


def at(day: date, hour: int = 9) -> datetime:
    """A full hour of a day in the company's zone."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)


def settle(house: House, language: str, begins: date) -> Cast:
    """Definitions, people with roles, pay and accounts, and the sales data of the half year before `begins`."""
    house.move_to(at(begins))
    names = NAMES[language]
    clock = the_clock(begins)
    with db.write(house.engine) as session:
        set_company(session, "Yunfan", house.address, str(ZONE))
        files = accept.read_folders(house.settings.workflows_folder, house.settings.templates_folder)
        accept.accept(session, moment(session), None, files)
    intake.take_in(
        house.engine, clock, exports.PEOPLE, exports.people(names, language), effective_on=LONG_AGO
    )
    with db.write(house.engine) as session:
        for who, role, unit, by in _GRANTS:
            _grant(session, who, role, unit, by)
        for login, number in NUMBERS.items():
            person = _person(session, number)
            accounts.open_account(session, moment(session), clock, person, login, PASSWORD, must_change=False)
    intake.take_in(house.engine, clock, exports.CRM, exports.history())
    return Cast(**names)


def _grant(session: Session, who: str, role: str, unit: str, by: str) -> None:
    """Given as from the server's command line, whose user acts for the system administrator."""
    now = moment(session)
    unit_id = session.scalars(select(Unit.id).where(Unit.code == unit)).one()
    deciding = staff.viewer(session, _person(session, NUMBERS[by]), now.business.date())
    acting = replace(deciding, grants=(*deciding.grants, Grant("system_admin", unit_id)))
    grant.grant(session, now, acting, _person(session, NUMBERS[who]), role, unit_id)


def _person(session: Session, number: str) -> int:
    return session.scalars(select(Person.id).where(Person.external_id == number)).one()
