"""The sealed chain over the audit: who edits, removes, adds or reorders rows afterwards is found out.

Every sealed row keeps its link, ``SHA-256(link before, text of the row)``; the head of a seal is
``SHA-256(last link, number, count, time)``, and the first link of the next seal starts from it. Editing a row
breaks its link. Whoever rewrites everything from some row on is found only by a head kept elsewhere: `verify`
takes one, and reports the present one to be kept.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, func, insert, select, type_coerce
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store.audit import Audit, AuditSeal, AuditSealed
from reviewflow.store.locks import Alone, alone

Line = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]

GENESIS = "0" * 64
LONGEST_TRANSACTION = timedelta(hours=1)
"""A row may be committed this long after its number and time were given to it (PostgreSQL)."""

_BATCH = 5_000
_NO_MORE: tuple[int, Iterator[Line]] = (2**63, iter(()))

_audit = Audit.metadata.tables["audit"].c
_seal = AuditSeal.metadata.tables["audit_seal"].c
_sealed = AuditSealed.metadata.tables["audit_sealed"].c


@dataclass(frozen=True)
class Head:
    """The newest seal: to be kept outside, so that a cut end or a rewriting shows."""

    no: int
    head: str
    at: datetime


@dataclass(frozen=True)
class Broken:
    """Something that does not hold in seal `no`, and the audit rows concerned, where it can be told.

    `what`: ``rows`` (this row, or what stood directly before it, is not what was sealed), ``missing`` (the
    sealed row is gone), ``backdated`` (its time lies long before the seal before it), ``left_out`` (never
    sealed, although later rows are), ``stray`` (these rows name a seal that is not there), ``count`` (the
    seal had another number of rows), ``chain`` (it does not follow from the seal before, or from its rows).
    """

    what: str
    no: int
    first_id: int | None = None
    last_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """Result of `verify`. `unsealed` counts rows written since the last seal: few, while the clock runs.

    `anchor_found` is None where no anchor was given.
    """

    seals: int
    rows: int
    unsealed: int
    broken: tuple[Broken, ...]
    head: Head | None
    anchor_found: bool | None

    @property
    def holds(self) -> bool:
        """Nothing is broken, and the anchor, if there is one, is in the chain."""
        return not self.broken and self.anchor_found is not False


def seal(session: Session, moment: Moment, *, everything: bool = False) -> int:
    """Seal all rows not yet sealed and return how many. A writing session; waits for another sealer.

    Looks back as far as a running transaction may have been; `everything` looks at all rows (once at start).
    """
    alone(session, Alone.sealing)
    fresh = _unsealed(_audit.id, _row_text(session))
    if not everything:
        fresh = fresh.where(_audit.id > _looked_back_to(session, moment))
    rows = session.connection().execute(fresh).all()
    if rows:
        _write_seal(session, moment.wall, rows)
    return len(rows)


def newest(session: Session) -> Head | None:
    """The head of the chain; None before the first seal. One query."""
    found = select(_seal.no, _seal.head, _seal.at).order_by(_seal.no.desc()).limit(1)
    row = session.connection().execute(found).one_or_none()
    return Head(row.no, row.head, row.at) if row else None


def verify(session: Session, anchor: str | None = None) -> Verdict:
    """Walk the whole chain once, in order and in flat memory. `anchor` is a head that was kept elsewhere."""
    walk = _Walk(anchor)
    links = groupby(_stream(session, _links(session)), itemgetter(0))
    number, group = next(links, _NO_MORE)
    seals = select(_seal.no, _seal.previous, _seal.head, _seal.row_count, _seal.at).order_by(_seal.no)
    for sealed in _stream(session, seals):
        while number < sealed.no:
            walk.stray(number, group)
            number, group = next(links, _NO_MORE)
        walk.seal(sealed, group if number == sealed.no else ())
        if number == sealed.no:
            number, group = next(links, _NO_MORE)
    while number < _NO_MORE[0]:
        walk.stray(number, group)
        number, group = next(links, _NO_MORE)
    unsealed = tuple(session.connection().execute(_unsealed(_audit.id)).scalars())
    walk.left_out(unsealed, _settled_until(session, walk.at - LONGEST_TRANSACTION))
    found = None if anchor is None else walk.anchor_found
    return Verdict(walk.number, walk.count, len(unsealed), tuple(walk.broken), newest(session), found)


class _Walk:
    """Goes along the seals in order and notes what does not fit."""

    def __init__(self, anchor: str | None) -> None:
        self.broken: list[Broken] = []
        self.anchor = anchor
        self.anchor_found = False
        self.count = 0
        self.number = 0
        self.head = GENESIS
        self.at = datetime.min.replace(tzinfo=UTC) + LONGEST_TRANSACTION

    def seal(self, sealed: Line, links: Iterable[Line]) -> None:
        """The next seal with its rows (seal number, audit id, link, text or None) in order of ids."""
        no, previous, head, row_count, at = sealed
        last, count = self._rows(previous, links)
        if count != row_count:
            self.broken.append(Broken("count", no))
        if (no, previous, head) != (self.number + 1, self.head, _head(last, no, row_count, at)):
            self.broken.append(Broken("chain", no))
        self.anchor_found = self.anchor_found or head == self.anchor
        self.number, self.head, self.at, self.count = no, head, at, self.count + count

    def _rows(self, link: str, links: Iterable[Line]) -> tuple[str, int]:
        count = 0
        earliest = _instant(self.at - LONGEST_TRANSACTION)
        for no, audit_id, digest, row in links:
            count += 1
            if row is None:
                self._row("missing", no, audit_id)
            elif _link(link, row) != digest:
                self._row("rows", no, audit_id)
            elif row.split("\n", 2)[1] < earliest:
                self._row("backdated", no, audit_id)
            link = digest
        return link, count

    def stray(self, no: int, links: Iterable[Line]) -> None:
        """Rows that name a seal which is not there."""
        ids = [audit_id for _, audit_id, _, _ in links]
        self.broken.append(Broken("stray", no, ids[0], ids[-1]))

    def left_out(self, unsealed: Iterable[int], settled: int) -> None:
        """Rows that no seal has although rows after them were sealed long ago."""
        for audit_id in unsealed:
            if audit_id < settled:
                self._row("left_out", self.number, audit_id)

    def _row(self, what: str, no: int, audit_id: int) -> None:
        self.broken.append(Broken(what, no, audit_id, audit_id))


def _write_seal(session: Session, at: datetime, rows: Sequence[Line]) -> None:
    last = newest(session)
    number, previous = (last.no, last.head) if last else (0, GENESIS)
    link, links = previous, []
    for audit_id, row in rows:
        link = _link(link, row)
        links.append({"audit_id": audit_id, "seal_no": number + 1, "digest": link})
    head = _head(link, number + 1, len(rows), at)
    values = {"no": number + 1, "previous": previous, "head": head, "row_count": len(rows), "at": at}
    session.execute(insert(AuditSeal), [values])
    session.execute(insert(AuditSealed), links)


def _link(previous: str, row: str) -> str:
    return hashlib.sha256(f"{previous}\n{row}".encode()).hexdigest()


def _head(link: str, number: int, count: int, at: datetime) -> str:
    return hashlib.sha256(f"{link}\n{number}\n{count}\n{_instant(at)}".encode()).hexdigest()


def _instant(at: datetime) -> str:
    """As both databases write an instant into the text of a row; these texts sort by time."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").rjust(26, "0")


