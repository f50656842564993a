"""The two clocks, read from the database.

Wall time is always the database's own clock. Business time is the same, except in a *scratch* database
(a rehearsal, a test, the making of the demo), where it can be stopped and moved. A database becomes scratch
only while it is empty, so that nobody moves the clock under real reviews.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, delete, exists, func, insert, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from reviewflow.core.moment import Moment
from reviewflow.store.cycles import Cycle
from reviewflow.store.model import AtOrNone, Key, Model, UtcDateTime


class BusinessClock(Model):
    """The one row of a scratch database; `frozen_at` stops its clock. Other databases have no row."""

    __tablename__ = "business_clock"
    __table_args__ = (CheckConstraint("id=1", name="one"),)

    id: Mapped[Key]
    frozen_at: Mapped[AtOrNone]


class NotScratch(Exception):
    """The business clock of this database must not be moved."""


class wall_now(FunctionElement[datetime]):
    """The database's clock at the start of this statement, for leases and sessions inside SQL."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(wall_now, "sqlite")
def _sqlite_now(element: wall_now, compiler: SQLCompiler, **options: Any) -> str:
    # %f has three decimals; the stored form has six, and they are compared as text.
    return "strftime('%Y-%m-%d %H:%M:%f000','now')"


@compiles(wall_now)
def _postgresql_now(element: wall_now, compiler: SQLCompiler, **options: Any) -> str:
    return "statement_timestamp()"


def moment(session: Session) -> Moment:
    """Both clocks now. One query."""
    frozen = select(BusinessClock.frozen_at).where(BusinessClock.id == 1).scalar_subquery()
    wall, business = session.execute(select(wall_now(), frozen)).one()
    return Moment(business=business or wall, wall=wall)


def mark_scratch(session: Session) -> None:
    """Allow the business clock of this database to be moved. Raises `NotScratch` if it has any cycle."""
    if session.scalar(select(exists().where(Cycle.id > 0))):
        raise NotScratch("the database has cycles already")
    if not is_scratch(session):
        session.execute(insert(BusinessClock).values(id=1))


def set_business_clock(session: Session, at: datetime | None) -> None:
    """Stop the business clock at `at` (aware), or let it run (None).

    Raises `NotScratch` where it must not move.
    """
    changed = session.scalars(update(BusinessClock).values(frozen_at=at).returning(BusinessClock.id))
    if not changed.all():
        raise NotScratch("the database is not marked as scratch")


def is_scratch(session: Session) -> bool:
    """Whether the business clock may be moved here. Checked when the server starts."""
    return bool(session.scalar(select(func.count()).select_from(BusinessClock)))


def end_scratch(session: Session) -> None:
    """Bind the business clock to the wall for good (the demo does so when it is made)."""
    session.execute(delete(BusinessClock))
