"""More people like Lin, and their results on the way to pay: each step by the services that pages call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, insert, select

from reviewflow.services import pay
from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.people import Membership, Person, ReportingLine
from tests.cast import CAST, HIRED, ZONE
from tests.flows.story import Story

FIRST = 11


def hire(engine: Engine, names: Sequence[str]) -> list[int]:
    """Reps of Wang's in Lin's unit; their ids."""
    with db.write(engine) as session:
        for person, name in enumerate(names, FIRST):
            session.execute(
                insert(Person).values(
                    id=person, external_id=f"P{person}", name=name, email=f"p{person}@example.com", language="en",
                    zone=ZONE, hired_on=HIRED,
                )
            )  # fmt: skip
            session.execute(
                insert(Membership).values(
                    person_id=person, unit_id=CAST.east, position="sales rep", from_on=HIRED
                )
            )
            for kind in ("solid", "effective"):
                session.execute(
                    insert(ReportingLine).values(
                        person_id=person, manager_id=CAST.wang, kind=kind, from_on=HIRED
                    )
                )
    return list(range(FIRST, FIRST + len(names)))


def as_lin(story: Story, person: int) -> Story:
    """The same cycle told with another of Wang's reps in Lin's place."""
    return replace(story, cast=replace(story.cast, lin=person))


def released(story: Story, person: int) -> int:
    """This person's review after release, with a printed letter."""
    told = as_lin(story, person)
    review = told.released()
    story.at = told.at
    return review


def awarded(story: Story, person: int) -> dict[str, int]:
    """This person's awards by component, after they acknowledged the letter."""
    review = released(story, person)
    story.move(person, review, "acknowledge")
    with db.write(story.engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    found = awards(story, review)
    story.advance(*found.values())
    return found


def awards(story: Story, review: int) -> dict[str, int]:
    """Ids of a review's awards by component."""
    with db.read(story.engine) as session:
        rows = session.execute(
            select(Award.component, Award.id).where(Award.review_id == review).order_by(Award.id)
        )
        return {component: key for component, key in rows}
