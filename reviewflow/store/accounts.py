"""Sign-in accounts, their live sessions, and the keys of forms already posted."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reviewflow.store.model import At, Flag, Json, JsonOrNone, Key, Model, Str64


class Account(Model):
    """A sign-in. `must_change`: somebody else set the password, and until it is changed nothing else opens."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("theme in('auto','light','dark')", name="theme"),)

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    must_change: Mapped[Flag] = mapped_column(default=False)
    active: Mapped[Flag]
    fs_uniquifier: Mapped[Str64] = mapped_column(unique=True)
    theme: Mapped[str] = mapped_column(String(5), default="auto")


class LoginSession(Model):
    """One signed-in browser. The cookie holds the token, the row only its SHA-256."""

    __tablename__ = "login_session"

    token_hash: Mapped[Str64] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    data: Mapped[Json]
    created_at: Mapped[At]
    seen_at: Mapped[At]
    expires_at: Mapped[At]


class FormPost(Model):
    """A form key already used: the same post again gets the first answer, another body is refused."""

    __tablename__ = "form_post"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    body_digest: Mapped[Str64]
    status: Mapped[int | None] = mapped_column(Integer)
    reply: Mapped[JsonOrNone] = mapped_column(Text)
    at: Mapped[At]
