"""Who may act, and for whom something waits: the rule over the roles that somebody holds on one record.

The inbox, the buttons of a page, the service that acts, PDF, export and API all ask here. Guards are not part
of it: what is yours to do and not yet possible stands in the inbox with its reasons.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Literal

from reviewflow.core.reasons import Reason
from reviewflow.core.workflow.vocabulary import CLOCK

Roles = AbstractSet[str]

_OWN_SENTENCE = frozenset({"reviewee", "beneficiary", "preparer", "earlier_approver"})


def may(held: Roles, by: Roles, not_by: Roles) -> bool:
    """Whether somebody with these roles on the record may do what belongs to `by` and not to `not_by`."""
    return bool(held & by) and not held & not_by


def waits(
    held: Roles, what: Literal["task", "move", "may"], by: Roles, not_by: Roles, *, answered: bool = False
) -> bool:
    """Whether it stands in the inbox: a task until answered, a move that asks; never what one only may."""
    return what != "may" and may(held, by, not_by) and not (what == "task" and answered)


def refusals(held: Roles, by: Roles, not_by: Roles) -> list[Reason]:
    """Why somebody may not: who may instead, and what stands in their own way. Empty if they may."""
    if may(held, by, not_by):
        return []
    if not held & by:
        return [_belongs_to(by)]
    return [_excluded(role) for role in sorted(held & not_by)]


def _belongs_to(by: Roles) -> Reason:
    if by <= {CLOCK}:
        return Reason("policy.automatic")
    return Reason("policy.belongs_to", {"role": ", ".join(sorted(by))})


def _excluded(role: str) -> Reason:
    if role in _OWN_SENTENCE:
        return Reason(f"policy.excluded_{role}")
    return Reason("policy.excluded", {"role": role})
