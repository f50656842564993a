"""The inbox of the cast on the shipped workflows; that it agrees with the rule is in test_one_policy."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.store import db, staff
from reviewflow.store.cycles import Cycle
from reviewflow.store.definitions import accept
from reviewflow.store.inbox import Inbox, inbox
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.relations import held_on, visible_subjects
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Answer, ClosedTask, Subject
from tests.cast import Cast
from tests.counting import counted

TODAY = date(2026, 4, 1)
WORKFLOWS = Path(__file__).parents[2] / "workflows"
LIN, WANG, AWARD = 1, 2, 3  # Lin's review, Wang's review, Lin's bonus


@pytest.fixture
def reviews(engine: Engine, cast: Cast, moment: Moment) -> Cast:
    """Lin and Wang are in evaluation; a bonus of Lin's, prepared by Hu, waits for the director."""
    with db.write(engine) as session:
        for name in ("sales_quarterly", "award_approval"):
            text = (WORKFLOWS / f"{name}.toml").read_text(encoding="utf-8")
            accept(session, moment, "workflow", name, text)
        cycle = {
            "id": 1,
            "key": "q1",
            "workflow_id": 1,
            "starts_on": TODAY,
            "ends_on": TODAY,
            "currency": "CNY",
        }
        session.execute(insert(Cycle).values(cycle | {"population": "{}"}))
        subject = {
            "kind": "review",
            "definition_id": 1,
            "stage": "evaluation",
            "part": "evaluation",
            "cycle_id": 1,
        }
        subject |= {"entered_at": moment.business, "due_at": moment.business + timedelta(days=5)}
        wait = {
            "kind": "award",
            "definition_id": 2,
            "stage": "director_approval",
            "part": "pending",
            "due_at": None,
        }
        rows = [
            subject | {"id": LIN, "person_id": cast.lin, "unit_id": cast.east},
            subject | {"id": WANG, "person_id": cast.wang, "unit_id": cast.sales},
            subject | {"id": AWARD, "person_id": cast.lin, "unit_id": cast.east} | wait,
        ]
        session.execute(insert(Subject), rows)
        session.execute(insert(Review), [{"id": key, "cycle_id": 1, "person_id": person} for key, person in
                                         ((LIN, cast.lin), (WANG, cast.wang))])  # fmt: skip
        money = {"amount_minor": 5, "proposed_minor": 5, "currency": "CNY"}
        session.execute(insert(Award).values(id=AWARD, review_id=LIN, component="bonus", trace="{}", **money))
        part = {"award_id": AWARD, "part": "preparer", "round": 1}
        session.execute(insert(AwardPart).values(person_id=cast.hu, **part))
    return cast


def items(found: Inbox) -> set[tuple[int, str]]:
    return {(row.subject_id, row.item) for row in (*found.own, *found.granted)}


def of(engine: Engine, person_id: int) -> Inbox:
    with db.read(engine) as session:
        return inbox(session, staff.viewer(session, person_id, TODAY))


def test_each_of_the_cast_finds_their_own_work(engine: Engine, reviews: Cast) -> None:
    assert items(of(engine, reviews.lin)) == {(LIN, "self_review")}
    assert items(of(engine, reviews.wang)) == {(WANG, "self_review"), (LIN, "manager_review")}
    assert items(of(engine, reviews.director)) == {(WANG, "manager_review"), (AWARD, "approve")}
    assert items(of(engine, reviews.zhao)) == items(of(engine, reviews.fang)) == set()


def test_a_row_says_what_a_page_shows(engine: Engine, reviews: Cast) -> None:
    (row,) = of(engine, reviews.lin).own
    assert (row.what, row.stage, row.part, row.version, row.round) == (
        "task",
        "evaluation",
        "evaluation",
        1,
        1,
    )
    assert (row.person_id, row.person_name, row.cycle_id) == (reviews.lin, "Lin Yue", 1)
    assert row.due_at is not None
    assert row.due_at.utcoffset() == timedelta(0)


def test_a_submitted_task_waits_no_more_until_the_next_round(
    engine: Engine, reviews: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        answer = {
            "subject_id": LIN,
            "task": "self_review",
            "round": 1,
            "body": "{}",
            "saved_at": moment.business,
        }
        session.execute(insert(Answer).values(answer | {"author_id": reviews.lin}))
    assert items(of(engine, reviews.lin)) == {(LIN, "self_review")}
    with db.write(engine) as session:
        session.execute(update(Answer).values(submitted_at=moment.business))
    assert items(of(engine, reviews.lin)) == set()
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == LIN).values(round=2))
    assert items(of(engine, reviews.lin)) == {(LIN, "self_review")}


def test_a_closed_task_is_asked_of_nobody(engine: Engine, reviews: Cast) -> None:
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == LIN).values(stage="data_collection"))
    assert (LIN, "enter_missing") in items(of(engine, reviews.hu))
    with db.write(engine) as session:
        session.execute(insert(ClosedTask).values(subject_id=LIN, task="enter_missing"))
    assert (LIN, "enter_missing") not in items(of(engine, reviews.hu))


