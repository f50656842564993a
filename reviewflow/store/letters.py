"""Letters: inputs frozen at release, printed once, verified for ever by their code."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    exists,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from reviewflow.store.model import At, AtOrNone, Big, BigKey, Json, Model, Str20
from reviewflow.store.reviews import Review


class Letter(Model):
    """One revision of one letter. `ref` is its printed number, `code` the secret of its QR."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("review_id", "kind", "revision"),
        Index(
            "letter_open",
            "state",
            "review_id",
            sqlite_where=text("state<>'printed'"),
            postgresql_where=text("state<>'printed'"),
        ),
        CheckConstraint("state in('due','printed','failed')", name="state"),
        CheckConstraint("(state='printed')=(pdf is not null)", name="printed"),
        CheckConstraint("(pdf is null)=(sha256 is null)", name="sha256"),
        CheckConstraint("state<>'failed' or problem is not null", name="problem"),
    )

    id: Mapped[BigKey]
    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"))
    kind: Mapped[Str20]
    revision: Mapped[int] = mapped_column(Integer)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    template_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    inputs: Mapped[Json]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="due")
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str | None] = mapped_column(String(400))
    released_at: Mapped[At]
    printed_at: Mapped[AtOrNone]


def awaits_letter(subject_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the letter of a released result is not printed: its time to answer has not begun."""
    return exists().where(
        Letter.review_id == subject_id,
        Letter.state != "printed",
        Review.id == Letter.review_id,
        Review.revision == Letter.revision,
        Review.released_at.is_not(None),
    )
