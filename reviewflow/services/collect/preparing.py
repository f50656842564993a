"""Before anything is written: the mapping is accepted, the file is read. Reading needs no database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reviewflow.connectors import mapping as mappings
from reviewflow.connectors.mapping import Read, SourceMapping
from reviewflow.connectors.reading import read_file, reads_for
from reviewflow.connectors.rows import Reading
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit
from reviewflow.store.facts import sources
from reviewflow.store.scopes import against_whole

IMPORT_ROLES = ("hr", "data_inputter")


@dataclass(frozen=True)
class Prepared:
    """The events of one file, read but not compared with anything yet."""

    mapping: SourceMapping
    mapping_digest: str
    reads: tuple[Read, ...]
    reading: Reading


def prepare(mapping_text: str, file_name: str, data: bytes) -> Prepared | None:
    """Read the events in a file; None if the mapping looks for none in it. May take long, opens nothing.

    Raises `Faulty` for the mapping and `Refused` for a file that cannot be read as a whole.
    """
    mapping = mappings.load(mapping_text)
    reads = tuple(read for read in reads_for(mapping, file_name) if read.is_event)
    if not reads:
        return None
    digest = hashlib.sha256(mapping_text.encode()).hexdigest()
    return Prepared(mapping, digest, reads, read_file(mapping, reads, file_name, data))


def accept_mapping(session: Session, moment: Moment, viewer: Viewer, text: str) -> int:
    """Save a mapping as the newest of its source and return the source's id. Raises `Faulty`, `Refused`."""
    may_import(session, viewer)
    mapping = mappings.load(text)
    fields = {kind: frozenset[str]() for kind in mapping.delivers}
    for read in mapping.reads:
        if read.kind in fields:
            fields[read.kind] |= frozenset(read.columns)
    source, changed = sources.save(session, mapping.name, text, fields, mapping.zone)
    if changed:
        detail = {"source": mapping.name, "digest": hashlib.sha256(text.encode()).hexdigest()}
        audit.record(session, moment, viewer.person_id, "source.mapped", detail=detail)
    return source.id


def may_import(session: Session, viewer: Viewer) -> None:
    """HR and data inputters of the whole company, and whoever sits at the server's own command line.

    A file is about everybody, and a mapping about every later file. Raises `Refused`.
    """
    if viewer.person_id is None:
        return
    reasons = against_whole(session, viewer, IMPORT_ROLES, "import.not_granted", "import.part_only")
    if reasons:
        raise Refused(reasons)
