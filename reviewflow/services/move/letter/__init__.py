"""Letters are written with the release: the row holds every input, and one promise prints it."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.core.letter_values import checked
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty, Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.move.letter import facts
from reviewflow.services.move.letter.values import values
from reviewflow.store import outbox
from reviewflow.store.letters import Letter

if TYPE_CHECKING:
    from reviewflow.services.move.writing import Going

# Crockford's base 32: no letter is mistaken for a digit when a code is typed from paper.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16


def write(session: Session, moment: Moment, viewer: Viewer, kind: str, goings: Sequence[Going]) -> None:
    """One letter row and one promise for each released review. Raises `Refused` naming what a letter lacks."""
    by_cycle: defaultdict[int, list[Going]] = defaultdict(list)
    for going in goings:
        by_cycle[going.case.cycle_id].append(going)
    for cycle_id, members in by_cycle.items():
        _write_cycle(session, moment, viewer, kind, cycle_id, [going.case.id for going in members])


def _write_cycle(
    session: Session, moment: Moment, viewer: Viewer, kind: str, cycle_id: int, review_ids: Sequence[int]
) -> None:
    common = facts.shared(session, cycle_id, viewer.person_id)
    found = facts.read(session, common, review_ids, moment.business.date())
    rows = [_row(common, found[key], kind, moment) for key in review_ids]
    made = session.execute(insert(Letter).returning(Letter.id), rows).scalars().all()
    outbox.promise_all(
        session, "letter", [(f"letter:{letter}", {"letter": letter}) for letter in made], moment.wall
    )


def _row(common: facts.Shared, about: facts.About, kind: str, moment: Moment) -> dict[str, object]:
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    ref = f"FB-{common.cycle.key}-{about.review.id:05d}"
    inputs = values(common, about, ref, code, moment.business)
    try:
        checked(inputs)
    except Faulty as faulty:
        fields = ", ".join(str(fault.params.get("field")) for fault in faulty.faults)
        raise Refused([Reason("letter.incomplete", {"person": about.person.name, "fields": fields})]) from faulty
    assert common.pins.template_id is not None
    return {
        "review_id": about.review.id,
        "kind": "feedback" if kind == "feedback_letter" else kind,
        "revision": about.review.revision,
        "ref": f"{ref}-R{about.review.revision}",
        "language": about.person.language,
        "template_id": common.pins.template_id,
        "inputs": json.dumps(inputs, ensure_ascii=False, sort_keys=True),
        "code": code,
        "state": "due",
        "released_at": moment.business,
    }
