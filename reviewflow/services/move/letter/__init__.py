"""Letters are written with the release: the row holds every input, and one promise prints it."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.core.letter_values import checked
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty, Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.move.letter import facts
from reviewflow.services.move.letter.values import values
from reviewflow.services.move.writing import CannotGo, Going
from reviewflow.store import outbox
from reviewflow.store.chunks import chunks
from reviewflow.store.letters import Letter

CHUNK = 500

# Crockford's base 32: no letter is mistaken for a digit when a code is typed from paper.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16


def write(session: Session, moment: Moment, viewer: Viewer, kind: str, goings: Sequence[Going]) -> None:
    """One letter row and one promise for each released review. Raises `CannotGo` for those that lack something."""
    by_cycle: defaultdict[int, list[int]] = defaultdict(list)
    for going in goings:
        by_cycle[going.case.cycle_id].append(going.case.id)
    rows, cannot = [], {}
    for cycle_id, review_ids in by_cycle.items():
        common = facts.shared(session, cycle_id, viewer.person_id)
        for some in chunks(review_ids, CHUNK):
            # The day of whoever releases: in UTC it may still be yesterday.
            for about in facts.read(session, common, some, viewer.today).values():
                try:
                    rows.append(_row(common, about, kind, moment))
                except Refused as refused:
                    cannot[about.review.id] = refused.reasons
    if cannot:
        raise CannotGo(cannot)
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
        raise Refused(
            [Reason("letter.incomplete", {"person": about.person.name, "fields": fields})]
        ) from faulty
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
