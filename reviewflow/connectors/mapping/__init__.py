"""Mappings: how the columns of somebody else's files become canonical rows.

Pure: TOML text in, values out. Every key is explained in `examples/README.md`.
"""

from reviewflow.connectors.mapping.definition import (
    IMPORT_DAY,
    LAST_ROW,
    Column,
    Condition,
    Coverage,
    Ends,
    Notation,
    Read,
    SourceMapping,
)
from reviewflow.connectors.mapping.loading import load

__all__ = [
    "IMPORT_DAY",
    "LAST_ROW",
    "Column",
    "Condition",
    "Coverage",
    "Ends",
    "Notation",
    "Read",
    "SourceMapping",
    "load",
]
