"""The room of data: sources, imports, and who may come in."""

from __future__ import annotations

from reviewflow.services.staging import IMPORT_ROLES, against_import
from reviewflow.store.facts.imports import DATA_ROLES
from reviewflow.web.gate import granted
from reviewflow.web.request import reader, viewer
from reviewflow.web.rooms import Room

room = Room("data")
LOOKERS = granted(*DATA_ROLES)
IMPORTERS = granted(*IMPORT_ROLES)


def may_import() -> bool:
    """Whether buttons that import are drawn at all."""
    return not against_import(reader(), viewer())
