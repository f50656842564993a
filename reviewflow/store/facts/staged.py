"""Files that somebody sent and has not imported yet: kept for a day, seen by their sender alone.

Between the dry run and the import nobody should have to choose the same files again, and looking at the report
must not write. So the upload itself puts them here, and the import, or the day's end, takes them away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.viewer import Viewer
from reviewflow.store.model import At, Json, Model, Str60


class Staged(Model):
    """One upload with its mapping. `base` is the digest of the source's saved mapping that it began from."""

    __tablename__ = "staged"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    source: Mapped[Str60]
    mapping: Mapped[Json]
    base: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[At]
    expires_at: Mapped[At]


class StagedFile(Model):
    """One file of an upload."""

    __tablename__ = "staged_file"

    token: Mapped[str] = mapped_column(ForeignKey("staged.token"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Upload:
    """An upload with its files (name, content)."""

    token: str
    source: str
    mapping: str
    base: str | None
    sent_at: datetime
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class UploadLine:
    """An upload that still waits to be imported."""

    token: str
    source: str
    sent_at: datetime
    files: tuple[str, ...]


def find(session: Session, viewer: Viewer, token: str, now: datetime) -> Upload | None:
    """The viewer's own upload while it is kept. Two queries."""
    row = session.scalars(
        select(Staged).where(
            Staged.token == token, Staged.person_id == viewer.person_id, Staged.expires_at > now
        )
    ).one_or_none()
    if row is None:
        return None
    files = session.execute(
        select(StagedFile.name, StagedFile.body).where(StagedFile.token == token).order_by(StagedFile.no)
    )
    return Upload(
        row.token, row.source, row.mapping, row.base, row.sent_at, tuple((name, body) for name, body in files)
    )


def waiting(session: Session, viewer: Viewer, now: datetime) -> list[UploadLine]:
    """The viewer's own uploads, newest first. One query."""
    rows = session.execute(
        select(Staged.token, Staged.source, Staged.sent_at, StagedFile.name)
        .join(StagedFile, StagedFile.token == Staged.token)
        .where(Staged.person_id == viewer.person_id, Staged.expires_at > now)
        .order_by(Staged.sent_at.desc(), Staged.token, StagedFile.no)
    )
    found: dict[str, UploadLine] = {}
    for token, source, sent_at, name in rows:
        before = found[token].files if token in found else ()
        found[token] = UploadLine(token, source, sent_at, (*before, name))
    return list(found.values())


def add(session: Session, upload: Upload, person_id: int, expires_at: datetime, most: int) -> None:
    """Keep an upload; the person's oldest ones beyond `most` go, and whatever has expired. Five queries."""
    remove(session, _too_many(session, person_id, most))
    remove(session, list(session.scalars(select(Staged.token).where(Staged.expires_at <= upload.sent_at))))
    session.execute(
        insert(Staged).values(
            token=upload.token,
            person_id=person_id,
            source=upload.source,
            mapping=upload.mapping,
            base=upload.base,
            sent_at=upload.sent_at,
            expires_at=expires_at,
        )
    )
    rows = [
        {"token": upload.token, "no": number, "name": name, "body": body}
        for number, (name, body) in enumerate(upload.files)
    ]
    session.execute(insert(StagedFile), rows)


def _too_many(session: Session, person_id: int, most: int) -> list[str]:
    mine = select(Staged.token).where(Staged.person_id == person_id).order_by(Staged.sent_at.desc())
    return list(session.scalars(mine.offset(most - 1)))


def change(session: Session, token: str, mapping: str, base: str | None, source: str) -> None:
    """Another mapping for an upload. One query."""
    session.execute(
        update(Staged).where(Staged.token == token).values(mapping=mapping, base=base, source=source)
    )


def remove(session: Session, tokens: Sequence[str]) -> None:
    """Take uploads away with their files. Two queries."""
    session.execute(delete(StagedFile).where(StagedFile.token.in_(tokens)))
    session.execute(delete(Staged).where(Staged.token.in_(tokens)))
