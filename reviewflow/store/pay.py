"""Awards (bonus, commission, promotion), who took part in them, and payroll files."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import (
    At,
    AtOrNone,
    Big,
    Json,
    Key,
    Model,
    Scaled,
    ScaledOrNone,
    Str3,
    Str20,
    Str40,
    Str64,
)

CORRECTED_TO_ZERO = "pay.corrected_to_zero"
"""Why an amount is zero that a person made zero."""


class Award(Model):
    """One proposed result of a review: money of a component, or a promotion (which has no amount)."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("review_id", "component", "revision"),
        ForeignKeyConstraint(["id", "kind"], ["subject.id", "subject.kind"]),
        CheckConstraint("kind='award'", name="kind"),
        CheckConstraint("(component='promotion')=(amount_minor is null)", name="promotion_amount"),
        CheckConstraint("(component='promotion')=(proposed_minor is null)", name="promotion_proposed"),
        CheckConstraint("(component='promotion')=(currency is null)", name="promotion_currency"),
        CheckConstraint("(coalesce(amount_minor,1)=0)=(zero_reason is not null)", name="zero_reason"),
        CheckConstraint(
            "amount_minor is null or amount_minor=proposed_minor or changed_reason is not null",
            name="changed_reason",
        ),
        CheckConstraint("exported_at is null or approved_at is not null", name="exported_is_approved"),
        CheckConstraint("approved_at is null or rejected_at is null", name="approved_or_rejected"),
    )

    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), default="award")
    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id"), index=True)
    component: Mapped[Str40]
    revision: Mapped[int] = mapped_column(Integer, default=1)
    amount_minor: Mapped[ScaledOrNone]
    currency: Mapped[str | None] = mapped_column(String(3))
    zero_reason: Mapped[str | None] = mapped_column(String(60))
    proposed_minor: Mapped[ScaledOrNone]
    changed_reason: Mapped[str | None] = mapped_column(String(2000))
    trace: Mapped[Json]
    approved_at: Mapped[AtOrNone]
    rejected_at: Mapped[AtOrNone]
    exported_at: Mapped[AtOrNone]
    closed_at: Mapped[AtOrNone]


class AwardPart(Model):
    """Recorded people of an award. Who prepared counts always, who approved counts within its round."""

    __tablename__ = "award_part"
    __table_args__ = (CheckConstraint("part in('preparer','earlier_approver')", name="part"),)

    award_id: Mapped[int] = mapped_column(Big, ForeignKey("award.id"), primary_key=True)
    part: Mapped[Str20] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)


class PayoutRun(Model):
    """One payroll file, kept as it was written, with its control sum."""

    __tablename__ = "payout_run"
    __table_args__ = (UniqueConstraint("cycle_id", "no"),)

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    no: Mapped[int] = mapped_column(Integer)
    file_digest: Mapped[Str64]
    body: Mapped[str] = mapped_column(Text)
    total_minor: Mapped[Scaled]
    currency: Mapped[Str3]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[At]


class PayoutLine(Model):
    """An award is paid once: its id is the key."""

    __tablename__ = "payout_line"
    __table_args__ = (CheckConstraint("amount_minor<>0", name="amount"),)

    award_id: Mapped[int] = mapped_column(Big, ForeignKey("award.id"), primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("payout_run.id"), index=True)
    amount_minor: Mapped[Scaled]
