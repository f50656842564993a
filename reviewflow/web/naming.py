"""Reasons with the titles of a workflow in place of its keys: whose turn it is, which task, which step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from reviewflow.core.conflict import Conflict, Difference
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.naming import named
from reviewflow.web.errors import SentBefore
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language


def in_words(
    reasons: Iterable[Reason], workflow: Workflow, components: Mapping[str, str] | None = None
) -> tuple[Reason, ...]:
    """The reasons in the page's language; `components` are titles of pay components."""
    return tuple(named(reason, workflow, language(), components=components) for reason in reasons)


@contextmanager
def naming(workflow: Workflow, components: Mapping[str, str] | None = None) -> Iterator[None]:
    """What a service refuses inside is refused with titles; a conflict says where the subject stands now."""
    try:
        yield
    except SentBefore:
        raise
    except Refused as refused:
        raise Refused(in_words(refused.reasons, workflow, components)) from refused
    except Conflict as conflict:
        raise located(conflict, workflow) from conflict


def located(conflict: Conflict, workflow: Workflow) -> Conflict:
    """With a line that says where the subject stands now, beside the move that somebody wanted."""
    if conflict.stage not in workflow.stages or conflict.wanted not in workflow.moves:
        return conflict
    where = Difference(
        label=_("Stage"),
        now=workflow.stages[conflict.stage].title[language()],
        yours=workflow.moves[conflict.wanted].title[language()],
    )
    return Conflict(conflict.version, conflict.by, conflict.at, [where])
