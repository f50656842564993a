"""What a move brings with it, in the same commit: promises of jobs, letters, messages, carried answers.

Jobs of many subjects are one promise per transaction: its payload names the range of their ids, and the job
does whatever in that range still lacks its effect. So 10,000 reviews at cut-off are a few engine runs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import case, insert, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.services.move import letter, payroll
from reviewflow.services.move.writing import Going
from reviewflow.store import again, messages, outbox, surveys
from reviewflow.store.chunks import chunks
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Review, ScoreLine
from reviewflow.store.subjects import Answer, Subject

CHUNK = 500
_LETTER, _SURVEY, _REOPENED = "feedback_letter", "mechanism_survey", "result_reopened"


def write(session: Session, moment: Moment, viewer: Viewer, goings: Sequence[Going]) -> None:
    """All effects of these steps."""
    _carry_answers(session, [g for g in goings if g.begins_round])
    _jobs(session, moment, goings)
    _sends(session, moment, viewer, goings)
    reopened = [g for g in goings if "released" in g.effects.cleared]
    _reopened(session, reopened)
    _messages(session, moment, _REOPENED, reopened)
    payroll.write(session, moment, viewer, [g for g in goings if "exported" in g.effects.marks])
    again.look_again(session, moment, _to_advance(session, goings))


def may_fail(goings: Sequence[Going]) -> bool:
    """Whether writing these may raise `CannotGo`: a letter is checked when it is written."""
    return any(_LETTER in going.effects.send for going in goings)


def _carry_answers(session: Session, goings: Sequence[Going]) -> None:
    """Begin a new round with the words of the last: the employee's own stand, the others' are drafts again."""
    groups: defaultdict[tuple[Workflow, bool], list[int]] = defaultdict(list)
    for going in goings:
        groups[going.case.workflow, going.role == "reviewee"].append(going.case.id)
    for (workflow, by_reviewee), ids in groups.items():
        own = [] if by_reviewee else [t.key for t in workflow.tasks.values() if t.by == {"reviewee"}]
        for chunk in chunks(ids, CHUNK):
            _carry(session, chunk, own)


def _carry(session: Session, subject_ids: Sequence[int], standing: Sequence[str]) -> None:
    """Copy the answers of the round before the subjects' present one; tasks in `standing` stay submitted."""
    old = aliased(Answer)
    carried = (
        select(
            old.subject_id,
            old.task,
            old.round + 1,
            old.seat,
            old.author_id,
            old.version,
            old.body,
            old.saved_at,
            case((old.task.in_(standing), old.submitted_at), else_=None),
        )
        .join(Subject, Subject.id == old.subject_id)
        .where(old.subject_id.in_(subject_ids), old.round == Subject.round - 1)
    )
    names = [column.name for column in Answer.__table__.columns if column.name not in ("page", "step")]
    session.execute(insert(Answer).from_select(names, carried))


def _jobs(session: Session, moment: Moment, goings: Sequence[Going]) -> None:
    groups: defaultdict[tuple[str, int], list[Going]] = defaultdict(list)
    for going in goings:
        for job in going.effects.jobs:
            groups[job, going.case.cycle_id].append(going)
    for (job, cycle_id), members in groups.items():
        ids = [going.case.id for going in members]
        payload = {"cycle": cycle_id, "first": min(ids), "last": max(ids)}
        outbox.promise(session, job, f"{job}:{_digest(members)}", payload, moment.wall)


def _digest(goings: Sequence[Going]) -> str:
    """Names a set of subjects at their new versions, so that the same set is promised once."""
    text = ",".join(f"{going.case.id}:{going.version}" for going in goings)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _sends(session: Session, moment: Moment, viewer: Viewer, goings: Sequence[Going]) -> None:
    groups: defaultdict[str, list[Going]] = defaultdict(list)
    for going in goings:
        for send in going.effects.send:
            groups[send].append(going)
    for send, members in groups.items():
        if send == _LETTER:
            letter.write(session, moment, viewer, send, members)
        elif send == _SURVEY:
            surveys.ask(session, [(going.case.cycle_id, going.case.person_id) for going in members])
            _messages(session, moment, send, members, once=True)
        else:
            _messages(session, moment, send, members)


def _messages(
    session: Session, moment: Moment, send: str, goings: Sequence[Going], *, once: bool = False
) -> None:
    """Tell each person; with `once`, a stage entered again tells nobody a second time."""
    keys = [f"{send}:{g.case.id}" if once else f"{send}:{g.case.id}:{g.version}" for g in goings]
    to = [(key, g.case.person_id, g.case.id) for key, g in zip(keys, goings, strict=True)]
    messages.post(session, moment, send, to)


def _reopened(session: Session, goings: Sequence[Going]) -> None:
    """A reopened result gets a new revision that begins with the score lines of the old one."""
    for chunk in chunks([going.case.id for going in goings], CHUNK):
        line = ScoreLine.__table__.columns
        copied = select(*(line[c.name] if c.name != "revision" else Review.revision for c in line)).join(
            Review, (Review.id == ScoreLine.review_id) & (ScoreLine.revision == Review.revision - 1)
        )
        session.execute(
            insert(ScoreLine).from_select([c.name for c in line], copied.where(Review.id.in_(chunk)))
        )


def _to_advance(session: Session, goings: Sequence[Going]) -> list[tuple[int, str]]:
    """Whom to look at again: those that may go on by themselves, parents of ended awards, superseded awards."""
    causes = [
        (going.case.id, f"v{going.version}")
        for going in goings
        if again.may_go_on(going.case.workflow, going.step.to.key)
    ]
    ended = [going.case.id for going in goings if going.case.kind == "award" and going.step.to.end]
    reopened = [going.case.id for going in goings if "released" in going.effects.cleared]
    for chunk in chunks(ended, CHUNK):
        parents = session.execute(select(Award.review_id, Award.id).where(Award.id.in_(chunk)))
        causes += [(review, f"award:{award}") for review, award in parents]
    for chunk in chunks(reopened, CHUNK):
        awards = select(Award.id, Award.revision).where(Award.review_id.in_(chunk), Award.closed_at.is_(None))
        causes += [(award, f"superseded:{revision}") for award, revision in session.execute(awards)]
    return causes
