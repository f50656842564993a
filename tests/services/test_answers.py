"""Answering: nobody's words are lost, everything incomplete is named at once, and evidence is what it seems."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import answer
from reviewflow.store import db
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import RoleGrant
from reviewflow.store.subjects import Answer, Subject
from tests.cast import HIRED
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story
from tests.services.answering import open_missing, refused_for, save, submit
from tests.services.reading import keys, the_answer

Walk = Callable[[str], Story]


# ---- drafts ----------------------------------------------------------------------------------------------


def test_a_draft_is_kept_however_incomplete_and_says_the_version_to_name_next(walk: Walk) -> None:
    story = walk("frozen")
    before = story.subject(story.review()).version
    first = save(story, story.cast.lin, "self_review", {"achievements": "Three new"}, seen=0)
    second = save(
        story, story.cast.lin, "self_review", {"achievements": "Three new accounts."}, first.version
    )
    assert (first.version, second.version) == (1, 2)
    stored = the_answer(story, "self_review")
    assert stored.submitted_at is None
    assert json.loads(stored.body) == {"achievements": "Three new accounts."}
    assert story.subject(story.review()).version == before  # a draft is nobody else's business


def test_of_two_who_write_one_draft_the_second_learns_who_was_first(walk: Walk) -> None:
    """HR and the data inputter fill in the same form; the caller still holds the second's words."""
    story = walk("collecting")
    open_missing(story)
    save(story, story.cast.hu, "enter_missing", {"reason": "Phone call with the client"}, seen=0)
    for seen in (0, 7):
        with pytest.raises(Conflict) as conflict:
            save(story, story.cast.hu, "enter_missing", {"reason": "Paper slip"}, seen)
        assert (conflict.value.by, conflict.value.version, conflict.value.at) == ("Hu Min", 1, story.at)
    assert json.loads(the_answer(story, "enter_missing").body) == {"reason": "Phone call with the client"}


def test_what_one_page_sends_may_arrive_in_any_order(walk: Walk) -> None:
    """A page that is left sends its last words while a save is under way: both name the version before."""
    story, wang = walk("frozen"), "manager_review"

    def send(page: str, step: int, text: str, seen: int) -> int:
        hand = answer.Hand(page * 32, step)
        return save(story, story.cast.wang, wang, {"suggest": text}, seen, hand).version

    assert send("a", 1, "One", 0) == 1
    assert send("a", 3, "One, two, three", 1) == 2, "it overtook the second"
    assert send("a", 2, "One, two", 1) == 2, "too late: nothing changes"
    assert send("a", 3, "One, two, three", 1) == 2, "sent once more: nothing is saved twice"
    assert json.loads(the_answer(story, wang).body) == {"suggest": "One, two, three"}
    assert send("a", 4, "Four", 1) == 3, "its own save of meanwhile is no conflict"
    with pytest.raises(Conflict):
        send("b", 1, "From another window", 1)
    assert send("b", 2, "From another window", 3) == 4
    with pytest.raises(Conflict):
        send("a", 5, "Five", 3)
    with pytest.raises(Conflict):
        submit(story, story.cast.wang, wang, MANAGER_REVIEW, 3, answer.Hand("a" * 32, 6))
    submit(story, story.cast.wang, wang, MANAGER_REVIEW, 3, answer.Hand("b" * 32, 3))
    assert the_answer(story, wang).submitted_at is not None


def test_a_page_of_somebody_else_is_another_page(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    hand = answer.Hand("a" * 32, 1)
    save(story, story.cast.hu, "enter_missing", {"reason": "Call"}, 0, hand)
    with db.write(story.engine) as session:
        session.execute(update(Answer).values(author_id=story.cast.wang))
    with pytest.raises(Conflict):
        save(story, story.cast.hu, "enter_missing", {"reason": "Slip"}, 0, answer.Hand("a" * 32, 2))


def test_submitting_an_old_draft_is_a_conflict_too_and_leaves_it_open(walk: Walk) -> None:
    story = walk("frozen")
    save(story, story.cast.wang, "manager_review", {"suggest": "First"}, seen=0)
    save(story, story.cast.wang, "manager_review", {"suggest": "Second"}, seen=1)
    with pytest.raises(Conflict):
        submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW, seen=1)
    assert the_answer(story, "manager_review").submitted_at is None


