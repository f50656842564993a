"""Landed rows for tests: a source, people and events, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.store.facts import batches, landing
from reviewflow.store.facts.rows import Source
from reviewflow.store.people import Person

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SOURCE = 1


@dataclass(frozen=True)
class Row:
    """One revision of one event, as short as a test can say it."""

    external_id: str
    person: int
    on: date
    kind: str = "order"
    revision: int = 1
    opened: date | None = None
    amount: int | None = None
    amount2: int | None = None
    currency: str | None = None
    customer: str | None = None
    outcome: str | None = None
    voided: bool = False

    def again(self, **changes: Any) -> Row:
        """The next revision."""
        return replace(self, revision=self.revision + 1, **changes)


def write_people(session: Session, ids: Iterable[int]) -> None:
    """One source and these people."""
    session.execute(
        insert(Source).values(id=SOURCE, name="crm", mapping="", delivers="{}", zone="Asia/Shanghai")
    )
    session.execute(
        insert(Person),
        [
            {"id": key, "external_id": f"P{key}", "name": f"Person {key}", "language": "en", "zone": "UTC"}
            for key in ids
        ],
    )


def land(session: Session, rows: Sequence[Row], *, holds: str = "facts") -> int:
    """Land rows as one batch and return its number."""
    batches.lock_counter(session)
    number = batches.add_batch(
        session,
        {
            "source_id": SOURCE,
            "holds": holds,
            "file_name": "orders.csv",
            "file_digest": "",
            "mapping_digest": "",
            "layout": "{}",
            "landed_at": AT,
            "by_id": None,
            "rows_new": len(rows),
            "rows_changed": 0,
            "rows_same": 0,
            "rows_voided": 0,
            "rows_bad": 0,
        },
    )
    landing.add(session, [_landed(row, number) for row in rows])
    return number


def _landed(row: Row, number: int) -> dict[str, Any]:
    has_amount = row.amount is not None or row.amount2 is not None
    return {
        "source_id": SOURCE,
        "kind": row.kind,
        "external_id": row.external_id,
        "revision": row.revision,
        "batch_no": number,
        "person_id": row.person,
        "person_ref": f"P{row.person}",
        "on_date": row.on,
        "opened_on": row.opened,
        "amount_e4": row.amount,
        "amount2_e4": row.amount2,
        "currency": row.currency or ("CNY" if has_amount else None),
        "customer_ref": row.customer,
        "outcome": row.outcome,
        "product": None,
        "row_digest": "",
        "voided": row.voided,
    }
