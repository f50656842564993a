"""The files of the story: people, and what a CRM exports, with their mappings.

Lin sells 1,000,000 in the first quarter of 2026 and 1,100,000 in the second, which is the target that the plan
suggests (growth 1.10). Orders cost 60 % of what they bring. The CRM knows nothing of invoices and payments,
opportunities, satisfaction and complaints: their indicators cannot be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

File = tuple[str, bytes]

PEOPLE = """\
format = 1
name = "people"
kind = "mapping"
zone = "Asia/Shanghai"
currency = "CNY"
dates = ["YYYY-MM-DD"]

[[read]]
file = "units.csv"
kind = "unit"
key = "code"
columns = { name = "name", parent = "parent" }

[[read]]
file = "people.csv"
kind = "people"
key = "number"
[read.columns]
name = "name"
email = "email"
language = "language"
hired = "hired"
unit = "unit"
position = "position"
manager = "manager"

[[read]]
file = "pay_base.csv"
kind = "pay_base"
columns = { person = "number", component = { const = "bonus" }, amount = "quarterly_bonus", from = "from" }
"""

CRM = """\
format = 1
name = "crm"
kind = "mapping"
zone = "Asia/Shanghai"
currency = "CNY"
dates = ["YYYY-MM-DD"]
decimal = "."
thousands = ","
coverage = { from = 2025-10-01, until = "import_day" }

[[read]]
file = "orders*.csv"
kind = "order"
key = "Order"
columns = { person = "Rep", customer = "Account", on = "Signed on", amount = "Net amount", amount2 = "Cost" }

[[read]]
file = "visits*.csv"
kind = "visit"
key = "Visit"
columns = { person = "Rep", customer = "Account", on = "Visited on" }
"""

_ORDERS = ("Order", "Rep", "Account", "Signed on", "Net amount", "Cost")
_VISITS = ("Visit", "Rep", "Account", "Visited on")
REP = "P003"
BAD_DAY = "2026-04-31"
"""No such day: what stands in the line of the first export of the quarter that is refused."""
BAD_LINE = 5
"""Its line number, the header being line 1."""


def people(names: Mapping[str, str], language: str) -> list[File]:
    """Units, people and pay bases. The bonus base of 30,000 makes Lin's bonus one that finance signs too."""
    units = (("company", "Yunfan", ""), ("sales", "Sales", "company"), ("east", "East", "sales"))
    seats = (
        ("P001", names["deng"], "company", "Sales director", ""),
        ("P002", names["wang"], "sales", "Sales manager", "P001"),
        ("P003", names["lin"], "east", "Sales rep", "P002"),
        ("P004", names["hu"], "office", "HR partner", "P001"),
        ("P005", names["fang"], "office", "Finance", "P001"),
        ("P006", names["zhao"], "office", "Clerk", "P001"),
    )
    rows = [
        (number, name, f"{number.lower()}@example.com", language, "2020-01-06", unit, position, manager)
        for number, name, unit, position, manager in seats
    ]
    header = ("number", "name", "email", "language", "hired", "unit", "position", "manager")
    pay = (("P002", "36000.00", "2020-01-06"), ("P003", "30000.00", "2020-01-06"))
    return [
        ("units.csv", _csv(("code", "name", "parent"), (*units, ("office", "Office", "company")))),
        ("people.csv", _csv(header, rows)),
        ("pay_base.csv", _csv(("number", "quarterly_bonus", "from"), pay)),
    ]


def history() -> list[File]:
    """October to March: six customers, five of whom order again in the first quarter, and two new ones."""
    before = [_order(n, account, f"2025-11-{n + 10}", 120_000) for n, account in enumerate("ABCDEF", 1)]
    last = [_order(n, account, f"2026-02-{n:02}", 125_000) for n, account in enumerate("ABCDEGHA", 11)]
    visits = [_visit(n, date(2026, 1, 5) + timedelta(days=4 * n)) for n in range(20)]
    return [("orders_2025.csv", _csv(_ORDERS, before + last)), ("visits_2025.csv", _csv(_VISITS, visits))]


def first_half() -> File:
    """What the CRM exports on 20 May: 500,000 in three good lines, and a line with a day that does not exist."""
    rows = [*_quarter()[:3], _order(34, "H", BAD_DAY, 150_000)]
    return "orders_2026q2.csv", _csv(_ORDERS, rows)


def mended(refused: bytes) -> bytes:
    """The downloaded refused lines with the day put right."""
    return refused.replace(BAD_DAY.encode(), b"2026-04-30")


def second_half() -> list[File]:
    """The rest of the quarter, exported on its last day: 450,000 more, and the visits."""
    visits = [_visit(100 + n, date(2026, 4, 2) + timedelta(days=4 * n)) for n in range(22)]
    return [
        ("orders_2026june.csv", _csv(_ORDERS, _quarter()[3:])),
        ("visits_2026.csv", _csv(_VISITS, visits)),
    ]


def _quarter() -> list[Sequence[str]]:
    """Orders of the quarter but for the one in the bad line: customers kept from before, and three new ones."""
    return [
        _order(31, "A", "2026-04-08", 200_000),
        _order(32, "I", "2026-04-20", 150_000),
        _order(33, "B", "2026-05-12", 150_000),
        _order(35, "C", "2026-06-03", 150_000),
        _order(36, "J", "2026-06-15", 150_000),
        _order(37, "K", "2026-06-26", 150_000),
    ]


def _order(number: int, account: str, day: str, amount: int) -> Sequence[str]:
    return (f"SO-{number:04}", REP, f"Customer {account}", day, f"{amount:,}.00", f"{amount * 6 // 10:,}.00")


def _visit(number: int, day: date) -> Sequence[str]:
    return (f"V-{number:04}", REP, "Customer A", day.isoformat())


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell quoted, as many CRMs do."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in (header, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()
