"""How the rows of the truth look in the exports, and the lines that no import can take as they are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from tests.messy.truth import TEAMS, Complaint, Deal, Invoice, OrderLine, Payment, Score, Visit

Cells = list[str]


@dataclass(frozen=True)
class Bad:
    """A value that must be refused: line and column of the file as people see them, and the reason's key."""

    file: str
    line: int
    column: str
    value: str
    reason: str


def comma(cents: int) -> str:
    """``1.234,50``."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def point(cents: int) -> str:
    """``1,234.50``."""
    return f"{cents / 100:,.2f}"


def dotted(day: date | None) -> str:
    """``05.04.2025``."""
    return f"{day:%d.%m.%Y}" if day else ""


def short_dotted(day: date) -> str:
    """``5.4.2025``."""
    return f"{day.day}.{day.month}.{day.year}"


def written(name: str, number: int) -> str:
    """A name as people type it: with blanks, a hard blank, decomposed letters, or by its short form."""
    ways = (
        name,
        f" {name} ",
        name.replace(" ", "  "),
        name.replace(" ", "\u00a0"),
        unicodedata.normalize("NFD", name),
        "A. Köhler" if name == "Anna Köhler" else name,
    )
    return ways[number % len(ways)]


STAGES = {"won": ("Won", "WON ", "gewonnen"), "lost": ("Lost", " lost", "verloren"), "open": ("Open", "Lead")}


def deal_cells(deal: Deal, number: int) -> Cells:
    region, lead = next((unit, lead) for unit, (lead, reps) in TEAMS.items() if deal.rep in reps)
    stages = STAGES[deal.stage]
    value = comma(deal.cents) if deal.cents % 100 else comma(deal.cents).removesuffix(",00")
    return [
        deal.id,
        written(deal.rep, number),
        lead,
        region,
        f'"{deal.customer}; Filiale"' if number % 40 == 7 else deal.customer,
        stages[number % len(stages)],
        dotted(deal.opened),
        dotted(deal.closed),
        value,
    ]


def order_cells(line: OrderLine, number: int) -> Cells:
    on = short_dotted(line.on) if number % 3 else dotted(line.on)
    return [
        line.number,
        str(line.position),
        written(line.rep, number),
        line.customer,
        on,
        comma(line.cents),
        comma(line.cost),
    ]


def slashed(day: date) -> str:
    """``2025/4/5``."""
    return f"{day.year}/{day.month}/{day.day}"


def chinese(day: date) -> str:
    """``2025年4月5日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def invoice_cells(invoice: Invoice, number: int) -> Cells:
    as_written = chinese if number % 5 == 0 else slashed
    amount = point(invoice.cents)
    return [
        invoice.id,
        invoice.rep,
        invoice.customer,
        as_written(invoice.issued),
        as_written(invoice.due),
        f'"{amount}"' if "," in amount else amount,
    ]


def payment_cells(payment: Payment, number: int) -> Cells:
    amount = f"€ {point(payment.cents)}" if number % 11 == 0 else point(payment.cents)
    return [payment.id, written(payment.rep, number), payment.customer, f"{payment.on:%d/%m/%Y}", amount]


def visit_cells(visit: Visit, number: int) -> Cells:
    stamp = f"{visit.at:%Y-%m-%dT%H:%M:%S}Z"
    return [visit.id, visit.rep, visit.customer, stamp]


def score_cells(score: Score, number: int) -> Cells:
    words = ("", "Alles gut", '"Schnell; freundlich"', '"Lieferung kam\nzu spät"', "“很好”")
    tenths = f"{score.tenths // 10},{score.tenths % 10}"
    return [score.id, score.rep, score.customer, dotted(score.on), tenths, words[number % len(words)]]


def complaint_cells(complaint: Complaint, number: int) -> Cells:
    verdict = "berechtigt" if complaint.valid else "abgelehnt"
    return [complaint.id, complaint.rep, complaint.customer, dotted(complaint.on), verdict]


def corrected(orders: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """The orders as they were exported again: three changed, two cancelled and therefore gone, one new."""
    changed = {40: 123_456, 120: 99_999, 200: 1_000_000}
    kept = [
        replace(line, cents=changed[at], cost=changed[at] // 2) if at in changed else line
        for at, line in enumerate(orders)
        if at not in (60, 180)
    ]
    new = OrderLine("A00999", 10, "李明轩", "茶行 7", date(2025, 6, 30), 777_700, 500_000)
    return (*kept, new)
