"""Uploads on their way in: kept until they are imported, with a mapping that can still be changed."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from reviewflow.connectors.csv_files import open_table
from reviewflow.connectors.mapping.proposal import propose
from reviewflow.connectors.reading import plain_name
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty, Reason, Refused
from reviewflow.core.toml_source import read
from reviewflow.core.viewer import Viewer
from reviewflow.store.facts import sources, staged
from reviewflow.store.facts.staged import Upload
from reviewflow.store.scopes import against_whole

IMPORT_ROLES = ("hr", "data_inputter")
KEPT = timedelta(hours=24)
MOST = 5
"""So many uploads of one person are kept; the oldest goes first."""
LONGEST_MAPPING = 60_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def stage(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    source: str,
    files: Sequence[tuple[str, bytes]],
    *,
    zone: str,
    currency: str,
) -> str:
    """Keep files for a source and return their token. The source's mapping, or a proposed one, comes with them.

    Raises `Refused`: no right to import, no file, or a name that no source can have.
    """
    reasons = [*against_import(session, viewer), *_against(source, files)]
    if reasons or viewer.person_id is None:
        raise Refused(reasons)
    known = sources.by_name(session, source)
    named = tuple((plain_name(name) or "file.csv", body) for name, body in files)
    mapping = known.mapping if known else propose(source, _headers(named), zone, currency)
    upload = Upload(
        secrets.token_hex(16), source, mapping, digest(known.mapping) if known else None, moment.wall, named
    )
    staged.add(session, upload, viewer.person_id, moment.wall + KEPT, MOST)
    return upload.token


def against_import(session: Session, viewer: Viewer) -> list[Reason]:
    """Why the viewer may not import files: HR and data inputters do, who hold their role for the whole company."""
    return against_whole(session, viewer, IMPORT_ROLES, "import.not_granted", "import.part_only")


def _against(source: str, files: Sequence[tuple[str, bytes]]) -> list[Reason]:
    reasons = []
    if not _NAME.fullmatch(source):
        reasons.append(Reason("staging.bad_name", {"name": source[:60]}))
    if not files:
        reasons.append(Reason("staging.no_file"))
    return reasons


def _headers(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, Sequence[str]]]:
    """The files' column names; of one that cannot be read none, and the page says why."""
    found: list[tuple[str, Sequence[str]]] = []
    for name, body in files:
        try:
            found.append((name, open_table(body, ()).header))
        except Refused:
            found.append((name, ()))
    return found


def digest(text: str) -> str:
    """What tells one mapping from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def remap(session: Session, moment: Moment, viewer: Viewer, token: str, mapping: str) -> None:
    """Read the upload by another mapping from now on; whether it is sound, the page shows.

    It counts as written in sight of the source's present mapping. Raises `Refused`: not kept any more, too
    long.
    """
    upload = _mine(session, moment, viewer, token)
    if len(mapping) > LONGEST_MAPPING:
        raise Refused([Reason("staging.mapping_too_long", {"most": LONGEST_MAPPING})])
    name = _name_in(mapping) or upload.source
    known = sources.by_name(session, name)
    staged.change(session, token, mapping, digest(known.mapping) if known else None, name)


def _name_in(mapping: str) -> str | None:
    """The source that a mapping names, if it can be read at all."""
    try:
        name = read(mapping).data.get("name")
    except Faulty:
        return None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None


def check_base(session: Session, moment: Moment, viewer: Viewer, token: str) -> None:
    """Raises `Refused` if somebody saved another mapping of the source since this one was begun."""
    upload = _mine(session, moment, viewer, token)
    known = sources.by_name(session, upload.source)
    if known is not None and digest(known.mapping) not in (upload.base, digest(upload.mapping)):
        raise Refused([Reason("staging.mapping_changed", {"source": upload.source})])


def drop(session: Session, moment: Moment, viewer: Viewer, token: str) -> None:
    """Throw an upload away. Raises `Refused` if it is not there."""
    _mine(session, moment, viewer, token)
    staged.remove(session, [token])


def _mine(session: Session, moment: Moment, viewer: Viewer, token: str) -> Upload:
    upload = staged.find(session, viewer, token, moment.wall)
    if upload is None:
        raise Refused([Reason("staging.gone")])
    return upload


__all__ = ["IMPORT_ROLES", "KEPT", "against_import", "check_base", "digest", "drop", "remap", "stage"]
