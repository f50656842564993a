"""People who change during a story: roles that they get, managers who leave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, update

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.store import db, staff
from reviewflow.store.managers import rewrite_effective_lines
from reviewflow.store.people import ReportingLine, RoleGrant
from tests.cast import HIRED
from tests.flows.story import Story


def grant(story: Story, person_id: int, role: str, unit_id: int | None = None) -> None:
    """Give a person a role, for the whole company by default."""
    by = story.cast.director if person_id != story.cast.director else story.cast.hu
    unit = unit_id or story.cast.company
    row = {"person_id": person_id, "role": role, "unit_id": unit, "from_on": HIRED, "granted_by": by}
    with db.write(story.engine) as session:
        session.execute(insert(RoleGrant).values(**row))


def holder(story: Story, person_id: int, *roles: str) -> Viewer:
    """A person who holds just these roles for the whole company."""
    grants = tuple(Grant(role, story.cast.company) for role in sorted(roles))
    return Viewer(person_id, grants, story.at.date())


def leave(story: Story, person_id: int, last_day: date) -> None:
    """A person's last day of work, as the import of people writes it."""
    with db.write(story.engine) as session:
        staff.leave(session, person_id, last_day)
        rewrite_effective_lines(session)


def change_manager(story: Story, person_id: int, manager_id: int, from_on: date) -> None:
    """From a day on somebody else manages the person."""
    mine = (ReportingLine.person_id == person_id) & (ReportingLine.kind == "solid")
    new = {"person_id": person_id, "manager_id": manager_id, "kind": "solid", "from_on": from_on}
    with db.write(story.engine) as session:
        session.execute(update(ReportingLine).where(mine).values(until_on=from_on))
        session.execute(insert(ReportingLine).values(**new))
        rewrite_effective_lines(session)
