"""HR's two folders against what is accepted: which files are new or changed, and what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from reviewflow.config import Settings
from reviewflow.core.reasons import Fault, Reason
from reviewflow.services import accept
from reviewflow.services.accept import Proposal
from reviewflow.store.scheme import Version

if TYPE_CHECKING:
    from reviewflow.store.types import Session

NEW, CHANGED = "new", "changed"
Accepted = Mapping[tuple[str, str], Sequence[Version]]


@dataclass(frozen=True)
class File:
    """A file that differs from the newest accepted text of its name (None: nothing was accepted yet)."""

    proposal: Proposal
    shown_path: str
    state: str
    accepted: Version | None
    faults: tuple[Fault, ...]

    @property
    def anchor(self) -> str:
        return f"{self.proposal.kind}-{self.proposal.name}"


@dataclass(frozen=True)
class Folder:
    """What stands in the folders. `problem`: they cannot be read, so nothing is known of them.

    `faulty`: a file that has not changed has faults too, against the others that have.
    """

    proposals: tuple[Proposal, ...]
    files: tuple[File, ...]
    problem: Reason | None

    @property
    def faulty(self) -> list[File]:
        return [file for file in self.files if file.faults]

    @property
    def seen(self) -> str:
        """Names exactly these texts: what a person saw is what is accepted."""
        texts = "\n".join(f"{one.kind} {one.name} {_digest(one.text)}" for one in self.proposals)
        return _digest(texts)

    def file(self, kind: str, name: str) -> File | None:
        return next(
            (one for one in self.files if (one.proposal.kind, one.proposal.name) == (kind, name)), None
        )


def read() -> tuple[Proposal, ...] | Reason:
    """The proposals, or why the folders cannot be read."""
    settings = _settings()
    try:
        return tuple(accept.read_folders(settings.workflows_folder, settings.templates_folder))
    except UnicodeDecodeError:
        return Reason("scheme.not_utf8", {"folder": str(settings.workflows_folder)})
    except OSError as error:
        return Reason("scheme.unreadable", {"file": str(error.filename)})


def folder(session: Session, accepted: Accepted) -> Folder:
    """The folders as they are now. Faults are looked for only where something differs."""
    found = read()
    if isinstance(found, Reason):
        return Folder((), (), found)
    differing = any(_state(one, accepted) for one in found)
    faults = _faults(session, found) if differing else {}
    shown = [one for one in found if _state(one, accepted) or one.path in faults]
    return Folder(found, tuple(_file(one, accepted, faults.get(one.path, ())) for one in shown), None)


_Texts = tuple[tuple[str, str, str], ...]
_checked: dict[_Texts, Mapping[str, tuple[Fault, ...]]] = {}


def _faults(session: Session, proposals: tuple[Proposal, ...]) -> Mapping[str, tuple[Fault, ...]]:
    """Faults by path. The texts that were checked last are not checked again: every page asks."""
    texts = tuple((one.path, one.text, str(one.unread)) for one in proposals)
    found = _checked.get(texts)
    if found is None:
        found = accept.faults(session, proposals)
        _checked.clear()
        _checked[texts] = found
    return found


def _file(one: Proposal, accepted: Accepted, faults: tuple[Fault, ...]) -> File:
    newest = next(iter(accepted.get((one.kind, one.name), ())), None)
    return File(one, _shown_path(one.path), _state(one, accepted), newest, faults)


def _state(one: Proposal, accepted: Accepted) -> str:
    """``new``, ``changed``, or empty where it is what was accepted last."""
    known = accepted.get((one.kind, one.name))
    if not known:
        return NEW
    return "" if known[0].digest == _digest(one.text) else CHANGED


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _shown_path(path: str) -> str:
    """From the folder's own name on: ``workflows/plans/sales_standard.toml``."""
    for top in (_settings().workflows_folder, _settings().templates_folder):
        if Path(path).is_relative_to(top):
            return str(Path(top.name) / Path(path).relative_to(top))
    return path


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
