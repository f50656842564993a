"""Letters after the release: printed once, announced while they are current, tried again by HR."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import letters
from reviewflow.store import db
from reviewflow.store.letters import Letter
from reviewflow.store.messages import Message
from reviewflow.store.outbox import Outbox
from tests.flows.story import Story
from tests.services.people import grant
from tests.services.reading import keys

Walk = Callable[[str], Story]
PDF = b"%PDF-1.7 letter"


@pytest.fixture
def due(walk: Walk) -> Story:
    """Lin's result is released, her letter not printed yet."""
    story = walk("judged")
    story.move(story.cast.hu, story.review(), "release")
    return story


def the_letter(story: Story) -> Letter:
    with db.read(story.engine) as session:
        return session.scalars(select(Letter)).one()


def announced(story: Story) -> list[int]:
    with db.read(story.engine) as session:
        kinds = Message.kind == "letter_to_read"
        return list(session.scalars(select(Message.person_id).where(kinds)))


def finish(story: Story, *, fails: bool = False) -> None:
    letter = the_letter(story).id
    with db.write(story.engine) as session:
        if fails:
            letters.not_printed(session, story.moment, letter, [Reason("letter.too_slow", {"seconds": 20})])
        else:
            letters.printed(session, story.moment, letter, PDF)


def test_a_letter_printed_twice_is_stored_and_announced_once(due: Story) -> None:
    finish(due)
    finish(due)
    finish(due, fails=True)  # a late failure of another try
    assert (the_letter(due).state, announced(due)) == ("printed", [due.cast.lin])


def test_a_letter_of_a_reopened_result_is_kept_but_not_announced(due: Story) -> None:
    """HR reopens before the printer comes round: nobody is told to read what does not hold any more."""
    due.move(due.cast.hu, due.review(), "reopen_result", "One order was credited twice.")
    finish(due)
    assert (the_letter(due).state, announced(due)) == ("printed", [])


def again(story: Story, person_id: int) -> None:
    viewer = story.viewer(person_id)
    letter = the_letter(story).id
    with db.write(story.engine) as session:
        letters.print_again(session, story.moment, viewer, letter)


def test_hr_tries_a_failed_letter_again_as_often_as_it_fails(due: Story) -> None:
    for _ in range(2):
        finish(due, fails=True)
        assert letters.problem_of(the_letter(due)) == (Reason("letter.too_slow", {"seconds": 20}),)
        again(due, due.cast.hu)
        assert (the_letter(due).state, the_letter(due).problem) == ("due", None)
    with db.read(due.engine) as session:
        promised = session.scalars(
            select(Outbox.key).where(Outbox.kind == "letter").order_by(Outbox.id)
        ).all()
    assert promised == ["letter:1", "letter:1:1", "letter:1:2"]


def test_only_hr_of_the_person_tries_again_and_only_what_failed(due: Story) -> None:
    grant(due, due.cast.zhao, "hr", due.cast.office)
    expected = {
        due.cast.hu: "letter.not_failed",
        due.cast.wang: "letter.hr_only",
        due.cast.zhao: "letter.unknown",
        due.cast.fang: "letter.unknown",
    }
    for person, reason in expected.items():
        with pytest.raises(Refused) as refused:
            again(due, person)
        assert keys(refused) == [reason]


def test_without_a_printed_letter_nobody_answers_it(due: Story) -> None:
    for fails, reason in ((None, "guard.letter_due"), (True, "guard.letter_failed")):
        if fails:
            finish(due, fails=True)
        with pytest.raises(Refused) as refused:
            due.move(due.cast.lin, due.review(), "acknowledge")
        assert keys(refused) == [reason]
    assert due.wait_for(due.review()) == []  # no silence about a letter that nobody could read
    finish(due)
    assert due.advance(due.review()) == ["silence"]
