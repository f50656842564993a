"""Keys in reasons become words: a task's title instead of its key, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reviewflow.core.reasons import Reason
from reviewflow.core.workflow.definition import Workflow
from reviewflow.core.workflow.vocabulary import ROLE_TITLES

_SEPARATOR = {"en": ", ", "zh": "、"}


def named(
    reason: Reason,
    workflow: Workflow,
    language: str,
    *,
    indicators: Mapping[str, str] | None = None,
    components: Mapping[str, str] | None = None,
) -> Reason:
    """The reason with titles where its parameters held keys of the workflow, or of the names given.

    Parameters called task, move, stage, role, indicator and component may hold several keys, separated by
    commas. A key without a title stays as it is.
    """
    names: dict[str, Mapping[str, str]] = {
        "task": {task.key: task.title[language] for task in workflow.tasks.values()},
        "move": {move.key: move.title[language] for move in workflow.moves.values()},
        "stage": {stage.key: stage.title[language] for stage in workflow.stages.values()},
        "role": {role: title[language] for role, title in ROLE_TITLES.items()},
        "indicator": indicators or {},
        "component": components or {},
    }
    params = {
        name: _words(value, names[name], language) if name in names and isinstance(value, str) else value
        for name, value in reason.params.items()
    }
    return replace(reason, params=params)


def _words(keys: str, names: Mapping[str, str], language: str) -> str:
    return _SEPARATOR[language].join(names.get(key, key) for key in keys.split(", "))
