"""Buttons for what one may do to a record now, and why not. One macro draws any list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewflow.core.reasons import Reason


@dataclass(frozen=True)
class Link:
    """Where a reason can be removed: an address and the verb of the link."""

    url: str
    word: str


@dataclass(frozen=True)
class Button:
    """One move. With `reasons` it is greyed and lists them; `links` leads from a reason's key to its remedy.

    `note` is "required", "optional" or None. With `confirm`, what will happen, or `warn`, what will not,
    the button asks once more.
    """

    key: str
    title: str
    reasons: tuple[Reason, ...] = ()
    note: str | None = None
    primary: bool = False
    bad: bool = False
    icon: str = ""
    confirm: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    links: Mapping[str, Link] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether a dialog opens before it is done."""
        return self.note is not None or bool(self.confirm or self.warn)
