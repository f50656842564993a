"""The files themselves: written whole under the name of their content, or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

ENDING: Final = ".parquet"
_DRAFT: Final = ("draft-", ".tmp")
_OURS: Final = re.compile(r"[0-9a-f]{64}\.parquet|draft-\w+\.tmp")

_ORDER = [(name, "ascending") for name in ("kind", "person_id", "on_date", "source_id", "external_id")]


def path_of(folder: Path, sha256: str) -> Path:
    """Where a file of the lake lies."""
    return folder / f"{sha256}{ENDING}"


def write(folder: Path, table: pa.Table) -> str:
    """Write the rows and return the SHA-256 of the file. Equal rows in any order make the same file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.sort_by(_ORDER).combine_chunks(), sink, compression="zstd", write_page_checksum=True)
    data = sink.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    _keep(path_of(folder, sha256), data)
    return sha256


def read(folder: Path, sha256: str) -> pa.Table:
    """All rows of a file."""
    return pq.read_table(path_of(folder, sha256), page_checksum_verification=True)


def is_whole(folder: Path, sha256: str) -> bool:
    """Whether a file is there with the content that its name says."""
    path = path_of(folder, sha256)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def remove_others(folder: Path, listed: Collection[str]) -> int:
    """Remove our files that are not listed, and drafts; returns how many. Only under the lease.

    Whatever else lies in the folder is somebody else's.
    """
    keep = {f"{sha256}{ENDING}" for sha256 in listed}
    strange = [path for path in folder.glob("*") if _OURS.fullmatch(path.name) and path.name not in keep]
    for path in strange:
        path.unlink(missing_ok=True)
    return len(strange)


def _keep(path: Path, data: pa.Buffer) -> None:
    """Draft, sync, rename: a name that is there has its whole content, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT[0], suffix=_DRAFT[1])
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
