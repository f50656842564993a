"""Whether anything in the audit was changed: the whole chain computed again, on demand."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.core.reasons import Reason
from reviewflow.store import audit_chain
from reviewflow.store.audit_chain import Broken
from reviewflow.web.pages.audit.room import AUDITORS, room
from reviewflow.web.request import reader

_SHOWN = 100


@room.page("/audit/chain", AUDITORS)
def chain() -> ResponseReturnValue:
    """Walk all seals. ``?anchor=`` is a head noted earlier, which must still be there."""
    anchor = request.args.get("anchor", "").strip().lower()[:64]
    verdict = audit_chain.verify(reader(), anchor or None)
    broken = [_told(one) for one in verdict.broken[:_SHOWN]]
    return render_template("web/audit/chain.html", verdict=verdict, broken=broken, anchor=anchor)


def _told(broken: Broken) -> Reason:
    first, last = (str(number) if number is not None else "?" for number in (broken.first_id, broken.last_id))
    return Reason(f"audit.broken_{broken.what}", {"no": broken.no, "first": first, "last": last})
