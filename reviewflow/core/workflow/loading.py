"""The way from a text to a checked workflow."""

from __future__ import annotations

from hashlib import sha256

from reviewflow.core.reasons import Faulty
from reviewflow.core.toml_source import kept_if_short, parse
from reviewflow.core.workflow.checking import check
from reviewflow.core.workflow.definition import Workflow
from reviewflow.core.workflow.graph import walk_stages
from reviewflow.core.workflow.marks import walk_marks
from reviewflow.core.workflow.reading import Draft, read_draft


@kept_if_short
def load(text: str) -> Workflow:
    """The workflow that a text describes. Raises `Faulty` with all faults, each with its line.

    A syntax error is reported alone, because nothing can be said about the rest.
    """
    draft = read_draft(parse(text))
    check(draft)
    walk_stages(draft)
    walk_marks(draft)
    if draft.faults:
        raise Faulty(draft.faults)
    return _workflow(draft, sha256(text.encode()).hexdigest())


def _workflow(draft: Draft, digest: str) -> Workflow:
    return Workflow(
        digest=digest,
        name=draft.name,
        kind=draft.kind_name,
        title=draft.title,
        months=draft.months,
        start=draft.start,
        uses=draft.uses,
        limits=draft.limits,
        stages={stage.key: stage for stage in draft.stages},
        tasks={task.key: task for task in draft.tasks},
        moves={move.key: move for move in draft.moves},
        forms={form.key: form for form in draft.forms},
    )
