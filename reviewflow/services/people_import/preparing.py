"""Reading the files. Needs no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from reviewflow.connectors import mapping as mappings
from reviewflow.connectors.mapping import SourceMapping
from reviewflow.connectors.reading import read_file, reads_for
from reviewflow.connectors.rows import Reading


@dataclass(frozen=True)
class PreparedPeople:
    """Everything about people in some files of one source, read but not compared with anything yet."""

    mapping: SourceMapping
    mapping_digest: str
    readings: tuple[Reading, ...]


def prepare(mapping_text: str, files: Iterable[tuple[str, bytes]]) -> PreparedPeople | None:
    """Read people, units, pay bases and targets out of files (name, content); None if none holds any.

    Files are read in the order of the mapping, so that what a later `[[read]]` says of a person wins.
    Raises `Faulty` for the mapping and `Refused` for a file that cannot be read as a whole.
    """
    mapping = mappings.load(mapping_text)
    readings = []
    for name, data in files:
        reads = tuple(read for read in reads_for(mapping, name) if not read.is_event)
        if reads:
            place = min(mapping.reads.index(read) for read in reads)
            readings.append((place, read_file(mapping, reads, name, data)))
    readings.sort(key=lambda item: item[0])
    digest = hashlib.sha256(mapping_text.encode()).hexdigest()
    found = tuple(reading for _, reading in readings)
    return PreparedPeople(mapping, digest, found) if found else None
