"""What an import did, or would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewflow.connectors.rows import BadValue, Event
from reviewflow.core.reasons import Reason
from reviewflow.services.collect.comparing import Comparison
from reviewflow.services.collect.preparing import Prepared

PREVIEWED = 5
MOST_VOIDED = 0.4
"""If more than this share of the known events is missing in a complete file, it is a broken export."""


@dataclass(frozen=True)
class Report:
    """One file. `batch_no` is None where nothing was written: a dry run, or nothing in the file was new.

    `voided` events of the `present` ones that a complete file should hold are missing in it.

    `lines` below the header, of which `skipped` are wanted by no read. `sent_before` is the batch that the
    very same file made. `unknown`: words for people whom nobody knows, with their lines, most first.
    `refused`: the cells of refused lines, by line. `doubts`: of a dry run, what to look at before it is done.
    """

    source: str
    file_name: str
    batch_no: int | None
    sent_before: int | None
    lines: int
    skipped: int
    new: int
    changed: int
    same: int
    voided: int
    present: int
    bad: tuple[BadValue, ...]
    refused: Mapping[int, Sequence[str]]
    unknown: tuple[tuple[str, int], ...]
    encoding: str
    separator: str
    columns: tuple[str, ...]
    preview: tuple[Event, ...]
    doubts: tuple[Reason, ...] = ()

    @property
    def bad_lines(self) -> int:
        """How many lines were refused."""
        return len(self.refused)

    @property
    def withdraws_too_many(self) -> bool:
        """Whether the import stops unless somebody says why."""
        return self.voided > self.present * MOST_VOIDED


def report_of(prepared: Prepared, found: Comparison, batch_no: int | None) -> Report:
    reading = prepared.reading
    return Report(
        source=prepared.mapping.name,
        file_name=reading.file_name,
        batch_no=batch_no,
        sent_before=found.sent_before,
        lines=reading.lines,
        skipped=reading.skipped,
        new=len(found.new),
        changed=len(found.changed),
        same=found.same,
        voided=len(found.voided),
        present=found.present,
        bad=tuple(sorted(found.bad, key=lambda one: (one.line, one.column))),
        refused=dict(sorted(found.bad_lines.items())),
        unknown=_unknown(found.bad),
        encoding=reading.encoding,
        separator=reading.separator,
        columns=reading.header,
        preview=tuple(reading.events[:PREVIEWED]),
    )


def _unknown(bad: Sequence[BadValue]) -> tuple[tuple[str, int], ...]:
    refs = Counter(one.value or "" for one in bad if one.reason.key == "row.unknown_person")
    return tuple(sorted(refs.items(), key=lambda item: (-item[1], item[0])))
