"""Which of the running cycle's reviews stops where."""

from __future__ import annotations

from collections.abc import Sequence

from reviewflow.demo.company import Company

SHARES = (
    ("goal_proposal", 1), ("goal_agreement", 2), ("tracking", 1), ("data_collection", 2), ("self_review", 1),
    ("evaluation", 5), ("calibration", 3), ("release", 3), ("feedback", 4), ("approval", 6), ("finance", 2),
    ("returned", 1), ("payroll", 3), ("closed", 4),
)  # fmt: skip
"""Of 38 people who sell, how many stand where."""

NAMED = {
    "rep": "feedback",  # Lin reads her letter
    "leaver": "closed",
    "stranger": "approval",
    "late": "evaluation",
    "mover": "release",
    "sh1_4": "self_review",  # her manager Wang has both forms before him
    "bj_3": "evaluation",  # and Sun has one to write
    "sh2_2": "finance",  # sells enough for a second signature
}


def stops(company: Company) -> dict[str, str]:
    """Stage on the last day by external id. Who is named in the tour stands where the tour says."""
    named = {company.cast[key]: stop for key, stop in NAMED.items()}
    left = [stop for stop, count in SHARES for _ in range(count)]
    for stop in named.values():
        left.remove(stop)
    others = [person.external_id for person in company.reps() if person.external_id not in named]
    return named | dict(zip(_spread(others), left, strict=False))


def _spread(ids: Sequence[str]) -> list[str]:
    """Neighbours in a team do not all stand at the same place: every seventh comes next."""
    return [ids[at] for start in range(7) for at in range(start, len(ids), 7)]
