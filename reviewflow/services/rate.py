"""A rating set by a person against the rule: with a reason, and the computed one is kept beside it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.printer import unprintable
from reviewflow.store import again, audit, changes, pinned, relations
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

LONGEST_REASON = 2000


def override(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    review_id: int,
    rating: str,
    reason: str,
    *,
    seen_version: int,
) -> int:
    """Set the rating of one review that is not released yet; returns the new version.

    HR of the person's unit may, never about themselves, and counts as a preparer of the awards that follow.
    Setting the computed rating again takes the override back. Raises `Refused` or `Conflict`.
    """
    query = select(Subject, Review).join(Review, Review.id == Subject.id).where(Subject.id == review_id)
    # What this session read before it had the lock may be older than the lock.
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.execute(locked).one_or_none()
    held = relations.held_on(session, viewer, [review_id]).get(review_id, frozenset())
    if row is None or not relations.exists_for("review", held):
        raise Refused([Reason("subject.unknown")])
    subject, review = row
    reasons = _against(session, subject, review, held, rating, reason)
    if reasons:
        raise Refused(reasons)
    if subject.version != seen_version:
        change = changes.last_changes(session, [review_id])[review_id]
        raise Conflict(subject.version, change.by, change.at)
    return _write(session, moment, viewer, subject, review, rating, reason.replace("\x00", "").strip())


def _against(
    session: Session, subject: Subject, review: Review, held: frozenset[str], rating: str, reason: str
) -> list[Reason]:
    reasons = []
    if "hr" not in held:
        reasons.append(Reason("rating.hr_only"))
    if "reviewee" in held:
        reasons.append(Reason("rating.own"))
    if review.rating_computed is None:
        reasons.append(Reason("rating.not_computed"))
    if review.released_at is not None:
        reasons.append(Reason("rating.released"))
    if subject.closed_at is not None:
        reasons.append(Reason("rating.closed"))
    bands = [band.letter for band in pinned.of_cycle(session, subject.cycle_id).plan.bands]
    if rating not in bands:
        reasons.append(Reason("rating.unknown", {"rating": rating, "known": ", ".join(bands)}))
    if rating != review.rating_computed and not reason.strip():
        reasons.append(Reason("rating.reason_required"))
    if len(reason) > LONGEST_REASON:
        reasons.append(Reason("rating.reason_too_long", {"most": LONGEST_REASON, "length": len(reason)}))
    if characters := unprintable(reason.replace("\x00", "")):
        reasons.append(Reason("rating.reason_unprintable", {"characters": characters}))
    return reasons


def _write(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subject: Subject,
    review: Review,
    rating: str,
    reason: str,
) -> int:
    version = subject.version + 1
    differs = rating != review.rating_computed
    detail = {"from": review.rating, "to": rating, "computed": review.rating_computed, "reason": reason}
    session.execute(
        update(Review)
        .where(Review.id == review.id)
        .values(
            rating=rating,
            rating_reason=reason if differs else None,
            rating_by=viewer.person_id if differs else None,
        )
    )
    session.execute(update(Subject).where(Subject.id == subject.id).values(version=version))
    audit.record(
        session,
        moment,
        viewer.person_id,
        changes.OVERRIDDEN if differs else changes.RESTORED,
        about_person_id=subject.person_id,
        subject_id=subject.id,
        detail=detail,
    )
    again.look_again(session, moment, [(subject.id, f"rating:v{version}")])
    return version
