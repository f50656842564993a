"""What a kind of promised work consists of, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.config import Settings
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.store.outbox import Payload

Inputs = TypeVar("Inputs")
Result = TypeVar("Result")

LETTERS, DEFAULT = "letters", "default"
QUEUES = (LETTERS, DEFAULT)
"""Queues are named by groups of kinds. Each worker serves exactly one."""


class Printer(Protocol):
    """What prints letters: the warm mould of `reviewflow.printer`."""

    def start(self) -> None:
        """Be warm. Does nothing where it is."""

    def print(self, template: str, values: Mapping[str, Any]) -> bytes:
        """The PDF, or an error that says why it cannot be printed."""


@dataclass(frozen=True)
class Tools:
    """What work outside a transaction may use. `mould` is there on the queue `letters` only."""

    settings: Settings
    engine: Engine
    mould: Printer | None = None


@dataclass(frozen=True)
class Kind(Generic[Inputs, Result]):
    """One kind of promised work, in three steps. The claim before `load` is the same for all kinds.

    `load` reads on a read-only snapshot; `work` runs with no transaction open, may take long and may happen
    twice; `finish` writes the effect under its unique key, in the same short transaction that marks the row
    done, and happens once. Without `work`, `finish` gets None and nothing is loaded.
    `give_up` runs in the transaction that parks the row after its last failure.
    """

    name: str
    finish: Callable[[Session, Payload, Result | None, Moment], None]
    load: Callable[[Session, Payload], Inputs] | None = None
    work: Callable[[Inputs, Tools], Result] | None = None
    give_up: Callable[[Session, Payload, tuple[Reason, ...], Moment], None] | None = None

    def __post_init__(self) -> None:
        if (self.load is None) != (self.work is None):
            raise ValueError(f"{self.name}: load and work come together")


Kinds = Mapping[str, Kind[Any, Any]]
"""By name, as the outbox rows call them."""
