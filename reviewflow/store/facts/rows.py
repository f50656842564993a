"""Sources, landed rows and their batches. Landing is the truth; the lake is a copy of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import (
    At,
    AtOrNone,
    Big,
    BigKey,
    Flag,
    Json,
    Key,
    Model,
    On,
    OnOrNone,
    Scaled,
    ScaledOrNone,
    Str20,
    Str40,
    Str60,
    Str64,
    Str120,
)


class Source(Model):
    """A system that delivers rows, with its saved column mapping (TOML) and the kinds it delivers."""

    __tablename__ = "source"

    id: Mapped[Key]
    name: Mapped[Str60] = mapped_column(unique=True)
    mapping: Mapped[Json]
    delivers: Mapped[Json]
    zone: Mapped[Str40]
    last_ok_at: Mapped[AtOrNone]


class BatchCounter(Model):
    """The one row whose lock hands out batch numbers, so that they become visible in order."""

    __tablename__ = "batch_counter"
    __table_args__ = (CheckConstraint("id=1", name="one"),)

    id: Mapped[Key]
    last_no: Mapped[Scaled]


class LandingBatch(Model):
    """What one file brought: events (`holds` facts) or people, units, pay bases and targets (`holds` people).

    A file that is sent again makes no batch unless something in it is new. `layout` is what its refused
    lines need to become a file again: ``{"columns": [...], "separator": ";"}``.
    """

    __tablename__ = "landing_batch"
    __table_args__ = (
        CheckConstraint("holds in('facts','people')", name="holds"),
        Index("landing_batch_file", "source_id", "file_digest"),
    )

    no: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    holds: Mapped[str] = mapped_column(String(6))
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[Str64]
    mapping_digest: Mapped[Str64]
    layout: Mapped[Json]
    landed_at: Mapped[At]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rows_new: Mapped[int] = mapped_column(Integer)
    rows_changed: Mapped[int] = mapped_column(Integer)
    rows_same: Mapped[int] = mapped_column(Integer)
    rows_voided: Mapped[int] = mapped_column(Integer)
    rows_bad: Mapped[int] = mapped_column(Integer)
    in_lake_at: Mapped[AtOrNone]


class BatchCoverage(Model):
    """What a batch vouches for: an event kind, the fields that its mapping fills, and the complete days."""

    __tablename__ = "batch_coverage"

    batch_no: Mapped[int] = mapped_column(Big, ForeignKey("landing_batch.no"), primary_key=True)
    kind: Mapped[Str20] = mapped_column(primary_key=True)
    fields: Mapped[Json]
    covers_from: Mapped[OnOrNone]
    covers_until: Mapped[OnOrNone]


class Landing(Model):
    """One revision of one event. `on_date` is the date it counts on, `opened_on` when it began.

    What has no currency but an amount (a score) has the currency XXX of ISO 4217.
    """

    __tablename__ = "landing"
    __table_args__ = (
        CheckConstraint("revision>=1", name="revision"),
        CheckConstraint("amount_e4 is null or currency is not null", name="currency"),
        Index("landing_read", "kind", "person_id", "on_date", "batch_no"),
        Index("landing_customer", "kind", "customer_ref", "on_date"),
        Index("landing_batch_rows", "batch_no"),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    kind: Mapped[Str20] = mapped_column(primary_key=True)
    external_id: Mapped[Str120] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch_no: Mapped[int] = mapped_column(Big, ForeignKey("landing_batch.no"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_ref: Mapped[Str120]
    on_date: Mapped[On]
    opened_on: Mapped[OnOrNone]
    amount_e4: Mapped[ScaledOrNone]
    amount2_e4: Mapped[ScaledOrNone]
    currency: Mapped[str | None] = mapped_column(String(3))
    customer_ref: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(20))
    product: Mapped[str | None] = mapped_column(String(120))
    row_digest: Mapped[Str64]
    voided: Mapped[Flag] = mapped_column(default=False)


class BadRow(Model):
    """A value that was refused: line (the header is 1), column, value and the reason.

    `row` holds the cells of the whole line, so that it can be downloaded, mended and sent again.
    """

    __tablename__ = "bad_row"

    batch_no: Mapped[int] = mapped_column(Big, ForeignKey("landing_batch.no"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)
    col: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(400))
    reason: Mapped[Str60]
    params: Mapped[Json]
    row: Mapped[Json]


class LakeFile(Model):
    """A file of the lake, named by its SHA-256: valid from batch `from_no` on, until `until_no` exclusive."""

    __tablename__ = "lake_file"
    __table_args__ = (
        CheckConstraint("part in('base','tail')", name="part"),
        CheckConstraint("until_no is null or until_no>from_no", name="batches"),
        Index("lake_file_live", "until_no"),
    )

    id: Mapped[BigKey]
    sha256: Mapped[Str64]
    month: Mapped[str] = mapped_column(String(7))
    part: Mapped[str] = mapped_column(String(4))
    rows: Mapped[int] = mapped_column(Integer)
    from_no: Mapped[Scaled]
    until_no: Mapped[int | None] = mapped_column(Big)


class Target(Model):
    """A target given from outside (a quota file): one per person, indicator and period."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint("starts_on<=ends_on", name="dates"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    indicator: Mapped[Str40] = mapped_column(primary_key=True)
    starts_on: Mapped[On] = mapped_column(primary_key=True)
    ends_on: Mapped[On]
    target_e4: Mapped[Scaled]
    batch_no: Mapped[int] = mapped_column(Big, ForeignKey("landing_batch.no"))
