"""Questions about accounts, their live sessions and the roles behind them, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Grant
from reviewflow.store import staff
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class SignIn:
    """An account and its person, as the web needs them. `password` is a hash.

    `must_change`: somebody else knows it, so that it opens only the page where it is changed.
    """

    account_id: int
    login: str
    password: str | None
    must_change: bool
    active: bool
    uniquifier: str
    theme: str
    person_id: int
    name: str
    language: str
    zone: str


@dataclass(frozen=True)
class OpenSession:
    """A row of `login_session` with the account it belongs to. `data` is the session's text as stored."""

    token_hash: str
    data: str
    seen_at: datetime
    expires_at: datetime
    sign_in: SignIn


@dataclass(frozen=True)
class Standing:
    """What a person is on one day: granted roles, whether anybody reports to them, their position.

    `reviewed`: there is a review about them, of whatever time.
    """

    grants: tuple[Grant, ...]
    manages: bool
    position: str | None
    reviewed: bool


_SIGN_IN: tuple[Any, ...] = (
    Account.id,
    Account.login,
    Account.password,
    Account.must_change,
    Account.active,
    Account.fs_uniquifier,
    Account.theme,
    Person.id,
    Person.name,
    Person.language,
    Person.zone,
)


def _sign_ins() -> Select[*tuple[Any, ...]]:
    return select(*_SIGN_IN).join(Person, Person.id == Account.person_id)


def _one(row: Row[*tuple[Any, ...]] | None) -> SignIn | None:
    return None if row is None else SignIn(*row)


def by_login(session: Session, login: str) -> SignIn | None:
    """The account with this sign-in name, whatever its case. One query."""
    found = session.execute(_sign_ins().where(func.lower(Account.login) == login.strip().lower()))
    return _one(found.first())


def by_uniquifier(session: Session, uniquifier: str) -> SignIn | None:
    """The account that sessions name by this value. One query."""
    return _one(session.execute(_sign_ins().where(Account.fs_uniquifier == uniquifier)).one_or_none())


def open_session(session: Session, token_hash: str) -> OpenSession | None:
    """The session with this SHA-256 of its token, whether still alive or not. One query."""
    statement = (
        select(
            LoginSession.token_hash,
            LoginSession.data,
            LoginSession.seen_at,
            LoginSession.expires_at,
            *_SIGN_IN,
        )
        .join(Account, Account.id == LoginSession.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(LoginSession.token_hash == token_hash)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    token_hash, data, seen_at, expires_at, *who = row
    return OpenSession(token_hash, data, seen_at, expires_at, SignIn(*who))


def standing(session: Session, person_id: int, today: date) -> Standing:
    """Everything of `Standing` for a person on a business date. One query."""
    granted = select(literal("grant").label("what"), RoleGrant.role.label("word"), RoleGrant.unit_id).where(
        RoleGrant.person_id == person_id, staff.holds(today)
    )
    line = ReportingLine
    manages = (
        select(literal("manages"), line.kind, line.manager_id)
        .where(
            line.manager_id == person_id,
            line.kind == "effective",
            line.from_on <= today,
            line.until_on > today,
        )
        .limit(1)
        .subquery()
    )
    member = select(literal("position"), Membership.position, Membership.unit_id).where(
        Membership.person_id == person_id, Membership.from_on <= today, Membership.until_on > today
    )
    reviews = (
        select(literal("reviewed"), Subject.kind, Subject.unit_id)
        .where(Subject.person_id == person_id, Subject.kind == "review")
        .limit(1)
        .subquery()
    )
    rows = session.execute(union_all(granted, select(manages), member, select(reviews))).all()
    return Standing(
        grants=staff.grants_of((word, unit_id) for kind, word, unit_id in rows if kind == "grant"),
        manages=any(kind == "manages" for kind, _, _ in rows),
        position=next((word for kind, word, _ in rows if kind == "position"), None),
        reviewed=any(kind == "reviewed" for kind, _, _ in rows),
    )


def sessions_of(session: Session, account_id: int, now: datetime) -> list[tuple[str, datetime, datetime]]:
    """(token hash, since, last seen) of the account's live sessions, last seen first. One query."""
    statement = (
        select(LoginSession.token_hash, LoginSession.created_at, LoginSession.seen_at)
        .where(LoginSession.account_id == account_id, LoginSession.expires_at > now)
        .order_by(LoginSession.seen_at.desc())
    )
    return [(token_hash, since, seen) for token_hash, since, seen in session.execute(statement)]


DEMO_SIGN_INS = 7
"""So many accounts a demo begins with."""


@dataclass(frozen=True)
class DemoSignIn:
    """One line of the demo's list: whom one can be, with which roles (`manager`, `employee` included)."""

    login: str
    name: str
    roles: tuple[str, ...]
    position: str | None


def demo_sign_ins(session: Session, today: date, most: int = DEMO_SIGN_INS) -> list[DemoSignIn]:
    """The accounts that were made first and are open, with their roles today. Two queries a person; for a demo only.

    Whoever got an account later has a password of their own.
    """
    first = select(Account.id).order_by(Account.id).limit(most).subquery()
    rows = session.execute(
        _sign_ins()
        .where(Account.id.in_(select(first.c.id)), Account.active)
        .where(or_(Person.left_on.is_(None), Person.left_on > today))
        .order_by(Account.id)
    )
    found = []
    for one in (SignIn(*row) for row in rows):
        stands = standing(session, one.person_id, today)
        roles = tuple(dict.fromkeys(grant.role for grant in stands.grants))
        roles = roles or (("manager",) if stands.manages else ("employee",))
        found.append(DemoSignIn(one.login, one.name, roles, stands.position))
    return found
