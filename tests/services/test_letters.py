"""Letters after the release: printed once, announced while they are current, tried again by HR."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import letters
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.facts import Source
from reviewflow.store.letters import Letter
from reviewflow.store.messages import Message
from reviewflow.store.outbox import Outbox
from reviewflow.store.reviews import Measured
from tests.flows.story import Story
from tests.services.people import grant
from tests.services.reading import keys
from tests.services.walks import judged

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
    before = due.subject(due.review())
    assert before.due_at is not None
    assert before.held_up is not None
    again(due, due.cast.hu)
    finish(due)
    assert due.advance(due.review()) == []  # whoever gets it late has the whole time
    after = due.subject(due.review())
    assert after.due_at == before.due_at + timedelta(days=11)  # entered on day 0, printed after day 10
    assert after.held_up is None
    assert due.wait_for(due.review()) == ["silence"]


def test_a_late_letter_names_the_day_until_which_there_is_time(due: Story) -> None:
    """The deadline that is printed, the one that counts and the frozen inputs are the same; the audit says so."""
    first = json.loads(the_letter(due).inputs)["ack_by"]
    due.at += timedelta(days=3)
    with db.read(due.engine) as session:
        what = letters.to_print(session, due.moment, the_letter(due).id)
    due.at += timedelta(days=1)  # it took so long to print
    with db.write(due.engine) as session:
        letters.printed(session, due.moment, the_letter(due).id, PDF, what.answer_by)
        moved = session.scalars(select(Audit).where(Audit.action == "deadline.moved")).one()
    assert json.loads(the_letter(due).inputs) == what.values
    assert what.answer_by == due.subject(due.review()).due_at == datetime.fromisoformat(what.values["ack_by"])
    assert what.answer_by == datetime.fromisoformat(first) + timedelta(days=3)
    assert json.loads(moved.detail or "")["to"] == what.answer_by.isoformat()


def test_a_letter_of_the_same_day_moves_no_deadline(due: Story) -> None:
    before, inputs = due.subject(due.review()).due_at, the_letter(due).inputs
    with db.read(due.engine) as session:
        what = letters.to_print(session, due.moment, the_letter(due).id)
    finish(due)
    assert (due.subject(due.review()).due_at, the_letter(due).inputs) == (before, inputs)
    assert what.values == json.loads(inputs)


def test_a_late_letter_of_a_reopened_result_moves_no_deadline(due: Story) -> None:
    due.move(due.cast.hu, due.review(), "reopen_result", "One order was credited twice.")
    before = due.subject(due.review()).due_at
    due.at += timedelta(days=3)
    finish(due)
    assert due.subject(due.review()).due_at == before


def test_a_long_reason_for_leaving_a_figure_out_does_not_stop_the_release(walk: Walk) -> None:
    """As long as the column allows; the source's name may be long as well."""
    story = walk("collecting")
    review = story.review()
    story.measure(review)
    words = "The questionnaires of the quarter were never sent back, as all agreed. " * 5
    reason = f"measure.left_out_by_hand {json.dumps({'reason': words.strip()})}"
    with db.write(story.engine) as session:
        rest = (Measured.review_id == review, Measured.indicator != "sales_amount")
        session.execute(update(Measured).where(*rest).values(reason=reason))
        for number in range(6):
            name = f"{number}_{'long_name_of_a_source_' * 2}"
            values = {"name": name, "zone": "Asia/Shanghai", "delivers": '["order"]', "mapping": ""}
            session.execute(insert(Source).values(values))
    assert story.wait_for(review) == ["cut_off"]
    story.score(review)
    judged(story)
    assert story.move(story.cast.hu, review, "release").to_stage == "feedback"
    inputs = json.loads(the_letter(story).inputs)
    sales, *others = [row for group in inputs["groups"] for row in group["indicators"]]
    assert all(row["missing_reason"].endswith(words.strip()) for row in others)
    assert len(sales["source"]) == 200
