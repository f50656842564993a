"""HR's files as proposals: what kind each is, and its text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import decoded
from reviewflow.printer import LetterTemplate

FOLDERS = {"rubrics": "rubric", "plans": "plan", "calendars": "calendar"}
"""Kinds by folder; files at the top are the catalogue (`indicators.toml`) and workflows (all others)."""
LETTERS = ("feedback",)
_CATALOGUE = "indicators"
_PLACES = {kind: f"{folder}/" for folder, kind in FOLDERS.items()}


@dataclass(frozen=True)
class Proposal:
    """One file that may be accepted. `path` is for messages; `unread`: why there is no text."""

    kind: str
    name: str
    text: str
    path: str
    unread: tuple[Fault, ...] = ()


def read_folders(workflows: Path, templates: Path) -> list[Proposal]:
    """All files of HR's two folders as proposals, catalogue first; a definition is named as its file."""
    return [*read_folder(workflows), *(_template(name, templates / "letters") for name in LETTERS)]


def read_folder(workflows: Path) -> list[Proposal]:
    """The files of the workflows folder, catalogue first."""
    found = [proposal(workflows / f"{_CATALOGUE}.toml")]
    found += [proposal(path) for path in sorted(workflows.glob("*.toml")) if path.stem != _CATALOGUE]
    for folder in FOLDERS:
        found += [proposal(path) for path in sorted((workflows / folder).glob("*.toml"))]
    return found


def proposal(path: Path) -> Proposal:
    """One file of the workflows folder; where it stands says what it is. A byte order mark is passed over."""
    kind = _CATALOGUE if path.stem == _CATALOGUE else FOLDERS.get(path.parent.name, "workflow")
    try:
        return Proposal(kind, path.stem, decoded(path.read_bytes()), str(path))
    except Faulty as faulty:
        return Proposal(kind, path.stem, "", str(path), faulty.faults)


def place(top: Path, kind: str, name: str) -> Path:
    """Where a definition stands in the workflows folder `top`."""
    return top / f"{_PLACES.get(kind, '')}{_CATALOGUE if kind == _CATALOGUE else name}.toml"


def top_of(path: Path) -> Path:
    """The workflows folder of one of its files."""
    return path.parent.parent if path.parent.name in FOLDERS else path.parent


def _template(name: str, folder: Path) -> Proposal:
    return Proposal(
        "template", name, LetterTemplate.from_files(name, folder).text, str(folder / f"{name}.html")
    )