def _settled_until(session: Session, before: datetime) -> int:
    """No running transaction can hold a number up to here: the highest that was sealed before that time."""
    seal_no = select(func.max(_seal.no)).where(_seal.at < before).scalar_subquery()
    return session.scalar(select(func.max(_sealed.audit_id)).where(_sealed.seal_no == seal_no)) or 0


def _looked_back_to(session: Session, moment: Moment) -> int:
    """On SQLite one transaction writes at a time, so that rows appear in the order of their numbers."""
    if session.get_bind().dialect.name == "sqlite":
        return session.scalar(select(func.max(_sealed.audit_id))) or 0
    return _settled_until(session, moment.wall - LONGEST_TRANSACTION)


def _unsealed(*columns: ColumnElement[Any]) -> Query:
    link = select(_sealed.audit_id).where(_sealed.audit_id == _audit.id)
    return select(*columns).where(~link.exists()).order_by(_audit.id)


def _links(session: Session) -> Query:
    row = _audit.id == _sealed.audit_id
    source = AuditSealed.__table__.outerjoin(Audit.__table__, row)
    columns = (_sealed.seal_no, _sealed.audit_id, _sealed.digest, _row_text(session))
    return select(*columns).select_from(source).order_by(_sealed.seal_no, _sealed.audit_id)


def _stream(session: Session, statement: Query) -> Iterator[Line]:
    result = session.connection().execute(statement, execution_options={"yield_per": _BATCH})
    for rows in result.partitions():
        yield from rows


def _row_text(session: Session) -> ColumnElement[str]:
    """A row as one text, the same on both databases: made by the database, which is three times as fast.

    Numbers first; neither an action nor JSON contains a line end, so that no two rows have the same text.
    """
    at: ColumnElement[str] = type_coerce(_audit.at, String)
    if session.get_bind().dialect.name == "postgresql":
        at = func.to_char(func.timezone("UTC", _audit.at), "YYYY-MM-DD HH24:MI:SS.US")
    numbers = (_audit.actor_id, _audit.for_id, _audit.about_person_id, _audit.subject_id)
    parts = [cast(_audit.id, String), at, *(func.coalesce(cast(number, String), "") for number in numbers)]
    return functools.reduce(lambda row, part: row + "\n" + part, [*parts, _audit.action, _audit.detail])
