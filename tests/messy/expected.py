"""The totals of the second quarter by person, added up from the truth with plain loops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from tests.messy.truth import Q1_BEGIN, Q2_BEGIN, Q2_END, REPS, OrderLine, Truth

Totals = dict[str, dict[str, int]]


def totals(rows: Truth) -> Totals:
    """By person: what each measure of the ten indicators must come to. Money in cents, scores in tenths."""
    return {rep: _of(rep, _only(rows, rep), rows.orders) for rep in REPS}


def _only(rows: Truth, rep: str) -> Truth:
    kept: dict[str, Any] = {
        name: tuple(row for row in kind if row.rep == rep) for name, kind in vars(rows).items()
    }
    return replace(rows, **kept)


def _of(rep: str, mine: Truth, everybody_s: Iterable[OrderLine]) -> dict[str, int]:
    orders = [line for line in mine.orders if _in_quarter(line.on)]
    won = [deal for deal in mine.deals if deal.stage == "won" and _in_quarter(deal.closed)]
    scores = [score for score in mine.scores if _in_quarter(score.on)]
    now = {line.customer for line in orders}
    before = {line.customer for line in mine.orders if Q1_BEGIN <= line.on < Q2_BEGIN}
    known = {line.customer for line in everybody_s if Q1_BEGIN <= line.on < Q2_BEGIN}
    return {
        "sales": sum(line.cents for line in orders),
        "cost": sum(line.cost for line in orders),
        "orders": len(orders),
        "collected": sum(payment.cents for payment in mine.payments if _in_quarter(payment.on)),
        "receivable": sum(invoice.cents for invoice in mine.invoices if _in_quarter(invoice.due)),
        "new": len(now - known),
        "before": len(before),
        "kept": len(before & now),
        "visits": sum(_in_quarter(visit.on) for visit in mine.visits),
        "days": sum((deal.closed - deal.opened).days for deal in won if deal.closed),
        "won": len(won),
        "closed": len(won) + sum(d.stage == "lost" and _in_quarter(d.closed) for d in mine.deals),
        "tenths": sum(score.tenths for score in scores),
        "replies": len(scores),
        "complaints": sum(one.valid and _in_quarter(one.on) for one in mine.complaints),
    }


def _in_quarter(day: date | None) -> bool:
    return day is not None and Q2_BEGIN <= day <= Q2_END
