"""Reviews with their dated marks, goals, frozen measures and score lines."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import At, AtOrNone, Big, Json, Model, Scaled, ScaledOrNone, Str40, Str60

LEFT_OUT_BY_HAND = "measure.left_out_by_hand"
"""Why a figure is left out that a person left out."""
ACKNOWLEDGEMENTS = ("acknowledged", "acknowledged_disagree", "refused", "no_answer")


class Review(Model):
    """The marks of one review. `revision` counts released results, `collection` counts freezes.

    `score_e6` is the total that the rating follows from; `scored_collection` says for which freeze the score
    lines stand, `proposed_revision` for which revision awards were proposed.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id"),
        Index("review_results", "cycle_id", "rating", "acknowledgement", "released_at"),
        Index("review_totals", "cycle_id", "score_e6", "id"),
        Index(
            "review_disagreed",
            "cycle_id",
            "acknowledged_at",
            sqlite_where=text("acknowledgement='acknowledged_disagree'"),
            postgresql_where=text("acknowledgement='acknowledged_disagree'"),
        ),
        ForeignKeyConstraint(["id", "kind"], ["subject.id", "subject.kind"]),
        CheckConstraint("kind='review'", name="kind"),
        CheckConstraint(
            "acknowledgement in(" + ",".join(f"'{a}'" for a in ACKNOWLEDGEMENTS) + ")", name="acknowledgement"
        ),
        CheckConstraint("(frozen_at is null)=(frozen_batch is null)", name="frozen_batch"),
        CheckConstraint(
            "released_at is null or (rating is not null and frozen_at is not null)", name="released_is_rated"
        ),
        CheckConstraint("(acknowledged_at is null)=(acknowledgement is null)", name="acknowledged_how"),
        CheckConstraint(
            "acknowledged_at is null or released_at is not null", name="acknowledged_is_released"
        ),
        CheckConstraint(
            "rating is null or rating=coalesce(rating_computed,'') or rating_reason is not null",
            name="override_has_reason",
        ),
        CheckConstraint(
            "closed_at is null or voided_at is not null or acknowledgement is not null",
            name="closed_is_answered",
        ),
    )

    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), default="review")
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    goals_agreed_at: Mapped[AtOrNone]
    frozen_at: Mapped[AtOrNone]
    frozen_batch: Mapped[ScaledOrNone]
    score_e6: Mapped[ScaledOrNone]
    rating: Mapped[str | None] = mapped_column(String(8))
    rating_computed: Mapped[str | None] = mapped_column(String(8))
    rating_reason: Mapped[str | None] = mapped_column(String(2000))
    rating_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rating_trace: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[AtOrNone]
    released_at: Mapped[AtOrNone]
    acknowledged_at: Mapped[AtOrNone]
    acknowledgement: Mapped[str | None] = mapped_column(String(24))
    closed_at: Mapped[AtOrNone]
    voided_at: Mapped[AtOrNone]
    revision: Mapped[int] = mapped_column(Integer, default=1)
    collection: Mapped[int] = mapped_column(Integer, default=1)
    scored_collection: Mapped[int | None] = mapped_column(Integer)
    proposed_revision: Mapped[int | None] = mapped_column(Integer)


class Goal(Model):
    """Target and weight of one indicator in one review. Weights are scaled: 100 = 1,000,000."""

    __tablename__ = "goal"
    __table_args__ = (CheckConstraint("weight_e4>0 and weight_e4<=1000000", name="weight"),)

    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"), primary_key=True)
    indicator: Mapped[Str40] = mapped_column(primary_key=True)
    target_e4: Mapped[ScaledOrNone]
    weight_e4: Mapped[int] = mapped_column(Integer)
    suggested_e4: Mapped[ScaledOrNone]
    last_e4: Mapped[ScaledOrNone]


class Measured(Model):
    """The figure of one indicator for the evaluation; fixed once the review is frozen.

    `revision` is the review's `collection`. The figure is numerator / denominator, exact.
    """

    __tablename__ = "measured"
    __table_args__ = (
        CheckConstraint("state in('computed','by_hand','left_out','missing')", name="state"),
        CheckConstraint(
            "state<>'computed' or (numerator_e4 is not null and denominator_e4 is not null)", name="computed"
        ),
        CheckConstraint("state='computed' or reason is not null", name="reason"),
        CheckConstraint("(state='by_hand')=(entered_by is not null)", name="entered_by"),
    )

    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"), primary_key=True)
    indicator: Mapped[Str40] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch_no: Mapped[Scaled]
    numerator_e4: Mapped[ScaledOrNone]
    denominator_e4: Mapped[ScaledOrNone]
    rows_used: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(400))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence_id: Mapped[int | None] = mapped_column(Big, ForeignKey("attachment.id"))
    trace: Mapped[Json]


class LiveValue(Model):
    """The figure of one indicator as of the newest batch, for tracking; replaced after each import."""

    __tablename__ = "live_value"
    __table_args__ = (CheckConstraint("state in('computed','left_out','missing')", name="state"),)

    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"), primary_key=True)
    indicator: Mapped[Str40] = mapped_column(primary_key=True)
    batch_no: Mapped[Scaled]
    numerator_e4: Mapped[ScaledOrNone]
    denominator_e4: Mapped[ScaledOrNone]
    rows_used: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(400))
    trace: Mapped[Json]
    computed_at: Mapped[At]


class ScoreLine(Model):
    """One line of the computed score of one revision: an indicator, a group or the total."""

    __tablename__ = "score_line"

    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    line: Mapped[Str60] = mapped_column(primary_key=True)
    attainment_e6: Mapped[ScaledOrNone]
    points_e6: Mapped[ScaledOrNone]
    weight_e4: Mapped[int] = mapped_column(Integer)
    trace: Mapped[Json]
