"""Names of the parts of a process, by which pages count, and of the groups of indicators."""

from __future__ import annotations

from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _

PARTS = {
    "goal_setting": _("Goal setting"),
    "tracking": _("Tracking"),
    "data_collection": _("Data collection"),
    "evaluation": _("Evaluation"),
    "calibration": _("Calibration"),
    "feedback": _("Feedback"),
    "reward": _("Reward"),
    "closed": _("Closed"),
}
"""Parts of reviews, in their order."""

GROUPS = {"result": _("Results"), "efficiency": _("Efficiency"), "quality": _("Quality")}


def part_title(part: str) -> str:
    """What people call a part of a review."""
    return gettext(PARTS[part])


def group_title(group: str) -> str:
    """What people call a group of indicators."""
    return gettext(GROUPS[group])
