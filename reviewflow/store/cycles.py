"""Accepted definitions, the duties read from them, and cycles with what they pinned."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import (
    At,
    AtOrNone,
    Flag,
    Json,
    JsonOrNone,
    Key,
    Model,
    On,
    Str20,
    Str40,
    Str60,
    Str64,
)

DEFINITION_KINDS = ("workflow", "indicators", "rubric", "plan", "template", "calendar")


class Definition(Model):
    """The text of one accepted file. Running subjects read this, never the file on disk.

    `accepted_at` is when it last became the newest of its kind and name.
    """

    __tablename__ = "definition"
    __table_args__ = (
        CheckConstraint("kind in(" + ",".join(f"'{kind}'" for kind in DEFINITION_KINDS) + ")", name="kind"),
        UniqueConstraint("kind", "name", "digest"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[Str60]
    digest: Mapped[Str64]
    text: Mapped[Json]
    accepted_at: Mapped[At]


class Duty(Model):
    """Who may do what in which stage: one row per role of a task or move (`allow` false for `not_by`).

    `what` is `task`, `move` (a move that asks: it stands in inboxes) or `may` (a move that is only offered).
    """

    __tablename__ = "duty"
    __table_args__ = (CheckConstraint("what in('task','move','may')", name="what"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    stage: Mapped[Str40] = mapped_column(primary_key=True)
    item: Mapped[Str40] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(4))
    role: Mapped[Str20] = mapped_column(primary_key=True)
    allow: Mapped[Flag]


class Cycle(Model):
    """One launch of a workflow for a population and a period."""

    __tablename__ = "cycle"
    __table_args__ = (CheckConstraint("starts_on<=ends_on", name="dates"),)

    id: Mapped[Key]
    key: Mapped[Str60] = mapped_column(unique=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    starts_on: Mapped[On]
    ends_on: Mapped[On]
    currency: Mapped[str] = mapped_column(String(3))
    calibration: Mapped[Flag] = mapped_column(default=False)
    population: Mapped[Json]
    launched_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    launched_at: Mapped[AtOrNone]
    expected: Mapped[int] = mapped_column(default=0)


class CyclePin(Model):
    """A definition that a launch fixed for all its subjects."""

    __tablename__ = "cycle_pin"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[Str60] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))


class LaunchItem(Model):
    """What became of one person in a launch."""

    __tablename__ = "launch_item"
    __table_args__ = (
        CheckConstraint("state in('created','skipped','failed')", name="state"),
        CheckConstraint("(state='created')=(reason is null)", name="reason"),
        Index(
            "launch_item_not_created",
            "cycle_id",
            "state",
            "reason",
            sqlite_where=text("state<>'created'"),
            postgresql_where=text("state<>'created'"),
        ),
    )

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[JsonOrNone]
