"""People, their units, managers and roles, all with dates."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import (
    FOREVER,
    Flag,
    Key,
    Model,
    On,
    OnOrNone,
    ScaledOrNone,
    Str3,
    Str20,
    Str40,
    Str64,
)

GRANTED_ROLES = ("hr", "hrbp", "sales_director", "finance", "data_inputter", "auditor", "system_admin")
GRANTING_ROLES = ("hr", "system_admin")
"""Who gives roles and takes them back, for their units and those below."""


class Unit(Model):
    """A node of the company's tree. Hidden units are not offered where people choose one."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("parent_id is null or parent_id<>id", name="not_own_parent"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    hidden: Mapped[Flag] = mapped_column(default=False)


class UnitAbove(Model):
    """Closure of the tree: one row per unit and each unit above it, itself included."""

    __tablename__ = "unit_above"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    above_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class Person(Model):
    """A person of the company. `hired_on` is the first day of work, `left_on` the last."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("language in('en','zh')", name="language"),
        CheckConstraint("left_on is null or hired_on is null or left_on>=hired_on", name="left_after_hired"),
        Index("person_name", "name", "id"),
        Index(
            "person_left",
            "left_on",
            sqlite_where=text("left_on is not null"),
            postgresql_where=text("left_on is not null"),
        ),
    )

    id: Mapped[Key]
    external_id: Mapped[Str64] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    zone: Mapped[Str40]
    hired_on: Mapped[OnOrNone]
    left_on: Mapped[OnOrNone]


class Membership(Model):
    """A person's unit and position from a day (inclusive) until a day (exclusive)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("from_on<until_on", name="dates"),
        Index("membership_from", "from_on", "until_on"),
        Index("membership_position", "position", "until_on"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[str | None] = mapped_column(String(80))
    from_on: Mapped[On] = mapped_column(primary_key=True)
    until_on: Mapped[On] = mapped_column(default=FOREVER)


class ReportingLine(Model):
    """Who reports to whom from a day (inclusive) until a day (exclusive).

    `solid` and `dotted` are imported. `effective` is derived from the solid lines: the next manager who has
    not left, so that no page needs a recursive query.
    """

    __tablename__ = "reporting_line"
    __table_args__ = (
        CheckConstraint("kind in('solid','dotted','effective')", name="kind"),
        CheckConstraint("manager_id<>person_id", name="not_own_manager"),
        CheckConstraint("from_on<until_on", name="dates"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(9), primary_key=True, default="solid")
    from_on: Mapped[On] = mapped_column(primary_key=True)
    until_on: Mapped[On] = mapped_column(default=FOREVER)


class PayBase(Model):
    """What a pay component is computed on: an amount a period, or a rate, never both."""

    __tablename__ = "pay_base"
    __table_args__ = (
        CheckConstraint("(amount_minor is null)<>(rate_e6 is null)", name="amount_or_rate"),
        CheckConstraint("from_on<until_on", name="dates"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    component: Mapped[Str40] = mapped_column(primary_key=True)
    from_on: Mapped[On] = mapped_column(primary_key=True)
    until_on: Mapped[On] = mapped_column(default=FOREVER)
    amount_minor: Mapped[ScaledOrNone]
    rate_e6: Mapped[ScaledOrNone]
    currency: Mapped[Str3]


class RoleGrant(Model):
    """A granted role for a unit and all below it, dated. Nobody grants a role to themselves.

    `before_leaving` is its end as it was granted, where it now ends with its person's last day.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role in(" + ",".join(f"'{role}'" for role in GRANTED_ROLES) + ")", name="role"),
        CheckConstraint("from_on<until_on", name="dates"),
        CheckConstraint("granted_by<>person_id", name="not_to_oneself"),
        CheckConstraint("before_leaving is null or before_leaving>until_on", name="before_leaving"),
        UniqueConstraint("person_id", "role", "unit_id", "from_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Str20]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_on: Mapped[On]
    until_on: Mapped[On] = mapped_column(default=FOREVER)
    before_leaving: Mapped[OnOrNone]
    granted_by: Mapped[int] = mapped_column(Integer, ForeignKey("person.id"))
