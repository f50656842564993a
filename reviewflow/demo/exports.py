"""The generated company as its systems would export it: CSV files, each source with its column mapping."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib import resources
from pathlib import Path

from reviewflow.demo.company import Company, Employee
from reviewflow.demo.events import Complaint, Invoice, Opportunity, Order, Payment, Records, Reply, Visit

MAPPINGS = ("people", "crm", "finance", "service_desk")
"""Names of the mapping files, in the order in which they are to be imported: people first."""

Row = Sequence[str | int]

STAGES = {"won": "Closed won", "lost": "Closed lost", "open": "Negotiation"}
BAD_REPLIES: tuple[Row, ...] = (
    ("SQ-0001", "YF-9001", "C9001-001 恒远仪表", "2026-02-16", 4),
    ("SQ-0002", "YF-1016", "C1016-003 嘉禾检测", "2026-02-30", 5),
    ("SQ-0003", "YF-1018", "C1018-007 明川电子", "2026-03-11", "very good"),
)
"""Three lines as every real export has them: an unknown person, an impossible date, a word for a number."""


def write_people(folder: Path, company: Company, on: date) -> None:
    """`units.csv`, `people.csv`, `pay_base.csv` and their mapping, as the HR system stood on a day."""
    _mapping(folder, "people")
    units = ((unit.code, unit.name, unit.parent or "") for unit in company.units)
    _write(folder / "units.csv", ("unit_code", "unit_name", "parent_code"), units)
    known = [person for person in company.people if person.hired_on <= on]
    _write(folder / "people.csv", _PEOPLE, (_person(person, on) for person in known))
    hired = {person.external_id: person.hired_on for person in known}
    pay = (
        (basis.person, f"{basis.bonus}", f"{basis.commission * 100}", hired[basis.person].isoformat())
        for basis in company.pay
        if basis.person in hired
    )
    _write(
        folder / "pay_base.csv", ("employee_no", "quarterly_bonus", "commission_percent", "valid_from"), pay
    )


def write_records(folder: Path, records: Records, *, with_bad_lines: bool = False) -> None:
    """The exports of the CRM, the finance system and the service desk, with their mappings."""
    for name in MAPPINGS[1:]:
        _mapping(folder, name)
    _write(folder / "orders.csv", _ORDERS, map(_order, records.orders))
    _write(folder / "opportunities.csv", _OPPORTUNITIES, map(_opportunity, records.opportunities))
    _write(folder / "visits.csv", _VISITS, map(_visit, records.visits))
    _write(folder / "invoices.csv", _INVOICES, map(_invoice, records.invoices), marked=True)
    _write(folder / "payments.csv", _PAYMENTS, map(_payment, records.payments), marked=True)
    _write(folder / "satisfaction.csv", _REPLIES, _replies(records.replies, with_bad_lines))
    _write(folder / "complaints.csv", _COMPLAINTS, map(_complaint, records.complaints))


_PEOPLE = (
    "employee_no", "name", "email", "language", "time_zone", "hired_on", "left_on", "unit_code", "position",
    "manager_no",
)  # fmt: skip
_ORDERS = ("order_no", "owner_no", "account", "signed_on", "net_amount", "cost")
_OPPORTUNITIES = ("opportunity_no", "owner_no", "account", "created_on", "closed_on", "stage", "amount")
_VISITS = ("visit_no", "owner_no", "account", "visited_on", "status")
_INVOICES = ("发票号", "订单号", "业务员工号", "客户", "开票日期", "到期日期", "金额")
_PAYMENTS = ("回款单号", "发票号", "业务员工号", "客户", "到账日期", "金额")
_REPLIES = ("reply_no", "employee_no", "customer", "replied_on", "score")
_COMPLAINTS = ("ticket_no", "order_no", "employee_no", "customer", "received_on", "verdict")


def _person(person: Employee, on: date) -> Row:
    seat = person.assignment_on(on)
    left = person.left_on.isoformat() if person.left_on and person.left_on <= on else ""
    return (
        person.external_id,
        person.name,
        person.email or "",
        person.language,
        person.zone,
        person.hired_on.isoformat(),
        left,
        seat.unit,
        seat.position,
        seat.manager or "",
    )


def _order(order: Order) -> Row:
    return (order.id, order.rep, order.customer, order.on.isoformat(), _yuan(order.amount), _yuan(order.cost))


def _opportunity(deal: Opportunity) -> Row:
    closed = deal.closed_on.isoformat() if deal.closed_on else ""
    opened, worth = deal.opened_on.isoformat(), _yuan(deal.amount)
    return (deal.id, deal.rep, deal.customer, opened, closed, STAGES[deal.stage], worth)


def _visit(visit: Visit) -> Row:
    return (visit.id, visit.rep, visit.customer, visit.on.isoformat(), visit.status)


def _invoice(invoice: Invoice) -> Row:
    issued, due = _slashed(invoice.issued_on), _slashed(invoice.due_on)
    return (invoice.id, invoice.order, invoice.rep, invoice.customer, issued, due, _grouped(invoice.amount))


def _payment(payment: Payment) -> Row:
    paid, amount = _slashed(payment.on), _grouped(payment.amount)
    return (payment.id, payment.invoice, payment.rep, payment.customer, paid, amount)


def _replies(replies: Iterable[Reply], with_bad_lines: bool) -> Iterator[Row]:
    for reply in replies:
        yield (reply.id, reply.rep, reply.customer, reply.on.isoformat(), reply.score)
    if with_bad_lines:
        yield from BAD_REPLIES


def _complaint(complaint: Complaint) -> Row:
    on = complaint.on.isoformat()
    return (complaint.id, complaint.order, complaint.rep, complaint.customer, on, complaint.verdict)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _grouped(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def _slashed(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Row], *, marked: bool = False) -> None:
    """A CSV file as the database writes it; `marked` ones begin with the byte order mark of a spreadsheet."""
    with path.open("w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _mapping(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = resources.files("reviewflow.demo").joinpath("mappings", f"{name}.toml").read_bytes()
    (folder / f"{name}.toml").write_bytes(text)
