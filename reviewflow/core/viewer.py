"""Who acts or looks: a person with the roles granted on a business date, or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Grant:
    """A role held for a unit and everything below it."""

    role: str
    unit_id: int


@dataclass(frozen=True)
class Viewer:
    """One acting person on one business date. `person_id` is None for the clock alone."""

    person_id: int | None
    grants: tuple[Grant, ...]
    today: date
    language: str = "en"

    def units(self, role: str) -> tuple[int, ...]:
        """Units at whose top this role is granted."""
        return tuple(sorted({grant.unit_id for grant in self.grants if grant.role == role}))

    def has(self, *roles: str) -> bool:
        """Whether any of the roles is granted anywhere."""
        return any(grant.role in roles for grant in self.grants)


def the_clock(today: date) -> Viewer:
    """The machine as actor: it holds the role `clock` and nothing else."""
    return Viewer(None, (), today)
