"""Why something is refused or wrong, as data: a message key and its parameters.

The sentence in the reader's language is made by `reviewflow.wording`; the core never speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Reason:
    """One reason for a no, e.g. ``Reason("guard.weights_sum", {"sum": "95", "missing": "5"})``."""

    key: str
    params: Params = field(default_factory=dict)


class Refused(Exception):
    """An action is not allowed or not possible now. Carries every reason, never just the first."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons: tuple[Reason, ...] = tuple(reasons)
        super().__init__(", ".join(reason.key for reason in self.reasons))


@dataclass(frozen=True)
class Fault:
    """One fault of a text that somebody wrote (a workflow file, a mapping). `line` counts from 1."""

    line: int | None
    key: str
    params: Params = field(default_factory=dict)


class Faulty(Exception):
    """A text was not accepted. Carries all faults together, in order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults, key=lambda f: (f.line or 0, f.key)))
        super().__init__(", ".join(f"{f.line}: {f.key}" for f in self.faults))
