"""Tables that leave the house: scores and payroll of a cycle as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import trace
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.values import Money, from_scaled, half_up
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import PayoutRun
from reviewflow.store.people import Person
from reviewflow.store.reviews import Goal, Measured, Review, ScoreLine
from reviewflow.wording import say

SCORES_HEADER = ("person_id", "indicator", "period", "actual", "target", "attainment", "score", "trace")
PAYROLL_HEADER = "person_id,component,period,amount,currency"


def scores_csv(session: Session, cycle_id: int) -> str:
    """One row per person and indicator, ordered by both; UTF-8, LF."""
    cycle = session.get_one(Cycle, cycle_id)
    catalogue = pinned.of_cycle(session, cycle_id).catalogue
    query = (
        select(Person.external_id, Goal, Measured, ScoreLine)
        .join(Review, Review.id == Goal.review_id)
        .join(Person, Person.id == Review.person_id)
        .outerjoin(
            Measured,
            (Measured.review_id == Review.id)
            & (Measured.indicator == Goal.indicator)
            & (Measured.revision == Review.collection),
        )
        .outerjoin(
            ScoreLine,
            (ScoreLine.review_id == Review.id)
            & (ScoreLine.line == Goal.indicator)
            & (ScoreLine.revision == Review.revision),
        )
        .where(Review.cycle_id == cycle_id)
    )
    period = f"{cycle.starts_on}/{cycle.ends_on}"
    rows = [
        (who, goal.indicator, period, *_figures(catalogue[goal.indicator].places, goal, measured, line))
        for who, goal, measured, line in session.execute(query)
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SCORES_HEADER)
    writer.writerows(sorted(rows))
    return out.getvalue()


def _figures(
    places: int, goal: Goal, measured: Measured | None, line: ScoreLine | None
) -> tuple[str, str, str, str, str]:
    """Actual and target with the source's decimals, attainment with one, score with two; empty with the reason."""
    target = "" if goal.target_e4 is None else _trimmed(goal.target_e4)
    actual, why = _actual(places, measured)
    if line is None or line.points_e6 is None:
        steps = json.loads(line.trace) if line else {}
        reason = steps.get("reason")
        why = why or (say(Reason(reason["key"], reason["params"]), "en") if reason else "")
        return actual, target, "", "", why
    reached = "" if line.attainment_e6 is None else _rounded(from_scaled(line.attainment_e6, 6), 1)
    score = _rounded(Fraction(line.points_e6, line.weight_e4), 2) if line.weight_e4 else "0.00"
    return actual, target, reached, score, trace.one_line(json.loads(line.trace))


def _actual(places: int, measured: Measured | None) -> tuple[str, str]:
    """The figure, or an empty text and the reason why there is none."""
    if measured is None:
        return "", say(Reason("rehearsal.not_measured"), "en")
    if measured.numerator_e4 is None or measured.denominator_e4 is None:
        key, _, params = (measured.reason or "").partition(" ")
        return "", say(Reason(key, json.loads(params) if params else {}), "en")
    figure = Fraction(measured.numerator_e4, measured.denominator_e4)
    exact = figure * 10**4
    return (_trimmed(int(exact)) if exact.denominator == 1 else _rounded(figure, max(places, 4))), ""


def _trimmed(scaled_e4: int) -> str:
    """Without idle zeros: 304,755.6026 stays, 367,000.0000 is ``367000``."""
    text = format(from_scaled(scaled_e4, 4), "f")
    return text.rstrip("0").rstrip(".")


def _rounded(value: Decimal | Fraction, places: int) -> str:
    return format(half_up(value, places), "f")


@dataclass(frozen=True)
class Payroll:
    """The payroll files of a cycle in one currency, put together as CSV, with their control sum."""

    body: str
    total: Money


def payrolls(session: Session, cycle_id: int) -> list[Payroll]:
    """One for each currency, in the order of their codes; an empty one in the cycle's currency if there is none."""
    runs: defaultdict[str, list[PayoutRun]] = defaultdict(list)
    for run in session.scalars(
        select(PayoutRun).where(PayoutRun.cycle_id == cycle_id).order_by(PayoutRun.no)
    ):
        runs[run.currency].append(run)
    if not runs:
        return [Payroll(PAYROLL_HEADER + "\n", Money(0, session.get_one(Cycle, cycle_id).currency))]
    return [_together(currency, mine) for currency, mine in sorted(runs.items())]


def _together(currency: str, runs: Sequence[PayoutRun]) -> Payroll:
    head = runs[0].body.splitlines()[0]
    lines = [line for run in runs for line in run.body.splitlines()[1:]]
    return Payroll("\n".join([head, *lines]) + "\n", Money(sum(run.total_minor for run in runs), currency))


def payroll_csv(session: Session, cycle_id: int, currency: str | None = None) -> str:
    """The payroll files of the cycle as one. Raises `Refused` where it would hold several currencies: choose one."""
    found = payrolls(session, cycle_id)
    chosen = [one for one in found if currency in (None, one.total.currency)]
    if len(chosen) != 1:
        there = ", ".join(one.total.currency for one in found)
        raise Refused([Reason("export.choose_currency", {"currencies": there})])
    return chosen[0].body
