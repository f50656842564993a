"""A first mapping for files that nobody has mapped: sound TOML, columns guessed by their names."""

from __future__ import annotations

import pytest

from reviewflow.connectors import mapping
from reviewflow.connectors.mapping.proposal import propose
from reviewflow.core.reasons import Faulty


def of(*files: tuple[str, list[str]]) -> mapping.SourceMapping:
    return mapping.load(propose("crm", files, "Asia/Shanghai", "CNY"))


@pytest.mark.parametrize(
    ("file", "header", "kind", "key", "columns"),
    [
        (
            "orders_2026.csv",
            ["order_no", "owner_no", "account", "signed_on", "net_amount", "cost"],
            "order",
            "order_no",
            {"person": "owner_no", "on": "signed_on", "amount": "net_amount", "customer": "account"},
        ),
        (
            "回款.csv",
            ["回款单号", "业务员工号", "客户", "到账日期", "金额"],
            "payment",
            "回款单号",
            {"person": "业务员工号", "on": "到账日期", "amount": "金额", "customer": "客户"},
        ),
        (
            "opportunities.csv",
            ["id", "rep", "closed_on", "stage"],
            "opportunity",
            "id",
            {"person": "rep", "on": "closed_on", "outcome": "stage"},
        ),
        (
            "员工.csv",
            ["工号", "姓名", "部门", "上级", "入职日期"],
            "people",
            "工号",
            {"name": "姓名", "unit": "部门", "manager": "上级", "hired": "入职日期"},
        ),
    ],
)
def test_columns_are_guessed_by_their_names(
    file: str, header: list[str], kind: str, key: str, columns: dict[str, str]
) -> None:
    (read,) = of((file, header)).reads
    assert (read.file, read.kind, read.key) == (file, kind, (key,))
    assert {name: column.names[0] for name, column in read.columns.items()} == columns


def test_what_cannot_be_guessed_is_a_fault_with_its_line() -> None:
    """The page shows it beside the text, for a person to mend."""
    with pytest.raises(Faulty) as caught:
        of(("orders.csv", ["a", "b"]))
    missing = {fault.params["field"] for fault in caught.value.faults}
    assert missing == {"person", "on", "amount"}
    assert all(fault.line for fault in caught.value.faults)


def test_odd_names_stay_inside_their_strings() -> None:
    text = propose("crm", [('x".csv', ['no"\\', "owner\nname", "owner", "date", "amount"])], "UTC", "EUR")
    (read,) = mapping.load(text).reads
    assert read.file == 'x".csv'
    assert read.key == ('no"\\',)


def test_each_file_has_its_own_read() -> None:
    header = ["no", "rep", "date", "amount"]
    assert [read.kind for read in of(("orders.csv", header), ("invoices.csv", header)).reads] == [
        "order",
        "invoice",
    ]
