"""What went wrong in a rehearsal, in sentences for its report: English, as the keys beside them are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.naming import named
from reviewflow.wording import say

LANGUAGE = "en"


def sentences(reasons: Iterable[Reason], workflow: Workflow | None = None) -> str:
    """All reasons, one after the other; with the titles of a workflow in place of its keys where it is given."""
    found = (named(one, workflow, LANGUAGE) if workflow else one for one in reasons)
    return " ".join(say(one, LANGUAGE) for one in found)


def held_up(stored: Mapping[str, Any] | None) -> str:
    """Why a subject stands still, from its own row."""
    if not stored:
        return "nobody acted"
    return sentences(Reason(key, params) for key, params in stored["reasons"])
