"""Taking in files of one source: its mapping, then people, then events. For commands and rehearsals.

It stands above the services, which know nothing of each other, and opens its own transactions: files are read
before any of them, people and every file of events are one commit each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from sqlalchemy import Engine

from reviewflow.connectors import mapping as mappings
from reviewflow.core.reasons import Reason, Refused
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
    people, events = _prepared(mapping_text, files)
    with write(engine) as session:
        collect.accept_mapping(session, moment(session), viewer, mapping_text)
    report = None
    if people is not None:
        with write(engine) as session:
            report = people_import.import_people(
                session, moment(session), viewer, people, effective_on=effective_on, confirmed=confirmed
            )
    landed = []
    for one in events:
        with write(engine) as session:
            landed.append(collect.land(session, moment(session), viewer, one, confirmed=confirmed))
    return Intake(report, tuple(landed))


def try_out(
    engine: Engine, viewer: Viewer, mapping_text: str, files: Sequence[File], effective_on: date | None = None
) -> Intake:
    """What `take_in` would do. Writes nothing."""
    people, events = _prepared(mapping_text, files)
    with read(engine) as session:
        now = moment(session)
        report = people_import.dry_run(session, now, viewer, people, effective_on) if people else None
        newcomers = report.newcomers if report else ()
        return Intake(report, tuple(collect.dry_run(session, now, viewer, one, newcomers) for one in events))


def _prepared(
    mapping_text: str, files: Sequence[File]
) -> tuple[people_import.PreparedPeople | None, list[collect.Prepared]]:
    people = people_import.prepare(mapping_text, files)
    events = [collect.prepare(mapping_text, name, data) for name, data in files]
    return people, [one for one in events if one is not None]
