"""What a rehearsal leaves behind besides its tables: letters and a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.rehearsal import saying
from reviewflow.services.export import Payroll
from reviewflow.store import parked
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject


def write_letters(session: Session, folder: Path, cycle_id: int) -> int:
    """All printed letters, named by person and number; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("*_FB-*.pdf"):
        earlier.unlink()  # of an earlier run: it would be taken for one of this
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


def write_payroll(folder: Path, payrolls: Sequence[Payroll]) -> dict[str, Any]:
    """`payroll.csv`, or one file for each currency; returns control sum and currency for the report.

    With several currencies there is one sum for each: they cannot be added.
    """
    for earlier in folder.glob("payroll*.csv"):
        earlier.unlink()
    for one in payrolls:
        name = "payroll.csv" if len(payrolls) == 1 else f"payroll_{one.total.currency}.csv"
        (folder / name).write_text(one.body, encoding="utf-8", newline="")
    sums = {one.total.currency: format(one.total.amount, "f") for one in payrolls}
    if len(sums) > 1:
        return {"payroll_total": sums, "currency": sorted(sums)}
    [(currency, total)] = sums.items()
    return {"payroll_total": total, "currency": currency}


def _safe(text: str) -> str:
    """The text as it is, but for what no file name can hold."""
    return "".join("-" if letter == "/" or not letter.isprintable() else letter for letter in text)


def report(session: Session, cycle_id: int, problems: Sequence[str]) -> dict[str, Any]:
    """Counts of the whole run; `problems` also names whatever did not come to its end."""
    reviews = session.execute(
        select(Person.external_id, Subject.part, Subject.stage, Subject.held_up)
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.cycle_id == cycle_id, Subject.kind == "review")
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
    stuck = [
        f"{row.external_id}, review in {row.stage}: {saying.held_up(row.held_up)}"
        for row in reviews
        if row.part != "closed"
    ]
    failed = [f"{one.kind}: {saying.sentences(one.reasons)}" for one in parked.parked(session)]
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
