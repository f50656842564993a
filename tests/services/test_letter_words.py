"""What the letter's fonts cannot print is refused while it can still be written in another way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import rate
from reviewflow.store import db
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story
from tests.services.answering import evidence, open_missing, save, submit

pytestmark = pytest.mark.sqlite
Walk = Callable[[str], Story]
POINT = {"claim": "New customers", "text": "Eight of six.", "evidence": "8 orders"}
ACTION = {"action": "Call", "owner": "Lin Yue", "due": "2026-09-30", "done_when": "Called"}
SMILE = "😀 (U+1F600)"


def refused(story: Story, person_id: int, task: str, body: dict[str, Any]) -> list[Reason]:
    with pytest.raises(Refused) as caught:
        submit(story, person_id, task, body)
    return list(caught.value.reasons)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        *(
            (
                {field: [POINT, {**POINT, column: "Well done 😀"}]},
                {"field": field, "row": 2, "column": column},
            )
            for field in ("strengths", "improve")
            for column in POINT
        ),
        ({"suggest": "Go on 😀"}, {"field": "suggest"}),
        *(
            ({"actions": [{**ACTION, column: "Call 😀"}]}, {"field": "actions", "row": 1, "column": column})
            for column in ("action", "owner", "done_when")
        ),
    ],
)
def test_what_the_letter_cannot_print_is_refused_at_its_field(
    walk: Walk, changes: dict[str, Any], place: dict[str, Any]
) -> None:
    story = walk("frozen")
    found = refused(story, story.cast.wang, "manager_review", MANAGER_REVIEW | changes)
    assert found == [Reason("answer.unprintable", {**place, "characters": SMILE})]


def test_an_accent_apart_from_its_letter_is_printed_and_drafts_keep_anything(walk: Walk) -> None:
    story = walk("frozen")
    saved = save(story, story.cast.wang, "manager_review", {"suggest": "Well done 😀"}, seen=0)
    body = MANAGER_REVIEW | {"suggest": "Cafe\u0301, 欧阳·买买提"}
    submit(story, story.cast.wang, "manager_review", body, seen=saved.version)


def test_a_self_review_is_not_in_the_letter(walk: Walk) -> None:
    story = walk("frozen")
    submit(story, story.cast.lin, "self_review", {"rubric": RUBRIC, "achievements": "Three new 😀"})


def test_the_reason_for_a_figure_entered_by_hand_is_in_the_letter(walk: Walk) -> None:
    story = walk("collecting")
    first, _second = open_missing(story)
    body = {
        "values": {first: {"value": "8"}},
        "reason": "From paper\x00 😀",
        "evidence": [evidence(story, story.cast.hu, "enter_missing")],
    }
    found = refused(story, story.cast.hu, "enter_missing", body)
    assert found == [Reason("answer.unprintable", {"field": "reason", "characters": SMILE})]


def test_the_reason_for_another_rating_is_in_the_letter(walk: Walk) -> None:
    story = walk("judged")
    review, viewer = story.review(), story.viewer(story.cast.hu)
    version = story.subject(review).version
    with db.write(story.engine) as session, pytest.raises(Refused) as caught:
        rate.override(session, story.moment, viewer, review, "A", "Fits 😀", seen_version=version)
    assert list(caught.value.reasons) == [Reason("rating.reason_unprintable", {"characters": SMILE})]


@pytest.mark.parametrize(("due", "fine"), [(-1, False), (0, True)])
def test_nothing_is_agreed_for_a_day_that_is_over(walk: Walk, due: int, fine: bool) -> None:
    story = walk("frozen")
    today = story.viewer(story.cast.wang).today
    day = (today + timedelta(days=due)).isoformat()
    body = MANAGER_REVIEW | {"actions": [{**ACTION, "due": day}]}
    if fine:
        submit(story, story.cast.wang, "manager_review", body)
        return
    expected = {"field": "actions", "row": 1, "column": "due", "value": day, "today": today.isoformat()}
    assert refused(story, story.cast.wang, "manager_review", body) == [Reason("answer.day_past", expected)]
