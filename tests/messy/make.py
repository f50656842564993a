"""Write the messy exports and what must come out of them: ``python -m tests.messy.make``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from tests.messy import spoil
from tests.messy.expected import totals
from tests.messy.spoil import Bad, Cells
from tests.messy.truth import Truth, truth

FOLDER = Path(__file__).parents[1] / "data" / "messy"

Row = TypeVar("Row")

PIPELINE = (
    " Deal ID ", "Sales  Rep", "Team Lead ", " Region", "Customer", "Stage", "Opened On ", "Closed  On",
    " Value (EUR) ",
)  # fmt: skip
ORDERS = ("Order No ", " Pos", "Rep", "Customer ", "Date", " Net amount", "Cost ")
INVOICES = ("发票号", " 销售 ", "客户", "开票日", "到期日", "金额 ")
PAYMENTS = ("Payment", "Rep ", "Customer", " Received on", "Amount")
VISITS = ("Visit", "Rep", "Customer", "When ")
SCORES = ("Nr.", "Mitarbeiter ", "Kunde", "Datum", " Note", "Kommentar")
COMPLAINTS = ("Nr.", "Mitarbeiter", "Kunde", " Eingang", "Ergebnis ")

_BAD_ORDERS: dict[int, tuple[int, str, str]] = {
    150: (4, "31.04.2025", "row.no_such_day"),
    160: (5, "1,234.50", "row.number_other_notation"),
    175: (2, " ", "row.blank"),
    185: (5, "k.A.", "row.not_a_number"),
    195: (6, "", "row.blank"),
}
UNKNOWN_REP_AT, NARROW_AT = 170, 190
_BAD_PAYMENTS = {30: (3, "05/13/2025", "row.no_such_day"), 31: (4, "1.234,50", "row.number_other_notation")}
_BAD_INVOICES = {22: (5, "免费", "row.not_a_number")}
BROKEN_INVOICE_AT = 20
_BAD_SCORES = {5: (4, "sehr gut", "row.not_a_number"), 8: (3, "00.05.2025", "row.no_such_day")}


def main() -> None:
    """Write everything into the folder beside the tests."""
    for name, body in files().items():
        (FOLDER / name).write_bytes(body)


def files() -> dict[str, bytes]:
    """All generated files by name; the same bytes every time."""
    rows, bad = truth(), list[Bad]()
    made = {
        "pipeline.csv": _pipeline(rows, bad),
        "orders.csv": _orders(rows, bad),
        "orders_corrected.csv": _semicolons(
            ORDERS, _cells(spoil.corrected(rows.orders), spoil.order_cells), "utf-8-sig"
        ),
        "fapiao.csv": _invoices(rows, bad),
        "payments.txt": _payments(rows, bad),
        "visits.csv": _table(VISITS[:3], (c[:3] for c in _cells(rows.visits, spoil.visit_cells)), "|"),
        "visits_mended.csv": b"sep=|\n" + _table(VISITS, _cells(rows.visits, spoil.visit_cells), "|"),
        "scores.csv": _scores(rows, bad),
        "complaints.csv": _semicolons(
            COMPLAINTS, _cells(rows.complaints, spoil.complaint_cells), "utf-8-sig"
        ),
    }
    made["expected.json"] = _expected(rows, bad)
    return made


def _cells(rows: Iterable[Row], cells: Callable[[Row, int], Cells]) -> list[Cells]:
    return [cells(row, number) for number, row in enumerate(rows)]


def _table(header: Sequence[str], lines: Iterable[Cells], separator: str, end: str = "\n") -> bytes:
    return "".join(separator.join(cells) + end for cells in (header, *lines)).encode()


def _semicolons(header: Sequence[str], lines: Iterable[Cells], encoding: str) -> bytes:
    return _table(header, lines, ";", "\r\n").decode().encode(encoding)


def _spoilt(
    file: str,
    header: Sequence[str],
    lines: list[Cells],
    faults: dict[int, tuple[int, str, str]],
    bad: list[Bad],
) -> None:
    """Put the faults in; line 1 is the header."""
    for at, (column, value, reason) in faults.items():
        lines[at][column] = value
        name = " ".join(header[column].split())
        bad.append(Bad(file, at + 2, name, value.strip(), reason))


def _pipeline(rows: Truth, bad: list[Bad]) -> bytes:
    """Five impossible deals, one line twice, one deal told differently, and a quote that never closes."""
    lines = _cells(rows.deals, spoil.deal_cells)
    count = len(lines)
    base = [
        "D-9000",
        "Piotr Wójcik",
        "Tomás Rey",
        "Süd",
        "Mühle 5",
        "Won",
        "01.05.2025",
        "20.05.2025",
        "100,00",
    ]
    faults = (
        ("D-9001", 7, "31.06.2025", "row.no_such_day"),
        ("D-9002", 8, "viel", "row.not_a_number"),
        ("D-9003", 5, "", "row.blank"),
        ("D-9004", 6, "21.05.2025", "row.opened_after"),
    )
    for number, column, value, reason in faults:
        cells = [number, *base[1:]]
        cells[column] = value
        lines.append(cells)
        bad.append(Bad("pipeline.csv", len(lines) + 1, " ".join(PIPELINE[column].split()), value, reason))
    lines.append(["D-9005", *base[1:6]])
    bad.append(Bad("pipeline.csv", len(lines) + 1, "", ";".join(lines[-1]), "row.other_width"))
    lines.append(lines[count - 1])
    twice = next(at for at, deal in enumerate(rows.deals) if deal.stage == "won")
    lines.append([*lines[twice][:-1], "1,00"])
    bad.append(Bad("pipeline.csv", len(lines) + 1, "Deal ID", rows.deals[twice].id, "row.repeated_id"))
    lines.append(["D-9006", *base[1:4], '"Mühle', *base[5:]])
    bad.append(Bad("pipeline.csv", len(lines) + 1, "", ";".join(lines[-1]), "row.quote_not_closed"))
    return _semicolons(PIPELINE, lines, "utf-8-sig")


def _orders(rows: Truth, bad: list[Bad]) -> bytes:
    """Wrong values, an unknown rep, a line that is too short, one line twice and one told differently."""
    lines = _cells(rows.orders, spoil.order_cells)
    again, otherwise = list(lines[100]), [*lines[101][:5], "1,00", lines[101][6]]
    _spoilt("orders.csv", ORDERS, lines, _BAD_ORDERS, bad)
    lines[UNKNOWN_REP_AT][2] = "Max Nobody"
    lines[NARROW_AT] = lines[NARROW_AT][:4]
    bad.append(Bad("orders.csv", NARROW_AT + 2, "", ";".join(lines[NARROW_AT]), "row.other_width"))
    lines += [again, otherwise]
    repeated = f"{rows.orders[101].number}|{rows.orders[101].position}"
    bad.append(Bad("orders.csv", len(lines) + 1, "Order No + Pos", repeated, "row.repeated_id"))
    return _semicolons(ORDERS, lines, "utf-8-sig")


def _invoices(rows: Truth, bad: list[Bad]) -> bytes:
    """GB 18030, with one line that is in no encoding at all."""
    lines = _cells(rows.invoices, spoil.invoice_cells)
    _spoilt("fapiao.csv", INVOICES, lines, _BAD_INVOICES, bad)
    encoded = [",".join(cells).encode("gb18030") for cells in (INVOICES, *lines)]
    broken = encoded[BROKEN_INVOICE_AT + 1] + b"\xff"
    encoded[BROKEN_INVOICE_AT + 1] = broken
    shown = broken.decode("gb18030", errors="backslashreplace")
    bad.append(Bad("fapiao.csv", BROKEN_INVOICE_AT + 2, "", shown, "row.not_encoded"))
    return b"\r\n".join(encoded) + b"\r\n"


def _payments(rows: Truth, bad: list[Bad]) -> bytes:
    """Tabs, also at the end of each line."""
    lines = _cells(rows.payments, spoil.payment_cells)
    _spoilt("payments.txt", PAYMENTS, lines, _BAD_PAYMENTS, bad)
    return _table(PAYMENTS, lines, "\t", "\t\n")


def _scores(rows: Truth, bad: list[Bad]) -> bytes:
    """Comments in quotes run over two lines, so that line numbers are not row numbers."""
    lines = _cells(rows.scores, spoil.score_cells)
    faults = list[Bad]()
    _spoilt("scores.csv", SCORES, lines, _BAD_SCORES, faults)
    for fault in faults:
        shift = sum(cell.count("\n") for cells in lines[: fault.line - 2] for cell in cells)
        bad.append(replace(fault, line=fault.line + shift))
    return _table(SCORES, lines, ";")


def _expected(rows: Truth, bad: Sequence[Bad]) -> bytes:
    """Totals after the first exports and after the correction, and every value that must be refused."""
    gone = {*_BAD_ORDERS, UNKNOWN_REP_AT, NARROW_AT}
    read = replace(
        rows,
        orders=_without(rows.orders, gone),
        invoices=_without(rows.invoices, {*_BAD_INVOICES, BROKEN_INVOICE_AT}),
        payments=_without(rows.payments, set(_BAD_PAYMENTS)),
        scores=_without(rows.scores, set(_BAD_SCORES)),
    )
    after = replace(read, orders=spoil.corrected(rows.orders))
    told: dict[str, Any] = {
        "period": "2025-04-01/2025-06-30",
        "first": totals(read),
        "corrected": totals(after),
        "bad": [asdict(one) for one in sorted(bad, key=lambda one: (one.file, one.line))],
        "unknown": {"file": "orders.csv", "line": UNKNOWN_REP_AT + 2, "column": "Rep", "value": "Max Nobody"},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _without(rows: tuple[Row, ...], places: set[int]) -> tuple[Row, ...]:
    return tuple(row for at, row in enumerate(rows) if at not in places)


if __name__ == "__main__":
    main()
