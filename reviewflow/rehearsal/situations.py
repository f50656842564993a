"""What a simulated person sees of a subject: read from the database, in their language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow import formats
from reviewflow.core.answers import wants_all_targets
from reviewflow.core.indicators import Indicator
from reviewflow.core.moment import Moment
from reviewflow.core.values import Money, currency_digits, from_scaled
from reviewflow.simulation import GoalProposal, Result, Situation
from reviewflow.store import people, pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Goal, Measured, Review, ScoreLine
from reviewflow.store.subjects import Answer, Subject

FIRST_TARGETS = {
    "money": Decimal(100_000),
    "percent": Decimal(80),
    "count": Decimal(10),
    "days": Decimal(30),
    "score": Decimal(80),
}
"""What a simulated manager asks for, by unit, where there is no figure to go by."""


@dataclass(frozen=True)
class Person:
    """Who somebody is to a simulation."""

    external_id: str
    name: str
    language: str

    @classmethod
    def read(cls, session: Session, person_id: int) -> Person:
        row = session.get_one(people.Person, person_id)
        return cls(row.external_id, row.name, row.language)


class Situations:
    """One subject, and what it looks like to each person."""

    def __init__(self, session: Session, now: Moment, subject_id: int) -> None:
        self.session, self.now = session, now
        self.subject = session.get_one(Subject, subject_id)
        definition_id = self.subject.definition_id
        self.workflow = pinned.workflows(session, {definition_id})[definition_id]
        self.pins = pinned.of_cycle(session, self.subject.cycle_id)
        self.currency = session.get_one(Cycle, self.subject.cycle_id).currency

    def draft_version(self, task: str) -> int:
        """The version of the present draft, 0 if there is none."""
        row = self.session.get(Answer, (self.subject.id, task, self.subject.round, 1))
        return row.version if row else 0

    def of(self, role: str, author: Person) -> Situation:
        """The subject as `author` sees it, acting in `role`.

        What is written about a review goes into the employee's letter, so it is in the employee's language.
        """
        about = Person.read(self.session, self.subject.person_id)
        review = self.session.get(Review, self.subject.id)
        language = about.language if review else author.language
        return Situation(
            person=about.external_id,
            person_name=about.name,
            author=author.external_id,
            author_name=author.name,
            role=role,
            language=language,
            stage=self.subject.stage,
            today=self.now.today(self._zone()),
            round=self.subject.round,
            results=self._results(review, language) if review else (),
            rubric=self.pins.rubric,
            goals=self._goals() if review else (),
            missing=self._missing(review) if review else {},
            amount=None if review else self._amount(),
            all_targets=wants_all_targets(self.workflow, self.subject.stage),
        )

    def _zone(self) -> str:
        return self.session.get_one(people.Person, self.subject.person_id).zone

    def _goals(self) -> tuple[GoalProposal, ...]:
        rows = self.session.scalars(
            select(Goal).where(Goal.review_id == self.subject.id).order_by(Goal.indicator)
        )
        return tuple(
            GoalProposal(
                row.indicator,
                None if row.suggested_e4 is None else from_scaled(row.suggested_e4, 4),
                None if row.last_e4 is None else from_scaled(row.last_e4, 4),
                from_scaled(row.weight_e4, 4),
                FIRST_TARGETS[self.pins.catalogue[row.indicator].unit],
            )
            for row in rows
        )

    def _missing(self, review: Review) -> dict[str, Decimal | None]:
        rows = self.session.scalars(
            select(Measured.indicator)
            .where(Measured.review_id == review.id, Measured.revision == review.collection)
            .where(Measured.state == "missing")
            .order_by(Measured.indicator)
        )
        return dict.fromkeys(rows)

    def _amount(self) -> Decimal | None:
        award = self.session.get_one(Award, self.subject.id)
        if award.amount_minor is None or award.currency is None:
            return None
        return from_scaled(award.amount_minor, currency_digits(award.currency))

    def _results(self, review: Review, language: str) -> tuple[Result, ...]:
        rows = self.session.execute(
            select(ScoreLine, Measured.rows_used)
            .outerjoin(
                Measured,
                (Measured.review_id == ScoreLine.review_id)
                & (Measured.indicator == ScoreLine.line)
                & (Measured.revision == review.collection),
            )
            .where(ScoreLine.review_id == review.id, ScoreLine.revision == review.revision)
            .order_by(ScoreLine.line)
        )
        catalogue = self.pins.catalogue.indicators
        return tuple(
            self._result(catalogue[line.line], line, rows_used or 0, language)
            for line, rows_used in rows
            if line.line in catalogue
        )

    def _result(self, indicator: Indicator, line: ScoreLine, rows_used: int, language: str) -> Result:
        steps = json.loads(line.trace)
        actual, target = steps.get("actual"), steps.get("target")
        return Result(
            indicator=indicator.key,
            title=indicator.title[language],
            attainment=None if line.attainment_e6 is None else Fraction(line.attainment_e6, 10**6),
            actual=self._shown(indicator, actual, language),
            target=self._shown(indicator, target, language),
            rows=rows_used,
        )

    def _shown(self, indicator: Indicator, exact: str | None, language: str) -> str:
        if exact is None:
            return formats.UNKNOWN
        value = Fraction(exact)
        if indicator.unit == "money":
            return formats.money(Money.of(value, self.currency), language)
        if indicator.unit == "percent":
            return formats.percent(value, language)
        return formats.number(value, language, indicator.places)
