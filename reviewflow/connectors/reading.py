"""From a file and a mapping to canonical rows. Lines are refused one by one, with a reason for each value."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from reviewflow.connectors.csv_files import open_table
from reviewflow.connectors.entries import EntryWalk
from reviewflow.connectors.events import EventWalk
from reviewflow.connectors.mapping import Read, SourceMapping
from reviewflow.connectors.rows import Reading
from reviewflow.connectors.walk import Scene
from reviewflow.core.reasons import Reason, Refused

LONGEST_FILE_NAME = 200


def read_file(mapping: SourceMapping, reads: Sequence[Read], file_name: str, data: bytes) -> Reading:
    """Read one file by some of its reads (see `reads_for`). Writes nothing.

    Raises `Refused` if the file as a whole cannot be read: encoding, header, columns that are missing.
    """
    name = kept_name(file_name)
    needed: frozenset[str] = frozenset().union(*(read.needed for read in reads))
    try:
        table = open_table(data, needed, mapping.encoding, mapping.separator)
        places = table.places(needed)
    except Refused as refused:
        raise Refused(Reason(one.key, {**one.params, "file": name}) for one in refused.reasons) from refused
    reading = Reading(
        file_name=name,
        file_digest=hashlib.sha256(data).hexdigest(),
        header=table.header,
        separator=table.separator,
        encoding=table.encoding,
        table=table,
    )
    scene = Scene(mapping, table, places, reading)
    wanted: set[int] = set()
    for read in reads:
        walk = EventWalk(scene, read) if read.is_event else EntryWalk(scene, read)
        walk.run()
        wanted |= walk.wanted
    reading.lines = sum(1 for _ in table.records())
    reading.skipped = reading.lines - len(wanted)
    return reading


def reads_for(mapping: SourceMapping, file_name: str) -> tuple[Read, ...]:
    """The reads whose `file` fits this name; all of them if the mapping knows one file only.

    Raises `Refused` naming the files that the mapping knows.
    """
    name = plain_name(file_name).casefold()
    fitting = tuple(read for read in mapping.reads if fnmatchcase(name, read.file.casefold()))
    known = sorted({read.file for read in mapping.reads})
    if fitting or len(known) == 1:
        return fitting or mapping.reads
    raise Refused([Reason("import.file_unknown", {"file": plain_name(file_name), "known": ", ".join(known)})])


def kept_name(file_name: str) -> str:
    """The name under which reports and refused lines keep a file."""
    return plain_name(file_name)[-LONGEST_FILE_NAME:]


def plain_name(file_name: str) -> str:
    """The name without the folders that some browsers send along."""
    return file_name.replace("\\", "/").rpartition("/")[2].replace("\0", "")
