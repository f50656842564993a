"""What a submitted answer brings about, by the kinds of its fields: a closed vocabulary, so a closed table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.moment import Moment
from reviewflow.core.typed import decimal_of
from reviewflow.core.values import Money, to_scaled
from reviewflow.core.viewer import Viewer
from reviewflow.services.answer.task import Asked, missing
from reviewflow.store import ratings
from reviewflow.store.facts.batches import last_batch
from reviewflow.store.pay import CORRECTED_TO_ZERO, Award, AwardPart
from reviewflow.store.reviews import LEFT_OUT_BY_HAND, Goal, Measured, Review
from reviewflow.store.subjects import Answer

ONE_E4 = 10_000
LONGEST_REASON = 400


def bring_about(
    session: Session, moment: Moment, viewer: Viewer, found: Asked, body: Mapping[str, Any]
) -> None:
    """Run the effects of all fields, in the order of the form. Raises `Conflict`: see `_missing_measures`."""
    for field in found.form.fields:
        if field.kind in _EFFECTS:
            _EFFECTS[field.kind](session, moment, viewer, found, body, field.key)


def _targets(
    session: Session, moment: Moment, viewer: Viewer, found: Asked, body: Mapping[str, Any], key: str
) -> None:
    """The goals are what the answer says: targets and weights; an indicator left out of it is no goal."""
    mine = Goal.review_id == found.subject.id
    session.execute(delete(Goal).where(mine, Goal.indicator.not_in(list(body[key]))))
    known = set(session.scalars(select(Goal.indicator).where(mine)))
    for indicator, row in body[key].items():
        target, weight = decimal_of(row.get("target")), decimal_of(row.get("weight"))
        assert weight is not None  # checked before
        values = {
            "target_e4": None if target is None else to_scaled(target, 4),
            "weight_e4": to_scaled(weight, 4),
        }
        if indicator in known:
            session.execute(update(Goal).where(mine, Goal.indicator == indicator).values(**values))
        else:
            session.execute(insert(Goal).values(review_id=found.subject.id, indicator=indicator, **values))


def _missing_measures(
    session: Session, moment: Moment, viewer: Viewer, found: Asked, body: Mapping[str, Any], key: str
) -> None:
    """Figures entered by hand or left out, with reason and evidence; what is still missing is asked again.

    Raises `Conflict` if one of them was computed or entered since the page was made: nothing typed is dropped.
    """
    reason = _text_of(found, body)
    common = {
        "batch_no": last_batch(session),
        "evidence_id": next((ids[0] for ids in _files_of(found, body) if ids), None),
    }
    review_id = found.subject.id
    # Whoever computes the figures anew holds the review while they are replaced.
    session.execute(select(Review.id).where(Review.id == review_id).with_for_update(key_share=True))
    present = select(Review.collection).where(Review.id == review_id).scalar_subquery()
    for indicator, row in body[key].items():
        value = None if row.get("leave_out") else decimal_of(row["value"])
        values = _left_out(reason) if value is None else _by_hand(value, reason, viewer)
        entered = session.scalar(
            update(Measured)
            .where(
                Measured.review_id == review_id,
                Measured.indicator == indicator,
                Measured.revision == present,
                Measured.state == "missing",
            )
            .values(**values, **common)
            .returning(Measured.indicator)
        )
        if entered is None:
            raise Conflict(found.answer.version if found.answer else 0, None, moment.business)
    _ask_again(session, found, body, key)


def _by_hand(value: Decimal, reason: str, viewer: Viewer) -> dict[str, Any]:
    return {
        "state": "by_hand",
        "numerator_e4": to_scaled(value, 4),
        "denominator_e4": ONE_E4,
        "entered_by": viewer.person_id,
        "reason": reason[:LONGEST_REASON],
    }


def _left_out(reason: str) -> dict[str, Any]:
    """With the reason as a sentence and its words. What does not fit the column stands in the answer."""
    words = reason
    while (
        len(packed := f"{LEFT_OUT_BY_HAND} {json.dumps({'reason': words}, ensure_ascii=False)}")
        > LONGEST_REASON
    ):
        words = words[: len(words) - max(1, (len(packed) - LONGEST_REASON) // 2)]
    return {"state": "left_out", "numerator_e4": None, "denominator_e4": None, "reason": packed}


def _ask_again(session: Session, found: Asked, body: Mapping[str, Any], key: str) -> None:
    """An answer that leaves some figure missing is a draft again, with its words but without what is entered."""
    if not missing(session, found.subject.id):
        return
    draft = json.dumps({**body, key: {}}, ensure_ascii=False, sort_keys=True)
    session.execute(
        update(Answer)
        .where(
            Answer.subject_id == found.subject.id,
            Answer.task == found.task.key,
            Answer.round == found.subject.round,
        )
        .values(submitted_at=None, body=draft)
    )


def _money(
    session: Session, moment: Moment, viewer: Viewer, found: Asked, body: Mapping[str, Any], key: str
) -> None:
    """A corrected amount keeps the proposed one beside it; whoever changed it is a preparer from now on."""
    award_id, round_ = found.subject.id, found.subject.round
    currency, proposed = session.execute(
        select(Award.currency, Award.proposed_minor).where(Award.id == award_id)
    ).one()
    amount = decimal_of(body[key])
    assert amount is not None  # checked before
    assert currency is not None  # a promotion has no such form
    minor = Money.of(amount, currency).minor
    session.execute(
        update(Award)
        .where(Award.id == award_id)
        .values(
            amount_minor=minor,
            changed_reason=_text_of(found, body)[:2000] if minor != proposed else None,
            zero_reason=None if minor else CORRECTED_TO_ZERO,
        )
    )
    part = {"award_id": award_id, "part": "preparer", "person_id": viewer.person_id, "round": round_}
    if session.get(AwardPart, tuple(part.values())) is None:
        session.execute(insert(AwardPart).values(**part))


def _rubric(
    session: Session, moment: Moment, viewer: Viewer, found: Asked, body: Mapping[str, Any], key: str
) -> None:
    """The deciding judgement rates the review anew, if its score lines are there."""
    if ratings.deciding_task(found.workflow) == (found.task.key, key):
        cause = ratings.Cause(viewer.person_id, ratings.JUDGED)
        ratings.recompute(session, moment, cause, found.subject.cycle_id, [found.subject.id])


def _text_of(found: Asked, body: Mapping[str, Any]) -> str:
    """All texts of the form in one. PostgreSQL keeps no U+0000 in a column; whoever pasted it meant the rest."""
    texts = [body.get(field.key) or "" for field in found.form.fields if field.kind == "text"]
    return " ".join(text.strip() for text in texts if text.strip()).replace("\x00", "")


def _files_of(found: Asked, body: Mapping[str, Any]) -> list[list[int]]:
    return [body.get(field.key) or [] for field in found.form.fields if field.kind == "file"]


Effect = Callable[[Session, Moment, Viewer, Asked, Mapping[str, Any], str], None]
_EFFECTS: Mapping[str, Effect] = {
    "targets": _targets,
    "missing_measures": _missing_measures,
    "money": _money,
    "rubric": _rubric,
}
