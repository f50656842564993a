"""Every stage x move x role of the shipped processes: refused unless `roles.txt` says so, and nothing written (S02).

Guards may still refuse what the table allows; then all reasons are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.core.workflow import Stage, Workflow
from reviewflow.core.workflow.vocabulary import GRANTED, MARKS
from reviewflow.services import move
from reviewflow.services.launch import LaunchPlan
from reviewflow.services.launch.preflight import pins
from reviewflow.services.move import Left, Moved
from reviewflow.store import db, pinned
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Cycle, CyclePin, Definition
from reviewflow.store.outbox import Outbox
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject
from tests.flows.story import ROOT, Story

Walk = Callable[[str], Story]
TABLE = ROOT / "workflows" / "roles.txt"
ALLOWING = {"asks", "may", "due", "ready"}
THEIR_OWN = ("guard.", "award.superseded", "letter.incomplete")
PREPARER, SIGNER, OUTSIDER = 5, 6, 7  # Fang, Zhao and one more; they hold nothing else here


def allowed(process: str) -> dict[tuple[str, str], set[str]]:
    """Roles that may, by (stage, move), as the file for people says it."""
    found: dict[tuple[str, str], set[str]] = {}
    roles: list[str] = []
    here = False
    for line in Path(TABLE).read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line and not line.startswith(" "):
            here, roles = words[1] == process, []
        elif here and words and not roles:
            roles = words[2:]
        elif here and words:
            stage, item, *cells = words
            found[stage, item] = {role for role, cell in zip(roles, cells, strict=True) if cell in ALLOWING}
    return found


def viewers(story: Story, kind: str) -> Mapping[str, Viewer]:
    """Somebody who holds just the one role on Lin's subjects, for every role there is."""
    today, cast = story.at.date(), story.cast
    own = {"reviewee": cast.lin} if kind == "review" else {
        "beneficiary": cast.lin, "preparer": PREPARER, "earlier_approver": SIGNER,
    }  # fmt: skip
    people = {**own, "manager": cast.wang, "stranger": OUTSIDER}
    granted = {role: Viewer(OUTSIDER, (Grant(role, cast.company),), today) for role in sorted(GRANTED)}
    return {role: Viewer(person, (), today) for role, person in people.items()} | granted | {
        "clock": the_clock(today)
    }  # fmt: skip


def definition(session: Session, name: str) -> tuple[int, Workflow]:
    key = session.scalars(
        select(Definition.id).where(Definition.name == name, Definition.kind == "workflow")
    ).one()
    return key, pinned.workflows(session, {key})[key]


def in_every_stage(story: Story, session: Session, name: str) -> dict[int, str]:
    """One subject of Lin's in each stage of the process, in cycles of their own; stages by subject id."""
    definition_id, workflow = definition(session, name)
    first = session.get_one(Cycle, story.cycle)
    process = name if workflow.kind == "review" else "sales_quarterly"
    found_pins = pins(session, LaunchPlan("x", process, Period(first.starts_on, first.ends_on), "CNY"))
    found = {}
    for number, stage in enumerate(workflow.stages.values()):
        cycle = Cycle(
            key=f"{name[:10]}{number}", workflow_id=found_pins[0].id, starts_on=first.starts_on,
            ends_on=first.ends_on, currency="CNY", population=first.population, launched_at=story.at,
        )  # fmt: skip
        session.add(cycle)
        session.flush()
        rows = [
            {"cycle_id": cycle.id, "kind": d.kind, "name": d.name, "definition_id": d.id} for d in found_pins
        ]
        session.execute(insert(CyclePin), rows)
        review = subject(story, session, "review", definition_id, stage, cycle.id)
        marks = marks_on_the_way(workflow, stage)
        if workflow.kind == "review":
            session.add(
                Review(id=review, cycle_id=cycle.id, person_id=story.cast.lin, **review_marks(story, marks))
            )
            found[review] = stage.key
            continue
        released = {"goals_agreed", "frozen", "rated", "released", "acknowledged"}
        session.add(
            Review(id=review, cycle_id=cycle.id, person_id=story.cast.lin, **review_marks(story, released))
        )
        session.flush()
        award = subject(story, session, "award", definition_id, stage, cycle.id)
        session.add(award_in(story, award, review, name, marks))
        session.flush()
        for part, person in (("preparer", PREPARER), ("earlier_approver", SIGNER)):
            session.add(AwardPart(award_id=award, part=part, person_id=person, round=1))
        found[award] = stage.key
    session.flush()
    return found


