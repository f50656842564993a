"""Accept files: a text on disk is a proposal, what is accepted is what the next launch pins."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Fault
from reviewflow.services.accept.checking import check, check_alone
from reviewflow.services.accept.files import Proposal, place, proposal, read_folder, read_folders, top_of
from reviewflow.store import audit, definitions

__all__ = [
    "FilesFaulty",
    "Proposal",
    "accept",
    "check",
    "check_alone",
    "faults",
    "place",
    "proposal",
    "read_folder",
    "read_folders",
    "top_of",
]


class FilesFaulty(Exception):
    """Some files cannot be accepted: faults by path, all of them together."""

    def __init__(self, faults: dict[str, tuple[Fault, ...]]) -> None:
        self.faults = faults
        super().__init__(", ".join(faults))


def accept(
    session: Session, moment: Moment, actor_id: int | None, proposals: Sequence[Proposal]
) -> list[str]:
    """Accept those that are new; returns the names of the new ones. Raises `FilesFaulty`, and then none is.

    What a file uses is looked for among the proposals, or else among what was accepted last.
    """
    if faulty := faults(session, proposals):
        raise FilesFaulty(faulty)
    new = [one for one in proposals if _changed(session, one)]
    for one in new:
        definition = definitions.accept(session, moment, one.kind, one.name, one.text)
        detail = {"kind": one.kind, "name": one.name, "digest": definition.digest}
        audit.record(session, moment, actor_id, "definition.accepted", detail=detail)
    return [one.name for one in new]


def faults(session: Session, proposals: Sequence[Proposal]) -> dict[str, tuple[Fault, ...]]:
    """What keeps these files from being accepted, by path; nothing is written."""

    def known(kind: str, name: str) -> str | None:
        newest = definitions.newest(session, kind, name)
        return newest.text if newest else None

    return check(proposals, known)


def _changed(session: Session, one: Proposal) -> bool:
    newest = definitions.newest(session, one.kind, one.name)
    return newest is None or newest.digest != definitions.digest_of(one.text)
