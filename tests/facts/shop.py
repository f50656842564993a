"""A shop that sends orders: mapping, files, and landing them in one line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.services import collect
from reviewflow.services.collect import Prepared, Report
from reviewflow.store.facts import batches, lake
from tests.cast import Cast

MAPPING = """\
format = 1
kind = "mapping"
name = "shop"
zone = "Asia/Shanghai"
currency = "CNY"
coverage = { until = "import_day" }

[[read]]
file = "orders*.csv"
kind = "order"
key = "No"
columns = { person = "Rep", on = "Date", amount = "Amount", customer = "Customer" }
"""
COMPLETE = MAPPING.replace('key = "No"', 'key = "No"\ncomplete = true')
HEADER = "No,Rep,Date,Amount,Customer\n"
ORDERS = HEADER + "1,P003,2026-03-01,100.00,Acme\n2,P003,2026-03-02,50.5,Bolt\n3,P002,2026-03-31,7,Acme\n"


def prepared(text: str, mapping: str = MAPPING, name: str = "orders.csv") -> Prepared:
    found = collect.prepare(mapping, name, text.encode())
    assert found is not None
    return found


def hu(cast: Cast, moment: Moment) -> Viewer:
    return Viewer(cast.hu, (Grant("hr", cast.company),), moment.business.date())


def land(session: Session, moment: Moment, text: str, mapping: str = MAPPING, **options: str) -> Report:
    viewer = the_clock(moment.business.date())
    collect.accept_mapping(session, moment, viewer, mapping)
    return collect.land(session, moment, viewer, prepared(text, mapping), **options)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.same, report.voided, report.bad_lines


def amounts(session: Session) -> dict[str, int]:
    """What counts now, by order number."""
    rows = lake.landed(session, batches.last_batch(session)).to_pylist()
    return {row["external_id"]: row["amount_e4"] for row in rows}


BAD = HEADER + (
    "1,P003,2026-03-01,100.00,Acme\n"
    "2,P099,2026-03-02,50,Bolt\n"
    "3,P003,2026-02-30,12,Acme\n"
    "4,P003,2026-03-04,twelve,Acme\n"
    "5,P003,2026-03-05\n"
    ",P003,2026-03-06,1,Acme\n"
)
