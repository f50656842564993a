"""Feedback on the rubric: one answer a ticket, and no way back from it to a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Refused
from reviewflow.services import survey
from reviewflow.store import db, surveys
from reviewflow.store.audit import Audit
from reviewflow.store.messages import Message
from reviewflow.store.model import UtcDateTime
from reviewflow.store.outbox import Outbox
from reviewflow.store.surveys import SurveyAnswer, SurveyTicket
from tests.flows.story import MANAGER_REVIEW, Story
from tests.services.at_once import together
from tests.services.reading import keys

Walk = Callable[[str], Story]
FLOOR = 5


def submit(story: Story, person_id: int, **changes: Any) -> None:
    given: dict[str, Any] = {
        "ratings": {"visits": {"fair": 2, "clear": 4}, "sales_amount": {}},
        "weights": {"sales_amount": 60, "visits": 40},
        "comment": " Visits by video do not count. ",
    }
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        survey.submit(session, story.moment, viewer, story.cycle, **(given | changes), floor=FLOOR)


def answers(story: Story) -> list[SurveyAnswer]:
    with db.read(story.engine) as session:
        return list(session.scalars(select(SurveyAnswer)))


def ask(story: Story, people: Sequence[int]) -> None:
    with db.write(story.engine) as session:
        surveys.ask(session, [(story.cycle, person_id) for person_id in people])


def everybody_answers(story: Story, people: Sequence[int]) -> None:
    """In this order, each with a comment that says who wrote it."""
    ask(story, people)
    for person_id in people:
        submit(story, person_id, comment=f"said by {person_id}")


def test_an_answer_is_kept_without_author_or_time(walk: Walk) -> None:
    story = walk("rewarded")
    before = traces(story)
    submit(story, story.cast.lin)
    (kept,) = answers(story)
    assert json.loads(kept.body) == {
        "ratings": {"visits": {"fair": 2, "clear": 4}},
        "weights": {"sales_amount": 60, "visits": 40},
        "comment": "Visits by video do not count.",
    }
    assert traces(story) == before  # no audit row, no promise, no message names the moment
    timed = [column.name for column in SurveyAnswer.__table__.columns if isinstance(column.type, UtcDateTime)]
    pointing = {
        key.column.table.name for column in SurveyAnswer.__table__.columns for key in column.foreign_keys
    }
    assert (timed, pointing) == ([], {"cycle"})
    assert len(kept.id) == 32


def traces(story: Story) -> tuple[int, ...]:
    with db.read(story.engine) as session:
        return tuple(len(session.scalars(select(model.id)).all()) for model in (Audit, Outbox, Message))


def test_a_ticket_is_used_once(walk: Walk) -> None:
    story = walk("rewarded")
    submit(story, story.cast.lin)
    with pytest.raises(Refused) as refused:
        submit(story, story.cast.lin)
    assert keys(refused) == ["survey.no_ticket"]
    assert len(answers(story)) == 1


def test_who_was_not_asked_cannot_answer(walk: Walk) -> None:
    story = walk("rewarded")
    with pytest.raises(Refused) as refused:
        submit(story, story.cast.zhao)
    assert keys(refused) == ["survey.no_ticket"]


ORDER = (3, 1, 6, 2, 5, 4)


@pytest.mark.postgresql
def test_the_database_s_own_marks_do_not_lead_from_an_answer_to_its_author(walk: Walk) -> None:
    """One transaction's mark on all of them, and their places in the order of keys, not of time."""
    story = walk("launched")
    everybody_answers(story, ORDER)
    with story.engine.connect() as connection:

        def ask(query: str) -> list[Any]:
            return [row[0] for row in connection.execute(text(query))]

        both = "(select xmin::text x from survey_ticket union all select xmin::text from survey_answer) m"
        assert ask(f"select count(distinct x) from {both}") == [1]
        assert ask("select person_id from survey_ticket order by ctid") == sorted(ORDER)
        keys = ask("select id from survey_answer order by ctid")
        assert keys == sorted(keys)


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["survey_ticket", "survey_answer"])
def test_no_hidden_row_number_tells_who_answered_when(walk: Walk, table: str) -> None:
    story = walk("launched")
    everybody_answers(story, ORDER)
    with story.engine.connect() as connection:
        assert len(connection.execute(text(f"select * from {table}")).all()) == len(ORDER)
        with pytest.raises(OperationalError, match="no such column: rowid"):
            connection.execute(text(f"select rowid from {table}"))


def test_answers_show_five_by_five(walk: Walk) -> None:
    story = walk("launched")
    ask(story, ORDER)
    steps = []
    for person_id in ORDER:
        submit(story, person_id)
        steps.append(sorted(kept.step for kept in answers(story)))
    assert steps == [[0], [0] * 2, [0] * 3, [0] * 4, [1] * 5, [0, *[1] * 5]]


@pytest.mark.postgresql
def test_answers_at_the_same_moment_are_all_kept(walk: Walk) -> None:
    story = walk("launched")
    ask(story, ORDER)
    given = [partial(submitted, story, person_id) for person_id in ORDER]
    assert together(story, given) == [None] * len(ORDER)
    assert sorted(kept.step for kept in answers(story)) == [0, *[1] * 5]


def submitted(story: Story, person_id: int, session: Session) -> None:
    viewer = story.viewer(person_id)
    survey.submit(
        session, story.moment, viewer, story.cycle, ratings={}, weights={}, comment="x", floor=FLOOR
    )


def test_whoever_acknowledges_a_second_time_is_not_asked_again(walk: Walk) -> None:
    """Neither by a new ticket nor by a second mail."""
    story = walk("rewarded")
    review = story.review()
    submit(story, story.cast.lin)
    story.move(story.cast.hu, review, "reopen_result", "One order was credited twice.")
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    story.advance(review)
    story.move(story.cast.hu, review, "release")
    story.print_letters()
    story.move(story.cast.lin, review, "acknowledge")
    with db.read(story.engine) as session:
        asked = session.scalars(select(Message.person_id).where(Message.kind == "mechanism_survey")).all()
        tickets = session.execute(select(SurveyTicket.person_id, SurveyTicket.used)).all()
    assert asked == [story.cast.lin]
    assert [tuple(ticket) for ticket in tickets] == [(story.cast.lin, True)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ratings": {"visits": {"fair": 6}}}, "survey.bad_level"),
        ({"ratings": {"visits": {"fair": True}}}, "survey.bad_level"),
        ({"ratings": {"visits": {"pretty": 3}}}, "survey.bad_level"),
        ({"ratings": {"charm": {"fair": 3}}}, "survey.unknown_indicator"),
        ({"weights": {"visits": 90}}, "survey.weights_sum"),
        ({"weights": {"visits": 110, "sales_amount": -10}}, "survey.weight_negative"),
        ({"weights": {"visits": 99.5, "sales_amount": 0.5}}, "survey.weight_not_whole"),
        ({"weights": {"charm": 100}}, "survey.unknown_indicator"),
        ({"comment": "x" * 2001}, "survey.comment_too_long"),
        ({"ratings": {}, "weights": {}, "comment": " "}, "survey.empty"),
    ],
)
@pytest.mark.sqlite
def test_a_wrong_answer_is_refused_and_leaves_the_ticket(
    walk: Walk, changes: dict[str, Any], reason: str
) -> None:
    story = walk("rewarded")
    with pytest.raises(Refused) as refused:
        submit(story, story.cast.lin, **changes)
    assert keys(refused) == [reason]
    submit(story, story.cast.lin)
