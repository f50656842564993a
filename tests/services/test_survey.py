"""Feedback on the rubric: one answer a ticket, and no way back from it to a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from reviewflow.core.reasons import Refused
from reviewflow.services import survey
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.messages import Message
from reviewflow.store.model import UtcDateTime
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Membership, Person
from reviewflow.store.surveys import SurveyAnswer, SurveyTicket
from tests.cast import HIRED
from tests.flows.story import MANAGER_REVIEW, Story
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


def colleagues(story: Story, count: int) -> None:
    """People of Lin's unit who were asked too, none of whom has answered."""
    with db.write(story.engine) as session:
        for number in range(100, 100 + count):
            person = {"id": number, "external_id": f"C{number}", "name": "Colleague", "language": "en"}
            session.execute(insert(Person).values(**person, zone="UTC"))
            session.execute(
                insert(Membership).values(person_id=number, unit_id=story.cast.east, from_on=HIRED)
            )
            session.execute(insert(SurveyTicket).values(cycle_id=story.cycle, person_id=number))


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
    assert (timed, pointing) == ([], {"cycle", "unit"})
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


@pytest.mark.parametrize(("others", "unit"), [(3, False), (4, True)])
def test_the_unit_is_kept_only_if_five_people_of_it_were_asked(walk: Walk, others: int, unit: bool) -> None:
    story = walk("rewarded")
    colleagues(story, others)
    submit(story, story.cast.lin)
    assert [kept.unit_id for kept in answers(story)] == [story.cast.east if unit else None]


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
