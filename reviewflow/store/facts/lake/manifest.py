"""The manifest: which files are the lake, as of which batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.store.facts.batches import last_batch
from reviewflow.store.facts.lake.files import is_whole, path_of
from reviewflow.store.facts.rows import LakeFile, LandingBatch

BASE, TAIL = "base", "tail"
KEPT_VERSIONS = 20
"""Files of so many earlier batches stay, for readers who opened the lake a moment ago."""


@dataclass(frozen=True)
class Listed:
    """A file of the manifest."""

    sha256: str
    month: str
    part: str
    rows: int


@dataclass(frozen=True)
class LakeVersion:
    """The whole lake as of one batch. `identity` changes if and only if any row of it does."""

    batch_no: int
    files: tuple[Listed, ...]

    @property
    def identity(self) -> str:
        names = "\n".join(sorted(f"{file.month}/{file.part}/{file.sha256}" for file in self.files))
        return hashlib.sha256(names.encode()).hexdigest()

    def paths(self, folder: Path, first_month: str = "", last_month: str = "9999-99") -> list[str]:
        """Files with the rows dated in these months (``2024-03``, both included)."""
        return [
            str(path_of(folder, file.sha256))
            for file in self.files
            if first_month <= file.month <= last_month
        ]


def batch_in_lake(session: Session) -> int:
    """The batch up to which all rows are in the lake. At most two queries."""
    missing = session.scalar(select(func.min(LandingBatch.no)).where(LandingBatch.in_lake_at.is_(None)))
    return last_batch(session) if missing is None else missing - 1


def version(session: Session) -> LakeVersion:
    """The lake as it is now. At most three queries."""
    found = session.execute(
        select(LakeFile.sha256, LakeFile.month, LakeFile.part, LakeFile.rows)
        .where(LakeFile.until_no.is_(None))
        .order_by(LakeFile.month, LakeFile.part)
    )
    return LakeVersion(batch_in_lake(session), tuple(Listed(*row) for row in found))


def version_at(session: Session, batch_no: int, folder: Path) -> LakeVersion | None:
    """The lake if it stands at exactly this batch, all files there; if not, the landed rows answer."""
    now = version(session)
    if now.batch_no != batch_no or not all(path_of(folder, file.sha256).is_file() for file in now.files):
        return None
    return now


def damaged(session: Session, folder: Path) -> list[str]:
    """Names of listed files that are missing or do not have the content that their name says."""
    return [file.sha256 for file in version(session).files if not is_whole(folder, file.sha256)]


def replace(
    session: Session, batch_no: int, at: datetime, gone: Iterable[Listed], new: Sequence[Listed]
) -> None:
    """One list of files becomes the next: the lake stands at `batch_no` from this commit on."""
    old, fresh = set(gone), set(new)
    for file in old - fresh:
        listed = (
            LakeFile.until_no.is_(None),
            LakeFile.month == file.month,
            LakeFile.part == file.part,
            LakeFile.sha256 == file.sha256,
        )
        # What came and went at one batch (a lake that is rebuilt where it stands) was no version of its own.
        session.execute(delete(LakeFile).where(*listed, LakeFile.from_no == batch_no))
        session.execute(update(LakeFile).where(*listed).values(until_no=batch_no))
    rows = [{**asdict(file), "from_no": batch_no, "until_no": None} for file in new if file not in old]
    if rows:
        session.execute(insert(LakeFile), rows)
    session.execute(
        update(LandingBatch)
        .where(LandingBatch.no <= batch_no, LandingBatch.in_lake_at.is_(None))
        .values(in_lake_at=at)
    )


def forget_old(session: Session) -> list[str]:
    """Drop the lists of versions long gone; returns the names of the files that are still listed."""
    oldest = batch_in_lake(session) - KEPT_VERSIONS
    session.execute(delete(LakeFile).where(LakeFile.until_no <= oldest))
    return list(session.scalars(select(LakeFile.sha256).distinct()))
