"""Taking in files of one source: its mapping, then people, then events.

It stands above the services, which know nothing of each other. Files are read before any transaction is open.
For commands and rehearsals it opens its own: people and every file of events are one commit each. A page has
one already and takes everything in with it (`land`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.connectors import mapping as mappings
from reviewflow.connectors.reading import reads_for
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty, Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services import collect, people_import
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write

File = tuple[str, bytes]
"""Name and content."""


@dataclass(frozen=True)
class Intake:
    """What became of the files. `people` is None if none of them holds any."""

    people: people_import.PeopleReport | None
    events: tuple[collect.Report, ...]

    @property
    def files(self) -> tuple[people_import.FileReport | collect.Report, ...]:
        """The reports of all files; a file that holds people and events has two."""
        return (*(self.people.files if self.people else ()), *self.events)


@dataclass(frozen=True)
class Prepared:
    """Files that were read by a mapping but not compared with anything yet."""

    mapping_text: str
    people: people_import.PreparedPeople | None
    events: tuple[collect.Prepared, ...]


def from_folder(mapping_text: str, folder: Path) -> list[File]:
    """The files of a folder that a mapping wants. Raises `Faulty`, and `Refused` for those not there."""
    wanted = dict.fromkeys(read.file for read in mappings.load(mapping_text).reads)
    there = sorted(path for path in folder.iterdir() if path.is_file())
    chosen: dict[str, Path] = {}
    missing = []
    for pattern in wanted:
        fitting = [path for path in there if fnmatchcase(path.name.casefold(), pattern.casefold())]
        chosen |= {path.name: path for path in fitting}
        missing += (
            [] if fitting else [Reason("import.file_missing", {"file": pattern, "folder": str(folder)})]
        )
    if missing:
        raise Refused(missing)
    return [(name, path.read_bytes()) for name, path in chosen.items()]


def take_in(
    engine: Engine,
    viewer: Viewer,
    mapping_text: str,
    files: Sequence[File],
    *,
    effective_on: date | None = None,
    confirmed: str | None = None,
) -> Intake:
    """Save the mapping and import the files. Running it again changes nothing.

    `effective_on`: from when what is new about people holds (today). `confirmed`: why guards that ask for a
    reason may let it through. Raises `Faulty` and `Refused`; what was committed before stays.
    """
    found = prepare(mapping_text, files)
    with write(engine) as session:
        collect.accept_mapping(session, moment(session), viewer, mapping_text)
    report = None
    if found.people is not None:
        with write(engine) as session:
            report = people_import.import_people(
                session, moment(session), viewer, found.people, effective_on=effective_on, confirmed=confirmed
            )
    landed = []
    for one in found.events:
        with write(engine) as session:
            landed.append(collect.land(session, moment(session), viewer, one, confirmed=confirmed))
    return Intake(report, tuple(landed))


def try_out(
    engine: Engine, viewer: Viewer, mapping_text: str, files: Sequence[File], effective_on: date | None = None
) -> Intake:
    """What `take_in` would do. Writes nothing."""
    found = prepare(mapping_text, files)
    with read(engine) as session:
        return dry_run(session, moment(session), viewer, found, effective_on)


def comes_whole(mapping_text: str, file_name: str) -> bool:
    """Whether a file of this name is read as complete: what is missing in it is taken to be gone.

    No for a mapping that is not valid, and for a file that it does not know.
    """
    try:
        return any(read.complete for read in reads_for(mappings.load(mapping_text), file_name))
    except (Faulty, Refused):
        return False


def prepare(mapping_text: str, files: Sequence[File]) -> Prepared:
    """Read the files. Needs no database. Raises `Faulty`, and `Refused` for a file that cannot be read."""
    events = (collect.prepare(mapping_text, name, data) for name, data in files)
    return Prepared(
        mapping_text,
        people_import.prepare(mapping_text, files),
        tuple(one for one in events if one is not None),
    )


def dry_run(
    session: Session, now: Moment, viewer: Viewer, found: Prepared, effective_on: date | None = None
) -> Intake:
    """What `land` would do. Writes nothing."""
    report = people_import.dry_run(session, now, viewer, found.people, effective_on) if found.people else None
    newcomers = report.newcomers if report else ()
    return Intake(
        report, tuple(collect.dry_run(session, now, viewer, one, newcomers) for one in found.events)
    )


def land(
    session: Session, now: Moment, viewer: Viewer, found: Prepared, *, confirmed: str | None = None
) -> Intake:
    """Save the mapping and take in people and events, all of it or nothing, in a transaction that is open."""
    collect.accept_mapping(session, now, viewer, found.mapping_text)
    report = None
    if found.people is not None:
        report = people_import.import_people(session, now, viewer, found.people, confirmed=confirmed)
    landed = [collect.land(session, now, viewer, one, confirmed=confirmed) for one in found.events]
    return Intake(report, tuple(landed))
