"""Landing events: new, changed, same and withdrawn; a file that is sent twice changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.services import collect, staging
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.facts import batches, lake
from reviewflow.store.facts.heard import last_heard
from reviewflow.store.facts.rows import BadRow, BatchCoverage, Landing, LandingBatch, Source
from reviewflow.store.outbox import Outbox
from tests.cast import Cast
from tests.counting import counted
from tests.facts.shop import BAD, COMPLETE, HEADER, MAPPING, ORDERS, amounts, counts, hu, land, prepared


@pytest.fixture
def desk(engine: Engine, cast: Cast, session: Session) -> Session:
    """A session in a company with the cast."""
    return session


def test_events_land_with_batch_promises_and_audit(desk: Session, moment: Moment, cast: Cast) -> None:
    collect.accept_mapping(desk, moment, hu(cast, moment), MAPPING)
    report = collect.land(desk, moment, hu(cast, moment), prepared(ORDERS))
    assert (report.batch_no, counts(report)) == (1, (3, 0, 0, 0, 0))
    row = desk.get_one(Landing, (1, "order", "2", 1))
    assert (row.person_id, row.on_date, row.amount_e4, row.currency) == (
        cast.lin,
        date(2026, 3, 2),
        505_000,
        "CNY",
    )
    batch = desk.get_one(LandingBatch, 1)
    assert (batch.rows_new, batch.by_id, batch.in_lake_at) == (3, cast.hu, None)
    promised = [(row.kind, row.key, row.payload) for row in desk.scalars(select(Outbox).order_by(Outbox.id))]
    assert promised == [
        ("copy_to_lake", "copy_to_lake:1", '{"batch": 1}'),
        ("live_values", "live_values:1", '{"batch": 1}'),
    ]
    actions = list(desk.scalars(select(Audit.action).order_by(Audit.id)))
    assert actions == ["source.mapped", "import.landed"]
    assert "Acme" not in "".join(desk.scalars(select(Audit.detail)))


def test_the_same_file_again_changes_nothing(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    again = land(desk, moment, ORDERS)
    assert (again.batch_no, again.sent_before, counts(again)) == (None, 1, (0, 0, 3, 0, 0))
    assert batches.last_batch(desk) == 1
    assert desk.scalar(select(func.count()).select_from(Outbox)) == 2


def test_an_old_file_sent_again_does_not_undo_a_newer_one(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    land(desk, moment, HEADER + "1,P003,2026-03-01,120.00,Acme\n")
    land(desk, moment, ORDERS)
    assert amounts(desk) == {"1": 1_200_000, "2": 505_000, "3": 70_000}


def test_a_changed_event_gets_a_new_revision_and_the_old_one_stays(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    report = land(desk, moment, ORDERS.replace("100.00", "99.00"))
    assert (report.batch_no, counts(report)) == (2, (0, 1, 2, 0, 0))
    revisions = desk.execute(
        select(Landing.revision, Landing.amount_e4)
        .where(Landing.external_id == "1")
        .order_by(Landing.revision)
    )
    assert list(revisions) == [(1, 1_000_000), (2, 990_000)]
    assert lake.landed(desk, 1).num_rows == lake.landed(desk, 2).num_rows == 3


def test_a_new_mapping_reads_an_old_file_anew(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    other = MAPPING.replace('customer = "Customer"', 'customer = { const = "somebody" }')
    report = land(desk, moment, ORDERS, other)
    assert counts(report) == (0, 3, 0, 0, 0)


def test_only_a_complete_file_withdraws_and_only_in_its_days(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    shorter = HEADER + "1,P003,2026-03-01,100.00,Acme\n3,P002,2026-03-31,7,Acme\n"
    assert counts(land(desk, moment, shorter + "\n")) == (0, 0, 2, 0, 0)
    assert counts(land(desk, moment, shorter, COMPLETE)) == (0, 0, 2, 1, 0)
    assert amounts(desk) == {"1": 1_000_000, "3": 70_000}
    from_march_30 = HEADER + "3,P002,2026-03-31,7,Acme\n"
    assert counts(land(desk, moment, from_march_30, COMPLETE)) == (0, 0, 1, 0, 0)
    back = land(desk, moment, ORDERS + "\n", COMPLETE)
    assert counts(back) == (0, 1, 2, 0, 0)
    assert len(amounts(desk)) == 3


def test_a_refused_line_is_not_withdrawn(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    spoiled = ORDERS.replace("50.5", "fifty")
    assert counts(land(desk, moment, spoiled, COMPLETE)) == (0, 0, 2, 0, 1)
    assert len(amounts(desk)) == 3


def test_a_broken_export_withdraws_nothing_unless_somebody_says_why(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    almost_empty = HEADER + "1,P003,2026-03-01,100.00,Acme\n"
    with pytest.raises(Refused) as refused:
        land(desk, moment, almost_empty, COMPLETE)
    assert [(r.key, r.params) for r in refused.value.reasons] == [
        ("import.withdraws_too_many", {"rows": 2, "of": 3})
    ]
    report = land(desk, moment, almost_empty, COMPLETE, confirmed="Two test orders were deleted.")
    assert report.voided == 2
    detail = json.loads(desk.scalars(select(Audit.detail).order_by(Audit.id.desc())).first() or "")
    assert detail["confirmed"] == "Two test orders were deleted."


def test_a_source_vouches_for_its_days_even_without_a_new_row(desk: Session, moment: Moment) -> None:
    land(desk, moment, ORDERS)
    later = Moment(datetime(2026, 4, 8, 9, tzinfo=UTC), moment.wall)
    report = land(desk, later, ORDERS + "\n")
    assert (report.batch_no, counts(report)) == (2, (0, 0, 3, 0, 0))
    [now] = batches.coverage(desk)
    assert (now.source, now.covers_from, now.covers_until) == ("shop", date(2026, 3, 1), date(2026, 4, 8))
    assert now.delivers == {"order": {"person", "on", "amount", "customer"}}
    [before] = batches.coverage(desk, 1)
    assert before.covers_until == date(2026, 4, 1)
    assert last_heard(desk) == {"order": later.business}


def test_a_dry_run_says_the_same_and_writes_nothing(engine: Engine, cast: Cast, moment: Moment) -> None:
    viewer = hu(cast, moment)
    with db.read(engine) as session:
        tried = collect.dry_run(session, moment, viewer, prepared(BAD))
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, viewer, MAPPING)
        done = collect.land(session, moment, viewer, prepared(BAD))
    assert (counts(tried), tried.bad, tried.batch_no) == (counts(done), done.bad, None)
    assert [event.external_id for event in tried.preview] == ["1", "2"]
    with db.read(engine) as session:
        counted_in = collect.dry_run(
            session, moment, viewer, prepared(BAD + "7,P100,2026-03-01,1,X\n"), ["P100"]
        )
    assert counted_in.unknown == (("P099", 1),)


def test_who_may_import(desk: Session, moment: Moment, cast: Cast) -> None:
    land(desk, moment, ORDERS)
    for grants in ((), (Grant("finance", cast.company),), (Grant("auditor", cast.company),)):
        nobody = Viewer(cast.zhao, grants, moment.business.date())
        with pytest.raises(Refused) as refused:
            collect.land(desk, moment, nobody, prepared(ORDERS))
        assert refused.value.reasons[0].key == "import.not_granted"
        with pytest.raises(Refused):
            collect.accept_mapping(desk, moment, nobody, MAPPING)
    inputter = Viewer(cast.zhao, (Grant("data_inputter", cast.company),), moment.business.date())
    assert collect.land(desk, moment, inputter, prepared(ORDERS + "\n")).same == 3


def test_who_holds_the_role_for_a_part_of_the_company_imports_nothing(
    desk: Session, moment: Moment, cast: Cast
) -> None:
    land(desk, moment, ORDERS)
    parts = (Grant("data_inputter", cast.sales), Grant("hr", cast.office))
    partly = Viewer(cast.zhao, parts, moment.business.date())
    for attempt in (
        lambda: collect.land(desk, moment, partly, prepared(ORDERS)),
        lambda: collect.dry_run(desk, moment, partly, prepared(ORDERS)),
        lambda: collect.accept_mapping(desk, moment, partly, MAPPING),
        lambda: staging.stage(
            desk, moment, partly, "shop", [("orders.csv", b"a")], zone="Asia/Shanghai", currency="CNY"
        ),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert [reason.key for reason in refused.value.reasons] == ["import.part_only"]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    viewer = the_clock(moment.business.date())
    numbers = []
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, viewer, MAPPING)
    for size in (3, 300):
        text = HEADER + "".join(f"{size}-{n},P003,2026-03-01,{n},Acme\n" for n in range(size))
        with counted(engine) as queries, db.write(engine) as session:
            collect.land(session, moment, viewer, prepared(text))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


lines = st.builds(
    lambda no, rep, day, amount: f"{no},P00{rep},2026-03-{day:02},{amount},Acme\n",
    st.integers(1, 9),
    st.integers(2, 3),
    st.integers(1, 31),
    st.integers(0, 10**6),
)


@pytest.mark.sqlite
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(lines, max_size=12, unique_by=lambda line: line.split(",")[0]), st.randoms(), st.integers(1, 4)
)
def test_lines_may_come_in_any_order_and_in_any_number_of_files(
    engine: Engine, cast: Cast, moment: Moment, rows: list[str], random: Random, files: int
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    with db.write(engine) as session:
        for model in (Landing, BadRow, BatchCoverage, LandingBatch, Source, Outbox):
            session.execute(delete(model))
        for part in range(files):
            land(session, moment, HEADER + "".join(shuffled[part::files]))
        apart = amounts(session)
        wanted = {row.split(",")[0]: int(row.split(",")[3]) * 10**4 for row in rows}
    assert apart == wanted
