"""The one company of this installation: what its letters say of it and where the world reaches it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.store.model import JsonOrNone, Key, Model, Str40


class Company(Model):
    """At most one row. `base_url` stands in the QR of letters; `logo` is an SVG."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id=1", name="one"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200))
    base_url: Mapped[str] = mapped_column(String(200))
    zone: Mapped[Str40]
    logo: Mapped[JsonOrNone]


class NoCompany(Exception):
    """The database was never told whose it is: `reviewflow serve` and `rehearse` do so at their start."""


def company(session: Session) -> Company:
    """The company. One query. Raises `NoCompany`."""
    found = session.scalars(select(Company)).one_or_none()
    if found is None:
        raise NoCompany("the table company is empty")
    return found


def set_company(session: Session, name: str, base_url: str, zone: str) -> None:
    """Tell the database what the settings say; a logo that is there stays."""
    values = {"name": name, "base_url": base_url, "zone": zone}
    if session.scalar(select(Company.id)) is None:
        session.execute(insert(Company).values(id=1, **values))
    else:
        session.execute(update(Company).values(**values))
