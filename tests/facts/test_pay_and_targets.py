"""Pay bases keep their history, targets are given and corrected."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reporting import EVER
from reviewflow.store.facts.rows import Target
from reviewflow.store.model import FOREVER
from reviewflow.store.people import PayBase
from tests.facts.staff import (
    MAPPING,
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


def bases(session: Session, key: str = "3") -> list[tuple[int | None, date, date]]:
    session.expire_all()
    mine = select(PayBase).where(PayBase.person_id == person(session, key).id).order_by(PayBase.from_on)
    return [(row.amount_minor, row.from_on, row.until_on) for row in session.scalars(mine)]


PAY = "id,component,amount,from,until\n"


def test_a_pay_base_without_any_first_day_has_always_held(session: Session, moment: Moment) -> None:
    company(session, moment)
    bring(session, moment, {"names.csv": "id,name\n7,Qian Bo\n", "pay.csv": PAY + "7,bonus,1000,,\n"})
    assert bases(session, "7") == [(100_000, EVER, FOREVER)]
    assert bring(session, moment, {"pay.csv": PAY + "7,bonus,1000,,\n"}).files[0].same == 1
    bring(session, moment, {"pay.csv": PAY + "7,bonus,1200,,\n"})
    assert bases(session, "7") == [(100_000, EVER, TODAY), (120_000, TODAY, FOREVER)]


def test_after_a_temporary_pay_base_the_usual_one_goes_on(session: Session, moment: Moment) -> None:
    company(session, moment)
    usual, higher = "3,bonus,1000,2025-01-01,\n", "3,bonus,1500,2026-02-01,2026-02-28\n"
    begin, away, back = date(2025, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
    wanted = [(100_000, begin, away), (150_000, away, back), (100_000, back, FOREVER)]
    bring(session, moment, {"pay.csv": PAY + usual})
    bring(session, moment, {"pay.csv": PAY + higher})
    assert bases(session) == wanted
    assert bring(session, moment, {"pay.csv": PAY + usual + higher}).files[0].same == 2
    assert bases(session) == wanted
    bring(session, moment, {"pay.csv": PAY + higher.replace("02-28", "04-30")})
    assert bases(session) == [
        (100_000, begin, away), (150_000, away, date(2026, 5, 1)), (100_000, date(2026, 5, 1), FOREVER)
    ]  # fmt: skip
    bring(session, moment, {"pay.csv": PAY + "3,bonus,1100,2026-07-01,\n"})
    assert bases(session)[2:] == [
        (100_000, date(2026, 5, 1), date(2026, 7, 1)), (110_000, date(2026, 7, 1), FOREVER)
    ]  # fmt: skip


def test_a_temporary_pay_base_may_come_in_the_same_file(session: Session, moment: Moment) -> None:
    company(session, moment)
    text = PAY + "3,bonus,1500,2026-02-01,2026-02-28\n3,bonus,1000,2025-01-01,2026-12-31\n"
    bring(session, moment, {"pay.csv": text})
    assert bases(session) == [
        (100_000, date(2025, 1, 1), date(2026, 2, 1)),
        (150_000, date(2026, 2, 1), date(2026, 3, 1)),
        (100_000, date(2026, 3, 1), date(2027, 1, 1)),
    ]
    assert bring(session, moment, {"pay.csv": text}).files[0].same == 2


def test_two_lines_about_the_same_day_and_an_end_before_the_begin_are_refused(
    session: Session, moment: Moment
) -> None:
    company(session, moment)
    mapping = MAPPING.replace('file = "pay.csv"', 'file = "pay*.csv"')
    files = {
        "pay1.csv": PAY + "3,bonus,1000,,\n2,bonus,900,,2019-12-31\n",
        "pay2.csv": PAY + "3,bonus,1500,2024-05-06,\n3,bonus,1000,,\n",
    }
    report = bring(session, moment, files, mapping)
    assert refusals(report) == [
        ("pay1.csv", 3, "until", "2019-12-31", "row.ends_before"),
        ("pay2.csv", 2, "id", "3", "row.base_told_twice"),
    ]
    assert bases(session) == [(100_000, date(2024, 5, 6), FOREVER)]


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