@pytest.mark.postgresql  # on SQLite a writing session has the lock before it can read anything
def test_a_draft_of_a_session_that_read_before_is_compared_with_the_row_as_it_is_now(walk: Walk) -> None:
    """What the session saw before it waited for the lock must not decide."""
    story = walk("frozen")
    review, viewer = story.review(), story.viewer(story.cast.wang)
    save(story, story.cast.wang, "manager_review", {"suggest": "First"}, seen=0)
    with db.write(story.engine) as session:
        read = session.get_one(Answer, (review, "manager_review", 1, 1))
        save(story, story.cast.wang, "manager_review", {"suggest": "Second"}, seen=1)
        with pytest.raises(Conflict):
            answer.save(session, story.moment, viewer, review, "manager_review", {"suggest": "Third"}, seen=1)
        assert read.version == 2


def test_a_form_of_megabytes_is_refused_with_the_limit(walk: Walk) -> None:
    story = walk("frozen")
    with pytest.raises(Refused) as refused:
        save(story, story.cast.lin, "self_review", {"achievements": "x" * 200_001}, seen=0)
    assert keys(refused) == ["answer.body_too_long"]


# ---- who may answer what, when ------------------------------------------------------------------------------


def test_a_task_is_answered_once_in_its_stage_by_its_role(walk: Walk) -> None:
    story = walk("frozen")
    assert refused_for(story, story.cast.lin, "manager_review", MANAGER_REVIEW) == ["policy.belongs_to"]
    assert refused_for(story, story.cast.wang, "propose_targets", {}) == ["answer.not_asked_now"]
    assert refused_for(story, story.cast.wang, "unheard_of", {}) == ["answer.not_asked_now"]
    assert refused_for(story, story.cast.zhao, "self_review", {}) == ["subject.unknown"]
    submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW)
    assert refused_for(story, story.cast.wang, "manager_review", MANAGER_REVIEW) == ["answer.submitted"]
    with pytest.raises(Refused) as refused:
        save(story, story.cast.wang, "manager_review", {"suggest": "Changed my mind"}, seen=1)
    assert keys(refused) == ["answer.submitted"]


def test_for_a_system_administrator_there_is_no_task(walk: Walk) -> None:
    story = walk("frozen")
    with db.write(story.engine) as session:
        session.execute(
            insert(RoleGrant).values(
                person_id=story.cast.zhao,
                role="system_admin",
                unit_id=story.cast.company,
                from_on=HIRED,
                granted_by=story.cast.hu,
            )
        )
    assert refused_for(story, story.cast.zhao, "self_review", {}) == ["subject.unknown"]


def test_a_submission_moves_the_version_and_promises_a_look(walk: Walk) -> None:
    story = walk("frozen")
    before = story.subject(story.review()).version
    version = submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW)
    assert (version, story.subject(story.review()).version) == (before + 1, before + 1)
    with db.read(story.engine) as session:
        key = f"advance:{story.review()}:answer:v{version}"
        assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.key == key)) == 1


# ---- what keeps an answer from being submitted ----------------------------------------------------------------


