"""The audit: rows are written with the fact and sealed into a chain by the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.moment import Moment
from reviewflow.store.model import At, Big, BigKey, Json, Model, Str60, Str64


class Audit(Model):
    """Who did or read what about whom, in wall time. Never changed or deleted (triggers see to it)."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_about", "about_person_id", "id"),
        Index("audit_subject", "subject_id", "id"),
    )

    id: Mapped[BigKey]
    at: Mapped[At]
    actor_id: Mapped[int | None] = mapped_column(Integer)
    for_id: Mapped[int | None] = mapped_column(Integer)
    action: Mapped[Str60]
    about_person_id: Mapped[int | None] = mapped_column(Integer)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[Json]


class AuditSeal(Model):
    """One seal over the rows since the last; `reviewflow.store.audit_chain` says how they follow."""

    __tablename__ = "audit_seal"
    __table_args__ = (CheckConstraint("row_count>0", name="row_count"),)

    no: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    previous: Mapped[Str64] = mapped_column(unique=True)
    head: Mapped[Str64] = mapped_column(unique=True)
    row_count: Mapped[int] = mapped_column(Integer)
    at: Mapped[At]


class AuditSealed(Model):
    """An audit row in its seal, with its link of the chain."""

    __tablename__ = "audit_sealed"
    __table_args__ = (Index("audit_sealed_order", "seal_no", "audit_id"),)

    audit_id: Mapped[int] = mapped_column(Big, ForeignKey("audit.id"), primary_key=True, autoincrement=False)
    seal_no: Mapped[int] = mapped_column(Big, ForeignKey("audit_seal.no"))
    digest: Mapped[Str64]


def row(
    at: datetime,
    actor_id: int | None,
    action: str,
    about_person_id: int | None = None,
    subject_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One audit row as values for a bulk insert into `Audit`."""
    return {
        "at": at,
        "actor_id": actor_id,
        "for_id": None,
        "action": action,
        "about_person_id": about_person_id,
        "subject_id": subject_id,
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
    }


def record(
    session: Session,
    moment: Moment,
    actor_id: int | None,
    action: str,
    *,
    about_person_id: int | None = None,
    subject_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit row in the transaction of the fact itself. One query."""
    session.execute(insert(Audit), [row(moment.wall, actor_id, action, about_person_id, subject_id, detail)])
