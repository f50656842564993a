"""The story on the web: the database shows the story's own time, and events that really landed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.measuring import Ready, Slot, rules_of
from reviewflow.store import clock, db, pinned
from reviewflow.store.facts import counting, figures
from reviewflow.store.facts.batches import Vouched, add_batch, coverage, lock_counter
from reviewflow.store.facts.rows import Landing, Source
from reviewflow.store.people import Membership, Person, ReportingLine
from reviewflow.store.reviews import LiveValue, Measured, Review
from reviewflow.store.subjects import Subject
from tests.cast import HIRED, ZONE
from tests.flows.story import Q2, Story

ORDER_FIELDS = frozenset({"amount", "amount2", "customer"})


@dataclass
class Stage(Story):
    """A story whose time every page sees. Call `show_time` after moving `at` by hand."""

    def begin(self, **changes: Any) -> Stage:
        with db.write(self.engine) as session:
            clock.mark_scratch(session)
        super().begin(**changes)
        self.show_time()
        return self

    def show_time(self, at: datetime | None = None) -> None:
        """Set the business clock, to `at` if it is given."""
        self.at = at or self.at
        with db.write(self.engine) as session:
            clock.set_business_clock(session, self.at)

    def wait_for(self, subject_id: int) -> list[str]:
        made = super().wait_for(subject_id)
        self.show_time()
        return made

    def hire(self, *names: str) -> list[int]:
        """More reps of Wang's in Lin's unit, before the launch; their ids."""
        first = 11
        with db.write(self.engine) as session:
            for person, name in enumerate(names, first):
                session.execute(
                    insert(Person).values(
                        id=person,
                        external_id=f"P{person}",
                        name=name,
                        language="en",
                        zone=ZONE,
                        hired_on=HIRED,
                    )
                )
                unit = {"unit_id": self.cast.east, "position": "sales rep", "from_on": HIRED}
                session.execute(insert(Membership).values(person_id=person, **unit))
                line = {"manager_id": self.cast.wang, "kind": "effective", "from_on": HIRED}
                session.execute(insert(ReportingLine).values(person_id=person, **line))
        return list(range(first, first + len(names)))

    def judged_of(self, person_id: int) -> int:
        """Somebody else's review, walked as Lin's is until it waits for release."""
        told = replace(self, cast=replace(self.cast, lin=person_id), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
        review = told.judged()
        self.show_time(told.at)
        return review

    # ---- events ----------------------------------------------------------------------------------------

    def sell(self, *orders: tuple[date, int], person_id: int | None = None, customer: str = "Hengtai") -> int:
        """Orders of (day, whole yuan) land in one batch; returns its number."""
        with db.write(self.engine) as session:
            number = self._batch(session)
            for at, (day, amount) in enumerate(orders, start=1):
                session.execute(
                    insert(Landing).values(
                        source_id=1, kind="order", external_id=f"SO-{number:03d}-{at:03d}", revision=1,
                        batch_no=number, person_id=person_id or self.cast.lin, person_ref="P003", on_date=day,
                        amount_e4=amount * 10_000, amount2_e4=amount * 6_000, currency="CNY",
                        customer_ref=f"{customer} {at}", row_digest=f"{number:032d}{at:032d}",
                    )
                )  # fmt: skip
        return number

    def _batch(self, session: Session) -> int:
        lock_counter(session)
        if session.get(Source, 1) is None:
            source = {"id": 1, "name": "crm", "mapping": "", "delivers": "{}", "zone": "Asia/Shanghai"}
            session.execute(insert(Source).values(**source))
        values = {
            "source_id": 1, "holds": "facts", "file_name": "orders.csv", "file_digest": "0" * 64,
            "mapping_digest": "0" * 64, "layout": "{}", "landed_at": self.at, "rows_new": 1, "rows_changed": 0,
            "rows_same": 0, "rows_voided": 0, "rows_bad": 0,
        }  # fmt: skip
        return add_batch(session, values, [Vouched("order", ORDER_FIELDS, date(2025, 1, 1), Q2.ends_on)])

    def live(self, review_id: int, batch_no: int, *indicators: str) -> None:
        """Live values as the job after an import writes them; those named, the others stay without."""
        with db.write(self.engine) as session:
            review = session.get_one(Review, review_id)
            catalogue, slot = pinned.of_cycle(session, review.cycle_id).catalogue, Slot(review.person_id, Q2)
            rows = []
            for key in indicators or ("sales_amount", "gross_margin"):
                taken = {
                    name: counting.taken(session, batch_no, slot, rule, "CNY")
                    for name, rule in rules_of(catalogue[key]).items()
                }
                ready = Ready.of(catalogue[key], Q2, coverage(session, batch_no))
                trace = ready.trace(slot, batch_no, "CNY", taken)
                rows_used = sum(one.rows for one in taken.values())
                values = figures.values_of(ready.figure(taken, "CNY"), rows_used, trace)
                rows.append({"review_id": review_id, "indicator": key, "batch_no": batch_no,
                             "computed_at": self.at, **values})  # fmt: skip
            figures.put_live(session, rows)

    def settle(self, review_id: int) -> None:
        """Live values become the figures of the evaluation, all as of the newest import."""
        with db.write(self.engine) as session:
            collection = session.get_one(Review, review_id).collection
            newest = session.scalar(select(func.max(LiveValue.batch_no)))
            session.execute(update(Measured).where(Measured.review_id == review_id).values(batch_no=newest))
            for live in session.scalars(select(LiveValue).where(LiveValue.review_id == review_id)).all():
                session.execute(
                    update(Measured)
                    .where(Measured.review_id == review_id, Measured.indicator == live.indicator)
                    .where(Measured.revision == collection)
                    .values(
                        batch_no=live.batch_no, numerator_e4=live.numerator_e4,
                        denominator_e4=live.denominator_e4, state=live.state, reason=live.reason, trace=live.trace,
                    )
                )  # fmt: skip

    def version(self, subject_id: int) -> int:
        found: Subject = self.row(Subject, subject_id)
        return found.version
