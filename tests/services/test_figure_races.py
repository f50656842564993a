"""Figures at the same moment: none overwrites a newer one, none that a person typed, none that is frozen."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.indicators import Ratio
from reviewflow.core.measuring import Figure
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import the_clock
from reviewflow.services import answer, move
from reviewflow.services.measure import collection, live
from reviewflow.services.measure.answering import Answer
from reviewflow.services.measure.asking import About
from reviewflow.store import db
from reviewflow.store.managers import rewrite_effective_lines
from reviewflow.store.people import ReportingLine
from reviewflow.store.reviews import Goal, LiveValue, Measured, Review
from tests.flows.story import Story
from tests.services.answering import evidence
from tests.services.at_once import Work, meanwhile
from tests.services.reading import the_answer

Walk = Callable[[str], Story]
LEFT_OUT = Figure("left_out", None, Reason("measure.no_source", {"kind": "order"}))
MISSING = Figure("missing", None, Reason("measure.no_source", {"kind": "order"}))


def sales(amount: int) -> Figure:
    return Figure("computed", Ratio(Fraction(amount), Fraction(1)), None)


def computed(story: Story, figure: Figure, batch_no: int = 0) -> list[Answer]:
    """What the engine found for Lin's review: this figure of her sales, the others left out."""
    with db.read(story.engine) as session:
        about = About.of(session.get_one(Review, story.review()), batch_no)
        keys = session.scalars(select(Goal.indicator).where(Goal.review_id == about.review_id)).all()
    return [Answer(about, key, figure if key == "sales_amount" else LEFT_OUT, 0, {}) for key in keys]


def previewing(story: Story, answers: list[Answer]) -> Work:
    moment = story.moment
    return lambda session: collection.finish_preview(session, moment, answers)


def cutting_off(story: Story) -> Work:
    due, review = story.subject(story.review()).due_at, story.review()
    assert due is not None
    story.at = due
    moment, clock = story.moment, the_clock(due.date())
    return lambda session: [one.move for one in move.advance(session, moment, clock, [review])]


def measured(story: Story) -> Measured:
    row: Measured = story.row(Measured, (story.review(), "sales_amount", 1))
    return row


@pytest.fixture
def missing(walk: Walk) -> tuple[Story, Work]:
    """Lin's sales are missing, and Hu is about to enter 990,000."""
    story = walk("collecting")
    review = story.review()
    story.measure(review)
    with db.write(story.engine) as session:
        session.execute(
            update(Measured)
            .where(Measured.indicator == "sales_amount")
            .values(state="missing", reason="measure.no_source", numerator_e4=None, denominator_e4=None)
        )
    story.advance(review)
    file, hu, moment = (
        evidence(story, story.cast.hu, "enter_missing"),
        story.viewer(story.cast.hu),
        story.moment,
    )
    body = {"values": {"sales_amount": {"value": "990000"}}, "reason": "The CRM was down", "evidence": [file]}
    with db.write(story.engine) as session:
        answer.save(session, moment, hu, review, "enter_missing", body, seen=0)
    return story, lambda session: answer.submit(session, moment, hu, review, "enter_missing", body, seen=1)


def test_a_figure_typed_while_it_is_computed_anew_is_kept(missing: tuple[Story, Work]) -> None:
    """It is missing again after the preview, in another row."""
    story, enter = missing
    assert not isinstance(meanwhile(story, previewing(story, computed(story, MISSING)), enter), Exception)
    assert (measured(story).state, measured(story).numerator_e4) == ("by_hand", 9_900_000_000)


def test_a_figure_computed_while_it_is_typed_is_a_conflict_and_the_words_stay(
    missing: tuple[Story, Work], database: str
) -> None:
    story, enter = missing
    late = meanwhile(story, previewing(story, computed(story, sales(500_000))), enter)
    # On SQLite the second begins when the first is committed, and finds nothing asked any more.
    assert isinstance(late, Conflict if database == "postgresql" else Refused)
    assert measured(story).numerator_e4 == 5_000_000_000
    draft = the_answer(story, "enter_missing")
    assert draft.submitted_at is None
    assert '"value": "990000"' in draft.body


def test_a_preview_passes_over_what_is_being_typed(missing: tuple[Story, Work]) -> None:
    story, enter = missing
    meanwhile(story, enter, previewing(story, computed(story, sales(500_000))))
    assert measured(story).numerator_e4 == 9_900_000_000


def test_a_preview_that_comes_late_changes_nothing_of_what_is_frozen(walk: Walk) -> None:
    story = walk("collecting")
    story.measure(story.review())
    late = previewing(story, computed(story, sales(500_000)))
    assert meanwhile(story, cutting_off(story), late) == []
    assert story.subject(story.review()).stage == "evaluation"
    assert measured(story).numerator_e4 == 11_000_000_000


def test_a_cut_off_waits_for_the_preview_that_is_being_written(walk: Walk) -> None:
    """It judges what the preview leaves: a figure is missing, so nothing is frozen."""
    story = walk("collecting")
    story.measure(story.review())
    first = previewing(story, computed(story, MISSING))
    assert meanwhile(story, first, cutting_off(story)) == []
    assert story.subject(story.review()).stage == "data_collection"


def test_an_older_batch_replaces_no_newer_live_values(walk: Walk) -> None:
    story = walk("agreed")
    older, newer, moment = computed(story, sales(1), 1), computed(story, sales(2), 2), story.moment

    def finishing(answers: list[Answer]) -> Work:
        return lambda session: live.finish(session, moment, answers)

    assert meanwhile(story, finishing(newer), finishing(older)) == 0
    row: LiveValue = story.row(LiveValue, (story.review(), "sales_amount"))
    assert (row.batch_no, row.numerator_e4) == (2, 20_000)


def test_effective_lines_written_by_two_at_once(walk: Walk) -> None:
    """Both would put in the same lines; the second finds them there."""
    story = walk("agreed")
    with db.write(story.engine) as session:
        rewrite_effective_lines(session)
        before = lines(session)
        session.execute(delete(ReportingLine).where(ReportingLine.kind == "effective"))
    assert meanwhile(story, rewrite_effective_lines, rewrite_effective_lines) == 0
    with db.read(story.engine) as session:
        assert lines(session) == before


def lines(session: Session) -> list[tuple[int, int]]:
    found = select(ReportingLine.person_id, ReportingLine.manager_id).where(ReportingLine.kind == "effective")
    return [(person, manager) for person, manager in session.execute(found.order_by(ReportingLine.person_id))]
