"""Stored figures: live ones for tracking, measured ones for the evaluation."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reviewflow.core.indicators import Ratio
from reviewflow.core.measuring import Figure
from reviewflow.core.policy import sees
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.chunks import chunks
from reviewflow.store.reviews import LiveValue, Measured, Review


def packed(reason: Reason) -> str:
    """A reason as the columns keep it: its key, and its parameters as JSON after a blank."""
    text = json.dumps(dict(reason.params), ensure_ascii=False) if reason.params else ""
    return f"{reason.key} {text}".strip()


def unpacked(text: str) -> Reason:
    """Inverse of `packed`."""
    key, _, params = text.partition(" ")
    return Reason(key, json.loads(params) if params else {})


@dataclass(frozen=True)
class StoredFigure:
    """The figure of one indicator of one review, as it stands.

    `settled`: it belongs to the evaluation; otherwise it is live, computed at `as_of`. The reason of a figure
    entered by hand is ``measure.by_hand`` (text), in the words of who entered it.
    """

    review_id: int
    indicator: str
    state: str
    ratio: Ratio | None
    reason: Reason | None
    batch_no: int
    rows_used: int
    settled: bool
    as_of: datetime | None
    entered_by: int | None
    evidence_id: int | None
    trace: dict[str, Any]


def values_of(figure: Figure, rows_used: int, trace: dict[str, Any]) -> dict[str, Any]:
    """A figure as columns that live and measured values have in common. Raises `Inexact`."""
    numerator, denominator = figure.ratio.scaled() if figure.ratio else (None, None)
    return {
        "numerator_e4": numerator,
        "denominator_e4": denominator,
        "rows_used": rows_used,
        "state": figure.state,
        "reason": packed(figure.reason) if figure.reason else None,
        "trace": json.dumps(trace, ensure_ascii=False, sort_keys=True),
    }


def put_live(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Replace the live values of all reviews that occur in `rows`. Two queries per 10,000."""
    for some in chunks(sorted({row["review_id"] for row in rows})):
        session.execute(delete(LiveValue).where(LiveValue.review_id.in_(some)))
    for part in chunks(rows, 5_000):
        session.execute(insert(LiveValue), part)


def newest_live(session: Session, review_ids: Collection[int]) -> dict[int, int]:
    """The batch as of which each review has live values. One query per 10,000."""
    found: dict[int, int] = {}
    for some in chunks(review_ids):
        rows = session.execute(
            select(LiveValue.review_id, LiveValue.batch_no).where(LiveValue.review_id.in_(some)).distinct()
        )
        found.update(rows.all())
    return found


def figures(
    session: Session, viewer: Viewer, review_ids: Iterable[int]
) -> dict[int, dict[str, StoredFigure]]:
    """Figures by review and indicator: the settled ones of the present collection, else the live ones.

    Reviews whose figures the viewer does not see are no keys. Four queries.
    """
    held = relations.held_on(session, viewer, review_ids)
    open_ones = [key for key, roles in held.items() if sees("figures", roles, frozenset())]
    return stored(session, open_ones)


def stored(session: Session, review_ids: Sequence[int]) -> dict[int, dict[str, StoredFigure]]:
    """The same without asking who looks; for jobs and letters. Two queries per 10,000 reviews."""
    found: dict[int, dict[str, StoredFigure]] = {key: {} for key in review_ids}
    for some in chunks(review_ids):
        for live in session.scalars(select(LiveValue).where(LiveValue.review_id.in_(some))):
            found[live.review_id][live.indicator] = _live(live)
        measured = select(Measured).join(
            Review, (Review.id == Measured.review_id) & (Review.collection == Measured.revision)
        )
        for row in session.scalars(measured.where(Measured.review_id.in_(some))):
            found[row.review_id][row.indicator] = _measured(row)
    return found


def _live(row: LiveValue) -> StoredFigure:
    return StoredFigure(
        **_common(row), settled=False, as_of=row.computed_at, entered_by=None, evidence_id=None
    )


def _measured(row: Measured) -> StoredFigure:
    return StoredFigure(
        **_common(row), settled=True, as_of=None, entered_by=row.entered_by, evidence_id=row.evidence_id
    )


def _common(row: LiveValue | Measured) -> dict[str, Any]:
    ratio = None
    if row.numerator_e4 is not None and row.denominator_e4 is not None:
        ratio = Ratio.from_scaled(row.numerator_e4, row.denominator_e4)
    return {
        "review_id": row.review_id,
        "indicator": row.indicator,
        "state": row.state,
        "ratio": ratio,
        "reason": _reason(row.state, row.reason),
        "batch_no": row.batch_no,
        "rows_used": row.rows_used,
        "trace": json.loads(row.trace),
    }


def _reason(state: str, text: str | None) -> Reason | None:
    if text is None:
        return None
    return Reason("measure.by_hand", {"text": text}) if state == "by_hand" else unpacked(text)