def test_nobody_approves_what_they_earn_or_prepared(engine: Engine, reviews: Cast) -> None:
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == AWARD).values(person_id=reviews.director))
    assert (AWARD, "approve") not in items(of(engine, reviews.director))
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == AWARD).values(person_id=reviews.lin))
        session.execute(update(AwardPart).values(person_id=reviews.director))
    assert (AWARD, "approve") not in items(of(engine, reviews.director))


def test_an_earlier_approver_is_free_again_in_the_next_round(engine: Engine, reviews: Cast) -> None:
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == AWARD).values(stage="finance_approval"))
        session.execute(
            insert(AwardPart).values(award_id=AWARD, part="earlier_approver", person_id=reviews.fang, round=1)
        )
    assert items(of(engine, reviews.fang)) == set()
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == AWARD).values(round=2))
    assert items(of(engine, reviews.fang)) == {(AWARD, "approve_finance")}


def fill(session: Session, cast: Cast, moment: Moment, number: int) -> None:
    """More reviews of Zhao's, waiting for HR to release them, the latest deadline first."""
    rows = [
        {
            "kind": "review", "definition_id": 1, "stage": "release", "part": "evaluation", "cycle_id": 1,
            "person_id": cast.zhao, "unit_id": cast.office, "entered_at": moment.business,
            "due_at": moment.business - timedelta(minutes=step), "id": 100 + step,
        }
        for step in range(number)
    ]  # fmt: skip
    session.execute(insert(Subject), rows)


@pytest.mark.parametrize("number", [1, 3, 200])
def test_three_queries_whatever_the_number(
    engine: Engine, reviews: Cast, moment: Moment, number: int
) -> None:
    with db.write(engine) as session:
        fill(session, reviews, moment, number)
    with db.read(engine) as session:
        hu = staff.viewer(session, reviews.hu, TODAY)
        with counted(engine) as queries:
            found = inbox(session, hu)
    assert len(queries) == 3
    assert len(found.granted) == min(number, 51)


def test_one_query_for_who_has_no_grant(engine: Engine, reviews: Cast) -> None:
    with db.read(engine) as session:
        lin = staff.viewer(session, reviews.lin, TODAY)
        with counted(engine) as queries:
            inbox(session, lin)
    assert len(queries) == 1


def test_the_earliest_deadlines_come_first_and_none_comes_last(
    engine: Engine, reviews: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        fill(session, reviews, moment, 80)
        session.execute(update(Subject).where(Subject.id == 179).values(due_at=None))
    with db.read(engine) as session:
        granted = inbox(session, staff.viewer(session, reviews.hu, TODAY), limit=200).granted
    ids = [row.subject_id for row in granted if row.stage == "release"]
    assert ids == [*range(178, 99, -1), 179]


def test_held_on_names_every_role_in_one_query(engine: Engine, reviews: Cast) -> None:
    with db.read(engine) as session:
        wang = staff.viewer(session, reviews.wang, TODAY)
        with counted(engine) as queries:
            held = held_on(session, wang, [LIN, WANG, AWARD, 77])
        assert held == {
            LIN: frozenset({"manager"}),
            WANG: frozenset({"reviewee"}),
            AWARD: frozenset({"manager"}),
            77: frozenset(),
        }
        assert len(queries) == 1
        hu = staff.viewer(session, reviews.hu, TODAY)
        assert held_on(session, hu, [AWARD]) == {AWARD: frozenset({"hr", "preparer"})}
        assert held_on(session, the_clock(TODAY), [LIN]) == {LIN: frozenset({"clock"})}


def test_what_is_not_visible_does_not_exist(engine: Engine, reviews: Cast) -> None:
    def seen(session: Session, person_id: int) -> set[int]:
        return set(session.scalars(visible_subjects(staff.viewer(session, person_id, TODAY))))

    with db.read(engine) as session:
        assert seen(session, reviews.lin) == {LIN, AWARD}
        assert seen(session, reviews.wang) == {LIN, WANG, AWARD}
        assert seen(session, reviews.hu) == {LIN, WANG, AWARD}
        assert seen(session, reviews.fang) == {AWARD}  # finance pays; reviews are not its business
        assert seen(session, reviews.zhao) == set()
        assert set(session.scalars(visible_subjects(the_clock(TODAY)))) == set()


def test_a_grant_holds_for_its_unit_and_below_only(engine: Engine, reviews: Cast) -> None:
    with db.write(engine) as session:
        session.execute(update(Subject).where(Subject.id == WANG).values(unit_id=reviews.office))
        hu = staff.viewer(session, reviews.hu, TODAY)
        narrow = type(hu)(hu.person_id, tuple(type(g)(g.role, reviews.sales) for g in hu.grants), TODAY)
        assert set(session.scalars(visible_subjects(narrow))) == {LIN, AWARD}
        assert held_on(session, narrow, [LIN, WANG]) == {LIN: frozenset({"hr"}), WANG: frozenset()}
