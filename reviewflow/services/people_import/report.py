"""What an import of people did, or would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewflow.connectors.rows import BadValue, Entry, Reading
from reviewflow.services.people_import.accepting import CHANGED, NEW, SAME, Accepted, identity_of
from reviewflow.services.people_import.guard import Alarm
from reviewflow.services.people_import.planning import Plan


@dataclass(frozen=True)
class FileReport:
    """One file. A person counts once, on however many lines. `batch_no` is None where nothing was written.

    `refused`: the cells of refused lines, by line.
    """

    file_name: str
    batch_no: int | None
    lines: int
    skipped: int
    new: int
    changed: int
    same: int
    bad: tuple[BadValue, ...]
    refused: Mapping[int, Sequence[str]]
    encoding: str
    separator: str
    columns: tuple[str, ...]

    @property
    def bad_lines(self) -> int:
        """How many lines were refused."""
        return len(self.refused)


@dataclass(frozen=True)
class Returned:
    """Somebody who had left and is here again, by external id, with the roles (role, unit's name) that ended."""

    person: str
    name: str
    ended_roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PeopleReport:
    """The whole import. `newcomers`, `leavers`: external ids; `renamed`: (old id, new id)."""

    source: str
    files: tuple[FileReport, ...]
    newcomers: tuple[str, ...]
    changed: tuple[str, ...]
    leavers: tuple[str, ...]
    returned: tuple[Returned, ...]
    renamed: tuple[tuple[str, str], ...]
    new_units: tuple[str, ...]
    alarms: tuple[Alarm, ...]


def report_of(source: str, made: Plan, found: Accepted, numbers: Sequence[int | None]) -> PeopleReport:
    names = {key: str(made.people.wanted[key].get("name") or key) for key in made.ended_roles}
    files = zip(found.readings, found.entries, numbers, strict=True)
    return PeopleReport(
        source=source,
        files=tuple(_file(reading, made, entries, no) for reading, entries, no in files),
        newcomers=tuple(sorted(made.people.new)),
        changed=tuple(
            sorted(
                key
                for (kind, key, *_), became in made.became.items()
                if (kind, became) == ("people", CHANGED)
            )
        ),
        leavers=tuple(sorted(made.people.leaving)),
        returned=tuple(
            Returned(key, names[key], tuple(roles)) for key, roles in sorted(made.ended_roles.items())
        ),
        renamed=tuple(sorted((old, new) for new, old in made.people.renamed.items())),
        new_units=tuple(sorted(made.units.new)),
        alarms=tuple(made.alarms),
    )


def counts(made: Plan, entries: Sequence[Entry]) -> Counter[str]:
    """How many of the units, people, pay bases and targets of a file are new, changed or the same."""
    return Counter(made.became.get(identity, SAME) for identity in {identity_of(entry) for entry in entries})


def _file(reading: Reading, made: Plan, entries: Sequence[Entry], batch_no: int | None) -> FileReport:
    became = counts(made, entries)
    return FileReport(
        file_name=reading.file_name,
        batch_no=batch_no,
        lines=reading.lines,
        skipped=reading.skipped,
        new=became[NEW],
        changed=became[CHANGED],
        same=became[SAME],
        bad=tuple(sorted(reading.bad, key=lambda one: (one.line, one.column))),
        refused=dict(sorted(reading.bad_lines.items())),
        encoding=reading.encoding,
        separator=reading.separator,
        columns=reading.header,
    )
