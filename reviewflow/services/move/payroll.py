"""Approved money leaves once: entering a stage marked `exported` writes the payroll file and its lines."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.services.move.writing import Going
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award, PayoutLine, PayoutRun
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review

CHUNK = 500
HEADER = ("person_id", "component", "period", "amount", "currency")


@dataclass(frozen=True)
class PayLine:
    award_id: int
    external_id: str
    component: str
    period: str
    money: Money


def write(session: Session, moment: Moment, viewer: Viewer, goings: Sequence[Going]) -> None:
    """One file for each cycle and currency among these awards. `payout_line` keeps an award from a second one."""
    groups: defaultdict[tuple[int, str], list[PayLine]] = defaultdict(list)
    cycles = {going.case.id: going.case.cycle_id for going in goings}
    for some in chunks(cycles, CHUNK):
        for line in _lines(session, some):
            groups[cycles[line.award_id], line.money.currency].append(line)
    numbers = _numbers(session, {cycle_id for cycle_id, _ in groups})
    for (cycle_id, currency), lines in sorted(groups.items()):
        # Here and not by the databases, which differ in how they sort text.
        lines.sort(key=lambda line: (line.external_id, line.component))
        _file(session, moment, viewer, (cycle_id, next(numbers[cycle_id])), currency, lines)


def _lines(session: Session, award_ids: Sequence[int]) -> list[PayLine]:
    query = (
        select(Award.id, Person.external_id, Award.component, Cycle.starts_on, Cycle.ends_on)
        .add_columns(Award.amount_minor, Award.currency)
        .join_from(Award, Review, Review.id == Award.review_id)
        .join(Person, Person.id == Review.person_id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Award.id.in_(award_ids))
    )
    return [
        PayLine(key, who, component, f"{start}/{end}", Money(amount, currency))
        for key, who, component, start, end, amount, currency in session.execute(query)
        if amount
    ]


def _numbers(session: Session, cycle_ids: set[int]) -> dict[int, Iterator[int]]:
    """The next file numbers of each cycle. The cycles are locked: two exporters number one after the other."""
    if not cycle_ids:
        return {}
    cycles = select(Cycle.id).where(Cycle.id.in_(cycle_ids)).order_by(Cycle.id)
    session.execute(cycles.with_for_update(key_share=True))
    last = select(PayoutRun.cycle_id, func.max(PayoutRun.no)).where(PayoutRun.cycle_id.in_(cycle_ids))
    used = {cycle_id: number for cycle_id, number in session.execute(last.group_by(PayoutRun.cycle_id))}
    return {cycle_id: count(used.get(cycle_id, 0) + 1) for cycle_id in cycle_ids}


def _file(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    key: tuple[int, int],
    currency: str,
    lines: Sequence[PayLine],
) -> None:
    cycle_id, number = key
    body = as_csv(lines)
    run_id = session.scalar(
        insert(PayoutRun)
        .values(
            cycle_id=cycle_id,
            no=number,
            file_digest=hashlib.sha256(body.encode()).hexdigest(),
            body=body,
            total_minor=sum(line.money.minor for line in lines),
            currency=currency,
            by_id=viewer.person_id,
            at=moment.business,
        )
        .returning(PayoutRun.id)
    )
    session.execute(
        insert(PayoutLine),
        [{"award_id": line.award_id, "run_id": run_id, "amount_minor": line.money.minor} for line in lines],
    )


def as_csv(lines: Sequence[PayLine]) -> str:
    """UTF-8, LF, ordered by person and component; formula signs cannot occur: ids are checked on import."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for line in lines:
        writer.writerow(
            (line.external_id, line.component, line.period, line.money.amount, line.money.currency)
        )
    return out.getvalue()
