"""Our accounts as the identity library wants them: read from the store, changed through services."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_security import RoleMixin, UserDatastore, UserMixin

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.services import accounts
from reviewflow.store import clock, db, sign_ins
from reviewflow.store.sign_ins import SignIn
from reviewflow.web import database
from reviewflow.web.request import account, close_reader, moment, reader


class User(UserMixin):
    """A copy of one account. The library changes its password and its mark; `Accounts` stores them."""

    fs_uniquifier: str = ""  # the library looks for it on the class

    def __init__(self, row: SignIn) -> None:
        self.row = row
        self.id = row.account_id
        self.login = row.login
        self.password = row.password
        self.active = row.active
        self.fs_uniquifier = row.uniquifier
        self.roles: list[RoleMixin] = []


class Accounts(UserDatastore):
    """The library's view of the accounts. It cannot create or delete any."""

    def __init__(self) -> None:
        super().__init__(User, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **by: Any) -> User | None:
        """The account with this `login` or `fs_uniquifier`; the one that is signed in costs no query."""
        known = account()
        if known and by.get("fs_uniquifier") == known.uniquifier:
            return User(known)
        if "fs_uniquifier" in by:
            row = sign_ins.by_uniquifier(reader(), str(by["fs_uniquifier"]))
        else:
            row = sign_ins.by_login(reader(), str(by["login"]))
        return User(row) if row else None

    def find_role(self, role: str) -> None:
        """Roles are granted in our own tables; the library knows none."""
        return

    def put(self, user: User) -> None:
        """Remember an account that the library has changed, until it commits."""
        g.setdefault("changed_users", {})[user.id] = user

    def commit(self) -> None:
        """Store new passwords, in one transaction for each account."""
        for user in g.pop("changed_users", {}).values():
            who = Viewer(user.row.person_id, (), moment().today(user.row.zone))
            close_reader()
            with db.write(database.engine()) as session:
                _store(session, clock.moment(session), who, user)


def _store(session: Any, now: Moment, who: Viewer, user: User) -> None:
    if user.fs_uniquifier != user.row.uniquifier:
        accounts.set_password(session, now, who, user.id, user.password or "", user.fs_uniquifier)
    elif user.password != user.row.password:
        accounts.renew_hash(session, now, who, user.id, user.password or "")
