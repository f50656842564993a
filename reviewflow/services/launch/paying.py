"""What a launch would pay: by which components, and on which pay bases."""

from __future__ import annotations

from dataclasses import dataclass

from reviewflow.core.plan import Bonus, Plan
from reviewflow.core.workflow import Workflow


@dataclass(frozen=True)
class Pays:
    """The components that a process pays, and the pay bases that they read; nothing if no awards follow from it."""

    components: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


def pays(process: Workflow, plan: Plan) -> Pays:
    """What a process pays by a plan. A plan alone pays nothing: the process has to propose awards."""
    proposes = any("propose_awards" in stage.jobs for stage in process.stages.values())
    if not proposes or "award" not in process.uses:
        return Pays()
    bases = (one.base for one in plan.components if isinstance(one, Bonus) or one.base is not None)
    return Pays(frozenset(one.key for one in plan.components), frozenset(base for base in bases if base))
