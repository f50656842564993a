"""Accounts: opened, given a new password, switched off. What makes a session worthless ends it."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.people import Person

# OWASP's minimum for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
SHORTEST_PASSWORD = 12

DEMO_PASSWORD = "reviewflow-demo"
"""Of the invented people in a demo, whose sign-in page says so. No other installation has such an account."""


def hash_password(password: str) -> str:
    """Argon2id hash of the password in the form the sign-in compares (Unicode NFKD). About 20 ms."""
    hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
    return hasher.hash(unicodedata.normalize("NFKD", password))


def open_account(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    person_id: int,
    login: str,
    password: str | None,
    *,
    must_change: bool = True,
) -> int:
    """Give a person a sign-in name and its first password; the account's id.

    Whoever sets it knows it, so that the person has to change it before anything else opens; not so for
    invented people (`must_change` False). Without a password nobody can sign in yet. Raises `Refused`: the name
    is taken, the person has an account already, the password is too short.
    """
    if reasons := _against(session, person_id, login, password):
        raise Refused(reasons)
    account = Account(
        person_id=person_id,
        login=login,
        password=hash_password(password) if password else None,
        must_change=must_change and password is not None and person_id != viewer.person_id,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
    )
    session.add(account)
    session.flush()
    audit.record(session, moment, viewer.person_id, "account_opened", about_person_id=person_id)
    return account.id


def _against(session: Session, person_id: int, login: str, password: str | None) -> list[Reason]:
    reasons = []
    if session.scalar(select(exists().where(func.lower(Account.login) == login.lower()))):
        reasons.append(Reason("account.login_taken", {"login": login}))
    if (known := session.scalar(select(Account.login).where(Account.person_id == person_id))) is not None:
        reasons.append(Reason("account.one_each", {"login": known}))
    return reasons + (_too_short(password) if password else [])


def _too_short(password: str) -> list[Reason]:
    if len(password) >= SHORTEST_PASSWORD:
        return []
    return [Reason("account.password_short", {"length": len(password), "least": SHORTEST_PASSWORD})]


def replace_password(session: Session, moment: Moment, viewer: Viewer, login: str, password: str) -> None:
    """Give an account a new password in place of a forgotten one; its sessions end. Raises `Refused`."""
    account_id = session.scalar(select(Account.id).where(func.lower(Account.login) == login.lower()))
    if account_id is None:
        raise Refused([Reason("account.unknown", {"login": login})])
    if reasons := _too_short(password):
        raise Refused(reasons)
    set_password(session, moment, viewer, account_id, hash_password(password), secrets.token_hex(32))


def set_password(
    session: Session, moment: Moment, viewer: Viewer, account_id: int, hashed: str, mark: str
) -> None:
    """Store a new password hash; every session of the account ends. `mark` is the new session mark.

    Set by anybody but the account's own person, it has to be changed at the next sign-in.
    """
    person_id = _person(session, account_id)
    foreign = person_id is None or person_id != viewer.person_id
    _change(session, account_id, password=hashed, fs_uniquifier=mark, must_change=foreign)
    _end_sessions(session, account_id)
    audit.record(session, moment, viewer.person_id, "password_changed", about_person_id=person_id)


def renew_hash(session: Session, moment: Moment, viewer: Viewer, account_id: int, hashed: str) -> None:
    """Replace a hash made by an older rule with one of the same password; sessions stay."""
    _change(session, account_id, password=hashed)


def switch_off(session: Session, moment: Moment, viewer: Viewer, login: str) -> None:
    """Disable an account and end its sessions at once. Switching it on again revives none of them."""
    account_id = session.scalar(select(Account.id).where(func.lower(Account.login) == login.lower()))
    if account_id is None:
        raise Refused([Reason("account.unknown", {"login": login})])
    _change(session, account_id, active=False, fs_uniquifier=secrets.token_hex(32))
    _end_sessions(session, account_id)
    audit.record(
        session, moment, viewer.person_id, "account_disabled", about_person_id=_person(session, account_id)
    )


def switch_on(session: Session, moment: Moment, viewer: Viewer, login: str) -> None:
    """Enable an account again."""
    account_id = session.scalar(select(Account.id).where(func.lower(Account.login) == login.lower()))
    if account_id is None:
        raise Refused([Reason("account.unknown", {"login": login})])
    _change(session, account_id, active=True)
    audit.record(
        session, moment, viewer.person_id, "account_enabled", about_person_id=_person(session, account_id)
    )


def end_other_sessions(session: Session, moment: Moment, viewer: Viewer, account_id: int, keep: str) -> None:
    """Sign this account out everywhere but in the session with the token hash `keep`."""
    session.execute(
        delete(LoginSession).where(LoginSession.account_id == account_id, LoginSession.token_hash != keep)
    )
    audit.record(session, moment, viewer.person_id, "signed_out_elsewhere", about_person_id=viewer.person_id)


def choose(
    session: Session, moment: Moment, viewer: Viewer, account_id: int, language: str, theme: str
) -> None:
    """A person's own settings: the language of pages, letters and messages, and the pages' theme."""
    _change(session, account_id, theme=theme)
    session.execute(update(Person).where(Person.id == viewer.person_id).values(language=language))
    audit.record(session, moment, viewer.person_id, "settings_changed", about_person_id=viewer.person_id)


def _change(session: Session, account_id: int, **values: str | bool) -> None:
    session.execute(update(Account).where(Account.id == account_id).values(**values))


def _end_sessions(session: Session, account_id: int) -> None:
    session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))


def _person(session: Session, account_id: int) -> int | None:
    return session.scalar(select(Account.person_id).where(Account.id == account_id))
