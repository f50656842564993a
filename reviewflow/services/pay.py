"""Awards: what the plan gives for a released result, each with its trace and an approval of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ScalarSelect, insert, select, tuple_, update
from sqlalchemy.orm import Session

from reviewflow.core import payout
from reviewflow.core.due import Anchors, due_at
from reviewflow.core.moment import Moment
from reviewflow.core.payout import PROMOTION, PayBase, PayFacts, Payout
from reviewflow.core.values import Money, Period
from reviewflow.core.workflow import Stage, Workflow
from reviewflow.store import again, audit, pinned, preparing
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.model import FOREVER
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.people import PayBase as PayBaseRow
from reviewflow.store.people import Person
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Measured, Review, ScoreLine
from reviewflow.store.subjects import MoveLog, Subject

CHUNK = 200


@dataclass(frozen=True)
class Result:
    """A review whose awards are to be proposed."""

    id: int
    person_id: int
    unit_id: int
    zone: str
    hired_on: date | None
    left_on: date | None
    rating: str
    rating_by: int | None
    revision: int
    collection: int


def propose(session: Session, moment: Moment, cycle_id: int, first: int, last: int) -> int:
    """Propose awards for answered reviews with ids from `first` to `last`; returns how many reviews.

    Each review once per revision, whatever is run again. About twelve queries per 200 reviews.
    """
    cycle, pins = session.get_one(Cycle, cycle_id), pinned.of_cycle(session, cycle_id)
    results = _results(session, cycle_id, first, last)
    for start in range(0, len(results), CHUNK):
        _chunk(session, moment, cycle, pins, results[start : start + CHUNK])
    return len(results)


def _results(session: Session, cycle_id: int, first: int, last: int) -> list[Result]:
    query = (
        select(
            Review.id,
            Review.person_id,
            Subject.unit_id,
            Person.zone,
            Person.hired_on,
            Person.left_on,
            Review.rating,
            Review.rating_by,
            Review.revision,
            Review.collection,
        )
        .join(Subject, Subject.id == Review.id)
        .join(Person, Person.id == Review.person_id)
        .where(
            Review.cycle_id == cycle_id,
            Review.id.between(first, last),
            Review.acknowledged_at.is_not(None),
            Review.proposed_revision.is_distinct_from(Review.revision),
        )
        .order_by(Review.id)
        .with_for_update(of=Review, key_share=True)
    )
    rows: list[Any] = list(session.execute(query))
    return [Result(*row) for row in rows]


def _chunk(session: Session, moment: Moment, cycle: Cycle, pins: Pinned, results: Sequence[Result]) -> None:
    facts = _facts(session, cycle, results)
    proposals = [(r, one) for r in results for one in payout.propose(pins.plan, facts[r.id])]
    proposals = [(r, one) for r, one in proposals if _use(one) in pins.awards]
    ids = _subjects(session, moment, cycle, pins, proposals)
    if proposals:
        session.execute(
            insert(Award), [_award(key, r, one) for key, (r, one) in zip(ids, proposals, strict=True)]
        )
        preparers = preparing.of_results(session, pins.workflow, results)
        parts = [
            {"award_id": key, "part": "preparer", "person_id": person, "round": 1}
            for key, (r, _) in zip(ids, proposals, strict=True)
            for person in sorted(preparers[r.id])
        ]
        if parts:
            session.execute(insert(AwardPart), parts)
        _log(session, moment, pins, ids, proposals)
    done = [r.id for r in results]
    session.execute(update(Review).where(Review.id.in_(done)).values(proposed_revision=Review.revision))
    again.look_again(session, moment, [(key, "v1") for key in ids])
    again.look_again(session, moment, [(r.id, f"awards:{r.revision}") for r in results])


def _use(one: Payout) -> str:
    return "promotion" if one.component == PROMOTION else "award"


def _subjects(
    session: Session,
    moment: Moment,
    cycle: Cycle,
    pins: Pinned,
    proposals: Sequence[tuple[Result, Payout]],
) -> list[int]:
    """Ids of the new subjects, in the order of the proposals."""
    workflows = pinned.workflows(session, set(pins.awards.values()))
    anchors = Anchors(moment.business, cycle.starts_on, cycle.ends_on)
    rows = []
    for result, one in proposals:
        definition_id = pins.awards[_use(one)]
        process = workflows[definition_id]
        stage = _begins(process, one)
        rows.append(
            {
                "kind": "award",
                "definition_id": definition_id,
                "stage": stage.key,
                "part": stage.part,
                "version": 1,
                "round": 1,
                "person_id": result.person_id,
                "unit_id": result.unit_id,
                "cycle_id": cycle.id,
                "entered_at": moment.business,
                "due_at": due_at(stage.due, anchors, result.zone, pins.calendar) if stage.due else None,
            }
        )
    if not rows:
        return []
    return list(session.scalars(insert(Subject).returning(Subject.id, sort_by_parameter_order=True), rows))


def _begins(process: Workflow, one: Payout) -> Stage:
    """The first stage; an amount that could not be computed is with its preparers and HR, who find it."""
    returned = (stage for stage in process.stages.values() if stage.part == "returned" and one.uncomputed)
    return next(returned, process.stages[process.start])


def _award(key: int, result: Result, one: Payout) -> dict[str, Any]:
    minor = one.amount.minor if one.amount else None
    return {
        "id": key,
        "review_id": result.id,
        "component": one.component,
        "revision": result.revision,
        "amount_minor": minor,
        "proposed_minor": minor,
        "currency": one.amount.currency if one.amount else None,
        "zero_reason": one.zero_reason,
        "trace": json.dumps(one.trace, ensure_ascii=False),
    }


def _log(
    session: Session,
    moment: Moment,
    pins: Pinned,
    ids: Sequence[int],
    proposals: Sequence[tuple[Result, Payout]],
) -> None:
    workflows = pinned.workflows(session, set(pins.awards.values()))
    logs, audits = [], []
    for key, (result, one) in zip(ids, proposals, strict=True):
        stage = _begins(workflows[pins.awards[_use(one)]], one)
        logs.append(
            {
                "subject_id": key,
                "version": 1,
                "round": 1,
                "move": "propose",
                "from_stage": None,
                "to_stage": stage.key,
                "actor_id": None,
                "role": "clock",
                "at": moment.business,
            }
        )
        detail = {"component": one.component, "revision": result.revision}
        audits.append(audit.row(moment.wall, None, "award.proposed", result.person_id, key, detail))
    session.execute(insert(MoveLog), logs)
    session.execute(insert(Audit), audits)


def _facts(session: Session, cycle: Cycle, results: Sequence[Result]) -> dict[int, PayFacts]:
    period = Period(cycle.starts_on, cycle.ends_on)
    figures, attainments = _figures(session, results), _attainments(session, results)
    bases, earlier = _bases(session, period, results), _earlier(session, cycle, results)
    return {
        r.id: PayFacts(
            period=period,
            present=period.overlap(Period(r.hired_on or date.min, r.left_on or FOREVER)),
            rating=r.rating,
            figures=figures[r.id],
            attainments=attainments[r.id],
            bases=bases[r.person_id],
            earlier_ratings=earlier[r.person_id],
            currency=cycle.currency,
        )
        for r in results
    }


def _figures(session: Session, results: Sequence[Result]) -> Mapping[int, dict[str, Fraction]]:
    found: defaultdict[int, dict[str, Fraction]] = defaultdict(dict)
    keys = [(r.id, r.collection) for r in results]
    query = select(
        Measured.review_id, Measured.indicator, Measured.numerator_e4, Measured.denominator_e4
    ).where(
        tuple_(Measured.review_id, Measured.revision).in_(keys), Measured.state.in_(("computed", "by_hand"))
    )
    for review_id, indicator, numerator, denominator in session.execute(query):
        if numerator is not None and denominator:
            found[review_id][indicator] = Fraction(numerator, denominator)
    return found


def _attainments(session: Session, results: Sequence[Result]) -> Mapping[int, dict[str, Fraction]]:
    """Percent by indicator, from the score lines of the released revision."""
    found: defaultdict[int, dict[str, Fraction]] = defaultdict(dict)
    keys = [(r.id, r.revision) for r in results]
    query = select(ScoreLine.review_id, ScoreLine.line, ScoreLine.attainment_e6).where(
        tuple_(ScoreLine.review_id, ScoreLine.revision).in_(keys), ScoreLine.attainment_e6.is_not(None)
    )
    for review_id, line, scaled in session.execute(query):
        found[review_id][line] = Fraction(scaled or 0, 10**6)
    return found


def _bases(session: Session, period: Period, results: Sequence[Result]) -> Mapping[int, list[PayBase]]:
    found: defaultdict[int, list[PayBase]] = defaultdict(list)
    query = select(PayBaseRow).where(
        PayBaseRow.person_id.in_([r.person_id for r in results]),
        PayBaseRow.from_on <= period.ends_on,
        PayBaseRow.until_on > period.starts_on,
    )
    for row in session.scalars(query):
        amount = None if row.amount_minor is None else Money(row.amount_minor, row.currency)
        rate = None if row.rate_e6 is None else Fraction(row.rate_e6, 10**6)
        found[row.person_id].append(
            PayBase(row.component, row.from_on, row.until_on, amount, rate, row.currency)
        )
    return found


def _process(cycle: Cycle) -> ScalarSelect[str]:
    """The name of the cycle's workflow: versions of one process are one history."""
    return select(Definition.name).where(Definition.id == cycle.workflow_id).scalar_subquery()


def _earlier(session: Session, cycle: Cycle, results: Sequence[Result]) -> Mapping[int, list[str | None]]:
    """Ratings of earlier cycles of the same workflow, newest first; None for one without a released result."""
    found: defaultdict[int, list[str | None]] = defaultdict(list)
    query = (
        select(Review.person_id, Review.rating, Review.released_at)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(Review.person_id.in_([r.person_id for r in results]), Cycle.ends_on < cycle.starts_on)
        .where(Review.voided_at.is_(None), Definition.name == _process(cycle))
        .order_by(Review.person_id, Cycle.ends_on.desc())
    )
    for person_id, rating, released in session.execute(query):
        found[person_id].append(rating if released else None)
    return found