def marks_on_the_way(workflow: Workflow, stage: Stage) -> set[str]:
    """Marks that a subject has in a stage: its own and those of the stages before it, as far as they agree."""
    order = list(workflow.stages.values())
    before = {mark for one in order[: order.index(stage)] if not one.end for mark in one.marks}
    return set(stage.marks) | (
        set() if stage.marks and "voided" in stage.marks else before & MARKS[workflow.kind]
    )


def review_marks(story: Story, marks: set[str]) -> dict[str, Any]:
    values: dict[str, Any] = {f"{mark}_at": story.at for mark in marks}
    if "frozen" in marks:
        values |= {"frozen_batch": 0, "rating": "B", "rating_computed": "B", "score_e6": 80_000_000}
    if "acknowledged" in marks:
        values["acknowledgement"] = "acknowledged"
    return values


def award_in(story: Story, key: int, review: int, name: str, marks: set[str]) -> Award:
    promotion = name == "promotion_approval"
    values: dict[str, Any] = {f"{mark}_at": story.at for mark in marks}
    if "rejected" in marks:
        values.pop("approved_at", None)
    amount = None if promotion else 1_000_000
    return Award(
        id=key, review_id=review, component="promotion" if promotion else "bonus", amount_minor=amount,
        proposed_minor=amount, currency=None if promotion else "CNY", trace="{}", **values,
    )  # fmt: skip


def subject(
    story: Story, session: Session, kind: str, definition_id: int, stage: Stage, cycle_id: int
) -> int:
    made = Subject(
        kind=kind, definition_id=definition_id, stage=stage.key, part=stage.part, version=1, round=1,
        person_id=story.cast.lin, unit_id=story.cast.east, cycle_id=cycle_id, entered_at=story.at,
        closed_at=story.at if stage.end else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """What happens inside is taken back at the end."""
    nested = session.begin_nested()
    yield
    nested.rollback()
    session.expire_all()


def written_about(session: Session, ids: list[int]) -> list[Any]:
    """Everything that a move could have written about these subjects."""
    rows: list[Any] = []
    for table in (Subject.__table__, Review.__table__, Award.__table__):
        rows += session.execute(select(table).where(table.c.id.in_(ids)).order_by(table.c.id)).all()
    for log in (MoveLog.__table__, Audit.__table__):
        rows += session.execute(select(log).where(log.c.subject_id.in_(ids))).all()
    return rows


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "name",
    ["sales_quarterly", "sales_monthly", "appraisal_annual", "award_approval", "promotion_approval"],
)
def test_every_cell(walk: Walk, name: str) -> None:
    story = walk("launched")
    table, cells = allowed(name), 0
    made: set[str] = set()
    with db.write(story.engine) as session:
        session.add(Person(id=OUTSIDER, external_id="P007", name="Qian Bo", language="zh", zone="UTC"))
        stages = in_every_stage(story, session, name)
        _, workflow = definition(session, name)
        untouched = written_about(session, list(stages))
        promised = session.scalars(select(Outbox.id)).all()
        for key in workflow.moves:
            for role, viewer in viewers(story, workflow.kind).items():
                with undone(session):
                    went = attempt(story, session, viewer, key, stages, table, role)
                    cells += len(stages)
                    made |= {key} if went else set()
                    left = [one for one in stages if one not in went]
                    assert written_about(session, left) == [r for r in untouched if about(r) in left], (
                        key,
                        role,
                    )
                    if not went:
                        assert session.scalars(select(Outbox.id)).all() == promised
    free = {key for key, one in workflow.moves.items() if not one.needs}
    assert free <= made, "a move without conditions was made by nobody"
    assert cells == len(stages) * len(workflow.moves) * len(viewers(story, workflow.kind))


def about(row: Any) -> int:
    return int(row.subject_id if hasattr(row, "subject_id") else row.id)


def attempt(
    story: Story,
    session: Session,
    viewer: Viewer,
    key: str,
    stages: Mapping[int, str],
    table: Mapping[tuple[str, str], set[str]],
    role: str,
) -> set[int]:
    """Try one move on the subjects of all stages; those that went."""
    wanted = [(subject_id, 1) for subject_id in stages]
    results = move.move_many(session, story.moment, viewer, wanted, key, note="Because.", bulk=False)
    went = set()
    for (subject_id, stage), result in zip(stages.items(), results, strict=True):
        may = role in table.get((stage, key), set())
        if isinstance(result, Moved):
            assert may, f"{role} made {key} in {stage}"
            went.add(subject_id)
            continue
        assert isinstance(result, Left)
        theirs = [reason.key.startswith(THEIR_OWN) for reason in result.reasons]
        assert all(theirs) if may else not any(theirs), (role, key, stage, result.reasons)
    return went
