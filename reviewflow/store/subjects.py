"""What the machine moves: one row per review or award, its log, answers and closed tasks."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import At, AtOrNone, Big, BigKey, Json, JsonOrNone, Model, Str20, Str40, Str64


class Subject(Model):
    """Stage, version and deadline of one review or award; the version is what people saw.

    `held_up` keeps why an automatic move was refused, or that nobody can act:
    ``{"move": key, "reasons": [[key, params], ...]}``. `tried_at` is the business time of that try.
    """

    __tablename__ = "subject"
    __table_args__ = (
        CheckConstraint("kind in('review','award')", name="kind"),
        UniqueConstraint("id", "kind"),
        Index("subject_wait", "definition_id", "stage", "due_at", "id", "unit_id", "person_id"),
        # With all that a cycle's page counts by, so that it reads no rows of the table.
        Index("subject_cycle", "cycle_id", "part", "due_at", "kind", "unit_id"),
        Index(
            "subject_held_up",
            "cycle_id",
            sqlite_where=text("held_up is not null"),
            postgresql_where=text("held_up is not null"),
        ),
        Index("subject_person", "person_id"),
    )

    id: Mapped[BigKey]
    kind: Mapped[str] = mapped_column(String(10))
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    stage: Mapped[Str40]
    part: Mapped[Str40]
    version: Mapped[int] = mapped_column(Integer, default=1)
    round: Mapped[int] = mapped_column(Integer, default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    entered_at: Mapped[At]
    due_at: Mapped[AtOrNone]
    closed_at: Mapped[AtOrNone]
    held_up: Mapped[JsonOrNone]
    tried_at: Mapped[AtOrNone]


class ClosedTask(Model):
    """A task whose `when` does not hold now: it is not asked of anybody."""

    __tablename__ = "closed_task"

    subject_id: Mapped[int] = mapped_column(Big, ForeignKey("subject.id"), primary_key=True)
    task: Mapped[Str40] = mapped_column(primary_key=True)


class Answer(Model):
    """What one author wrote for a task in a round; a draft until `submitted_at` is set.

    `page` names the open page that saved it last, None without a script, and `step` counts the saves of that page.
    """

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("(page is null)=(step is null)", name="page"),
        Index("answer_author", "author_id", "submitted_at"),
    )

    subject_id: Mapped[int] = mapped_column(Big, ForeignKey("subject.id"), primary_key=True)
    task: Mapped[Str40] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    seat: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    body: Mapped[Json]
    saved_at: Mapped[At]
    submitted_at: Mapped[AtOrNone]
    page: Mapped[str | None] = mapped_column(String(32))
    step: Mapped[int | None] = mapped_column(Integer)


class Attachment(Model):
    """A file handed in as evidence; never changed."""

    __tablename__ = "attachment"

    id: Mapped[BigKey]
    subject_id: Mapped[int] = mapped_column(Big, ForeignKey("subject.id"), index=True)
    task: Mapped[Str40]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[Str64]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[At]


class MoveLog(Model):
    """Each move made, by whom and in which role. Rows are never changed (triggers see to it)."""

    __tablename__ = "move_log"
    __table_args__ = (
        UniqueConstraint("subject_id", "version"),
        CheckConstraint("(actor_id is null)=(role='clock')", name="actor"),
        Index("move_log_actor", "actor_id", "at"),
    )

    id: Mapped[BigKey]
    subject_id: Mapped[int] = mapped_column(Big, ForeignKey("subject.id"))
    version: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer, default=1)
    move: Mapped[Str40]
    from_stage: Mapped[str | None] = mapped_column(String(40))
    to_stage: Mapped[Str40]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Str20]
    outcome: Mapped[str | None] = mapped_column(String(24))
    note: Mapped[str | None] = mapped_column(String(4000))
    at: Mapped[At]
