"""The room of the audit, and who may come in."""

from __future__ import annotations

from reviewflow.store.audit_page import AUDITING
from reviewflow.web.gate import granted
from reviewflow.web.rooms import Room

room = Room("audit")
AUDITORS = granted(*AUDITING)
