"""Accept files: a text on disk is a proposal, what is accepted is what the next launch pins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from reviewflow.core import calendar, indicators, plan, rubric, workflow
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Fault, Faulty
from reviewflow.printer import LetterTemplate
from reviewflow.store import audit, definitions

FOLDERS = {"rubrics": "rubric", "plans": "plan", "calendars": "calendar"}
"""Kinds by folder; files at the top are the catalogue (`indicators.toml`) and workflows (all others)."""
LETTERS = ("feedback",)


@dataclass(frozen=True)
class Proposal:
    """One file that may be accepted. `path` is for messages."""

    kind: str
    name: str
    text: str
    path: str


class FilesFaulty(Exception):
    """Some files cannot be accepted: faults by path, all of them together."""

    def __init__(self, faults: dict[str, tuple[Fault, ...]]) -> None:
        self.faults = faults
        super().__init__(", ".join(faults))


def read_folders(workflows: Path, templates: Path) -> list[Proposal]:
    """All files of HR's two folders as proposals, catalogue first; a definition is named as its file."""
    found = [_proposal("indicators", workflows / "indicators.toml")]
    files = (path for path in sorted(workflows.glob("*.toml")) if path.stem != "indicators")
    found += [_proposal("workflow", path) for path in files]
    for folder, kind in FOLDERS.items():
        found += [_proposal(kind, path) for path in sorted((workflows / folder).glob("*.toml"))]
    found += [_template(name, templates / "letters") for name in LETTERS]
    return found


def _template(name: str, folder: Path) -> Proposal:
    return Proposal(
        "template", name, LetterTemplate.from_files(name, folder).text, str(folder / f"{name}.html")
    )


def _proposal(kind: str, path: Path) -> Proposal:
    return Proposal(kind, path.stem, path.read_text(encoding="utf-8"), str(path))


def accept(
    session: Session, moment: Moment, actor_id: int | None, proposals: Sequence[Proposal]
) -> list[str]:
    """Accept those that are new; returns the names of the new ones. Raises `FilesFaulty`, and then none is.

    Plans are read against the catalogue among the proposals, or else the newest accepted one.
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
    catalogue = _catalogue(session, proposals)
    return {one.path: found for one in proposals if (found := _faults(one, catalogue))}


def _changed(session: Session, one: Proposal) -> bool:
    newest = definitions.newest(session, one.kind, one.name)
    return newest is None or newest.digest != definitions.digest_of(one.text)


def _catalogue(session: Session, proposals: Sequence[Proposal]) -> str | None:
    texts = [one.text for one in proposals if one.kind == "indicators"]
    if texts:
        return texts[0]
    newest = definitions.newest(session, "indicators", "indicators")
    return newest.text if newest else None


def _faults(one: Proposal, catalogue: str | None) -> tuple[Fault, ...]:
    try:
        _readers(catalogue)[one.kind](one.text)
    except Faulty as faulty:
        return faulty.faults
    return ()


def _readers(catalogue: str | None) -> dict[str, Callable[[str], Any]]:
    def read_plan(text: str) -> Any:
        try:
            known = indicators.load(catalogue or "")
        except Faulty as faulty:  # reported with the catalogue itself
            raise Faulty([Fault(None, "plan.no_catalogue", {"count": len(faulty.faults)})]) from faulty
        return plan.load(text, known)

    return {
        "workflow": workflow.load,
        "indicators": indicators.load,
        "rubric": rubric.load,
        "calendar": calendar.load,
        "plan": read_plan,
        "template": LetterTemplate.from_text,
    }
