"""What a submitted answer brings about: figures by hand, goals, a rating; and nothing of its words is lost."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import select

from reviewflow.store import db
from reviewflow.store.reviews import Goal, Measured, Review
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story
from tests.services.answering import evidence, open_missing, refused_for, submit
from tests.services.reading import the_answer

Walk = Callable[[str], Story]


def test_figures_entered_in_two_goes_keep_the_words_of_the_first(walk: Walk) -> None:
    story = walk("collecting")
    first, second = open_missing(story)
    file = evidence(story, story.cast.hu, "enter_missing")
    body = {"values": {first: {"value": "88.2"}}, "reason": "Paper slip", "evidence": [file]}
    submit(story, story.cast.hu, "enter_missing", body)
    draft = the_answer(story, "enter_missing")
    assert draft.submitted_at is None
    assert json.loads(draft.body) == {"values": {}, "reason": "Paper slip", "evidence": [file]}
    body |= {"values": {second: {"leave_out": True}}}
    submit(story, story.cast.hu, "enter_missing", body, seen=draft.version)
    assert the_answer(story, "enter_missing").submitted_at is not None
    with db.read(story.engine) as session:
        rows = {row.indicator: row for row in session.scalars(select(Measured))}
    assert (rows[first].state, rows[first].numerator_e4, rows[first].denominator_e4) == (
        "by_hand",
        882_000,
        10_000,
    )
    assert (rows[first].entered_by, rows[first].evidence_id, rows[first].reason) == (
        story.cast.hu,
        file,
        "Paper slip",
    )
    assert (rows[second].state, rows[second].entered_by) == ("left_out", None)
    assert rows[second].reason == 'measure.left_out_by_hand {"reason": "Paper slip"}'


def test_a_long_chinese_reason_for_leaving_out_fits_its_column(walk: Walk) -> None:
    """PostgreSQL refuses the 401st character; the whole reason stays in the answer."""
    story = walk("collecting")
    first, _ = open_missing(story)
    file = evidence(story, story.cast.hu, "enter_missing")
    words = "客户更换系统，第二季度的拜访记录无法导出。\n" * 40
    body = {"values": {first: {"leave_out": True}}, "reason": words, "evidence": [file]}
    submit(story, story.cast.hu, "enter_missing", body)
    with db.read(story.engine) as session:
        reason = session.scalars(select(Measured.reason).where(Measured.indicator == first)).one()
    assert reason is not None
    key, _, params = reason.partition(" ")
    assert (key, len(reason) <= 400) == ("measure.left_out_by_hand", True)
    assert words.startswith(json.loads(params)["reason"])
    assert json.loads(the_answer(story, "enter_missing").body)["reason"] == words


def test_a_figure_that_was_computed_meanwhile_is_not_overwritten_by_hand(walk: Walk) -> None:
    story = walk("collecting")
    first, second = open_missing(story)
    file = evidence(story, story.cast.hu, "enter_missing")
    with db.write(story.engine) as session:
        row = session.scalars(select(Measured).where(Measured.indicator == first)).one()
        row.state, row.reason, row.numerator_e4, row.denominator_e4 = "computed", None, 5, 1
    body = {
        "values": {first: {"value": "1"}, second: {"value": "2"}},
        "reason": "Paper slip",
        "evidence": [file],
    }
    assert refused_for(story, story.cast.hu, "enter_missing", body) == ["answer.malformed"]


def test_an_indicator_taken_out_of_the_goals_can_come_back(story: Story) -> None:
    review = story.review()
    body = story.targets(review)
    (gone, row), (other, kept) = list(body.items())[:2]
    both = float(row["weight"]) + float(kept["weight"])
    submit(story, story.cast.wang, "propose_targets", {"targets": without(body, gone, other, both)})
    assert gone not in story.targets(review)
    story.move(story.cast.wang, review, "propose")
    story.move(story.cast.lin, review, "send_back", "Please measure visits, too.")
    seen = the_answer(story, "propose_targets", round_=2).version
    submit(story, story.cast.wang, "propose_targets", {"targets": body}, seen=seen)
    with db.read(story.engine) as session:
        weights = session.scalars(select(Goal.weight_e4).where(Goal.review_id == review)).all()
    assert (len(weights), sum(weights)) == (len(body), 1_000_000)


def without(
    body: dict[str, dict[str, str]], gone: str, other: str, weight: float
) -> dict[str, dict[str, str]]:
    rest = {key: row for key, row in body.items() if key != gone}
    return rest | {other: rest[other] | {"weight": str(weight)}}


def test_the_managers_submission_rates_the_review(walk: Walk) -> None:
    story = walk("frozen")
    submit(story, story.cast.lin, "self_review", {"rubric": RUBRIC})
    row: Review = story.row(Review, story.review())
    assert row.rating is None  # one's own judgement never counts
    submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW)
    row = story.row(Review, story.review())
    assert (row.rating, row.rating_computed, row.rating_reason) == ("S", "S", None)
