"""Mappings: what can be said, and that all faults are reported together with their lines."""

from datetime import date

import pytest

from reviewflow.connectors import mapping
from reviewflow.connectors.mapping import Column, Condition, Coverage, Ends
from reviewflow.core.reasons import Faulty

GOOD = """\
format = 1
kind = "mapping"
name = "crm_export"
zone = "Asia/Shanghai"
currency = "CNY"
language = "zh"
separator = ";"
dates = ["DD.MM.YYYY"]
decimal = ","
coverage = { from = 2024-01-01, until = "import_day" }

[[read]]
file = "orders*.csv"
kind = "order"
key = ["Order ID", "Line"]
where = { Status = ["Won", "Closed"], "Sales Rep" = { not = ["House"] } }
values = { Product = { "GTXPro" = "GTX Pro" } }
complete = true
coverage = { until = "last_row" }

[read.columns]
person = "Sales Rep"
on = "Closed on"
amount = "Net amount"
product = "Product"
outcome = { const = "won" }

[[read]]
file = "team.csv"
kind = "people"
key = "Rep"
creates = ["manager", "unit"]
columns = { name = { join = ["First", "Last"], with = "-" }, manager = "Boss", unit = { column = "Region" } }

[[read]]
file = "rates.csv"
kind = "pay_base"
columns = { person = "Rep", component = { const = "commission" }, rate = { column = "Pct", percent = true } }

[[read]]
file = "quota.csv"
kind = "target"
columns = { person = "Rep", indicator = { const = "sales_amount" }, value = "Quota", starts = "From" }
ends = { next = "file", last = 2024-12-31 }
"""


def test_everything_that_can_be_said() -> None:
    made = mapping.load(GOOD)
    orders, people, rates, quotas = made.reads
    assert (made.name, made.separator, made.language, made.delivers) == ("crm_export", ";", "zh", ("order",))
    assert orders.key == ("Order ID", "Line")
    assert orders.where["Status"] == Condition(frozenset({"Won", "Closed"}))
    assert orders.where["Sales Rep"] == Condition(frozenset({"House"}), negated=True)
    assert orders.columns["outcome"] == Column((), const="won")
    assert orders.coverage == Coverage(date(2024, 1, 1), "last_row")
    assert orders.complete
    assert orders.needed == {"Order ID", "Line", "Status", "Sales Rep", "Product", "Closed on", "Net amount"}
    assert [one.written for one in orders.notation.dates] == ["DD.MM.YYYY"]
    assert people.columns["name"] == Column(("First", "Last"), between="-")
    assert people.creates == {"manager", "unit"}
    assert people.coverage == Coverage(date(2024, 1, 1), "import_day")
    assert rates.columns["rate"].percent
    assert quotas.ends == Ends("file", date(2024, 12, 31))


FAULTY = """\
format = 1
kind = "mapping"
name = "CRM export"
zone = "Asia/Shanghei"
currency = "yuan"
encoding = "utf-9"
separator = "#"
dates = ["DD.MM"]
decimal = ","
thousands = ","
delivers = ["order", "visit", "returns"]

[[read]]
file = "orders.csv"
kind = "order"
colums = { person = "Rep" }

[[read]]
file = "orders.csv"
kind = "order"
key = []
where = { Status = [] }
ends = { next = "file" }

[read.columns]
person = { column = "Rep", const = "7" }
on = "Date"
amont = "Net"

[[read]]
file = "rates.csv"
kind = "pay_base"
complete = true
columns = { person = "Rep", component = { const = "commission" } }

[[read]]
file = "quota.csv"
kind = "target"
creates = ["manager"]
columns = { person = "Rep", indicator = { const = "sales_amount" }, value = "Quota", starts = "From" }
"""


def test_all_faults_are_reported_together_with_their_lines() -> None:
    with pytest.raises(Faulty) as faulty:
        mapping.load(FAULTY)
    assert [(fault.line, fault.key) for fault in faulty.value.faults] == [
        (3, "file.bad_name"),
        (4, "mapping.unknown_zone"),
        (5, "mapping.bad_currency"),
        (6, "mapping.unknown_encoding"),
        (7, "file.not_one_of"),
        (8, "mapping.bad_date_format"),
        (10, "mapping.same_sign"),
        (11, "mapping.delivers_unread"),
        (11, "mapping.unknown_event"),
        (13, "file.missing_key"),
        (13, "mapping.no_key"),
        (16, "file.unknown_key"),
        (21, "mapping.no_key"),
        (22, "mapping.empty_where"),
        (23, "file.unknown_key"),
        (25, "mapping.field_missing"),
        (26, "mapping.one_way"),
        (28, "mapping.unknown_field"),
        (33, "mapping.never_complete"),
        (34, "mapping.amount_or_rate"),
        (36, "mapping.ends_once"),
        (39, "mapping.creates_people_only"),
    ]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('ends = { next = "file" }', "file.missing_key"),
        ('ends = { length = "three months" }', "mapping.bad_length"),
        ('ends = { next = "file", last = 2024-12-31, length = "P3M" }', "mapping.next_or_length"),
        ('ends = { next = "week", last = 2024-12-31 }', "file.not_one_of"),
        ('ends = "P3M"', "file.not_table"),
    ],
)
def test_how_targets_end_is_said_once_and_rightly(said: str, reason: str) -> None:
    text = GOOD.replace('ends = { next = "file", last = 2024-12-31 }', said)
    with pytest.raises(Faulty) as faulty:
        mapping.load(text)
    assert reason in {fault.key for fault in faulty.value.faults}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("coverage = { from = 2024-01-01, until = 2023-01-01 }", "mapping.until_before_from"),
        ('coverage = { until = "tomorrow" }', "file.not_one_of"),
        ("coverage = { until = 7 }", "file.not_date"),
        ("coverage = { begin = 2024-01-01 }", "file.unknown_key"),
        ("complete = 1", "mapping.not_flag"),
    ],
)
def test_coverage_and_flags_are_checked(said: str, reason: str) -> None:
    text = GOOD.replace('[[read]]\nfile = "team.csv"', f'[[read]]\n{said}\nfile = "team.csv"')
    with pytest.raises(Faulty) as faulty:
        mapping.load(text)
    assert reason in {fault.key for fault in faulty.value.faults}
