"""Simulated people answer what they are asked about the review itself."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Engine, select

from reviewflow.core.values import share_out
from reviewflow.rehearsal.situations import Person, Situations
from reviewflow.services import survey
from reviewflow.simulation import Simulated
from reviewflow.store import pinned, staff
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write
from reviewflow.store.reviews import Review
from reviewflow.store.surveys import SurveyTicket

FLOOR = 5


def answer_surveys(engine: Engine, simulated: Simulated, cycle_id: int) -> int:
    """Everybody with a ticket may answer; returns how many did."""
    with read(engine) as session:
        lines = pinned.of_cycle(session, cycle_id).plan.lines.values()
        shares = share_out(100, [Fraction(line.weight_e4) for line in lines])
        weights = {line.indicator: share for line, share in zip(lines, shares, strict=True)}
        asked = session.execute(
            select(SurveyTicket.person_id, Review.id)
            .join(
                Review,
                (Review.cycle_id == SurveyTicket.cycle_id) & (Review.person_id == SurveyTicket.person_id),
            )
            .where(SurveyTicket.cycle_id == cycle_id, SurveyTicket.used.is_(False))
            .order_by(SurveyTicket.person_id)
        ).all()
    return sum(_answer(engine, simulated, cycle_id, weights, *row) for row in asked)


def _answer(
    engine: Engine,
    simulated: Simulated,
    cycle_id: int,
    weights: dict[str, int],
    person_id: int,
    review_id: int,
) -> bool:
    with write(engine) as session:
        now = moment(session)
        at = Situations(session, now, review_id).of("reviewee", Person.read(session, person_id))
        reply = simulated.survey(weights, survey.QUESTIONS, at)
        if reply is None:
            return False
        survey.submit(
            session,
            now,
            staff.viewer(session, person_id, now.business.date()),
            cycle_id,
            ratings=reply.ratings,
            weights=reply.weights,
            comment=reply.comment,
            floor=FLOOR,
        )
        return True
