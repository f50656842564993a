"""`reviewflow account`: sign-in accounts and first roles, from the server's own command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.workflow.vocabulary import GRANTED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reviewflow.core.moment import Moment


@click.group("account")
def command() -> None:
    """Open accounts and give the first people their roles. Afterwards HR does this in the web, under People.

    Whoever may type commands here decides who gets in, so that each of them is kept in the audit.
    """


@command.command("open")
@click.argument("person")
@click.argument("login")
@click.password_option(help="First password; asked for if it is not given.")
def open_one(person: str, login: str, password: str) -> None:
    """Open an account named LOGIN for PERSON (the employee number of the imported people).

    The first password is told in person and has to be changed at the first sign-in; it has at least 12 characters.
    """
    from reviewflow.core.viewer import the_clock
    from reviewflow.services import accounts

    def opened(session: Session, now: Moment) -> None:
        clock = the_clock(now.business.date())
        accounts.open_account(session, now, clock, _person(session, person), login, password)

    _write(opened)
    click.echo(f"{login} can sign in.")


@command.command("password")
@click.argument("login")
@click.password_option(help="New password; asked for if it is not given.")
def replace(login: str, password: str) -> None:
    """Give the account LOGIN a new password in place of a forgotten one. Whoever is signed in by it is signed out.

    It is told in person and has to be changed at the next sign-in.
    """
    from reviewflow.core.viewer import the_clock
    from reviewflow.services import accounts

    _write(
        lambda session, now: accounts.replace_password(
            session, now, the_clock(now.business.date()), login, password
        )
    )
    click.echo(f"{login} has a new password.")


@command.command("grant")
@click.argument("person")
@click.argument("role", type=click.Choice(sorted(GRANTED)))
@click.option(
    "--unit", help="Code of the unit; the role holds for it and all below it. Default: the whole company."
)
@click.option("--by", required=True, help="Employee number of whoever decided it; never PERSON.")
def grant_one(person: str, role: str, unit: str | None, by: str) -> None:
    """Give PERSON (employee number) a role from today on."""
    from dataclasses import replace

    from reviewflow.core.viewer import Grant
    from reviewflow.services import grant
    from reviewflow.store import staff

    def granted(session: Session, now: Moment) -> None:
        deciding = staff.viewer(session, _person(session, by), now.business.date())
        unit_id = _unit(session, unit)
        # Whoever has the server's command line acts for the system administrator, who may not exist yet.
        acting = replace(deciding, grants=(*deciding.grants, Grant("system_admin", unit_id)))
        grant.grant(session, now, acting, _person(session, person), role, unit_id)

    _write(granted)
    click.echo(f"{person} has the role {role}.")


def _write(work: Callable[[Session, Moment], None]) -> None:
    from reviewflow.cli._database import database
    from reviewflow.store.clock import moment
    from reviewflow.store.db import write

    with database() as bound, write(bound) as session:
        work(session, moment(session))


def _person(session: Session, external_id: str) -> int:
    from sqlalchemy import select

    from reviewflow.store.people import Person

    found = session.scalar(select(Person.id).where(Person.external_id == external_id))
    if found is None:
        raise Refused([Reason("account.no_person", {"id": external_id})])
    return found


def _unit(session: Session, code: str | None) -> int:
    """The unit with this code, or the one unit above all others."""
    from sqlalchemy import select

    from reviewflow.store.people import Unit

    wanted = Unit.parent_id.is_(None) if code is None else Unit.code == code
    found = session.scalars(select(Unit.id).where(wanted)).all()
    if len(found) != 1:
        raise Refused([Reason("account.no_unit", {"code": code or "–", "count": len(found)})])
    return found[0]
