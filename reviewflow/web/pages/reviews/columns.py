"""The tables of a review: their columns, and the few words that stand in their cells."""

from __future__ import annotations

from reviewflow.store.review_page import Line
from reviewflow.web.language import gettext as _
from reviewflow.web.tables import Column


def goal_columns(agreed: bool) -> list[Column]:
    """The suggestion stands there until the targets are agreed."""
    suggested = [] if agreed else [Column("suggested", _("Suggestion"), num=True)]
    return [
        Column("indicator", _("Indicator"), main=True),
        Column("weight", _("Weight"), num=True),
        Column("last", _("Last period"), num=True),
        *suggested,
        Column("target", _("Target"), num=True),
        Column("change", _("Change"), num=True),
    ]


def data_columns() -> list[Column]:
    return [
        Column("indicator", _("Indicator"), main=True),
        Column("figure", _("Figure"), num=True),
        Column("state", _("State")),
        Column("why", _("Why, and what happens"), bare=True),
    ]


def score_columns() -> list[Column]:
    return [
        Column("title", _("Indicator"), main=True),
        Column("weight", _("Weight"), num=True),
        Column("actual", _("Actual"), num=True),
        Column("target", _("Target"), num=True),
        Column("attainment", _("Attainment"), num=True),
        Column("points", _("Points"), num=True),
    ]


def award_columns(linked: bool) -> list[Column]:
    opens = [Column("open", _("More"), bare=True)] if linked else []
    return [
        Column("component", _("Award"), main=True),
        Column("amount", _("Amount"), num=True),
        Column("stage", _("Where it stands")),
        Column("why", _("Remark"), bare=True),
        *opens,
    ]


def rule_words(line: Line, state: str) -> str:
    """What the indicator's rule does about a figure that is not there."""
    if state == "left_out":
        return _("Its weight goes to the other indicators of its group.")
    if line.indicator.missing_rule == "wait":
        return _("The cut-off waits for its source.")
    return _("HR or a data inputter enters it by hand, with reason and evidence, or leaves it out.")
