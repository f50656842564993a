"""Long lists of keys, cut so that each statement stays within what both databases bind at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Key = TypeVar("Key")

SIZE = 10_000  # SQLite binds 32,766 values, PostgreSQL 65,535


def chunks(keys: Iterable[Key], size: int = SIZE) -> Iterator[list[Key]]:
    """``list(chunks([1, 2, 3], 2)) == [[1, 2], [3]]``."""
    rest = iter(keys)
    while chunk := list(islice(rest, size)):
        yield chunk
