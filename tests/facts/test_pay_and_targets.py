"""Pay bases keep their history, targets are given and corrected."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store.facts.rows import Target
from reviewflow.store.model import FOREVER
from reviewflow.store.people import PayBase
from tests.facts.staff import (
    TODAY,
    bring,
    company,
    person,
    refusals,
)


def test_pay_bases_keep_their_history(session: Session, moment: Moment) -> None:
    company(session, moment)
    pay = (
        "id,component,amount,from,until\n"
        '3,bonus,"10,000.00",2025-01-01,\n3,bonus,12000,2026-01-01,\n1,bonus,,,\n'
    )
    rates = "id,pct\n3,1.25\n2,0\n"
    report = bring(session, moment, {"pay.csv": pay, "rates.csv": rates})
    assert [(file.new, file.same) for file in report.files] == [(2, 1), (2, 0)]

    def rows() -> list[tuple[str, int | None, int | None, date, date]]:
        found = select(PayBase).order_by(PayBase.person_id, PayBase.component, PayBase.from_on)
        lin = person(session, "3").id
        return [
            (row.component, row.amount_minor, row.rate_e6, row.from_on, row.until_on)
            for row in session.scalars(found)
            if row.person_id == lin
        ]

    assert rows() == [
        ("bonus", 1_000_000, None, date(2025, 1, 1), date(2026, 1, 1)),
        ("bonus", 1_200_000, None, date(2026, 1, 1), FOREVER),
        ("commission", None, 12_500, date(2024, 5, 6), FOREVER),
    ]
    assert bring(session, moment, {"pay.csv": pay, "rates.csv": rates}).files[0].batch_no is None
    bring(session, moment, {"rates.csv": "id,pct\n3,2\n"})
    session.expire_all()
    assert rows()[2:] == [
        ("commission", None, 12_500, date(2024, 5, 6), TODAY),
        ("commission", None, 20_000, TODAY, FOREVER),
    ]


def test_amounts_finer_than_the_currency_are_refused(session: Session, moment: Moment) -> None:
    company(session, moment)
    report = bring(session, moment, {"pay.csv": "id,component,amount,from,until\n3,bonus,1.0055,,\n"})
    assert refusals(report) == [("pay.csv", 2, "amount", "1.0055", "row.too_many_decimals")]


def test_targets_are_given_and_corrected(session: Session, moment: Moment) -> None:
    company(session, moment)
    text = "id,value,from\n3,1000000,2026-04-01\n99,5,2026-04-01\n2,-5,2026-04-01\n"
    report = bring(session, moment, {"targets.csv": text})
    assert sorted(refusals(report)) == [
        ("targets.csv", 3, "id", "99", "row.unknown_person"),
        ("targets.csv", 4, "value", "-5", "row.negative"),
    ]
    [target] = session.scalars(select(Target))
    assert (target.ends_on, target.target_e4, target.batch_no) == (date(2026, 6, 30), 10**10, 3)
    bring(session, moment, {"targets.csv": "id,value,from\n3,1200000,2026-04-01\n"})
    session.expire_all()
    [target] = session.scalars(select(Target))
    assert (target.target_e4, target.batch_no) == (12 * 10**9, 4)
