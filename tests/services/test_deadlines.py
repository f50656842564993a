"""Deadlines of a bulk step: each by the file that its record is pinned to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reviewflow.core import machine
from reviewflow.core.workflow import Workflow, load
from reviewflow.services.move import cases, deadlines, writing
from reviewflow.services.move.writing import Going
from reviewflow.store import db
from tests.core.workflow.files import TEXTS, spoiled
from tests.flows.story import Story

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]


def test_two_files_with_stages_of_one_name_keep_their_own_days(walk: Walk) -> None:
    story = walk("launched")
    reviews = [story.review(), story.review(story.cast.wang)]
    days = 'due = { from = "begin", days = 5, count = "working" }\nsend'
    other = load(
        spoiled(
            TEXTS["sales_quarterly"],
            (days, days.replace('days = 5, count = "working"', 'days = 9, count = "calendar"')),
        )
    )
    with db.read(story.engine) as session:
        first, second = cases.load(session, reviews, lock=False).values()
        goings = [proposing(first, first.workflow), proposing(second, other)]
        one_by_one = {
            going.case.id: deadlines.entering(session, story.moment, [going])[going.case.id]
            for going in goings
        }
        assert deadlines.entering(session, story.moment, goings) == one_by_one
    assert one_by_one[second.id] - one_by_one[first.id] == timedelta(days=2)


def proposing(case: cases.Case, workflow: Workflow) -> Going:
    """The review goes to its employee by this file."""
    step = machine.step(workflow, case.stage.key, "propose", lambda name: [])
    return writing.going(replace(case, workflow=workflow), workflow.moves["propose"], "manager", step, None)
