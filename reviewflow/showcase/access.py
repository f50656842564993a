"""Who may do what in the demo's company, and who can sign in."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import the_clock
from reviewflow.demo import roster
from reviewflow.demo.company import Company
from reviewflow.services import accounts
from reviewflow.store import managers
from reviewflow.store.clock import moment
from reviewflow.store.people import Person, RoleGrant, Unit


def ids(session: Session) -> dict[str, int]:
    """Everybody's id by external id."""
    return {external: key for external, key in session.execute(select(Person.external_id, Person.id))}


def grant_roles(session: Session, company: Company, from_on: date) -> None:
    """The company's granted roles, from a day on."""
    people = ids(session)
    units = {code: key for code, key in session.execute(select(Unit.code, Unit.id))}
    for one in company.grants:
        session.execute(
            insert(RoleGrant).values(
                person_id=people[one.person],
                role=one.role,
                unit_id=units[one.unit],
                from_on=from_on,
                granted_by=people[one.granted_by],
            )
        )
    managers.rewrite_effective_lines(session)


def open_accounts(session: Session, company: Company) -> None:
    """One for each visitor's role, with the password that the demo tells, and for the others with one that nobody
    knows. Who gets theirs in the tour has none yet.
    """
    now, people = moment(session), ids(session)
    clock = the_clock(now.business.date())
    visitors = [company.person(key) for key in roster.SIGN_INS]
    others = [one for one in company.people if one not in visitors and one.name != roster.WITHOUT_ACCOUNT]
    for who in (*visitors, *others):
        login = (who.email or who.external_id).partition("@")[0]
        password = accounts.DEMO_PASSWORD if who in visitors else secrets.token_urlsafe()
        accounts.open_account(
            session, now, clock, people[who.external_id], login, password, must_change=False
        )