def reasons_against(story: Story, task: str, body: dict[str, Any]) -> set[tuple[Any, ...]]:
    """(field, key, and what else names the place) of every reason."""
    person = story.cast.hu if task == "enter_missing" else story.cast.wang
    with pytest.raises(Refused) as refused:
        submit(story, person, task, body)
    places = ("criterion", "indicator", "row", "column")
    return {
        (one.params["field"], one.key, *(one.params[place] for place in places if place in one.params))
        for one in refused.value.reasons
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rubric": None}, {("rubric", "answer.required")}),
        (
            {"rubric": {**RUBRIC, "integrity": {"level": 6}}},
            {("rubric", "rubric.level_unknown", "integrity")},
        ),
        (
            {"rubric": {**RUBRIC, "integrity": {"level": 1, "sentence": " "}}},
            {("rubric", "rubric.sentence_missing", "integrity")},
        ),
        ({"rubric": {**RUBRIC, "charm": {"level": 3}}}, {("rubric", "rubric.criterion_unknown", "charm")}),
        ({"strengths": []}, {("strengths", "answer.row_required")}),
        (
            {"strengths": [{"claim": "", "text": "Eight."}]},
            {("strengths", "answer.cell_required", 1, "claim")},
        ),
        (
            {"improve": [{"claim": "Late", "text": "x" * 3001}]},
            {("improve", "answer.too_long", 1, "text")},
        ),
        ({"suggest": " \n"}, {("suggest", "answer.required")}),
        ({"suggest": 7}, {("suggest", "answer.malformed")}),
        (
            {"actions": [{"action": "Call", "owner": "Lin", "due": "30.9.2026"}]},
            {("actions", "answer.not_a_date", 1, "due")},
        ),
        ({"actions": [{"action": "Call"}] * 21}, {("actions", "answer.too_many_rows")}),
        ({"bonus": "1"}, {("bonus", "answer.unknown_field")}),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else "",
)
@pytest.mark.sqlite
def test_a_manager_review_names_what_is_missing(
    walk: Walk, changes: dict[str, Any], expected: set[tuple[Any, ...]]
) -> None:
    assert reasons_against(walk("frozen"), "manager_review", MANAGER_REVIEW | changes) == expected


@pytest.mark.sqlite
def test_everything_that_is_wrong_is_said_at_once(walk: Walk) -> None:
    body = {"rubric": {"integrity": {"level": 1}}, "suggest": "Write dates.", "actions": [{"action": "Call"}]}
    assert reasons_against(walk("frozen"), "manager_review", body) == {
        *(("rubric", "rubric.unanswered", key) for key in RUBRIC if key != "integrity"),
        ("rubric", "rubric.sentence_missing", "integrity"),
        ("strengths", "answer.row_required"),
        ("improve", "answer.row_required"),
        ("actions", "answer.cell_required", 1, "owner"),
        ("actions", "answer.cell_required", 1, "due"),
    }


@pytest.mark.parametrize(
    ("indicator", "row", "expected"),
    [
        ("sales_amount", {"target": "-5", "weight": "25"}, "goal.target_not_positive"),
        ("sales_amount", {"target": "many", "weight": "25"}, "answer.not_a_number"),
        ("sales_amount", {"target": "1e30", "weight": "25"}, "answer.not_a_number"),
        ("sales_amount", {"target": "1.00001", "weight": "25"}, "answer.four_decimals"),
        ("sales_amount", {"target": "1", "weight": ""}, "answer.weight_needed"),
        ("sales_amount", {"target": "1", "weight": "0"}, "answer.weight_not_positive"),
        ("sales_amount", {"target": "1", "weight": "1"}, "goal.weights_sum"),
        ("sales_amount", {"target": "1", "weight": "30"}, "goal.weights_over"),
        ("charm", {"target": "1", "weight": "20"}, "answer.malformed"),
    ],
)
@pytest.mark.sqlite
def test_targets_name_what_is_wrong(story: Story, indicator: str, row: dict[str, str], expected: str) -> None:
    body = story.targets(story.review()) | {indicator: row}
    found = reasons_against(story, "propose_targets", {"targets": body})
    assert [(field, key) for field, key, *_ in found] == [("targets", expected)]


@pytest.mark.sqlite
def test_missing_figures_want_values_a_reason_and_evidence(walk: Walk) -> None:
    story = walk("collecting")
    missing, _ = open_missing(story)
    assert reasons_against(story, "enter_missing", {"values": {missing: {"value": "x"}}}) == {
        ("values", "answer.not_a_number", missing),
        ("reason", "answer.required"),
        ("evidence", "answer.file_required"),
    }
    foreign = {"values": {missing: {"value": "1"}}, "reason": "Paper slip", "evidence": [999]}
    assert reasons_against(story, "enter_missing", foreign) == {("evidence", "answer.malformed")}
    assert reasons_against(story, "enter_missing", foreign | {"values": {}}) == {
        ("values", "answer.row_required"),
        ("evidence", "answer.malformed"),
    }


def test_a_subject_keeps_its_stage_whatever_is_answered(walk: Walk) -> None:
    story = walk("frozen")
    submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW)
    submit(story, story.cast.lin, "self_review", {"rubric": RUBRIC})
    found: Subject = story.subject(story.review())
    assert found.stage == "evaluation"
