"""What has to change in the lake to reach a batch: files to write, files that go out of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine

from reviewflow.core.values import Period
from reviewflow.store.db import read
from reviewflow.store.facts.lake import files, tables
from reviewflow.store.facts.lake.manifest import BASE, TAIL, LakeVersion, Listed

LONGEST_TAIL: Final = 50_000
"""Rows of a tail; above them it becomes part of its month's base."""
ROWS_AT_ONCE: Final = 1_000_000
"""Landed rows held in memory while the lake is rebuilt, unless one month has more."""


@dataclass
class Changes:
    """Files that go out of the list, and files that were written to come into it."""

    gone: list[Listed] = field(default_factory=list)
    new: list[Listed] = field(default_factory=list)


def appended(engine: Engine, folder: Path, now: LakeVersion, until: int, keep: Callable[[], None]) -> Changes:
    """Add what landed after the lake's batch; months with corrected or withdrawn rows get a new base.

    `keep` is called between files, to hold on to the lease.
    """
    with read(engine) as session:
        new = tables.landed(session, until, after=now.batch_no)
        superseded = tables.superseded(session, now.batch_no, until)
    fresh, corrected = by_month(new), set(by_month(superseded))
    changes = Changes()
    for month in sorted(set(fresh) | corrected):
        base, tail = _parts(now, month)
        rows = fresh.get(month, tables.SCHEMA.empty_table())
        if month in corrected:
            old = _without([files.read(folder, file.sha256) for file in (base, tail) if file], superseded)
            _put(changes, folder, month, BASE, [old, rows], [base, tail])
        elif (tail.rows if tail else 0) + rows.num_rows > LONGEST_TAIL:
            _put(changes, folder, month, BASE, [*_read(folder, base, tail), rows], [base, tail])
        else:
            _put(changes, folder, month, TAIL, [*_read(folder, tail), rows], [tail])
        keep()
    return changes


def rebuilt(engine: Engine, folder: Path, now: LakeVersion, until: int, keep: Callable[[], None]) -> Changes:
    """Everything anew from the landed rows: one base for each month."""
    with read(engine) as session:
        counts = tables.rows_by_month(session, until)
    changes = Changes(gone=list(now.files))
    for months in _groups(counts):
        days = Period(tables.days_of(months[0]).starts_on, tables.days_of(months[-1]).ends_on)
        with read(engine) as session:
            rows = tables.landed(session, until, days=days)
        for month, table in sorted(by_month(rows).items()):
            _put(changes, folder, month, BASE, [table], [])
            keep()
    return changes


def by_month(table: pa.Table) -> dict[str, pa.Table]:
    """The rows by the month of `on_date`, as ``2024-03``."""
    names = pc.strftime(table["on_date"], format="%Y-%m")
    return {name: table.filter(pc.equal(names, name)) for name in pc.unique(names).to_pylist()}


def _groups(counts: dict[str, int]) -> Iterator[Sequence[str]]:
    """Months in order, as many at a time as have no more than `ROWS_AT_ONCE` rows together."""
    group: list[str] = []
    size = 0
    for month, count in sorted(counts.items()):
        if group and size + count > ROWS_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(month)
        size += count
    if group:
        yield group


def _parts(now: LakeVersion, month: str) -> tuple[Listed | None, Listed | None]:
    parts = {file.part: file for file in now.files if file.month == month}
    return parts.get(BASE), parts.get(TAIL)


def _read(folder: Path, *listed: Listed | None) -> list[pa.Table]:
    return [files.read(folder, file.sha256) for file in listed if file is not None]


def _put(
    changes: Changes,
    folder: Path,
    month: str,
    part: str,
    rows: Sequence[pa.Table],
    gone: Sequence[Listed | None],
) -> None:
    """Write one part of a month, unless nothing is left in it."""
    changes.gone += [file for file in gone if file is not None]
    table = pa.concat_tables(rows)
    if table.num_rows:
        changes.new.append(Listed(files.write(folder, table), month, part, table.num_rows))


def _without(rows: Sequence[pa.Table], superseded: pa.Table) -> pa.Table:
    if not rows:
        return tables.SCHEMA.empty_table()
    table = pa.concat_tables(rows)
    return table.filter(pc.invert(pc.is_in(_keys(table), value_set=_keys(superseded).combine_chunks())))


def _keys(table: pa.Table) -> pa.ChunkedArray:
    parts = [pc.cast(table["source_id"], pa.string()), table["kind"], table["external_id"]]
    return pc.binary_join_element_wise(*parts, "\x1f")
