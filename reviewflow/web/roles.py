"""Names of roles, for people."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from reviewflow.web.language import marked as _
from reviewflow.web.request import language, standing

NAMES = {
    "hr": _("HR"),
    "hrbp": _("HR business partner"),
    "sales_director": _("Sales director"),
    "finance": _("Finance"),
    "data_inputter": _("Data inputter"),
    "auditor": _("Auditor"),
    "system_admin": _("System administrator"),
    "manager": _("Manager"),
    "employee": _("Employee"),
    "reviewee": _("Reviewed person"),
    "beneficiary": _("Beneficiary"),
    "preparer": _("Preparer"),
    "earlier_approver": _("Earlier approver"),
    "clock": _("The clock"),
}


def role_words(roles: Iterable[str], position: str | None = None) -> str:
    """Names of roles as a list; a plain manager or employee is called by their position if there is one."""
    held = list(roles)
    if position and set(held) <= {"manager", "employee"}:
        return position
    return ("、" if language() == "zh" else ", ").join(gettext(NAMES[role]) for role in held)


def my_role() -> str:
    """What the reader is, in one or two words: granted roles, else the position, else manager or employee."""
    stands = standing()
    granted = list(dict.fromkeys(grant.role for grant in stands.grants))
    return role_words(granted or ["manager" if stands.manages else "employee"], stands.position)
