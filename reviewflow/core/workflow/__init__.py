"""Workflow files: from a text to a checked `Workflow`, with all faults of a text together.

``load(text)`` is the only way to a `Workflow`; whoever holds one may rely on everything that `checking`,
`graph` and `marks` prove.
"""

from reviewflow.core.workflow.definition import Due, Field, Form, Move, Stage, Target, Task, Workflow
from reviewflow.core.workflow.duties import Duty, duties
from reviewflow.core.workflow.loading import load

__all__ = [
    "Due",
    "Duty",
    "Field",
    "Form",
    "Move",
    "Stage",
    "Target",
    "Task",
    "Workflow",
    "duties",
    "load",
]
