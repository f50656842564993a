"""What a rehearsal leaves behind besides its tables: letters and a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.store import parked
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject


def write_letters(session: Session, folder: Path, cycle_id: int) -> int:
    """All printed letters, named by person and number; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    query = (
        select(Person.external_id, Letter.ref, Letter.pdf)
        .join(Review, Review.id == Letter.review_id)
        .join(Person, Person.id == Review.person_id)
        .where(Review.cycle_id == cycle_id, Letter.state == "printed")
    )
    count = 0
    for who, ref, pdf in session.execute(query):
        if pdf is not None:
            (folder / f"{_safe(who)}_{_safe(ref)}.pdf").write_bytes(pdf)
            count += 1
    return count


def _safe(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in text)


def report(session: Session, cycle_id: int, problems: Sequence[str]) -> dict[str, Any]:
    """Counts of the whole run; `problems` also names whatever did not come to its end."""
    reviews = session.execute(
        select(Subject.part, Subject.stage, Subject.held_up).where(
            Subject.cycle_id == cycle_id, Subject.kind == "review"
        )
    ).all()
    letters = Counter(
        session.scalars(
            select(Letter.state)
            .join(Review, Review.id == Letter.review_id)
            .where(Review.cycle_id == cycle_id)
        )
    )
    awards = session.scalars(
        select(Award.id).join(Review, Review.id == Award.review_id).where(Review.cycle_id == cycle_id)
    ).all()
    stuck = [f"review in {row.stage}: {row.held_up or 'waits'}" for row in reviews if row.part != "closed"]
    failed = [
        f"{one.kind}: {', '.join(reason.key for reason in one.reasons)}" for one in parked.parked(session)
    ]
    return {
        "reviews": len(reviews),
        "by_stage": dict(sorted(Counter(row.part for row in reviews).items())),
        "letters": letters["printed"],
        "awards": len(awards),
        "problems": [
            *problems,
            *stuck,
            *failed,
            *([f"letters failed: {letters['failed']}"] if letters["failed"] else []),
        ],
    }
