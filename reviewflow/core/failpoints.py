"""Named points between the steps of promised work, at which a test can kill the process.

`reach(name)` does nothing unless a test armed the points. The names are listed here, so that a test can
walk all of them and a misspelt one is an error.
"""

from __future__ import annotations

from collections.abc import Callable

NAMES = (
    "relay.before_enqueue",  # the promise is committed, nothing has rung yet
    "relay.after_enqueue",
    "reconcile.before",
    "claim.before_commit",
    "claim.after_commit",
    "work.before",
    "work.after",
    "finish.before_commit",  # the row is marked done and the effect written, not committed
    "finish.after_commit",  # committed, but the queue still believes that the job runs
    "fail.before_commit",
    "fail.after_commit",
    "sweep.before_commit",
    "sweep.after_commit",
    "seal.before_commit",
    "seal.after_commit",
)

_action: Callable[[str], None] | None = None


def arm(action: Callable[[str], None] | None) -> None:
    """Call `action(name)` at every point that is reached from now on in this process; None disarms."""
    global _action
    _action = action


def reach(name: str) -> None:
    """Mark the point `name`. Costs one comparison when nothing is armed."""
    if _action is not None:
        if name not in NAMES:
            raise ValueError(f"{name} is not a failpoint")
        _action(name)
