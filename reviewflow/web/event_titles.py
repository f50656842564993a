"""Names of the kinds of events that sources deliver, and of the other rows that they bring."""

from __future__ import annotations

from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _

KINDS = {
    "order": _("Orders"),
    "invoice": _("Invoices"),
    "payment": _("Payments"),
    "visit": _("Visits"),
    "opportunity": _("Opportunities"),
    "satisfaction": _("Satisfaction"),
    "complaint": _("Complaints"),
    "people": _("People"),
    "unit": _("Units"),
    "pay_base": _("Pay bases"),
    "target": _("Targets"),
}


def kind_title(kind: str) -> str:
    """What people call a kind of event; a word that is not known stays as it is."""
    return gettext(KINDS[kind]) if kind in KINDS else kind
