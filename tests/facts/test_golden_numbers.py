"""Known numbers of data made outside this project, to the last decimal that the source has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.analytics.measures import compute
from reviewflow.connectors.rows import BadValue
from reviewflow.core import indicators
from reviewflow.core.measuring import Ready, Rule, Slot, rules_of
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period, from_scaled, half_up
from reviewflow.intake import Intake
from reviewflow.store import db
from reviewflow.store.facts import batches, lake
from reviewflow.store.facts.rows import Target
from reviewflow.store.people import PayBase, Person
from tests.facts.outside import EXAMPLES, import_all

pytestmark = pytest.mark.sqlite

SALES = Rule("order", "sum:amount")
FIRST_QUOTA = Period(date(2011, 5, 31), date(2011, 8, 30))
SECOND_QUARTER = Period(date(2017, 4, 1), date(2017, 6, 30))


@pytest.fixture(scope="module")
def bikes(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Engine:
    return _imported(tmp_path_factory, migrated_file, "adventureworks", datetime(2011, 5, 31, 9, tzinfo=UTC))


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Engine:
    return _imported(tmp_path_factory, migrated_file, "maven_crm", datetime(2017, 4, 1, 9, tzinfo=UTC))


def _imported(factory: pytest.TempPathFactory, empty: Path, name: str, at: datetime) -> Engine:
    path = factory.mktemp(name) / "facts.db"
    path.write_bytes(empty.read_bytes())
    engine = db.engine(f"sqlite:///{path}")
    done = import_all(engine, name, at)
    assert _refused(done) == []
    return engine


def _refused(done: Intake) -> list[BadValue]:
    assert done.people is not None
    about_people = [bad for file in done.people.files for bad in file.bad]
    return about_people + [bad for report in done.events for bad in report.bad]


def _ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Person.external_id, Person.id)).all())


def _sums(session: Session, slots: list[Slot], rule: Rule = SALES) -> dict[Slot, Decimal]:
    found = compute(lake.landed(session, batches.last_batch(session)), slots, [rule])
    return {slot: from_scaled(taken.value or 0, 4) for (slot, _), taken in found.items()}


def _quotas(session: Session) -> list[tuple[Slot, Decimal]]:
    return [
        (Slot(row.person_id, Period(row.starts_on, row.ends_on)), from_scaled(row.target_e4, 4))
        for row in session.scalars(select(Target))
    ]


def test_sales_of_all_quota_rows(bikes: Engine) -> None:
    with db.read(bikes) as session:
        quotas = _quotas(session)
        sales = _sums(session, [slot for slot, _ in quotas])
    assert len(quotas) == 163
    assert half_up(sum(sales.values(), Decimal(0)), 2) == Decimal("80487704.18")


@pytest.mark.parametrize(
    ("period", "quota", "sales", "attainment"),
    [
        (FIRST_QUOTA, "3886000", "3193633.9687", "82.2"),
        (Period(date(2014, 3, 1), date(2014, 5, 31)), "10359000", "8943116.0", "86.3"),
    ],
)
def test_a_whole_quota_period(bikes: Engine, period: Period, quota: str, sales: str, attainment: str) -> None:
    with db.read(bikes) as session:
        mine = [(slot, target) for slot, target in _quotas(session) if slot.period == period]
        sold = sum(_sums(session, [slot for slot, _ in mine]).values(), Decimal(0))
    target = sum((value for _, value in mine), Decimal(0))
    assert target == Decimal(quota)
    assert half_up(sold, len(sales.partition(".")[2])) == Decimal(sales)
    assert half_up(Fraction(sold) * 100 / Fraction(target), 1) == Decimal(attainment)


@pytest.mark.parametrize(
    ("person", "begins", "quota", "sales", "attainment"),
    [
        ("275", date(2011, 5, 31), "367000", "304755.6026", "83.0"),
        ("280", date(2011, 5, 31), "165000", "191328.4939", "116.0"),
        ("280", date(2012, 5, 30), None, None, "204.1"),
    ],
)
def test_single_quotas(
    bikes: Engine, person: str, begins: date, quota: str | None, sales: str | None, attainment: str
) -> None:
    with db.read(bikes) as session:
        number = _ids(session)[person]
        [(slot, target)] = [
            (slot, value)
            for slot, value in _quotas(session)
            if (slot.person_id, slot.period.starts_on) == (number, begins)
        ]
        sold = _sums(session, [slot])[slot]
    assert quota is None or target == Decimal(quota)
    assert sales is None or sold == Decimal(sales)
    assert half_up(Fraction(sold) * 100 / Fraction(target), 1) == Decimal(attainment)


def test_commission_of_the_first_period(bikes: Engine) -> None:
    with db.read(bikes) as session:
        mine = [slot for slot, _ in _quotas(session) if slot.period == FIRST_QUOTA]
        rates = {
            row.person_id: row.rate_e6 or 0
            for row in session.scalars(select(PayBase))
            if row.from_on <= FIRST_QUOTA.ends_on
        }
        sales, ids = _sums(session, mine), _ids(session)
    paid = {
        slot.person_id: half_up(Fraction(sold) * rates[slot.person_id] / 10**6, 2)
        for slot, sold in sales.items()
    }
    assert len(paid) == 10
    assert sum(paid.values(), Decimal(0)) == Decimal("39440.45")
    assert [paid[ids[key]] for key in ("274", "275", "280")] == [
        Decimal("0.00"),
        Decimal("3657.07"),
        Decimal("1913.28"),
    ]


def test_only_sales_can_be_computed_in_the_first_period(bikes: Engine) -> None:
    assert _why_not(bikes, FIRST_QUOTA) == {
        "sales_amount": None,
        "gross_margin": "measure.no_source",
        "collection_rate": "measure.no_source",
        "new_customers": "measure.history_too_short",
        "visits": "measure.no_source",
        "deal_cycle": "measure.no_source",
        "conversion_rate": "measure.no_source",
        "satisfaction": "measure.no_source",
        "retention": "measure.history_too_short",
        "complaint_rate": "measure.no_source",
    }


def test_what_can_be_computed_of_the_second_quarter(crm: Engine) -> None:
    computed = {key for key, reason in _why_not(crm, SECOND_QUARTER).items() if reason is None}
    assert computed == {"sales_amount", "new_customers", "deal_cycle", "conversion_rate", "retention"}


def _why_not(engine: Engine, period: Period) -> dict[str, str | None]:
    catalogue = indicators.load(
        (EXAMPLES.parent / "workflows" / "indicators.toml").read_text(encoding="utf-8")
    )
    with db.read(engine) as session:
        coverage = batches.coverage(session)
    reasons = {key: indicators.computable(one, period, coverage) for key, one in catalogue.indicators.items()}
    return {key: reason.key if isinstance(reason, Reason) else None for key, reason in reasons.items()}


@pytest.mark.parametrize(
    ("first", "last", "value"),
    [
        (date(2017, 1, 1), date(2017, 3, 31), 1_134_672),
        (date(2017, 4, 1), date(2017, 6, 30), 3_086_111),
        (date(2017, 7, 1), date(2017, 9, 30), 2_982_255),
        (date(2017, 10, 1), date(2017, 12, 31), 2_802_496),
        (date(2017, 1, 1), date(2017, 12, 31), 10_005_534),
    ],
)
def test_won_value_by_quarter(crm: Engine, first: date, last: date, value: int) -> None:
    with db.read(crm) as session:
        slots = [Slot(number, Period(first, last)) for number in _ids(session).values()]
        assert sum(_sums(session, slots).values()) == value


@pytest.mark.parametrize(
    ("agent", "won", "closed", "rate", "amount"),
    [("Darcel Schlecht", 349, 553, "63.1", 1_153_214), ("Lajuana Vencill", 127, 231, "55.0", None)],
)
def test_single_agents(crm: Engine, agent: str, won: int, closed: int, rate: str, amount: int | None) -> None:
    catalogue = indicators.load(
        (EXAMPLES.parent / "workflows" / "indicators.toml").read_text(encoding="utf-8")
    )
    conversion = catalogue["conversion_rate"]
    rules = rules_of(conversion)
    with db.read(crm) as session:
        slot = Slot(_ids(session)[agent], Period(date(2017, 1, 1), date(2017, 12, 31)))
        table = lake.landed(session, batches.last_batch(session))
        found = compute(table, [slot], [*rules.values(), SALES])
        coverage = batches.coverage(session)
    taken = {name: found[slot, rule] for name, rule in rules.items()}
    assert {name: one.value for name, one in taken.items()} == {"won": won, "closed": closed}
    made = Ready.of(conversion, slot.period, coverage).figure(taken, "USD")
    assert made.ratio is not None
    assert half_up(made.ratio.value, 1) == Decimal(rate)
    assert amount is None or found[slot, SALES].value == amount * 10**4


def test_all_deals_have_an_agent_and_the_product_of_the_price_list(crm: Engine) -> None:
    with db.read(crm) as session:
        table = lake.landed(session, batches.last_batch(session))
        kinds = table["kind"].to_pylist()
        products = set(table["product"].to_pylist())
        people = len(_ids(session))
    assert (kinds.count("order"), kinds.count("opportunity")) == (4238, 4238 + 2473)
    assert "GTX Pro" in products
    assert "GTXPro" not in products
    assert people == 35 + 6
