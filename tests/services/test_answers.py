"""Answering: nobody's words are lost, everything incomplete is named at once, and evidence is what it seems."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import answer
from reviewflow.services.answer import attach
from reviewflow.services.answer.attaching import MOST_BYTES, MOST_FILES
from reviewflow.store import db
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import RoleGrant
from reviewflow.store.reviews import Goal, Measured, Review
from reviewflow.store.subjects import Answer, Attachment, ClosedTask, Subject
from tests.cast import HIRED
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story
from tests.services.reading import keys, the_answer

Walk = Callable[[str], Story]
PDF = b"%PDF-1.7 invoice"


def save(story: Story, person_id: int, task: str, body: dict[str, Any], seen: int) -> answer.Saved:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return answer.save(session, story.moment, viewer, story.review(), task, body, seen=seen)


def submit(story: Story, person_id: int, task: str, body: dict[str, Any], seen: int = 0) -> int:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return answer.submit(session, story.moment, viewer, story.review(), task, body, seen=seen)


def refused_for(story: Story, person_id: int, task: str, body: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        submit(story, person_id, task, body)
    return keys(refused)


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


def test_submitting_an_old_draft_is_a_conflict_too_and_leaves_it_open(walk: Walk) -> None:
    story = walk("frozen")
    save(story, story.cast.wang, "manager_review", {"suggest": "First"}, seen=0)
    save(story, story.cast.wang, "manager_review", {"suggest": "Second"}, seen=1)
    with pytest.raises(Conflict):
        submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW, seen=1)
    assert the_answer(story, "manager_review").submitted_at is None


def test_a_draft_of_a_session_that_read_before_is_compared_with_the_row_as_it_is_now(walk: Walk) -> None:
    """What the session saw before it waited for the lock must not decide."""
    story = walk("frozen")
    review, viewer = story.review(), story.viewer(story.cast.wang)
    save(story, story.cast.wang, "manager_review", {"suggest": "First"}, seen=0)
    if story.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a writing session has the lock before it can read anything")
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
        ("sales_amount", {"target": "-5", "weight": "20"}, "goal.target_not_positive"),
        ("sales_amount", {"target": "many", "weight": "20"}, "answer.not_a_number"),
        ("sales_amount", {"target": "1e30", "weight": "20"}, "answer.not_a_number"),
        ("sales_amount", {"target": "1.00001", "weight": "20"}, "answer.not_a_number"),
        ("sales_amount", {"target": "1", "weight": ""}, "answer.weight_needed"),
        ("sales_amount", {"target": "1", "weight": "0"}, "answer.weight_needed"),
        ("sales_amount", {"target": "1", "weight": "1"}, "goal.weights_sum"),
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
        ("values", "answer.value_needed", missing),
        ("reason", "answer.required"),
        ("evidence", "answer.file_required"),
    }
    foreign = {"values": {missing: {"value": "1"}}, "reason": "Paper slip", "evidence": [999]}
    assert reasons_against(story, "enter_missing", foreign) == {("evidence", "answer.malformed")}
    assert reasons_against(story, "enter_missing", foreign | {"values": {}}) == {
        ("values", "answer.row_required"),
        ("evidence", "answer.malformed"),
    }


# ---- effects -----------------------------------------------------------------------------------------------------


def open_missing(story: Story) -> tuple[str, str]:
    """Two figures of Lin's review are missing, so the task to enter them is open."""
    review = story.review()
    story.measure(review)
    with db.write(story.engine) as session:
        found = session.scalars(
            select(Measured)
            .where(Measured.review_id == review, Measured.indicator != "sales_amount")
            .order_by(Measured.indicator)
        ).all()[:2]
        for row in found:
            row.state = "missing"
    assert story.advance(review) == []
    with db.read(story.engine) as session:
        assert session.get(ClosedTask, (review, "enter_missing")) is None
    return found[0].indicator, found[1].indicator


def evidence(story: Story, person_id: int, task: str, name: str = "slip.pdf", body: bytes = PDF) -> int:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return attach(session, story.moment, viewer, story.review(), task, name, body)


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


# ---- evidence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("slip.pdf", PDF, "application/pdf"),
        ("slip.txt", b"\x89PNG\r\n\x1a\n....", "image/png"),  # the bytes decide, not the name
        ("slip.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("slip.xlsx", b"PK\x03\x04....", "application/zip"),
    ],
)
@pytest.mark.sqlite
def test_evidence_is_named_by_its_first_bytes(walk: Walk, name: str, body: bytes, kind: str) -> None:
    story = walk("collecting")
    open_missing(story)
    made = evidence(story, story.cast.hu, "enter_missing", name, body)
    stored: Attachment = story.row(Attachment, made)
    assert (stored.content_type, stored.body, stored.by_id) == (kind, body, story.cast.hu)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("slip.pdf", b"<html><script>alert(1)</script>", "attachment.kind"),
        ("slip.pdf", b"", "attachment.kind"),
        ("slip.exe", b"MZ\x90\x00", "attachment.kind"),
        ("slip.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.kind"),
        ("slip.pdf", PDF.ljust(MOST_BYTES + 1), "attachment.too_large"),
    ],
    ids=["html", "empty", "program", "svg", "large"],
)
@pytest.mark.sqlite
def test_other_files_are_refused_with_the_reason(walk: Walk, name: str, body: bytes, reason: str) -> None:
    story = walk("collecting")
    open_missing(story)
    with pytest.raises(Refused) as refused:
        evidence(story, story.cast.hu, "enter_missing", name, body)
    assert keys(refused) == [reason]


def test_the_name_of_a_file_is_a_name_only(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    made = evidence(story, story.cast.hu, "enter_missing", "C:\\Users\\hu\\..\\拜访\x00 记录\r\n.pdf")
    stored: Attachment = story.row(Attachment, made)
    assert stored.name == "拜访 记录.pdf"


@pytest.mark.sqlite
def test_evidence_for_one_task_is_limited_in_number(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    for _ in range(MOST_FILES):
        evidence(story, story.cast.hu, "enter_missing")
    with pytest.raises(Refused) as refused:
        evidence(story, story.cast.hu, "enter_missing")
    assert keys(refused) == ["attachment.too_many"]


def test_evidence_is_taken_only_from_those_who_are_asked(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    for person, reason in ((story.cast.wang, "policy.belongs_to"), (story.cast.zhao, "subject.unknown")):
        with pytest.raises(Refused) as refused:
            evidence(story, person, "enter_missing")
        assert keys(refused) == [reason]
    with db.read(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_subject_keeps_its_stage_whatever_is_answered(walk: Walk) -> None:
    story = walk("frozen")
    submit(story, story.cast.wang, "manager_review", MANAGER_REVIEW)
    submit(story, story.cast.lin, "self_review", {"rubric": RUBRIC})
    found: Subject = story.subject(story.review())
    assert found.stage == "evaluation"
