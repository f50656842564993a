"""The room of approvals, and who may come in."""

from __future__ import annotations

from reviewflow.store.approvals.listing import APPROVING
from reviewflow.web.gate import granted
from reviewflow.web.rooms import Room

room = Room("approvals")
APPROVERS = granted(*APPROVING)
