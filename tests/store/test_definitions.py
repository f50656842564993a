"""Accepted texts: kept once, newest by acceptance, with duties where they are workflows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty
from reviewflow.core.workflow import duties, load
from reviewflow.store.cycles import CyclePin, Definition, Duty
from reviewflow.store.definitions import accept, digest_of, in_use, newest, pinned
from reviewflow.store.subjects import Subject
from tests.store.rows import write_world

WORKFLOW = (Path(__file__).parents[2] / "workflows" / "award_approval.toml").read_text(encoding="utf-8")


def later(moment: Moment) -> Moment:
    return Moment(moment.business, moment.wall + timedelta(hours=1))


def test_a_workflow_is_accepted_with_its_duties(session: Session, moment: Moment) -> None:
    made = accept(session, moment, "workflow", "award_approval", WORKFLOW)
    assert made.digest == load(WORKFLOW).digest == digest_of(WORKFLOW)
    columns = (Duty.stage, Duty.item, Duty.what, Duty.role, Duty.allow)
    found = session.execute(select(*columns).where(Duty.definition_id == made.id))
    assert set(found) == {(d.stage, d.item, d.what, d.role, d.allow) for d in duties(load(WORKFLOW))}


def test_accepting_the_same_text_again_changes_nothing(session: Session, moment: Moment) -> None:
    first = accept(session, moment, "workflow", "award_approval", WORKFLOW)
    again = accept(session, later(moment), "workflow", "award_approval", WORKFLOW)
    assert again.id == first.id
    assert again.accepted_at == moment.wall
    assert session.scalar(select(func.count()).select_from(Definition)) == 1


def test_a_text_that_comes_back_is_the_newest_again_under_its_old_id(
    session: Session, moment: Moment
) -> None:
    old = accept(session, moment, "calendar", "cn", "old")
    accept(session, later(moment), "calendar", "cn", "new")
    back = accept(session, later(later(moment)), "calendar", "cn", "old")
    found = newest(session, "calendar", "cn")
    assert found is not None
    assert found.id == back.id == old.id


def test_the_same_text_under_another_name_is_another_definition(session: Session, moment: Moment) -> None:
    one = accept(session, moment, "template", "letter", "")
    assert accept(session, moment, "template", "mail", "").id != one.id
    assert newest(session, "template", "nothing") is None


def test_a_faulty_workflow_is_not_accepted(session: Session, moment: Moment) -> None:
    with pytest.raises(Faulty):
        accept(session, moment, "workflow", "award_approval", WORKFLOW.replace("director_approval", "x", 1))
    assert session.scalar(select(func.count()).select_from(Definition)) == 0


def test_what_a_launch_pinned(session: Session) -> None:
    write_world(session)
    found = pinned(session, 1)
    assert {key: definition.id for key, definition in found.items()} == {("kind", "name"): 1}


def test_in_use_is_what_open_subjects_run_on_and_what_is_pinned_beside(
    session: Session, moment: Moment
) -> None:
    write_world(session)
    rubric = accept(session, moment, "rubric", "core", "x")
    accept(session, moment, "rubric", "other", "y")
    pin = {"cycle_id": 1, "kind": "rubric", "name": "core", "definition_id": rubric.id}
    session.execute(insert(CyclePin).values(pin))
    assert [definition.id for definition in in_use(session)] == [1, rubric.id]
    session.execute(update(Subject).values(closed_at=moment.business))
    assert in_use(session) == []
