"""A company on its pay day: results released, letters answered, awards proposed, each step by the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine, insert, select, update

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.services import accounts, pay
from reviewflow.store import clock, db
from reviewflow.store.pay import Award
from reviewflow.store.people import Membership, PayBase, Person, ReportingLine, RoleGrant
from tests.cast import CAST, HIRED, ZONE, Cast, write_cast
from tests.flows.story import Story
from tests.web.browser import PASSWORD

FIRST = 11


@dataclass(frozen=True)
class Payday:
    """Who is where: Lin and Liu have awards, Zhou a letter to answer, Maria a result that is not released.

    Liu's bonus is above the limit of the first signature. Sun audits, Qian administers, Zhao is a stranger.
    """

    cast: Cast
    liu: int
    zhou: int
    maria: int
    sun: int
    qian: int
    cycle: int
    at: str
    lin: dict[str, int]
    liu_awards: dict[str, int]
    zhou_review: int


LOGINS = ("director", "wang", "lin", "hu", "fang", "zhao")


def tell(engine: Engine) -> Payday:
    """Write the whole company into an empty, migrated database."""
    with db.write(engine) as session:
        clock.mark_scratch(session)
        cast = write_cast(session)
    liu, zhou, maria, sun, qian = hire(
        engine, ("Liu Fang", "Zhou Kai", "Maria Keller", "Sun Ming", "Qian Wei")
    )
    _grant(engine, sun, "auditor")
    _grant(engine, qian, "system_admin")
    story = Story(engine, cast).begin()
    _base(engine, liu, 1_700_000)
    lin_awards, liu_awards = awarded(story, cast.lin), awarded(story, liu)
    letter_of = released(story, zhou)
    told = as_lin(story, maria)
    told.judged()
    with db.write(engine) as session:
        clock.set_business_clock(session, told.at)
    people = {login: getattr(cast, login) for login in LOGINS}
    _open_accounts(engine, people | {"liu": liu, "zhou": zhou, "sun": sun, "qian": qian})
    return Payday(
        cast, liu, zhou, maria, sun, qian, story.cycle, told.at.isoformat(), lin_awards, liu_awards, letter_of
    )


def hire(engine: Engine, names: Sequence[str]) -> list[int]:
    """Reps of Wang's in Lin's unit, who read English; their ids."""
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


def _grant(engine: Engine, person: int, role: str) -> None:
    row = {
        "person_id": person,
        "role": role,
        "unit_id": CAST.company,
        "from_on": HIRED,
        "granted_by": CAST.director,
    }
    with db.write(engine) as session:
        session.execute(insert(RoleGrant).values(**row))


def _base(engine: Engine, person: int, minor: int) -> None:
    row = {"component": "bonus", "from_on": HIRED, "amount_minor": minor, "currency": "CNY"}
    with db.write(engine) as session:
        session.execute(insert(PayBase).values(person_id=person, **row))


def _open_accounts(engine: Engine, people: dict[str, int]) -> None:
    hashed = accounts.hash_password(PASSWORD)
    with db.write(engine) as session:
        now: Moment = clock.moment(session)
        machine = the_clock(now.business.date())
        for login, person in people.items():
            made = accounts.open_account(session, now, machine, person, login, None)
            accounts.renew_hash(session, now, machine, made, hashed)
        # Cast members who read Chinese would need every sentence of these tests twice.
        session.execute(update(Person).values(language="en"))
